"""The client of the keeper: lasting connections over its Unix socket, shared by the threads of a process."""

import atexit
import os
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cadra.keeper import wire

Pair = tuple[UUID, str]
Moment = float | datetime
_SECONDS = 15.0
_IDLE = 8


class KeeperUnavailable(Exception):
    """The keeper cannot be reached. `str()` is a sentence for people."""


class KeeperRefused(Exception):
    """The keeper said no. `code` is for programs: no_session, not_allowed, exists, loading, busy, broken, bad_request,
    not_admitted, other_client; sessions, newcomers, principal or system when it opens no
    session. `str()` is a sentence for people."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class OpenedKeys(dict[Pair, bytes]):
    """Keys by (case, compartment); refused pairs are absent. `over_quota`: some were refused for volume."""

    over_quota = False


class Keeper:
    """One keeper, reached over its socket, with what the pages may ask (vault.system.SystemKeeper may ask more).

    Thread-safe; reconnects after a restart of the keeper.
    """

    def __init__(self, socket_path: str, client_secret: str) -> None:
        self._path = socket_path
        self._secret = client_secret
        self._idle: list[socket.socket] = []
        self._lock = threading.Lock()
        self._process = os.getpid()

    # Sessions

    def open_session(
        self, token: str, user: str | UUID, principals: Sequence[int], roles: Iterable[str], until: Moment
    ) -> None:
        """Tell the keeper who holds a token; `principals[0]` is the user's own, `until` an absolute end."""
        self.ask(
            "open_session",
            token=token,
            user=str(user),
            principals=list(principals),
            roles=sorted(map(str, roles)),
            until=_seconds(until),
        )

    def close_session(self, token: str) -> None:
        """End one session."""
        self.ask("close_session", token=token)

    def close_session_of(self, digest: bytes) -> None:
        """End the session whose token has this SHA-256."""
        self.ask("close_session", digest=wire.text(digest))

    def close_user(self, user: str | UUID, *, but: str = "") -> int:
        """End all sessions of a user, except that of the token `but`; returns how many there were."""
        return self.ask("close_user", user=str(user), but=but)["closed"]

    # Cases, grants and keys

    def create_cases(
        self,
        token: str,
        cases: Iterable[UUID],
        grants: Mapping[UUID, UUID] | None = None,
        kept_by: int | None = None,
    ) -> dict[UUID, UUID]:
        """Make the keys of each new case and an 'author' grant to the session's own principal.

        `kept_by`: another principal of the session that keeps them instead, by legal duty. `grants` may name the
        identifier of each case's grant; returns case → identifier of the grant.
        """
        cases = list(cases)
        named = [str(grants[case]) for case in cases] if grants else None
        reply = self.ask("create_cases", token=token, cases=texts(cases), grants=named, kept_by=kept_by)
        return dict(zip(cases, map(UUID, reply["grants"]), strict=True))

    def add_grants(self, token: str, grants: Iterable[Mapping[str, Any]]) -> None:
        """Add grants: {id, case, compartments, grantee, basis, starts, until}; all or none."""
        self.ask("add_grants", token=token, grants=[as_message(grant) for grant in grants])

    def end_grants(self, token: str, grants: Iterable[UUID]) -> int:
        """End grants; returns how many were living."""
        return self.ask("end_grants", token=token, grants=texts(grants))["ended"]

    def refuse(self, token: str, case: UUID, principal: int, on: bool) -> None:
        """Set or lift the refusal of one principal in a case."""
        self.ask("refuse", token=token, case=str(case), principal=principal, on=on)

    def open_keys(self, token: str, pairs: Iterable[tuple[UUID, str]]) -> OpenedKeys:
        """The keys of the pairs this session may open."""
        wanted = [(case, str(compartment)) for case, compartment in pairs]
        reply = self.ask("open_keys", token=token, pairs=[(str(case), name) for case, name in wanted])
        keys = OpenedKeys(
            (pair, wire.octets(key)) for pair, key in zip(wanted, reply["keys"], strict=True) if key is not None
        )
        keys.over_quota = reply["over_quota"]
        return keys

    # Names

    def names_put(self, token: str, people: Iterable[Mapping[str, Any]]) -> int:
        """Remember people's names: {person, names, birth_year, birth_date, birth_precision, case}.

        Replaces what was known of a person. With `case`, the names go when the case is destroyed.
        """
        items = [
            {
                **person,
                "person": str(person["person"]),
                "case": str(person["case"]) if person.get("case") else None,
                "names": list(person["names"]),
                "birth_date": str(person.get("birth_date") or ""),
            }
            for person in people
        ]
        return self.ask("names_put", _patient=True, token=token, people=items)["people"]

    def names_match(self, token: str, query: Mapping[str, Any], limit: int = 10) -> list[dict[str, Any]]:
        """The people most likely meant by {name, birth_year, birth_date, birth_precision}, best first:
        {person, score, name, birth, match}. Only for sessions with role ra_officer or system."""
        asked = {**query, "birth_date": str(query.get("birth_date") or "")}
        found = self.ask("names_match", token=token, query=asked, limit=limit)["found"]
        return [{**hit, "person": UUID(hit["person"])} for hit in found]

    # Secrets of the system, signing, health

    def seal_system(self, purpose: str, value: bytes) -> bytes:
        """Seal a secret of the system (a one-time-code seed) for one purpose."""
        return wire.octets(self.ask("seal_system", purpose=purpose, value=wire.text(value))["value"])

    def open_system(self, purpose: str, value: bytes) -> bytes:
        """Open what `seal_system` sealed for the same purpose."""
        return wire.octets(self.ask("open_system", purpose=purpose, value=wire.text(value))["value"])

    def fingerprints(self, purpose: str, values: Iterable[bytes]) -> list[bytes]:
        """A keyed digest (32 bytes) of each value: the same for the same, and nothing to anyone without the root."""
        asked = self.ask("fingerprints", purpose=purpose, values=[wire.text(value) for value in values])
        return [wire.octets(value) for value in asked["values"]]

    def public_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return wire.octets(self.ask("public_key")["key"])

    def health(self) -> dict[str, Any]:
        """{epoch, turning, names, names_loaded, names_broken, lost_cases}."""
        return self.ask("health")

    # Connections

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for link in idle:
            link.close()

    def ask(self, operation: str, *, _patient: bool = False, **fields: Any) -> dict[str, Any]:
        """One operation and its reply; KeeperRefused, KeeperUnavailable. `_patient` waits as long as it takes."""
        message = {"op": operation, **fields}
        link, fresh = self._take()
        try:
            reply = _exchange(link, message, _patient)
        except (OSError, ValueError):
            if fresh:
                raise _unavailable() from None
            # The keeper has restarted since this connection was last used. Every operation may be sent twice.
            self.close()
            link = self._connect()
            try:
                reply = _exchange(link, message, _patient)
            except (OSError, ValueError):
                raise _unavailable() from None
        self._give_back(link)
        if not reply.pop("ok", False):
            raise KeeperRefused(reply.get("code", "failed"), reply.get("why", ""))
        return reply

    def _take(self) -> tuple[socket.socket, bool]:
        with self._lock:
            if self._process != os.getpid():
                # A forked child must not speak on its parent's connections; closing its copies leaves those alone.
                for link in self._idle:
                    link.close()
                self._idle, self._process = [], os.getpid()
            if self._idle:
                return self._idle.pop(), False
        return self._connect(), True

    def _give_back(self, link: socket.socket) -> None:
        with self._lock:
            if len(self._idle) < _IDLE:
                self._idle.append(link)
                return
        link.close()

    def _connect(self) -> socket.socket:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(_SECONDS)
            link.connect(self._path)
            reply = _exchange(link, {"op": "hello", "secret": self._secret}, False)
        except (OSError, ValueError):
            link.close()  # connecting may have failed
            raise _unavailable() from None
        if not reply.get("ok"):
            link.close()
            raise KeeperRefused(reply.get("code", "failed"), reply.get("why", ""))
        return link


