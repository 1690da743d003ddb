"""One chunk of draws from counters to counts: the outermost kernel.

Stations 5 to 8 of the way from a scenario to a summary: sample normals by name, vote, allocate,
tally. The functions marked as stations are the table of contents; every kernel they call is a
short loop over rows.
"""

from __future__ import annotations

import numpy as np

from simulator.kernels.chances import estimate_chances, keep_mix, keep_weights
from simulator.kernels.distortion import (
    count_stations,
    decide_distorted,
    distort_cell,
    draw_intensities,
)
from simulator.kernels.divisor import divisor_method
from simulator.kernels.electorate import (
    add_rows,
    clear,
    count_cell,
    draw_baselines,
    lean,
    log_rows,
    logistic,
    rake,
    scale_swing,
    weigh,
    weigh_baseline,
    weigh_cell,
    weigh_drawn_baseline,
)
from simulator.kernels.inputs import Names, Regions, Workspace
from simulator.kernels.irregularities import (
    add_to,
    count_cell_apart,
    keep_infeasible,
    keep_ledger,
    keep_turnout,
    stand_in_group,
    weigh_apart,
)
from simulator.kernels.jit import entry, kernel, station
from simulator.kernels.layout import BLOCK, PAD32, PAD64
from simulator.kernels.national import draw_nation, draw_region, fill_ones
from simulator.kernels.normal import thicken
from simulator.kernels.plurality import (
    award,
    close_contest,
    decide,
    field_shift,
    open_contest,
    stand,
)
from simulator.kernels.points import MC, push_rows, replicate_of, sample_rows
from simulator.kernels.quota import largest_remainders
from simulator.kernels.swing import (
    blend,
    deviate,
    favour,
    normalise,
    share_out,
    shock_place,
    shock_region,
    stand_apart,
    swing_additive,
    swing_logit,
    swing_proportional,
    swing_softmax,
    turn_out,
)
from simulator.kernels.tally import (
    STATES,
    add_chamber,
    count_chambers,
    count_coalitions,
    count_flags,
    count_moments,
    count_tier,
    count_totals,
)
from simulator.kernels.threshold import (
    admit,
    apply_threshold,
    seat_runner_up,
    threshold_base,
)
from simulator.kernels.undecided import decide_late, expect, gamma_lanes


def workspace(names: Names, regions: Regions, parties: int, wins: int) -> Workspace:
    """Return the rows that one thread needs for one block."""
    options = regions.share.shape[0]
    count = regions.people.shape[0]
    widest = int(np.diff(names.local_start).max())

    def rows32(n: int) -> np.ndarray:
        return np.zeros((n, PAD32), np.float32)

    def rows64(n: int) -> np.ndarray:
        return np.zeros((n, PAD64), np.float64)

    def whole(n: int) -> np.ndarray:
        return np.zeros((n, PAD32), np.int32)

    return Workspace(
        words=np.zeros(BLOCK, np.uint32), raw=rows32(2), national=rows32(names.national.size),
        local=rows32(widest), common=rows32(1), multiplier=rows32(options),
        log_multiplier=rows32(options), shift=rows32(2 + options),
        baseline=rows32(names.baseline.size), rake=rows32(options), swing=rows32(options),
        weight=rows32(options), cell=rows32(options), turnout=rows32(2),
        votes=rows64(options), eligible=rows64(parties), seats=rows64(parties),
        key=rows64(parties), scratch=rows64(16), region_ballots=rows64(count),
        best=rows32(parties + 2),
        who=whole(2), district=whole(parties + 1), total=whole(parties + 1), state=whole(STATES),
        size=rows64(1), won=whole(wins), vector=np.zeros(2 * parties + 1, np.int16),
        places=rows32(4 * options),
    )  # fmt: skip


@station
def split_undecided(undecided, share, work, first, key):
    """Let the undecided choose around the decided: the multipliers move, their sum stays."""
    expect(work.cell, work.turnout, work.multiplier, share, np.float32(undecided.concentration))
    for i in range(share.shape[0]):
        gamma_lanes(
            work.raw, work.weight, work.cell, work.words, i, first,
            undecided.streams[i], undecided.accept_streams[i], key,
        )  # fmt: skip
    decide_late(work.multiplier, work.weight, work.turnout, share, np.float32(undecided.share))


