"""One story told step by step, for tests of the desk and the pair. Nobody in it exists."""

from typing import Any
from uuid import UUID

from cadra.record.people.models import Person
from cadra.stages.identification.actions import desk, intake, pair
from cadra.stages.identification.models import Decision, Pair, Referral

DRITA: dict[str, Any] = {
    "called": "Dee",
    "sex": "female",
    "age": {"basis": "stated", "years": 24, "birth_year": None},
    "languages": ["sq"],
    "interpreter": {"needed": "no", "language": "", "sex": "female"},
    "nationality": ["XK"],
    "names": [{"given": "Drita", "family": "Canary", "note": ""}],
    "birth": {"date": "2002-04-21", "year": 2002, "place": ""},
}
CONSENTS: dict[str, Any] = {
    "authority": {"answer": "given", "compartments": ["identity", "contact", "story"]},
    "pair": {"answer": "given", "compartments": ["identity", "story"]},
    "shelter": {"answer": "limited", "compartments": ["identity", "contact"]},
    "health": {"answer": "refused", "compartments": []},
}


def sent(house: Any, by: str = "ada", *, danger: bool = False, consents: Any = None, **person: Any) -> UUID:
    """A referral sent by a first responder; returns its id, which is also its receipt's."""
    with house.as_(by) as author:
        row = intake.start_referral(actor=author)
        keep = {"actor": author, "referral_id": row.pk}
        safety = {"in_danger": "yes" if danger else "no", "medical": "not_asked"}
        intake.save_screen(screen="safety", answers=safety, **keep)
        intake.save_screen(screen="person", **{**DRITA, **person}, **keep)
        intake.save_screen(
            screen="contact",
            channels=[{"kind": "phone", "value": "+355 00 111", "safe": "yes"}],
            rules={"never_say": "Do not say who rings."},
            **keep,
        )
        intake.save_screen(screen="place", how_found="She asked an officer for water.", entry_point="border", **keep)
        intake.save_screen(
            screen="indicators",
            signs={"GEN01": "yes", "GEN03": "no"},
            notes="A man answered for her.",
            forms=["forced_labour"],
            **keep,
        )
        told = {"given": ["why", "kept"], "form": "spoken", "language": "sq", "interpreter": "no", "asked": "Who?"}
        intake.save_screen(screen="explanations", **told, **keep)
        answers = CONSENTS if consents is None else consents
        intake.save_screen(screen="consent", answers=answers, form="spoken", witness="", **keep)
        intake.send(actor=author, referral_id=row.pk)
    referral_id: UUID = row.pk
    return referral_id


def referral(referral_id: UUID) -> Referral:
    """The referral as the actor of this transaction sees it."""
    return Referral.objects.get(pk=referral_id)


def person_of(referral_id: UUID) -> Person:
    return Person.objects.get(pk=referral(referral_id).case_id)


def acknowledged(house: Any, **told: Any) -> UUID:
    referral_id = sent(house, **told)
    with house.as_("rea") as rea:
        desk.acknowledge(actor=rea, referral=referral(referral_id))
    return referral_id


def registered(house: Any, **told: Any) -> UUID:
    referral_id = acknowledged(house, **told)
    with house.as_("rea") as rea:
        desk.register_new(actor=rea, referral=referral(referral_id))
    return referral_id


def assign(house: Any, referral_id: UUID, **named: str) -> Pair:
    """Petrit, Sonila and the shelter, unless others are named by their first names."""
    chosen = {"police": "petrit", "social": "sonila", "holder": "marta", **named}
    holder = house.user(chosen.pop("holder")).institution
    members = {place: house.user(name) for place, name in chosen.items()}
    with house.as_("rea") as rea:
        return desk.assign(actor=rea, referral=referral(referral_id), holder=holder, **members)


def assigned(house: Any, **told: Any) -> UUID:
    """Sent, received, registered and given to a pair; returns the file's id."""
    referral_id = registered(house, **told)
    return assign(house, referral_id).case_id


def proposed(house: Any, case_id: UUID, outcome: str = "potential", by: str = "petrit", **said: Any) -> UUID:
    """A decision proposed by one of the pair; returns its id."""
    grounds = {"potential": ["account"], "identified": ["signs_act"], "not_identified": ["no_purpose"]}[outcome]
    with house.as_(by) as member:
        row = pair.propose_decision(
            actor=member,
            person=Person.objects.get(pk=case_id),
            outcome=outcome,
            grounds=said.get("grounds", grounds),
            reasons=said.get("reasons", "She told it plainly."),
        )
    return row.pk


def sign(house: Any, case_id: UUID, decision_id: UUID, by: str = "sonila") -> Decision:
    with house.as_(by) as member:
        return pair.sign_decision(
            actor=member,
            person=Person.objects.get(pk=case_id),
            decision=Decision.objects.get(pk=decision_id),
        )
