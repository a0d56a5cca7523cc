"""Giving, ending and refusing access. Each is written in PostgreSQL and at the keeper: both must agree to open.

Order matters when one of the two fails: access is ended at the keeper first and given there last, so that a
failure in between leaves a file more closed, never more open. What ends while the keeper is down ends here at once,
and there as soon as it is back (closing.py).
"""

import contextlib
import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import connection
from django.http import HttpRequest

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis, BreakGlass, FactorReset, Grant, Refusal, Scope, Session
from cadra.foundation.access.policy import (
    BREAK_GLASS_COMPARTMENTS,
    BREAK_GLASS_WINDOW,
    CONFIRMED_WITHIN,
    FACTOR_LINK_LASTS,
    OPEN_ENDED,
    may_break_glass,
)
from cadra.foundation.access.sessions import end_all, token_hash
from cadra.foundation.kernel.acts import act
from cadra.foundation.kernel.afterwards import afterwards
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.references import WrongReference, parse
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network import actions as network
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import administrators, responsible_authority
from cadra.foundation.outbox.actions import post
from cadra.foundation.vault.keeper import KeeperUnavailable, keeper

# The author's own grant bears the file's own id (`open_files`). PostgreSQL writes who sees the new row.
HAND_ON = """
    WITH left_by_author AS (
        UPDATE access_grant SET ended_at = %(left_at)s, end_reason = %(left_for)s
        WHERE id = %(case_id)s AND ended_at IS NULL)
    INSERT INTO access_grant (id, case_id, compartments, grantee, scope, purpose, basis, consent_id, starts_at, until,
        end_reason, given_by)
    VALUES (%(id)s, %(case_id)s, %(compartments)s, %(grantee)s, %(scope)s, %(purpose)s, %(basis)s, %(consent_id)s,
        %(starts_at)s, %(until)s, %(end_reason)s, %(given_by)s)"""


@dataclass(frozen=True)
class NewGrant:
    """What is given: `grantee` is a principal; `until` None means until it is ended."""

    case_id: UUID
    grantee: int
    compartments: Sequence[str]
    purpose: str
    basis: Basis
    scope: Scope = Scope.FILE
    consent_id: UUID | None = None
    until: dt.datetime | None = None


def open_files(*, actor: Actor, case_ids: Sequence[UUID], kept_by: int | None = None) -> None:
    """Make the keys of new files. PostgreSQL itself has given the actor the author's grant on each row inserted, or
    `kept_by` (her desk) the grant of legal duty when they were inserted within `made_for`.

    Both know that grant by the file's own id, so that it ends at both (`hand_over`).
    """
    keeper().create_cases(actor.token, case_ids, {case_id: case_id for case_id in case_ids}, kept_by)


@act
def give(*, actor: Actor, grants: Iterable[NewGrant]) -> list[Grant]:
    """Give access; refused by the database and the keeper unless the actor carries the file."""
    rows = [_row(actor, new) for new in grants]
    Grant.objects.bulk_create(rows)
    keeper().add_grants(actor.token, [_for_keeper(row) for row in rows])
    return rows


def _row(actor: Actor, new: NewGrant) -> Grant:
    moment = now()
    return Grant(
        id=uuid4(),
        case_id=new.case_id,
        compartments=[str(c) for c in new.compartments],
        grantee=new.grantee,
        scope=new.scope,
        purpose=new.purpose,
        basis=new.basis,
        consent_id=new.consent_id,
        starts_at=moment,
        until=new.until or moment + OPEN_ENDED,
        given_by=actor.user_id,
    )


@act
def end(*, actor: Actor, grants: Iterable[Grant], reason: str) -> int:
    """End access at once, here and at the keeper. Returns how many grants ended.

    A keeper that can't be reached opens nothing, and ends them before the next minute is over (closing.finish).
    """
    ids = [grant.pk for grant in grants]
    if not ids:
        return 0
    with contextlib.suppress(KeeperUnavailable):
        keeper().end_grants(actor.token, ids)
    return Grant.objects.filter(pk__in=ids, ended_at=None).update(ended_at=now(), end_reason=reason)


@act
def pass_on(*, actor: Actor, grant: NewGrant, reason: str) -> Grant:
    """Others carry the file from now on and the author's own grant ends: `give` and `hand_over` in one statement, so
    that who reaches the file is written on its rows once."""
    row = _row(actor, grant)
    values = {str(field.column): getattr(row, field.attname) for field in Grant._meta.concrete_fields}
    with connection.cursor() as cursor:
        cursor.execute(HAND_ON, {**values, "left_at": now(), "left_for": reason})
    keeper().add_grants(actor.token, [_for_keeper(row)])
    _leave_at_keeper(actor, row.case_id)
    return row


