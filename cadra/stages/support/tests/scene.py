"""Builds the file that the tests of support work on."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.foundation.network.models import Desk
from cadra.record.cases import actions as cases
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer, Consent
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.stages.support import actions
from cadra.stages.support.models import ServiceReferral

#: What she agreed that the shelter may see besides support.
ALSO_OPEN = ["core", "identity", "contact", "health"]
HEALTH = "Allergic to penicillin."


@dataclass
class Scene:
    """One file and those around it."""

    house: Any
    person: Person

    @property
    def clinic(self) -> Desk:
        return Desk.objects.select_related("institution").get(institution__name="Clinic of the Lake")

    @property
    def other_shelter(self) -> Desk:
        return Desk.objects.select_related("institution").get(institution__name="House of the River")

    def agreement(self, **values: Any) -> actions.Agreement:
        """She agrees to safe contact and health, was asked about identity too."""
        return actions.Agreement(
            **{
                "answer": Answer.LIMITED,
                "asked_for": ["identity", "contact", "health"],
                "parts": ["contact", "health"],
                "witness": "Sara Supervisor",
                "explained": ["who", "form"],
                "explained_form": "spoken",
                "explained_language": "sq",
                **values,
            }
        )

    def refer(self, **values: Any) -> ServiceReferral:
        """Marta refers to the clinic what she agreed to."""
        options: dict[str, Any] = {
            "desk": self.clinic,
            "service": "medical",
            "agreement": self.agreement(),
            "capacity": "health",
            "asks": "A first check-up with a woman doctor.",
            **values,
        }
        with self.house.as_("marta") as marta:
            return actions.refer(actor=marta, person=self.person, **options)

    def started(self) -> ServiceReferral:
        """A referral the clinic accepted and began."""
        sent = self.refer()
        with self.house.as_("kleo") as kleo:
            actions.answer(actor=kleo, referral=sent, state="accepted")
            return actions.start(actor=kleo, referral=sent)

    def consent_of(self, referral: ServiceReferral) -> Consent:
        with self.house.as_("marta"):
            return Consent.objects.get(pk=referral.consent_id)

    def withdraw(self, referral: ServiceReferral) -> None:
        """She takes her consent for this desk back, as the mechanism does it."""
        with self.house.as_("marta") as marta:
            consent = Consent.objects.get(pk=referral.consent_id)
            consents.withdraw(actor=marta, person=self.person, consent=consent)
            actions.close_for_consent(actor=marta, person=self.person, consent=consent)

    def url(self, name: str, *more: UUID) -> str:
        """The path of a page of the file."""
        return reverse(f"support:{name}", args=[self.person.pk, *more])

    def goal(self, words: str = "I want to sleep without a light.", **values: Any) -> Any:
        steps = [{"what": "Ask the doctor", "who": "Marta", "by": "2030-05-02"}, {"what": "Choose a lamp"}]
        with self.house.as_("marta") as marta:
            return actions.add_goal(actor=marta, person=self.person, words=words, **{"steps": steps, **values})


def make_file(house: Any) -> Scene:
    """Rea makes the file and gives it to the shelter; she agreed that the shelter sees four parts more."""
    shelter = house.user("marta").institution.principal
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        _write_who_she_is(rea, person)
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at)
        cases.write_note(actor=rea, person=person, compartment="health", text=HEALTH)
        cases.write_note(actor=rea, person=person, compartment="story", text="She told of a farm.")
        cases.set_holder(actor=rea, person=person, holder=shelter, manager_id=house.user("marta").pk)
        agreed = consents.record(
            actor=rea,
            person=person,
            recipient_kind="shelter",
            recipient=shelter,
            purpose="shelter",
            asked_for=ALSO_OPEN,
            compartments=ALSO_OPEN,
            answer=Answer.GIVEN,
            form="written",
        )
        access.give(
            actor=rea,
            grants=[
                access.NewGrant(person.pk, shelter, ["core", "support"], "custody", Basis.CUSTODY),
                access.NewGrant(person.pk, shelter, ALSO_OPEN, "shelter", Basis.CONSENT, consent_id=agreed.pk),
            ],
        )
    return Scene(house, person)


def _write_who_she_is(rea: Any, person: Person) -> None:
    people.save_profile(
        actor=rea,
        person=person,
        called="Lira",
        languages=["sq", "rom"],
        interpreter={"needed": "no"},
        sex="female",
        age={"basis": "stated", "years": 19},
        nationality=["AL"],
    )
    people.save_identity(
        actor=rea,
        person=person,
        names=[{"given": "Lirije", "family": "Canarya"}],
        birth={"date": "2007-03-02", "year": 2007, "place": "Korçë"},
        documents=[{"kind": "passport", "number": "BA1234567", "country": "AL"}],
    )
    people.save_contact(
        actor=rea,
        person=person,
        channels=[{"kind": "phone", "value": "+355 69 000 0000", "safe": "yes"}],
        rules={"hours": "10–12", "name_to_use": "Lira", "leave_message": "no", "never_say": "the shelter"},
        whereabouts={"place": "", "address": "Rruga e Lisit 7"},
    )
