"""Sign-in through the state's own OpenID Connect service, verified to the letter (OpenID Connect Core 1.0 §3.1.3.7).

allauth leads the way there and back; what comes back is believed only when it is signed with a key of that service,
meant for us, of this very attempt (nonce, PKCE), in its time, and names an address the service itself has verified.
Nothing else of it is kept. It stands for the password, never for the second factor.
"""

import base64
import hashlib
import json
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView, OAuth2View
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from requests import RequestException

SIGNED_WITH = ("RS256", "PS256", "ES256")  # never "none", never a shared secret
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
CLOCK_SLACK = 30  # seconds


def nonce_of(verifier: str) -> str:
    """The nonce of an attempt, made from its PKCE verifier: kept in the session, used once, unknown to anyone else."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"nonce " + verifier.encode()).digest()).decode().rstrip("=")


class StateService(OpenIDConnectOAuth2Adapter):
    """One attempt to sign in: what the service said, believed or not."""

    _verifier = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the service says about itself; it must be the one we were told of."""
        if not hasattr(self, "_openid_config"):
            provider = self.get_provider()
            config = self._read(provider.server_url)
            if not {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"} <= config.keys():
                raise OAuth2Error("no OpenID Connect service")
            told = str(provider.app.settings["server_url"]).partition("/.well-known/")[0]
            if str(config.get("issuer", "")).rstrip("/") != told.rstrip("/"):
                raise OAuth2Error("another issuer")
            self._openid_config = config
        return self._openid_config

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        self._verifier = pkce_code_verifier or ""
        found: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return found

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **answer: Any) -> SocialLogin:
        claims = self._verified(app, answer["response"].get("id_token") or "")
        if "email" not in claims:
            more = self._read(self.profile_url, {"Authorization": f"Bearer {token.token}"})
            if more.get("sub") != claims["sub"]:
                raise OAuth2Error("two people")
            claims |= {name: more.get(name) for name in ("email", "email_verified")}
        if not claims.get("email") or claims.get("email_verified") is not True:
            raise OAuth2Error("no verified address")
        kept = {name: claims[name] for name in ("sub", "email", "email_verified")}
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": kept})
        return login

    def _verified(self, app: SocialApp, token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(token),
                algorithms=SIGNED_WITH,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCK_SLACK,
                options={"require": NEEDED},
            )
        except jwt.PyJWTError:
            raise OAuth2Error("not believed") from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims["nonce"] != nonce_of(self._verifier) or (several and claims.get("azp") != app.client_id):
            raise OAuth2Error("not of this attempt")
        verify_jti(claims)
        return claims

    def _key(self, token: str) -> Any:
        """The public key of the service that this token says it is signed with."""
        name = jwt.get_unverified_header(token).get("kid")
        for key in self._read(self.openid_config["jwks_uri"]).get("keys", []):
            if key.get("kid") == name and key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC"):
                kind = jwt.algorithms.RSAAlgorithm if key["kty"] == "RSA" else jwt.algorithms.ECAlgorithm
                return kind.from_jwk(json.dumps(key))
        raise OAuth2Error("unknown key")

    def _read(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            with get_adapter().get_requests_session() as web:
                answer = web.get(address, headers=headers)
                answer.raise_for_status()
                found: dict[str, Any] = answer.json()
        except (RequestException, ValueError):
            raise OAuth2Error("no answer") from None
        return found


class StateProvider(OpenIDConnectProvider):
    """allauth's provider: always with PKCE and a nonce, and nothing of the attempt chosen by the address."""

    oauth2_adapter_class = StateService
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, str]:
        made: dict[str, str] = super().get_pkce_params()
        return {**made, "nonce": nonce_of(made["code_verifier"])}

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        return {"process": "login", "next_url": super().get_redirect_from_request_kwargs(request).get("next_url")}


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """On to the service."""
    return _pass(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from it."""
    return _pass(OAuth2CallbackView, request, provider_id)


def _pass(view: type[OAuth2View], request: HttpRequest, provider_id: str) -> HttpResponseBase:
    service = StateService(request, provider_id)
    try:
        answer: HttpResponseBase = view.adapter_view(service)(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except OAuth2Error as error:
        answer = render_authentication_error(request, service.get_provider(), exception=error)
    return answer
