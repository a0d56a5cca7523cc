"""Who stands in which relation to the file of tests/world.py, and which parts of it that opens.

Own, granted, run out, taken back, refused, ended, foreign, nobody: the walls put the same questions to all of them.
"""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import Institution, RoleHolding, Undertaking, User
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people.models import Person
from tests import world as worlds
from tests.world import PARTS, World

ALL = frozenset(PARTS)
NOTHING: frozenset[str] = frozenset()
GRANTED: dict[str, frozenset[str]] = {
    "rea": ALL,
    "petrit": frozenset({"core", "identity", "story"}),
    "sonila": frozenset({"core", "identity", "story"}),
    "marta": frozenset({"core", "support", "identity", "contact", "story"}),
    "kleo": frozenset({"core", "contact", "request"}),
}
# What remains of it when she takes back her yes for the shelter and for the clinic.
WITHOUT_CONSENT = {**GRANTED, "marta": frozenset({"core", "support"}), "kleo": NOTHING}
# Nobody of these ever saw it, but Ada, who sent it, and Lule, in an emergency that is over. Sara's institution
# carries it; she is refused.
FOREIGN: tuple[str | None, ...] = ("ada", "besim", "zana", "ina", "mona", "sys", "dita", "lule", "sara", None)
# The roles nobody of the cast has, each with a house of its own; all but the secretaries work with files.
OTHERS = {
    "lawyer": Role.LAWYER,
    "prosecutor": Role.PROSECUTOR,
    "mentor": Role.MENTOR,
    "interpreter": Role.INTERPRETER,
    "helpline": Role.HELPLINE_OPERATOR,
    "secretary": Role.COMMITTEE_SECRETARY,
    "board": Role.BOARD_SECRETARIAT,
}
EVERYBODY = ("ada", "besim", "dita", "petrit", "sonila", "marta", "sara", "ina", "kleo", "zana", "lule", "mona", "sys")
SHORT = dt.timedelta(milliseconds=300)


def let_in(house: Any) -> None:
    """Everybody of OTHERS, in a house that has nothing to do with anyone."""
    home = Institution(name="House of the Other Roles", kind="ngo")
    home.save(using="owner", force_insert=True)
    for name, role in OTHERS.items():
        user = User(name=name.title(), email=f"{name}@cadra.example", institution=home, language="en", password="!")
        user.save(using="owner", force_insert=True)
        RoleHolding.objects.using("owner").create(user=user, role=role)
        Undertaking.objects.using("owner").create(user=user, version=pack().code_of_conduct.version, language="en")
        house.people[name] = User.objects.using("default").select_related("institution").get(pk=user.pk)


def person_of(world: World) -> Person:
    return Person.objects.get(pk=world.case_id)


def end_what_the_story_gave(house: Any, world: World) -> None:
    """Custody, assignment, the clinic's request: all that anyone but the Responsible Authority holds."""
    with house.as_("rea") as rea:
        given = Grant.objects.filter(case_id=world.case_id, ended_at=None).exclude(basis=Basis.LEGAL_DUTY)
        access.end(actor=rea, grants=list(given), reason="test")


def take_back_every_yes(house: Any, world: World) -> None:
    """She takes back her yes for the clinic and for the shelter; custody remains."""
    worlds.withdraw(house, world)
    with house.as_("rea") as rea:
        given = Grant.objects.filter(case_id=world.case_id, ended_at=None, basis=Basis.CONSENT)
        for consent in list(Consent.objects.filter(pk__in=given.values("consent_id"))):
            consents.withdraw(actor=rea, person=person_of(world), consent=consent)


def _give(
    house: Any, world: World, names: Sequence[str], basis: Basis, until: dt.timedelta | None = None
) -> list[tuple[Grant, Any]]:
    """Every part of the file to each of them; with the consent it stands on, where it stands on one."""
    with house.as_("rea") as rea:
        person, found = person_of(world), []
        for name in names:
            principal = house.user(name).principal
            consent = _yes(rea, person, principal) if basis == Basis.CONSENT else None
            new = access.NewGrant(
                person.pk,
                principal,
                PARTS,
                "test",
                basis,
                consent_id=consent.pk if consent else None,
                until=dt.datetime.now(dt.UTC) + until if until else None,
            )
            found.append((access.give(actor=rea, grants=[new])[0], consent))
        return found


def _yes(actor: Any, person: Person, principal: int) -> Any:
    return consents.record(
        actor=actor,
        person=person,
        recipient_kind="shelter",
        recipient=principal,
        purpose="shelter",
        asked_for=PARTS,
        compartments=PARTS,
        answer=Answer.GIVEN,
        form="spoken",
    )


def run_out(house: Any, world: World, names: Sequence[str]) -> None:
    """They had all of it by her consent, until a moment ago."""
    _give(house, world, names, Basis.CONSENT, until=SHORT)
    time.sleep(SHORT.total_seconds() + 0.05)


def taken_back(house: Any, world: World, names: Sequence[str]) -> None:
    """They had all of it by her consent, and she took it back."""
    given = _give(house, world, names, Basis.CONSENT)
    with house.as_("rea") as rea:
        for _grant, consent in given:
            consents.withdraw(actor=rea, person=person_of(world), consent=consent)


def refused(house: Any, world: World, names: Sequence[str]) -> None:
    """They carry all of it, and she does not want them to see it."""
    _give(house, world, names, Basis.CUSTODY)
    with house.as_("rea") as rea:
        for name in names:
            access.refuse(actor=rea, case_id=world.case_id, principal=house.user(name).principal)


def _ended(house: Any, world: World, names: Sequence[str], basis: Basis) -> None:
    grants = [grant for grant, _consent in _give(house, world, names, basis)]
    with house.as_("rea") as rea:
        access.end(actor=rea, grants=grants, reason="test")


def custody_ended(house: Any, world: World, names: Sequence[str]) -> None:
    """They carried it, and handed it over."""
    _ended(house, world, names, Basis.CUSTODY)


def assignment_ended(house: Any, world: World, names: Sequence[str]) -> None:
    """They were its identification pair, and are not any more."""
    _ended(house, world, names, Basis.ASSIGNMENT)


# How it was lost, and by whom in the wall of addresses. Raw SQL is asked by everybody in each of them.
LOST = {
    run_out: ("zana", "mona", "lawyer"),
    taken_back: ("kleo", "besim", "mentor"),
    refused: ("sara", "petrit", "interpreter"),
    custody_ended: ("marta", "ina", "helpline"),
    assignment_ended: ("sonila", "lule", "prosecutor"),
}


def lose(house: Any, world: World) -> None:
    """Each of the cast but the Responsible Authority had the file and lost it, in one of five ways."""
    let_in(house)
    end_what_the_story_gave(house, world)
    for how, names in LOST.items():
        how(house, world, names)


def keys_of(house: Any, name: str, case_id: UUID) -> frozenset[str]:
    """The parts whose keys the keeper hands to this user now."""
    ring = house.actor(name).ring
    return frozenset(part for _case, part in ring.keeper.open_keys(ring.token, [(case_id, part) for part in PARTS]))
