"""The shell drawn without a database: requests are made by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cadra.foundation.shell.language import Language


@pytest.fixture(autouse=True)
def shell_alone(settings: Any) -> None:
    settings.ROOT_URLCONF = "cadra.foundation.shell.tests.urls"
    settings.DEMO = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def ask(rf: RequestFactory, settings: Any) -> Callable[..., HttpResponse]:
    """Ask a view for a page: ask(view, "/path/?q", language="sq", post={…})."""

    def ask(
        view: Callable[..., HttpResponse], path: str = "/", *, language: str = "en", post: Any = None
    ) -> HttpResponse:
        request: HttpRequest = rf.get(path) if post is None else rf.post(path, post)
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
        request.user = AnonymousUser()
        return Language(view)(request)

    return ask
