"""How allauth fits the mechanism: no sign-up, sealed second factors, state sign-in only for known accounts."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from cadra.foundation.access.sessions import end_all
from cadra.foundation.network.models import User
from cadra.foundation.vault.keeper import keeper

PURPOSE = "second factor"


SET_UP = {"mfa/email/totp_activated": "totp", "mfa/email/webauthn_added": "webauthn"}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation; mails are neutral (outbox)."""

    def send_notification_mail(self, template_prefix: str, user: Any, *arguments: Any, **options: Any) -> None:
        """allauth calls this for every change of a password or a second factor: no other session outlives it.

        After the commit: until then PostgreSQL itself holds the rows it has ended (trigger), and the gate would wait.
        """
        if template_prefix in SET_UP:
            record_authentication(self.request, user, "mfa", type=SET_UP[template_prefix])
        transaction.on_commit(lambda: end_all(user.pk, but=self._token_of(user)))
        super().send_notification_mail(template_prefix, user, *arguments, **options)

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
    """OpenID Connect opens an account that exists; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        user = User.objects.filter(email__iexact=sociallogin.user.email, is_active=True).first()
        if user is None:
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, user)
