"""Changing the network: members, their desks, invitations, roles, absences, undertakings."""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.marks import mark
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network import queries
from cadra.foundation.network.accounts import invitation_for
from cadra.foundation.network.models import (
    Desk,
    DeskMember,
    Institution,
    Invitation,
    NamedUntrained,
    RoleHolding,
    Training,
    Undertaking,
    User,
)
from cadra.foundation.network.policy import Asking, keeps_members, may_administer, roles_to_give
from cadra.foundation.vault.keeper import KeeperUnavailable, keeper


class NotYours(Exception):
    """The actor may not change this institution."""


class CannotCover(Exception):
    """This colleague or desk can't stand in: of another institution, away as well, or without a role for files."""


class AlreadyHere(Exception):
    """There is an account with this address."""


class ChangedMeanwhile(Exception):
    """Somebody else saved since the page was shown; `row` as it is now."""

    def __init__(self, row: Any) -> None:
        super().__init__("changed meanwhile")
        self.row = row


class StillWaits(Exception):
    """It still answers for somebody; `what`: requests, files, identifications, teams."""

    def __init__(self, what: Sequence[str]) -> None:
        super().__init__(*what)
        self.what = what


class LastDesk(Exception):
    """No other desk of the institution is open, and this one is waited for."""


def sign_undertaking(*, user_id: UUID, version: str, language: str) -> None:
    """Record that a user signed this version; signing twice is signing once."""
    Undertaking.objects.get_or_create(user_id=user_id, version=version, defaults={"language": language})


@act
def invite(
    *,
    actor: Asking,
    institution: Institution,
    name: str,
    email: str,
    roles: Sequence[str],
    desk: Desk | None,
    language: str,
) -> str:
    """Offer an account; returns the link's token, of which only the hash is kept. Valid seven days. To another
    institution the Responsible Authority's administrator invites administrators, and nobody else."""
    _check_here_or_member(actor, institution, roles, administrator=set(roles) == {Role.INSTITUTION_ADMIN})
    if User.objects.filter(email__iexact=email).exists():
        raise AlreadyHere
    invitation, token = invitation_for(
        institution=institution,
        name=name,
        email=email,
        roles=list(roles),
        desk=desk,
        language=language,
        invited_by_id=actor.user_id,
    )
    invitation.save(force_insert=True)
    ledger.record(actor=actor, verb="invited")
    return token


@act
def withdraw_invitation(*, actor: Asking, invitation: Invitation) -> None:
    """The link no longer opens."""
    _check_here_or_member(actor, invitation.institution, (), administrator=True)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(expires_at=now())
    ledger.record(actor=actor, verb="withdrew_invitation", object_id=invitation.pk)


@act
def set_roles(*, actor: Asking, user: User, roles: Sequence[str]) -> None:
    """Give a colleague exactly these roles. A role taken away ends her sessions at once; a new one counts from the
    next sign-in."""
    _check(actor, user.institution, roles)
    held = set(user.holdings.values_list("role", flat=True))
    RoleHolding.objects.filter(user=user, role__in=held - set(roles)).delete()
    if held - set(roles):
        _end_at_keeper(user)
    RoleHolding.objects.bulk_create([RoleHolding(user=user, role=role) for role in set(roles) - held])
    ledger.record(actor=actor, verb="set_roles", object_id=user.pk)


@act
def set_desks(*, actor: Asking, user: User, desks: Sequence[Desk]) -> None:
    """Seat a colleague at exactly these desks of her institution."""
    _check(actor, user.institution, ())
    wanted = {desk.pk for desk in desks if desk.institution_id == user.institution_id}
    held = set(user.desk_places.values_list("desk_id", flat=True))
    DeskMember.objects.filter(user=user, desk_id__in=held - wanted).delete()
    if held - wanted:
        _end_at_keeper(user)
    DeskMember.objects.bulk_create([DeskMember(user=user, desk_id=desk) for desk in wanted - held])
    ledger.record(actor=actor, verb="set_desks", object_id=user.pk)


@act
def set_focal_point(*, actor: Asking, user: User, is_focal_point: bool, phone: str) -> None:
    """Whom to ring first at her institution, and at which number: the directory shows both of a focal point."""
    _check(actor, user.institution, ())
    if (user.is_focal_point, user.phone) != (is_focal_point, phone):
        User.objects.filter(pk=user.pk).update(is_focal_point=is_focal_point, phone=phone)
        ledger.record(actor=actor, verb="set_focal_point", object_id=user.pk)


@act
def set_active(*, actor: Asking, user: User, active: bool) -> None:
    """Close or reopen an account; closing ends every session of it. Nobody closes her own. That of another
    institution's administrator the Responsible Authority's closes and opens too."""
    administrator = Role.INSTITUTION_ADMIN in user.holdings.values_list("role", flat=True)
    _check_here_or_member(actor, user.institution, (), administrator=administrator)
    if user.pk == actor.user_id:
        raise NotYours
    User.objects.filter(pk=user.pk).update(is_active=active)
    if not active:
        _end_at_keeper(user)
    ledger.record(actor=actor, verb="opened_account" if active else "closed_account", object_id=user.pk)


