"""How allauth fits the mechanism: no sign-up, sealed second factors, state sign-in only for known accounts."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cadra.foundation.access.sessions import end_all
from cadra.foundation.access.state import StateProvider
from cadra.foundation.ledger.actions import record
from cadra.foundation.network.models import User
from cadra.foundation.outbox.actions import post
from cadra.foundation.vault.keeper import keeper

PURPOSE = "second factor"


CHANGES = ("mfa/", "account/email/password_")
SET_UP = {"mfa/email/totp_activated": "totp", "mfa/email/webauthn_added": "webauthn"}


@dataclass(frozen=True)
class Owner:
    """Whose account it is; with a password alone she is no actor yet."""

    user_id: UUID
    institution_id: UUID


class PastTheOutbox(Exception):
    """A mail was about to leave at once and in its own words; it wants a kind in outbox.kinds."""


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation. Every mail is a neutral message of the outbox: sent after the commit, by the
    worker, again until it arrives; no answer waits for a mail server, and none says whether an address is known."""

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """The link in `context` is thrown away: the worker makes one as the mail leaves (passwords.reset_path)."""
        post(actor=Owner(user.pk, user.institution_id), to=user, kind="password", link="/")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing leaves past the outbox, also when a later version of allauth writes a mail of its own."""
        raise PastTheOutbox(template_prefix)

    def send_notification_mail(self, template_prefix: str, user: Any, *arguments: Any, **options: Any) -> None:
        """allauth calls this for every change of a password or a second factor: no other session outlives it, and
        she is told that something about her account has changed.

        After the commit: until then PostgreSQL itself holds the rows it has ended (trigger), and the gate would wait.
        """
        if template_prefix in SET_UP:
            record_authentication(self.request, user, "mfa", type=SET_UP[template_prefix])
            record(actor=Owner(user.pk, user.institution_id), verb="set_up_factor", object_id=user.pk)
        if template_prefix.startswith(CHANGES):
            transaction.on_commit(lambda: end_all(user.pk, but=self._token_of(user)))
        post(actor=Owner(user.pk, user.institution_id), to=user, kind="account", link="/me/")

    def _token_of(self, user: Any) -> str:
        return (self.request.session.session_key or "") if self.request.user == user else ""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the proxy saw when settings say there is one, else the peer's."""
        if settings.TRUSTED_PROXY:
            return request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        return request.META.get("REMOTE_ADDR", "") or "127.0.0.1"


class SealedMFAAdapter(DefaultMFAAdapter):
    """One-time-code secrets and recovery codes are sealed by the keeper before they reach the database."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keeper().seal_system(PURPOSE, text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keeper().open_system(PURPOSE, base64.b64decode(encrypted_text)).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": settings.ALLOWED_HOSTS[0], "name": "Çadra"}


class StateSignInAdapter(DefaultSocialAccountAdapter):
    """OpenID Connect opens an account that exists and is open; it never makes one, and never replaces the code."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id)
        return StateProvider(request, app=found.app) if isinstance(found, OpenIDConnectProvider) else found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Known by the service's own number; the first time by the address it has verified, once for each account."""
        if request.user.is_authenticated:
            raise ImmediateHttpResponse(redirect("access:account"))
        if sociallogin.is_existing and sociallogin.user.is_active:
            return
        user = None
        if not sociallogin.is_existing:
            user = User.objects.filter(email__iexact=sociallogin.user.email, is_active=True).first()
        if user is None or SocialAccount.objects.filter(user=user).exists():
            messages.error(request, _("No open account here belongs to this identity. Ask your administrator."))
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
