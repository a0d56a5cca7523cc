"""Taking a file on: one click."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.network.words import lacks
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.colleagues import names_of
from cadra.steering.mechanism.queries.opened import opened


@require_POST
def take(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """From now on she has someone of her own."""
    file, _rest = opened(request.actor, case_id)
    try:
        lacking = actions.take_custody(actor=request.actor, file=file)
    except actions.AlreadyTaken as taken:
        who = names_of(users=[taken.manager_id]).user(taken.manager_id)
        messages.info(request, _("%(name)s took this file on a moment ago.") % {"name": who})
    else:
        messages.success(request, _("You carry this file now. Next: make a plan with her, in her own words."))
        if lacking:
            told = _("A child’s file, and you have %(lacks)s. It is recorded; ask who leads you for it.")
            messages.warning(request, told % {"lacks": lacks(lacking)})
    return redirect("mechanism:file", case_id)
