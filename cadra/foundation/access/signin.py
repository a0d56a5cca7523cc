"""From a signed-in account to an actor: second factor, code of conduct, principals, keeper."""

import datetime as dt

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.devices import name_of
from cadra.foundation.access.models import Session
from cadra.foundation.access.sessions import SessionStore, end_at_keeper, idle_limit, token_hash
from cadra.foundation.kernel.clock import at, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network import queries as network
from cadra.foundation.network.models import User
from cadra.foundation.vault.keeper import keeper
from cadra.foundation.vault.ring import Ring

BULK = "exchange"  # a role only the keeper knows: its holder's sessions may open files in bulk


def next_step(request: HttpRequest) -> str:
    """'second_factor', 'undertaking' or '' when nothing is missing; opens the session when it can."""
    row = session_row(request)
    if not row.principals:
        if not _second_factor_given(request):
            return "second_factor"
        request.session["device"] = name_of(request.headers.get("User-Agent", ""))
        open_session(request.session, request.user)  # type: ignore[arg-type]
        row = session_row(request)
    return "" if row.signed == pack().code_of_conduct.version else "undertaking"


def open_session(store: SessionStore, user: User) -> None:
    """Give this session its principals, in the database (through the gate) and at the keeper."""
    roles = network.roles_of(user)
    principals = network.principals_of(user, roles)
    version = pack().code_of_conduct.version
    signed = version if network.has_signed(user.pk, version) else ""
    row = store.row
    assert row is not None and store.session_key  # noqa: S101 - a signed-in request has a stored session
    expires = _within_cover(user, row.expires_at)
    keeper().open_session(store.session_key, str(user.pk), principals, roles, expires.astimezone(dt.UTC).timestamp())
    rests = now() + idle_limit(Session(roles=roles))
    values = {
        "principals": principals,
        "roles": roles,
        "signed": signed,
        "user_id": user.pk,
        "rests_until": rests,
        "expires_at": expires,
    }
    Session.objects.using("gate").filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


def _within_cover(user: User, until: dt.datetime) -> dt.datetime:
    """`until`, or the midnight before at which what this user answers for changes: principals hold for a session."""
    change = network.next_change_of_cover(user)
    return until if change is None else min(until, at(change))


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind an opened session."""
    user: User = request.user  # type: ignore[assignment]
    row = session_row(request)
    return Actor(
        user_id=user.pk,
        principal=user.principal,
        name=user.name,
        institution_id=user.institution_id,
        institution_principal=user.institution.principal,
        roles=frozenset(row.roles),
        principals=tuple(row.principals),
        language=user.language,
        ring=Ring(request.session.session_key),
        covers=tuple(getattr(user, "covers", ())),
    )


def session_row(request: HttpRequest) -> Session:
    row = request.session.row  # type: ignore[attr-defined]
    assert row is not None  # noqa: S101 - only called for a signed-in request
    return row


def resolve_path(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _second_factor_given(request: HttpRequest) -> bool:
    """A code or passkey was given in this session, or was set up in it (adapters.AccountAdapter)."""
    records = get_authentication_records(request, request.user)  # type: ignore[arg-type]
    return any(record.get("method") == "mfa" for record in records)


def open_for_command(user: User, *, device: str, lasts: dt.timedelta = dt.timedelta(hours=6)) -> str:
    """A session for one long piece of work this user has confirmed, or a command run in the user's name; its token.

    It signs nobody in on the web, opens files in bulk (the keeper counts it apart) and ends with the user's other
    sessions: by the panic lock, with the role, with the account. End it with `close_command`.
    """
    roles = network.roles_of(user)
    principals = network.principals_of(user, roles)
    store = SessionStore()
    store["device"] = device
    store.create()
    row, token = store.row, store.session_key
    assert row is not None and token  # noqa: S101 - it has just been created
    until = _within_cover(user, now() + lasts)
    keeper().open_session(token, str(user.pk), principals, [*roles, BULK], until)
    Session.objects.using("gate").filter(pk=row.pk).update(
        user_id=user.pk,
        principals=principals,
        roles=roles,
        expires_at=until,
        rests_until=until,
        signed=pack().code_of_conduct.version,
    )
    return token


def actor_by_token(token: str) -> Actor | None:
    """The actor behind an opened session of `open_for_command`; None when it has ended."""
    row = Session.objects.using("gate").filter(pk=token_hash(token), expires_at__gt=now()).first()
    if row is None or row.user_id is None:
        return None
    user = User.objects.select_related("institution").filter(pk=row.user_id, is_active=True).first()
    if user is None:
        return None
    return Actor(
        user_id=user.pk,
        principal=user.principal,
        name=user.name,
        institution_id=user.institution_id,
        institution_principal=user.institution.principal,
        roles=frozenset(row.roles),
        principals=tuple(row.principals),
        language=user.language,
        ring=Ring(token),
    )


def close_command(token: str) -> None:
    """The work is done: its session ends, here and at the keeper."""
    Session.objects.using("gate").filter(pk=token_hash(token)).delete()
    end_at_keeper(token)