@act
def set_absence(*, actor: Asking, user: User, first: dt.date, last: dt.date, cover: User | None) -> None:
    """When she is away, first and last day, and who stands in for her; she says so herself or her administrator does.

    CannotCover unless `cover` may stand in and is there in these days.
    """
    _check_absence(actor, user)
    if last < first:
        raise ValueError("the last day is before the first")
    if cover is not None:
        away = cover.absent_from is not None and cover.absent_from <= last and first <= (cover.absent_until or last)
        if away or not queries.stand_ins_for(user).filter(pk=cover.pk).exists():
            raise CannotCover
    User.objects.filter(pk=user.pk).update(absent_from=first, absent_until=last, covered_by=cover)
    ledger.record(actor=actor, verb="set_absence", object_id=user.pk)


@act
def end_absence(*, actor: Asking, user: User) -> None:
    """She is back, or will not go: nobody stands in for her any more."""
    _check_absence(actor, user)
    User.objects.filter(pk=user.pk).update(absent_from=None, absent_until=None, covered_by=None)
    ledger.record(actor=actor, verb="ended_absence", object_id=user.pk)


@act
def add_institution(*, actor: Asking, submission: UUID, **said: Any) -> Institution:
    """A new member of the mechanism, as the directory will say; the same form sent twice is one."""
    if not keeps_members(actor):
        raise NotYours
    once(submission)
    known = Institution.objects.filter(pk=submission).first()
    if known is not None:
        return known
    row = Institution(pk=submission)
    _say(row, Institution.ENTRY, said)
    row.save(force_insert=True)
    ledger.record(actor=actor, verb="added_institution", object_id=row.pk)
    return row


@act
def set_entry(*, actor: Asking, institution: Institution, seen: str, **said: Any) -> Institution:
    """What the directory says of an institution; its own administrator says what is its own to say.

    ChangedMeanwhile when somebody else saved since it was shown (`seen`: its mark).
    """
    whole = keeps_members(actor)
    if not whole and not may_administer(actor, institution.pk):
        raise NotYours
    row = Institution.objects.select_for_update().get(pk=institution.pk)
    if mark(row, Institution.ENTRY) != seen:
        raise ChangedMeanwhile(row)
    _say(row, Institution.ENTRY if whole else Institution.OWN_WORDS, said)
    row.save(update_fields=Institution.ENTRY)
    ledger.record(actor=actor, verb="changed_entry", object_id=row.pk)
    return row


@act
def close_institution(*, actor: Asking, institution: Institution) -> None:
    """It left the mechanism: not in the directory, nothing new is sent there, every account of it is closed.

    StillWaits while somebody depends on it: her file, her request or her identification is handed on first.
    """
    _check_member(actor, institution)
    Institution.objects.filter(pk=institution.pk).update(is_active=False)  # first: from here nothing new is sent there
    if waits := queries.still_waits(institution):
        raise StillWaits(waits)
    Invitation.objects.filter(institution=institution, accepted_at=None, expires_at__gt=now()).update(expires_at=now())
    users = list(User.objects.filter(institution=institution, is_active=True))
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=False)
    for user in users:
        _end_at_keeper(user)
    ledger.record(actor=actor, verb="closed_institution", object_id=institution.pk)


@act
def open_institution(*, actor: Asking, institution: Institution) -> None:
    """It is back, in the directory; its accounts stay closed until somebody opens them one by one."""
    _check_member(actor, institution)
    Institution.objects.filter(pk=institution.pk).update(is_active=True)
    ledger.record(actor=actor, verb="opened_institution", object_id=institution.pk)


@act
def add_desk(*, actor: Asking, institution: Institution, submission: UUID, **said: Any) -> Desk:
    """One more place where the institution answers; the same form sent twice is one desk."""
    _check(actor, institution, ())
    once(submission)
    known = Desk.objects.filter(pk=submission, institution=institution).first()
    if known is not None:
        return known
    row = Desk(pk=submission, institution=institution)
    _say(row, Desk.WORDS, said)
    row.save(force_insert=True)
    ledger.record(actor=actor, verb="added_desk", object_id=row.pk)
    return row


@act
def set_desk(*, actor: Asking, desk: Desk, seen: str, is_open: bool, **said: Any) -> None:
    """A desk's name, services, telephone and hours, and whether it takes requests.

    ChangedMeanwhile when somebody else saved since it was shown (`seen`: its mark). LastDesk when no other is open and
    this one still has requests, or is where referrals arrive.
    """
    _check(actor, desk.institution, ())
    others = list(Desk.objects.select_for_update().filter(institution=desk.institution_id).order_by("id"))
    row = next(one for one in others if one.pk == desk.pk)
    if mark(row, Desk.SAID) != seen:
        raise ChangedMeanwhile(row)
    if not is_open and not any(one.is_open for one in others if one.pk != row.pk):
        arrives = desk.institution.is_responsible_authority
        if arrives or queries.still_waits(desk.institution, desk):
            raise LastDesk
    _say(row, Desk.WORDS, said)
    row.is_open = is_open
    row.save(update_fields=[*Desk.WORDS, "is_open"])
    ledger.record(actor=actor, verb="set_desk", object_id=row.pk)


