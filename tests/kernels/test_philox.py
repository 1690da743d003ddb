"""Philox4x32-10 against its published answers and against a twin in Python integers."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernels.layout import BLOCK
from simulator.kernels.philox import fill_words, philox_once

KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip

WORD = st.integers(0, 2**32 - 1)


def twin(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x32-10 as the paper writes it, in unbounded integers."""
    mask = 2**32 - 1
    c, k = list(counter), list(key)
    for _ in range(10):
        one, two = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(two >> 32) ^ c[1] ^ k[0], two & mask, (one >> 32) ^ c[3] ^ k[1], one & mask]
        k = [(k[0] + 0x9E3779B9) & mask, (k[1] + 0xBB67AE85) & mask]
    return c


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def once(counter: list[int], key: list[int]) -> list[int]:
    return [int(w) for w in philox_once(np.array(counter, np.uint32), np.array(key, np.uint32))]


@numba.njit(error_model="numpy")
def block_of_words(first, stream, attempt, key):
    out = np.empty(BLOCK, np.uint32)
    fill_words(out, first, stream, attempt, key)
    return out


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_published_answers(counter: str, key: str, answer: str) -> None:
    assert once(words(counter), words(key)) == words(answer)
    assert twin(words(counter), words(key)) == words(answer)


@given(st.lists(WORD, min_size=4, max_size=4), st.lists(WORD, min_size=2, max_size=2))
def test_equals_the_twin(counter: list[int], key: list[int]) -> None:
    assert once(counter, key) == twin(counter, key)


@given(
    group=st.integers(0, 2**54),
    lane=st.integers(0, BLOCK - 1),
    stream=WORD,
    attempt=st.integers(0, 50),
    key=st.lists(WORD, min_size=2, max_size=2),
)
def test_a_draw_has_its_own_word(
    group: int, lane: int, stream: int, attempt: int, key: list[int]
) -> None:
    first = 256 * group
    draw = first + lane
    counter = (draw // 256) * 64 + draw % 64
    out = block_of_words(
        np.uint64(first), np.uint32(stream), np.uint32(attempt), np.array(key, np.uint32)
    )
    answer = twin([counter & (2**32 - 1), counter >> 32, stream, attempt], key)
    assert int(out[lane]) == answer[draw % 256 // 64]


def test_no_word_is_used_twice() -> None:
    """Draws of one name take different words: four times 64 counters a group, no overlap."""
    key = np.array([3, 4], np.uint32)
    blocks = [
        block_of_words(np.uint64(256 * g), np.uint32(9), np.uint32(0), key) for g in range(16)
    ]
    assert np.unique(np.concatenate(blocks)).size == 16 * BLOCK
