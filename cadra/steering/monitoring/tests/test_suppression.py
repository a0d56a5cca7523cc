"""Nothing that is not shown can be worked out from what is."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from cadra.steering.monitoring.suppression import FEW, HIDDEN, Count, Figures, Tally, protect
from cadra.steering.monitoring.tests.worlds import Reader

CODES = {"area": ["a1", "a2", "a3"], "quarter": ["q1", "q2"], "sex": ["s1", "s2", "s3"]}
CROSSES = [("area", "sex"), ("quarter", "sex")]


def tally_of(people: list[tuple[str, str, str]]) -> Tally:
    """A tally of persons given as (area, quarter, sex)."""
    axes = list(CODES)
    counted = Tally(Count(len(people), len(people)))
    for position, axis in enumerate(axes):
        found = Counter(person[position] for person in people)
        counted.lines[axis] = {code: Count(n, n) for code, n in found.items()}
    for first, second in CROSSES:
        pairs = Counter((person[axes.index(first)], person[axes.index(second)]) for person in people)
        counted.crosses[first, second] = {place: Count(n, n) for place, n in pairs.items()}
    return counted


def line_tally(**cells: int) -> Tally:
    total = sum(cells.values())
    return Tally(Count(total, total), {"sex": {code: Count(n, n) for code, n in cells.items()}})


persons = st.tuples(*(st.sampled_from(codes) for codes in CODES.values()))
#: Groups of the same kind make tables with big and small cells, as real ones are.
groups = st.lists(st.tuples(persons, st.integers(1, 7)), max_size=7)
people = groups.map(lambda found: [person for person, size in found for _ in range(size)])


def test_a_big_table_is_shown_whole() -> None:
    figures = protect(line_tally(f=12, m=5), 5)
    assert figures == Figures(17, {"sex": {"f": 12, "m": 5}}, {})


def test_a_small_cell_takes_another_with_it() -> None:
    assert protect(line_tally(f=30, m=3, other=8), 5).lines["sex"] == {"f": 30, "m": FEW, "other": HIDDEN}


def test_two_small_cells_keep_each_other() -> None:
    assert protect(line_tally(f=30, m=3, other=2), 5).lines["sex"] == {"f": 30, "m": FEW, "other": FEW}


def test_a_line_that_cannot_be_kept_is_closed() -> None:
    assert protect(line_tally(f=5, m=1), 5).lines["sex"] is None  # 6 = 5 or more + 1 to 4: only 5 and 1


def test_fewer_people_than_the_minimum_are_not_broken_down() -> None:
    figures = protect(line_tally(f=3, m=1), 5)
    assert (figures.total, figures.lines["sex"]) == (FEW, None)


def test_nobody_is_nobody() -> None:
    assert protect(Tally(lines={"sex": {}}), 5) == Figures(0, {"sex": {}}, {})


def test_zeros_of_a_small_group_are_not_told() -> None:
    """Everybody of a small area has the same sex: saying so would tell about each of them."""
    crowd = [("a1", "q1", sex) for sex in ("s1", "s2") for _ in range(20)]
    figures = protect(tally_of([*crowd, *[("a2", "q1", "s1")] * 3, *[("a3", "q1", "s1")] * 9]), 5)
    cross = figures.crosses["area", "sex"]
    assert cross is None or {cross.get(("a2", "s1")), cross.get(("a2", "s2"))} == {HIDDEN}


def test_six_referrals_of_one_person_are_one_person() -> None:
    counted = Tally(Count(26, 20), {"service": {"legal": Count(20, 19), "medical": Count(6, 1)}}, once=False)
    assert protect(counted, 5).lines["service"] == {"legal": HIDDEN, "medical": FEW}


@settings(max_examples=150, deadline=None)
@given(people, st.integers(3, 5))
def test_no_cell_of_a_line_can_be_worked_out(found: list[tuple[str, str, str]], minimum: int) -> None:
    figures = protect(tally_of(found), minimum)
    if figures.total != FEW:
        assert Reader(figures, minimum, CODES).known_edges() == []


@settings(max_examples=150, deadline=None)
@given(people, st.integers(3, 5))
def test_no_cell_of_a_cross_can_be_worked_out(found: list[tuple[str, str, str]], minimum: int) -> None:
    figures = protect(tally_of(found), minimum)
    if figures.total != FEW:
        assert Reader(figures, minimum, CODES).known_cells() == []


@given(people, st.integers(3, 5))
def test_what_is_shown_is_true_and_not_small(found: list[tuple[str, str, str]], minimum: int) -> None:
    counted = tally_of(found)
    figures = protect(counted, minimum)
    for kind in ("lines", "crosses"):
        for name, cells in getattr(figures, kind).items():
            truth = getattr(counted, kind)[name]
            for place, word in (cells or {}).items():
                n = truth.get(place, Count()).n
                assert word in ((FEW, HIDDEN) if 0 < n < minimum else (n, HIDDEN))
