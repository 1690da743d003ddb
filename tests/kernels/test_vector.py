"""The hot loops are compiled to vector instructions: what results would never show."""

from __future__ import annotations

import platform
import re

import numba
import numpy as np
import pytest

from simulator.kernels.batch import workspace
from simulator.kernels.divisor import find_quotients, jump_votes, move_quotients
from simulator.kernels.electorate import weigh_cell
from simulator.kernels.layout import BLOCK, PAD32
from simulator.kernels.normal import fill_rows, thicken
from simulator.kernels.plurality import decide
from simulator.kernels.quota import find_remainders, move_remainders, round_quotients

pytestmark = pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"),
    reason="the guard reads x86-64 assembly",
)

OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"nnan", "ninf", "nsz"}}
PACKED = re.compile(r"^\s+v?(?:mul|add|sub|sqrt|div|max|min)ps\s", re.MULTILINE)
SCALAR = re.compile(r"^\s+v?(?:mul|add|sub|sqrt|div|max|min)ss\s", re.MULTILINE)
COMPARED = re.compile(r"^\s+v?cmp\w*ps\s", re.MULTILINE)
WORDS = re.compile(r"^\s+v?(?:pmuludq|pmuldq|pmullq)\s", re.MULTILINE)


def rows(count: int) -> np.ndarray:
    return np.zeros((count, PAD32), np.float32)


def assembly(function, *arguments) -> str:
    """Compile without a cache, run once, return all machine code with what it calls."""
    compiled = numba.njit(**OPTIONS)(function)
    compiled(*arguments)
    return "\n".join(compiled.inspect_asm().values())


def assert_packed(text: str, least: int) -> None:
    packed, scalar = len(PACKED.findall(text)), len(SCALAR.findall(text))
    assert packed >= least, f"{packed} packed and {scalar} scalar float instructions"
    # Every loop has a scalar twin for arrays that overlap, which is never entered.
    assert 2 * packed >= scalar, f"{packed} packed and {scalar} scalar float instructions"


def test_normals() -> None:
    def wrapper(work, words, names, key):
        fill_rows(work, 0, words, names, 0, names.shape[0], np.uint64(0), key)

    text = assembly(
        wrapper, rows(2), np.zeros(BLOCK, np.uint32), np.ones(2, np.uint32), np.ones(2, np.uint32)
    )
    assert_packed(text, 30)
    assert len(WORDS.findall(text)) >= 20, "Philox multiplies word by word"


def test_heavy_tails() -> None:
    def wrapper(work, rate, scale):
        thicken(work, 0, 2, rate, scale)

    assert_packed(assembly(wrapper, rows(2), np.float32(0.17), np.float32(4.0)), 10)


def test_cell_weights() -> None:
    def wrapper(out, weight, local, spread):
        weigh_cell(out, weight, local, 0, spread)

    assert_packed(assembly(wrapper, rows(2), rows(2), rows(2), np.float32(0.1)), 10)


def test_winners() -> None:
    """The leading candidate is compared and selected in whole registers."""

    def wrapper(best, who):
        decide(best, who, 3)

    text = assembly(wrapper, rows(3), np.zeros((2, PAD32), np.int32))
    assert COMPARED.search(text)


DOUBLE = re.compile(r"^\s+v?(?:mul|add|sub|div|max|min)pd\s", re.MULTILINE)
SINGLE = re.compile(r"^\s+v?(?:mul|add|sub|div|max|min)sd\s", re.MULTILINE)


@pytest.mark.parametrize("method", ["remainders", "quotients"])
def test_allocation(method: str) -> None:
    """Quotients, claims and the comparison of the two largest run in whole registers."""

    def remainders(votes, seats, key, scratch):
        round_quotients(votes, 69.0, 69.0, seats, key, scratch)
        find_remainders(seats, key, scratch)
        move_remainders(seats, key, scratch)

    def quotients(votes, seats, claim, scratch):
        jump_votes(votes, 69.0, 1.0, seats, claim, scratch)
        find_quotients(claim, 1.0, seats, scratch)
        move_quotients(claim, seats, scratch)

    room = workspace(7)
    chosen = remainders if method == "remainders" else quotients
    text = assembly(chosen, room.votes, room.seats, room.claims, room.scratch)
    packed, single = len(DOUBLE.findall(text)), len(SINGLE.findall(text))
    assert packed >= 20, f"{packed} packed and {single} scalar instructions"
    assert 2 * packed >= single, f"{packed} packed and {single} scalar instructions"
