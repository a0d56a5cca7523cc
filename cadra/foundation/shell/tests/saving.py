"""Stands in for whoever keeps a user's language."""

from typing import Any

from django.http import HttpRequest

saved: list[tuple[Any, str]] = []


def keep(request: HttpRequest, code: str) -> None:
    saved.append((request.user, code))
