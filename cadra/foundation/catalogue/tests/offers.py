"""Services of the cast, written by those who keep them."""

import datetime as dt
from typing import Any
from uuid import uuid4

from cadra.foundation.catalogue import actions
from cadra.foundation.catalogue.models import Service
from cadra.foundation.catalogue.telling import Told
from cadra.foundation.network.models import Desk

OFFICE: dict[str, Any] = {"days": [1, 2, 3, 4, 5], "opens": dt.time(8), "closes": dt.time(16)}
SHELTER: dict[str, Any] = {
    "kind": "emergency_shelter",
    "serves": ["women", "girls"],
    "children_welcome": True,
    "languages": ["sq", "rom"],
    "ways": ["in_person"],
    "whole_country": True,
    "day_and_night": True,
    "capacity": 8,
}
CLINIC: dict[str, Any] = {
    "kind": "medical",
    "serves": ["women", "men", "girls", "boys"],
    "languages": ["sq", "en"],
    "access": ["wheelchair"],
    "ways": ["in_person"],
    "areas": ["AL-06"],
    **OFFICE,
}


def offer(house: Any, by: str, **told: Any) -> Service:
    """One service at the desk of the institution of `by`, who keeps it."""
    with house.as_(by) as actor:
        desk = Desk.objects.select_related("institution").get(institution_id=actor.institution_id)
        start = SHELTER if desk.institution.is_shelter else CLINIC
        return actions.add(actor=actor, desk=desk, told=Told(**{**start, **told}), submission=uuid4())


def typed(**values: Any) -> dict[str, Any]:
    """The form of one service as a browser sends it."""
    return {
        "kind": "medical",
        "status": "open",
        "serves": ["women", "girls"],
        "along": ["foreigners", "children_welcome"],
        "languages": ["sq", "en"],
        "access": ["wheelchair"],
        "cost": "free",
        "ways": ["in_person"],
        "whole_country": "no",
        "areas": ["AL-06"],
        "answers": "hours",
        "days": ["1", "2", "3"],
        "opens": "8:00",
        "closes": "16:00",
        "words_en": "A doctor for women.",
        "words_sq": "Mjeke për gra.",
        "capacity": "",
        "licence_number": "QKL 12",
        **values,
    }
