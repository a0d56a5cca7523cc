"""From rows to what the parts of the shell draw. No queries here."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.interpreting.fitting import Suggestion
from cadra.record.interpreting.models import (
    Answer,
    Assignment,
    Interpreter,
    Kind,
    Request,
    Sex,
    State,
    Way,
    Work,
    may_follow,
)
from cadra.record.interpreting.queries.requests import Appointment, FilePage
from cadra.record.interpreting.queries.roster import Entry

COLOURS = {
    State.WAITING: "yellow",
    State.ASKED: "blue",
    State.ACCEPTED: "green",
    State.CAME: "grey",
    State.DROPPED: "grey",
}
MINE = {
    "asked": (gettext_lazy("Waits for your answer"), "yellow"),
    "accepted": (gettext_lazy("You come"), "green"),
    "declined": (gettext_lazy("You said no"), "grey"),
    "over": (gettext_lazy("Over"), "grey"),
    "off": (gettext_lazy("Off: you don’t need to come"), "grey"),
}
#: What may be written down of whoever is asked, in the words of a button.
BUTTONS = {
    Answer.ACCEPTED: gettext_lazy("Comes"),
    Answer.DECLINED: gettext_lazy("Can’t come"),
    Answer.SILENT: gettext_lazy("Does not answer"),
    Answer.CAME: gettext_lazy("Came"),
    Answer.ABSENT: gettext_lazy("Did not come"),
    Answer.TAKEN_BACK: gettext_lazy("Take off"),
}


def tongues(row: Interpreter) -> list[str]:
    """ "Arabic (Levantine), fluent", one for each language."""
    found = []
    for one in row.tongues:
        dialect = f" ({one['dialect']})" if one.get("dialect") else ""
        level = f", {pack().language_levels.label(one['level']).lower()}" if one.get("level") else ""
        found.append(f"{pack().languages.label(one['language'])}{dialect}{level}")
    return found


def reach(row: Interpreter) -> str:
    """Where she or he comes to, and whether at a distance."""
    places = _("whole country") if row.whole_country else ", ".join(pack().place_label(code) for code in row.areas)
    return ", ".join(part for part in (places, _("at a distance") if row.at_distance else "") if part)


def when(row: Interpreter) -> str:
    """Hours, and the night."""
    return ", ".join(part for part in (row.hours, _("also at night") if row.at_night else "") if part)


def promise(until: dt.date | None) -> dict[str, str]:
    """The undertaking as a tag."""
    if until is None:
        return {"text": _("No undertaking in force"), "colour": "red"}
    return {"text": _("Undertaking until %(day)s") % {"day": moment(until)}, "colour": "green"}


def line(row: Interpreter, until: dt.date | None) -> dict[str, Any]:
    """A line of the roster."""
    sex = str(Sex(row.sex).label) if row.sex else ""
    house = _("free-lance") if row.freelance else row.institution.name
    return {
        "row": row,
        "tongues": tongues(row),
        "facts": [fact for fact in (str(Work(row.work).label), sex, reach(row), when(row), house) if fact],
        "tags": [promise(until)] if row.is_active else [{"text": _("Left the roster"), "colour": "grey"}],
    }


def entry_rows(entry: Entry) -> list[dict[str, Any]]:
    """Everything the roster says of one."""
    row = entry.row
    account = row.user.name if row.user is not None and entry.may_keep else ""
    rows: list[dict[str, Any]] = [
        {"key": _("Does"), "value": str(Work(row.work).label)},
        {"key": _("Languages"), "lines": tongues(row)},
        {"key": _("A woman or a man"), "value": str(Sex(row.sex).label) if row.sex else _("Not said")},
        {"key": _("Telephone"), "value": row.phone},
        {"key": _("When"), "value": when(row)},
        {"key": _("Where"), "value": reach(row)},
        {"key": _("Works for"), "value": _("free-lance") if row.freelance else row.institution.name},
        {"key": _("Kept by"), "value": row.institution.name},
    ]
    return [*rows, *([{"key": _("Account in this service"), "value": account}] if account else [])]


def undertakings(entry: Entry) -> list[dict[str, Any]]:
    """Each undertaking with its term; the ones in force say so."""
    return [
        {
            "key": _("Version %(version)s") % {"version": paper.version},
            "value": _("Signed on %(day)s, until %(end)s")
            % {"day": moment(paper.signed_on), "end": moment(paper.until)},
            "hint": ". ".join(
                part
                for part in (
                    _("In force") if paper.signed_on <= today() <= paper.until else _("Not in force"),
                    _("Written down by %(name)s") % {"name": entry.names[paper.recorded_by]}
                    if paper.recorded_by in entry.names
                    else "",
                )
                if part
            ),
        }
        for paper in entry.undertakings
    ]


def frame(page: FilePage) -> dict[str, Any]:
    """What every page of a file's interpreters draws around its own content."""
    return {
        "page": page,
        "bar": {"reference": page.person.reference, "safe_name": page.called},
        "file_url": reverse("mechanism:file", args=[page.person.pk]),
        "requests_url": reverse("interpreting:of_file", args=[page.person.pk]),
    }


