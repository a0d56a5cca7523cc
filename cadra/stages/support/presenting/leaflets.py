"""Leaflets of the pack, as links."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.leaflets import Leaflet


def leaflet_lines(found: Iterable[Leaflet]) -> list[dict[str, Any]]:
    """Each with a link for every language it is written in."""
    return [{"title": one.label(), "links": in_each_language(one)} for one in found]


def in_each_language(leaflet: Leaflet, shown: str = "") -> list[dict[str, Any]]:
    """The leaflet in each language, for the shell's navigation; `shown`: the one that is read."""
    names, url = dict(settings.LANGUAGES), reverse("support:leaflet", args=[leaflet.code])
    return [
        {"text": names.get(code, pack().languages.label(code)), "url": f"{url}?in={code}", "current": code == shown}
        for code in pack().written_languages
    ]


def leaflets_for(services: Collection[str]) -> list[dict[str, Any]]:
    """Those about any of these services, and those that go with all."""
    return leaflet_lines(one for one in pack().leaflets if not one.services or set(one.services) & set(services))
