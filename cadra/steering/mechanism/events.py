"""The ledger in plain sentences: one for each verb. A verb nobody has put into words is told neutrally."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cadra.foundation.ledger.queries import TrailEntry

LOOKS: dict[str, Any] = {
    "looked_at_file": _("Looked at the file"),
    "looked_at_identity": _("Looked at her identity"),
    "looked_at_contact": _("Looked at how to reach her"),
    "looked_at_profile": _("Looked at the name she goes by and her languages"),
    "looked_at_notes": _("Read notes"),
    "looked_at_consents": _("Looked at what she agreed to"),
    "looked_at_team": _("Looked at who works with her"),
    "looked_at_trail": _("Looked at who saw the file"),
    "looked_at_refusals": _("Looked at the list of those who may not see the file"),
    "looked_at_plan": _("Looked at the plan"),
    "looked_at_referral": _("Looked at a referral"),
    "looked_at_identification": _("Looked at the identification"),
    "looked_at_interview": _("Read an interview"),
    "looked_at_decision": _("Read a decision"),
    "listed": _("Saw the file in a list"),
    "compared": _("Compared it with a new referral"),
    "exported": _("Took it into an export"),
}

TRIED: dict[str, Any] = {
    "tried_to_open": _("Tried to open the file and was refused"),
    "opened_in_emergency": _("Tried an emergency opening and was refused"),
}

ACTS: dict[str, Any] = {
    "opened_file": _("The file was begun"),
    "opened_case": _("The file was opened"),
    "registered": _("She was registered"),
    "connected": _("The referral was connected with her earlier file"),
    "added_episode": _("A further time of trafficking was added"),
    "custody": _("The file was given into custody"),
    "took_custody": _("Someone of her own took the file on"),
    "joined_team": _("Someone joined the team"),
    "left_team": _("Someone left the team"),
    "moved_to_identification": _("The file moved to identification"),
    "moved_to_support": _("The file moved to support"),
    "moved_to_inclusion": _("The file moved to inclusion"),
    "moved_to_closed": _("The file was closed"),
    "status_presumed": _("Her status: presumed"),
    "status_potential": _("Her status: potential"),
    "status_identified": _("Her status: identified"),
    "status_not_identified": _("Her status: not identified"),
    "wrote_identity": _("Her identity was written"),
    "wrote_profile": _("The name she goes by and her languages were written"),
    "wrote_contact": _("Safe contact was written"),
    "wrote_note": _("A note was written"),
    "changed_note": _("A note was corrected"),
    "explained": _("Her rights and choices were explained"),
    "consent_given": _("She agreed"),
    "consent_limited": _("She agreed to some parts"),
    "consent_refused": _("She said no"),
    "consent_not_yet": _("She wants time to decide"),
    "consent_withdrawn": _("She withdrew her consent"),
    "access_given": _("Parts of the file were opened to someone"),
    "access_ended": _("Access was ended"),
    "refused_access": _("The file was closed to someone for good"),
    "lifted_refusal": _("The file was no longer closed to someone"),
    "opened_in_emergency": _("The file was opened in an emergency"),
    "reviewed_emergency": _("An emergency opening was reviewed"),
    "referral_sent": _("A referral was sent"),
    "sent_referral": _("A referral was sent"),
    "referral_acknowledged": _("The referral was received"),
    "acknowledged": _("The referral was received"),
    "acknowledged_referral": _("The referral was received"),
    "assigned": _("The identification pair was named"),
    "assigned_pair": _("The identification pair was named"),
    "named_pair": _("The identification pair was named"),
    "recorded_interview": _("A conversation was written down"),
    "saved_interview": _("A conversation was written down"),
    "proposed_decision": _("A decision was proposed"),
    "signed_decision": _("The decision was signed by two"),
    "returned_decision": _("The decision was returned to be thought over"),
    "started_recovery": _("The time to recover and reflect began"),
    "set_recovery": _("The time to recover and reflect was set"),
    "extended_recovery": _("The time to recover and reflect was extended"),
    "made_plan": _("A plan was made"),
    "agreed_plan": _("She agreed to the plan"),
    "wrote_goal": _("A goal was written"),
    "changed_goal": _("A goal was changed"),
    "reached_goal": _("A goal was reached"),
    "offered": _("A service was offered"),
    "offered_service": _("A service was offered"),
    "decided_offer": _("She answered an offer"),
    "offer_decided": _("She answered an offer"),
    "referred": _("She was referred to a service"),
    "referral_answered": _("A service answered"),
    "answered_referral": _("A service answered"),
    "started_service": _("A service began"),
    "recorded_delivery": _("Help was given"),
    "delivered": _("Help was given"),
    "ended_service": _("A service ended"),
    "closed_by_consent": _("A referral was closed because she withdrew her consent"),
    "imported": _("It came in with an import"),
}

NEUTRAL_LOOK = _("Looked at a part of the file")
NEUTRAL_ACT = _("Worked on the file")

#: Milestones that everyone on her team may know of, whoever did them.
SHARED = frozenset(
    verb
    for verb in ACTS
    if verb.startswith(("moved_to_", "status_", "opened_case", "joined_team", "took_custody", "custody"))
)


@dataclass(frozen=True)
class Event:
    """One entry in words. `look`: nothing was changed. `denied`: it was refused."""

    entry: TrailEntry
    sentence: Any
    look: bool
    denied: bool

    @property
    def at(self) -> datetime:
        """When."""
        return self.entry.at


def event(entry: TrailEntry) -> Event:
    """The entry in words."""
    denied = entry.outcome in ("denied", "refused")
    sentence = TRIED.get(entry.verb, TRIED["tried_to_open"]) if denied else event_words(entry.verb)
    return Event(entry, sentence, is_look(entry.verb), denied)


def event_words(verb: str) -> Any:
    """What a verb tells, when it was done."""
    return LOOKS.get(verb, NEUTRAL_LOOK) if is_look(verb) else ACTS.get(verb, NEUTRAL_ACT)


def is_look(verb: str) -> bool:
    """Whether the verb tells of reading, not of changing."""
    return verb in LOOKS or verb.startswith(("looked", "listed", "compared", "opened_page", "tried"))


def happenings(entries: Iterable[TrailEntry]) -> list[Event]:
    """What happened, without the looks."""
    return [found for found in map(event, entries) if not found.look and not found.denied]


def runs(events: Iterable[Event]) -> list[list[Event]]:
    """Events in groups: the same look by the same person at the same parts, several times in a row."""
    found: list[list[Event]] = []
    for one in events:
        last = found[-1][0] if found else None
        if last is not None and one.look and _same(last.entry, one.entry):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _same(one: TrailEntry, other: TrailEntry) -> bool:
    def essence(entry: TrailEntry) -> tuple[Any, ...]:
        return (entry.actor, entry.verb, entry.purpose, entry.outcome, sorted(entry.compartments))

    return essence(one) == essence(other)
