"""Where operators enter a chunk: per block their intensities, per cell and contest their acts.

The stations of irregularities, as chunk.py has those of everything else; a plan without operators
does not compile them.
"""

from __future__ import annotations

from simulator.kernels.electorate import clear
from simulator.kernels.irregularities import (
    ADD_NONE,
    ADD_SHARE,
    CUT_NONE,
    MIXTURE,
    MOVE_NONE,
    MOVE_SHARE,
    act,
    add_to,
    count_cell_apart,
    count_contest,
    draw_knobs,
    draw_place,
    follow,
    mix_classes,
    set_intensities,
    settle,
)
from simulator.kernels.jit import station
from simulator.kernels.stations import (
    carry_over,
    draw_classes,
    draw_station,
    note_after,
    note_before,
    open_station,
    prepare_cell,
    write_operator,
    write_station,
)


@station
def draw_intensities(operators, rows, first, key):
    """Draw the intensities of all operators that the whole country shares."""
    clear(rows.infeasible)
    clear(rows.booked)
    clear(rows.booked_district)
    for o in range(operators.kind.shape[0]):
        draw_knobs(
            rows.knob, rows.raw, rows.words, o, operators.const, operators.drawn,
            operators.stream, operators.table, first, key,
        )  # fmt: skip
        if operators.kind[o] == MIXTURE:
            mix_classes(rows.intensity, rows.knob, o)
        else:
            set_intensities(
                rows.intensity, rows.knob, o, operators.kind[o], operators.takes[o] != 0,
                operators.step[o],
            )  # fmt: skip


@station
def distort_cell(operators, rows, cell, before, people, first, key):
    """Let the operators act on the list votes of a cell, the `before`th of its region.

    In inverse mode the last operator is undone first.
    """
    count = operators.kind.shape[0]
    for turn in range(count):
        o = turn if operators.sign > 0.0 else count - 1 - turn
        row = before * count + o
        acts = operators.active[o] != 0 and operators.place[o, cell] != 0
        if acts and operators.station[o] == 0:
            draw_place(
                rows.made, rows.taken, row, rows.intensity, rows.raw, rows.words, o, cell,
                operators.kind[o], operators.add[o], operators.scale, operators.parts,
                operators.root, operators.noise, operators.visit[o], operators.linked,
                operators.sign, first, key,
            )  # fmt: skip
            if operators.on_list[o] != 0:
                act(
                    rows.votes, rows.votes.shape[0], rows.cast, rows.scratch, rows.made,
                    rows.taken, row, o, operators.add[o], operators.move[o], operators.cut[o],
                    operators.sign, operators.own[o], operators.victim[o], people,
                    operators.extra[o] * people, operators.step[o], rows.infeasible,
                    rows.booked, operators.option, rows.votes.shape[0],
                )  # fmt: skip


@station
def count_stations(
    operators, rows, stations, polling, source, turnout, cell, before, share_valid, first, key
):  # fmt: skip
    """Count the list vote of a cell station by station into rows.votes and rows.cast."""
    count = operators.kind.shape[0]
    prepare_cell(
        polling.logit, polling.lift, polling.raw, turnout, source, stations.stretch,
        stations.support_sd,
    )  # fmt: skip
    clear(polling.effect)
    clear(rows.votes)
    clear(rows.cast)
    start = stations.start[cell]
    for at in range(start, stations.start[cell + 1]):
        number, people = at - start, stations.people[at]
        open_station(
            polling.turnout, polling.weight, polling.raw, rows.words, polling.logit,
            polling.lift, stations.turnout_sd, stations.support_sd, stations.turnout[cell],
            stations.support, cell, number, first, key,
        )  # fmt: skip
        count_cell_apart(
            polling.votes, polling.cast, polling.weight, polling.raw, polling.turnout,
            rows.scratch, people, share_valid,
        )  # fmt: skip
        for o in range(count):
            acts = operators.active[o] != 0 and operators.place[o, cell] != 0
            if acts and operators.station[o] != 0:
                if operators.kind[o] == MIXTURE:
                    draw_classes(
                        polling.made, polling.taken, polling.raw, rows.words, rows.knob,
                        stations.sigma, o, operators.linked[o] != 0, stations.power[o],
                        stations.chosen, stations.strength, cell, number, first, key,
                    )  # fmt: skip
                else:
                    draw_station(
                        polling.made, polling.taken, polling.raw, rows.words, rows.intensity,
                        rows.knob, o, operators.kind[o], operators.takes[o] != 0,
                        operators.visit[o], stations.rate[o], stations.chosen, cell, number,
                        first, key,
                    )  # fmt: skip
                note_before(
                    polling.effect,
                    o,
                    polling.votes,
                    polling.cast,
                    people,
                    operators.victim[o],
                    operators.cut[o],
                )
                act(
                    polling.votes, polling.votes.shape[0], polling.cast, rows.scratch,
                    polling.made, polling.taken, 0, o, operators.add[o], operators.move[o],
                    operators.cut[o], operators.sign, operators.own[o], operators.victim[o],
                    people, operators.extra[o] * people, operators.step[o], rows.infeasible,
                    rows.booked, operators.option, polling.votes.shape[0],
                )  # fmt: skip
                note_after(polling.effect, o, rows.scratch)
                if polling.sheet.shape[0] > 0:
                    write_operator(
                        polling.sheet, at, polling.lane[0], o, polling.votes.shape[0],
                        rows.scratch,
                    )  # fmt: skip
        add_to(rows.votes, rows.cast, 0, polling.votes, polling.cast)
        if polling.sheet.shape[0] > 0:
            write_station(polling.sheet, at, polling.lane[0], polling.votes, polling.cast)
    for o in range(count):
        if operators.station[o] != 0:
            carry_over(rows.made, rows.taken, before * count + o, polling.effect, o)


@station
def decide_distorted(operators, rows, best, d, before, cell, groups, people, share_valid):
    """Fill rows.final with what decides contest d after the operators have acted on it."""
    count, opening = operators.kind.shape[0], operators.slot_start[d]
    slots = groups + 1
    clear(rows.touched)
    count_contest(
        rows.group, rows.best, rows.cast, rows.scratch, rows.sums, best, slots, rows.turnout,
        before, people, share_valid, operators.slot_alone[opening : opening + slots],
    )  # fmt: skip
    entities = operators.slot_entity[opening : opening + slots]
    for turn in range(count):
        o = turn if operators.sign > 0.0 else count - 1 - turn
        own = operators.slot_own[o, d]
        able = own >= 0 or operators.own[o] < 0
        acts = operators.active[o] != 0 and operators.place[o, cell] != 0
        if acts and able and operators.on_district[o] != 0:
            victim = operators.slot_victim[o, opening : opening + slots]
            add, move = operators.add[o], operators.move[o]
            if operators.station[o] != 0:
                add = ADD_SHARE if add != ADD_NONE else ADD_NONE
                move = MOVE_SHARE if move != MOVE_NONE else MOVE_NONE
            act(
                rows.group, slots, rows.cast, rows.scratch, rows.made, rows.taken,
                before * count + o, o, add, move, operators.cut[o], operators.sign, own, victim,
                people, operators.extra[o] * people, operators.step[o], rows.infeasible,
                rows.booked_district, entities, operators.slot_entities,
            )  # fmt: skip
            follow(
                rows.best, slots, rows.scratch, rows.touched, victim, own, operators.sign,
                move != MOVE_NONE or operators.cut[o] != CUT_NONE,
            )  # fmt: skip
    settle(rows.final, rows.best, best, rows.touched, slots)
