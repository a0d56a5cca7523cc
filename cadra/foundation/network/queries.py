"""Reading the network: the directory, desks, and what a user stands for."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

from cadra.foundation.kernel import keyset
from cadra.foundation.kernel.arrays import OneOf
from cadra.foundation.kernel.clock import deadline, local_date, now, today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import Kept, instance, together
from cadra.foundation.network.models import (
    Desk,
    DeskMember,
    Institution,
    Invitation,
    NamedUntrained,
    Training,
    Undertaking,
    User,
)

PAGE = 25
FILE_ROLES = frozenset(role for role in Role if role.works_with_files)


def roles_of(user: User) -> list[str]:
    """Slugs of the roles this user holds, sorted."""
    return sorted(user.holdings.values_list("role", flat=True))


def principals_of(user: User, roles: Sequence[str]) -> list[int]:
    """What this user stands for in grants: herself first, then her desks, then her institution.

    The institution and the desks count only with a role that works with files, so an administrator of an
    institution never reads one (mission N2).
    """
    own = [user.principal]
    if FILE_ROLES.isdisjoint(roles):
        return own
    seats = DeskMember.objects.filter(user=user).values_list("desk__principal", flat=True)
    covered = desks_covered_by(user).filter(covered_on(today())).values_list("principal", flat=True)
    return [*own, *sorted({*seats, *covered}), user.institution.principal]


def covered_on(day: dt.date) -> Q:
    """Desks for which another answers on this day."""
    return Q(cover__isnull=False, cover_from__lte=day, cover_until__gte=day)


def behind(principals: Collection[int]) -> Q:
    """Users for whom these stand: they themselves, all of an institution, whoever answers at a desk or covers it."""
    covered = Desk.objects.filter(covered_on(today()), principal__in=principals).values("cover_id")
    seats = DeskMember.objects.filter(Q(desk__principal__in=principals) | Q(desk__in=covered)).values("user_id")
    return Q(principal__in=principals) | Q(institution__principal__in=principals) | Q(pk__in=seats)


def desks_covered_by(user: User) -> QuerySet[Desk]:
    """Desks of her institution for which a desk of hers answers, on some day."""
    covered = Desk.objects.filter(cover__members__user=user, institution_id=user.institution_id)
    return covered.select_related("cover").order_by("cover_from", "name", "id").distinct()


def next_change_of_cover(user: User) -> dt.date | None:
    """The next day on which this user begins or ceases to answer for another desk."""
    day = today()
    covered = desks_covered_by(user).filter(cover_until__gte=day)
    begins = covered.filter(cover_from__gt=day).aggregate(day=Min("cover_from"))["day"]
    ends = covered.filter(cover_from__lte=day).aggregate(day=Min("cover_until"))["day"]
    changes = [found for found in (begins, ends and ends + dt.timedelta(days=1)) if found]
    return min(changes, default=None)


def away_on(day: dt.date) -> Q:
    """Users who are absent on this day."""
    return Q(absent_from__lte=day, absent_until__gte=day)


def standing_behind(principals: Collection[int]) -> set[UUID]:
    """The ids of these users (`behind`); nothing is asked about nobody."""
    return set(User.objects.filter(behind(principals)).values_list("pk", flat=True)) if principals else set()


# Every page asks this: as plain SQL it takes half the time. Away as in `away_on`.
SIGNED_IN = """
    SELECT to_jsonb(u), to_jsonb(i), ARRAY(
        SELECT a.id FROM network_user a
        WHERE a.covered_by_id = u.id AND a.institution_id = u.institution_id AND a.is_active
          AND %s BETWEEN a.absent_from AND a.absent_until
    ) FROM network_user u JOIN network_institution i ON i.id = u.institution_id WHERE u.id = %s"""


def signed_in(user_id: Any) -> User | None:
    """A user with her institution and, in `covers`, the ids of its colleagues she stands in for today."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNED_IN, [today(), user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    user: Any = instance(User, row[0])
    user.institution, user.covers = instance(Institution, row[1]), row[2]
    return user  # type: ignore[no-any-return]


