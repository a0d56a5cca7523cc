"""What a browser posts in tests: the fields of each screen as a person fills them in."""

from typing import Any
from uuid import UUID

from django.urls import reverse

SAFETY = {"in_danger": "no", "with_trafficker": "no", "medical": "unknown", "children": "not_asked"}
PERSON = {
    "called": "Mira",
    "sex": "female",
    "years": "24",
    "basis": "stated",
    "language": "sq",
    "interpreter": "no",
}
PLACE = {"entry_point": "border", "crossing": "x-kapshtice"}
EXPLANATIONS = {"given": ["why", "kept", "access", "who", "form"], "form": "spoken", "language": "sq"}
COMPULSORY = {"safety": SAFETY, "person": PERSON, "place": PLACE}


def start(client: Any) -> UUID:
    """Press *New referral*; returns the draft's id."""
    response = client.post(reverse("identification:start"), {})
    return UUID(response.headers["Location"].split("/")[2])


def address(referral_id: UUID, screen: str) -> str:
    return reverse("identification:screen", args=[referral_id, screen])


def fill(client: Any, referral_id: UUID, screen: str, data: dict[str, Any] | None = None, **changed: Any) -> Any:
    """Post one screen; `changed` replaces fields of it."""
    fields = {**(COMPULSORY.get(screen, {}) if data is None else data), **changed}
    return client.post(address(referral_id, screen), fields)


def written(client: Any) -> UUID:
    """A draft with just what is compulsory."""
    referral_id = start(client)
    for screen in COMPULSORY:
        response = fill(client, referral_id, screen)
        assert response.status_code == 302, response.content.decode()
    return referral_id
