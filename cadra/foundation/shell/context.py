"""What every page needs: the navigation, the languages, the account links. Set as a context processor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from cadra.foundation.kernel.pack import pack

from .navigation import account_path, links_for, path_of


def page(request: HttpRequest) -> dict[str, Any]:
    """The variable `shell`: signed_in, demo, navigation, languages, here, account, sign_out, sign_in,
    emergency (the number to ring first, of the country pack).

    sign_in_extra: a template under the sign-in form (setting SIGN_IN_EXTRA_TEMPLATE), as the demo has.
    """
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    return {
        "signed_in": signed_in,
        "demo": getattr(settings, "DEMO", False),
        # Before the second factor and the code of conduct there is nowhere to go yet.
        "navigation": links_for(request) if getattr(request, "actor", None) else [],
        "languages": languages(),
        "here": request.get_full_path(),
        "account": account_path() if signed_in else None,
        "sign_out": path_of("account_logout") if signed_in else None,
        "sign_in_extra": getattr(settings, "SIGN_IN_EXTRA_TEMPLATE", ""),
        "emergency": next(iter(pack().numbers(pack().immediate_risk.ring)), None),
        "sign_in": None if signed_in else path_of("account_login"),
    }


def languages() -> list[dict[str, Any]]:
    """Each language of the service by its own name, and whether the page is in it."""
    current = get_language()
    return [
        {"code": code, "name": get_language_info(code)["name_local"].capitalize(), "current": code == current}
        for code, _name in settings.LANGUAGES
    ]
