"""What a first responder writes in tests: a whole referral, screen by screen."""

from typing import Any
from uuid import UUID

from cadra.stages.identification.actions import intake as actions
from cadra.stages.identification.models import Receipt

SAFETY = {"in_danger": "no", "with_trafficker": "no", "medical": "no", "children": "no"}
PERSON: dict[str, Any] = {
    "called": "Mira",
    "sex": "female",
    "age": {"basis": "stated", "years": 24, "birth_year": None},
    "languages": ["sq"],
    "interpreter": {"needed": "no", "language": "sq", "sex": ""},
    "nationality": ["AL"],
    "names": [{"given": "Drita", "family": "Canary", "note": ""}],
    "birth": {"date": "2002-03-27", "year": 2002, "place": ""},
    "documents": [],
}
CONTACT = {
    "channels": [{"kind": "phone", "value": "069 000 0000", "safe": "yes"}],
    "rules": {"hours": "mornings", "name_to_use": "", "who_else": "", "leave_message": "no", "never_say": ""},
    "whereabouts": {},
}
PLACE = {"entry_point": "border", "area": "x-kapshtice", "how_found": "She asked for water and wept."}
INDICATORS = {"forms": ["forced_labour"], "signs": {"GEN03": "yes", "LAB02": "yes", "GEN10": "no"}, "notes": "Bruises."}
EXPLANATIONS = {
    "given": ["why", "kept", "access", "who", "form"],
    "form": "spoken",
    "language": "sq",
    "interpreter": "no",
    "asked": "Will they tell my brother?",
}
CONSENT = {
    "answers": {
        "authority": {"answer": "given", "compartments": ["identity", "contact", "story", "child"]},
        "shelter": {"answer": "limited", "compartments": ["contact"]},
        "health": {"answer": "refused", "compartments": []},
        "pair": {"answer": "not_yet", "compartments": []},
    },
    "form": "spoken",
    "witness": "",
    "ask_again_on": "",
    "hard": "She fears the police.",
}
SCREENS = {
    "safety": {"answers": SAFETY},
    "person": PERSON,
    "contact": CONTACT,
    "place": PLACE,
    "indicators": INDICATORS,
    "explanations": EXPLANATIONS,
    "consent": CONSENT,
}


def begin(house: Any, name: str = "ada", **changed: Any) -> UUID:
    """A draft of this user with every screen saved; `changed`: screen → values that replace the usual ones."""
    with house.as_(name) as actor:
        referral = actions.start_referral(actor=actor)
        for screen, values in SCREENS.items():
            actions.save_screen(
                actor=actor, referral_id=referral.pk, screen=screen, **{**values, **changed.get(screen, {})}
            )
    return referral.pk


def send(house: Any, name: str = "ada", **changed: Any) -> Receipt:
    """A referral written and sent by this user."""
    referral_id = begin(house, name, **changed)
    with house.as_(name) as actor:
        return actions.send(actor=actor, referral_id=referral_id)
