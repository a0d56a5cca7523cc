"""What stands in the navigation, and for whom. Pages that do not exist (yet) are left out by themselves."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from cadra.foundation.kernel.roles import Role


@dataclass(frozen=True)
class Entry:
    """One link: URL name, words, and the roles that see it (None: everyone signed in)."""

    url_name: str
    label: Any
    roles: frozenset[str] | None = None


FILES = frozenset(role.value for role in Role if role.works_with_files)

#: In the order of a working day.
ENTRIES: tuple[Entry, ...] = (
    Entry("mechanism:my_work", _("My work")),
    Entry("mechanism:new_referral", _("New referral"), FILES),
    Entry("mechanism:people", _("People"), FILES),
    Entry("mechanism:inbox", _("Inbox"), FILES),
    Entry("network:directory", _("Directory")),
    Entry("monitoring:figures", _("Figures")),
    Entry("shell:help", _("Help")),
)

#: Where "My account" leads: the first of these that exists.
ACCOUNT = ("access:account", "network:account", "account:home", "mfa_index")


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
