"""References are random, unmistakable, and forgive how they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadra.foundation.kernel import references

BODIES = st.text(references.ALPHABET, min_size=7, max_size=7)


def shown(body: str) -> str:
    return references.parse(body + references._check(body), "XX")


def test_a_reference_names_the_country_and_nobody(country):
    country("zz")
    reference = references.new()
    assert reference.startswith("ZZ-") and len(reference) == 12
    assert references.parse(reference) == reference


def test_no_character_is_taken_for_another_and_no_word_can_appear():
    assert not set(references.ALPHABET) & set("AEIOUY01BLSUVZ")


@pytest.mark.parametrize("typed", ["{r}", "  {r} ", "{l}", "{s}", "{d}", "{bare}"])
def test_it_is_read_however_it_is_typed(typed):
    reference = references.new("AL")
    forms = {
        "r": reference,
        "l": reference.lower(),
        "s": " ".join(reference.replace("-", "")),
        "d": reference.replace("-", "–"),
        "bare": reference.removeprefix("AL-"),
    }
    assert references.parse(typed.format(**forms), "AL") == reference


@given(BODIES, st.integers(0, 7), st.sampled_from(references.ALPHABET))
def test_every_single_wrong_character_is_noticed(body, position, wrong):
    good = shown(body).removeprefix("XX-").replace("-", "")
    bad = good[:position] + wrong + good[position + 1 :]
    if bad != good:
        with pytest.raises(references.WrongReference):
            references.parse(bad, "XX")


@given(BODIES, st.integers(0, 6))
def test_every_swap_of_neighbours_is_noticed(body, position):
    good = shown(body).removeprefix("XX-").replace("-", "")
    bad = good[:position] + good[position + 1] + good[position] + good[position + 2 :]
    if bad != good:
        with pytest.raises(references.WrongReference):
            references.parse(bad, "XX")


@pytest.mark.parametrize("typed", ["", "AL", "AL-0000-0000", "ZZ-7K3Q-92FD-7", "Çadra", "AL-7K3Q-92F"])
def test_what_is_no_reference_is_refused(typed):
    with pytest.raises(references.WrongReference):
        references.parse(typed, "AL")


def test_a_batch_holds_no_reference_twice():
    assert len(set(references.batch(2000, "AL"))) == 2000
