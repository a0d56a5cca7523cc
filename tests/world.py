"""One file with something in every room of the house, and a canary of its own in every part of it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis, Grant
from cadra.foundation.catalogue.tests.offers import offer as offer_service
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network import actions as network
from cadra.foundation.network.models import Desk, Training
from cadra.record.cases import actions as cases
from cadra.record.cases.models import Note
from cadra.record.consent.models import Answer, Consent
from cadra.record.documents import actions as documents
from cadra.record.documents.tests import samples
from cadra.record.documents.tests.arrived import arrived, made_ready
from cadra.record.interpreting.tests.scene import asked, interpreter
from cadra.record.people import actions as people
from cadra.record.people import contacts
from cadra.record.people.models import Person
from cadra.record.tasks import actions as tasks
from cadra.stages.identification.actions import intake, pair
from cadra.stages.identification.tests import story
from cadra.stages.support import actions as support
from cadra.stages.support.fairness import earliest_effect
from cadra.stages.support.models import ServiceReferral
from cadra.steering.budget import actions as budget
from cadra.steering.exchange.actions import runs
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened

PARTS = tuple(str(part) for part in Compartment)
# Word → the parts of a file that open it. `request`: what a provider's desk was sent; `draft`: not sent yet.
WORDS: dict[str, frozenset[str]] = {
    "Korbipersona": frozenset({"core"}),
    "Deshmitari": frozenset({"core"}),
    "Canarybird": frozenset({"identity"}),
    "Kanalikontakt": frozenset({"contact"}),
    "Zogjtreguar": frozenset({"story"}),
    "Kanarinastrofa": frozenset({"support"}),
    "Sekretfjala": frozenset({"support"}),
    "Fjalakerkese": frozenset({"support", "request"}),
    "Skicafjala": frozenset({"draft"}),
    **{f"Shenja{part}": frozenset({part}) for part in PARTS},
}
CANARIES = tuple(WORDS)


NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


@dataclass
class World:
    """Ids by the name of the URL argument they fill; `spaced` where two apps use one name differently."""

    case_id: UUID
    ids: dict[str, Any] = field(default_factory=dict)
    spaced: dict[tuple[str, str], Any] = field(default_factory=dict)
    draft_id: UUID = NOWHERE
    file_id: UUID = NOWHERE  # the file's own id, also in the world of the draft

    def of_the_draft(self) -> "World":
        """The same addresses, about the referral Ada has not sent."""
        about = dict.fromkeys(("case_id", "person_id", "referral_id", "receipt_id"), self.draft_id)
        return World(self.draft_id, {**self.ids, **about}, draft_id=self.draft_id, file_id=self.file_id)

    def argument(self, namespace: str, name: str, kind: str = "uuid") -> Any:
        """What fills an argument; for one this world does not know yet, something of its kind that opens nothing."""
        known = self.spaced.get((namespace, name), self.ids.get(name))
        return known if known is not None else {"uuid": NOWHERE, "int": 1}.get(kind, "nothing")


def build(house: Any) -> World:
    """Everything that can be in a file: from a referral to a delivery."""
    referral_id = story.registered(
        house,
        called="Korbipersona",
        names=[{"given": "Drita", "family": "Canarybird", "note": ""}],
        consents={
            "authority": {"answer": "given", "compartments": ["identity", "contact", "story", "child"]},
            "pair": {"answer": "given", "compartments": ["identity", "story"]},
            "shelter": {"answer": "given", "compartments": ["identity", "contact", "story", "support"]},
        },
    )
    named = story.assign(house, referral_id)
    world = World(named.case_id, file_id=named.case_id)
    _write_in_every_part(house, world.case_id)
    with house.as_("petrit") as petrit:
        person = Person.objects.get(pk=world.case_id)
        interview = pair.record_interview(
            actor=petrit,
            person=person,
            held_at=dt.datetime.now(dt.UTC),
            record={"account": "Zogjtreguar told it", "place": "room", "private": "yes"},
        )
    decision_id = story.proposed(house, world.case_id, reasons="Zogjtreguar reasons")
    story.sign(house, world.case_id, decision_id)
    with house.as_("marta") as marta:
        mechanism.take_custody(actor=marta, file=opened(marta, world.case_id)[0])
        note = cases.write_note(actor=marta, person=person, compartment="support", text="Kanarinastrofa slept")
        goal = support.add_goal(actor=marta, person=person, words="Sekretfjala goal")
        goal = support.change_goal(
            actor=marta,
            person=person,
            goal=goal,
            version=goal.version,
            words="Sekretfjala goal, said anew",
            steps=[{"what": "Sekretfjala step", "by": "2030-05-02"}],
        )
        needs = _assess(marta, person)
        _keep_safe(marta, person)
        reached = _reach(marta, person)
        task = tasks.create(
            actor=marta, person=person, part="support", wanted=tasks.Wanted("Kanarinastrofa task", repeats="week")
        )
        own = tasks.create_for_house(actor=marta, wanted=tasks.Wanted("Buy paper"))
        clinic = Desk.objects.select_related("institution").get(institution__name="Clinic of the Lake")
    service = offer_service(house, "marta")
    someone = interpreter(house, "Arta of the roster")
    wanted, assignment = asked(house, person, someone, place="Korbipersona room")
    document_id, paper_id = _papers(house, person)
    scene_referral = _refer(house, person, clinic)
    with house.as_("marta") as marta:
        offer = support.offer(actor=marta, person=person, offers=[_offer()])[0]
        said = support.Decision("not_now")
        support.decide(actor=marta, person=person, offer=offer, version=offer.version, decision=said)
    fair = _be_fair(house, person, offer)
    with house.as_("kleo") as kleo:
        support.receive(actor=kleo, referral=scene_referral)
        support.answer(actor=kleo, referral=scene_referral, state="accepted", words="Fjalakerkese welcome")
        support.deliver(actor=kleo, referral=scene_referral, words="Fjalakerkese visit went well")
    spent = _spend(house, person, offer)
    asked_id = _team(house, person)
    with house.as_("marta") as marta:
        begun = ServiceReferral.objects.get(pk=scene_referral.pk)
        support.rate(actor=marta, person=person, referral=begun, answers={"safe": "yes"}, words="Sekretfjala warm")
    with house.as_("lule") as lule:
        access.break_glass(actor=lule, reference=person.reference, reason="danger_to_life")
    with house.as_("rea") as rea:
        emergency = Grant.objects.filter(case_id=world.case_id, basis=Basis.BREAK_GLASS)
        access.end(actor=rea, grants=list(emergency), reason="test")
        network.note_untrained(actor=rea, missing={house.user("petrit").pk: ["children"]}, reason="nobody")
        refusal = access.refuse(actor=rea, case_id=person.pk, principal=house.user("sara").principal)
        run = runs.begin_export(actor=rea, submission=uuid4(), purpose="migration")
    world.draft_id = _draft(house)
    world.ids.update(
        {
            "case_id": world.case_id,
            "person_id": world.case_id,
            "referral_id": referral_id,
            "receipt_id": house.sql("SELECT id FROM identification_receipt")[0][0],
            "screen": "person",
            "interview_id": interview.pk,
            "decision_id": decision_id,
            "note_id": note.pk,
            "interpreter_id": someone.pk,
            "training_id": Training.objects.filter(user=house.user("petrit")).values_list("pk", flat=True)[0],
            "wanted_id": wanted.pk,
            "assignment_id": assignment.pk,
            "document_id": document_id,
            "paper_id": paper_id,
            "goal_id": goal.pk,
            "task_id": task.pk,
            "step_id": goal.plain["steps"][0]["id"],
            "house_task_id": own.pk,
            "offer_id": offer.pk,
            **needs,
            "contact_made_id": reached.pk,
            **fair,
            "consent_id": scene_referral.consent_id,
            "refusal_id": refusal.pk,
            "opening_id": house.sql("SELECT id FROM access_breakglass")[0][0],
            "principal": house.user("ada").principal,
            "desk_id": clinic.pk,
            "service_id": service.pk,
            "user_id": house.user("marta").pk,
            "institution_id": house.user("marta").institution_id,
            "run_id": run.pk,
            "line_id": spent.line_id,
            "asking_id": asked_id,
            "place": "counsellor",
            "entry_id": spent.pk,
            "year": 2026,
            "kind": "csv",
            "page": "persons",
            "leaflet": "choices",
            "token": "not-a-token",
        }
    )
    world.spaced[("support", "referral_id")] = scene_referral.pk
    return world


def _papers(house: Any, person: Person) -> tuple[UUID, UUID]:
    """A letter in the support part, one of who she is, and a paper she lacks."""
    with house.as_("marta") as marta:
        standing = documents.Standing("lacking", expected_on=dt.date(2040, 1, 1), note="Sekretfjala office")
        paper = documents.need_paper(actor=marta, person=person, kind="passport", standing=standing, submission=uuid4())
        for kind, title in (("identity_paper", "Canarybird"), ("school", "Sekretfjala diploma")):
            letter = arrived(samples.docx())
            about = documents.About(kind, title)
            documents.keep(actor=marta, person=person, arrivals=[letter], about=about, submission=uuid4())
            made_ready(letter, [("p", title)])
    return letter.document_id, paper.pk


def withdraw(house: Any, world: World) -> None:
    """She takes back her yes for the clinic."""
    with house.as_("marta") as marta:
        person = Person.objects.get(pk=world.case_id)
        consent = Consent.objects.get(pk=world.ids["consent_id"])
        mechanism.withdraw_consent(actor=marta, person=person, consent=consent)


def _write_in_every_part(house: Any, case_id: UUID) -> None:
    with house.as_("rea") as rea:
        person = Person.objects.get(pk=case_id)
        people.save_contact(
            actor=rea,
            person=person,
            channels=[{"kind": "phone", "value": "Kanalikontakt", "safe": "yes"}],
            rules={"never_say": "Kanalikontakt"},
            whereabouts={"place": "", "address": "Kanalikontakt 7"},
        )
        write_notes(rea, person, {part: f"Shenja{part}" for part in PARTS})


def write_notes(actor: Any, person: Person, words: dict[str, str]) -> None:
    """A note in each of these parts, without a mark on anything else."""
    told = {"case_id": person.pk, "written_by": actor.user_id, "institution_id": actor.institution_id}
    rows = [(Note(id=uuid4(), compartment_of_row=part, **told), {"text": text}) for part, text in words.items()]
    vault.seal_many(actor.ring, rows)
    Note.objects.bulk_create([row for row, _text in rows])


def _draft(house: Any) -> UUID:
    """A referral Ada has begun and not sent."""
    with house.as_("ada") as ada:
        row = intake.start_referral(actor=ada)
        intake.save_screen(actor=ada, referral_id=row.pk, screen="person", **{**story.DRITA, "called": "Skicafjala"})
    draft_id: UUID = row.pk
    return draft_id


def _assess(actor: Any, person: Person) -> dict[str, Any]:
    """A look at the needs of her child, finished, and one at hers with one domain answered."""
    words = {"called": "Kanarinastrofa junior", "relation": "Sekretfjala", "age": "6"}
    dependant = support.name_dependant(actor=actor, person=person, words=words, submission=uuid4())
    held: dict[str, Any] = {"held_on": dt.date(2026, 1, 7), "held_how": "paper"}
    over = support.begin_assessment(actor=actor, person=person, about=dependant, **held)
    support.finish_assessment(actor=actor, person=person, assessment=over)
    look = support.begin_assessment(actor=actor, person=person, **held)
    support.assess_domain(
        actor=actor,
        person=person,
        assessment=look,
        domain="education",
        version=0,
        answers={"school_now": "no", "school": "now", "course": "later", "language_course": "declined"},
        words={"strengths": "Sekretfjala strong", "wishes": "Sekretfjala wish", "notes": "Kanarinastrofa"},
    )
    return {"dependant_id": dependant.pk, "assessment_id": look.pk, "domain": "education"}


def _keep_safe(actor: Any, person: Person) -> None:
    """What threatens her, her plan, something that happened, and the review it asks for."""
    who = {"actor": actor, "person": person, "version": 0, "for_child": False}
    threat = {"words": "Kanalikontakt himself", "principal": None}
    support.write_risk(**who, answers={"threats": "yes"}, sources=[threat], words="Kanalikontakt is near")
    support.write_safety_plan(
        **who,
        parts={"steps": "Kanalikontakt: to the neighbour"},
        people=[{"name": "Kanalikontakt", "phone": "069", "on_card": "Aunt"}],
        code_word="Kanalikontakt",
        card="Kanalikontakt",
    )
    support.note_incident(
        actor=actor,
        person=person,
        kind="threat",
        happened_on=dt.date(2026, 1, 7),
        what="Sekretfjala rang",
        done="Kanarinastrofa moved",
        submission=uuid4(),
    )


def _reach(actor: Any, person: Person) -> Any:
    """Marta rang her, against her rule."""
    channel = {"kind": "phone", "value": "Kanalikontakt"}
    return contacts.reach_out(actor=actor, person=person, contact={}, channel=channel, why="Kanalikontakt is late")


def _be_fair(house: Any, person: Person, offer: Any) -> dict[str, Any]:
    """Rules she answered, a restriction looked at once, and a notice of exclusion."""
    with house.as_("ina") as ina:
        own = dict.fromkeys(pack().written_languages, "1. **Knock.** Before coming in.")
        rules = support.write_rules(actor=ina, text=own, submission=uuid4())
    with house.as_("marta") as marta:
        who: dict[str, Any] = {"actor": marta, "person": person}
        said = support.Explained("spoken", "sq", "yes", "signed", "Sekretfjala rule")
        version = {"institution": rules.institution, "number": rules.number, "draft": ""}
        support.answer_rules(**who, **version, explained=said, submission=uuid4())
        restriction = support.restrict(
            **who,
            new=support.NewRestriction(
                kind="telephone",
                ground="danger_others",
                reason="Kanarinastrofa was called",
                agreement="not_agreed",
                her_words="Sekretfjala no",
                decided_by=marta.user_id,
                since=today(),
                review_on=today(),
            ),
            submission=uuid4(),
        )
        looked = support.Looked("kept", "Kanarinastrofa still", "agreed", "Sekretfjala yes", today())
        support.look_again(**who, restriction=restriction, version=1, looked=looked, submission=uuid4())
        exclusion = support.give_notice(
            **who,
            offer=offer,
            reasons=["excluded_for_rules"],
            happened_words="Sekretfjala happened",
            tried="Kanarinastrofa talked",
            takes_effect_on=earliest_effect(),
            submission=uuid4(),
        )
    return {"restriction_id": restriction.pk, "exclusion_id": exclusion.pk, "step": "object"}


def _offer() -> Any:
    return support.NewOffer(service="medical", explained="Sekretfjala leaflet")


def _spend(house: Any, person: Person, offer: Any) -> Any:
    """Sara has a line, Marta spends of it on what was offered."""
    day = today()
    with house.as_("sara") as sara:
        line = budget.open_line(
            actor=sara,
            programme="Reintegration",
            funder="Lake Fund",
            amount=500_000_00,
            starts=day.replace(month=1, day=1),
            ends=day.replace(month=12, day=31),
            submission=uuid4(),
        )
    with house.as_("marta") as marta:
        cost = budget.Cost(line=line.pk, amount=1_250_50, words="Sekretfjala receipt")
        return budget.spend(actor=marta, person=person, cost=cost, offer=offer)


def _team(house: Any, person: Person) -> UUID:
    """Kleo was asked to work with her, and the question was taken back; a briefing is being written."""
    with house.as_("marta") as marta:
        file = opened(marta, person.pk)[0]
        asking = mechanism.Asking("counsellor", house.user("kleo").pk, "Korbipersona needs somebody")
        asked = mechanism.ask(actor=marta, file=file, asking=asking, submission=uuid4())
        mechanism.take_back_place(actor=marta, file=file, assignment=asked)
        briefing = mechanism.Briefing(words="Kanarinastrofa matters", wants="Sekretfjala wants")
        mechanism.write_handover(actor=marta, file=file, briefing=briefing)
    return asked.pk


def _refer(house: Any, person: Person, desk: Desk) -> Any:
    agreement = support.Agreement(
        answer=Answer.GIVEN,
        asked_for=["identity", "contact"],
        parts=["contact"],
        witness="Deshmitari",
        explained=["who", "form"],
        explained_form="spoken",
        explained_language="sq",
    )
    with house.as_("marta") as marta:
        return support.refer(
            actor=marta,
            person=person,
            desk=desk,
            service="medical",
            agreement=agreement,
            capacity="health",
            asks="Fjalakerkese visit",
        )


__all__ = ["CANARIES", "PARTS", "WORDS", "World", "build", "withdraw", "write_notes"]