@cache
def keeper() -> Keeper:
    """The keeper of this process, from settings KEEPER_SOCKET and KEEPER_CLIENT_SECRET."""
    made = Keeper(str(settings.KEEPER_SOCKET), settings.KEEPER_CLIENT_SECRET)
    atexit.register(made.close)
    return made


def _exchange(link: socket.socket, message: dict[str, Any], patient: bool) -> dict[str, Any]:
    """One question and its answer; whatever goes wrong on the way, the connection is closed: it is out of step."""
    try:
        link.settimeout(None if patient else _SECONDS)
        wire.send(link, message)
        reply = wire.receive(link)
        if reply is None:
            raise ConnectionError
    except BaseException:
        link.close()
        raise
    return reply


def _unavailable() -> KeeperUnavailable:
    return KeeperUnavailable(_("The service that holds the keys cannot be reached. Try again in a moment."))


def texts(identifiers: Iterable[UUID]) -> list[str]:
    """Identifiers as they go over the wire."""
    return [str(identifier) for identifier in identifiers]


def _seconds(moment: Moment) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else float(moment)


def as_message(grant: Mapping[str, Any]) -> dict[str, Any]:
    """A grant as it goes over the wire."""
    until = grant.get("until")
    return {
        "id": str(grant["id"]),
        "case": str(grant["case"]),
        "compartments": [str(compartment) for compartment in grant["compartments"]],
        "grantee": grant["grantee"],
        "basis": str(grant["basis"]),
        "starts": _seconds(grant["starts"]),
        "until": None if until is None else _seconds(until),
    }
