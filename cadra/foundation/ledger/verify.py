"""Check a ledger with nothing but its export: `python -m cadra.foundation.ledger.verify FILE --key KEY`.

Needs this folder's merkle, canonical and witness modules and `cryptography`; no Django, no database. Every
entry is hashed again, every root computed again, every signature checked, every fault named with its place.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cadra.foundation.ledger.canonical import entry_bytes, key_id, unb64
from cadra.foundation.ledger.merkle import Frontier, leaf_hash
from cadra.foundation.ledger.witness import is_signed, read

MOST_FAULTS = 10_000


@dataclass(frozen=True)
class Fault:
    """One thing wrong. `kind` is a stable word, `first` ≤ entry < `end` its place in the sequence."""

    kind: str
    first: int
    end: int
    text: str


@dataclass
class Report:
    """What was checked and what is wrong. `keys` are the ids of the keys that signed."""

    sealed: int = 0
    tail: int = 0
    checkpoints: int = 0
    witnessed: int = 0
    keys: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(
    records: Iterable[Mapping[str, Any]],
    *,
    keys: Mapping[str, bytes] | None = None,
    witness: Iterable[Mapping[str, Any]] = (),
) -> Report:
    """Check a stream of export records.

    `keys` (key id → raw public key) are the keys the reader trusts; without them the header's own are used,
    which proves only that the export agrees with itself. `witness` are checkpoints kept by someone outside.
    """
    checker = _Checker(keys, witness)
    for record in records:
        checker.take(record)
    checker.finish()
    return checker.report


class _Checker:
    """One pass over the records, in O(log n) memory apart from the witness's roots."""

    def __init__(self, keys: Mapping[str, bytes] | None, witness: Iterable[Mapping[str, Any]]) -> None:
        self.report = Report()
        self.trusted = keys
        self.keys: Mapping[str, bytes] = keys or {}
        self.cluster: int | None = None
        self.tree: Frontier | None = Frontier()  # None while a gap makes roots impossible
        self.next = 0
        self.last: Mapping[str, Any] | None = None
        self.covered = 0
        self.ended = False
        self.witness: dict[int, Mapping[str, Any]] = {}
        for seen in witness:
            earlier = self.witness.setdefault(seen["size"], seen)
            if earlier["root"] != seen["root"]:
                self.fault("forked", 0, seen["size"], f"the witness holds two roots for {seen['size']} entries")
        self.handlers = {
            "header": self.header,
            "entry": self.entry,
            "checkpoint": self.checkpoint,
            "tail": self.unsealed,
            "end": self.end,
        }

    def fault(self, kind: str, first: int, end: int, text: str) -> None:
        if len(self.report.faults) < MOST_FAULTS:
            self.report.faults.append(Fault(kind, first, end, text))

    def take(self, record: Mapping[str, Any]) -> None:
        handler = self.handlers.get(str(record.get("type")))
        if handler is None:
            self.fault("unreadable", self.next, self.next + 1, "a line that is not a record of a ledger export")
            return
        try:
            handler(record)
        except (KeyError, TypeError, ValueError) as error:
            self.fault("unreadable", self.next, self.next + 1, f"a damaged record: {type(error).__name__}")

    def header(self, record: Mapping[str, Any]) -> None:
        self.cluster = record["cluster"]
        if self.trusted is None:
            self.keys = {name: unb64(key) for name, key in record["keys"].items()}

    # Entries ---------------------------------------------------------------------------------------

    def entry(self, record: Mapping[str, Any]) -> None:
        seq, leaf, entry = record["seq"], unb64hex(record["hash"]), record["entry"]
        if seq < self.next:
            self.fault("inserted", seq, seq + 1, f"entry {seq} comes a second time or out of order")
            return
        self.gap(seq)
        self.report.sealed += 1
        if entry is None:
            self.fault("deleted", seq, seq + 1, f"entry {seq} was deleted (it was {record['leaf']})")
        elif entry["id"] != record["leaf"]:
            self.fault("swapped", seq, seq + 1, f"entry {seq} is {entry['id']}, sealed was {record['leaf']}")
        elif leaf_hash(entry_bytes(entry)) != leaf:
            self.fault("edited", seq, seq + 1, f"entry {seq} ({entry['id']}) is not as it was sealed")
        self.next = seq + 1
        if self.tree is not None:
            self.tree.append(leaf)
            self.meet_witness(self.tree)

    def gap(self, seq: int) -> None:
        """Entries up to `seq` that should be here and are not."""
        if seq > self.next:
            many = f"entries {self.next} to {seq - 1} are" if seq - self.next > 1 else f"entry {self.next} is"
            self.fault("missing", self.next, seq, f"{many} missing from the sequence")
            self.next, self.tree = seq, None

    def meet_witness(self, tree: Frontier) -> None:
        """Compare the tree with what a witness saw at this very size."""
        seen = self.witness.pop(tree.size, None)
        if seen is None:
            return
        self.report.witnessed += 1
        if unb64(seen["root"]) != tree.root():
            self.contradicted(seen)

    def contradicted(self, seen: Mapping[str, Any]) -> None:
        size = seen["size"]
        if self.signed(seen):
            text = f"forked at or before entry {size - 1}: a witness holds another root for {size} entries"
            self.fault("forked", 0, size, text)
        else:
            self.fault("witness", 0, size, f"the witness's line for {size} entries is not signed by the log's key")

    def unsealed(self, record: Mapping[str, Any]) -> None:
        self.report.tail += 1
        entry, last = record["entry"], self.last
        if last is None or last["cluster"] != self.cluster or int(entry["xact"]) >= last["horizon"]:
            return
        text = f"entry {entry['id']} was inserted behind the sealer's back, among entries already sealed"
        self.fault("inserted", self.next, self.next, text)

    # Checkpoints -----------------------------------------------------------------------------------

    def signed(self, checkpoint: Mapping[str, Any]) -> bool:
        key = self.keys.get(checkpoint["key_id"])
        return key is not None and is_signed(checkpoint, key)

    def checkpoint(self, record: Mapping[str, Any]) -> None:
        size, after = record["size"], record["after"]
        if self.last is not None and size <= self.last["size"]:
            self.second_checkpoint(record)
            return
        self.report.checkpoints += 1
        self.gap(size)
        genuine = self.signed(record)
        if not genuine:
            self.fault("checkpoint", after, size, f"the checkpoint of {size} entries has no valid signature")
        else:
            self.report.keys.add(record["key_id"])
            if after != self.covered:
                first, end = min(after, self.covered), max(after, self.covered)
                self.fault("checkpoint", first, end, f"the checkpoint of {first} or of {end} entries is missing")
        self.check_root(record, genuine)
        self.last, self.covered = record, size

    def second_checkpoint(self, record: Mapping[str, Any]) -> None:
        size = record["size"]
        if self.last is not None and size == self.last["size"] and record["root"] != self.last["root"]:
            self.fault("forked", 0, size, f"two roots for {size} entries")
        else:
            self.fault("checkpoint", size, size, f"the checkpoint of {size} entries comes twice or out of order")

    def check_root(self, record: Mapping[str, Any], genuine: bool) -> None:
        """Compare the signed root with the leaves; if they differ, start afresh from the signed edge."""
        size, root = record["size"], unb64(record["root"])
        agrees = self.tree is not None and self.tree.size == size and self.tree.root() == root
        if genuine and not agrees:
            span = f"entries {self.covered} to {size - 1}"
            if self.tree is not None:
                self.fault("altered", self.covered, size, f"{span} are not those sealed under this signature")
            else:
                self.fault("unproved", self.covered, size, f"{span} can't be proved: some are missing")
        edge = self.edge(record)
        if edge is None or edge.root() != root:
            self.fault("checkpoint", self.covered, size, f"the frontier kept for {size} entries was changed")
        elif genuine and not agrees:
            self.tree = edge

    @staticmethod
    def edge(record: Mapping[str, Any]) -> Frontier | None:
        try:
            return Frontier.from_bytes(record["size"], unb64(record["frontier"]))
        except ValueError:
            return None

    # The end ---------------------------------------------------------------------------------------

    def end(self, record: Mapping[str, Any]) -> None:
        self.ended = True
        if (record["sealed"], record["tail"]) != (self.report.sealed, self.report.tail):
            self.fault("truncated", self.next, self.next, "lines are missing from this export")

    def finish(self) -> None:
        if not self.ended:
            self.fault("truncated", self.next, self.next, "this export ends before its end")
        if self.next > self.covered:
            text = f"entries {self.covered} to {self.next - 1} are numbered, but no checkpoint covers them"
            self.fault("unsigned", self.covered, self.next, text)
        for size, seen in sorted(self.witness.items()):
            if size > self.next and self.signed(seen):
                text = f"a witness holds a signed checkpoint of {size} entries, the log ends at {self.next}"
                self.fault("truncated", self.next, size, text)


