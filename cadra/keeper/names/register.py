"""The register of names: sealed rows on disk, the index in memory, and keeping the two together."""

import json
import sqlite3
import threading
from typing import Any

from cadra.keeper import grants
from cadra.keeper.crypto import Box, BrokenSeal
from cadra.keeper.errors import Refused
from cadra.keeper.names import births
from cadra.keeper.names.births import Birth
from cadra.keeper.names.index import NameIndex
from cadra.keeper.store import Store, marks

_BUCKETS = (96, 192, 384, 768, 1536)
_BATCH = 2_000
_MOST_NAMES = 12
_LONGEST = 120


class Register:
    """Names of people, one record a person with several names. All changes and searches take one lock."""

    def __init__(self, store: Store, box: Box) -> None:
        self._store = store
        self._box = box
        self._index = NameIndex()
        self._lock = threading.Lock()
        self._loaded_to = 0
        self.loaded = False
        self.broken = 0
        """Rows on disk that do not open: changed by someone, or sealed under another root."""

    @property
    def people(self) -> int:
        """How many people's names are in memory."""
        return self._index.people

    def load(self, stopping: threading.Event) -> None:
        """Open every row and bring it into memory, in batches; others are served in between."""
        while not self.loaded and not stopping.is_set():
            with self._lock, self._store.reading() as db:
                rows = db.execute(
                    "select slot, person, sealed from name where slot > ? order by slot limit ?",
                    (self._loaded_to, _BATCH),
                ).fetchall()
                for slot, person, sealed in rows:
                    self._take(slot, person, sealed)
                    self._loaded_to = slot
                if not rows:
                    self._index.settle()
                    self.loaded = True

    def put(self, people: list[dict[str, Any]]) -> int:
        """Write people's names, replacing what was known of each; on disk before this returns."""
        fresh = {person: (case, names, birth) for person, case, names, birth in map(_read, people)}
        with self._lock:
            with self._store.writing() as db:
                gone = _slots(db, list(fresh))
                slots = [
                    db.execute(
                        "insert or replace into name (person, case_id, sealed) values (?, ?, ?)",
                        (person, case, self._seal(person, names, birth)),
                    ).lastrowid
                    for person, (case, names, birth) in fresh.items()
                ]
            self._blank(gone)
            # While loading, the loader meets the new rows at the end of its way.
            if self.loaded:
                for slot, (_, names, birth) in zip(slots, fresh.values(), strict=True):
                    self._index.add((slot or 0) - 1, names, birth)
        return len(fresh)

    def forget(self, people: list[bytes]) -> int:
        """Delete people's names from disk and memory; returns how many were known."""
        with self._lock:
            with self._store.writing() as db:
                gone = _slots(db, people)
                db.executemany("delete from name where person = ?", [(person,) for person in people])
            self._blank(gone)
        return len(gone)

    def blank_slots(self, slots: list[int]) -> None:
        """Drop rows from memory whose rows on disk were deleted with their case."""
        with self._lock:
            self._blank(slots)

    def match(self, query: dict[str, Any], limit: int) -> list[dict[str, Any]]:
        """The people most likely meant: person, score, what agrees. `query` has `name` and birth fields."""
        if not self.loaded:
            raise Refused("loading", "Names are still being loaded. Try again in a moment.")
        with self._lock:
            hits = self._index.search(str(query.get("name") or ""), births.from_message(query), limit)
            with self._store.reading() as db:
                people = {hit.row: _person(db, hit.row + 1) for hit in hits}
        return [
            {
                "person": people[hit.row],
                "score": round(hit.score, 3),
                "name": round(hit.name, 3),
                "birth": hit.birth_words,
                "match": hit.match,
            }
            for hit in hits
            if people[hit.row]
        ]

    def _take(self, slot: int, person: bytes, sealed: bytes) -> None:
        try:
            names, birth = self._unseal(person, sealed)
        except BrokenSeal:
            self.broken += 1
            return
        self._index.add(slot - 1, names, birth)

    def _blank(self, slots: list[int]) -> None:
        for slot in slots:
            self._index.blank(slot - 1)

    def _seal(self, person: bytes, names: list[str], birth: Birth) -> bytes:
        content = json.dumps([names, birth.year, birth.month, birth.day, birth.loose], ensure_ascii=False).encode()
        size = next((size for size in _BUCKETS if size >= len(content)), -(-len(content) // 1536) * 1536)
        return self._box.seal(content.ljust(size), person)

    def _unseal(self, person: bytes, sealed: bytes) -> tuple[list[str], Birth]:
        names, year, month, day, loose = json.loads(self._box.open(sealed, person))
        return names, Birth(year, month, day, loose)


def _read(item: dict[str, Any]) -> tuple[bytes, bytes | None, list[str], Birth]:
    try:
        names = [str(name)[:_LONGEST] for name in item["names"] if str(name).strip()][:_MOST_NAMES]
        case = item.get("case")
        return grants.case_id(item["person"]), case and grants.case_id(case), names, births.from_message(item)
    except (KeyError, TypeError, ValueError):
        raise Refused("bad_request", "The names are not well formed.") from None


def _slots(db: sqlite3.Connection, people: list[bytes]) -> list[int]:
    found = []
    for start in range(0, len(people), 400):
        part = people[start : start + 400]
        rows = db.execute(f"select slot from name where person in ({marks(len(part))})", part)  # noqa: S608
        found += [slot for (slot,) in rows]
    return found


def _person(db: sqlite3.Connection, slot: int) -> str | None:
    row = db.execute("select person from name where slot = ?", (slot,)).fetchone()
    return row[0].hex() if row else None
