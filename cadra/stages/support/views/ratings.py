"""What she thinks of a service: asked by someone who does not work for it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.stages.support import actions, presenting
from cadra.stages.support.forms.ratings import RateForm
from cadra.stages.support.queries import referrals


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: StaffRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """A few plain questions; the provider never sees the answers of one person."""
    page = referrals.referral_page(request.actor, case_id, referral_id, to_change=True)
    if not page.may_rate:
        raise Http404
    form = RateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.rate(actor=request.actor, person=page.file.person, referral=page.referral, **form.value())
        messages.success(request, _("Kept. The provider does not see what she answered."))
        return redirect("support:referral", case_id, referral_id)
    context = {
        **presenting.frame(page.file, "plan"),
        "form": form,
        "referral": page.referral,
        "service": presenting.service(page.referral.service),
    }
    return render(request, "support/rate.html", context)
