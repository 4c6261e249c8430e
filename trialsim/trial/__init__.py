"""One virtual trial, and many."""

from trialsim.trial.many import simulate_trials
from trialsim.trial.one import Trial, simulate_trial

__all__ = ["Trial", "simulate_trial", "simulate_trials"]
