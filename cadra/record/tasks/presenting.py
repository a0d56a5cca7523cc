"""From rows to what the parts of the shell draw. No queries here."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.tasks.models import STEP, Duty, HouseTask, Repeats, State, Task
from cadra.record.tasks.queries.lists import Chosen, Load, TaskRow
from cadra.record.tasks.queries.pages import FilePage, handed_to, story_of
from cadra.record.tasks.queries.waiting import title_of, url_of

LISTS = {
    "mine": gettext_lazy("My tasks"),
    "given": gettext_lazy("Given to others"),
    "team": gettext_lazy("My team"),
    "house": gettext_lazy("My institution"),
}
TURNS = {
    "made": gettext_lazy("Written down"),
    "given": gettext_lazy("Given to a colleague"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Not accepted"),
    "done": gettext_lazy("Done"),
    "undone": gettext_lazy("Not done after all"),
    "put_off": gettext_lazy("Put off"),
    "dropped": gettext_lazy("Taken off"),
    "changed": gettext_lazy("Written anew"),
}


def lists(current: str, *, leads: bool) -> list[dict[str, Any]]:
    """The lists this colleague has."""
    shown = [code for code in LISTS if code != "house" or leads]
    url = reverse("tasks:list")
    return [
        {"text": LISTS[code], "url": url if code == "mine" else f"{url}?whose={code}", "current": code == current}
        for code in shown
    ]


def address(chosen: Chosen, **changed: Any) -> str:
    """The address of a list with something of it changed."""
    told = {"whose": chosen.whose, "when": chosen.when, "state": chosen.state, "about": chosen.about, "who": chosen.who}
    told |= changed
    if told["state"] == State.OPEN:
        told["state"] = ""
    if told["whose"] == "mine":
        told["whose"] = ""
    kept = {name: str(value) for name, value in told.items() if value}
    return reverse("tasks:list") + (f"?{urlencode(kept)}" if kept else "")


def filters(chosen: Chosen, form: Any, who: str) -> list[dict[str, Any]]:
    """What is filtered now, in the words of the form, each with the address without it."""
    values = {"when": chosen.when, "state": "" if chosen.state == State.OPEN else chosen.state, "about": chosen.about}
    found: list[tuple[str, Any, Any]] = [
        (name, value, dict(form.fields[name].choices)[value]) for name, value in values.items() if value
    ]
    found.append(("who", chosen.who, who))
    return [{"text": text, "url": address(chosen, **{name: ""})} for name, value, text in found if value]


def loads_rows(loads: Sequence[Load], chosen: Chosen) -> list[list[Any]]:
    """How much each colleague has to do, for a table."""
    return [
        [
            {"text": load.user.name, "url": address(chosen, who=load.user.pk), "hint": away_words(load.user)},
            {"text": load.open, "numeric": True},
            {"text": load.late, "numeric": True},
            {"text": load.not_accepted, "numeric": True},
        ]
        for load in loads
    ]


def away_words(user: Any) -> str:
    """ "away until 3 May" when she is."""
    if user.away:
        return _("away until %(date)s") % {"date": moment(user.absent_until)}
    return ""


def frame(page: FilePage) -> dict[str, Any]:
    """What the pages of a file's tasks draw around their content."""
    case_id = page.person.pk
    return {
        "page": page,
        "bar": {"reference": page.person.reference, "safe_name": page.called},
        "file_url": reverse("mechanism:file", args=[case_id]),
        "tasks_url": reverse("tasks:of_file", args=[case_id]),
    }


