"""The personal calendar: addresses to make and revoke, and the feed behind them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadra.foundation.access import throttle
from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.record.tasks import actions, ics
from cadra.record.tasks.forms import CalendarForm
from cadra.record.tasks.queries import calendar
from cadra.record.tasks.tokens import hash_of

#: So often an hour an address may be asked, and so often one place may ask for addresses: a calendar asks a few times.
OF_AN_ADDRESS, OF_A_PLACE, HOUR = 60, 240, 3600


@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: StaffRequest) -> HttpResponse:
    """My addresses; a new one is shown once."""
    actor = request.actor
    form = CalendarForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_address(
                actor=actor, label=form.cleaned_data["label"], language=get_language() or actor.language
            )
        except actions.TooMany:
            form.add_error(None, _("You have as many addresses as there can be. Revoke one first."))
        else:
            context["link"] = settings.BASE_URL + reverse("tasks:feed", args=[made.token])
            context["shown"] = [{"key": _("Address"), "value": context["link"]}]
            context["form"] = CalendarForm()
    return render(request, "tasks/calendar.html", {**context, "rows": calendar.addresses(actor)})


@require_POST
def revoke(request: StaffRequest, address_id: UUID) -> HttpResponse:
    """An address opens nothing any more."""
    actions.revoke_address(actor=request.actor, address_id=address_id)
    messages.success(request, _("Revoked. A calendar that still asks gets nothing."))
    return redirect("tasks:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The dates behind an address, for a calendar without a session. Unknown and revoked are the same 404."""
    if not _may_ask(request, token):
        answer = HttpResponse(status=429)
        answer["Retry-After"] = str(HOUR)
        return answer
    found = calendar.feed(token)
    if found is None:
        raise Http404
    return HttpResponse(ics.written(found, token), content_type="text/calendar; charset=utf-8")


def _may_ask(request: HttpRequest, token: str) -> bool:
    from_here = throttle.may_ask("calendars", throttle.place_of(request), times=OF_A_PLACE, seconds=HOUR)
    return from_here and throttle.may_ask("calendar", hash_of(token).hex(), times=OF_AN_ADDRESS, seconds=HOUR)
