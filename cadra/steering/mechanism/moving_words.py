"""Words of changing stage: what is unfinished, what closing ends and what stays, who is told."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadra.foundation.access.models import Scope
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.record.cases.models import Closing, HerWord, Stage
from cadra.steering.mechanism.queries.moving import StagePage
from cadra.steering.mechanism.words import BASES, part_word


def step(stage: Stage) -> str:
    """The button that moves a file there."""
    return {
        Stage.INCLUSION: _("Move on to inclusion"),
        Stage.SUPPORT: _("Back to support"),
    }.get(stage, "")


def meaning(stage: Stage) -> str:
    """What the move means for her and for the file."""
    return {
        Stage.INCLUSION: _(
            "She builds a life of her own: home, work, school, people. The plan, the team and what she agreed to stay "
            "as they are; visits become fewer as she wishes. Nothing she receives ends because of this."
        ),
        Stage.SUPPORT: _(
            "She needs closer support again. The plan, the team and what she agreed to stay as they are. It is no "
            "failure, and nothing is lost."
        ),
    }.get(stage, "")


def moved(stage: Stage) -> str:
    """What is said once it was moved."""
    if stage == Stage.INCLUSION:
        return _("The file is in inclusion now. Next: look at the plan with her and agree on the next date.")
    return _("The file is in support again. Next: look at the plan with her and agree on the next date.")


def unfinished(page: StagePage) -> list[dict[str, str]]:
    """What is still open, each with the page where it is finished."""
    case_id, found = page.file.person.pk, page.unfinished
    plan = reverse("support:plan", args=[case_id])
    lines = [
        (
            found.goals,
            ngettext("%(n)s goal is still worked for", "%(n)s goals are still worked for", found.goals),
            plan,
        ),
        (
            found.referrals,
            ngettext("%(n)s referral is on its way", "%(n)s referrals are on their way", found.referrals),
            plan,
        ),
        (found.answers, ngettext("%(n)s offer has no answer", "%(n)s offers have no answer", found.answers), plan),
        (int(found.decision), _("A decision waits for its second signature"), ""),
    ]
    return [{"text": text % {"n": n} if "%" in text else text, "url": url} for n, text, url in lines if n]


def ending(page: StagePage) -> list[str]:
    """Who would no longer see anything, and of what."""
    lines = []
    for grant in page.ending:
        who = page.names.principal(grant.grantee)
        parts = ", ".join(part_word(part) for part in grant.compartments)
        what = _("the referral to them") if grant.scope == Scope.REFERRAL else parts
        lines.append(f"{who} ({BASES.get(grant.basis, grant.basis)}): {what}")
    return [f"{line} × {times}" if times > 1 else line for line, times in Counter(lines).items()]


def staying(page: StagePage) -> list[str]:
    """What closing does not take away."""
    return [
        _("Everything that was written stays and can be read by the institution that holds the file."),
        _("The list of who saw the file stays, and she can ask for it at any time."),
        _("Her right to help stays, whatever her status."),
        pack().say("come_back"),
    ]


def told(page: StagePage) -> list[str]:
    """Who is told, in neutral words, when the stage changes."""
    return [name for name in (page.names.user(one.user_id) for one in page.team) if name]


def closing_rows(page: StagePage, closing: Closing) -> list[dict[str, Any]]:
    """One closing, line by line."""
    words = closing.plain.get("words") or {}
    rows: list[dict[str, Any]] = [
        {"key": _("Why"), "lines": [pack().stage_reasons.label(closing.reason), words.get("why") or ""]},
        {"key": _("What she says"), "value": str(HerWord(closing.her_word).label)},
        {"key": _("How she knows to come back"), "value": words.get("come_back") or ""},
        {
            "key": _("Proposed"),
            "value": f"{page.names.user(closing.proposed_by)}, {moment(closing.proposed_at)}",
            "hint": _left(closing),
        },
    ]
    if closing.confirmed_at:
        rows.append(
            {
                "key": _("Second look"),
                "lines": [f"{page.names.user(closing.confirmed_by)}, {moment(closing.confirmed_at)}", words["second"]]
                if words.get("second")
                else [f"{page.names.user(closing.confirmed_by)}, {moment(closing.confirmed_at)}"],
            }
        )
    return rows


def _left(closing: Closing) -> str:
    parts = []
    if closing.open_goals:
        goals = ngettext("%(n)s open goal", "%(n)s open goals", closing.open_goals)
        parts.append(goals % {"n": closing.open_goals})
    if closing.open_referrals:
        referrals = ngettext("%(n)s open referral", "%(n)s open referrals", closing.open_referrals)
        parts.append(referrals % {"n": closing.open_referrals})
    return _("Then still open: %(what)s") % {"what": ", ".join(parts)} if parts else ""


def kept_verified() -> str:
    """A word of caution where the time it is kept is not verified against the law."""
    limit = pack().limit("retention_file")
    return "" if limit.verified else pack().say("limit_not_verified")