def stand_in(user_id: UUID) -> UUID | None:
    """Who stands in for this user today, when she is absent and has named someone who is there."""
    there = ~Q(pk__in=User.objects.filter(away_on(today())).values("pk"))
    found = User.objects.filter(there, is_active=True, covering__in=User.objects.filter(away_on(today()), pk=user_id))
    return found.values_list("pk", flat=True).first()


def stand_ins_for(user: User) -> QuerySet[User]:
    """Colleagues who may stand in: of the same institution, open, working with files if she does, covered by nobody
    of hers in turn."""
    found = User.objects.filter(institution_id=user.institution_id, is_active=True).exclude(pk=user.pk)
    found = found.exclude(away_on(today()), covered_by=user)
    if FILE_ROLES.isdisjoint(roles_of(user)):
        return found.order_by("name", "id")
    return found.filter(holdings__role__in=FILE_ROLES).distinct().order_by("name", "id")


def mail_address(user_id: UUID) -> tuple[str, str] | None:
    """(address, language) of an active user, or nothing."""
    return User.objects.filter(pk=user_id, is_active=True).values_list("email", "language").first()


def responsible_authority() -> Institution:
    """The one institution that registers and connects files."""
    return Institution.objects.get(is_responsible_authority=True, is_active=True)


#: What `intake_desk` is made of: the desk, and its institution.
INTAKE_DESK = (
    Kept(
        # The first that was made, if it is open: another desk of the authority's changes nothing for referrals.
        lambda: Desk.objects.filter(institution__is_responsible_authority=True, institution__is_active=True).order_by(
            "-is_open", "principal"
        )[:1]
    ),
    Kept(lambda: Institution.objects.filter(is_responsible_authority=True, is_active=True)),
)


def intake_desk(*rows: list[Any]) -> Desk:
    """The desk of the Responsible Authority where referrals arrive, with its institution.

    `rows`: those of `INTAKE_DESK`, by whoever has read them together with others.
    """
    (desk,), (desk.institution,) = rows or together(*(asked() for asked in INTAKE_DESK))
    return desk  # type: ignore[no-any-return]


@Kept
def _answering(desks: Any) -> QuerySet[User]:
    seats = DeskMember.objects.filter(OneOf("desk_id", desks)).values("user_id")
    return User.objects.filter(is_active=True, pk__in=seats).only("id", "name", "principal")


def desk_people(desk: Desk) -> list[User]:
    """Who answers at this desk, and at the desk that covers it today."""
    answering = [desk.pk]
    if desk.cover_id and desk.cover_from and desk.cover_until and desk.cover_from <= today() <= desk.cover_until:
        answering.append(desk.cover_id)
    (people,) = together(_answering(answering))
    return people


def has_signed(user_id: UUID, version: str) -> bool:
    """Has this user signed this version of the code of conduct?"""
    return Undertaking.objects.filter(user_id=user_id, version=version).exists()


# Most pages of a file ask this: as plain SQL it takes a quarter of the time.
DESK_NAMES = """
    SELECT d.principal, i.name || ', ' || d.name
    FROM network_desk d JOIN network_institution i ON i.id = d.institution_id WHERE d.principal = ANY(%s)"""


def desk_names(principals: Iterable[int]) -> dict[int, str]:
    """principal → "Institution, desk"; nothing is asked about nobody."""
    wanted = list(set(principals))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(DESK_NAMES, [wanted])
        return dict(cursor.fetchall())


def names_of(principals: Sequence[int]) -> dict[int, str]:
    """principal → name of the institution, desk or person behind it (for 'who can see')."""
    wanted = list(set(principals))
    found: dict[int, str] = dict(Institution.objects.filter(principal__in=wanted).values_list("principal", "name"))
    found |= desk_names(wanted)
    found |= dict(User.objects.filter(principal__in=wanted).values_list("principal", "name"))
    return found


def user_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """user id → name, of colleagues; nothing is asked about nobody."""
    wanted = {one for one in ids if one}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def offices(kinds: Sequence[str], area: str = "") -> list[Institution]:
    """Active institutions of these kinds; of this area (or the whole country) when an area is named."""
    found = Institution.objects.filter(kind__in=kinds, is_active=True)
    if area:
        found = found.filter(Q(areas__contains=[area]) | Q(municipality=area) | Q(serves_whole_country=True))
    return list(found.order_by("serves_whole_country", "name", "id"))