def unb64hex(text: str) -> bytes:
    """Bytes of a hexadecimal string."""
    return bytes.fromhex(text)


def parse(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Records of export lines; a damaged line becomes a record of no known type."""
    for text in lines:
        try:
            record = json.loads(text)
        except ValueError:
            record = {}
        yield record if isinstance(record, dict) else {}


def verify_file(path: Path, *, key: bytes | None = None, witness: Path | None = None) -> Report:
    """Check an export file; `key` is the raw Ed25519 public key the reader trusts."""
    keys = {key_id(key): key} if key else None
    with path.open(encoding="utf-8", errors="replace") as lines:
        return verify(parse(lines), keys=keys, witness=read(witness) if witness else ())


def main(arguments: list[str] | None = None) -> int:
    """Print the findings; 0 when the ledger is whole, 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="verify", description="Check an exported ledger.")
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", help="the public key you were given, in base64; without it the file's own")
    parser.add_argument("--witness", type=Path, help="a file of checkpoints kept by someone outside")
    options = parser.parse_args(arguments)
    report = verify_file(options.export, key=unb64(options.key) if options.key else None, witness=options.witness)
    for text in sentences(report, trusted=bool(options.key)):
        sys.stdout.write(text + "\n")
    return 0 if report.is_whole else 1


def sentences(report: Report, *, trusted: bool) -> Iterator[str]:
    """The report in plain words, one sentence a line."""
    yield (
        f"{report.sealed} sealed entries, {report.checkpoints} checkpoints, "
        f"{report.witnessed} compared with the witness, {report.tail} entries not sealed yet."
    )
    yield f"Signed by: {', '.join(sorted(report.keys)) or 'nobody'}."
    if not trusted:
        yield "No public key was given: compare the one above with the one published by the mechanism."
    for fault in report.faults:
        yield f"{fault.kind}: {fault.text}."
    yield "The ledger is whole." if report.is_whole else f"{len(report.faults)} faults were found."


if __name__ == "__main__":
    sys.exit(main())