def tag(request: Request) -> dict[str, str]:
    """Where it stands."""
    state = State(request.state)
    return {"text": str(state.label), "colour": COLOURS[state]}


def title(request: Request) -> str:
    """ "Arabic, 3 May at 14:00" """
    return f"{pack().languages.label(request.language)}, {moment(request.starts_at)}"


def request_lines(page: FilePage) -> list[dict[str, Any]]:
    """The requests of a file."""
    found = []
    for request in page.requests:
        held = page.standing(request)
        who = page.interpreters.get(held.interpreter_id) if held is not None else None
        facts = [_kind(request), who.name if who is not None else ""]
        shown = tag(request)
        found.append(
            {
                "title": title(request),
                "hint": " · ".join(fact for fact in facts if fact),
                "status": shown["text"],
                "colour": shown["colour"],
                "url": reverse("interpreting:request", args=[request.case_id, request.pk]),
            }
        )
    return found


def _kind(request: Request) -> str:
    if request.number:
        return _("Interview %(number)s") % {"number": request.number}
    return str(Kind(request.kind).label)


def request_rows(page: FilePage, request: Request) -> list[dict[str, Any]]:
    """What is wanted."""
    words: dict[str, Any] = request.plain.get("words") or {}
    dialect = f" ({words['dialect']})" if words.get("dialect") else ""
    area = pack().place_label(words["area"]) if words.get("area") else ""
    rows: list[dict[str, Any]] = [
        {"key": _("What for"), "value": _kind(request)},
        {"key": _("Language"), "value": f"{pack().languages.label(request.language)}{dialect}"},
        {"key": _("Whom she wants"), "value": str(Sex(request.sex).label) if request.sex else _("No preference")},
        {"key": _("When"), "value": f"{moment(request.starts_at)}, {minutes(request.minutes)}"},
        {"key": _("How"), "value": str(Way(request.way).label)},
        {"key": _("Where"), "value": ", ".join(part for part in (area, str(words.get("place") or "")) if part)},
        {"key": _("What else matters"), "value": words.get("more")},
        {"key": _("Asked by"), "value": page.names.get(request.asked_by, "")},
        {
            "key": _("Reference for the interpreter"),
            "value": request.reference,
            "hint": _("Say this, the time, the language and how long. Nothing of her, and not what it is about."),
        },
    ]
    return [row for row in rows if row["value"]]


def minutes(count: int) -> str:
    """ "60 minutes" """
    return ngettext("%(n)s minute", "%(n)s minutes", count) % {"n": count}


def suggestion_lines(found: Iterable[Suggestion], case_id: UUID, request_id: UUID) -> list[dict[str, Any]]:
    """Who may be asked, with reasons; without an undertaking in force there is nothing to press."""
    return [
        {
            "name": one.interpreter.name,
            "phone": one.interpreter.phone,
            "url": reverse("interpreting:assign", args=[case_id, request_id, one.interpreter.pk])
            if one.bound_until is not None
            else "",
            "entry_url": reverse("interpreting:interpreter", args=[one.interpreter.pk]),
            "good": [mark.text for mark in one.marks if not mark.against],
            "against": [mark.text for mark in one.marks if mark.against],
        }
        for one in found
    ]


def turns(page: FilePage, request: Request) -> list[dict[str, Any]]:
    """Who was asked and what became of it, latest first."""
    return [
        {
            "title": f"{_name(page, one)}: {Answer(one.state).label}",
            "when": one.ended_at or one.answered_at or one.assigned_at,
            "by": page.names.get(one.answered_by or one.assigned_by, ""),
            "text": ", ".join(pack().conflicts.label(code) for code in one.conflicts),
        }
        for one in page.assignments
        if one.request_id == request.pk
    ]


def _name(page: FilePage, one: Assignment) -> str:
    row = page.interpreters.get(one.interpreter_id)
    return row.name if row is not None else _("Someone who is no longer listed")


def taken_off(page: FilePage, request: Request) -> str:
    """Whom somebody must ring, because she does not want this person: the latest, as long as nobody else is asked."""
    ended = [one for one in page.assignments if one.request_id == request.pk]
    if request.state == State.WAITING and ended and ended[0].state == Answer.FEARED:
        return _name(page, ended[0])
    return ""


def buttons(held: Assignment) -> list[tuple[str, Any]]:
    """What may be written down of whoever is asked: values and words of buttons."""
    return [(state, BUTTONS[Answer(state)]) for state in may_follow(held.state)]


def appointment(one: Appointment) -> dict[str, Any]:
    """What an interpreter is told of one appointment."""
    words, colour = MINE[one.state]
    sex = _("asked for: %(who)s") % {"who": str(Sex(one.sex).label).lower()} if one.sex else ""
    facts = [pack().languages.label(one.language), minutes(one.minutes), str(Way(one.way).label), sex]
    return {
        "id": one.id,
        "title": moment(one.starts_at),
        "reference": one.reference,
        "facts": [fact for fact in facts if fact],
        "tag": {"text": words, "colour": colour},
        "may_say_yes": one.state == "asked",
        "may_say_no": one.state in ("asked", "accepted"),
    }
