"""A thousand people who do not exist, and everything the mechanism can be told about them."""

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.core import mail
from django.db import DatabaseError, connection, transaction

from cadra.foundation import vault
from cadra.foundation.network.models import Desk
from cadra.foundation.outbox.sending import send_due
from cadra.record.cases import actions as cases
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer
from cadra.record.people import actions as people
from cadra.record.people.models import Identity, Person
from cadra.stages.identification.actions import pair
from cadra.stages.identification.models import Decision
from cadra.stages.identification.tests import posted, story
from cadra.stages.support import actions as support
from cadra.steering.exchange.actions import importing
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened
from tests.walls.planting_features import Features, let_nora_in

ALPHABETS = (
    "abcdefghijklmnoprstuvzëç",
    "абвгдежзиклмнопрстуфхчш",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "აბგდევზთიკლმნოპჟრსტუფქღყშ",
    "अआइईउऊएऐकखगघचछजझटठडढतथदधनपफबभमयरलवशसह",
)


@dataclass(frozen=True)
class Planted:
    """One invented identity: four values, each unmistakable."""

    given: str
    family: str
    phone: str
    number: str
    address: str

    @property
    def values(self) -> tuple[str, ...]:
        return self.given, self.family, self.phone, self.number, self.address

    def __str__(self) -> str:
        return f"{self.given} {self.family}, {self.phone}, {self.number}, {self.address}"


def planted(count: int, seed: str) -> list[Planted]:
    """Invented identities, a sixth in each of six scripts. No two seeds share a value."""
    chance = random.Random(f"{seed} {uuid4()}")

    def word(letters: str, length: int) -> str:
        return "".join(chance.choice(letters) for _ in range(length)).capitalize()

    made = []
    for index in range(count):
        letters = ALPHABETS[index % len(ALPHABETS)]
        made.append(
            Planted(
                given=word(letters, 12),
                family=word(letters, 14),
                phone=f"+355{chance.randrange(10**8, 10**9)}",
                number=f"{chance.choice('JKLMN')}{chance.randrange(10**9, 10**10)}{chance.choice('ABCDEF')}",
                address=f"{word(letters, 11)} {chance.randrange(100, 999)}",
            )
        )
    return made


Take = Callable[[int], Sequence[Planted]]


