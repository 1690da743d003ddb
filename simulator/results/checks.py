"""What a run checked of itself: the official result, totals, single draws by exact fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.results.tally import Tally


@dataclass(frozen=True)
class Checks:
    """Outcome of the checks of a run.

    `official` is None where the scenario has no counted votes beside an official result of the
    list tier; `elsewise` has the seats that its rule gives instead where they differ.
    """

    official: bool | None
    elsewise: Mapping[str, int]
    totals: bool  # whether seats add up to their tier in every draw
    rechecked: int  # draws whose list seats were allocated again with exact fractions
    differing: int  # of these, draws with other seats

    @property
    def passed(self) -> bool:
        """Whether the program did what it says; the official result is the scenario's matter."""
        return self.totals and not self.differing


def totals_add_up(tally: Tally, list_seats: int, district_seats: int) -> bool:
    """Tell whether seats add up in every draw: by their counts, and in every chamber that is kept.

    A draw without a single vote for a list leaves the list seats vacant.
    """
    counts, draws = tally.counts, tally.draws
    voted = draws - tally.flags["no_votes"]
    for table, expected in (
        (counts.list_seats, list_seats * voted),
        (counts.district_seats, district_seats * draws),
    ):
        held = table.sum(axis=0)
        if (held.sum(axis=1) != draws).any():
            return False
        if int((held * range(held.shape[1])).sum()) != expected:
            return False
    vectors = tally.chambers()[1]
    parties = tally.shape.parties
    listed, district = vectors[:, :parties].sum(axis=1), vectors[:, parties:].sum(axis=1)
    vacant = voted < draws
    whole = (listed == list_seats) | (vacant & (listed == 0))
    return bool(whole.all() and (district == district_seats).all())
