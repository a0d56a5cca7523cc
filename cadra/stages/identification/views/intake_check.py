"""The last screen: everything said, in the words of the pages, with a link to change each part."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.answers import LABELS, Answer
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.queries import intake_desk
from cadra.stages.identification.forms.intake import DOCUMENTS, INTERPRETER_SEXES, SEXES
from cadra.stages.identification.forms.intake_told import MANNERS
from cadra.stages.identification.queries import intake as queries
from cadra.stages.identification.queries.intake import SCREENS, DraftReferral

Row = dict[str, Any]


def page(actor: Actor, draft: DraftReferral) -> dict[str, Any]:
    """The context of the check page."""
    desk = intake_desk()
    limit = queries.answer_limit(draft.referral)
    signs = draft.answers.get("indicators", {}).get("signs") or {}
    authority = (draft.answers.get("consent", {}).get("answers") or {}).get("authority", {}).get("answer")
    return {
        "draft": draft,
        "number": queries.TOTAL,
        "total": queries.TOTAL,
        "parts": [part(draft, slug) for slug in queries.ORDER if slug != "check"],
        "missing": [(one, _address(draft, one.slug)) for one in draft.missing],
        "covered": queries.covered(signs, child=draft.referral.is_child),
        "desk": desk,
        "phone": queries.desk_phone(desk),
        "due": deadline(now(), limit),
        "limit_note": "" if limit.verified else pack().say("limit_not_verified"),
        "not_agreed": authority in ("refused", "not_yet"),
        "legal_duty": pack().say("legal_duty"),
        "child": draft.referral.is_child,
    }


def part(draft: DraftReferral, slug: str) -> dict[str, Any]:
    """One screen as a list of lines."""
    kept = draft.answers.get(slug, {})
    lines = LINES[slug](draft, kept) if slug in draft.referral.screens or kept else []
    return {
        "screen": SCREENS[slug],
        "url": _address(draft, slug),
        "rows": [line for line in lines if line["value"] or line.get("lines")],
        "saved": slug in draft.referral.screens,
    }


def _address(draft: DraftReferral, slug: str) -> str:
    return reverse("identification:screen", args=[draft.referral.pk, slug])


def _line(key: Any, value: Any = "", lines: Iterable[str] = ()) -> Row:
    return {"key": str(key), "value": str(value or ""), "lines": [str(line) for line in lines if line]}


def _said(code: Any, choices: Iterable[tuple[Any, Any]] = ()) -> str:
    """Words of a stored code: one of the choices, or a way of having no answer."""
    words = {str(value): label for value, label in choices}
    if code in words and code:
        return str(words[code])
    return str(LABELS[Answer(code)]) if code in set(Answer) else ""


def _safety(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    answers = kept.get("answers") or {}
    return [_line(question, _said(answers.get(question.code))) for question in pack().safety_questions]


def _person(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    age, interpreter, birth = (kept.get(name) or {} for name in ("age", "interpreter", "birth"))
    names = [" ".join(filter(None, (name["given"], name["family"]))) for name in kept.get("names") or []]
    return [
        _line(_("Name she goes by"), kept.get("called")),
        _line(_("Sex"), _said(kept.get("sex"), SEXES)),
        _line(_("Age"), _age(age)),
        _line(_("Languages"), lines=[pack().languages.label(code) for code in kept.get("languages") or []]),
        _line(
            _("Interpreter"),
            lines=[_said(interpreter.get("needed")), _said(interpreter.get("sex"), INTERPRETER_SEXES)],
        ),
        _line(_("Names"), lines=names),
        _line(_("Date and place of birth"), lines=[_day(birth.get("date")), birth.get("place") or ""]),
        _line(_("Nationality"), lines=[pack().countries.label(code) for code in kept.get("nationality") or []]),
        _line(_("Documents"), lines=[_paper(paper) for paper in kept.get("documents") or []]),
    ]


def _age(age: dict[str, Any]) -> str:
    basis = pack().age_bases.label(age.get("basis"))
    years = age.get("years")
    known = _("%(years)d years") % {"years": years} if years is not None else _("Not known")
    return f"{known} · {basis}" if basis else known


def _day(iso: Any) -> str:
    return date_format(dt.date.fromisoformat(iso)) if iso else ""


def _paper(paper: dict[str, str]) -> str:
    country = pack().countries.label(paper["country"])
    return ", ".join(filter(None, (_said(paper["kind"], DOCUMENTS), paper["number"], country)))


def _contact(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    kinds = {"phone": _("Telephone number"), "email": _("Email address"), "through": _("Through someone she trusts")}
    rules, where = kept.get("rules") or {}, kept.get("whereabouts") or {}
    rows = [_line(kinds[one["kind"]], one["value"]) for one in kept.get("channels") or []]
    phones = [one for one in kept.get("channels") or [] if one["kind"] == "phone"]
    rows += [_line(_("Is it safe to ring this number?"), _said(one.get("safe"))) for one in phones]
    rows += [_line(_("May a message be left?"), _said(rules.get("leave_message")))] if rules else []
    return [
        *rows,
        _line(_("Ask for her by this name"), rules.get("name_to_use")),
        _line(_("Safe days and hours"), rules.get("hours")),
        _line(_("Who else uses this telephone or reads the messages"), rules.get("who_else")),
        _line(_("What must never be said, written or left"), rules.get("never_say")),
        _line(_("Where she is now"), lines=[pack().place_label(where.get("place") or ""), where.get("address") or ""]),
    ]


def _place(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    area = draft.referral.area
    return [
        _line(_("How did she come into view?"), pack().entry_points.label(draft.referral.entry_point)),
        _line(_("Place"), pack().place_label(area) if area else _("Not known")),
        _line(_("What happened, in a few words"), kept.get("how_found")),
    ]


def _indicators(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    signs = kept.get("signs") or {}

    def said(answer: Answer) -> list[str]:
        return [pack().indicators.label(code) for code, given in signs.items() if given == answer]

    return [
        _line(_("What might it be about?"), lines=map(pack().forms_of_exploitation.label, draft.referral.forms)),
        _line(_("Signs answered with yes"), lines=said(Answer.YES)),
        _line(_("Signs answered with no"), lines=said(Answer.NO)),
        _line(_("Signs not known"), lines=said(Answer.UNKNOWN)),
        _line(_("Anything else you saw or heard"), kept.get("notes")),
    ]


def _explanations(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    given = kept.get("given") or []
    left_out = [str(one) for one in pack().explanations if one.code not in given]
    return [
        _line(_("Explained"), lines=[pack().explanations.label(code) for code in given]),
        _line(_("Not explained yet"), lines=left_out),
        _line(_("How was it explained?"), pack().information_forms.label(kept.get("form"))),
        _line(_("In which language?"), pack().languages.label(kept.get("language"))),
        _line(_("With an interpreter?"), _said(kept.get("interpreter"))),
        _line(_("What she asked"), kept.get("asked")),
    ]


def _consent(draft: DraftReferral, kept: dict[str, Any]) -> list[Row]:
    answers = kept.get("answers") or {}
    rows = [_line(one, lines=agreement_lines(answers.get(one.code) or {})) for one in pack().recipients_at_intake()]
    return [
        *rows,
        _line(_("How did she answer?"), _said(kept.get("form"), MANNERS)),
        _line(_("Witness"), kept.get("witness")),
        _line(_("What makes it hard to decide"), kept.get("hard")),
        _line(_("When to ask again"), _day(kept.get("ask_again_on"))),
    ]


def agreement_lines(said: dict[str, Any]) -> list[str]:
    """What she answered about one recipient, and to what."""
    words = {
        "given": _("Yes, to all that was asked:"),
        "limited": _("Yes, but only to:"),
        "refused": _("No"),
        "not_yet": _("Not yet"),
    }
    parts = [pack().data_categories.label(code) for code in said.get("compartments") or []]
    return [words.get(said.get("answer", ""), _("Not asked: they receive nothing")), *parts]


LINES = {
    "safety": _safety,
    "person": _person,
    "contact": _contact,
    "place": _place,
    "indicators": _indicators,
    "explanations": _explanations,
    "consent": _consent,
}
