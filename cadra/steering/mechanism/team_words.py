"""Words of the team, of being asked, and of handing over."""

from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.network.words import lacks
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.cases.models import Asked, Assignment, Handover, Passing
from cadra.record.tasks.presenting import away_words
from cadra.steering.mechanism import policy
from cadra.steering.mechanism.queries.candidates import Candidate
from cadra.steering.mechanism.queries.caseload import Load
from cadra.steering.mechanism.queries.colleagues import Names
from cadra.steering.mechanism.words import part_word, role_word, wish_word

NEXT: dict[str, Any] = {
    "wants": gettext_lazy("She asked for"),
    "task": gettext_lazy("To do"),
    "referral": gettext_lazy("A provider answers"),
    "offer": gettext_lazy("Offer a service again"),
    "safety": gettext_lazy("Look at the safety plan again with her"),
    "review": gettext_lazy("Look at the plan again with her"),
    "ask": gettext_lazy("Ask her again"),
}


def place_word(code: str) -> str:
    """A place beside her, or a role in her team, in words."""
    place = pack().team_places.get(code)
    return str(place) if place else str(role_word(code))


def wished_for(wish: str) -> bool:
    """Did she say whom?"""
    return wish in policy.SEXES


def choice_label(one: Candidate, load: Load | None = None) -> str:
    """A colleague to choose: name, house or load, whether it is whom she wished for, whether away."""
    carries = load_words(load) if load is not None else one.user.institution.name
    against = _("not whom she wished for") if one.fits is False else ""
    parts = [part for part in (carries, against, away_words(one.user), lacks(one.untrained)) if part]
    return f"{one.user.name} ({', '.join(parts)})"


def load_words(load: Load) -> str:
    """What a colleague carries, in a few words."""
    files = ngettext("%(count)s file", "%(count)s files", load.files) % {"count": load.files}
    return _("%(files)s, weight %(weight)s") % {"files": files, "weight": load.weight}


def asked_rows(rows: Iterable[Assignment], names: Names, case_id: Any) -> list[dict[str, Any]]:
    """Lines of those who were asked and are not of the team yet."""
    found = []
    for row in rows:
        if row.state == Asked.ACCEPTED:
            continue
        found.append(
            {
                "key": place_word(row.place),
                "lines": [
                    names.user(row.user_id),
                    names.institution(row.institution_id),
                    asked_state(row, names),
                    *([until_then(row)] if row.until else []),
                ],
                "url": reverse("mechanism:assignment", args=[case_id, row.pk]),
                "action": _("Look"),
            }
        )
    return found


def until_then(row: Assignment | None) -> str:
    """Until when a place is only for now; nothing for a place that stays."""
    return _("only until %(day)s") % {"day": moment(row.until)} if row is not None and row.until else ""


def asked_state(row: Assignment, names: Names) -> str:
    """Where a question stands, and who answers for it."""
    who = {"who": names.user(row.asked_by), "day": moment(row.answer_by)}
    if row.state == Asked.DECLINED:
        return _("Declined. %(who)s asks somebody else.") % who
    if row.state == Asked.WITHDRAWN:
        return _("Taken back.")
    if row.state == Asked.ENDED:
        return _("Ended.")
    if row.state == Asked.ACCEPTED:
        return _("Accepted.")
    if row.answer_by < now():
        return _("No answer, due %(day)s. %(who)s asks again or asks somebody else.") % who
    return _("Asked, not accepted yet. %(who)s stays responsible; an answer is due %(day)s.") % who


def handover_state(row: Handover, names: Names) -> str:
    """Where a hand-over stands, and who carries the file meanwhile."""
    who = {
        "to": names.user(row.to_user),
        "now": names.user(row.from_user) or _("nobody"),
        "day": moment(row.answer_by) if row.answer_by else "",
    }
    if row.state == Passing.DRAFT:
        return _("Being written. Nothing moves until it is sent and accepted.")
    if row.state == Passing.ACCEPTED:
        return _("%(to)s carries this file now.") % who
    if row.state == Passing.DECLINED:
        return _("%(to)s declined. The file stays where it is: choose somebody else.") % who
    if row.answer_by and row.answer_by < now():
        return _("%(to)s has not answered, due %(day)s. The file stays where it is: choose somebody else.") % who
    if row.from_user is None:
        return _("Sent to %(to)s, an answer is due %(day)s. Nobody carries the file until then.") % who
    return _("Sent to %(to)s, an answer is due %(day)s. Until then %(now)s carries the file.") % who


def opens(parts: Iterable[str]) -> str:
    """What a yes opens, in words."""
    shown = [part_word(part) for part in parts]
    return ", ".join(shown) if shown else _("Nothing more than her institution sees already")


def ahead_rows(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is next on a file, line by line."""
    found = []
    for line in lines:
        due = parse_date(line.get("due") or "")
        found.append(
            {
                "key": str(NEXT.get(line["kind"], line["kind"])),
                "value": line["what"] or "–",
                "hint": moment(due) if due else "",
            }
        )
    return found


__all__ = [
    "ahead_rows",
    "asked_rows",
    "asked_state",
    "choice_label",
    "handover_state",
    "load_words",
    "opens",
    "place_word",
    "until_then",
    "wish_word",
    "wished_for",
]
