"""Names and whereabouts of the professionals a page speaks of. Looked up once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import Kept, together
from cadra.foundation.network.models import Desk, Institution, User
from cadra.foundation.network.queries import responsible_authority
from cadra.record.cases.models import Case
from cadra.record.interpreting.models import Interpreter
from cadra.steering.mechanism.policy import CUSTODIANS

#: What a page says of a colleague.
NAMED = ("id", "name", "institution_id", "principal", "sex")
PLACE = ("id", "name", "principal")


@dataclass(frozen=True)
class Names:
    """Names by id and by principal; empty text for someone who is no longer there."""

    users: dict[UUID, User]
    institutions: dict[UUID, Institution]
    principals: dict[int, str]

    def user(self, user_id: UUID | None) -> str:
        """The name of a user."""
        found = self.users.get(user_id) if user_id else None
        return found.name if found else ""

    def institution(self, institution_id: UUID | None) -> str:
        """The name of an institution."""
        found = self.institutions.get(institution_id) if institution_id else None
        return found.name if found else ""

    def principal(self, principal: int | None) -> str:
        """The name of whatever stands behind a principal."""
        return self.principals.get(principal, "") if principal is not None else ""


@Kept
def _users(ids: Any) -> QuerySet[User]:
    return User.objects.filter(OneOf("id", ids)).only(*NAMED)


@Kept
def _institutions(ids: Any) -> QuerySet[Institution]:
    return Institution.objects.filter(OneOf("id", ids)).only(*PLACE)


def _desks(numbers: Any) -> QuerySet[Desk]:
    return Desk.objects.filter(OneOf("principal", numbers))


#: What stands behind a number.
BEHIND = (
    Kept(lambda numbers: User.objects.filter(OneOf("principal", numbers)).only(*NAMED)),
    Kept(lambda numbers: Institution.objects.filter(OneOf("principal", numbers)).only(*PLACE)),
    Kept(lambda numbers: _desks(numbers).only("id", "name", "principal", "institution_id")),
    Kept(lambda numbers: Institution.objects.filter(pk__in=_desks(numbers).values("institution_id")).only(*PLACE)),
    Kept(lambda numbers: Interpreter.objects.filter(OneOf("principal", numbers)).only(*PLACE)),
)


def names_of(
    *, users: Iterable[UUID | None] = (), institutions: Iterable[UUID | None] = (), principals: Iterable[int] = ()
) -> Names:
    """Names of these users, institutions and principals, in one round trip."""
    named_users, named_houses = list({one for one in users if one}), list({one for one in institutions if one})
    numbers = list(set(principals))
    found_users, found_houses, by_number, houses, desks, homes, roster = together(
        _users(named_users) if named_users else None,
        _institutions(named_houses) if named_houses else None,
        *([one(numbers) for one in BEHIND] if numbers else [None] * len(BEHIND)),
    )
    named = {row.principal: row.name for row in [*by_number, *houses, *roster]}
    # "Reception" alone says nothing to her: whose it is comes first.
    home_of = {row.pk: row.name for row in homes}
    named |= {row.principal: f"{home_of.get(row.institution_id, '')}, {row.name}".lstrip(", ") for row in desks}
    return Names(
        {row.pk: row for row in [*found_users, *by_number]},
        {row.pk: row for row in [*found_houses, *houses]},
        named,
    )


#: Users who carry files, as their work.
CARRIES = Q(is_active=True, holdings__role__in=CUSTODIANS)


def carriers(house: int) -> QuerySet[User]:
    """Colleagues of an institution (its principal) who carry files."""
    return User.objects.filter(CARRIES, institution__principal=house).distinct()


def with_role(role: Role, institution_ids: Iterable[UUID | None]) -> list[UUID]:
    """Active users of these institutions who hold a role."""
    found = User.objects.filter(
        institution_id__in={one for one in institution_ids if one}, is_active=True, holdings__role=role
    )
    return list(found.values_list("pk", flat=True).distinct())


def second_lookers(case: Case, proposer: UUID) -> list[UUID]:
    """Who looks a second time at a closing: who leads the team, else another carrier of the house, else the
    Responsible Authority's officers."""
    houses = Institution.objects.filter(principal__in=[case.holder] if case.holder is not None else []).only("id")
    for house in houses:
        for roles in ([Role.SUPERVISOR], CUSTODIANS):
            found = [one for role in roles for one in with_role(role, [house.pk]) if one != proposer]
            if found:
                return sorted(set(found))
    return with_role(Role.RA_OFFICER, [responsible_authority().pk])


def supervisors_of(institution_principal: int) -> list[UUID]:
    """Who leads the teams of an institution."""
    house = Institution.objects.filter(principal=institution_principal).only("id").first()
    return with_role(Role.SUPERVISOR, [house.pk]) if house else []
