"""The rules of a programme: a new text of the institution, and what she says to the one in force (mission S8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.acts import act, once
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.ledger import actions as ledger
from cadra.record.people.models import Person
from cadra.stages.support.actions.common import SupportError, keep, made_before, must_plan
from cadra.stages.support.models import HouseRules, RulesAnswer, RulesSaid, Understood


class NewerRules(SupportError):
    """The institution wrote new rules while these were explained."""

    def __init__(self) -> None:
        super().__init__(_("The rules have a newer version: it is the one below. Explain that one to her."))


@dataclass(frozen=True)
class Explained:
    """How the rules were explained and what she said: codes of the pack, and her words."""

    form: str
    language: str
    understood: str
    said: str
    words: str = ""


@act
def write_rules(*, actor: Actor, text: Mapping[str, str], submission: UUID) -> HouseRules:
    """The next version of the actor's institution's rules, in every written language. The same submission is one."""
    if not actor.has(Role.INSTITUTION_ADMIN):
        raise Http404
    once(actor.institution_id)  # two who write at once get two numbers
    known = HouseRules.objects.filter(submission=submission).first()
    if known is not None:
        return known
    if any(not text.get(language, "").strip() for language in pack().written_languages):
        raise SupportError(_("Write the rules in every language."))
    mine = HouseRules.objects.filter(institution=actor.institution_principal)
    row = HouseRules.objects.create(
        id=uuid4(),
        submission=submission,
        institution=actor.institution_principal,
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        text={language: text[language].strip() for language in pack().written_languages},
        written_by=actor.user_id,
    )
    ledger.record(actor=actor, verb="wrote_rules", object_id=row.pk)
    return row


@act
def answer_rules(
    *,
    actor: Actor,
    person: Person,
    institution: int,
    number: int,
    draft: str,
    explained: Explained,
    submission: UUID,
) -> RulesAnswer:
    """What she said to one version of the rules of the institution that carries her file, beside all she said before.

    `number` and `draft`: the version that was read to her; `NewerRules` when it is not the one in force any more.
    """
    must_plan(actor, person)
    known = made_before(RulesAnswer, person, submission)
    if known is not None:
        return known
    newest = HouseRules.objects.filter(institution=institution).aggregate(last=Max("number"))["last"] or 0
    if number != newest or (not newest and draft != pack().programme_rules.version):
        raise NewerRules
    if (
        explained.form not in pack().information_forms
        or explained.language not in pack().languages
        or explained.understood not in Understood.values
        or explained.said not in RulesSaid.values
    ):
        raise SupportError(_("Choose from the list."))
    row = RulesAnswer(
        id=uuid4(),
        case_id=person.pk,
        submission=submission,
        institution=institution,
        number=number,
        draft="" if number else draft,
        form=explained.form,
        language=explained.language,
        understood=explained.understood,
        said=explained.said,
        recorded_by=actor.user_id,
    )
    keep(actor, person, f"rules_{explained.said}", row, words=explained.words or None)
    return row