@act
def set_cover(
    *, actor: Asking, desk: Desk, cover: Desk | None, first: dt.date | None = None, last: dt.date | None = None
) -> None:
    """Which desk of the same institution answers for this one, first and last day; None: no desk does.

    Whoever answers at the covering desk sees in these days, and only then, what is sent to this one. They sign in
    again when the days change (trigger `cover_changed`) and when the first or last day comes (`access.signin`).
    """
    _check(actor, desk.institution, ())
    if cover is None:
        first = last = None
    elif first is None or last is None or last < first:
        raise ValueError("a cover has a first and a last day")
    elif cover.institution_id != desk.institution_id or cover.pk == desk.pk:
        raise CannotCover
    before = (desk.cover_id, desk.cover_from, desk.cover_until) if desk.cover_ahead else (None, None, None)
    if before == (cover and cover.pk, first, last):
        return
    ledger.record(actor=actor, verb="set_cover" if cover else "ended_cover", object_id=desk.pk)
    at_either = {number for number in (desk.cover_id, cover and cover.pk) if number}
    for user in User.objects.filter(desk_places__desk_id__in=at_either).distinct():
        _end_at_keeper(user)
    # Last: whoever asks may answer there herself, and her session ends with this statement.
    Desk.objects.filter(pk=desk.pk).update(cover=cover, cover_from=first, cover_until=last)


@act
def say_sex(*, actor: Asking, sex: str) -> None:
    """The actor says whether she is a woman or a man, or ('') says nothing any more: some ask for one or the other."""
    User.objects.filter(pk=actor.user_id).update(sex=sex)
    ledger.record(actor=actor, verb="said_sex")


@act
def record_training(
    *,
    actor: Asking,
    institution: Institution,
    users: Sequence[User],
    topic: str,
    hours: int,
    provider: str,
    on: dt.date,
    until: dt.date | None,
    submission: UUID,
) -> list[Training]:
    """These colleagues took a training; the same form sent twice is written once."""
    _check(actor, institution, ())
    if any(user.institution_id != institution.pk for user in users):
        raise NotYours
    once(submission)
    known = list(Training.objects.filter(submission=submission, user__institution=institution))
    if known:
        return known
    told = {"topic": topic, "hours": hours, "provider": provider, "on": on, "until": until}
    rows = [Training(submission=submission, user=user, recorded_by=actor.user_id, **told) for user in users]
    Training.objects.bulk_create(rows)
    ledger.record(actor=actor, verb="recorded_training", object_id=rows[0].pk if rows else None)
    return rows


@act
def remove_training(*, actor: Asking, training: Training) -> None:
    """It was written down by mistake."""
    _check(actor, training.user.institution, ())
    Training.objects.filter(pk=training.pk).delete()
    ledger.record(actor=actor, verb="removed_training", object_id=training.pk)


@act
def note_untrained(*, actor: Asking, missing: Mapping[UUID, Sequence[str]], reason: str) -> None:
    """They were named for work although no training of theirs has these topics; `reason`: of the pack. Never a bar."""
    rows = [
        NamedUntrained(user_id=user_id, topics=list(topics), reason=reason, named_by_id=actor.user_id)
        for user_id, topics in missing.items()
    ]
    NamedUntrained.objects.bulk_create(rows)
    if rows:
        ledger.record(actor=actor, verb="named_untrained", purpose=reason, object_id=rows[0].pk)


def set_language(*, user_id: UUID, language: str) -> None:
    """The language the mechanism writes to this user in."""
    User.objects.filter(pk=user_id).update(language=language)


def _check_absence(actor: Asking, user: User) -> None:
    if user.pk != actor.user_id:
        _check(actor, user.institution, ())


def _end_at_keeper(user: User) -> None:
    """PostgreSQL ends the sessions by itself (trigger); the keeper, when it can't be reached, opens nothing anyway."""
    with contextlib.suppress(KeeperUnavailable):
        keeper().close_user(user.pk)


def _say(row: Any, names: Sequence[str], said: Mapping[str, Any]) -> None:
    """What was said of these fields; of a shelter no place is kept."""
    for name in names:
        if name in said:
            setattr(row, name, said[name])
    if getattr(row, "is_shelter", False):
        row.municipality = ""


def _check_member(actor: Asking, institution: Institution) -> None:
    if not keeps_members(actor) or institution.is_responsible_authority:
        raise NotYours


def _check_here_or_member(
    actor: Asking, institution: Institution, roles: Sequence[str], *, administrator: bool
) -> None:
    """At home as always; elsewhere the authority's administrator, about an administrator."""
    if not (administrator and institution.pk != actor.institution_id and keeps_members(actor)):
        _check(actor, institution, roles)


def _check(actor: Asking, institution: Institution, roles: Sequence[str]) -> None:
    allowed = roles_to_give(actor, is_authority=institution.is_responsible_authority)
    if not may_administer(actor, institution.pk) or not set(roles) <= set(allowed):
        raise NotYours
