"""The first responder's verbs: begin a referral, save a screen, send it, or throw it away.

A draft belongs to its author alone. Sending hands the file to the Responsible Authority's desk and takes it
from the author's hands in the same moment: a receipt is all that stays (mission I3, I8).
"""

import contextlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access import actions as access
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Basis
from cadra.foundation.kernel import references
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.answers import Answer
from cadra.foundation.kernel.clock import deadline, local_date, now
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import Desk
from cadra.foundation.network.queries import INTAKE_DESK, intake_desk
from cadra.foundation.outbox import actions as outbox
from cadra.record.consent import actions as consent
from cadra.record.consent.models import Answer as Agreement
from cadra.record.people import actions as people
from cadra.record.people.models import Person
from cadra.record.people.queries import person_of
from cadra.stages.identification import policy
from cadra.stages.identification.models import Receipt, Referral, ReferralAnswers, State
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.queries.intake import SCREENS, Screen

Answers = dict[str, dict[str, Any]]
PROFILE = ("called", "languages", "interpreter", "sex", "age", "nationality")
IDENTITY = ("names", "birth", "documents")
CONTACT = ("channels", "rules", "whereabouts")
TRIES = 5


class NotReady(Exception):
    """Screens that must be complete before the referral can be sent."""

    def __init__(self, screens: list[Screen]) -> None:
        super().__init__("the referral is not complete")
        self.screens = screens


class ReferenceTaken(Exception):
    """The reference just made up stands on another receipt."""


@act
def start_referral(*, actor: Actor, submission: UUID | None = None) -> Referral:
    """Begin a referral on a new, provisional person. The same `submission` sent twice begins one."""
    if not policy.may_refer(actor):
        raise Http404
    begun = _begun(actor, submission) if submission else None
    if begun is not None:
        return begun
    person = people.open_file(actor=actor)
    referral = Referral(case_id=person.pk, author_id=actor.user_id, institution_id=actor.institution_id)
    try:
        with transaction.atomic():
            referral.id = submission or uuid4()
            referral.save(force_insert=True)
    except IntegrityError:  # sent already, or somebody else's: what we do not see is never told
        referral.id = uuid4()
        referral.save(force_insert=True)
    return referral


def _begun(actor: Actor, submission: UUID) -> Referral | None:
    """The draft this very form has begun already; whoever presses twice at once waits here for the first."""
    once(submission)
    return policy.my_drafts(actor).filter(pk=submission).first()


@act
def save_screen(*, actor: Actor, referral_id: UUID, screen: str, complete: bool = True, **values: Any) -> Referral:
    """Keep what one screen holds, each value sealed in its compartment; saving again replaces it.

    `values` are those named in `queries.intake.SCREENS[screen]`; a value left out is emptied. Shapes:
    safety `answers` {question: answer}; person as in people.Profile and people.Identity; contact as in
    people.Contact; place `how_found` str, `entry_point`, `area`; indicators `signs` {indicator: yes|no|unknown}
    (left out: not asked), `notes` str, `forms` [codes]; explanations `given` [codes], `form`, `language`,
    `interpreter` answer, `asked` str; consent `answers` {recipient: {"answer": given|limited|refused|not_yet,
    "compartments": [...]}}, `form`, `witness`, `ask_again_on` ISO date or "", `hard` str.
    `complete=False` keeps an unfinished screen. 404 for a draft that is not the actor's; KeyError for a screen
    that does not exist; TypeError for an unknown value.
    """
    shape = SCREENS[screen]
    unknown = values.keys() - shape.parts.keys() - set(shape.coded)
    if unknown:
        raise TypeError(f"the screen {screen} holds no {', '.join(sorted(unknown))}")
    referral, person = _locked(actor, referral_id)
    compartments = _seal(actor, referral, shape, values)
    if complete:
        _write_person(actor, person, screen, values)
    for name in shape.coded:
        setattr(referral, name, values.get(name) or type(getattr(referral, name))())
    if screen in ("safety", "indicators"):
        _flag_danger(referral, _opened(actor, referral))
    if screen == "person":
        age = values.get("age") or {}
        referral.is_child = pack().presumed_child(age.get("years"), age.get("basis", ""))
    referral.screens = [slug for slug in SCREENS if slug in referral.screens or (slug == screen and complete)]
    if not complete and screen in referral.screens:
        referral.screens.remove(screen)
    referral.version += 1
    referral.save()
    ledger.record(
        actor=actor,
        verb="saved_draft",
        subjects=[person.ledger_alias],
        compartments=compartments,
        purpose=screen,
        object_id=referral.pk,
    )
    return referral


