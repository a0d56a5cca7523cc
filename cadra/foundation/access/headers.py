"""What every answer carries, and what is not asked of pages at all."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

ASKED = ("GET", "HEAD", "POST")


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


class AskedAsPages:
    """Pages are looked at and sent; any other method is refused before it reaches a session or a table."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in ASKED else HttpResponseNotAllowed(ASKED)