@station
def share_nationally(names, nation, regions, contests, work, first, key, sampler, baseline_points):
    """Fill what all regions share: turnout, independents, log-shocks, raked baselines."""
    after = names.national.shape[0] - 2
    scale_row(work.common, 0, work.national, after, np.float32(nation.turnout_sd))
    field_shift(work.shift, work.national, after + 1, np.float32(contests.field_sd))
    if contests.follows_list:
        log_rows(work.log_multiplier, work.multiplier)
    if regions.drawn:
        sample_rows(
            work.baseline, work.words, names.baseline, 0, names.baseline.shape[0], first, key,
            sampler, baseline_points,
        )  # fmt: skip
        draw_baselines(work.baseline, regions.baseline, np.float32(regions.baseline_sd))
        rake(
            work.baseline, work.rake, work.weight, work.raw,
            regions.weight, regions.share, regions.raking_steps,
        )  # fmt: skip


@station
def vote_for_lists(
    regions, work, r, cells, turnouts, swing, tilt, turnout, operators, rows, stations, polling,
    first, key, chances,
):  # fmt: skip
    """Turn the normals of region r into list votes.

    `cells` is the row of the first shock of its cells, `turnouts` of their first turnout shock.
    """
    options = work.weight.shape[0]
    apart = turnout.logit.shape[0] > 0
    if not apart:
        logistic(
            work.turnout, regions.turnout_logit[r], work.common, work.local,
            np.float32(regions.turnout_sd),
        )  # fmt: skip
    else:
        deviate(work.turnout, work.common, work.local, np.float32(regions.turnout_sd))
    if regions.swings:
        scale_swing(work.swing, work.local, regions.swing_sd)
    if turnout.differs:
        if not regions.swings:
            clear(work.swing)
        favour(work.swing, work.turnout, turnout.differential)
    if swing is None:
        weigh(work.weight, work.multiplier, work.swing)
    else:
        fill_ones(work.weight)
    if regions.drawn:
        weigh_drawn_baseline(work.weight, work.baseline, work.rake, r)
    else:
        weigh_baseline(work.weight, regions.baseline, r)
    if tilt.shape[0] > 0:
        weigh_baseline(work.weight, tilt, r)
    if swing is not None:
        normalise(work.weight, work.raw)
    for cell in range(regions.cell_start[r], regions.cell_start[r + 1]):
        at = cell - regions.cell_start[r]
        source = work.weight
        if swing is not None:
            if regions.cell_sd > 0.0:
                row = cells + options * at
                shock_place(work.places, work.swing, work.local, row, np.float32(regions.cell_sd))
            else:
                shock_region(work.places, work.swing)
            follow_nation(regions.share, work, swing)
            source = work.cell
        elif regions.cell_sd > 0.0:
            row = cells + options * at
            weigh_cell(work.cell, work.weight, work.local, row, np.float32(regions.cell_sd))
            source = work.cell
        if apart:
            row = turnouts + at if turnout.sd > 0.0 else 0
            turn_out(
                work.turnout, turnout.logit[cell], work.local, row, np.float32(turnout.sd)
            )  # fmt: skip
        if operators is None:
            count_cell(
                source, work.raw, work.turnout, work.scratch, work.votes, work.region_ballots, r,
                regions.cell_people[cell], regions.valid_share[r],
            )  # fmt: skip
            if chances.active[0] == 1:
                keep_weights(
                    chances.weight, chances.cells, cell, source, work.scratch, work.seats.shape[0]
                )  # fmt: skip
        else:
            keep_turnout(rows.turnout, at, work.turnout)
            if stations.people.shape[0] == 0:
                count_cell_apart(
                    rows.votes, rows.cast, source, work.raw, work.turnout, work.scratch,
                    regions.cell_people[cell], regions.valid_share[r],
                )  # fmt: skip
            else:
                count_stations(
                    operators, rows, stations, polling, source, work.turnout, cell, at,
                    regions.valid_share[r], first, key,
                )  # fmt: skip
            distort_cell(operators, rows, cell, at, regions.cell_people[cell], first, key)
            add_to(work.votes, work.region_ballots, r, rows.votes, rows.cast)


