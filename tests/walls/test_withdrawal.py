"""Given, withdrawn, run out, refused, in any order: the page, raw SQL and the keeper never disagree (A3).

And in the moment a withdrawal is acknowledged, no read that starts afterwards succeeds (A5).
"""

import datetime as dt
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.http import Http404
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import enter
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.access.queries import my_compartments
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Note
from cadra.record.cases.queries import case_for
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from tests import world as worlds
from tests.walls.machines import walk
from tests.world import PARTS

READERS = ("marta", "sara", "kleo")
EXAMPLES, STEPS = 200, 10
READING_AT_ONCE, WEB_THREADS = 50, 8
SHORT = dt.timedelta(milliseconds=250)


@dataclass
class Given:
    """What the reference model knows of one grant."""

    id: UUID
    grantee: int
    parts: frozenset[str]
    scope: str
    until: float
    consent: UUID | None
    short: bool
    ended: bool = False

    @property
    def lives(self) -> bool:
        return not self.ended and self.until > time.time()


@dataclass
class Model:
    """The whole of the rules: live grants on the living file add up, a refusal closes everything."""

    grants: list[Given] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    def opens(self, principals: tuple[int, ...], scope: str = "file") -> frozenset[str]:
        if self.refused & set(principals):
            return frozenset()
        return frozenset(
            part
            for grant in self.grants
            if grant.lives and grant.grantee in principals and scope in ("any", grant.scope)
            for part in grant.parts
        )


def machine_of(house: Any) -> type[RuleBasedStateMachine]:
    actors = {name: house.actor(name) for name in READERS}
    author, marta, kleo = house.actor("rea"), actors["marta"], actors["kleo"]
    grantees = [marta.institution_principal, marta.principal, max(kleo.principals)]
    refusable = [marta.principal, marta.institution_principal, kleo.principal]
    some_parts = st.sets(st.sampled_from(PARTS), min_size=1, max_size=4)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.model = Model()
            with acting(author) as rea:
                self.person = people.open_file(actor=rea)
                cases.open_case(actor=rea, person=self.person, first_contact_at=self.person.created_at)
                worlds.write_notes(rea, self.person, {part: part for part in PARTS})
            self.refusals: dict[int, Any] = {}
            self.turn = 0

        @rule(grantee=st.sampled_from(grantees), parts=some_parts, short=st.booleans(), scope=st.sampled_from(Scope))
        def give(self, grantee: int, parts: set[str], short: bool, scope: Scope) -> None:
            parts = {"core", *parts}  # what travels with every grant (ADR 0004)
            with acting(author) as rea:
                consent = consents.record(
                    actor=rea,
                    person=self.person,
                    recipient_kind="shelter",
                    recipient=grantee,
                    purpose="shelter",
                    asked_for=sorted(parts),
                    compartments=sorted(parts),
                    answer=Answer.GIVEN,
                    form="spoken",
                )
                until = dt.datetime.now(dt.UTC) + SHORT if short else None
                new = access.NewGrant(
                    self.person.pk, grantee, sorted(parts), "shelter", Basis.CONSENT, scope, consent.pk, until
                )
                row = access.give(actor=rea, grants=[new])[0]
            given = Given(row.pk, grantee, frozenset(parts), scope, row.until.timestamp(), consent.pk, short)
            self.model.grants.append(given)

        @precondition(lambda self: self.model.grants)
        @rule(which=st.integers(0, 99))
        def withdraw(self, which: int) -> None:
            given = self.model.grants[which % len(self.model.grants)]
            with acting(author) as rea:
                consent = Consent.objects.get(pk=given.consent)
                consents.withdraw(actor=rea, person=self.person, consent=consent)
            given.ended = True

        @precondition(lambda self: self.model.grants)
        @rule(which=st.integers(0, 99))
        def end(self, which: int) -> None:
            given = self.model.grants[which % len(self.model.grants)]
            with acting(author) as rea:
                access.end(actor=rea, grants=Grant.objects.filter(pk=given.id, ended_at=None), reason="test")
            given.ended = True

        @precondition(lambda self: any(one.short for one in self.model.grants))
        @rule()
        def wait_until_it_has_run_out(self) -> None:
            last = max(one.until for one in self.model.grants if one.short)
            time.sleep(max(0.0, last - time.time()) + 0.005)

        @rule(principal=st.sampled_from(refusable))
        def refuse(self, principal: int) -> None:
            with acting(author) as rea:
                row = access.refuse(actor=rea, case_id=self.person.pk, principal=principal)
            self.refusals[principal] = row
            self.model.refused.add(principal)

        @precondition(lambda self: self.model.refused)
        @rule(which=st.integers(0, 99))
        def lift(self, which: int) -> None:
            principal = sorted(self.model.refused)[which % len(self.model.refused)]
            with acting(author) as rea:
                access.lift_refusal(actor=rea, refusal=self.refusals[principal])
            self.model.refused.discard(principal)

        @invariant()
        def one_reader_sees_what_the_model_says(self) -> None:
            self.turn += 1
            self.compare(READERS[self.turn % len(READERS)])

        def teardown(self) -> None:
            for name in READERS:
                self.compare(name)

        def compare(self, name: str) -> None:
            """Page, raw SQL and keeper against the model; again when a grant ran out while we looked."""
            expected, seen = None, None
            while expected is None or expected != self.expected(name):
                expected = self.expected(name)
                seen = look(actors[name], self.person)
            assert seen == expected, name

        def expected(self, name: str) -> "Seen":
            on_file = self.model.opens(actors[name].principals)
            return Seen(on_file, on_file, on_file, self.model.opens(actors[name].principals, "any"))

    return Machine


