"""Reading a file as its identification pair: what she told already, interviews, decisions, time to recover."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, at, today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.models import Limit
from cadra.foundation.kernel.together import together
from cadra.foundation.ledger import actions as ledger
from cadra.foundation.network.models import User
from cadra.record.cases.models import Case, Status
from cadra.record.cases.queries import case_for
from cadra.record.interpreting.queries import requests as interpreting
from cadra.record.people.models import Person
from cadra.record.people.queries import profiles_for
from cadra.stages.identification import policy
from cadra.stages.identification.models import (
    Decision,
    Interview,
    Pair,
    RecoveryPeriod,
    Referral,
    ReferralAnswers,
    State,
)
from cadra.stages.identification.queries import assigning, intake, sent

CORE, STORY = Compartment.CORE, Compartment.STORY
MEMBERS = ("police_id", "social_id", "child_worker_id")
HANDS = ("proposed_by", "signed_by", "told_by")


@dataclass(frozen=True)
class Account:
    """What she told on one occasion: a referral or an interview."""

    title: str
    when: dt.datetime | None
    sections: Sequence[sent.Section]
    interview: UUID | None = None

    def belongs_to(self, row: Interview) -> bool:
        """Whether it was told in this very interview."""
        return self.interview == row.pk


@dataclass(frozen=True)
class Period:
    """Her time to recover: from the first day to the last, extensions counted in."""

    rows: Sequence[RecoveryPeriod]

    @property
    def starts_on(self) -> dt.date:
        return self.rows[0].starts_on

    @property
    def last(self) -> RecoveryPeriod:
        return self.rows[-1]

    @property
    def ends_on(self) -> dt.date:
        return self.last.ends_on

    @property
    def extensions(self) -> int:
        """How often it was made longer."""
        return len(self.rows) - 1

    @property
    def bars_removal(self) -> bool:
        return any(row.bars_removal for row in self.rows)

    @property
    def verified(self) -> bool:
        """Whether every limit it was made from is verified against the law."""
        return all(row.limit_verified for row in self.rows)

    @property
    def is_over(self) -> bool:
        return self.ends_on < today()

    @property
    def ends_soon(self) -> bool:
        """Whether the warning before the end is due."""
        return not self.is_over and today() >= self.ends_on - pack().limit("recovery_alert").value * DAY

    @property
    def ends_at(self) -> dt.datetime:
        """The end of its last day."""
        return at(self.ends_on + DAY)


@dataclass(frozen=True)
class PairFile:
    """A file as its pair sees it. `interviews`, `decisions`: opened, oldest first; `names`: user id → name;
    `interpreters`: rows of `interpreting.of_interviews`.
    """

    person: Person
    case: Case
    pair: Pair | None
    profile: Mapping[str, Any]
    interviews: Sequence[Interview]
    decisions: Sequence[Decision]
    period: Period | None
    interpreters: Sequence[Sequence[Any]]
    accounts: Sequence[Account]
    names: Mapping[UUID, str]
    may_interview: bool
    may_sign: bool
    may_name: bool

    @property
    def called(self) -> str:
        return str(self.profile.get("called") or "")

    @property
    def open_decision(self) -> Decision | None:
        """The decision that waits for its second signature."""
        return next((row for row in self.decisions if row.signed_at is None and row.returned_at is None), None)

    @property
    def standing(self) -> Decision | None:
        """The decision in force."""
        signed = [row for row in self.decisions if row.signed_at]
        return signed[-1] if signed else None

    @property
    def to_tell(self) -> bool:
        """Whether she has not been told yet what was decided."""
        return self.standing is not None and self.standing.told_at is None

    @property
    def facts(self) -> list[str]:
        """For the bar over the file: standing, age group, languages."""
        found = [pack().statuses[self.case.status].full]
        found += [_("treated as a child")] if self.case.is_child else []
        spoken = sent.languages(self.profile.get("languages"))
        return [*found, spoken] if spoken else found


def pair_file(actor: Actor, case_id: UUID) -> PairFile:
    """The file for its pair and for the Responsible Authority's officer, opened and recorded; 404 for others."""
    person, case = case_for(actor, case_id)
    pair = _with_names(Pair.objects.filter(case_id=case_id, ended_at=None), *MEMBERS).first()
    if not (policy.may_interview(actor, pair) or policy.may_answer(actor)):
        raise Http404
    profile = profiles_for(actor, [case_id]).get(case_id)
    held = _with_names(Interview.objects.filter(case_id=case_id), "led_by")
    interviews = list(held.order_by("number"))
    decided = _with_names(Decision.objects.filter(case_id=case_id), *HANDS)
    decisions = list(decided.order_by("proposed_at"))
    vault.unseal(actor.ring, [*interviews, *decisions])
    ledger.record(
        actor=actor,
        verb="looked_at_identification",
        subjects=[person.ledger_alias],
        compartments=[CORE, STORY],
        object_id=case.pk,
    )
    referred = _referred(actor, case_id)
    periods, *interpreters = together(_periods(case_id), *interpreting.of_interviews(case_id))
    return PairFile(
        person=person,
        case=case,
        pair=pair,
        profile=profile.plain if profile else {},  # type: ignore[attr-defined]
        interviews=interviews,
        decisions=decisions,
        period=latest(periods),
        interpreters=interpreters,
        accounts=[*referred, *map(_interviewed, interviews)],
        names=_names([*([pair] if pair else []), *interviews, *decisions]),
        may_interview=policy.may_interview(actor, pair),
        may_sign=policy.may_sign(actor, pair),
        may_name=not referred and assigning.may_name(actor, case),
    )


