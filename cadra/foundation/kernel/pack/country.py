"""A country pack in memory: everything that is of one country and not of the mechanism."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from cadra.foundation.kernel.pack.fairness import Ground
from cadra.foundation.kernel.pack.first_help import FirstHelp
from cadra.foundation.kernel.pack.leaflets import Leaflet
from cadra.foundation.kernel.pack.models import (
    Actor,
    AgeBasis,
    AgeRule,
    Area,
    Checklist,
    ChecklistItem,
    Country,
    DataCategory,
    DeclineReason,
    Domain,
    Element,
    ElementRule,
    EmergencyNumber,
    EntryPoint,
    Explanation,
    Form,
    Hinted,
    Holiday,
    Indicator,
    IndicatorGroup,
    InstitutionKind,
    Language,
    Limit,
    Money,
    Phase,
    Publishing,
    Question,
    Reason,
    Recipient,
    Row,
    SafetyAnswer,
    SafetyQuestion,
    Service,
    StageReason,
    Status,
    Step,
    Target,
    Wording,
)
from cadra.foundation.kernel.pack.papers import DocumentKind, DocumentReason, PaperKind
from cadra.foundation.kernel.pack.questions import Need, Protection, SafetyEvent
from cadra.foundation.kernel.pack.team import Place, Weight
from cadra.foundation.kernel.pack.text import Dated, Table, Text
from cadra.foundation.kernel.pack.training import TrainingTopic


class CodeOfConduct(Row):
    """The code of conduct in force: `version` is what a user signs, `text` its Markdown."""

    version: str
    text: Text


class ProgrammeRules(CodeOfConduct):
    """Rules read to her where her institution has none of its own: a draft, by version."""


@dataclass(frozen=True)
class CountryPack:
    """One country as data. Made and checked by the loader; read-only after that."""

    code: str
    text: Text
    written_languages: tuple[str, ...]
    zone_name: str
    currency: str
    reference_prefix: str
    weekend: tuple[int, ...]
    review_months: tuple[int, ...]
    elements_needed: ElementRule
    publishing: Publishing
    money: Money
    code_of_conduct: CodeOfConduct
    programme_rules: ProgrammeRules
    areas: Table[Area]
    countries: Table[Country]
    indicator_groups: Table[IndicatorGroup]
    elements: Table[Element]
    indicators: Table[Indicator]
    forms_of_exploitation: Table[Form]
    services: Table[Service]
    first_help: Table[FirstHelp]
    decline_families: Table[Hinted]
    decline_reasons: Table[DeclineReason]
    referral_refusals: Table[Hinted]
    override_reasons: Table[Hinted]
    service_outcomes: Table[Hinted]
    rating_questions: Table[Hinted]
    offer_ways: Table[Hinted]
    difficulties: Table[Hinted]
    family_parts: Table[Hinted]
    reading_levels: Table[Hinted]
    stage_reasons: Table[StageReason]
    restriction_kinds: Table[Hinted]
    restriction_grounds: Table[Ground]
    information_forms: Table[Hinted]
    purposes: Table[Hinted]
    document_kinds: Table[DocumentKind]
    document_reasons: Table[DocumentReason]
    papers: Table[PaperKind]
    phases: Table[Phase]
    checklists: Table[Checklist]
    checklist_items: Table[ChecklistItem]
    domains: Table[Domain]
    outcome_scale: Table[Step]
    monitoring_questions: Table[Question]
    institution_kinds: Table[InstitutionKind]
    actors: Table[Actor]
    languages: Table[Language]
    language_levels: Table[Hinted]
    conflicts: Table[Hinted]
    training_topics: Table[TrainingTopic]
    training_reasons: Table[Hinted]
    entry_points: Table[EntryPoint]
    emergency_numbers: Table[EmergencyNumber]
    safety_questions: Table[SafetyQuestion]
    immediate_risk: SafetyAnswer
    explanations: Table[Explanation]
    leaflets: Table[Leaflet]
    explanations_version: str
    age_bases: Table[AgeBasis]
    recipients: Table[Recipient]
    data_categories: Table[DataCategory]
    statuses: Table[Status]
    decision_reasons: Table[Reason]
    targets: Table[Target]
    team_places: Table[Place]
    caseload_weights: Table[Weight]
    wording: Table[Wording]
    safety_events: Table[SafetyEvent]
    betraying: tuple[str, ...]
    needs_versions: dict[str, Table[Need]]
    needs_version: str
    protection_versions: dict[str, Table[Protection]]
    protection_version: str
    ages: Dated[AgeRule]
    limits: Dated[Limit]
    holidays: tuple[Holiday, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which the country reads a clock."""
        return ZoneInfo(self.zone_name)

    def today(self) -> dt.date:
        """The day it is in the country now."""
        return dt.datetime.now(self.zone).date()

    def limit(self, code: str, on: dt.date | None = None) -> Limit:
        """The time limit in force on a day, by default today. LookupError when there is none."""
        return self.limits.on(code, on or self.today())

    def age(self, code: str, on: dt.date | None = None) -> int:
        """An age in years in force on a day, such as `child_under`."""
        return self.ages.on(code, on or self.today()).value

    def presumed_child(self, years: int | None, basis: str, on: dt.date | None = None) -> bool:
        """Whether she is treated as a child: under age, in doubt, not known, or an estimate close to it."""
        rule = self.age_bases.get(basis)
        if years is None or rule is None or rule.in_doubt:
            return True
        margin = self.age("estimate_margin", on) if rule.margin else 0
        return years < self.age("child_under", on) + margin

    def regions(self) -> list[Area]:
        """Regions in the order of the pack."""
        return self.areas.where(kind="region")

    def municipalities(self, region: str | None = None) -> list[Area]:
        """Municipalities, of one region or all."""
        return self.areas.where(lambda area: region in (None, area.parent), kind="municipality")

    def crossings(self) -> list[Area]:
        """Border points, airports and ports."""
        return self.areas.where(crossing=True)

    def region_of(self, code: str) -> Area | None:
        """The region an area lies in, itself when it is one; None when the pack does not say."""
        area = self.areas.get(code)
        while area is not None and area.kind != "region":
            area = self.areas.get(area.parent)
        return area

    def shelter_areas(self, codes: Iterable[str]) -> list[str]:
        """These areas as they may be told of a shelter: never smaller than the pack allows, each once.

        Where not even a region may be told, or an area is not known, nothing is left of it.
        """
        smallest = self.publishing.shelter_area
        if smallest == "country":
            return []
        told = [self.areas.get(code) if smallest == "municipality" else self.region_of(code) for code in codes]
        return list(dict.fromkeys(area.code for area in told if area and area.kind in ("region", smallest)))

    def place_label(self, code: str, language: str | None = None) -> str:
        """Wording for the code of an area or of a country abroad."""
        return self.areas.label(code, language) if code in self.areas else self.countries.label(code, language)

    def indicators_for(self, *, child: bool) -> list[tuple[IndicatorGroup, list[Indicator]]]:
        """Indicators by group, for a child or for an adult; groups without any are left out."""
        by_group: dict[str, list[Indicator]] = {}
        for indicator in self.indicators:
            if indicator.applies(child=child):
                by_group.setdefault(indicator.group, []).append(indicator)
        return [(group, by_group[group.code]) for group in self.indicator_groups if group.code in by_group]

    def elements_for(self, *, child: bool) -> list[Element]:
        """Elements whose coverage is shown, for a child or for an adult."""
        codes = self.elements_needed.child if child else self.elements_needed.adult
        return [self.elements[code] for code in codes]

    def items_of(self, checklist: str) -> list[ChecklistItem]:
        """The items of one checklist, in order."""
        return self.checklist_items.where(checklist=checklist)

    def phase_at(self, months: int) -> Phase | None:
        """The phase the calendar shows after so many whole months; the person may be in another."""
        found = self.phases.where(lambda phase: phase.from_month <= months <= phase.until_month)
        return found[0] if found else None

    def reasons_by_family(self) -> list[tuple[Hinted, list[DeclineReason]]]:
        """Reasons for declining, by family."""
        return [(family, self.decline_reasons.where(family=family.code)) for family in self.decline_families]

    def reasons_for(self, status: str) -> list[Reason]:
        """Reasons that may be given for a decision with this outcome."""
        return self.decision_reasons.where(lambda reason: status in reason.outcomes)

    def reasons_to(self, move: str) -> list[StageReason]:
        """Reasons for which a file may be moved on to inclusion or back to support, closed or opened again."""
        return self.stage_reasons.where(lambda reason: move in reason.moves)

    def needs(self, version: str, *, dependant: bool = False) -> list[tuple[Domain, list[Need]]]:
        """The questions of a version by domain, about her or someone who depends on her; empty domains left out."""
        asked = [one for one in self.needs_versions.get(version, ()) if one.asked_about(dependant=dependant)]
        found = [(domain, [one for one in asked if one.domain == domain.code]) for domain in self.domains]
        return [(domain, questions) for domain, questions in found if questions]

    def protection(self, version: str, part: str, *, child: bool) -> list[Protection]:
        """Questions about risk, or parts of a safety plan, of a version: for a child or for an adult."""
        found = self.protection_versions.get(version, ())
        return [one for one in found if one.part == part and one.applies(child=child)]

    def numbers(self, codes: tuple[str, ...] = ()) -> list[EmergencyNumber]:
        """Emergency numbers with these codes, or all."""
        return [self.emergency_numbers[code] for code in codes] if codes else list(self.emergency_numbers)

    def recipients_at_intake(self) -> list[Recipient]:
        """Recipients she is asked about in a first referral."""
        return self.recipients.where(at_intake=True)

    def say(self, code: str, language: str | None = None) -> str:
        """A sentence of the pack in `language`, by default the language of the page."""
        return self.wording[code].label(language)

    def is_holiday(self, day: dt.date) -> bool:
        """Whether the pack names `day` as a public holiday."""
        return not {day.isoformat(), day.isoformat()[5:]}.isdisjoint(self._holidays)

    @cached_property
    def _holidays(self) -> frozenset[str]:
        return frozenset(holiday.day for holiday in self.holidays)
