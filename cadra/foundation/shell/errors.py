"""Pages for when something is wrong: plain words, what to do next, nothing about what was asked for.

Root urls.py: `handler400 = "cadra.foundation.shell.errors.bad_request"`, handler403 = "…not_allowed",
handler404 = "…not_found", handler500 = "…failed"; CSRF_FAILURE_VIEW = "…csrf_failure".
"""

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from cadra.foundation.access import drafts

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when too much was sent."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return too_large(request)
    return _page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not allowed looks exactly like not found: the same page, the same status."""
    return not_found(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: the file or the form is too large."""
    return _page(request, 413)


def unavailable(request: HttpRequest, consents_url: str = "") -> HttpResponse:
    """503: a part of the service (database, keeper) does not answer. Nothing was saved. `consents_url`: where a consent
    can be taken back all the same."""
    response = _page(request, 503, {"consents_url": consents_url})
    response["Retry-After"] = "30"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """500: a mistake of ours. Drawn without the request, so that it can't fail for the same reason."""
    return HttpResponse(render_to_string("shell/errors/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or cookies are off. What was typed before signing in again is kept."""
    if drafts.keep_refused(request):
        return redirect("access:kept")
    return _page(request, 403)


@login_not_required
def session_ended(request: HttpRequest) -> HttpResponse:
    """The person was signed out: too long without a touch, at the end of the day, or from another device."""
    return render(request, "shell/errors/session_ended.html")


def _page(request: HttpRequest, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    try:
        return render(request, f"shell/errors/{status}.html", context, status=status)
    except Exception:
        # The page around the message (navigation, session) failed too: say it without them.
        log.exception("error page drawn bare")
        return HttpResponse(render_to_string(f"shell/errors/{status}.html", context or {}), status=status)
