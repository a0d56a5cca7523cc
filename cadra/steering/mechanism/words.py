"""Words of this app's own codes: stages, purposes of a look at identity, reasons of an emergency, findings."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cadra.foundation.access.models import Basis
from cadra.foundation.kernel.answers import LABELS
from cadra.foundation.kernel.answers import Answer as Said
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.record.consent.models import Answer, Form
from cadra.record.people.reaching import VISIT

STAGES: dict[str, Any] = {
    "identification": _("Identification"),
    "support": _("Support"),
    "inclusion": _("Inclusion"),
    "closed": _("Closed"),
}

IDENTITY_PURPOSES: dict[str, Any] = {
    "speak_with_her": _("To speak with her or meet her"),
    "confirm_identity": _("To make sure that it is her"),
    "fill_in_document": _("To fill in a document she needs"),
    "correct_record": _("To correct or complete what is written"),
    "answer_by_law": _("To answer an authority, as the law demands"),
    "keep_safe": _("To keep her safe from a danger"),
}

EMERGENCY_REASONS: dict[str, Any] = {
    "danger_to_life": _("Her life or someone else's is in danger now"),
    "medical": _("She needs a doctor now and cannot answer for herself"),
    "missing": _("She is missing or was taken away"),
    "child_at_risk": _("A child is in danger now"),
}

TEAM_PURPOSES: dict[str, Any] = {"against_her_wish": _("Against her wish, with a reason")}

FINDINGS: dict[str, Any] = {
    "justified": _("Justified: there was an emergency"),
    "not_needed": _("Not needed: another way was open"),
    "misuse": _("Misuse: there was no emergency"),
}

BASES: dict[str, Any] = {
    Basis.AUTHOR: _("made the file"),
    Basis.LEGAL_DUTY: _("legal duty"),
    Basis.CUSTODY: _("holds the file"),
    Basis.ASSIGNMENT: _("named to work with her"),
    Basis.CONSENT: _("her consent"),
    Basis.COURT_ORDER: _("court order"),
    Basis.BREAK_GLASS: _("emergency"),
}

ANSWERS: dict[str, Any] = {
    Answer.GIVEN: _("Yes"),
    Answer.LIMITED: _("Yes, to some parts"),
    Answer.REFUSED: _("No"),
    Answer.NOT_YET: _("Not yet"),
}

FORMS: dict[str, Any] = {
    Form.WRITTEN: _("In writing"),
    Form.SPOKEN: _("Spoken"),
    Form.GESTURE: _("By gesture"),
}

DOCUMENT_KINDS: dict[str, Any] = {
    "passport": _("Passport"),
    "identity_card": _("Identity card"),
    "residence_permit": _("Residence permit"),
    "birth_certificate": _("Birth certificate"),
    "other": _("Other document"),
}

CHANNEL_KINDS: dict[str, Any] = {
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "through": _("Through someone she trusts"),
}
WAYS: dict[str, Any] = {**CHANNEL_KINDS, VISIT: _("Going to where she is")}


WISHES: dict[str, Any] = {
    "female": _("A woman"),
    "male": _("A man"),
    "any": _("No preference"),
}


def wish_word(wish: str) -> str:
    """Whom she wants to work with her, in words."""
    if wish in WISHES:
        return str(WISHES[wish])
    return str(LABELS[Said(wish)]) if wish in set(Said) else str(LABELS[Said.NOT_ASKED])


def stage_word(stage: str) -> Any:
    """The stage in words."""
    return STAGES.get(stage, stage)


def status_word(status: str) -> str:
    """Her standing in identification, in the words of the country."""
    entry = pack().statuses.get(status)
    return str(entry.short) if entry else status


def status_in_full(status: str) -> str:
    """Her standing in full, the official abbreviation in the second place."""
    entry = pack().statuses.get(status)
    return entry.full if entry else status


def role_word(role: str) -> Any:
    """A role in a team, in words; a code nobody knows as it is."""
    return Role(role).label if role in set(Role) else role


def part_word(compartment: str) -> str:
    """A part of the file, for staff."""
    return str(Compartment(compartment).label) if compartment in set(Compartment) else compartment


def part_said(compartment: str) -> str:
    """A part of the file in the words said to her."""
    entry = pack().data_categories.get(compartment)
    return f"“{entry}”" if entry else ""


def purpose_word(purpose: str) -> str:
    """A purpose from the country pack or of our own."""
    entry = pack().purposes.get(purpose)
    if entry is not None:
        return str(entry)
    own = IDENTITY_PURPOSES.get(purpose) or EMERGENCY_REASONS.get(purpose) or TEAM_PURPOSES.get(purpose)
    return str(own) if own else ""