def period_of(case_id: UUID) -> Period | None:
    """Her latest time to recover, with its extensions."""
    return latest(list(_periods(case_id)))


def _periods(case_id: UUID) -> QuerySet[RecoveryPeriod]:
    return RecoveryPeriod.objects.filter(case_id=case_id).order_by("starts_on", "ends_on", "set_at")


def latest(rows: Sequence[RecoveryPeriod]) -> Period | None:
    """The last period among one file's rows, oldest first, with what extended it."""
    first = max((place for place, row in enumerate(rows) if row.extended_from is None), default=None)
    return None if first is None else Period(rows[first:])


def interview_of(file: PairFile, interview_id: UUID) -> Interview:
    """One interview of the file, or 404."""
    return _one(file.interviews, interview_id)


def decision_of(file: PairFile, decision_id: UUID) -> Decision:
    """One decision of the file, or 404."""
    return _one(file.decisions, decision_id)


def _one(rows: Sequence[Any], row_id: UUID) -> Any:
    found = next((row for row in rows if row.pk == row_id), None)
    if found is None:
        raise Http404
    return found


def _referred(actor: Actor, case_id: UUID) -> list[Account]:
    """What each referral of this file told of what happened, first to last."""
    rows = ReferralAnswers.objects.filter(case_id=case_id, compartment_of_row=STORY).select_related("referral")
    told: dict[Referral, list[ReferralAnswers]] = {}
    for row in rows.exclude(referral__state=State.DRAFT).order_by("referral__sent_at"):
        told.setdefault(row.referral, []).append(row)
    return [
        Account(
            _("Told when she was referred"),
            referral.sent_at,
            sent.sections(referral, intake.open_answers(actor, answers), [STORY]),
        )
        for referral, answers in told.items()
    ]


def _interviewed(row: Interview) -> Account:
    title = _("Told in interview %(number)s") % {"number": row.number}
    if row.finished_at is None:
        title = _("Told in interview %(number)s (draft)") % {"number": row.number}
    record = row.plain.get("record") or {}  # type: ignore[attr-defined]
    return Account(title, row.held_at, [sent.Section("", STORY, told_rows(record))], row.pk)


def told_rows(record: Mapping[str, Any]) -> list[sent.Row]:
    """What she told in an interview, line by line; nothing that was left empty."""
    facts = record.get("exploitation") or {}
    forms = [pack().forms_of_exploitation.label(code) for code in facts.get("forms") or []]
    dates = " – ".join(day for day in (month(facts.get("began")), month(facts.get("ended"))) if day)
    rows: list[sent.Row] = [
        {"key": _("Her account"), "value": record.get("account")},
        {"key": _("Forms of exploitation"), "lines": forms},
        {"key": _("How it began"), "value": facts.get("recruitment")},
        {"key": _("How she was kept under control"), "value": facts.get("control")},
        {"key": _("Places and route"), "value": facts.get("route")},
        {"key": _("Across a border"), "value": borders().get(str(facts.get("border")), sent.said(facts.get("border")))},
        {"key": _("Online"), "value": sent.said(facts.get("online"))},
        {"key": _("From and until"), "value": dates},
        {"key": _("Suspected"), "lines": [suspect(one) for one in facts.get("suspects") or []]},
    ]
    return [row for row in rows if row.get("value") or row.get("lines")]


