"""Sessions kept by the hash of their token, behind a database role of their own (`cadra_gate`).

A stolen copy of the database holds no usable token. Idle and absolute limits are checked at every load, and by
PostgreSQL itself for every row (`authz.context_is_genuine`). A session that ran out stays behind, emptied, for some
days: a form sent late, from another tab too, still finds whose it is (security.md §3.1, C3, C4).
"""

import contextlib
import datetime as dt
import hashlib
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import signing
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from cadra.foundation.access.models import Session
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.roles import Role
from cadra.foundation.kernel.together import instance
from cadra.foundation.vault.keeper import KeeperUnavailable, keeper

SEEN_EVERY = dt.timedelta(seconds=5)
KEPT_AFTER = dt.timedelta(days=3)
# Every page asks this: as plain SQL it takes a third of the time.
ONE = "SELECT to_jsonb(s) FROM access_session s WHERE token_hash = %s"
FORMER = "former"  # in a session's data: whose session this browser held before, when it ran out


def token_hash(token: str) -> bytes:
    """SHA-256 of a session token: what the database and the keeper know it by."""
    return hashlib.sha256(token.encode()).digest()


def _cipher() -> AESGCM:
    key = HKDF(SHA256(), 32, None, b"cadra session data").derive(settings.SECRET_KEY.encode())
    return AESGCM(key)


class SessionStore(SessionBase):
    """Django's session interface over `access.Session`; `row` is the stored session once loaded."""

    row: Session | None = None
    ended_row: Session | None = None  # the session this token had, when it has run out

    def _rows(self) -> Any:
        return Session.objects.using("gate")

    def _new_session_key(self) -> str:
        return secrets.token_urlsafe(32)

    def _validate_session_key(self, key: str) -> bool:
        return bool(key) and len(key) == 43

    def load(self) -> dict[str, Any]:
        row = self._stored()
        moment = now()
        if row is None or min(row.expires_at, row.rests_until) <= moment:
            if row is not None:
                self._run_out(row)
            self._session_key = None
            return {}
        self.row = row
        if row.seen_at + SEEN_EVERY <= moment:
            row.rests_until = moment + idle_limit(row)
            self._rows().filter(pk=row.pk).update(seen_at=moment, rests_until=row.rests_until)
        return self._open(bytes(row.data))

    def _stored(self) -> Session | None:
        with connections["gate"].cursor() as cursor:
            cursor.execute(ONE, [token_hash(self.session_key or "")])
            found = cursor.fetchone()
        return instance(Session, found[0]) if found else None

    def _run_out(self, row: Session) -> None:
        self.ended_row = row
        if row.data:
            self._rows().filter(pk=row.pk).update(data=b"")
            end_at_keeper(self.session_key or "")

    def exists(self, session_key: str) -> bool:
        return bool(self._rows().filter(token_hash=token_hash(session_key)).exists())

    def create(self) -> None:
        if self.ended_row is not None and self.ended_row.user_id:
            self[FORMER] = str(self.ended_row.user_id)
        self._session_key = self._new_session_key()
        self.save(must_create=True)
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]  # Django's own, unstubbed
        user = data.get(SESSION_KEY)
        values = {"data": self._seal(data), "user_id": user, "device": data.get("device", "")}
        key = token_hash(self.session_key)
        if not must_create:
            if not self._rows().filter(pk=key).update(**values):
                raise UpdateError  # ended meanwhile, from another device or by the panic lock: it stays ended
            return
        moment = now()
        expires = moment + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if self.row is not None and self.row.user_id:
            expires = self.row.expires_at  # a new token for the same sign-in lasts no longer
        row = Session(pk=key, created_at=moment, seen_at=moment, expires_at=expires, **values)
        row.rests_until = moment + idle_limit(row)
        row.save(using="gate", force_insert=True)
        self.row = row

    def flush(self) -> None:
        super().flush()
        self.row = None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key and self._rows().filter(pk=token_hash(key)).delete()[0]:
            end_at_keeper(key)

    def _seal(self, data: dict[str, Any]) -> bytes:
        nonce = secrets.token_bytes(12)
        plain = signing.JSONSerializer().dumps(data)
        return nonce + _cipher().encrypt(nonce, plain, token_hash(self.session_key or ""))

    def _open(self, sealed: bytes) -> dict[str, Any]:
        try:
            plain = _cipher().decrypt(sealed[:12], sealed[12:], token_hash(self.session_key or ""))
        except InvalidTag:
            return {}
        return dict(signing.JSONSerializer().loads(plain))

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.using("gate").filter(expires_at__lt=now() - KEPT_AFTER).delete()


def idle_limit(row: Session) -> dt.timedelta:
    """How long this session may rest: 15 minutes, 30 on the helpline (settings)."""
    helpline = Role.HELPLINE_OPERATOR in row.roles
    return dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS_HELPLINE if helpline else settings.SESSION_IDLE_SECONDS)


def end_at_keeper(token: str) -> None:
    """The keeper forgets this session too. When it can't be reached it opens nothing, and forgets it at its hour."""
    with contextlib.suppress(KeeperUnavailable):
        keeper().close_session(token)


def end_all(user_id: Any, *, but: str = "") -> None:
    """End every session of a user except that of the token `but`: in PostgreSQL, then at the keeper."""
    Session.objects.using("gate").filter(user_id=user_id).exclude(pk=token_hash(but)).delete()
    with contextlib.suppress(KeeperUnavailable):
        keeper().close_user(user_id, but=but)


class SessionByHash(SessionMiddleware):
    """Django's session middleware over `SessionStore`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            answer: HttpResponse = super().process_response(request, response)
        except SessionInterrupted:
            # Ended from elsewhere while this page was made: nothing of it is shown.
            return redirect("shell:session_ended")
        if request.session.ended_row is not None and request.session.is_empty():  # type: ignore[attr-defined]
            answer.cookies.pop(settings.SESSION_COOKIE_NAME, None)  # another tab's form still needs to say whose it is
        return answer
