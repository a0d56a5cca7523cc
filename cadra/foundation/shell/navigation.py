"""What stands in the navigation, and for whom. Pages that do not exist (yet) are left out by themselves."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.roles import Role


@dataclass(frozen=True)
class Entry:
    """One link: URL name, words, and the roles that see it (None: everyone signed in)."""

    url_name: str
    label: Any
    roles: frozenset[str] | None = None


REFER = frozenset(
    {
        Role.FIRST_RESPONDER,
        Role.CASE_MANAGER,
        Role.CHILD_PROTECTION_WORKER,
        Role.SERVICE_PROFESSIONAL,
        Role.HELPLINE_OPERATOR,
        Role.IDENTIFICATION_POLICE,
        Role.IDENTIFICATION_SOCIAL,
    }
)
CARRY = frozenset(
    {
        Role.CASE_MANAGER,
        Role.SUPERVISOR,
        Role.RA_OFFICER,
        Role.IDENTIFICATION_POLICE,
        Role.IDENTIFICATION_SOCIAL,
        Role.CHILD_PROTECTION_WORKER,
        Role.LAWYER,
    }
)
#: Roles of those who answer at a provider's desk.
AT_A_DESK = frozenset(
    {
        Role.SERVICE_PROFESSIONAL,
        Role.CASE_MANAGER,
        Role.CHILD_PROTECTION_WORKER,
        Role.LAWYER,
        Role.MENTOR,
    }
)
FIGURES = frozenset({Role.MONITOR, Role.RA_OFFICER, Role.SUPERVISOR, Role.COMMITTEE_SECRETARY})

#: They interview, carry files or keep the roster.
ROSTER = (CARRY - {Role.LAWYER}) | {Role.INSTITUTION_ADMIN}
MONEY = frozenset({Role.CASE_MANAGER, Role.CHILD_PROTECTION_WORKER, Role.SUPERVISOR})

#: In the order of a working day.
ENTRIES: tuple[Entry, ...] = (
    Entry("mechanism:home", _("My work")),
    Entry("tasks:list", _("Tasks")),
    Entry("identification:receipts", _("Referrals"), REFER),
    Entry("identification:desk", _("Arriving referrals"), frozenset({Role.RA_OFFICER})),
    Entry("mechanism:files", _("People"), CARRY),
    Entry("mechanism:caseload", _("Caseload"), frozenset({Role.SUPERVISOR})),
    Entry("support:requests", _("Requests"), AT_A_DESK),
    Entry("mechanism:reviews", _("Reviews"), frozenset({Role.DATA_PROTECTION_OFFICER})),
    Entry("catalogue:services", _("Services")),
    Entry("interpreting:roster", _("Interpreters"), ROSTER),
    Entry("interpreting:appointments", _("My appointments"), frozenset({Role.INTERPRETER})),
    Entry("network:directory", _("Directory")),
    Entry("network:staff", _("My institution"), frozenset({Role.INSTITUTION_ADMIN})),
    Entry("budget:budget", _("Money"), MONEY),
    Entry("support:house_rules", _("Our rules"), frozenset({Role.INSTITUTION_ADMIN})),
    Entry("monitoring:figures", _("Figures"), FIGURES),
    Entry("support:oversight", _("Oversight"), frozenset({Role.MONITOR})),
    Entry("outbox:list", _("Messages"), None),
    Entry("shell:help", _("Help")),
)

#: Pages that exist for practising only.
PRACTICE_ONLY = frozenset({"outbox:list"})

#: Where "My account" leads: the first of these that exists.
ACCOUNT = ("access:account", "mfa_index")


def path_of(url_name: str) -> str | None:
    """The path of a URL name, or None when there is no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def account_path() -> str | None:
    """The path of the signed-in user's own page."""
    return next(filter(None, map(path_of, ACCOUNT)), None)


def links_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The links this user sees: url, label, and whether we are there ("page": exactly, "true": inside it)."""
    actor = getattr(request, "actor", None)
    found = []
    for entry in ENTRIES:
        if entry.url_name in PRACTICE_ONLY and not settings.DEMO:
            continue
        allowed = entry.roles is None or (actor is not None and any(actor.has(role) for role in entry.roles))
        path = path_of(entry.url_name) if allowed else None
        if path:
            found.append({"url": path, "label": entry.label, "current": ""})
    inside = [link for link in found if _is_in(request.path, link["url"])]
    if inside:
        nearest = max(inside, key=lambda link: len(link["url"]))
        nearest["current"] = "page" if nearest["url"] == request.path else "true"
    return found


def _is_in(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
