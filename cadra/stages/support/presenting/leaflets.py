"""Leaflets of the pack, as links."""

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.leaflets import Leaflet


def leaflet_lines(found: Iterable[Leaflet]) -> list[dict[str, Any]]:
    """Each with a link for every language it is written in."""
    names = dict(settings.LANGUAGES)
    return [
        {
            "title": one.label(),
            "links": [
                {
                    "text": names.get(code, pack().languages.label(code)),
                    "url": f"{reverse('support:leaflet', args=[one.code])}?in={code}",
                }
                for code in pack().written_languages
            ],
        }
        for one in found
    ]


def leaflets_for(services: Collection[str]) -> list[dict[str, Any]]:
    """Those about any of these services, and those that go with all."""
    return leaflet_lines(one for one in pack().leaflets if not one.services or set(one.services) & set(services))