def directory(
    *, text: str = "", kind: str = "", area: str = "", service: str = "", after: str = ""
) -> tuple[list[Institution], str]:
    """One page of the directory by name, and where the next starts ('' at the end).

    `area`: a municipality or region code; institutions that serve the whole country are always in. A shelter shows a
    telephone, never a place.
    """
    found = Institution.objects.filter(is_active=True)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(mandate__icontains=text) | Q(desks__name__icontains=text))
    if kind:
        found = found.filter(kind=kind)
    if area:
        found = found.filter(_serving(area))
    if service:
        found = found.filter(desks__services__contains=[service])
    return keyset.page(found.distinct().prefetch_related("desks"), ("name", "id"), after, PAGE)


def _serving(area: str) -> Q:
    """Institutions of an area or the whole country. Where a shelter stands is never a way to find it."""
    there = Q(areas__contains=[area]) | Q(municipality=area)
    told = Q(is_shelter=True, areas__overlap=pack().shelter_areas([area]))
    return Q(serves_whole_country=True) | (Q(is_shelter=False) & there) | told


def institution(institution_id: UUID) -> Institution | None:
    """One active institution with its desks, and in `focal_points` whom to ring first."""
    first = Prefetch("users", active_colleagues(institution_id).filter(is_focal_point=True), to_attr="focal_points")
    found = Institution.objects.filter(pk=institution_id, is_active=True)
    return found.prefetch_related("desks__members__user", "desks__cover", first).first()


def members(*, text: str = "", which: str = "", after: str = "") -> tuple[list[Institution], str]:
    """One page of all institutions by name, with `administered` (has somebody an open account to administer it with?).

    `which`: "closed", those that left; "alone", those nobody administers.
    """
    keeping = User.objects.filter(institution=OuterRef("pk"), is_active=True, holdings__role=Role.INSTITUTION_ADMIN)
    found = Institution.objects.annotate(administered=Exists(keeping))
    found = found.filter(is_active=which != "closed", name__icontains=text)
    if which == "alone":
        found = found.filter(administered=False)
    return keyset.page(found, ("name", "id"), after, PAGE)


def member(institution_id: UUID) -> Institution | None:
    """One institution, also one that left."""
    return Institution.objects.filter(pk=institution_id).first()


def administrators_ever(home: Institution) -> list[User]:
    """Those who administer it, or did."""
    return list(home.users.filter(holdings__role=Role.INSTITUTION_ADMIN).order_by("-is_active", "name", "id"))


