"""The ledger in plain sentences: one for each verb. A verb nobody has put into words is told neutrally."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from cadra.foundation.ledger.queries import LOOKING, TrailEntry

LOOKS: dict[str, Any] = {
    "looked_at_file": _("Looked at the file"),
    "looked_at_identity": _("Looked at her identity"),
    "looked_at_contact": _("Looked at how to reach her"),
    "looked_at_profile": _("Looked at the name she goes by and her languages"),
    "looked_at_notes": _("Read notes"),
    "looked_at_consents": _("Looked at what she agreed to"),
    "looked_at_team": _("Looked at who works with her"),
    "looked_at_handover": _("Looked at a hand-over"),
    "looked_at_question": _("Looked at a question to work with her"),
    "looked_at_trail": _("Looked at who saw the file"),
    "looked_at_refusals": _("Looked at the list of those who may not see the file"),
    "looked_at_documents": _("Looked at the list of documents"),
    "looked_at_document": _("Looked at a document"),
    "looked_at_plan": _("Looked at the plan"),
    "looked_at_costs": _("Looked at what help cost"),
    "looked_at_plan_copy": _("Opened the plan to print it"),
    "looked_at_needs": _("Looked at what she needs"),
    "looked_at_needs_copy": _("Opened what she needs to print it"),
    "looked_at_safety": _("Looked at what keeps her safe"),
    "looked_at_safety_card": _("Opened the card she carries"),
    "looked_at_preview": _("Looked at what a referral would share"),
    "looked_at_referral": _("Looked at a referral"),
    "looked_at_draft": _("Looked at a referral not sent yet"),
    "looked_at_rules": _("Looked at what she said to the rules"),
    "looked_at_restrictions": _("Looked at restrictions"),
    "looked_at_exclusion": _("Looked at an exclusion"),
    "looked_at_stage": _("Looked at what moving the file on would mean"),
    "looked_at_identification": _("Looked at the identification"),
    "listed": _("Saw the file in a list"),
    "listed_desk": _("Saw the referral at the desk"),
    "listed_drafts": _("Saw the referral in a list"),
    "listed_pair": _("Saw the file in a list"),
    "listed_tasks": _("Saw a task in a list"),
    "looked_at_tasks": _("Looked at the tasks"),
    "looked_at_task": _("Looked at a task"),
    "looked_at_interpreters": _("Looked at who interprets for her"),
    "compared": _("Compared it with a new referral"),
    "exported": _("Took a copy of the file with an export"),
}

TRIED: dict[str, Any] = {
    "tried_to_open": _("Tried to open the file and was refused"),
    "opened_in_emergency": _("Tried an emergency opening and was refused"),
}

ACTS: dict[str, Any] = {
    "opened_file": _("The file was begun"),
    "saved_draft": _("A referral was written"),
    "sent_referral": _("A referral was sent"),
    "acknowledged": _("The referral was received"),
    "registered": _("She was registered"),
    "registered_new": _("She was registered for the first time"),
    "connected": _("The referral was connected with her earlier file"),
    "told_apart": _("She was told apart from someone else"),
    "carried_consents": _("Her earlier answers came with the referral"),
    "opened_case": _("The file was opened"),
    "added_episode": _("A further time of trafficking was added"),
    "assigned": _("The identification pair was named"),
    "custody": _("The file was given into custody"),
    "handed_over": _("The file was given to an institution"),
    "recoded": _("What lists and figures say of the file was changed"),
    "joined_team": _("Someone joined the team"),
    "moved_to_identification": _("The file moved to identification"),
    "moved_to_support": _("The file moved to support"),
    "moved_to_inclusion": _("The file moved to inclusion"),
    "moved_to_closed": _("The file was closed"),
    "proposed_closing": _("Closing the file was proposed"),
    "returned_closing": _("The file was not closed after a second look"),
    "reopened_file": _("The file was opened again"),
    "ended_pair": _("The task of the identification pair ended"),
    "left_team": _("Someone left the team"),
    "said_sex": _("A colleague said something of herself"),
    "asked_to_join": _("Someone was asked to work with her"),
    "accepted_to_join": _("Someone said yes to working with her"),
    "declined_to_join": _("Someone said no to working with her"),
    "ended_place": _("A question or a place beside her ended"),
    "wrote_handover": _("A hand-over was written"),
    "sent_handover": _("A hand-over was sent"),
    "took_over": _("A colleague took the file over"),
    "declined_handover": _("A hand-over was declined"),
    "took_back_handover": _("A hand-over was taken back"),
    "carries_now": _("Someone else carries the file"),
    "status_presumed": _("Her status: presumed"),
    "status_potential": _("Her status: potential"),
    "status_identified": _("Her status: identified"),
    "status_not_identified": _("Her status: not identified"),
    "wrote_identity": _("Her identity was written"),
    "wrote_profile": _("The name she goes by and her languages were written"),
    "wrote_contact": _("Safe contact was written"),
    "reached_out": _("Somebody reached out to her"),
    "reached_out_against_rule": _("Somebody reached out to her against her rule, with a reason"),
    "noted_contact": _("What came of a contact was written down"),
    "wrote_note": _("A note was written"),
    "changed_note": _("A note was corrected"),
    "added_document": _("A document was added"),
    "took_document": _("A document was taken along"),
    "removed_document": _("A document was removed"),
    "needs_paper": _("A paper she lacks was written down"),
    "paper_lacking": _("A paper she lacks was written about"),
    "paper_applied": _("A paper was applied for"),
    "paper_received": _("A paper she lacked was received"),
    "paper_refused": _("A paper was refused by the office"),
    "paper_dropped": _("A paper is not needed any more"),
    "explained": _("Her rights and choices were explained"),
    "consent_given": _("She agreed"),
    "consent_limited": _("She agreed to some parts"),
    "consent_refused": _("She said no"),
    "consent_not_yet": _("She wants time to decide"),
    "consent_withdrawn": _("She withdrew her consent"),
    "ended_consents": _("What she agreed to ended with the file"),
    "access_given": _("Parts of the file were opened to someone"),
    "refused_access": _("The file was closed to someone for good"),
    "lifted_refusal": _("The file was no longer closed to someone"),
    "opened_in_emergency": _("The file was opened in an emergency"),
    "interviewed": _("A conversation was written down"),
    "wrote_interview": _("The record of a conversation was completed"),
    "proposed_decision": _("A decision was proposed"),
    "signed_decision": _("The decision was signed by two"),
    "returned_decision": _("The decision was given back to be thought over"),
    "told_decision": _("She was told the decision"),
    "started_recovery": _("The time to recover and reflect began"),
    "extended_recovery": _("The time to recover and reflect was extended"),
    "named_dependant": _("Somebody who depends on her was written down"),
    "began_assessment": _("She was asked about her needs"),
    "assessed_needs": _("Answers about needs were kept"),
    "finished_assessment": _("The needs assessment was finished"),
    "wrote_risk": _("What threatens her was written"),
    "wrote_safety_plan": _("Her safety plan was written"),
    "noted_incident": _("Something that happened was written down"),
    "asked_safety_review": _("Her safety plan is to be looked at again"),
    "reviewed_safety": _("Her safety plan was looked at with her"),
    "started_plan": _("A plan was begun"),
    "agreed_plan": _("She agreed to the plan"),
    "added_goal": _("A goal was added"),
    "changed_goal": _("A goal was changed"),
    "reached_goal": _("A goal was reached"),
    "dropped_goal": _("A goal was dropped"),
    "reopened_goal": _("A goal was taken up again"),
    "finished_step": _("A step was done"),
    "dropped_step": _("A step was dropped"),
    "changed_step": _("A step was written anew"),
    "gave_step": _("A step was given to a colleague"),
    "accepted_step": _("A step was accepted"),
    "declined_step": _("A step was not accepted"),
    "put_off_step": _("A step was put off"),
    "reopened_step": _("A step was open again"),
    "added_task": _("A task was written"),
    "changed_task": _("A task was written anew"),
    "gave_task": _("A task was given to a colleague"),
    "accepted_task": _("A task was accepted"),
    "declined_task": _("A task was not accepted"),
    "finished_task": _("A task was done"),
    "put_off_task": _("A task was put off"),
    "dropped_task": _("A task was taken off"),
    "reopened_task": _("A task was open again"),
    "asked_for_interpreter": _("An interpreter was asked for"),
    "assigned_interpreter": _("An interpreter was asked"),
    "interpreter_conflict": _("An interpreter was not assigned: conflict of interest"),
    "interpreter_accepted": _("An interpreter said yes"),
    "interpreter_declined": _("An interpreter said no"),
    "interpreter_silent": _("An interpreter did not answer"),
    "interpreter_came": _("An interpreter came"),
    "interpreter_absent": _("An interpreter did not come"),
    "interpreter_feared": _("An interpreter she does not want was taken off"),
    "interpreter_taken_back": _("An interpreter was taken off"),
    "moved_interpreter": _("An interpreter is wanted at another time"),
    "dropped_interpreter": _("No interpreter is needed any more"),
    "offered": _("A service was offered"),
    "decided_accepted": _("She accepted an offer"),
    "decided_partly": _("She accepted part of an offer"),
    "decided_not_now": _("She put an offer off"),
    "decided_declined": _("She declined an offer"),
    "decided_not_offered": _("A service was not offered, with the reason"),
    "decided_excluded": _("A service was closed to her, with the reason"),
    "rules_signed": _("She signed the rules of the programme"),
    "rules_agreed": _("She agreed to the rules of the programme"),
    "rules_refused": _("She did not agree to the rules of the programme"),
    "rules_not_yet": _("She wants time to think about the rules"),
    "restricted": _("A restriction was written down"),
    "restriction_kept": _("A restriction was looked at again and stays"),
    "restriction_ended": _("A restriction ended"),
    "exclusion_noticed": _("Notice was given that she may lose a service"),
    "exclusion_agreed": _("A second person agreed to an exclusion"),
    "exclusion_stopped": _("An exclusion was stopped"),
    "exclusion_objected": _("She objected to an exclusion"),
    "exclusion_not_objected": _("She did not object to an exclusion"),
    "exclusion_objection_answered": _("Her objection was answered"),
    "exclusion_handed_over": _("Somebody else takes over before an exclusion"),
    "exclusion_in_effect": _("An exclusion took effect"),
    "referred": _("She was referred to a service"),
    "received_request": _("A service received the referral"),
    "answered_request": _("A service answered"),
    "started_help": _("Help began"),
    "gave_help": _("Help was given"),
    "wrote_cost": _("What help cost was written down"),
    "ended_help": _("Help ended"),
    "rated_service": _("She was asked what she thinks of a service"),
    "closed_referral": _("A referral was taken back or put away"),
    "settled_referral": _("A closed referral was dealt with"),
    "closed_by_consent": _("A referral was closed because she withdrew her consent"),
    "imported": _("It came in with an import"),
}

DENIED = "denied"
NEUTRAL_LOOK = _("Looked at a part of the file")
NEUTRAL_ACT = _("Worked on the file")

#: Milestones that everyone on her team may know of, whoever did them.
SHARED = frozenset(
    verb
    for verb in ACTS
    if verb.startswith(("moved_to_", "status_"))
    or verb in ("opened_case", "joined_team", "left_team", "custody", "assigned", "reopened_file")
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
    denied = entry.outcome == DENIED
    sentence = TRIED.get(entry.verb, TRIED["tried_to_open"]) if denied else event_words(entry.verb)
    return Event(entry, sentence, is_look(entry.verb), denied)


def event_words(verb: str) -> Any:
    """What a verb tells, when it was done."""
    return LOOKS.get(verb, NEUTRAL_LOOK) if is_look(verb) else ACTS.get(verb, NEUTRAL_ACT)


def is_look(verb: str) -> bool:
    """Whether the verb tells of reading, not of changing."""
    return verb.startswith(LOOKING)


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