@act
def hand_over(*, actor: Actor, case_id: UUID, reason: str) -> None:
    """End the author's own grant once others carry the file.

    PostgreSQL closes it in this transaction, the keeper after the commit: were the keeper first, a crash in
    between would leave a draft that nobody can open. What is lost on the way, `closing.finish` closes.
    """
    Grant.objects.filter(pk=case_id, ended_at=None).update(ended_at=now(), end_reason=reason)
    _leave_at_keeper(actor, case_id)


def _leave_at_keeper(actor: Actor, case_id: UUID) -> None:
    token = actor.token
    afterwards(lambda: _close_author(token, case_id))
    actor.ring.forget()


def _close_author(token: str, case_id: UUID) -> None:
    keeper().end_grants(token, [case_id])


@act
def refuse(*, actor: Actor, case_id: UUID, principal: int) -> Refusal:
    """Close the file to someone for ever, beyond any grant and any emergency; at the keeper as in `end`."""
    with contextlib.suppress(KeeperUnavailable):
        keeper().refuse(actor.token, case_id, principal, True)
    refusal = Refusal.objects.filter(case_id=case_id, principal=principal, ended_at=None).first()
    return refusal or Refusal.objects.create(case_id=case_id, principal=principal, set_by=actor.user_id)


@act
def lift_refusal(*, actor: Actor, refusal: Refusal) -> None:
    """Only on her word: the file opens again to whoever has a grant."""
    Refusal.objects.filter(pk=refusal.pk, ended_at=None).update(ended_at=now())
    keeper().refuse(actor.token, refusal.case_id, refusal.principal, False)


@act
def break_glass(*, actor: Actor, reference: str, reason: str) -> UUID | None:
    """Open a file for two hours in an emergency; None when it can't be opened, whatever the cause."""
    if not may_break_glass(actor):
        return None
    with contextlib.suppress(WrongReference):
        return _break_glass(actor, parse(reference), reason)
    return None  # a name typed here instead does not travel to the database, whose log could keep it


