"""Forms of a file as the person who carries it sends them: address, what is typed, and the table that gets a row."""

from typing import Any
from uuid import uuid4

from django.urls import reverse

from cadra.foundation.kernel.pack import pack
from cadra.stages.support.tests.posted import (
    GOAL,
    INCIDENT,
    NEEDS,
    OFFER,
    REFERRAL,
    RISK,
    RULES,
    SAFETY_PLAN,
    restriction,
    seen_in,
)
from cadra.stages.support.tests.scene import Scene


def url(name: str, *arguments: Any) -> str:
    return reverse(name, args=arguments)


def consent_typed(house: Any) -> dict[str, Any]:
    """She agrees that the clinic may see how to reach her, and it is opened to them now."""
    return {
        "recipient": house.user("kleo").institution.principal,
        "purpose": "health",
        "explained": [one.code for one in pack().explanations],
        "explained_form": "spoken",
        "language": "sq",
        "interpreter": "no",
        "asked": "",
        "asked_for": ["contact"],
        "answer": "given",
        "form": "spoken",
        "witness": "Sara",
        "then": "open",
    }


def seen(house: Any, address: str) -> str:
    """What she looked at before she sends it."""
    typed = {**REFERRAL, "submission": str(uuid4()), "then": "preview"}
    return seen_in(house.client("marta").post(address, typed).content.decode())


def posted_forms(house: Any, scene: Scene) -> dict[str, tuple[str, dict[str, Any], str]]:
    """what → (address, what is typed, the table that must have one row more)."""
    case = scene.person.pk
    return {
        "note": (url("mechanism:notes", case), {"text": "She slept.", "part": "support"}, "cases_note"),
        "consent": (url("mechanism:consent_new", case) + "?kind=health", consent_typed(house), "consent_consent"),
        "goal": (url("support:goal_new", case), GOAL, "support_goal"),
        "dependant": (url("support:dependant_new", case), {"called": "Bora"}, "support_dependant"),
        "needs": (url("support:needs_begin", case), NEEDS, "support_assessment"),
        "safety plan": (url("support:safety_plan", case), SAFETY_PLAN, "support_safetyplan"),
        "risk": (url("support:safety_risk", case), RISK, "support_riskassessment"),
        "incident": (url("support:safety_incident", case), INCIDENT, "support_incident"),
        "contact": (url("mechanism:contact_reach", case, 1), {"why": "She waits"}, "people_contactmade"),
        "offer": (url("support:offer_new", case), OFFER, "support_offer"),
        "rules": (
            url("support:rules_answer", case),
            {**RULES, "number": "0", "draft": pack().programme_rules.version},
            "support_rulesanswer",
        ),
        "restriction": (
            url("support:restriction_new", case),
            restriction(house.user("sara").pk),
            "support_restriction",
        ),
        "refer": (
            url("support:refer_desk", case, scene.clinic.pk),
            {**REFERRAL, "seen": seen(house, url("support:refer_desk", case, scene.clinic.pk)), "then": "send"},
            "support_servicereferral",
        ),
    }
