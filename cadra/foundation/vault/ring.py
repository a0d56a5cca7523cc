"""The keys one request has been given."""

from collections.abc import Iterable
from uuid import UUID

from cadra.foundation.vault.keeper import Keeper, KeeperUnavailable, keeper


class Ring:
    """Keys opened for one session token, asked for once and kept for the life of the ring (one request)."""

    def __init__(self, token: str | None, *, through: Keeper | None = None) -> None:
        self._token = token
        self._through = through
        self._keys: dict[tuple[UUID, str], bytes] = {}
        self.over_quota = False
        """Whether a key was refused because too many files were opened today."""
        self.bears_absence = False
        """Whether a page goes on without keys while the keeper can't be reached; what is sealed then reads CLOSED."""
        self.keeper_away = False
        """Whether it was so."""

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
            self._ask(missing)
        return {pair: self._keys[pair] for pair in wanted if pair in self._keys}

    def _ask(self, missing: set[tuple[UUID, str]]) -> None:
        try:
            opened = self.keeper.open_keys(self._token or "", missing)
        except KeeperUnavailable:
            if not self.bears_absence:
                raise
            self.keeper_away = True
            return
        self.over_quota |= opened.over_quota
        self._keys.update(opened)

    def forget(self) -> None:
        """Drop the keys; they are asked for again when needed."""
        self._keys.clear()
