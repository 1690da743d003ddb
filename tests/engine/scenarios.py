"""Random scenarios for property tests: every shape the language has, small numbers."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from simulator.scenario.schema import simulated_methods

OVERFLOW = "    on_overflow: subtract-smallest-remainder"
METHODS = (
    ["    method: largest-remainder"],
    *(
        [
            "    method: largest-remainder",
            f"    quota: {quota}",
            f"    rounding: {rounding}",
            OVERFLOW,
        ]
        for quota in ("droop", "hagenbach-bischoff", "imperiali", "reinforced-imperiali", "3000000")
        for rounding in (("exact",) if quota == "3000000" else ("exact", "ceil"))
    ),
    *([f"    method: {m}"] for m in simulated_methods() if m not in ("divisor-list", "stationary")),
    ["    method: modified-sainte-lague", "    first_divisor: 1.2"],
    ["    method: stationary", "    split: 1/7"],
    ["    method: divisor-list", f"    divisors: {[1, 2, 4, *range(5, 400, 2)]}"],
)
BASES = ("party-votes", "valid", "ballots", "electorate")


@st.composite
def scenarios(draw: DrawFn) -> str:
    """Return the text of a valid scenario."""
    parties = draw(st.integers(1, 7))
    weights = draw(st.lists(st.integers(1, 60), min_size=parties + 1, max_size=parties + 1))
    total = sum(weights)
    names = [f"p{k}" for k in range(parties)] + ["none"]
    kernel = draw(st.sampled_from(["angular", "dirichlet", "fixed"]))
    shares = [f"{weight / total:.6f}" for weight in weights]
    # Rounded shares may exceed one by a millionth each; the last takes it up.
    shares[-1] = f"{max(0.000001, 1 - sum(float(s) for s in shares[:-1])):.6f}"
    lines = ["schema: simseats/1", "name: Random", "parties:"]
    for name, share in zip(names, shares, strict=True):
        seats = ", seats: false" if name == "none" else ""
        bloc = f", bloc: {draw(st.sampled_from(['left', 'right']))}" if name != "none" else ""
        lines.append(f"  {name}: {{share: {share}{seats}{bloc}}}")
    list_seats = draw(st.integers(0, 40))
    district_seats = draw(st.integers(0 if list_seats else 1, 6))
    lines.append("tiers:")
    if list_seats:
        lines += _list_tier(draw, list_seats)
    if district_seats:
        lines.append(f"  district: {{seats: {district_seats}}}")
    lines += _electorate(draw, district_seats, parties)
    lines.append(
        f"uncertainty: {{kernel: {kernel}, effective_sample: {draw(st.integers(5, 5000))}}}"
    )
    if list_seats and draw(st.booleans()):
        size = draw(st.sampled_from(["1", "20", "5%", "0.1"]))
        near = draw(st.sampled_from(["", ", threshold: 30", ", threshold: 5%"]))
        lines.append(f"closeness: {{recount: {size}{near}}}")
    lines.append(f"simulation: {{draws: 512, seed: {draw(st.integers(0, 10**6))}}}")
    return "\n".join(lines) + "\n"


def _list_tier(draw: DrawFn, seats: int) -> list[str]:
    lines = ["  list:", f"    seats: {seats}", *draw(st.sampled_from(METHODS))]
    share = draw(st.sampled_from([None, 1, 5, 20, 45]))
    if share is not None:
        compare = draw(st.sampled_from([">=", ">"]))
        base = draw(st.sampled_from(BASES))
        lines.append(f"    threshold: {{share: {share}%, of: {base}, compare: '{compare}'}}")
        lines.append(f"    none_pass: {draw(st.sampled_from(['admit-all', 'admit-largest']))}")
        if draw(st.booleans()):
            least = draw(st.integers(0, min(3, seats)))
            lines.append(f"    lone_list: {{factor: 70%, minimum: {least}}}")
    return lines


def _electorate(draw: DrawFn, districts: int, parties: int) -> list[str]:
    registered = draw(st.sampled_from([200, 5_000, 1_000_003, 2_000_000_000]))
    lines = ["electorate:", f"  registered: {registered}", "  turnout: 55%", "  invalid: 2%"]
    regions = draw(st.integers(0, 3))
    if regions:
        lines.append("  regions:")
        for k in range(regions):
            own = districts // regions + (1 if k < districts % regions else 0)
            lines.append(f"    r{k}: {{districts: {own}, turnout: {30 + 20 * k}%}}")
    if districts:
        nominees = ", ".join(f"p{k}" for k in range(min(2, parties)))
        lines += [
            "  field:", f"    nominees: [{nominees}]",
            f"    independents: {draw(st.integers(0, 3))}", "    strength: -0.5",
            "    against_all: -0.4", "    basis: invented",
        ]  # fmt: skip
    return lines
