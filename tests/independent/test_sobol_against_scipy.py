"""The nets are, bit for bit, those of SciPy's scrambled Sobol sequences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from trialsim.facts.directions import direction_numbers
from trialsim.patients.points import SMALLEST, Net
from trialsim.patients.sobol import BITS, ScrambledSobol
from trialsim.power.nets import COORDINATES


def scipys(dimensions: int, rng: np.random.Generator) -> qmc.Sobol:
    """The same sequence, made there."""
    return qmc.Sobol(dimensions, scramble=True, bits=BITS, rng=rng)


@pytest.mark.parametrize("dimensions", [1, 2, 3, 17, len(direction_numbers())])
def test_points_are_scipys_to_the_last_bit(dimensions: int) -> None:
    """Part after part, in every coordinate for which there are direction numbers."""
    ours, theirs = (make(dimensions, np.random.default_rng(dimensions)) for make in (ScrambledSobol, scipys))
    for part in range(5):
        assert np.array_equal(ours.part(part * 64, 64), theirs.random(64).T)


def test_the_nets_of_expectations_are_scipys() -> None:
    """The first two parts of a net, as it is made for a response probability, all 8,192 points of each."""
    seeds = np.random.SeedSequence(11, spawn_key=(len(COORDINATES),))
    theirs = scipys(len(COORDINATES), np.random.Generator(np.random.PCG64(seeds)))
    for part in range(2):
        net = Net(11, 13, COORDINATES, part)
        wanted = np.clip(theirs.random(8192).T, SMALLEST, 1 - SMALLEST)
        assert all(np.array_equal(net(name), column) for name, column in zip(COORDINATES, wanted, strict=True))
