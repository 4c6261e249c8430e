"""The chance of response for a one-factor Gaussian patient, against numbers computed elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

from trialsim.rules.response_chance import response_probability_given

ORACLE = Path(__file__).parent / "oracles" / "3of6.csv"


def test_the_chance_of_three_of_six_matches_the_oracle():
    """Integrated over the common factor, the chance of response equals every row of the oracle to 1e-9."""
    rows = pd.read_csv(ORACLE)
    assert len(rows) > 10
    # A product of Gauss-Legendre rules on [-9, 9]: the rows without correlation are steep nowhere.
    nodes, weights = np.polynomial.legendre.leggauss(400)
    factor, weight = 9 * nodes, 9 * weights * np.exp(-((9 * nodes) ** 2) / 2) / np.sqrt(2 * np.pi)
    for row in rows.itertuples():
        mean = row.mean_pct_improvement + row.sd * np.sqrt(row.rho) * factor
        spread = row.sd * np.sqrt(1 - row.rho)
        improved = np.repeat(ndtr((mean - 20) / spread)[:, None], 6, axis=1)
        worse = np.repeat(ndtr((-25 - mean) / spread)[:, None], 6, axis=1)
        chance = weight @ response_probability_given(improved, worse, "IMACS-2004")
        assert abs(chance - row.p_response_exact) < 1e-9, row
