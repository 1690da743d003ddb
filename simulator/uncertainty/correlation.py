"""Correlation matrices of parties, and whether there can be such a thing; no arrays needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator.uncertainty.precise import sqrt


def correlation_matrix(
    blocs: Sequence[str | None],
    within: float,
    across: float,
    pairs: Mapping[tuple[int, int], float],
) -> list[list[float]]:
    """Return the correlation of parties by bloc, except where `pairs` says another.

    >>> correlation_matrix(["left", "left", "right"], 0.3, -0.3, {(0, 2): 0.1})
    [[1.0, 0.3, 0.1], [0.3, 1.0, -0.3], [0.1, -0.3, 1.0]]
    """
    size = len(blocs)
    matrix = [[1.0 if i == j else 0.0 for j in range(size)] for i in range(size)]
    for i in range(size):
        for j in range(size):
            if i != j and blocs[i] is not None and blocs[j] is not None:
                matrix[i][j] = within if blocs[i] == blocs[j] else across
    for (i, j), value in pairs.items():
        matrix[i][j] = matrix[j][i] = value
    return matrix


def cholesky(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return L with L L' = matrix, in plain order so that every machine rounds alike."""
    size = len(matrix)
    factor = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j]
            for k in range(j):
                rest -= factor[i][k] * factor[j][k]
            if i == j:
                if rest <= 1e-9:
                    raise ValueError("the correlations contradict each other")
                factor[i][i] = sqrt(rest)
            else:
                factor[i][j] = rest / factor[j][j]
    return factor