@act
def discard(*, actor: Actor, referral_id: UUID) -> None:
    """Throw an unsent draft away: its rows are deleted, it opens for nobody, and the worker destroys its keys."""
    referral, person = _locked(actor, referral_id)
    ledger.record(actor=actor, verb="discarded_draft", subjects=[person.ledger_alias], object_id=referral.pk)
    referral.delete()
    access.hand_over(actor=actor, case_id=person.pk, reason="discarded")


def send(*, actor: Actor, referral_id: UUID) -> Receipt:
    """Send the referral to the Responsible Authority's desk; sending it again returns the same receipt.

    NotReady names what is missing. Afterwards the author opens nothing of the file any more.
    """
    for _ in range(TRIES):
        with contextlib.suppress(ReferenceTaken):
            return _send(actor=actor, referral_id=referral_id)
    raise RuntimeError("no free reference was found")


@act
def _send(*, actor: Actor, referral_id: UUID) -> Receipt:
    referral = policy.my_drafts(actor).select_for_update().filter(pk=referral_id).first()
    if referral is None:
        return queries.receipt_for(actor, referral_id)
    missing = queries.missing(referral)
    if missing:
        raise NotReady(missing)
    (person,), told, *receiving = together(
        person_of(referral.case_id), queries.answers_of(referral.pk), *(asked() for asked in INTAKE_DESK)
    )
    answers = queries.open_answers(actor, told)
    desk = intake_desk(*receiving)
    _write_consents(actor, person, answers, desk.institution.principal)
    receipt = _receipt(actor, referral, desk)
    Referral.objects.filter(pk=referral.pk).update(
        state=State.SENT,
        sent_at=receipt.sent_at,
        answer_due_at=receipt.answer_due_at,
        receipt_id=receipt.pk,
        version=referral.version + 1,
    )
    _give_to_desk(actor, referral, person, desk)
    return receipt


# Inside a draft ----------------------------------------------------------------------------------


def _locked(actor: Actor, referral_id: UUID) -> tuple[Referral, Person]:
    referral = policy.my_drafts(actor).select_for_update().filter(pk=referral_id).first()
    person = Person.objects.filter(pk=referral.case_id).first() if referral else None
    if referral is None or person is None:
        raise Http404
    return referral, person


def _opened(actor: Actor, referral: Referral) -> Answers:
    return queries.open_answers(actor, queries.answers_of.query(referral.pk))


def _seal(actor: Actor, referral: Referral, shape: Screen, values: Mapping[str, Any]) -> list[str]:
    """Write the values of a screen into one row for each compartment; returns the compartments."""
    parts: dict[str, dict[str, Any]] = {str(part): {} for part in shape.parts.values()}
    for name, compartment in shape.parts.items():
        if name in values:
            parts[str(compartment)][name] = values[name]
    kept = ReferralAnswers.objects.filter(referral=referral, screen=shape.slug)
    rows = {row.compartment_of_row: row for row in kept}
    for part, content in parts.items():
        row = rows.get(part)
        fresh = row is None
        if row is None:
            row = ReferralAnswers(
                id=uuid4(),
                case_id=referral.case_id,
                referral=referral,
                compartment_of_row=part,
                screen=shape.slug,
            )
        row.saved_at = now()
        vault.seal(actor.ring, row, content=content)
        row.save(force_insert=fresh)
    return sorted(parts)


def _write_person(actor: Actor, person: Person, screen: str, values: Mapping[str, Any]) -> None:
    """What the referral tells of her goes where everyone later looks, so that nobody asks again."""
    if screen == "person":
        people.save_told(actor=actor, person=person, profile=_of(values, PROFILE), identity=_of(values, IDENTITY))
    elif screen == "contact":
        people.save_told(actor=actor, person=person, contact=_of(values, CONTACT))


