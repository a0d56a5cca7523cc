"""Needs, drawn: what is needed now and later, one look beside the one before, the form for paper."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.questions import Need
from cadra.foundation.shell.templatetags.shell import moment
from cadra.stages.support.forms.needs import ANSWERS
from cadra.stages.support.models import AssessedDomain, Assessment, Dependant, NeedAnswer
from cadra.stages.support.queries.needs import AssessmentPage, NeedsPage, Subject, goal_of

COLOURS = {NeedAnswer.NOW: "red", NeedAnswer.LATER: "yellow", NeedAnswer.YES: "blue", NeedAnswer.NO: "grey"}
MISSING = (NeedAnswer.UNKNOWN, NeedAnswer.DECLINED, NeedAnswer.NOT_ASKED)
BESIDE = {
    "strengths": gettext_lazy("What goes well"),
    "wishes": gettext_lazy("Wishes, in her words"),
    "notes": gettext_lazy("What else matters"),
}


def subject_card(page: NeedsPage, subject: Subject) -> dict[str, Any]:
    """She, or somebody who depends on her: what is needed now and later by the newest look, and all looks."""
    newest = subject.finished[0] if subject.finished else None
    rows = page.rows.get(newest.pk, []) if newest else []
    return {
        "name": name_of(subject.dependant),
        "facts": facts_of(subject.dependant),
        "dependant": subject.dependant,
        "newest": newest,
        "begun": subject.begun,
        "now": _needed(newest, rows, NeedAnswer.NOW),
        "later": _needed(newest, rows, NeedAnswer.LATER),
        "wishes": [row.plain["words"]["wishes"] for row in rows if (row.plain.get("words") or {}).get("wishes")],
        "earlier": subject.finished[1:],
    }


def name_of(dependant: Dependant | None) -> str:
    """Whose needs they are."""
    return str((dependant.plain.get("words") or {}).get("called") or "") if dependant is not None else ""


def facts_of(dependant: Dependant | None) -> str:
    """What a dependant is to her, and how old."""
    words = (dependant.plain.get("words") or {}) if dependant is not None else {}
    return ", ".join(words[name] for name in ("relation", "age") if words.get(name))


def domain_tasks(page: AssessmentPage) -> list[dict[str, Any]]:
    """The domains of a look that is not finished: which are kept, which are still to be asked."""
    tasks = []
    for domain, _questions in page.domains:
        row = page.rows.get(domain.code)
        tasks.append(
            {
                "title": str(domain),
                "status": _("Kept on %(when)s") % {"when": moment(row.written_at)} if row else _("Not begun"),
                "colour": None if row else "blue",
                "url": reverse(
                    "support:assessment_domain", args=[page.file.person.pk, page.assessment.pk, domain.code]
                ),
            }
        )
    return tasks


def compared(page: AssessmentPage) -> list[dict[str, Any]]:
    """The domains asked about now or last time, the answers side by side, what changed first."""
    sections = []
    for domain, questions in page.domains:
        row, before = page.rows.get(domain.code), page.rows_before.get(domain.code)
        if row is None and before is None:
            continue
        lines = [_line(page, row, before, one) for one in questions]
        sections.append(
            {
                "code": domain.code,
                "title": str(domain),
                "good": str(domain.good_outcome),
                "lines": sorted(lines, key=lambda line: not line["changed"]),
                "words": _words(row),
                "words_before": _words(before),
                "changed": any(line["changed"] for line in lines),
            }
        )
    return sorted(sections, key=lambda section: not section["changed"])


def left_out(page: AssessmentPage) -> list[str]:
    """Domains nobody asked about, now or last time."""
    known = {*page.rows, *page.rows_before}
    return [str(domain) for domain, _questions in page.domains if domain.code not in known]


def paper(page: AssessmentPage | None, version: str, *, dependant: bool) -> list[dict[str, Any]]:
    """The form for paper, filled from `page` or empty: each question with a box for each answer."""
    sections = []
    for domain, questions in pack().needs(version, dependant=dependant):
        row = page.rows.get(domain.code) if page is not None else None
        given = (row.plain.get("answers") or {}) if row is not None else {}
        words = (row.plain.get("words") or {}) if row is not None else {}
        sections.append(
            {
                "title": str(domain),
                "questions": [{"text": str(one), "boxes": _boxes(one, given.get(one.code, ""))} for one in questions],
                "words": [(label, words.get(name, "")) for name, label in BESIDE.items()],
            }
        )
    return sections


def answer_tag(answer: str) -> dict[str, str]:
    """Words and colour of an answer; no colour for what was not answered."""
    known = answer if answer in NeedAnswer.values else NeedAnswer.NOT_ASKED
    return {"text": str(NeedAnswer(known).label), "colour": COLOURS.get(NeedAnswer(known), "")}


def meanwhile_rows(questions: list[Need], row: AssessedDomain) -> list[dict[str, Any]]:
    """What a colleague kept in the meantime, for the shell's summary list."""
    found = [{"key": str(one), "value": answer_tag(_given(row, one.code))["text"]} for one in questions]
    return [*found, *({"key": label, "value": words} for label, words in _words(row))]


def _needed(newest: Assessment | None, rows: list[AssessedDomain], answer: NeedAnswer) -> list[str]:
    asked = pack().needs_versions.get(newest.questions) if newest is not None else None
    found = []
    for row in rows:
        given = row.plain.get("answers") or {}
        found += [_wording(asked, code) for code in row.asked if given.get(code) == answer]
    return found


def _wording(asked: Any, code: str) -> str:
    """The question as it was asked; its code when the pack no longer has it."""
    question = asked.get(code) if asked is not None else None
    return str(question) if question is not None else code


def _line(
    page: AssessmentPage, row: AssessedDomain | None, before: AssessedDomain | None, question: Need
) -> dict[str, Any]:
    answer = _given(row, question.code)
    earlier = _given(before, question.code) if page.before is not None else ""
    wanted = answer in (NeedAnswer.NOW, NeedAnswer.LATER)
    return {
        "code": question.code,
        "text": str(question),
        "tag": answer_tag(answer),
        "before": answer_tag(earlier)["text"] if earlier else "",
        "changed": row is not None and bool(earlier) and earlier != answer,
        "wanted": wanted and page.file.may_plan,
        "is_goal": wanted and row is not None and goal_of(row, question.code) in page.goals,
    }


def _given(row: AssessedDomain | None, code: str) -> str:
    if row is None:
        return NeedAnswer.NOT_ASKED
    return str((row.plain.get("answers") or {}).get(code) or NeedAnswer.NOT_ASKED)


def _words(row: AssessedDomain | None) -> list[tuple[Any, str]]:
    words = (row.plain.get("words") or {}) if row is not None else {}
    return [(label, words[name]) for name, label in BESIDE.items() if words.get(name)]


def _boxes(question: Need, given: str) -> list[tuple[str, bool]]:
    return [(str(one.label), one == given) for one in (*ANSWERS[question.kind], *MISSING)]
