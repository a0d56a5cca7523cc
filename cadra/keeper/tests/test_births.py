"""How well two births agree when parts are missing, mistaken or swapped."""

import pytest

from cadra.keeper.names.births import Birth, agreement, from_message, place_of, words, worth, worth_by_year


def born(text: str, **more) -> Birth:
    return from_message({"birth_date": text, **more})


@pytest.mark.parametrize(
    ("asked", "known", "least", "most"),
    [
        ("1999-04-21", "1999-04-21", 1.0, 1.0),
        ("1999", "1999-04-21", 1.0, 1.0),
        ("1999", "1998", 0.75, 0.9),
        ("1999-04-05", "1999-05-04", 0.85, 0.95),
        ("1999-04-21", "1999-04-22", 0.8, 0.9),
        ("1999-04-21", "1989-04-21", 0.75, 0.9),
        ("1989", "1998", 0.5, 0.7),
        ("1999-04-21", "1999-08-02", 0.5, 0.7),
        ("1999", "1991", 0.0, 0.0),
        ("1999-04-21", "1972-11-02", 0.0, 0.0),
    ],
)
def test_agreement_follows_how_mistakes_are_made(asked, known, least, most):
    for one, other in ((asked, known), (known, asked)):
        value = agreement(born(one), born(other))
        assert value is not None and least <= value <= most


def test_an_unknown_birth_neither_agrees_nor_differs():
    assert agreement(born(""), born("1999")) is None
    assert agreement(born("1999"), born("")) is None
    assert words(born(""), born("1999")) == "unknown"


def test_an_estimated_year_forgives_some_years():
    assert agreement(born("1999", birth_precision="estimated"), born("1996")) == pytest.approx(0.7)
    assert agreement(born("1999"), born("1996")) == 0


def test_words_say_what_agrees():
    assert words(born("1999-04-21"), born("1999-04-21")) == "date"
    assert words(born("1999"), born("1999-04-21")) == "year"
    assert words(born("1999"), born("1998")) == "near"
    assert words(born("1999"), born("1970")) == "differs"


@pytest.mark.parametrize("odd", ["0000-00-00", "99", "1999-13-45", "yesterday", "2999", None, 7])
def test_an_odd_date_is_unknown_or_partly_known(odd):
    birth = from_message({"birth_date": odd})
    assert birth in (Birth(), Birth(1999))


def test_the_table_of_years_says_what_two_births_are_worth():
    table = worth_by_year(Birth(1999))
    for year in (1950, 1989, 1998, 1999, 2000, 2012):
        assert table[place_of(year)] == pytest.approx(worth(Birth(1999), Birth(year)))
    assert table[place_of(0)] == 0.0
