"""When the keeper is away: most pages wait for it and say so; taking back a consent does not have to wait."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.shell import errors
from cadra.foundation.vault import KeeperUnavailable


class KeeperAway:
    """Answers 503 in plain words for a page that needs keys; nothing of the request is saved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503, with the way to her consents when the page was one of a file."""
        if not isinstance(exception, KeeperUnavailable):
            return None
        case_id = request.resolver_match.kwargs.get("case_id") if request.resolver_match else None
        return errors.unavailable(request, reverse("mechanism:consents", args=[case_id]) if case_id else "")
