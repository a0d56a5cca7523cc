"""Building files for the tests of this app, step by step as the institutions would."""

from typing import Any

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.foundation.network.models import Institution
from cadra.record.cases import actions as cases
from cadra.record.consent import actions as consents
from cadra.record.consent.models import Answer
from cadra.record.people import actions as people
from cadra.record.people.models import Person


def make_file(house: Any, *, called: str = "Dee", family: str = "Canary") -> Person:
    """Rea registers someone."""
    with house.as_("rea") as rea:
        person = people.open_file(actor=rea)
        people.save_identity(
            actor=rea,
            person=person,
            names=[{"given": "Drita", "family": family, "note": ""}],
            birth={"date": "1999-04-12", "year": 1999, "place": "Vlorë"},
            documents=[{"kind": "passport", "number": "BC1234567", "country": "AL"}],
        )
        people.save_profile(
            actor=rea,
            person=person,
            called=called,
            languages=["sq"],
            interpreter={"needed": "no"},
            sex="female",
            age={"basis": "stated", "years": 24, "birth_year": None},
            nationality=["AL"],
        )
        people.save_contact(
            actor=rea,
            person=person,
            channels=[{"kind": "phone", "value": "+355 69 000 0000", "safe": "yes"}],
            rules={
                "hours": "After six",
                "name_to_use": "Ana from the school",
                "who_else": "Her brother may pick up",
                "leave_message": "no",
                "never_say": "Shelter",
            },
            whereabouts={"place": "", "address": "The house by the river"},
        )
        cases.open_case(actor=rea, person=person, first_contact_at=person.created_at, sex="female", age_group="adult")
        people.register(actor=rea, person=person)
    return person


def give_custody(house: Any, person: Person, institution: str = "marta") -> None:
    """Rea gives the file into the custody of Marta's shelter; she agreed to share who she is with it."""
    holder = house.user(institution).institution
    with house.as_("rea") as rea:
        consent = agree(rea, person, holder, ["identity", "contact", "story"], kind="shelter")
        access.give(
            actor=rea,
            grants=[
                access.NewGrant(person.pk, holder.principal, ["core", "support"], "custody", Basis.CUSTODY),
                access.NewGrant(
                    person.pk,
                    holder.principal,
                    ["core", "identity", "contact", "story"],
                    "shelter",
                    Basis.CONSENT,
                    consent_id=consent.pk,
                ),
            ],
        )
        cases.set_holder(actor=rea, person=person, holder=holder.principal, manager_id=None)


def agree(actor: Any, person: Person, to: Institution, parts: list[str], *, kind: str) -> Any:
    """She says yes to an institution."""
    return consents.record(
        actor=actor,
        person=person,
        recipient_kind=kind,
        recipient=to.principal,
        purpose=kind,
        asked_for=["core", *parts],
        compartments=["core", *parts],
        answer=Answer.GIVEN,
        form="spoken",
    )