def _break_glass(actor: Actor, reference: str, reason: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT grant_id, case_id FROM authz.break_glass(%s, %s)", [reference, reason])
        found = cursor.fetchone()
    if found is None or found[0] is None:
        return None
    grant = Grant.objects.get(pk=found[0])
    keeper().add_grants(actor.token, [_for_keeper(grant)])
    case_id: UUID = found[1]
    return case_id


@act
def review(*, actor: Actor, opening: BreakGlass, finding: str) -> None:
    """The data protection officer says what an emergency opening was."""
    BreakGlass.objects.filter(pk=opening.pk, reviewed_at=None).update(
        reviewed_at=now(), reviewed_by=actor.user_id, finding=finding
    )


@act
def sign_undertaking(*, actor: Actor, version: str, language: str) -> None:
    """The actor undertakes to keep the code of conduct; this session knows it at once."""
    network.sign_undertaking(user_id=actor.user_id, version=version, language=language)
    ledger.record(actor=actor, verb="signed_code_of_conduct")
    Session.objects.using("gate").filter(pk=token_hash(actor.token)).update(signed=version)


@act
def set_absence(*, actor: Actor, user: User, first: dt.date, last: dt.date, cover: User | None) -> None:
    """When she is away and who stands in; whoever stands in is told."""
    network.set_absence(actor=actor, user=user, first=first, last=last, cover=cover)
    if cover is not None and cover.pk != user.covered_by_id:
        post(actor=actor, to=cover, kind="changed", link="/me/absence/")


@act
def end_absence(*, actor: Actor, user: User) -> None:
    """She is back: whoever stood in no longer does, and is told."""
    former = user.covered_by
    network.end_absence(actor=actor, user=user)
    if former is not None:
        post(actor=actor, to=former, kind="changed", link="/me/absence/")


class NobodyConfirms(Exception):
    """There is no second administrator, here or at the Responsible Authority."""


class AlreadyAsked(Exception):
    """A reset of this colleague's second factor waits for its second administrator."""


class NotConfirmed(Exception):
    """It was confirmed, stopped or ran out meanwhile, or it is not the actor's to confirm."""


@act
def ask_factor_reset(*, actor: Actor, user: User) -> FactorReset:
    """Ask that a colleague's lost second factor be taken away; another administrator confirms within three days.

    She is told, and may stop it as long as she can sign in. PostgreSQL refuses whoever may not ask.
    """
    eyes = _second_eyes(user) - {actor.user_id}
    if not eyes:
        raise NobodyConfirms
    moment = now()
    before = FactorReset.objects.filter(user=user, ended_at=None)
    if before.filter(confirmed_at=None, expires_at__gt=moment).exists():
        raise AlreadyAsked
    before.filter(confirmed_at=None).update(ended_at=moment, ended_as="ran_out")
    before.exclude(confirmed_at=None).update(ended_at=moment, ended_as="replaced")
    reset = FactorReset.objects.create(
        user=user,
        institution_id=user.institution_id,
        asked_by_id=actor.user_id,
        expires_at=moment + CONFIRMED_WITHIN,
    )
    ledger.record(actor=actor, verb="asked_factor_reset", object_id=user.pk)
    post(actor=actor, to=user, kind="account", link="/me/")
    for one in eyes:
        post(actor=actor, to=one, kind="waiting", link="/institution/second-factors/")
    return reset


@act
def confirm_factor_reset(*, actor: Actor, reset: FactorReset) -> str:
    """Her factors, recovery codes and sessions are gone; returns the link's token, of which only the hash is kept.

    Whoever sets up a new factor needs her password and this link. PostgreSQL takes the factors and sessions away and
    refuses whoever asked, she herself, and what is too late (triggers); the keeper ends its own at once.
    """
    token, moment = secrets.token_urlsafe(32), now()
    living = FactorReset.objects.filter(pk=reset.pk, ended_at=None, confirmed_at=None, expires_at__gt=moment)
    if actor.user_id in (reset.asked_by_id, reset.user_id) or not living.update(
        confirmed_by_id=actor.user_id,
        confirmed_at=moment,
        link_hash=hashlib.sha256(token.encode()).digest(),
        link_until=moment + FACTOR_LINK_LASTS,
    ):
        raise NotConfirmed
    with contextlib.suppress(KeeperUnavailable):
        keeper().close_user(reset.user_id)
    ledger.record(actor=actor, verb="confirmed_factor_reset", object_id=reset.user_id)
    post(actor=actor, to=reset.user_id, kind="account", link="/")
    post(actor=actor, to=reset.asked_by_id, kind="answered", link="/institution/second-factors/")
    return token


@act
def stop_factor_reset(*, actor: Actor, reset: FactorReset) -> None:
    """It is not to be: said by herself or by an administrator, before it is confirmed."""
    if FactorReset.objects.filter(pk=reset.pk, ended_at=None, confirmed_at=None).update(
        ended_at=now(), ended_as="stopped"
    ):
        ledger.record(actor=actor, verb="stopped_factor_reset", object_id=reset.user_id)
        for one in {reset.asked_by_id, reset.user_id} - {actor.user_id}:
            post(actor=actor, to=one, kind="account", link="/")


def _second_eyes(user: User) -> set[UUID]:
    """Who may confirm for this user, as PostgreSQL says it (authz.handles_factor)."""
    others = administrators(user.institution_id) - {user.pk}
    return others if len(others) > 1 else (others | administrators(responsible_authority().pk)) - {user.pk}


def keep_language(request: HttpRequest, code: str) -> None:
    """The language a signed-in user chose is also the one her mails come in (called by the shell)."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        network.set_language(user_id=actor.user_id, language=code)


def end_session(*, actor: Actor, token_hash_hex: str) -> None:
    """End one of the actor's own signed-in devices."""
    digest = bytes.fromhex(token_hash_hex)
    if Session.objects.using("gate").filter(pk=digest, user_id=actor.user_id).delete()[0]:
        with contextlib.suppress(KeeperUnavailable):
            keeper().close_session_of(digest)


def end_other_sessions(*, actor: Actor) -> None:
    """End every device of the actor but this one."""
    end_all(actor.user_id, but=actor.token)


def lock_out(*, actor: Actor) -> None:
    """Panic lock: every device of the actor is signed out at once, here and at the keeper."""
    end_all(actor.user_id)


def _for_keeper(grant: Grant) -> dict[str, object]:
    return {
        "id": str(grant.pk),
        "case": str(grant.case_id),
        "compartments": list(grant.compartments),
        "grantee": grant.grantee,
        "scope": grant.scope,
        "basis": grant.basis,
        "starts": grant.starts_at.timestamp(),
        "until": grant.until.timestamp(),
    }


__all__ = [
    "BREAK_GLASS_COMPARTMENTS",
    "BREAK_GLASS_WINDOW",
    "NewGrant",
    "break_glass",
    "end",
    "end_other_sessions",
    "end_session",
    "give",
    "hand_over",
    "lift_refusal",
    "lock_out",
    "open_files",
    "pass_on",
    "refuse",
    "review",
    "sign_undertaking",
]
