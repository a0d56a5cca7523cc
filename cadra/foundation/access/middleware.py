"""One transaction per request, opened as someone.

Inside it PostgreSQL knows the caller (`authz.enter`), so a view that forgets to ask still sees nothing that is
not hers. Content leaves only after the transaction, with its ledger entries, is committed.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cadra.foundation.access import drafts, signin
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.holding import hold

# What someone who is signed in but has no second factor or has not signed the code of conduct may still reach.
FIRST_FACTOR_NAMES = ("account_", "mfa_", "shell:language", "access:sessions", "access:end")
BEFORE_SIGNING_NAMES = (*FIRST_FACTOR_NAMES, "access:undertaking", "access:account")


class StaffRequest(HttpRequest):
    """A request inside the mechanism: somebody asks."""

    actor: Actor


class AsSomeone:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        signed_in = request.user.is_authenticated  # loads the session
        ended = getattr(request.session, "ended_row", None)
        if ended is not None and request.method == "POST":
            kept = drafts.keep(request, ended)
            target = reverse("access:kept") if kept else request.path
            return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
        if signed_in:
            step = signin.next_step(request)
            if step == "second_factor" and not _may_pass(request, FIRST_FACTOR_NAMES):
                return redirect("mfa_index")
            if step == "undertaking" and not _may_pass(request, BEFORE_SIGNING_NAMES):
                return redirect(f"{reverse('access:undertaking')}")
            if step != "second_factor":
                request.actor = signin.actor_of(request)  # type: ignore[attr-defined]
        with transaction.atomic():
            enter(request.actor)  # type: ignore[attr-defined]
            if request.method == "POST" and request.actor and "kept_draft" in request.POST:  # type: ignore[attr-defined]
                drafts.forget_sent(request.actor, request.POST["kept_draft"])  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_view(self, request: HttpRequest, view: Any, arguments: Any, named: dict[str, Any]) -> None:
        """Whoever writes in a file has it to herself for that moment."""
        if request.method == "POST" and "case_id" in named and request.actor:  # type: ignore[attr-defined]
            hold(named["case_id"])


def enter(actor: Actor | None) -> None:
    """Name the caller to PostgreSQL for this transaction (nobody, when signed out)."""
    if actor is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.enter(%s, %s)", [actor.ring.token, list(actor.principals)])


def _may_pass(request: HttpRequest, names: tuple[str, ...]) -> bool:
    match = request.resolver_match or signin.resolve_path(request)
    return match is not None and match.view_name.startswith(names)