@dataclass
class Planter:
    """Puts identities through the features of one house, each into its own share of them."""

    house: Any
    everyone: Sequence[Planted]

    def __post_init__(self) -> None:
        self.overwritten: set[Planted] = set()
        self._left = iter(self.everyone)
        self.clinic: Desk = Desk.objects.select_related("institution").get(institution__name="Clinic of the Lake")
        self.case_id = story.assigned(
            self.house,
            consents={
                "authority": {"answer": "given", "compartments": ["identity", "contact", "story"]},
                "pair": {"answer": "given", "compartments": ["identity", "story"]},
                "shelter": {"answer": "given", "compartments": ["identity", "contact", "story", "support", "health"]},
            },
        )
        with self.house.as_("marta") as marta:
            mechanism.take_custody(actor=marta, file=opened(marta, self.case_id)[0])
            self.person = Person.objects.get(pk=self.case_id)

    def take(self, count: int) -> list[Planted]:
        return list(itertools.islice(self._left, count))

    def rest(self) -> list[Planted]:
        return list(self._left)

    def everything(self) -> None:
        """Every feature. What is left over at the end becomes files of its own."""
        self.referrals(self.take(12))
        self.interviews(self.take(30))
        self.decisions(self.take(20))
        self.plan(self.take(40))
        self.offers(self.take(40))
        self.service_referrals(self.take(25))
        self.consents(self.take(40))
        self.corrections(self.take(60))
        self.through_pages(self.take(30))
        self.notes(self.take(300))
        self.imported(self.take(100))
        let_nora_in(self.house)
        features = Features(self)
        features.everything(self.take(60))
        features.spreadsheets(self.take(20))
        self.files(self.rest())

    # Identification ------------------------------------------------------------------------------

    def referrals(self, some: Sequence[Planted]) -> None:
        """Sent, received, half of them registered and compared, one connected."""
        registered = []
        for index, one in enumerate(some):
            told = {
                "called": one.given,
                "names": [{"given": one.given, "family": one.family, "note": one.address}],
                "birth": {"date": "2001-04-21", "year": 2001, "place": one.address},
                "documents": [{"kind": "passport", "number": one.number, "country": "AL"}],
            }
            if index % 2:
                story.sent(self.house, **told)
            else:
                registered.append(story.registered(self.house, **told))
        rea = self.house.client("rea")
        for referral_id in registered[:3]:
            assert rea.get(f"/desk/{referral_id}/match/").status_code < 400

    def interviews(self, some: Sequence[Planted]) -> None:
        with self.house.as_("petrit") as petrit:
            for one in some:
                pair.record_interview(
                    actor=petrit,
                    person=self.person,
                    held_at=dt.datetime.now(dt.UTC),
                    record={"account": str(one), "place": one.address, "support_person": one.given, "private": "yes"},
                    finish=one.number[-1] in "ABC",
                )

    def decisions(self, some: Sequence[Planted]) -> None:
        for first, second in _pairs(some):
            decision_id = story.proposed(self.house, self.case_id, reasons=str(first))
            with self.house.as_("sonila") as sonila:
                decision = Decision.objects.get(pk=decision_id)
                pair.return_decision(actor=sonila, person=self.person, decision=decision, words=str(second))

    # Support -------------------------------------------------------------------------------------

    def plan(self, some: Sequence[Planted]) -> None:
        with self.house.as_("marta") as marta:
            for one, other in _pairs(some):
                goal = support.add_goal(
                    actor=marta,
                    person=self.person,
                    words=str(one),
                    steps=[{"what": other.family, "who": other.given, "by": ""}],
                )
                support.change_goal(
                    actor=marta, person=self.person, goal=goal, version=goal.version, words=str(other), steps=[]
                )

    def offers(self, some: Sequence[Planted]) -> None:
        with self.house.as_("marta") as marta:
            for one, other in _pairs(some):
                said = support.Decision("declined", [], words=str(other), family=other.given)
                new = support.NewOffer(service="medical", explained=str(one), decision=said)
                support.offer(actor=marta, person=self.person, offers=[new])

    def service_referrals(self, some: Sequence[Planted]) -> None:
        """Message, extract (what is known of her now), answer, and what was given."""
        for one in some[: len(some) // 5]:
            self._refer(one)
        referral = self._refer(some[0])
        with self.house.as_("kleo") as kleo:
            support.receive(actor=kleo, referral=referral)
            support.answer(actor=kleo, referral=referral, state="accepted", words=str(some[0]))
            for one in some[len(some) // 5 :]:
                support.deliver(actor=kleo, referral=referral, words=str(one))

    def _refer(self, one: Planted) -> Any:
        with self.house.as_("marta") as marta:
            agreement = support.Agreement(
                answer=Answer.GIVEN,
                asked_for=["identity", "contact"],
                parts=["contact"],
                witness=one.given,
                explained=["who", "form"],
                explained_form="spoken",
                explained_language="sq",
                asked=one.address,
            )
            return support.refer(
                actor=marta,
                person=self.person,
                desk=self.clinic,
                service="medical",
                agreement=agreement,
                capacity="health",
                asks=str(one),
            )

    # The record ----------------------------------------------------------------------------------

    def consents(self, some: Sequence[Planted]) -> None:
        with self.house.as_("rea") as rea:
            for one in some:
                explained = consents.record_explanation(
                    actor=rea,
                    person=self.person,
                    given=["why"],
                    form="spoken",
                    language="sq",
                    interpreter=False,
                    asked=str(one),
                )
                consents.record(
                    actor=rea,
                    person=self.person,
                    recipient_kind="health",
                    recipient=self.clinic.principal,
                    purpose="health",
                    asked_for=["core"],
                    compartments=[],
                    answer=Answer.REFUSED,
                    form="spoken",
                    witness=one.family,
                    explanation_id=explained.pk,
                )

    def corrections(self, some: Sequence[Planted]) -> None:
        """Each overwrites the one before: what was there stays in the heap and in the log of PostgreSQL."""
        with self.house.as_("rea") as rea:
            for one in some:
                self._write_all(rea, self.person, one)
        self.overwritten |= {*some[:-1]}

    def notes(self, some: Sequence[Planted]) -> None:
        with self.house.as_("marta") as marta:
            for index, one in enumerate(some):
                note = cases.write_note(actor=marta, person=self.person, compartment="support", text=str(one))
                if index % 10 == 0:
                    text = f"{one.family} {one.given}"
                    cases.change_note(actor=marta, person=self.person, note=note, version=1, text=text)

    def files(self, some: Sequence[Planted]) -> None:
        """A registered file for each: the keeper learns the names too."""
        with self.house.as_("rea") as rea:
            persons = people.open_files(actor=rea, count=len(some))
            for person, one in zip(persons, some, strict=True):
                person.is_registered = True
                self._write_all(rea, person, one)

    def imported(self, some: Sequence[Planted]) -> None:
        """Rows of IOM's spreadsheet."""
        with self.house.as_("rea") as rea:
            importing.import_rows(
                actor=rea,
                rows=[
                    {
                        "prs_FirstName": one.given,
                        "prs_SecondName": one.family,
                        "prs_IdentityNumber": one.number,
                        "prs_MobilePhone": one.phone,
                        "prs_MailingCity": one.address,
                        "cas_IncomingReferralDetails": str(one),
                        "con_Consent": True,
                    }
                    for one in some
                ],
            )

    @staticmethod
    def _write_all(actor: Any, person: Person, one: Planted) -> None:
        people.save_profile(actor=actor, person=person, called=one.given)
        people.save_identity(
            actor=actor,
            person=person,
            names=[{"given": one.given, "family": one.family, "note": ""}],
            birth={"date": None, "year": 2001, "place": one.address},
            documents=[{"kind": "passport", "number": one.number, "country": "AL"}],
        )
        people.save_contact(
            actor=actor,
            person=person,
            channels=[{"kind": "phone", "value": one.phone, "safe": "yes"}],
            rules={"name_to_use": one.given, "never_say": one.family},
            whereabouts={"place": "", "address": one.address},
        )

    # Pages ---------------------------------------------------------------------------------------

    def through_pages(self, some: Sequence[Planted]) -> None:
        """As a browser sends it: notes, contact, a whole screen of a referral, a form after the session ended."""
        ada, marta = self.house.client("ada"), self.house.client("marta")
        shares = [some[start::3] for start in range(3)]
        for one in shares[0]:
            response = marta.post(f"/files/{self.case_id}/notes/", {"text": str(one), "part": "support"})
            assert response.status_code == 302
        for one in shares[1]:
            referral_id = posted.start(ada)
            fields = {"called": one.given, "given": one.given, "family": one.family, "document_number": one.number}
            posted.fill(ada, referral_id, "person", **fields)
            posted.fill(ada, referral_id, "place", how_found=str(one))
        for one in shares[2]:
            self.kept_form(one)

    def kept_form(self, one: Planted) -> None:
        """Her session ran out while she wrote; what she typed is kept for her, sealed."""
        marta = self.house.client("marta")
        self.house.sql("UPDATE access_session SET rests_until = now() - interval '1 hour'")
        typed = urlencode({"text": str(one), "part": "support"})
        response = marta.post(f"/files/{self.case_id}/notes/", typed, content_type="application/x-www-form-urlencoded")
        assert response.url.endswith("kept%2F")
        self.house.tokens.clear()
        with self.house.as_("marta") as actor:
            cases.write_note(actor=actor, person=self.person, compartment="support", text=str(one))

    # What goes wrong -----------------------------------------------------------------------------

    def failing_statements(self, some: Sequence[Planted]) -> int:
        """Statements PostgreSQL refuses, with what they were about in the values and in their own text."""
        failed = 0
        with self.house.as_("marta"):
            for one in some:
                for statement, values in _refused_statements(one):
                    try:
                        with transaction.atomic(), connection.cursor() as cursor:
                            cursor.execute(statement, values)
                    except DatabaseError:
                        failed += 1
        return failed

    def failing_pages(self, some: Sequence[Planted], break_a_view: Callable[[str], Any]) -> int:
        """Views that raise with what was typed in their hands; addresses and logins that are somebody's name."""
        client = self.house.client("marta")
        client.raise_request_exception = False
        failed = 0
        for one in some:
            with break_a_view(str(one)):
                response = client.post(f"/files/{self.case_id}/notes/", {"text": str(one), "part": "support"})
            failed += response.status_code == 500
            client.get(f"/files/?q={one.family}&before={one.number}")
            client.get(f"/{one.given}/{one.family}/")
            self.house.client().post("/account/login/", {"login": f"{one.number}@x.example", "password": one.family})
        return failed

    def mails(self) -> list[bytes]:
        """Everything the outbox sends, as it goes over the wire."""
        send_due()
        return [message.message().as_bytes() for message in mail.outbox]

    def readable(self) -> bool:
        """The last correction is what an authorised person reads: sealing did not simply lose it."""
        with self.house.as_("rea") as rea:
            row = Identity.objects.get(case_id=self.case_id)
            vault.unseal(rea.ring, [row])
        return any(one.family == row.plain["names"][0]["family"] for one in self.everyone)  # type: ignore[attr-defined]


def _refused_statements(one: Planted) -> Iterator[tuple[str, list[Any]]]:
    yield "SELECT %s::int", [one.family]
    yield "SELECT 1 / (length(%s) - length(%s))", [one.phone, one.phone]
    yield "UPDATE cases_note SET compartment = %s", [str(one)]
    yield f"SELECT '{one.number}' FROM no_such_table", []
    yield "INSERT INTO people_person (id, reference) VALUES (%s, %s)", [one.address, one.number]


def _pairs(some: Sequence[Planted]) -> list[tuple[Planted, Planted]]:
    return list(zip(some[::2], some[1::2], strict=False))