@dataclass(frozen=True)
class Seen:
    """The compartments of a file a user reaches: by a page's rows, by its list of grants, by raw SQL, by keys."""

    page: frozenset[str]
    listed: frozenset[str]
    sql: frozenset[str]
    keeper: frozenset[str]


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """A transaction as this actor, with a new ring: no key is kept from before."""
    fresh = replace(actor, ring=vault.Ring(actor.ring.token))
    with transaction.atomic():
        enter(fresh)
        yield fresh


def look(reader: Actor, person: Person) -> Seen:
    with acting(reader) as actor:
        try:
            case_for(actor, person.pk)
            shown = list(Note.objects.filter(case_id=person.pk))
            vault.unseal(actor.ring, shown)
            page = frozenset(note.compartment_of_row for note in shown)
            # A grant that runs out between the two leaves a row whose words are already closed.
            assert all(note.plain["text"] in (note.compartment_of_row, vault.CLOSED) for note in shown)
            listed = my_compartments(actor, person.pk)
        except Http404:
            page, listed = frozenset(), frozenset()
        with connection.cursor() as cursor:
            cursor.execute("SELECT compartment FROM cases_note WHERE case_id = %s", [person.pk])
            rows = frozenset(row[0] for row in cursor.fetchall())
        opened = actor.ring.keeper.open_keys(actor.ring.token or "", [(person.pk, part) for part in PARTS])
    return Seen(page, listed, rows, frozenset(part for _, part in opened))


def test_page_sql_and_keeper_agree_whatever_happens(house: Any) -> None:
    walk(machine_of(house), examples=EXAMPLES, steps=STEPS)


def test_no_read_that_starts_after_the_withdrawal_succeeds(house: Any) -> None:
    """50 readers ask for the clinic's request without pause while she takes her yes back."""
    world = worlds.build(house)
    path, token = f"/requests/{world.argument('support', 'referral_id')}/", house.sign_in("kleo")
    seen: list[tuple[float, int]] = []
    waiting: queue.Queue[float] = queue.Queue()
    stop = threading.Event()

    def serve() -> None:
        """Answers what waits, like one of the web's threads; its database connections are few."""
        client = house.client()
        client.cookies["cadra"] = token
        while not stop.is_set():
            with suppress(queue.Empty):
                began = waiting.get(timeout=0.1)
                seen.append((began, client.get(path).status_code))
                waiting.put(time.monotonic())  # this reader asks again at once
        connections.close_all()

    for _ in range(READING_AT_ONCE):
        waiting.put(time.monotonic())
    serving = [threading.Thread(target=serve) for _ in range(WEB_THREADS)]
    for thread in serving:
        thread.start()
    _until(lambda: len(seen) > READING_AT_ONCE)
    before = len(seen)
    worlds.withdraw(house, world)
    acknowledged = time.monotonic()
    _until(lambda: sum(began > acknowledged for began, _ in seen) > 3 * READING_AT_ONCE)
    stop.set()
    for thread in serving:
        thread.join(30)
    assert {status for _, status in seen[:before]} == {200}
    assert {status for _, status in seen} == {200, 404}
    assert [status for began, status in seen if began > acknowledged and status != 404] == []


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _note(actor: Actor, person: Person) -> None:
    cases.write_note(actor=actor, person=person, compartment="support", text="Written meanwhile.")


def _answer(actor: Actor, person: Person) -> None:
    _consent(actor, person, Answer.NOT_YET)


def _profile(actor: Actor, person: Person) -> None:
    people.save_profile(actor=actor, person=person, called="Meanwhile")


@pytest.mark.parametrize(
    ("write", "table"),
    [
        pytest.param(_note, "cases_note", id="note"),
        pytest.param(_answer, "consent_consent", id="consent"),
        pytest.param(_profile, "people_profile", id="profile"),
    ],
)
def test_what_is_written_while_access_ends_does_not_stay_open(house: Any, write: Any, table: str) -> None:
    """A row added in a transaction that began before the end and is committed after it."""
    author, kleo = house.actor("rea"), house.actor("kleo")
    with acting(author) as rea:
        person = people.open_file(actor=rea)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        new = access.NewGrant(person.pk, kleo.principal, ["core", "support"], "custody", Basis.LEGAL_DUTY)
        grant = access.give(actor=rea, grants=[new])[0]
    written, ended = threading.Event(), threading.Event()

    def meanwhile() -> None:
        try:
            with acting(author) as rea:
                write(rea, person)
                written.set()
                ended.wait(1.5)
        finally:
            connections.close_all()

    writer = threading.Thread(target=meanwhile)
    writer.start()
    assert written.wait(10)
    with acting(author) as rea:
        access.end(actor=rea, grants=[grant], reason="test")
    ended.set()
    writer.join(20)
    assert house.sql(f"SELECT count(*) FROM {table} WHERE case_id = %s", [person.pk]) == [(1,)]
    with acting(kleo), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE case_id = %s", [person.pk])
        assert cursor.fetchone() == (0,)


def _consent(actor: Actor, person: Person, answer: Answer) -> Consent:
    return consents.record(
        actor=actor,
        person=person,
        recipient_kind="health",
        recipient=actor.institution_principal,
        purpose="health",
        asked_for=["core", "health"],
        compartments=["core", "health"],
        answer=answer,
        form="spoken",
    )


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.NOT_YET])
def test_no_answer_but_yes_opens_anything(house: Any, answer: Answer) -> None:
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        consent = _consent(rea, person, answer)
        assert consent.compartments == []
    assert look(house.actor("kleo"), person) == Seen(frozenset(), frozenset(), frozenset(), frozenset())
