"""My work, and the way in for those who work without files."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.roles import Role
from cadra.stages.identification.forms.intake import StartForm
from cadra.steering.mechanism.queries import home as queries

HEADINGS = {
    "danger": gettext_lazy("In danger now"),
    "overdue": gettext_lazy("Overdue"),
    "today": gettext_lazy("Today"),
    "next": gettext_lazy("Next"),
    "awaited": gettext_lazy("Waiting for others"),
}
FIRST = 10  # of each group, before one asks for the others


@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """What needs me today."""
    actor = request.actor
    context: dict[str, Any] = {"ways": ways_in(actor), "works_with_files": works_with_files(actor)}
    if actor.has(Role.FIRST_RESPONDER):
        context["start"] = StartForm()
    if context["works_with_files"]:
        found = queries.home(actor)
        context["home"] = found
        context["groups"] = groups(found, whole=request.GET.get("all", ""))
    return render(request, "mechanism/home.html", context)


def groups(found: queries.Home, *, whole: str) -> list[dict[str, Any]]:
    """What waits, group by group: the first of each, all of the group `whole`. Danger is never shortened."""
    told = []
    for code, items in found.groups.items():
        shown = items if code in ("danger", whole) else items[:FIRST]
        told.append({"code": code, "heading": HEADINGS[code], "items": shown, "count": len(items)})
    return [group for group in told if group["items"]]


def works_with_files(actor: Actor) -> bool:
    """Whether any of her roles may ever be given a file."""
    return any(Role(role).works_with_files for role in actor.roles if role in set(Role))


def ways_in(actor: Actor) -> list[dict[str, Any]]:
    """The pages each role comes for, besides the list of what waits."""
    entries = [
        (
            ("identification:start", "identification:receipts"),
            _("Referrals I sent"),
            [Role.FIRST_RESPONDER],
            _("Begin a referral, and see that it was received."),
        ),
        (
            ("identification:desk",),
            _("The desk of the Responsible Authority"),
            [Role.RA_OFFICER],
            _("Referrals that arrived, with their clocks."),
        ),
        (
            ("support:requests",),
            _("Requests to our service"),
            [Role.SERVICE_PROFESSIONAL],
            _("Referrals sent to your desk."),
        ),
        (
            ("monitoring:figures",),
            _("Figures"),
            [Role.MONITOR, Role.COMMITTEE_SECRETARY, Role.BOARD_SECRETARIAT, Role.RA_OFFICER],
            _("How the mechanism works, in numbers without anyone's identity."),
        ),
        (
            ("network:staff",),
            _("My institution"),
            [Role.INSTITUTION_ADMIN],
            _("Colleagues, roles and desks."),
        ),
        (("mechanism:reviews",), _("Emergency openings"), [Role.DATA_PROTECTION_OFFICER], _("Each one is reviewed.")),
        (("health",), _("Health of the service"), [Role.SYSTEM_ADMIN], _("Whether every part of the software runs.")),
    ]
    found = []
    for names, title, roles, hint in entries:
        url = first_page(*names) if actor.has(*roles) else ""
        if url:
            found.append({"title": title, "url": url, "hint": hint, "status": ""})
    return found


def first_page(*names: str) -> str:
    """The path of the first of these pages that exists and takes no argument."""
    for name in reversed(names):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
