"""A sealed value opens in its own place, unchanged, under its own key, and tells little by its length."""

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadra.foundation.vault import box
from cadra.foundation.vault.box import SealBroken

KEY = b"k" * 32
PLACE = box.bound_to(table="people_identity", column="names", case="c1", row="r1")

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(anything)
def test_what_is_sealed_opens_the_same(value):
    assert box.unseal(KEY, box.seal(KEY, value, PLACE), PLACE) == value


def test_ten_thousand_moved_or_changed_values_are_all_rejected():
    chance = random.Random(1)
    rejected = 0
    for attempt in range(10_000):
        sealed, key, place = bytearray(box.seal(KEY, f"Arta {attempt}", PLACE)), KEY, PLACE
        parts = {"table": "people_identity", "column": "names", "case": "c1", "row": "r1"}
        act = attempt % 6
        if act < 4:
            moved = list(parts)[act]
            place = box.bound_to(**{**parts, moved: f"{parts[moved]}{attempt}"})
        elif act == 4:
            sealed[chance.randrange(len(sealed))] ^= 1 << chance.randrange(8)
        else:
            sealed = sealed[: chance.randrange(len(sealed))]
        try:
            box.unseal(key, bytes(sealed), place)
        except SealBroken:
            rejected += 1
    assert rejected == 10_000


def test_places_that_read_alike_are_different_places():
    one = box.bound_to(table="a", column="bc", case="c", row="r")
    assert one != box.bound_to(table="ab", column="c", case="c", row="r")
    with pytest.raises(SealBroken):
        box.unseal(KEY, box.seal(KEY, "x", one), box.bound_to(table="a", column='b","c', case="c", row="r"))


def test_another_key_does_not_open_it():
    with pytest.raises(SealBroken):
        box.unseal(os.urandom(32), box.seal(KEY, "Arta", PLACE), PLACE)


def test_equal_values_look_different():
    assert box.seal(KEY, "Arta", PLACE) != box.seal(KEY, "Arta", PLACE)


def test_short_answers_cannot_be_told_apart_by_length():
    assert len({len(box.seal(KEY, value, PLACE)) for value in (None, True, "", "no", "yes", "Arta Hoxha")}) == 1


@pytest.mark.parametrize(("length", "size"), [(0, 32), (32, 32), (33, 64), (4096, 4096), (4097, 8192), (9000, 12288)])
def test_lengths_are_padded_to_buckets(length, size):
    assert box.bucket(length) == size
