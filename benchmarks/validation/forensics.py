"""The detectors on Russian station results, against published estimates of the same elections.

`python -m benchmarks.validation.forensics FOLDER`, where FOLDER holds `2011.csv.zip`,
`2018.csv.zip` and `2021.csv.zip` from the folder `data` of the public repository dkobak/elections
(also found as `russia_2011.csv.zip`, ...). The table is that of docs/explanation/forensics.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from simulator.forensics import (
    StationFile,
    estimate_anomaly,
    integer_excess,
    read_stations,
    resampled_integer_excess,
)

RESAMPLES, SEED = 200, 1


@dataclass(frozen=True)
class Election:
    """What to read, and what is known: (value, tolerance); shares in %, votes in millions."""

    year: int
    leader: str
    # Excesses of either, leader and turnout by resampling in another program, and two of its SDs.
    integers: tuple[tuple[float, float], ...]
    # Published: S. Shpilkin in RFE/RL, 21 Sept. 2021, and on noyardstick.com, 24 Sept. 2021;
    # A. Lyubarev in Russian Analytical Digest 108 (2012).
    turnout: tuple[float, float] | None = None
    share: tuple[float, float] | None = None
    votes: tuple[float, float] | None = None


ELECTIONS = (
    Election(
        2011, "*ЕДИНАЯ РОССИЯ*", ((1006, 220), (773, 180), (446, 170)),
        share=(34, 2), votes=(15, 2.25),
    ),
    Election(2018, "Путин*", ((1712, 220), (863, 180), (1298, 170))),
    Election(
        2021, "*ЕДИНАЯ РОССИЯ*", ((1313, 220), (826, 180), (785, 170)),
        turnout=(38, 2), share=(32, 2), votes=(13.7, 2.05),
    ),
)  # fmt: skip


def read(folder: Path, election: Election) -> StationFile:
    names = (f"{election.year}.csv.zip", f"russia_{election.year}.csv.zip")
    path = next((folder / name for name in names if (folder / name).exists()), folder / names[0])
    return read_stations(
        path,
        registered="Число избирателей, в*",
        cast="*бюллетеней, выданных*",
        counted="Число *действительных*",
        leader=election.leader,
    )


def rows(folder: Path, election: Election) -> list[tuple[int, str, str, str, bool]]:
    """Return year, figure, what is found, what is known, and whether they agree."""
    stations = read(folder, election).stations
    found = estimate_anomaly(stations)
    best = found.best
    table = []
    for name, value, error, span, scale, known in (
        ("anomalous votes, million", best.votes, best.error, "votes", 1e-6, election.votes),
        ("clean turnout, %", best.clean_turnout, None, "clean_turnout", 100, election.turnout),
        ("clean share, %", best.clean_share, None, "clean_share", 100, election.share),
    ):
        low, high = (scale * end for end in found.span(span))
        digits = 2 if scale < 1 else 1
        text = f"{scale * value:.{digits}f}"
        text += f" (SE {scale * error:.2f})" if error is not None else ""
        text += f"; {low:.{digits}f} to {high:.{digits}f}"
        agrees = known is None or abs(scale * value - known[0]) <= known[1]
        shown = "" if known is None else f"{known[0]} ± {known[1]}"
        table.append((election.year, f"Shpilkin: {name}", text, shown, agrees))
    drawn = resampled_integer_excess(stations, RESAMPLES, SEED)
    for exact, sample, known in zip(
        integer_excess(stations), drawn, election.integers, strict=True
    ):
        text = f"{exact.excess:.1f} (SD {exact.sd:.1f}); drawn {sample.excess:.1f}"
        agrees = abs(exact.excess - known[0]) <= known[1]
        agrees &= abs(exact.excess - sample.excess) <= 4 * exact.sd / RESAMPLES**0.5
        shown = f"{known[0]} ± {known[1]}"
        table.append((election.year, f"integers: {exact.kind}", text, shown, agrees))
    return table


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    print("| year | figure | found | known | |")
    print("|---|---|---|---|---|")
    good = True
    for election in ELECTIONS:
        for year, figure, found, known, agrees in rows(Path(arguments[0]), election):
            mark = "" if not known else "agrees" if agrees else "DIFFERS"
            print(f"| {year} | {figure} | {found} | {known} | {mark} |")
            good &= agrees
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