@station
def follow_nation(share, work, swing):
    """Fill the shares of a place, by its baseline in the rows of the region and its shock."""
    clear(work.cell)
    if swing.softmax > 0.0:
        swing_softmax(work.places, work.weight, share)
        blend(work.cell, work.places, work.raw, np.float32(swing.softmax))
    if swing.logit > 0.0:
        swing_logit(work.places, work.weight)
        blend(work.cell, work.places, work.raw, np.float32(swing.logit))
    if swing.proportional > 0.0:
        swing_proportional(work.places, work.weight, share)
        blend(work.cell, work.places, work.raw, np.float32(swing.proportional))
    if swing.additive > 0.0:
        swing_additive(work.places, work.weight, share)
        blend(work.cell, work.places, work.raw, np.float32(swing.additive))


@station
def vote_in_districts(contests, regions, work, r, row, following, operators, rows):
    """Decide the contests of region r; `row` is the row of the first candidate's shock."""
    if contests.follows_list:
        add_rows(work.shift, work.log_multiplier, work.swing)
    for d in range(contests.start[r], contests.start[r + 1]):
        opening = contests.winner_start[d]
        groups = contests.winner_start[d + 1] - opening
        open_contest(work.best, groups + 1)
        if operators is not None and operators.contested:
            clear(rows.sums)
        for a in range(contests.candidate_start[d], contests.candidate_start[d + 1]):
            apart = False
            if following.option.shape[0] > 0:
                k = following.option[a]
                apart = k >= 0
                if apart:
                    stand_apart(
                        work.best, contests.group[a], work.log_multiplier, work.swing, k,
                        following.nation[a], following.region[a], work.local, row,
                        contests.base[a], contests.sd[a],
                    )  # fmt: skip
                    if operators is not None and operators.contested:
                        weigh_apart(
                            rows.sums, contests.group[a], work.log_multiplier, work.swing, k,
                            following.nation[a], following.region[a], work.local, row,
                            contests.base[a], contests.sd[a],
                        )  # fmt: skip
            if not apart:
                if operators is None or not operators.contested:
                    stand(
                        work.best, contests.group[a], work.shift, contests.shift[a], work.local,
                        row, contests.base[a], contests.sd[a],
                    )  # fmt: skip
                else:
                    stand_in_group(
                        work.best, rows.sums, contests.group[a], work.shift, contests.shift[a],
                        work.local, row, contests.base[a], contests.sd[a],
                    )  # fmt: skip
            row += 1
        if operators is None or not operators.contested:
            decide(work.best, work.who, groups)
        else:
            # The cells of a region with contests are its districts, in the same order.
            before = d - contests.start[r]
            cell = regions.cell_start[r] + before
            decide_distorted(
                operators, rows, work.best, d, before, cell, groups, regions.cell_people[cell],
                regions.valid_share[r],
            )  # fmt: skip
            decide(rows.final, work.who, groups)
        for group in range(groups):
            at = opening + group
            award(work.who, work.district, work.won, at, group, contests.winner_entity[at])
        if operators is None or not operators.contested:
            close_contest(work.best, groups, work.who, work.state)
        else:
            close_contest(rows.final, groups, work.who, work.state)


