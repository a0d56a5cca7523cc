"""Which language a page is in (chosen last, else the browser's) and whose clock it shows (the country's)."""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST

from cadra.foundation.kernel.pack import pack

YEAR = 365 * 24 * 3600


class Language:
    """Middleware: the cookie, else the browser's preference, else the first language of the service.

    A signed-in user's own language reaches us as the cookie, which sign-in sets through `remember`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = translation.get_language_from_request(request)
        with translation.override(code), timezone.override(pack().zone):
            request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def remember(response: HttpResponse, code: str) -> None:
    """Keep the chosen language in the browser for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Change the language and stay on the page. Works signed out and without scripts.

    Setting LANGUAGE_SAVED_BY (dotted path of `function(request, code)`) also keeps it on a signed-in user.
    """
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    response = HttpResponseRedirect(target)
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        remember(response, code)
        hook = getattr(settings, "LANGUAGE_SAVED_BY", "")
        user = getattr(request, "user", None)
        if hook and user is not None and user.is_authenticated:
            cast(Callable[[HttpRequest, str], None], import_string(hook))(request, code)
    return response