def _of(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values.get(name) for name in names}


def _flag_danger(referral: Referral, answers: Answers) -> None:
    """What puts a referral at the top of the desk: danger now, a sign of immediate risk, an urgent doctor."""
    safety = answers.get("safety", {}).get("answers", {})
    signs = answers.get("indicators", {}).get("signs", {})
    danger = any(safety.get(question) == Answer.YES for question in ("in_danger", "with_trafficker"))
    referral.in_danger = danger or bool(queries.signs_at_risk(signs))
    referral.urgent_health = safety.get("medical") == Answer.YES


# Sending -----------------------------------------------------------------------------------------


def _write_consents(actor: Actor, person: Person, answers: Answers, authority: int) -> None:
    """What was explained and what she said about each recipient; the authority is known by now, the others are not."""
    told, agreed = answers.get("explanations", {}), answers.get("consent", {})
    explanation = None
    if told.get("given"):
        explanation = consent.record_explanation(
            actor=actor,
            person=person,
            given=told["given"],
            form=told.get("form") or "",
            language=told.get("language") or "",
            interpreter=told.get("interpreter") == Answer.YES,
            asked=told.get("asked") or "",
        )
    moment, answers_given = now(), []
    for code, said in (agreed.get("answers") or {}).items():
        recipient = pack().recipients.get(code)
        if recipient is None or not said.get("answer"):
            continue
        answer = Agreement(said["answer"])
        shares = answer in (Agreement.GIVEN, Agreement.LIMITED)
        answers_given.append(
            {
                "recipient_kind": code,
                "recipient": authority if code == "authority" else None,
                "purpose": recipient.purpose,
                "asked_for": [Compartment.CORE, *recipient.may_receive],
                "compartments": [Compartment.CORE, *said.get("compartments", ())],
                "answer": answer,
                "form": agreed.get("form") or "",
                "witness": agreed.get("witness") or "",
                "explanation_id": explanation.pk if explanation else None,
                "until": deadline(moment, pack().limit("consent_term")) if shares else None,
                "ask_again_on": _ask_again(agreed, moment) if answer == Agreement.NOT_YET else None,
            }
        )
    if answers_given:
        consent.record_all(actor=actor, person=person, answers=answers_given)


def _ask_again(agreed: Mapping[str, Any], moment: Any) -> Any:
    return agreed.get("ask_again_on") or local_date(deadline(moment, pack().limit("decide_later")))


def _receipt(actor: Actor, referral: Referral, desk: Desk) -> Receipt:
    """Made before anybody looks whether she is known, under the draft's own id and a reference of its own."""
    moment = now()
    receipt = Receipt(
        id=referral.pk,
        reference=references.new(),
        author=actor.principal,
        institution=actor.institution_principal,
        desk=desk.principal,
        desk_name=f"{desk.institution.name}, {desk.name}"[:200],
        desk_phone=queries.desk_phone(desk),
        sent_at=moment,
        answer_due_at=deadline(moment, queries.answer_limit(referral)),
    )
    try:
        receipt.save(force_insert=True)
    except IntegrityError as taken:  # somebody else's receipt, which we do not see, bears this reference
        raise ReferenceTaken from taken
    return receipt


def _give_to_desk(actor: Actor, referral: Referral, person: Person, desk: Desk) -> None:
    """The desk carries the file from now on; its people are told; the author's own access ends."""
    urgent = referral.in_danger or referral.urgent_health
    outbox.post(actor=actor, to=desk, kind="urgent" if urgent else "waiting", link=f"/desk/{referral.pk}/")
    ledger.record(
        actor=actor,
        verb="sent_referral",
        subjects=[person.ledger_alias],
        compartments=[*Compartment],
        object_id=referral.pk,
    )
    access.pass_on(
        actor=actor,
        grant=access.NewGrant(
            case_id=person.pk,
            grantee=desk.principal,
            compartments=[*Compartment],
            purpose=pack().recipients["authority"].purpose,
            basis=Basis.LEGAL_DUTY,
        ),
        reason="sent",
    )
