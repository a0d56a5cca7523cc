"""One log line for each request: method, route name, status, time taken, who (as a keyed hash)."""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger("cadra.web")


class OneLinePerRequest:
    """The outermost middleware. The line's `request` also goes out as X-Request-Id, for a person to quote."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        mark = secrets.token_hex(8)
        response = self.get_response(request)
        match = request.resolver_match
        facts = {
            "event": "page",
            "method": request.method,
            "route": match.view_name if match else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - began) * 1000, 1),
            "actor": actor_mark(getattr(request, "actor", None)),
            "request": mark,
        }
        if match is not None:  # a static file has no route and needs no line
            logger.info("page", extra=facts)
        response["X-Request-Id"] = mark
        return response


def actor_mark(actor: object | None) -> str | None:
    """The same short mark for the same person, of no use without this copy's secret key."""
    user = getattr(actor, "user_id", None)
    if user is None:
        return None
    key = hashlib.sha256(settings.SECRET_KEY.encode()).digest()
    return hashlib.blake2b(str(user).encode(), key=key, digest_size=8).hexdigest()