def still_waits(home: Institution, desk: Desk | None = None) -> list[str]:
    """What it still answers for, or one desk of it: requests, files, identifications, teams. PostgreSQL says no more,
    and to its administrator and the Responsible Authority's alone: they see no file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.still_waits(%s, %s)", [home.pk, desk.pk if desk else None])
        (found,) = cursor.fetchone() or (None,)
    if found is None:
        raise PermissionError("whoever asks administers nothing here")
    return list(found)


def colleagues(institution_id: UUID) -> list[User]:
    """Everyone with an account at this institution, with roles and desks."""
    found = User.objects.filter(institution_id=institution_id)
    return list(
        found.select_related("covered_by")
        .prefetch_related("holdings", "desk_places__desk")
        .order_by("-is_active", "name")
    )


def active_colleagues(institution_id: UUID) -> QuerySet[User]:
    """Those of an institution whose account is open, by name."""
    return User.objects.filter(institution_id=institution_id, is_active=True).order_by("name", "id")


def administrators(institution_id: UUID) -> set[UUID]:
    """Who administers this institution today: the ids of open accounts."""
    found = active_colleagues(institution_id).filter(holdings__role=Role.INSTITUTION_ADMIN)
    return set(found.values_list("pk", flat=True))


def colleague(home: Institution, user_id: UUID) -> User | None:
    """One account of this institution."""
    return User.objects.select_related("institution").filter(pk=user_id, institution=home).first()


def desk_of(home: Institution, desk_id: UUID) -> Desk | None:
    """One desk of this institution."""
    found = Desk.objects.select_related("institution", "cover").prefetch_related("members__user")
    return found.filter(pk=desk_id, institution=home).first()


def desks_of(home: Institution) -> list[Desk]:
    """The desks of this institution, with who answers at each and what covers it."""
    found = Desk.objects.filter(institution=home).select_related("cover")
    return list(found.prefetch_related("members__user").order_by("name", "id"))


def open_invitations(institution_id: UUID, moment: dt.datetime) -> list[Invitation]:
    """Invitations of this institution that can still be accepted."""
    found = Invitation.objects.filter(institution_id=institution_id, accepted_at=None, expires_at__gt=moment)
    return list(found.order_by("-created_at"))


def invitation_from(home: Institution, invitation_id: UUID) -> Invitation | None:
    """One invitation of this institution that nobody has accepted."""
    found = Invitation.objects.select_related("institution")
    return found.filter(pk=invitation_id, institution=home, accepted_at=None).first()


def invitation_of(token: str, moment: dt.datetime) -> Invitation | None:
    """The living invitation behind a link."""
    found = Invitation.objects.select_related("institution", "desk")
    return found.filter(
        token_hash=hashlib.sha256(token.encode()).digest(), accepted_at=None, expires_at__gt=moment
    ).first()


def trainings(institution_id: UUID, *, which: str = "", topic: str = "", after: str = "") -> tuple[list[Training], str]:
    """One page of the trainings of an institution's people, the newest first, and where the next starts.

    `which`: "soon", those about to run out; "over", those that ran out.
    """
    found = Training.objects.filter(user__institution_id=institution_id, user__is_active=True)
    if which == "soon":
        found = found.filter(until__gte=today(), until__lte=runs_out_by())
    elif which == "over":
        found = found.filter(until__lt=today())
    if topic:
        found = found.filter(topic=topic)
    return keyset.page(found.select_related("user"), ("-on", "id"), after, PAGE)


def trainings_of(user_id: UUID) -> list[Training]:
    """Somebody's own trainings, the newest first."""
    return list(Training.objects.filter(user_id=user_id).order_by("-on", "id"))


def training_at(home: Institution, training_id: UUID) -> Training | None:
    """One training of somebody of this institution."""
    return Training.objects.select_related("user").filter(pk=training_id, user__institution=home).first()


def runs_out_by() -> dt.date:
    """Trainings that end by this day are about to run out (pack)."""
    return local_date(deadline(now(), pack().limit("training_warning")))


def trainings_in_force(users: Collection[UUID]) -> QuerySet[Training]:
    """Trainings of theirs that count today."""
    return Training.objects.filter(Q(until=None) | Q(until__gte=today()), on__lte=today(), user__in=users)


def missing_topics(work: Iterable[str], user_id: UUID, in_force: Iterable[Training]) -> list[str]:
    """Topics this work needs (pack) and none of these trainings of hers has."""
    wanted, held = set(work), {row.topic for row in in_force if row.user_id == user_id}
    return [topic.code for topic in pack().training_topics if wanted & set(topic.needed_for) and topic.code not in held]


def untrained_for(work: Collection[str], users: Collection[UUID]) -> dict[UUID, list[str]]:
    """user → topics this work needs and none of her trainings in force has; who lacks nothing stands not in it."""
    in_force = list(trainings_in_force(users)) if users else []
    return {user_id: topics for user_id in users if (topics := missing_topics(work, user_id, in_force))}


def named_untrained(institution_id: UUID | None, after: str = "") -> tuple[list[NamedUntrained], str, int]:
    """One page of who was named without a training, newest first, where the next starts, and how many there are.

    `institution_id`: of those named; None: of all institutions.
    """
    found = NamedUntrained.objects.select_related("user__institution", "named_by")
    if institution_id is not None:
        found = found.filter(user__institution_id=institution_id)
    rows, older = keyset.page(found, ("-named_at", "-id"), after, PAGE)
    return rows, older, found.count()
