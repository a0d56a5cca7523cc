"""Codes in words: lines of figures and what stands along them."""

import datetime as dt
from typing import Any

from django.utils import dates
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.kernel.pack import pack
from cadra.stages.identification.queries.assigning import AGE_GROUPS, OLDEST
from cadra.stages.support.models import DecisionOnOffer, Rated, ReferralState
from cadra.steering.monitoring.periods import QUARTERS
from cadra.steering.monitoring.subjects import ABROAD, UNKNOWN
from cadra.steering.monitoring.suppression import FEW, Shown

#: Longer waits are said in days.
HOURS_UP_TO = 48


def title(axis: str) -> str:
    """The name of a line."""
    return {
        "quarter": _("Quarter"),
        "area": _("Area"),
        "status": _("Status"),
        "sex": _("Sex"),
        "age": _("Age group"),
        "form": _("Form of exploitation"),
        "entry": _("Entry point"),
        "help": _("First concrete help"),
        "acknowledged": _("Receipt confirmed"),
        "assigned": _("Pair named"),
        "decided": _("Decision"),
        "helped": _("Referrals that led to a service"),
        "service": _("Service"),
        "state": _("Where the request stands"),
        "begun": _("Requests after which help began"),
        "decision": _("What she decided"),
        "family": _("Kind of reason"),
        "provider": _("Kind of provider"),
        "refusal": _("Reason for refusing"),
        "ended": _("Reason for closing"),
        "became": _("What became of it"),
        "question": _("Question"),
        "answer": _("Answer"),
    }.get(axis) or _("Reason")


def codes(axis: str) -> list[tuple[str, str]]:
    """(code, wording) of everything that can stand along a line, in order."""
    country = pack()
    unknown = (UNKNOWN, _("Not known"))
    if axis in ("acknowledged", "assigned", "decided"):
        return [("done", _("Done")), ("waiting", _("Still open"))]
    if axis in ("helped", "begun"):
        return [("done", _("Yes")), ("not_yet", _("Not up to now"))]
    if axis.startswith("reason_"):
        return _entries(country.decline_reasons.where(family=axis.removeprefix("reason_")))
    return {
        "quarter": lambda: [(code, quarter(code)) for code in QUARTERS],
        "area": lambda: [*_entries(country.regions()), (ABROAD, _("Abroad")), unknown],
        "status": lambda: _entries(country.statuses),
        "sex": lambda: [
            ("female", _("Women and girls")),
            ("male", _("Men and boys")),
            ("other", _("Other")),
            unknown,
        ],
        "age": _ages,
        "form": lambda: [*_entries(country.forms_of_exploitation), (UNKNOWN, _("Not recorded yet"))],
        "entry": lambda: [*_entries(country.entry_points), unknown],
        "help": lambda: [
            ("came", _("Help came")),
            ("waiting", _("Still waiting for it")),
            ("closed", _("File closed without it")),
        ],
        "service": lambda: [*_entries(country.services), unknown],
        "state": lambda: [
            *((state.value, str(state.label)) for state in ReferralState if state not in CLOSED_EARLY),
            ("closed", _("Taken back, or her consent ended")),
        ],
        "decision": lambda: [
            *((one.value, str(one.label)) for one in DecisionOnOffer),
            ("waiting", _("Not decided yet")),
        ],
        "provider": lambda: [*_entries(country.institution_kinds), unknown],
        "refusal": lambda: [*_entries(country.referral_refusals), (UNKNOWN, _("No reason recorded"))],
        "ended": lambda: [*_entries(country.reasons_to("closed")), (UNKNOWN, _("No reason recorded"))],
        "became": lambda: [
            ("taken", _("Accepted later, wholly or in part")),
            ("again", _("Offered again and still not taken")),
            ("waiting", _("Offered again, not decided yet")),
            ("never", _("Not offered again")),
        ],
        "question": lambda: [*_entries(country.rating_questions), unknown],
        "answer": lambda: [(one.value, str(one.label)) for one in Rated if one != Rated.NOT_ASKED],
        "family": lambda: [*_entries(country.decline_families), (UNKNOWN, _("No reason recorded"))],
    }[axis]()


CLOSED_EARLY = (ReferralState.WITHDRAWN, ReferralState.CLOSED_BY_CONSENT)


def _entries(entries: Any) -> list[tuple[str, str]]:
    return [(entry.code, entry.label()) for entry in entries]


def _ages() -> list[tuple[str, str]]:
    first = [0, *(last + 1 for last, _code in AGE_GROUPS[:-1])]
    groups = [
        (code, _("%(first)s to %(last)s years") % {"first": start, "last": last})
        for start, (last, code) in zip(first, AGE_GROUPS, strict=True)
    ]
    oldest = (OLDEST, _("%(first)s years and over") % {"first": AGE_GROUPS[-1][0] + 1})
    return [*groups, oldest, ("child", _("Child, years not known")), ("adult", _("Adult, years not known"))]


def quarter(code: str) -> str:
    """ "January to March"."""
    first = 3 * int(code) - 2
    return _("%(first)s to %(last)s") % {
        "first": str(dates.MONTHS[first]).capitalize(),
        "last": str(dates.MONTHS[first + 2]),
    }


def shown(cell: Shown | None, minimum: int) -> str:
    """A cell in words."""
    if isinstance(cell, int):
        return number_format(cell, force_grouping=True)
    return _("fewer than %(minimum)s") % {"minimum": minimum} if cell == FEW else _("not shown")


def duration(hours: int | None, *, at_least: bool = False) -> str:
    """A waiting time in words."""
    if hours is None:
        return _("not shown")
    if hours < 1:
        words = _("less than an hour")
    elif hours < HOURS_UP_TO:
        words = ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    else:
        days = round(hours / 24)
        words = ngettext("%(n)s day", "%(n)s days", days) % {"n": number_format(days, force_grouping=True)}
    return _("at least %(time)s") % {"time": words} if at_least else words


def limit(code: str, year: int) -> str:
    """What the mechanism set itself, in words of the pack."""
    rule = pack().limit(code, min(pack().today(), dt.date(year, 12, 31)))
    units = {
        "minutes": ngettext("%(n)s minute", "%(n)s minutes", rule.value),
        "hours": ngettext("%(n)s hour", "%(n)s hours", rule.value),
        "days": ngettext("%(n)s day", "%(n)s days", rule.value),
        "working_days": ngettext("%(n)s working day", "%(n)s working days", rule.value),
        "months": ngettext("%(n)s month", "%(n)s months", rule.value),
        "years": ngettext("%(n)s year", "%(n)s years", rule.value),
    }
    values = {"limit": units[rule.unit] % {"n": rule.value}, "what": rule.label()}
    if rule.verified:
        return _("Time limit: %(limit)s (%(what)s).") % values
    return _("Time limit: %(limit)s (%(what)s), a setting of the mechanism, not verified against the law.") % values
