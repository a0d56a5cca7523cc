"""The demonstration's mailbox."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadra.foundation.outbox import queries


@login_not_required  # a mail that lets someone sign in is read before she can
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """The mails that would have gone out, newest first. Does not exist outside the demonstration."""
    if not settings.DEMO:
        raise Http404
    return render(request, "outbox/mail_list.html", {"mails": queries.demo_mails()})
