"""Pages of figures. None of them knows anybody."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.steering.monitoring import contents, download, judged, learning
from cadra.steering.monitoring.charts import Chart
from cadra.steering.monitoring.forms import CompareForm, FrameForm, YearForm, wanted_year
from cadra.steering.monitoring.periods import Frame
from cadra.steering.monitoring.policy import may_see_ratings
from cadra.steering.monitoring.queries import Pages, look, own_ratings

#: Page → URL name, in the order of the navigation.
NAMES = {
    "persons": "monitoring:figures",
    "times": "monitoring:times",
    "help": "monitoring:help",
    "not_helped": "monitoring:not_helped",
    "ratings": "monitoring:ratings",
    "compare": "monitoring:compare",
}


@require_GET
def figures(request: StaffRequest) -> HttpResponse:
    """Persons by status, sex, age, exploitation, entry point, area, quarter and year."""
    return _page(request, "persons")


@require_GET
def times(request: StaffRequest) -> HttpResponse:
    """How long people wait, with those still waiting."""
    return _page(request, "times")


@require_GET
def help_(request: StaffRequest) -> HttpResponse:
    """What came of referrals, requests and offers."""
    return _page(request, "help")


@require_GET
def not_helped(request: StaffRequest) -> HttpResponse:
    """Who was not helped and why, against who was, and what became of it."""
    return _page(request, "not_helped")


@require_GET
def ratings(request: StaffRequest) -> HttpResponse:
    """What people answered about services."""
    return _page(request, "ratings")


@require_GET
def own(request: StaffRequest) -> HttpResponse:
    """What people answered about the services of the actor's own institution, in halves of a year that are over."""
    found, minimum = own_ratings(request.actor)
    context = {
        "minimum": minimum,
        "halves": [
            (judged.half_words(*half), judged.by_question(figures, minimum, mark=f"-{half[0]}"))
            for half, figures in found
        ],
    }
    return render(request, "monitoring/own.html", context)


@require_GET
def compare(request: StaffRequest) -> HttpResponse:
    """Areas and quarters side by side."""
    return _page(request, "compare")


@require_GET
def numbers(request: StaffRequest, page: str) -> StreamingHttpResponse:
    """The numbers of a page, as shown, for a spreadsheet."""
    if page not in NAMES:
        raise Http404
    pages, form = _asked(request, page, purpose="download")
    charts, frame = _contents(pages, form, page)
    response = StreamingHttpResponse(
        download.lines(charts, contents.frame_words(frame)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="figures-{page}-{pages.year}.csv"'
    return response


def _page(request: StaffRequest, page: str) -> HttpResponse:
    pages, form = _asked(request, page)
    charts, frame = _contents(pages, form, page)
    given = {name: str(value) for name, value in request.GET.items() if name in form.fields and value}
    return render(
        request,
        "monitoring/figures.html",
        {
            "form": form,
            "page": page,
            "pages": pages,
            "charts": charts,
            "nothing": not any(chart.bars for chart in charts if chart.key != "year"),
            "headline": contents.headline(pages, frame),
            "frame": contents.frame_words(frame) if pages.year else "",
            "navigation": _navigation(request, page, given),
            "download_url": reverse("monitoring:numbers", args=[page]) + ("?" + urlencode(given) if given else ""),
            "clear_url": reverse(NAMES[page]) if given else "",
        },
    )


def _asked(request: StaffRequest, page: str, *, purpose: str = "") -> tuple[Pages, YearForm]:
    """The figures asked for and the form that asked; a form that is right or says what is wrong."""
    pages = look(request.actor, wanted_year(request.GET), contents.NEEDS[page], purpose=purpose)
    years = list(pages.years)
    data = {"year": str(pages.year), **request.GET.dict()}
    form: YearForm = CompareForm(data, years) if page == "compare" else FrameForm(data, years)
    form.is_valid()
    return pages, form


def _contents(pages: Pages, form: YearForm, page: str) -> tuple[list[Chart], Frame]:
    frame = form.frame(pages.year)
    if pages.subjects is None:
        return [], frame
    if isinstance(form, CompareForm):
        return contents.compare(pages, form.axis), frame
    build: dict[str, Callable[[Pages, Frame], list[Chart]]] = {
        "persons": contents.persons,
        "times": contents.times,
        "help": contents.help_,
        "not_helped": learning.not_helped,
        "ratings": judged.ratings,
    }
    return sorted(build[page](pages, frame), key=lambda chart: chart.wide), frame


def _navigation(request: StaffRequest, page: str, given: dict[str, str]) -> list[dict[str, Any]]:
    labels = {
        "persons": _("Persons"),
        "times": _("Waiting times"),
        "help": _("Help"),
        "not_helped": _("Not helped"),
        **({"ratings": _("What people say")} if may_see_ratings(request.actor) else {}),
        "compare": _("Compare"),
    }
    kept = {name: value for name, value in given.items() if name != "by"}

    def address(name: str) -> str:
        values = {key: value for key, value in kept.items() if name != "compare" or key == "year"}
        return reverse(NAMES[name]) + ("?" + urlencode(values) if values else "")

    return [{"text": label, "url": address(name), "current": name == page} for name, label in labels.items()]
