"""The people of the story at work: each acts through a session of her own, as a signed-in colleague does.

Nothing is written past the walls: PostgreSQL and the keeper judge every step of the story like any other.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.access.sessions import SessionStore
from cadra.foundation.access.signin import open_session
from cadra.foundation.kernel.clock import pretend
from cadra.foundation.network.models import User
from cadra.foundation.network.queries import principals_of, roles_of
from cadra.foundation.vault.keeper import keeper
from cadra.foundation.vault.ring import Ring

BACKEND = "cadra.foundation.access.backend.WithInstitution"


class Troupe:
    """Everyone who plays a part, by key. Sessions are opened when first needed and ended by `leave`."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self.users = users
        self._actors: dict[str, Actor] = {}

    def actor(self, key: str) -> Actor:
        """This colleague with an open session."""
        if key not in self._actors:
            self._actors[key] = _signed_in(self.users[key])
        return self._actors[key]

    @contextmanager
    def acting(self, key: str, at: dt.datetime) -> Iterator[Actor]:
        """One transaction as this colleague, at an invented instant."""
        actor = self.actor(key)
        actor.ring.forget()  # as a request: whatever was open before is asked for again
        with pretend(at), transaction.atomic():
            enter(actor)
            yield actor

    def leave(self) -> None:
        """End all sessions, here and at the keeper."""
        for actor in self._actors.values():
            token = actor.ring.token or ""
            keeper().close_session(token)
            SessionStore(token).delete()
        self._actors.clear()


def _signed_in(user: User) -> Actor:
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "device": "demo",
        }
    )
    store.create()
    open_session(store, user)
    roles = roles_of(user)
    return Actor(
        user_id=user.pk,
        principal=user.principal,
        name=user.name,
        institution_id=user.institution_id,
        institution_principal=user.institution.principal,
        roles=frozenset(roles),
        principals=tuple(principals_of(user, roles)),
        language=user.language,
        ring=Ring(store.session_key),
    )