def held_rows(record: Mapping[str, Any]) -> list[sent.Row]:
    """How an interview was held."""
    wish = str(record.get("interviewer_sex_chosen") or "")
    rows: list[sent.Row] = [
        {"key": _("Place"), "value": record.get("place")},
        {"key": _("In private"), "value": sent.said(record.get("private"))},
        {"key": _("Interpreter"), "value": sent.said(record.get("interpreter"))},
        {"key": _("Language"), "value": pack().languages.label(record.get("language"))},
        {"key": _("Interviewer she chose"), "value": sexes().get(wish, sent.said(wish))},
        {"key": _("Who interviewed"), "value": sexes().get(str(record.get("interviewer_sex") or ""), "")},
        {"key": _("Support person"), "value": record.get("support_person")},
        {"key": _("Breaks"), "value": record.get("breaks")},
        {"key": _("Explained"), "lines": [pack().explanations.label(code) for code in record.get("explained") or []]},
    ]
    return rows


def sexes() -> dict[str, str]:
    """Who sits across from her."""
    return {
        "female": _("A woman"),
        "male": _("A man"),
        "both": _("A woman and a man"),
        "no_preference": _("No preference"),
    }


def borders() -> dict[str, str]:
    return {"domestic": _("Inside the country"), "cross_border": _("Across a border"), "both": _("Both")}


def relations() -> dict[str, str]:
    """What a suspected perpetrator is to her."""
    return {
        "family": _("Family"),
        "partner": _("Partner or former partner"),
        "acquaintance": _("Friend or acquaintance"),
        "employer": _("Employer"),
        "recruiter": _("Recruiter or agency"),
        "online": _("Met online"),
        "official": _("An official"),
        "stranger": _("Stranger"),
    }


def age_groups() -> dict[str, str]:
    """As somebody seen looks: nothing finer is kept."""
    return {"child": _("Under age"), "young": _("Young adult"), "middle": _("Middle-aged"), "old": _("Older")}


def limit_words(limit: Limit) -> str:
    """A time limit as "3 months"."""
    n = limit.value
    words = {
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", n),
        "hours": ngettext("%(n)s hour", "%(n)s hours", n),
        "days": ngettext("%(n)s day", "%(n)s days", n),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", n),
        "months": ngettext("%(n)s month", "%(n)s months", n),
        "years": ngettext("%(n)s year", "%(n)s years", n),
    }
    return words[limit.unit] % {"n": n}


def suspect(one: Mapping[str, Any]) -> str:
    """A suspected perpetrator in words: number, sex, age group, relation. Never a name."""
    words = (
        f"{one['number']} ×" if one.get("number") else "",
        {"female": _("Woman"), "male": _("Man")}.get(str(one.get("sex") or ""), ""),
        age_groups().get(str(one.get("age") or ""), ""),
        relations().get(str(one.get("relation") or ""), ""),
    )
    return ", ".join(word for word in words if word)


def month(value: Any) -> str:
    """ "2025-03" as 3/2025."""
    year, _dash, number = str(value or "").partition("-")
    return f"{int(number)}/{year}" if number.isdigit() else year


def reasons_rows(row: Decision) -> list[sent.Row]:
    """A decision in words."""
    plain = row.plain  # type: ignore[attr-defined]
    rows: list[sent.Row] = [
        {"key": _("Outcome"), "value": pack().statuses.label(row.outcome)},
        {"key": _("Grounds"), "lines": [pack().decision_reasons.label(code) for code in row.grounds]},
        {"key": _("Reasons"), "value": str(plain.get("reasons") or "")},
    ]
    if row.returned_at:
        rows.append({"key": _("Why it came back"), "value": str(plain.get("returned_reason") or "")})
    return rows


def not_identified(row: Decision | None) -> bool:
    return row is not None and row.outcome == Status.NOT_IDENTIFIED


def _with_names(rows: Any, *fields: str) -> Any:
    """These rows, each with "name, institution" of the users in these fields."""
    about = User.objects.values(words=Concat("name", Value(", "), "institution__name"))
    return rows.annotate(**{f"{field}_name": Subquery(about.filter(pk=OuterRef(field))[:1]) for field in fields})


def _names(rows: Sequence[Any]) -> dict[UUID, str]:
    fields = {*MEMBERS, *HANDS, "led_by"}
    return {
        getattr(row, field): name
        for row in rows
        for field in fields
        if (name := getattr(row, f"{field}_name", None)) is not None
    }
