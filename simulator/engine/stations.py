"""The polling stations of one simulated draw, as columns."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine import distortion, execute
from simulator.engine.plan import Plan, compile_plan
from simulator.errors import Diagnostic, InvalidScenario
from simulator.kernels.layout import GROUP
from simulator.scenario.irregularities import Irregularities, Operator
from simulator.scenario.load import Loaded, load
from simulator.scenario.schema import Scenario

Counted = NDArray[np.int64]
Words = NDArray[np.str_]


@dataclass(frozen=True)
class StationTable:
    """The stations of one draw; every array has one row a station, all numbers are whole."""

    options: tuple[str, ...]  # names of the columns of votes
    operators: tuple[str, ...]  # names of the columns of the ledger
    region: Words
    district: Words
    station: Counted  # number within its district, from 1
    registered: Counted
    ballots: Counted  # cast, valid or not
    valid: Counted
    votes: Counted  # (stations, options)
    manufactured: Counted  # (stations, operators) ballots added
    stolen: Counted  # votes moved from one option to another
    removed: Counted  # ballots taken out

    def __len__(self) -> int:
        return int(self.registered.size)

    @property
    def turnout(self) -> NDArray[np.float64]:
        """Ballots cast over registered voters."""
        return self.ballots / np.maximum(1, self.registered)

    def share(self, option: str) -> NDArray[np.float64]:
        """Votes of an option over valid ballots; zero where there are none."""
        return self.votes[:, self.options.index(option)] / np.maximum(1, self.valid)

    def to_csv(self) -> str:
        """Return the table as CSV: one line a station."""
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        ledger = [f"{o}.{part}" for o in self.operators for part in ("added", "moved", "removed")]
        head = ["region", "district", "station", "registered", "ballots", "valid"]
        writer.writerow([*head, *self.options, *ledger])
        for k in range(len(self)):
            books = [
                int(array[k, o])
                for o in range(len(self.operators))
                for array in (self.manufactured, self.stolen, self.removed)
            ]
            row = [self.station[k], self.registered[k], self.ballots[k], self.valid[k]]
            votes = [int(v) for v in self.votes[k]]
            writer.writerow([self.region[k], self.district[k], *map(int, row), *votes, *books])
        return out.getvalue()


def simulate_stations(
    scenario: str | os.PathLike[str] | Loaded,
    *,
    draw: int = 0,
    seed: int | None = None,
    operators: bool = True,
) -> StationTable:
    """Return the polling stations of one draw, with what each operator did in each of them.

    All operators of the scenario act station by station here, whatever their level in a run;
    those that cannot (a number of ballots in all) are left out. A scenario without irregularities
    gives clean stations.

    Parameters
    ----------
    scenario
        A file, or what :func:`simulator.load` returned; `electorate.stations` says how many.
    draw
        Number of the draw, from 0.
    seed
        Instead of the scenario's.
    operators
        False gives the same draw without them: same voters, same shocks.

    Raises
    ------
    InvalidScenario
        Nothing says how many stations there are, or the operators are inverse: the figures
        already contain them, and which station they touched is not known.

    Examples
    --------
    >>> table = simulate_stations("scenarios/kazakhstan-2023-irregularities.yaml", draw=3)
    >>> len(table), int(table.registered.sum())
    (10233, 12035578)
    """
    loaded = scenario if isinstance(scenario, Loaded) else load(scenario)
    plan = compile_plan(_at_stations(loaded))
    found = plan.distortion
    assert found is not None
    plan = distortion.switch(plan, [operators] * len(found.ids))
    start = seed if seed is not None else loaded.scenario.simulation.seed
    sheet = _simulate_sheet(plan, start, draw)
    votes, count = len(plan.options), len(found.ids)
    shown = [k for k, name in enumerate(found.ids) if name != _NOBODY]
    books = sheet[:, 2 + votes :].reshape(len(sheet), count, 3)[:, shown]
    per_cell = np.array([cell.stations for cell in found.cells])
    return StationTable(
        options=plan.options,
        operators=tuple(found.ids[k] for k in shown),
        region=np.repeat([cell.region for cell in found.cells], per_cell),
        district=np.repeat([cell.id for cell in found.cells], per_cell),
        station=np.concatenate([np.arange(1, n + 1) for n in per_cell]),
        registered=found.stations.people.astype(np.int64),
        ballots=sheet[:, 0],
        valid=sheet[:, 1],
        votes=sheet[:, 2 : 2 + votes],
        manufactured=books[:, :, 0],
        stolen=books[:, :, 1],
        removed=books[:, :, 2],
    )


_NOBODY = "nobody"


def _at_stations(loaded: Loaded) -> Scenario:
    """Return the scenario with its operators at station level, or with one that does nothing."""
    scenario = loaded.scenario
    found = scenario.irregularities
    text = ""
    if scenario.electorate.stations is None:
        text, hint = (
            "nothing says how many polling stations there are",
            "add stations: {total: 900}",
        )
        key = "electorate"
    elif found is not None and found.mode == "inverse":
        text, hint = "which stations an inverse operator touched is not known", "mode: forward"
        key = "irregularities"
    if text:
        raise InvalidScenario((Diagnostic(loaded.file, 0, 0, "E219", f"{key}: {text}", hint),))
    acting: list[Any] = [
        o.model_copy(update={"level": "station"})
        for o in (found.operators if found is not None else [])
        if o.ballots is None and "list" in o.tiers
    ]
    if not acting:
        acting = [Operator(id=_NOBODY, kind="suppression", basis="none", share=0.0,
                           level="station")]  # fmt: skip
    return scenario.model_copy(
        update={"irregularities": Irregularities(mode="forward", operators=acting)}
    )


def _simulate_sheet(plan: Plan, seed: int, number: int) -> Counted:
    """Run the block of a draw and return what its stations were."""
    assumed = distortion.arguments(plan, sheet=True)
    polling = assumed[3]
    polling.lane[0] = number % GROUP
    execute.draw(plan, seed, number - number % GROUP, GROUP, assumed=assumed)
    sheet: Counted = polling.sheet.astype(np.int64)
    return sheet
