"""One transaction per request, opened as someone.

Inside it PostgreSQL knows the caller (`authz.enter`), so a view that forgets to ask still sees nothing that is
not hers. Content leaves only after the transaction, with its ledger entries, is committed.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cadra.foundation.access import drafts, signin
from cadra.foundation.access.actor import Actor
from cadra.foundation.access.holding import hold
from cadra.foundation.access.queries import waits_for_link
from cadra.foundation.kernel.addresses import reverse

# What a password alone opens: setting up a second factor, signing out, the language, the help. Nothing else.
FIRST_FACTOR_NAMES = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "access:factor_link",
        "shell:language",
        "shell:help",
    }
)
# Where a second factor is set up: after a reset only with the link.
SETTING_UP_NAMES = frozenset({"mfa_index", "mfa_activate_totp", "mfa_add_webauthn"})
# What is open before the code of conduct is signed: the code itself, and one's own account.
BEFORE_SIGNING_NAMES = FIRST_FACTOR_NAMES | {"access:undertaking", "access:account", "access:end", "access:lock"}
BEFORE_SIGNING_PREFIXES = ("mfa_", "account_")


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
        if ended is not None and request.method == "POST" and not _is_signing_in(request):
            kept = drafts.keep(request, ended)
            target = reverse("access:kept") if kept else request.path
            return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
        if signed_in:
            step = signin.next_step(request)
            if step == "second_factor" and _name(request) not in FIRST_FACTOR_NAMES:
                return redirect("mfa_index")
            if step == "undertaking" and not _may_pass_unsigned(_name(request)):
                return redirect("access:undertaking")
            if step != "second_factor":
                request.actor = signin.actor_of(request)  # type: ignore[attr-defined]
        try:
            return self._answer(request, signed_in=signed_in)
        finally:
            if request.actor is not None:  # type: ignore[attr-defined]
                request.actor.ring.forget()  # type: ignore[attr-defined]  # no key outlives its request

    def _answer(self, request: HttpRequest, *, signed_in: bool) -> HttpResponse:
        with transaction.atomic():
            if signed_in:
                _enter(request.session.session_key or "", request.actor)  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif request.method == "POST" and request.actor:  # type: ignore[attr-defined]
                drafts.sent_again(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, named: dict[str, Any]
    ) -> HttpResponse | None:
        """Whoever writes in a file has it to herself for that moment; whoever was given a link begins with it."""
        if request.method == "POST" and "case_id" in named and request.actor:  # type: ignore[attr-defined]
            hold(named["case_id"])
        if request.user.is_authenticated and request.actor is None and _name(request) in SETTING_UP_NAMES:  # type: ignore[attr-defined]
            return render(request, "access/factor_waits.html") if waits_for_link() else None
        return None


def enter(actor: Actor | None) -> None:
    """Name the caller to PostgreSQL for this transaction (nobody, when signed out)."""
    if actor is not None:
        _enter(actor.token, actor)


def _enter(token: str, actor: Actor | None) -> None:
    """Name the session; while its second factor is missing it stands for nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.enter(%s, %s)", [token, list(actor.principals) if actor else []])


def _name(request: HttpRequest) -> str:
    match = request.resolver_match or signin.resolve_path(request)
    return match.view_name if match is not None else ""


def _may_pass_unsigned(name: str) -> bool:
    return name in BEFORE_SIGNING_NAMES or name.startswith(BEFORE_SIGNING_PREFIXES)


def _is_signing_in(request: HttpRequest) -> bool:
    """Whoever signs in again still carries the token of the session that ran out."""
    return _name(request).startswith(("account_", "mfa_", "openid_connect_", "shell:", "network:accept"))
