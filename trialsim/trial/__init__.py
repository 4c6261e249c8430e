"""One virtual trial, and many."""

from trialsim.trial.many import simulate_trials

__all__ = ["simulate_trials"]
