"""Measures name matching: `python tests/load/keeper_names.py [people] [questions of each kind]`.

Starts a real keeper, gives it invented people, restarts it, and asks for misspelt, reordered and
transliterated names over its socket. Prints a table: time to load, memory a person, milliseconds a
question, and how often the person meant is among the first ten.

'found' counts the very person asked for. With a million people up to some sixty share one full name, and
nothing can tell them apart by name: 'or namesake' also counts a person of exactly the same name.
"""

import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cadra.foundation.vault.keeper import Keeper
from cadra.foundation.vault.testing import KeeperHandle, start_keeper
from cadra.keeper.tests.corpus import Corpus, Invented, Misspeller

_BATCH = 5_000
TARGET_MS = 150
TARGET_BYTES = 1_200


@dataclass
class Tally:
    """Answers to one kind of question."""

    asked: int = 0
    found: int = 0
    namesake: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def line(self, label: str) -> str:
        times = sorted(self.milliseconds)
        middle, late = times[len(times) // 2], times[int(len(times) * 0.95)]
        return (
            f"{label:34} {self.asked:6} {self.found / self.asked:8.3f} {self.namesake / self.asked:12.3f}"
            f" {middle:8.0f} {late:8.0f}"
        )


def main(count: int, questions: int) -> None:
    """Run the whole measurement and print it."""
    with tempfile.TemporaryDirectory() as folder:
        handle = start_keeper(Path(folder))
        try:
            measure(handle, count, questions)
        finally:
            handle.remove()


def measure(handle: KeeperHandle, count: int, questions: int) -> None:
    """Fill, restart, ask."""
    corpus = Corpus()
    people = [corpus.person() for _ in range(count)]
    identifiers = [uuid.uuid4() for _ in people]
    client, token = handle.client(), "a system session for measuring"
    client.open_session(token, "load", [1], ["system"], time.time() + 86_400)
    handle.wait_for_names(client)
    empty = resident_bytes(handle.pid)
    started = time.perf_counter()
    put(client, token, identifiers, people)
    print(f"{count:,} people written in {time.perf_counter() - started:.1f} s")
    handle.stop()
    started = time.perf_counter()
    handle.start()
    ready = time.perf_counter() - started
    handle.wait_for_names(client, 600)
    loaded = time.perf_counter() - started
    print(f"restarted: answers after {ready:.1f} s, all names in memory after {loaded:.1f} s")
    tallies = ask_all(client, token, identifiers, people, questions)
    used = resident_bytes(handle.pid)
    print(
        f"memory: {used / 1e6:.0f} MB in all, {used / count:.0f} bytes a person (target {TARGET_BYTES});"
        f" {empty / 1e6:.0f} MB without names"
    )
    print(f"disk: {(handle.store_dir / 'keeper.db').stat().st_size / count:.0f} bytes a person")
    print(f"\n{'question':34} {'asked':>6} {'found':>8} {'or namesake':>12} {'p50 ms':>8} {'p95 ms':>8}")
    for label, tally in tallies.items():
        print(tally.line(label))


def put(client: Keeper, token: str, identifiers: list[UUID], people: list[Invented]) -> None:
    """Give the keeper everyone, in batches."""
    for start in range(0, len(people), _BATCH):
        batch = zip(identifiers[start : start + _BATCH], people[start : start + _BATCH], strict=True)
        client.names_put(
            token,
            [{"person": person, "names": [who.name], "birth_date": who.birth_date} for person, who in batch],
        )


def ask_all(
    client: Keeper, token: str, identifiers: list[UUID], people: list[Invented], questions: int
) -> dict[str, Tally]:
    """Ask every kind of question, by name alone, with a birth year, and with a birth date."""
    chance, misspeller = random.Random(3), Misspeller()
    place = {identifier: number for number, identifier in enumerate(identifiers)}
    tallies: dict[str, Tally] = {}
    totals = {"": Tally(), " + birth year": Tally(), " + birth date": Tally()}
    for kind in misspeller.KINDS:
        for _ in range(questions):
            number = chance.randrange(len(people))
            who = people[number]
            name = misspeller.misspelt(who.name, kind)
            births = ({}, {"birth_year": misspeller.birth_year(who).year}, {"birth_date": who.birth_date})
            for birth, ending in zip(births, totals, strict=True):
                started = time.perf_counter()
                hits = client.names_match(token, {"name": name, **birth}, 10)
                spent = (time.perf_counter() - started) * 1000
                numbers = {place[hit["person"]] for hit in hits}
                for tally in (tallies.setdefault(kind + ending, Tally()), totals[ending]):
                    tally.asked += 1
                    tally.found += number in numbers
                    tally.namesake += who.name in {people[other].name for other in numbers}
                    tally.milliseconds.append(spent)
    most = Counter(who.name for who in people).most_common(1)[0][1]
    print(f"the commonest full name is shared by {most} people")
    return {**tallies, **{f"all{ending}": tally for ending, tally in totals.items()}}


def resident_bytes(pid: int) -> int:
    """Resident memory of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["1000000", "200"][len(sys.argv) - 1 :])[:2]))
