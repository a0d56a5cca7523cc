"""Addresses of signing in: allauth's, without those the mechanism does not offer.

An account has one address and is made by invitation, so nobody adds addresses, confirms them or connects others.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from cadra.foundation.access import state


@login_not_required
def not_here(request: HttpRequest, **named: str) -> HttpResponse:
    """An address of the library that leads nowhere here."""
    raise Http404


urlpatterns = [
    path("email/", not_here),
    path("confirm-email/", not_here),
    path("confirm-email/<path:rest>", not_here),
    path("password/set/", not_here),
    path("login/code/confirm/", not_here),
    path("3rdparty/", not_here),
    path("3rdparty/signup/", not_here),
    path("social/<path:rest>", not_here),
    # By allauth's names: whoever comes with a session that ran out is known by them to be signing in.
    path("oidc/<str:provider_id>/login/", state.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", state.callback, name="openid_connect_callback"),
    path("", include("allauth.urls")),
]
