"""The keeper's own register: SQLite in write-ahead mode, every commit on disk before it is acknowledged."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READERS = 4
_READER_KB = 4_096
_WRITER_KB = 32_768
"""Pages kept in memory: loading and re-wrapping touch pages all over the file."""
_SCHEMA = """
create table if not exists meta (name text primary key, value blob) without rowid;
create table if not exists case_key (
    case_id blob primary key, epoch integer not null, wrapped blob not null) without rowid;
create index if not exists case_key_epoch on case_key (epoch, case_id);
create table if not exists session (
    token_hash blob primary key, user text not null, principals text not null, roles text not null,
    until real not null) without rowid;
create index if not exists session_user on session (user);
create table if not exists grant_ (
    case_id blob not null, id blob not null, compartments integer not null, grantee integer not null,
    basis text not null, starts real not null, until real, ended real,
    primary key (case_id, id)) without rowid;
create unique index if not exists grant_id on grant_ (id);
create table if not exists refusal (
    case_id blob not null, principal integer not null, primary key (case_id, principal)) without rowid;
create table if not exists known_user (
    user text primary key, principal integer not null, since real not null) without rowid;
create index if not exists known_user_since on known_user (since);
create table if not exists opened (
    day integer not null, user text not null, case_id blob not null,
    primary key (day, user, case_id)) without rowid;
create table if not exists unwraps (
    hour integer not null, user text not null, keys integer not null,
    primary key (hour, user)) without rowid;
create table if not exists alarm (
    id integer primary key, at real not null, kind text not null, user text not null, detail text not null);
create table if not exists name (
    slot integer primary key autoincrement, person blob not null unique, case_id blob, sealed blob not null);
create index if not exists name_case on name (case_id) where case_id is not null;
"""


class Store:
    """One writer at a time, a few readers beside it; readers see every commit acknowledged before."""

    def __init__(self, path: Path) -> None:
        self.is_new = not path.exists()
        self._path = path
        self._writer = self._connect(_WRITER_KB)
        self._writer.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._readers: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        for _ in range(_READERS):
            self._readers.put(self._connect(_READER_KB))

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; committed (and on disk) when the block ends, rolled back when it raises."""
        with self._lock:
            self._writer.execute("begin immediate")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("rollback")
                raise
            self._writer.execute("commit")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own, so all it reads is of one moment."""
        reader = self._readers.get()
        try:
            reader.execute("begin")
            yield reader
        finally:
            reader.execute("rollback")
            self._readers.put(reader)

    def meta(self, name: str) -> bytes | int | None:
        """One remembered value."""
        with self.reading() as db:
            row = db.execute("select value from meta where name = ?", (name,)).fetchone()
        return row[0] if row else None

    def scrub(self) -> None:
        """Move everything out of the write-ahead file and empty it: deleted rows leave no bytes behind."""
        with self._lock:
            self._writer.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        with self._lock:
            while not self._readers.empty():
                self._readers.get().close()
            self._writer.close()

    def _connect(self, cache_kb: int) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        db.execute("pragma journal_mode = wal").fetchall()
        db.execute("pragma synchronous = full")
        # Deleted rows are overwritten with zeros in the file.
        db.execute("pragma secure_delete = on").fetchall()
        db.execute(f"pragma cache_size = -{cache_kb}")
        # Sorting never spills a row to a file outside the folder.
        db.execute("pragma temp_store = memory")
        return db


def set_meta(db: sqlite3.Connection, name: str, value: bytes | int) -> None:
    """Remember one value, inside the writer's transaction."""
    db.execute(
        "insert into meta values (?, ?) on conflict (name) do update set value = excluded.value",
        (name, value),
    )


def marks(items: int) -> str:
    """Placeholders for an `in (…)` list."""
    return ",".join("?" * items)
