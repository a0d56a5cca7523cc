"""Measures name matching: `script/load names [people] [questions of each kind] [seeds]`.

First a real keeper is given invented people over its socket, restarted, and asked; then further countries, each of a
seed of its own, are asked in this process. Prints time to load, memory a person, milliseconds a question, and how
often the person meant is among the first ten. The way names are written wrongly (`cadra/keeper/tests/slips.py`) is
not the matcher's; its numbers were looked at on seeds 1 to 3 and are reported on 11 to 15.

'found' counts the very person asked for. People registered under exactly the same name can't be told apart by name:
'at most' is what a perfect guess would reach, 'or namesake' counts one of them as found.
"""

import random
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cadra.foundation.vault.keeper import Keeper
from cadra.foundation.vault.testing import KeeperHandle, start_keeper
from cadra.keeper.names.births import Birth
from cadra.keeper.names.index import NameIndex
from cadra.keeper.tests.corpus import Corpus, Invented
from cadra.keeper.tests.slips import Slips

_BATCH = 5_000
_SHOWN = 10
TARGET_MS = 150
TARGET_BYTES = 1_200
Find = Callable[[str, int | None], list[int]]
"""Asks by a name and perhaps a birth year; answers with the numbers of people."""


@dataclass
class Tally:
    """Answers to one kind of question."""

    asked: int = 0
    found: int = 0
    namesake: int = 0
    at_most: float = 0.0
    with_year: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in another's counts."""
        self.asked += other.asked
        self.found += other.found
        self.namesake += other.namesake
        self.at_most += other.at_most
        self.with_year += other.with_year
        self.milliseconds += other.milliseconds

    def line(self, label: str) -> str:
        """One row of the table."""
        times = sorted(self.milliseconds)
        shares = (self.found, self.namesake, self.at_most, self.with_year)
        numbers = " ".join(f"{share / self.asked:11.4f}" for share in shares)
        return f"{label:32} {self.asked:6} {numbers} {times[len(times) // 2]:7.0f} {times[int(len(times) * 0.95)]:7.0f}"


HEAD = (
    f"{'question':32} {'asked':>6} {'found':>11} {'or namesake':>11} {'at most':>11} {'with year':>11}"
    f" {'p50 ms':>7} {'p95 ms':>7}"
)


def main(count: int, questions: int, seeds: list[int]) -> None:
    """Run the whole measurement and print it."""
    total: dict[str, Tally] = {}
    for place, seed in enumerate(seeds):
        corpus = Corpus(seed)
        people = [corpus.person() for _ in range(count)]
        for find in by_keeper(people) if place == 0 else in_process(people):
            tallies = ask_all(find, corpus, people, questions, seed)
        print(f"\nseed {seed}\n{HEAD}")
        for label, tally in tallies.items():
            print(tally.line(label), flush=True)
            total.setdefault(label, Tally()).add(tally)
    print(f"\nall seeds\n{HEAD}")
    for label, tally in total.items():
        print(tally.line(label))


def by_keeper(people: list[Invented]) -> Iterator[Find]:
    """A real keeper: filled, restarted, asked over its socket."""
    with tempfile.TemporaryDirectory() as folder:
        handle = start_keeper(Path(folder))
        try:
            yield _filled(handle, people)
            used = resident_bytes(handle.pid)
            print(f"memory: {used / 1e6:.0f} MB in all, {used / len(people):.0f} B a person (target {TARGET_BYTES})")
            print(f"disk: {(handle.store_dir / 'keeper.db').stat().st_size / len(people):.0f} B a person")
        finally:
            handle.remove()


def _filled(handle: KeeperHandle, people: list[Invented]) -> Find:
    identifiers = [uuid.uuid4() for _ in people]
    client, token = handle.system_client(), "a system session for measuring"
    client.open_session(token, "load", [1], ["system"], time.time() + 86_400)
    handle.wait_for_names(client)
    started = time.perf_counter()
    _put(client, token, identifiers, people)
    print(f"{len(people):,} people written in {time.perf_counter() - started:.1f} s")
    handle.stop()
    started = time.perf_counter()
    handle.start()
    ready = time.perf_counter() - started
    handle.wait_for_names(client, 600)
    loaded = time.perf_counter() - started
    print(f"restarted: answers after {ready:.1f} s, all names in memory after {loaded:.1f} s")
    place = {identifier: number for number, identifier in enumerate(identifiers)}

    def find(name: str, year: int | None) -> list[int]:
        hits = client.names_match(token, {"name": name, "birth_year": year}, _SHOWN)
        return [place[hit["person"]] for hit in hits]

    return find


def _put(client: Keeper, token: str, identifiers: list[uuid.UUID], people: list[Invented]) -> None:
    for start in range(0, len(people), _BATCH):
        batch = zip(identifiers[start : start + _BATCH], people[start : start + _BATCH], strict=True)
        client.names_put(
            token,
            [{"person": person, "names": [who.registered], "birth_date": who.birth_date} for person, who in batch],
        )


def in_process(people: list[Invented]) -> Iterator[Find]:
    """The index alone, in this process."""
    index = NameIndex()
    for number, who in enumerate(people):
        index.add(number, [who.registered], Birth(who.year, who.month, who.day))
    index.settle()
    yield lambda name, year: [hit.row for hit in index.search(name, Birth(year or 0), _SHOWN)]


def ask_all(find: Find, corpus: Corpus, people: list[Invented], questions: int, seed: int) -> dict[str, Tally]:
    """Ask every kind of question, by name alone and with a birth year."""
    chance, slips = random.Random(seed), Slips(seed, corpus)
    borne = Counter(who.registered for who in people)
    tallies: dict[str, Tally] = {}
    for title, kinds in (("PROMISED", slips.kinds()), ("PARTLY ANOTHER NAME", slips.harder())):
        whole = Tally()
        for kind, write in kinds.items():
            tally = tallies[kind] = Tally()
            for _ in range(questions):
                number, name = _question(chance, people, kind, write)
                _ask(find, tally, people, number, name, slips.birth_year(people[number]))
                tally.at_most += min(1.0, _SHOWN / borne[people[number].registered])
            whole.add(tally)
        tallies[title] = whole
    return tallies


def _question(
    chance: random.Random, people: list[Invented], kind: str, write: Callable[[Invented], str]
) -> tuple[int, str]:
    """Someone by chance and her name written otherwise than in the register; unchanged ones are no question."""
    while True:
        number = chance.randrange(len(people))
        who = people[number]
        if kind == "father's name left out" and len(who.name.split()) < 3:
            continue
        name = write(who)
        if name.casefold() != who.registered.casefold():
            return number, name


def _ask(find: Find, tally: Tally, people: list[Invented], number: int, name: str, year: int) -> None:
    for birth in (None, year):
        started = time.perf_counter()
        found = find(name, birth)
        tally.milliseconds.append((time.perf_counter() - started) * 1000)
        if birth is not None:
            tally.with_year += number in found
            continue
        tally.asked += 1
        tally.found += number in found
        tally.namesake += people[number].registered in {people[other].registered for other in found}


def resident_bytes(pid: int) -> int:
    """Resident memory of a process (Linux)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096


if __name__ == "__main__":
    given = sys.argv[1:] + ["1000000", "200", "11,12,13,14,15"][len(sys.argv) - 1 :]
    main(int(given[0]), int(given[1]), [int(seed) for seed in given[2].split(",")])
