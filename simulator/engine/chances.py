"""The chance of each list to pass the threshold, given everything but its own national error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.kernels import inputs
from simulator.kernels.layer import LogitNormal
from simulator.kernels.layout import PAD32, PAD64

if TYPE_CHECKING:
    from simulator.engine.plan import Plan
    from simulator.kernels.chances import Chances

# The first draws of a run suffice: their chances vary far less than yes and no.
FIRST_DRAWS = 32_768


def is_foreseeable(plan: Plan) -> bool:
    """Tell whether a list's votes rise with its own normal while nothing else moves.

    True of roots and logarithms of shares that swing by factors; not where shares are added to,
    where the undecided choose around what was drawn, or where irregularities change the ballots.
    """
    law, layer = plan.law, plan.nation.layer
    by_normals = plan.nation.kind == inputs.ANGULAR or isinstance(layer, LogitNormal)
    plain = plan.layers.swing is None and plan.layers.undecided is None and plan.distortion is None
    return by_normals and plain and law.seats > 0 and law.threshold_numerator > 0


def no_chances(counts: inputs.Counts) -> Chances:
    """Return the room of an estimate that is not made."""
    from simulator.kernels.chances import ROOTS, Chances

    none = np.zeros(0)
    lanes32, lanes64 = np.zeros((0, PAD32), np.float32), np.zeros((0, PAD64))
    return Chances(
        active=np.zeros(1, np.int64), form=ROOTS, slope=none, pull=np.zeros((0, 0)), own=none,
        share=0.0, of_parties=0, weight=lanes32, cells=lanes64, mix=lanes32, rows=lanes64,
        sums=counts.chance_sums, squares=counts.chance_squares, passed=counts.chance_passed,
        draws=counts.chance_draws,
    )  # fmt: skip


def chances_for(plan: Plan, counts: inputs.Counts) -> Chances:
    """Return room and constants of the estimate, counting into `counts`; it is not active yet."""
    from simulator.kernels.chances import LOGS, ROOTS, ROWS, Chances

    if not is_foreseeable(plan):
        return no_chances(counts)
    nation, law = plan.nation, plan.law
    cells, parties = len(plan.regions.cell_people), len(plan.parties)
    logs = isinstance(nation.layer, LogitNormal)
    slope = nation.layer.spread if isinstance(nation.layer, LogitNormal) else nation.slope
    pull, own = given_the_others(nation.mixing.astype(np.float64).tolist())
    return Chances(
        active=np.zeros(1, np.int64),
        form=LOGS if logs else ROOTS,
        slope=np.asarray(slope, np.float64),
        pull=pull, own=own,
        share=law.threshold_numerator / law.threshold_denominator,
        of_parties=int(law.threshold_base == inputs.BASE_PARTY_VOTES),
        weight=np.zeros((cells * parties, PAD32), np.float32),
        cells=np.zeros((3 * cells, PAD64)), mix=np.zeros((1, PAD32), np.float32),
        rows=np.zeros((ROWS, PAD64)),
        sums=counts.chance_sums, squares=counts.chance_squares, passed=counts.chance_passed,
        draws=counts.chance_draws,
    )  # fmt: skip


def given_the_others(
    factor: Sequence[Sequence[float]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights of the others in the mean of each normal given them, and its SD.

    With Q the inverse of the correlation L L' the mean is -sum_j Q_ij y_j / Q_ii and the variance
    1 / Q_ii: C. R. Rao, *Linear Statistical Inference* (1973), section 8a.2.

    >>> pull, own = given_the_others([[1.0, 0.0], [0.6, 0.8]])
    >>> pull.round(3).tolist(), own.round(3).tolist()
    ([[0.0, 0.6], [0.6, 0.0]], [0.8, 0.8])
    """
    size = len(factor)
    inverse = [[0.0] * size for _ in range(size)]
    for j in range(size):
        for i in range(j, size):
            rest = float(i == j) - sum(factor[i][k] * inverse[k][j] for k in range(j, i))
            inverse[i][j] = rest / factor[i][i]
    precision = [
        [sum(inverse[k][i] * inverse[k][j] for k in range(size)) for j in range(size)]
        for i in range(size)
    ]
    pull = [
        [0.0 if i == j else -precision[i][j] / precision[i][i] for j in range(size)]
        for i in range(size)
    ]
    own = [precision[i][i] ** -0.5 for i in range(size)]
    return np.array(pull), np.array(own)
