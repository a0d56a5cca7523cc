"""Leaflets: what a service or a right is in a few plain sentences, to print and take along. They are about nobody."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.pack import pack
from cadra.stages.support.presenting.leaflets import in_each_language, leaflet_lines


@require_GET
def leaflets(request: StaffRequest) -> HttpResponse:
    """All of them, each in every language it is written in."""
    return render(request, "support/leaflets.html", {"lines": leaflet_lines(pack().leaflets)})


@require_GET
def leaflet(request: StaffRequest, leaflet: str) -> HttpResponse:
    """One, in the language asked for; 404 when the pack has none of this name."""
    found = pack().leaflets.get(leaflet)
    if found is None:
        raise Http404
    asked = request.GET.get("in", "") or (get_language() or "")
    language = asked if asked in pack().written_languages else pack().written_languages[0]
    context = {
        "title": found.label(language),
        "sentences": found.sentences(language),
        "language": language,
        "verified": found.verified,
        "languages": in_each_language(found, language),
    }
    return render(request, "support/leaflet.html", context)
