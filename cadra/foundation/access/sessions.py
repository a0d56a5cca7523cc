"""Sessions kept by the hash of their token, behind a database role of their own (`cadra_gate`).

A stolen copy of the database holds no usable token. Idle and absolute limits are checked at every load
(security.md §3.1, C3, C4).
"""

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
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import signing

from cadra.foundation.access.models import Session
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.roles import Role

SEEN_EVERY = dt.timedelta(seconds=5)


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
        self.row = row = self._rows().filter(token_hash=token_hash(self.session_key or "")).first()
        moment = now()
        if row is None or row.expires_at <= moment or row.seen_at + idle_limit(row) <= moment:
            if row is not None:
                self.ended_row = row
                self.delete()
            self._session_key = None
            return {}
        if row.seen_at + SEEN_EVERY <= moment:
            self._rows().filter(pk=row.pk).update(seen_at=moment)
        return self._open(bytes(row.data))

    def exists(self, session_key: str) -> bool:
        return bool(self._rows().filter(token_hash=token_hash(session_key)).exists())

    def create(self) -> None:
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
        if must_create or not self._rows().filter(pk=key).update(**values):
            expires = now() + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
            self.row = self._rows().create(pk=key, expires_at=expires, **values)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self._rows().filter(pk=token_hash(key)).delete()

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
        Session.objects.using("gate").filter(expires_at__lt=now()).delete()


def idle_limit(row: Session) -> dt.timedelta:
    """How long this session may rest: 15 minutes, 30 on the helpline (settings)."""
    helpline = Role.HELPLINE_OPERATOR in row.roles
    return dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS_HELPLINE if helpline else settings.SESSION_IDLE_SECONDS)


class SessionByHash(SessionMiddleware):
    """Django's session middleware over `SessionStore`."""