@station
def vote_locally(
    names, nation, regions, contests, work, first, key, swing, tilt, turnout, following,
    sampler, local_points, operators, rows, stations, polling, chances,
):  # fmt: skip
    """Simulate region after region: sample its names, count its lists, decide its districts."""
    options = work.votes.shape[0]
    for r in range(regions.people.shape[0]):
        start, stop = names.local_start[r], names.local_start[r + 1]
        sample_rows(
            work.local, work.words, names.local, start, stop, first, key, sampler, local_points
        )  # fmt: skip
        cells = 1 + options if regions.swings else 1
        inside = options * (regions.cell_start[r + 1] - regions.cell_start[r])
        candidates = cells + inside if regions.cell_sd > 0.0 else cells
        standing = (
            contests.candidate_start[contests.start[r + 1]]
            - contests.candidate_start[contests.start[r]]
        )
        if regions.swings:
            lean(work.local, regions.support)
        rate, scale = np.float32(regions.rate), np.float32(regions.scale)
        thicken(work.local, 1, candidates, rate, scale)
        rate, scale = np.float32(contests.rate), np.float32(contests.scale)
        thicken(work.local, candidates, candidates + standing, rate, scale)
        draw_region(nation.layer, contests, work, r, first)
        vote_for_lists(
            regions, work, r, cells, candidates + standing, swing, tilt, turnout,
            operators, rows, stations, polling, first, key, chances,
        )  # fmt: skip
        vote_in_districts(contests, regions, work, r, candidates, following, operators, rows)


@station
def foresee(law, work, chances, own, lanes):
    """Estimate the chance of every list to pass, given all but its own national error."""
    threshold_base(
        work.votes, work.region_ballots, work.scratch, law.threshold_base, work.seats.shape[0],
        law.electorate,
    )  # fmt: skip
    estimate_chances(
        chances.form, chances.slope, chances.pull, chances.own, chances.share, chances.of_parties,
        chances.weight, chances.cells, chances.mix, chances.rows, chances.sums, chances.squares,
        chances.passed, chances.draws, work.votes, work.national, work.scratch,
        work.seats.shape[0], own, law.threshold_numerator, law.threshold_denominator,
        law.threshold_strict, lanes,
    )  # fmt: skip


@station
def admit_lists(law, work):
    """Apply the threshold: eligible votes, and who is admitted when nobody passes."""
    threshold_base(
        work.votes, work.region_ballots, work.scratch, law.threshold_base, work.seats.shape[0],
        law.electorate,
    )  # fmt: skip
    apply_threshold(
        work.votes, work.eligible, work.scratch, work.state,
        law.threshold_numerator, law.threshold_denominator, law.threshold_strict,
    )  # fmt: skip
    admit(work.votes, work.eligible, work.state, law.admit_all)


@station
def tally(regions, work, counts, lanes, own):
    """Add the block to the counts of replicate `own`; lanes beyond `lanes` are thrown away."""
    count_moments(
        work.votes, work.region_ballots, regions.people, work.scratch, work.size,
        counts.centre, counts.moments[own], counts.squares, lanes,
    )  # fmt: skip
    count_tier(work.seats, counts.list_seats[own], lanes)
    count_tier(work.district, counts.district_seats[own], lanes)
    count_totals(
        work.seats, work.district, work.total, counts.total_seats[own], counts.largest[own], lanes
    )  # fmt: skip
    count_coalitions(work.total, counts.coalition_member, counts.coalition_seats[own], lanes)
    count_chambers(
        work.seats, work.district, work.vector, counts.chamber_hash, counts.chamber_count,
        counts.chamber_vector, counts.chamber_limit, lanes,
    )  # fmt: skip
    count_wins(work.won, counts.won[own], lanes)
    count_flags(work.state, counts.flags, lanes)


@kernel
def scale_row(out, row, source, source_row, factor):
    """Fill one row with a multiple of another."""
    for lane in range(BLOCK):
        out[row, lane] = factor * source[source_row, lane]


@kernel
def hold_seats(district, held):
    """Start the district seats of a block at the seats that are already decided."""
    for e in range(district.shape[0]):
        for lane in range(BLOCK):
            district[e, lane] = held[e]


@kernel
def count_wins(won, counted, lanes):
    """Add the wins of the block's contests."""
    for at in range(won.shape[0]):
        wins = 0
        for lane in range(lanes):
            wins += won[at, lane]
        counted[at] += wins


@kernel
def keep_draws(votes, ballots, seats, district, electorate, record, kept, start, lanes):
    """Copy the draws of a block into the record: turnout in `kept`, whole numbers in `record`."""
    options, parties = votes.shape[0], seats.shape[0]
    for lane in range(lanes):
        at = start + lane
        cast = 0.0
        for r in range(ballots.shape[0]):
            cast += ballots[r, lane]
        kept[at] = cast / electorate
        for i in range(options):
            record[i, at] = np.int64(votes[i, lane])
        for p in range(parties):
            record[options + p, at] = np.int64(seats[p, lane])
        for e in range(district.shape[0]):
            record[options + parties + e, at] = np.int64(district[e, lane])


