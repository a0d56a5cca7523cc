"""One file with something in every room of the house, and canaries in every sealed word."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cadra.foundation.access import actions as access
from cadra.foundation.network.models import Desk
from cadra.record.cases import actions as cases
from cadra.record.cases.queries import case_for
from cadra.record.consent.models import Answer, Consent
from cadra.record.people.models import Person
from cadra.stages.identification.actions import pair
from cadra.stages.identification.tests import story
from cadra.stages.support import actions as support
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened

CANARIES = ("Canarybird", "Korbipersona", "Zogjtreguar", "+35500777", "Kanarinastrofa", "Sekretfjala")


NOWHERE = UUID("00000000-0000-4000-8000-000000000000")


@dataclass
class World:
    """Ids by the name of the URL argument they fill; `spaced` where two apps use one name differently."""

    case_id: UUID
    ids: dict[str, Any] = field(default_factory=dict)
    spaced: dict[tuple[str, str], Any] = field(default_factory=dict)

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
    world = World(named.case_id)
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
        support.change_goal(
            actor=marta, person=person, goal=goal, version=goal.version, words="Sekretfjala goal, said anew", steps=[]
        )
        clinic = Desk.objects.select_related("institution").get(institution__name="Clinic of the Lake")
    scene_referral = _refer(house, person, clinic)
    with house.as_("marta") as marta:
        offer = support.offer(actor=marta, person=person, offers=[_offer()])[0]
        said = support.Decision("not_now")
        support.decide(actor=marta, person=person, offer=offer, version=offer.version, decision=said)
    with house.as_("kleo") as kleo:
        support.receive(actor=kleo, referral=scene_referral)
        support.answer(actor=kleo, referral=scene_referral, state="accepted", words="Sekretfjala welcome")
        support.deliver(actor=kleo, referral=scene_referral, words="Sekretfjala visit went well")
    with house.as_("lule") as lule:
        access.break_glass(actor=lule, reference=person.reference, reason="danger_to_life")
    house.sql("UPDATE access_grant SET until = now() WHERE basis = 'break_glass'")
    with house.as_("rea") as rea:
        refusal = access.refuse(actor=rea, case_id=person.pk, principal=house.user("sara").principal)
        _, case = case_for(rea, person.pk)
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
            "goal_id": goal.pk,
            "offer_id": offer.pk,
            "consent_id": scene_referral.consent_id,
            "refusal_id": refusal.pk,
            "opening_id": house.sql("SELECT id FROM access_breakglass")[0][0],
            "principal": house.user("ada").principal,
            "desk_id": clinic.pk,
            "user_id": house.user("marta").pk,
            "institution_id": house.user("marta").institution_id,
            "token": "not-a-token",
        }
    )
    world.spaced[("support", "referral_id")] = scene_referral.pk
    return world


def withdraw(house: Any, world: World) -> None:
    """She takes back her yes for the clinic."""
    with house.as_("marta") as marta:
        person = Person.objects.get(pk=world.case_id)
        consent = Consent.objects.get(pk=world.ids["consent_id"])
        mechanism.withdraw_consent(actor=marta, person=person, consent=consent)


def _offer() -> Any:
    return support.NewOffer(service="medical", explained="Sekretfjala leaflet")


def _refer(house: Any, person: Person, desk: Desk) -> Any:
    agreement = support.Agreement(
        answer=Answer.GIVEN,
        asked_for=["identity", "contact"],
        parts=["contact"],
        witness="Sekretfjala witness",
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
            asks="Sekretfjala visit",
        )


__all__ = ["CANARIES", "World", "build", "withdraw"]
