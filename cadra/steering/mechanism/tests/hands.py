"""Colleagues for the tests of teams and hand-overs: a second case manager, a lawyer; a file Marta carries."""

from typing import Any

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.network.models import DeskMember, Institution, RoleHolding, Undertaking, User
from cadra.record.people import actions as people
from cadra.record.people.models import Person, Profile
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.opened import opened
from cadra.steering.mechanism.tests.building import give_custody, make_file


def newcomer(house: Any, first: str, at: str, *roles: Role, sex: str = "", desk: str = "") -> User:
    """A colleague more, of the institution of `at`."""
    home = house.user(at).institution
    user = User(name=f"{first.title()} New", email=f"{first}@cadra.example", institution=home, language="en", sex=sex)
    user.set_password("x")
    user.save(using="owner", force_insert=True)
    for role in roles:
        RoleHolding.objects.using("owner").create(user=user, role=role)
    if desk:
        DeskMember.objects.using("owner").create(user=user, desk_id=house.user(desk).desk_places.get().desk_id)
    Undertaking.objects.using("owner").create(user=user, version=pack().code_of_conduct.version, language="en")
    house.people[first] = User.objects.select_related("institution").get(pk=user.pk)
    return user


def lawyer(house: Any, first: str = "lira") -> User:
    """An independent lawyer, of an office of her own."""
    office = Institution(name="Law office of the Linden", kind="legal_clinic")
    office.save(using="owner", force_insert=True)
    user = newcomer(house, first, "marta", Role.LAWYER)
    house.sql("UPDATE network_user SET institution_id = %s WHERE id = %s", [office.pk, user.pk])
    house.people[first] = User.objects.select_related("institution").get(pk=user.pk)
    return user


def taken(house: Any, *, called: str = "Dee", family: str = "Canary", by: str = "marta") -> Person:
    """A file in the custody of the shelter that Marta carries."""
    person = make_file(house, called=called, family=family)
    give_custody(house, person)
    with house.as_(by) as actor:
        actions.take_custody(actor=actor, file=opened(actor, person.pk)[0])
    return person


def wish(house: Any, person: Person, sex: str) -> None:
    """She said whom she wants to work with her."""
    with house.as_("marta") as marta:
        row = Profile.objects.get(case_id=person.pk)
        people.save_profile(actor=marta, person=person, version=row.version, called="Dee", worker_sex=sex)


def manager(house: Any, person: Person) -> str:
    """First name of whoever carries the file."""
    [(email,)] = house.sql(
        "SELECT u.email FROM cases_case c LEFT JOIN network_user u ON u.id = c.manager_id WHERE c.case_id = %s",
        [person.pk],
    )
    return str(email).split("@")[0]


def answerers(house: Any, person: Person) -> set[str]:
    """Who answers for the file, as PostgreSQL says it."""
    asks = (
        "SELECT u.email FROM cases_case c CROSS JOIN LATERAL"
        " authz.file_answerers(c.manager_id, c.holder, c.visible_to, c.refused_to) AS w"
        " JOIN network_user u ON u.id = w WHERE c.case_id = %s"
    )
    rows = house.sql(asks, [person.pk])
    return {email.split("@")[0] for (email,) in rows}
