"""Nothing of a page stays on the device."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class NothingIsKept:
    """Pages are never cached; signing out clears what the browser holds (security.md §3.8, §3.12)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(settings.STATIC_URL):
            return response
        response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        if request.path.endswith("/logout/") and request.method == "POST":
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response