@entry
def run_chunk(
    names, nation, regions, contests, law, work, counts, record, key, first, draws,
    divisor, swing, tilt, turnout, undecided, following,
    sampler, national_points, baseline_points, local_points, push,
    operators, rows, stations, polling, chances,
):  # fmt: skip
    """Simulate `draws` draws from draw number `first`, a multiple of 256; add them to counts.

    A compilation takes seconds, so few things have one of their own: the form of the national
    error (`nation.layer`), divisor methods, swing other than by weights, the undecided, and what
    irregularities need; these are None where a plan has none. The rest is always compiled, and
    empty where it is not needed: the record of single draws, the other parts of inputs.Layers, the
    points of a sampler (replicates, names, 33), the push of importance sampling (rows, 2).
    """
    house = np.float64(law.seats)
    nationwide = names.national.shape[0]
    for start in range(0, draws, BLOCK):
        lanes = BLOCK if draws - start > BLOCK else draws - start
        block = first + np.uint64(start)
        clear(work.votes)
        clear(work.region_ballots)
        clear(work.state)
        clear(work.won)
        hold_seats(work.district, law.held)
        own = np.int64(0) if sampler == MC else replicate_of(block)
        sample_rows(
            work.national, work.words, names.national, 0, nationwide, block, key,
            sampler, national_points,
        )  # fmt: skip
        push_rows(work.national, push)
        draw_nation(nation.layer, nation, work, block, key)
        if chances.active[0] == 1:
            keep_mix(chances.mix, work.raw)
        if undecided is not None:
            split_undecided(undecided, regions.share, work, block, key)
        share_nationally(
            names, nation, regions, contests, work, block, key, sampler, baseline_points
        )  # fmt: skip
        if swing is not None:
            share_out(work.places, work.raw, work.multiplier, regions.share)
        if operators is not None:
            draw_intensities(operators, rows, block, key)
        vote_locally(
            names, nation, regions, contests, work, block, key, swing, tilt, turnout, following,
            sampler, local_points, operators, rows, stations, polling, chances,
        )  # fmt: skip
        if chances.active[0] == 1:
            foresee(law, work, chances, own, lanes)
        if law.seats > 0:
            admit_lists(law, work)
            rule = law.rule
            if divisor is None:
                largest_remainders(
                    work.eligible, house, rule.den, rule.rounding, rule.own,
                    work.seats, work.key, work.scratch, work.state,
                )  # fmt: skip
            else:
                divisor_method(
                    work.eligible, house, rule.kind, rule.split, rule.exponent, rule.table,
                    rule.numer, rule.denom, rule.degree,
                    work.seats, work.key, work.scratch, work.state,
                )  # fmt: skip
            if law.lone_clause:
                seat_runner_up(
                    work.votes, work.eligible, work.seats, work.state, law.seats,
                    law.lone_numerator, law.lone_denominator, law.lone_minimum,
                )  # fmt: skip
        tally(regions, work, counts, lanes, own)
        if record.turnout.shape[0] > 0:
            keep_draws(
                work.votes, work.region_ballots, work.seats, work.district, law.electorate,
                record.whole, record.turnout, start, lanes,
            )  # fmt: skip
            if operators is not None:
                keep_infeasible(rows.infeasible, rows.impossible, start, lanes)
                keep_ledger(rows.booked, rows.ledger, start, lanes)
                keep_ledger(rows.booked_district, rows.ledger_district, start, lanes)


@entry
def merge_chambers(hashes, counted, vectors, limit, more_counted, more_vectors, vector):
    """Add chambers (n,) and (n, width) to a table; `vector` is scratch of that width."""
    for k in range(more_counted.shape[0]):
        for j in range(vector.shape[0]):
            vector[j] = more_vectors[k, j]
        add_chamber(hashes, counted, vectors, limit, vector, more_counted[k])