def facts(row: Duty, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """The task as a list of what is known of it."""
    words: dict[str, Any] = dict(row.plain["words"]) if isinstance(row, Task) else {"more": getattr(row, "more", "")}
    given = names.get(row.given_by, "") if row.given_by else ""
    found = [
        (_("More about it"), words.get("more")),
        (_("Who helps with it"), words.get("who")),
        (_("Service"), str(pack().services.label(words["service"])) if words.get("service") else ""),
        (_("Who does it"), _whose(row, names)),
        (_("Given by"), given),
        (_("Until when"), due_words(row)),
        (_("Comes back"), Repeats(row.repeats).label if row.repeats else ""),
        (_("Part of the file"), Compartment(row.sealed_under).label if isinstance(row, Task) else ""),
    ]
    return [{"key": key, "value": value} for key, value in found if value]


def _whose(row: Duty, names: dict[UUID, str]) -> str:
    name = names.get(row.assignee_id, "")
    if row.state == State.OPEN and row.accepted_at is None:
        return _("%(name)s, not accepted yet") % {"name": name}
    return name


def due_words(row: Duty) -> str:
    """ "3 May 2027, 14:30"; without an hour the day alone."""
    if row.due_on is None:
        return ""
    return f"{moment(row.due_on)}, {row.due_time:%H:%M}" if row.due_time else str(moment(row.due_on))


def turns(row: Duty, names: dict[UUID, str]) -> list[dict[str, Any]]:
    """What happened to it, newest first."""
    found = []
    for turn in reversed(story_of(row)):
        said = [f"“{turn['words']}”"] if turn.get("words") else []
        if turn["did"] == "put_off" and turn.get("to"):
            said.append(_("It was to be done by %(date)s.") % {"date": moment(dt.date.fromisoformat(turn["to"]))})
        elif to := handed_to(turn):
            said.append(_("Now with %(name)s.") % {"name": names.get(to, _("a colleague"))})
        found.append(
            {
                "title": str(TURNS.get(turn["did"], turn["did"])),
                "when": dt.datetime.fromisoformat(turn["at"]),
                "by": names.get(UUID(turn["by"]), ""),
                "text": "\n".join(said),
            }
        )
    return found


def lines(rows: Sequence[TaskRow]) -> list[dict[str, Any]]:
    """Tasks of a list: each with its file, and whose it is when it is not the reader's."""
    return [
        _line(one.row, one.title, [one.reference or _("Our institution"), "" if one.mine else one.assignee])
        for one in rows
    ]


def lines_of(page: FilePage) -> list[dict[str, Any]]:
    """Tasks of one file: each with whose it is."""
    return [_line(row, title_of(row), [page.names.get(row.assignee_id, "")]) for row in page.tasks]


def _line(row: Duty, title: str, about: Sequence[str]) -> dict[str, Any]:
    return {
        "title": title,
        "url": url_of(row),
        "about": " · ".join(part for part in about if part),
        "tag": tag(row) if row.state != State.OPEN or row.accepted_at is None else None,
        "clock": clock(row),
        "do_url": do_url(row),
        "is_done": row.state == State.DONE,
    }


def clock(row: Duty) -> dict[str, Any] | None:
    """When it is due, and when it ended, for the shell's clock: a day counts as a day until it is over."""
    if row.due_at is None:
        return None
    return {"due": row.due_at if row.due_time or row.ended_at else row.due_on, "done_at": row.ended_at}


def tag(row: Duty) -> dict[str, str]:
    """Where it stands, in a word and a colour."""
    if row.state == State.OPEN and row.accepted_at is None:
        return {"text": _("Not accepted yet"), "colour": "yellow"}
    colours = {State.OPEN: "blue", State.DONE: "green", State.DROPPED: "grey"}
    return {"text": str(State(row.state).label), "colour": colours[State(row.state)]}


def do_url(row: Duty) -> str:
    """Where what is done with it is sent."""
    if isinstance(row, Task):
        return reverse("tasks:do", args=[row.case_id, row.pk])
    return reverse("tasks:house_do", args=[row.pk])


def change_url(row: Duty) -> str:
    """Where it is written anew; a step of the plan is written with its goal."""
    if isinstance(row, HouseTask):
        return reverse("tasks:house_change", args=[row.pk])
    if not isinstance(row, Task):
        return ""
    if row.kind == STEP:
        return reverse("support:goal", args=[row.case_id, row.origin_id])
    return reverse("tasks:change", args=[row.case_id, row.pk])
