"""Given, withdrawn, run out, refused, in any order: the page, raw SQL and the keeper never disagree (A3).

And in the moment a withdrawal is acknowledged, no read that starts afterwards succeeds (A5).
"""

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.http import Http404
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis, Grant, Scope
from cadra.foundation.access.queries import my_compartments
from cadra.foundation.kernel.compartments import Compartment
from cadra.record.cases import actions as cases
from cadra.record.cases.queries import case_for, notes
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from tests import world as worlds

PARTS = [str(part) for part in Compartment]
READERS = ("marta", "sara", "kleo")
EXAMPLES, STEPS = 200, 10
SHORT = dt.timedelta(milliseconds=120)


@dataclass
class Given:
    """What the reference model knows of one grant."""

    id: UUID
    grantee: int
    parts: frozenset[str]
    scope: str
    until: float
    consent: UUID | None
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
    marta, kleo = actors["marta"], actors["kleo"]
    grantees = [marta.institution_principal, marta.principal, max(kleo.principals)]
    refusable = [marta.principal, marta.institution_principal, kleo.principal]
    some_parts = st.sets(st.sampled_from(PARTS), min_size=1, max_size=4)

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.model = Model()
            with house.as_("rea") as rea:
                self.person = people.open_file(actor=rea)
                cases.open_case(actor=rea, person=self.person, first_contact_at=self.person.created_at)
                for part in PARTS:
                    cases.write_note(actor=rea, person=self.person, compartment=part, text=part)
            self.refusals: dict[int, Any] = {}

        @rule(grantee=st.sampled_from(grantees), parts=some_parts, short=st.booleans(), scope=st.sampled_from(Scope))
        def give(self, grantee: int, parts: set[str], short: bool, scope: Scope) -> None:
            until = dt.datetime.now(dt.UTC) + SHORT if short else None
            with house.as_("rea") as rea:
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
                new = access.NewGrant(
                    self.person.pk, grantee, sorted(parts), "shelter", Basis.CONSENT, scope, consent.pk, until
                )
                row = access.give(actor=rea, grants=[new])[0]
            given = Given(row.pk, grantee, frozenset(parts), scope, row.until.timestamp(), consent.pk)
            self.model.grants.append(given)

        @precondition(lambda self: self.model.grants)
        @rule(which=st.integers(0, 99))
        def withdraw(self, which: int) -> None:
            given = self.model.grants[which % len(self.model.grants)]
            with house.as_("rea") as rea:
                consent = Consent.objects.get(pk=given.consent)
                consents.withdraw(actor=rea, person=self.person, consent=consent)
            given.ended = True

        @precondition(lambda self: self.model.grants)
        @rule(which=st.integers(0, 99))
        def end(self, which: int) -> None:
            given = self.model.grants[which % len(self.model.grants)]
            with house.as_("rea") as rea:
                access.end(actor=rea, grants=Grant.objects.filter(pk=given.id, ended_at=None), reason="test")
            given.ended = True

        @precondition(lambda self: any(one.lives and one.until - time.time() < 1 for one in self.model.grants))
        @rule()
        def wait_until_it_has_run_out(self) -> None:
            soon = [one.until for one in self.model.grants if one.lives and one.until - time.time() < 1]
            time.sleep(max(0.0, max(soon, default=0) - time.time()) + 0.005)

        @rule(principal=st.sampled_from(refusable))
        def refuse(self, principal: int) -> None:
            with house.as_("rea") as rea:
                row = access.refuse(actor=rea, case_id=self.person.pk, principal=principal)
            self.refusals[principal] = row
            self.model.refused.add(principal)

        @precondition(lambda self: self.model.refused)
        @rule(which=st.integers(0, 99))
        def lift(self, which: int) -> None:
            principal = sorted(self.model.refused)[which % len(self.model.refused)]
            with house.as_("rea") as rea:
                access.lift_refusal(actor=rea, refusal=self.refusals[principal])
            self.model.refused.discard(principal)

        @invariant()
        def page_sql_and_keeper_agree_with_the_model(self) -> None:
            soon = [one.until for one in self.model.grants if one.lives and one.until - time.time() < 1]
            if soon and min(soon) - time.time() < 0.06:  # about to run out: look when it has
                time.sleep(max(0.0, min(soon) - time.time()) + 0.005)
            for name in READERS:
                allowed = self.model.opens(actors[name].principals)
                seen = look(house, name, self.person)
                assert seen == Seen(allowed, allowed, self.model.opens(actors[name].principals, "any")), name

    return Machine


