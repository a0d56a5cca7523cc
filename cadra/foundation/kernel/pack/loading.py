"""Loads a country pack from its folder, checks it whole, and keeps it for the life of the process."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel

from cadra.foundation.kernel.pack import fairness, first_help, leaflets, papers, questions, team, training
from cadra.foundation.kernel.pack import models as m
from cadra.foundation.kernel.pack.checks import check
from cadra.foundation.kernel.pack.country import CodeOfConduct, CountryPack, ProgrammeRules
from cadra.foundation.kernel.pack.errors import PackError
from cadra.foundation.kernel.pack.reading import Reader
from cadra.foundation.kernel.pack.text import Dated, Table

COUNTRIES = Path(__file__).resolve().parents[4] / "countries"

#: Attribute of the pack → (file, what a row holds).
TABLES: dict[str, tuple[str, type[m.Entry]]] = {
    "areas": ("areas.csv", m.Area),
    "countries": ("countries.csv", m.Country),
    "indicator_groups": ("indicator_groups.csv", m.IndicatorGroup),
    "elements": ("elements.csv", m.Element),
    "indicators": ("indicators.csv", m.Indicator),
    "forms_of_exploitation": ("forms_of_exploitation.csv", m.Form),
    "services": ("services.csv", m.Service),
    "first_help": ("first_help.csv", first_help.FirstHelp),
    "decline_families": ("decline_families.csv", m.Hinted),
    "decline_reasons": ("decline_reasons.csv", m.DeclineReason),
    "referral_refusals": ("referral_refusals.csv", m.Hinted),
    "service_outcomes": ("service_outcomes.csv", m.Hinted),
    "override_reasons": ("override_reasons.csv", m.Hinted),
    "rating_questions": ("rating_questions.csv", m.Hinted),
    "offer_ways": ("offer_ways.csv", m.Hinted),
    "difficulties": ("difficulties.csv", m.Hinted),
    "family_parts": ("family_parts.csv", m.Hinted),
    "reading_levels": ("reading_levels.csv", m.Hinted),
    "stage_reasons": ("stage_reasons.csv", m.StageReason),
    "information_forms": ("information_forms.csv", m.Hinted),
    "restriction_kinds": ("restriction_kinds.csv", m.Hinted),
    "restriction_grounds": ("restriction_grounds.csv", fairness.Ground),
    "leaflets": ("leaflets.csv", leaflets.Leaflet),
    "purposes": ("purposes.csv", m.Hinted),
    "document_kinds": ("document_kinds.csv", papers.DocumentKind),
    "document_reasons": ("document_reasons.csv", papers.DocumentReason),
    "papers": ("papers.csv", papers.PaperKind),
    "phases": ("phases.csv", m.Phase),
    "checklists": ("checklists.csv", m.Checklist),
    "checklist_items": ("checklist_items.csv", m.ChecklistItem),
    "domains": ("domains.csv", m.Domain),
    "outcome_scale": ("outcome_scale.csv", m.Step),
    "monitoring_questions": ("monitoring_questions.csv", m.Question),
    "institution_kinds": ("institution_kinds.csv", m.InstitutionKind),
    "actors": ("actors.csv", m.Actor),
    "languages": ("languages.csv", m.Language),
    "language_levels": ("language_levels.csv", m.Hinted),
    "conflicts": ("conflicts.csv", m.Hinted),
    "training_topics": ("training_topics.csv", training.TrainingTopic),
    "training_reasons": ("training_reasons.csv", m.Hinted),
    "entry_points": ("entry_points.csv", m.EntryPoint),
    "emergency_numbers": ("emergency_numbers.csv", m.EmergencyNumber),
    "age_bases": ("age_bases.csv", m.AgeBasis),
    "recipients": ("recipients.csv", m.Recipient),
    "data_categories": ("data_categories.csv", m.DataCategory),
    "statuses": ("statuses.csv", m.Status),
    "decision_reasons": ("decision_reasons.csv", m.Reason),
    "targets": ("targets.csv", m.Target),
    "team_places": ("team_places.csv", team.Place),
    "caseload_weights": ("caseload_weights.csv", team.Weight),
    "safety_events": ("safety_events.csv", questions.SafetyEvent),
}


def pack() -> CountryPack:
    """The pack of the country this installation serves (`CADRA_COUNTRY`). Loaded once, then kept.

    Django settings COUNTRY, COUNTRIES_DIR, LIMITS_FILE win over the environment: a test can choose another.
    """
    return load(_setting("COUNTRY"), _setting("COUNTRIES_DIR") or str(COUNTRIES), _setting("LIMITS_FILE"))


def _setting(name: str) -> str:
    return str(getattr(settings, name, None) or os.environ.get(f"CADRA_{name}", ""))


@lru_cache(maxsize=8)
def load(code: str, root: str = str(COUNTRIES), limits_file: str = "") -> CountryPack:
    """The pack in `root`/`code`; limits named in `limits_file` replace its own. PackError when wrong."""
    folder = Path(root) / code
    reader = Reader(folder)
    head = _head(reader)
    if head is None:
        raise PackError(reader.problems)
    reader.languages = head.languages
    tables: dict[str, list[Any]] = {name: reader.rows(file, row) for name, (file, row) in TABLES.items()}
    safety = reader.toml("safety.toml", m.SafetyFile)
    explanations = reader.toml("explanations.toml", m.ExplanationsFile)
    wording = reader.toml("wording.toml", m.WordingFile)
    conduct = reader.markdown("code_of_conduct", head.code_of_conduct)
    rules = reader.markdown("programme_rules", head.programme_rules)
    ages = reader.rows("ages.csv", m.AgeRule)
    limits = _limits(reader, limits_file)
    holidays = reader.rows("holidays.csv", m.Holiday)
    needs = questions.versions(reader, "needs", questions.Need)
    protection = questions.versions(reader, "protection", questions.Protection)
    if safety is None or explanations is None or wording is None or conduct is None or rules is None:
        raise PackError(reader.problems)
    tables["safety_questions"] = list(safety.question)
    tables["explanations"] = list(explanations.explanation)
    tables["wording"] = [m.Wording(code=key, text=text) for key, text in wording.wording.items()]
    check(reader, head, tables, safety, ages, limits, holidays)
    questions.check(reader, head, needs, protection, tables)
    leaflets.check(reader, head.betraying, tables["leaflets"])
    if reader.problems:
        raise PackError(reader.problems)
    return CountryPack(
        code=head.code,
        text=head.text,
        written_languages=head.languages,
        zone_name=head.zone,
        currency=head.currency,
        reference_prefix=head.reference_prefix,
        weekend=head.weekend,
        review_months=head.review_months,
        elements_needed=head.elements,
        publishing=head.publishing,
        money=head.money,
        code_of_conduct=CodeOfConduct(version=head.code_of_conduct, text=conduct),
        programme_rules=ProgrammeRules(version=head.programme_rules, text=rules),
        immediate_risk=safety.immediate_risk,
        explanations_version=explanations.version,
        ages=Dated("ages", ages),
        limits=Dated("limits", limits),
        holidays=tuple(holidays),
        betraying=head.betraying,
        needs_versions=needs,
        needs_version=head.needs,
        protection_versions=protection,
        protection_version=head.protection,
        **{name: Table(name, rows) for name, rows in tables.items()},
    )


class _Languages(BaseModel):
    """Only the languages of `pack.toml`: they must be known before any wording is read."""

    languages: tuple[str, ...] = ()


def _head(reader: Reader) -> m.PackFile | None:
    if not reader.folder.is_dir():
        reader.wrong(reader.folder, 0, "there is no such country pack. Check the setting CADRA_COUNTRY.")
        return None
    first = reader.toml("pack.toml", _Languages)
    if first is None:
        return None
    reader.languages = first.languages
    head = reader.toml("pack.toml", m.PackFile)
    if head is not None and head.code != reader.folder.name:
        reader.wrong(reader.folder / "pack.toml", 0, f"the code '{head.code}' is not the name of the folder.")
    return head


def _limits(reader: Reader, limits_file: str) -> list[m.Limit]:
    """The limits of the pack; every code named in `limits_file` is replaced whole by the rows there."""
    limits = reader.rows("limits.csv", m.Limit)
    if not limits_file:
        return limits
    known = {limit.code: limit.text for limit in limits}
    path = Path(limits_file).resolve()
    own: list[m.Limit] = []
    for line, cells in reader.raw(path, m.Limit):
        code = cells.get("code")
        if code not in known:
            reader.wrong(path, line, f"'{code}' is not a time limit of this pack.")
            continue
        limit = reader.validated(path, line, m.Limit, {"text": known[code], **cells})
        if limit is not None:
            own.append(limit)
    replaced = {limit.code for limit in own}
    return [limit for limit in limits if limit.code not in replaced] + own
