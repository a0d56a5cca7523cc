"""The keys one request has been given."""

from collections.abc import Iterable
from uuid import UUID

from cadra.foundation.vault.keeper import Keeper, keeper


class Ring:
    """Keys opened for one session token, asked for once and kept for the life of the ring (one request)."""

    def __init__(self, token: str | None, *, through: Keeper | None = None) -> None:
        self._token = token
        self._through = through
        self._keys: dict[tuple[UUID, str], bytes] = {}
        self.over_quota = False
        """Whether a key was refused because too many files were opened today."""

    def __repr__(self) -> str:
        return "<Ring>"

    @property
    def token(self) -> str | None:
        """The session token, to ask the keeper for more than keys; None for nobody."""
        return self._token

    @property
    def keeper(self) -> Keeper:
        """The keeper this ring asks."""
        return self._through or keeper()

    def keys(self, pairs: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], bytes]:
        """The keys of (case, compartment) pairs, in at most one round trip; refused pairs are absent."""
        wanted = {(case, str(compartment)) for case, compartment in pairs}
        missing = wanted - self._keys.keys()
        if missing and self._token:
            opened = self.keeper.open_keys(self._token, missing)
            self.over_quota |= opened.over_quota
            self._keys.update(opened)
        return {pair: self._keys[pair] for pair in wanted if pair in self._keys}

    def forget(self) -> None:
        """Drop the keys; they are asked for again when needed."""
        self._keys.clear()
