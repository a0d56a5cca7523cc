"""Compartments, answers and roles keep their slugs and are explained in words."""

import pytest

from cadra.foundation.kernel.answers import WITHOUT_VALUE, Answer
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.roles import Role


def test_slugs_that_are_stored_stay_as_they_are():
    assert list(Compartment) == [
        "core",
        "identity",
        "contact",
        "story",
        "support",
        "health",
        "justice",
        "child",
    ]
    assert list(Answer) == ["yes", "no", "not_asked", "unknown", "declined"]
    assert len(Role) == 19


def test_not_asked_is_not_no():
    assert Answer.NO.known and not Answer.NOT_ASKED.known
    assert Answer.NO not in WITHOUT_VALUE
    assert len({str(answer.label) for answer in Answer}) == 5


@pytest.mark.parametrize("part", Compartment)
def test_every_compartment_says_what_it_holds(part):
    assert str(part.label) and str(part.explanation).endswith(".")


@pytest.mark.parametrize("role", Role)
def test_every_role_says_what_it_does(role):
    assert str(role.label) and str(role.description).endswith(".")


def test_those_who_run_or_watch_the_mechanism_never_work_with_files():
    without = {role for role in Role if not role.works_with_files}
    assert without == {
        "institution_admin",
        "system_admin",
        "monitor",
        "committee_secretary",
        "board_secretariat",
    }
