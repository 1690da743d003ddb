"""One or two values of a scenario varied over the same named draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.engine.comparison import Candidate, Study, prepare, run_study
from simulator.results.comparison import Comparison
from simulator.results.sweep import Line, Point, Sweep
from simulator.scenario.grids import Axis, grid_variants, read_axis
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario
from simulator.scenario.variants import AS_IT_IS

if TYPE_CHECKING:
    from simulator.scenario.load import Given


def sweep(
    scenario: Given | Loaded,
    paths: Mapping[str, str | Sequence[Any]],
    *,
    draws: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Sweep:
    """Vary one or two values of a scenario over the same draws.

    Where only the law changes from point to point, the votes are drawn once and allocated again.

    Parameters
    ----------
    scenario
        A scenario file, a stored run, a run, its scenario, or what :func:`simulator.load` returned.
    paths
        Values by path, one or two: text such as ``"0%..10%"``, ``"69..98"`` or ``"a,b,c"``, or a
        sequence of values.
    draws, seed
        Instead of those of the scenario.
    threads
        Worker threads; the result is the same for any number.
    overrides
        Values by path that hold at every point; not for what is loaded.

    Returns
    -------
    Sweep
        Its differences are those of paired draws, to the scenario as it is.

    Raises
    ------
    InvalidScenario
        A path or value that is wrong, with what to write instead.

    Examples
    --------
    >>> found = sweep("scenarios/kazakhstan-2023-official.yaml",
    ...               {"tiers.list.threshold.share": "5%..7%"}, draws=256)
    >>> [(p.values[0], p.own, p.found.values["list.jsdp"].mean) for p in found.points]
    [('5%', True, 4.0), ('6%', False, 0.0), ('7%', False, 0.0)]
    """
    texts = tuple(f"{path}={value}" for path, value in (overrides or {}).items())
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario, texts)
    axes = [
        read_axis(f"{path}={values}")
        if isinstance(values, str)
        else Axis(path, tuple(str(value) for value in values))
        for path, values in paths.items()
    ]
    study, points = prepare_sweep(loaded, axes, draws, seed)
    return arrange(axes, points, run_study(study, threads))


Points = list[tuple[tuple[str, ...], bool]]


def prepare_sweep(
    loaded: Loaded, axes: Sequence[Axis], draws: int | None = None, seed: int | None = None
) -> tuple[Study, Points]:
    """Return the study of a grid, and its points: values, and whether they are the scenario's."""
    assert loaded.source is not None
    first = loaded.scenario
    listed, points = [Candidate(AS_IT_IS, first, notes=loaded.notes)], []
    for values, variant in grid_variants(loaded.source, axes):
        settings = {axis.path: value for axis, value in zip(axes, values, strict=True)}
        listed.append(Candidate(variant.name, variant.scenario, settings))
        points.append((values, _law_and_voters(variant.scenario) == _law_and_voters(first)))
    return prepare(first, listed, draws, seed), points


def _law_and_voters(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario without what is said about it."""
    return scenario.model_dump(exclude={"compare", "expect", "simulation"})


def arrange(axes: Sequence[Axis], points: Points, found: Comparison) -> Sweep:
    """Return a comparison as the sweep whose points it holds after the reference."""
    return Sweep(
        tuple(Line(axis.path, axis.values, axis.numbers, axis.percent) for axis in axes),
        tuple(
            Point(values, alternative, own)
            for (values, own), alternative in zip(points, found.alternatives[1:], strict=True)
        ),
        found,
    )