@dataclass(frozen=True)
class Seen:
    """The compartments of a file that a user reaches: by the page's queries, by raw SQL, by the keeper's keys."""

    page: frozenset[str]
    sql: frozenset[str]
    keeper: frozenset[str]


def look(house: Any, name: str, person: Person) -> Seen:
    with house.as_(name) as actor:
        try:
            case_for(actor, person.pk)
            page = frozenset(note.compartment_of_row for note in notes(actor, person.pk))
            assert page == my_compartments(actor, person.pk)
            assert all(note.plain["text"] == note.compartment_of_row for note in notes(actor, person.pk))  # type: ignore[attr-defined]
        except Http404:
            page = frozenset()
        with connection.cursor() as cursor:
            cursor.execute("SELECT compartment FROM cases_note WHERE case_id = %s", [person.pk])
            rows = frozenset(row[0] for row in cursor.fetchall())
        opened = vault.Ring(actor.ring.token).keys((person.pk, part) for part in PARTS)
    return Seen(page, rows, frozenset(part for _, part in opened))


def test_page_sql_and_keeper_agree_whatever_happens(house: Any) -> None:
    run_state_machine_as_test(
        machine_of(house),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_read_that_starts_after_the_withdrawal_succeeds(house: Any) -> None:
    """50 readers ask for the clinic's request without pause while she takes her yes back."""
    world = worlds.build(house)
    referral, token = world.argument("support", "referral_id"), house.sign_in("kleo")
    acknowledged: list[float] = []
    late, before, wrong = [], [], []
    stop = threading.Event()

    def read() -> None:
        client = house.client()
        client.cookies["cadra"] = token
        try:
            while not stop.is_set():
                began = time.monotonic()
                response = client.get(f"/requests/{referral}/")
                if response.status_code == 200:
                    (late if acknowledged and began > acknowledged[0] else before).append(began)
                elif response.status_code != 404:
                    wrong.append(response.status_code)
        finally:
            connections.close_all()

    readers = [threading.Thread(target=read) for _ in range(50)]
    for reader in readers:
        reader.start()
    deadline = time.monotonic() + 20
    while len(before) < 60 and time.monotonic() < deadline:
        time.sleep(0.01)
    seen_before = len(before)
    worlds.withdraw(house, world)
    acknowledged.append(time.monotonic())
    time.sleep(1.5)
    stop.set()
    for reader in readers:
        reader.join(30)
    assert seen_before >= 50
    assert (late, wrong) == ([], [])


def test_what_is_written_while_access_ends_does_not_stay_open(house: Any) -> None:
    """A row added in a transaction that began before the end and is committed after it."""
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        grantee = house.user("kleo").principal
        new = access.NewGrant(person.pk, grantee, ["core", "support"], "custody", Basis.LEGAL_DUTY)
        grant = access.give(actor=rea, grants=[new])[0]
    written, ended = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            with transaction.atomic(), house.as_("rea") as rea:
                cases.write_note(actor=rea, person=person, compartment="support", text="Written meanwhile.")
                written.set()
                ended.wait(1)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(10)
    with house.as_("rea") as rea:
        access.end(actor=rea, grants=[grant], reason="test")
    ended.set()
    writer.join(20)
    assert failed == []
    assert look(house, "kleo", person) == Seen(frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.NOT_YET])
def test_no_answer_but_yes_opens_anything(house: Any, answer: Answer) -> None:
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        consent = consents.record(
            actor=rea,
            person=person,
            recipient_kind="health",
            recipient=max(house.actor("kleo").principals),
            purpose="health",
            asked_for=["core", "health"],
            compartments=["core", "health"],
            answer=answer,
            form="spoken",
        )
        assert consent.compartments == []
    assert look(house, "kleo", person) == Seen(frozenset(), frozenset(), frozenset())
