"""The catalogue everyone searches, and the pages where a provider keeps its own services."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.catalogue import actions, policy, presenting, queries
from cadra.foundation.catalogue.forms import PlacesForm, SearchForm, ServiceForm
from cadra.foundation.catalogue.telling import CatalogueError
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.forms import again

#: Where a tap on free places leads back to.
BACK = {"own": "catalogue:own", "desk": "support:requests"}


@require_GET
def services(request: StaffRequest) -> HttpResponse:
    """Find a service: what, where, for whom, tonight."""
    form = SearchForm(request.GET)
    wanted = form.value()
    home = queries.institution_named(wanted.institution)
    rows, older = queries.search(wanted, after=request.GET.get("after", ""))
    asked = [(name, value) for name, values in request.GET.lists() for value in values if value and name in form.fields]
    chosen = [
        {"text": words, "url": "?" + urlencode([pair for pair in asked if pair != (name, value)])}
        for name, value, words in form.chosen()
    ]
    context = {
        "form": form,
        "home": home,
        "rows": [presenting.line(row) for row in rows],
        "chosen": chosen,
        "look": not chosen,
        "older_url": "?" + urlencode([*asked, ("after", older)]) if older else "",
        "keeps": policy.keeps_any(request.actor),
    }
    return render(request, "catalogue/services.html", context)


@require_GET
def service(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """Everything the catalogue says of one service, and whom to ask."""
    row = queries.service(service_id)
    context = {
        "service": row,
        "kind": presenting.kind(row),
        "description": presenting.description(row),
        "tags": presenting.tags(row),
        "rows": presenting.rows(row),
        "unconditional": pack().say("help_unconditional"),
        "may_keep": policy.may_keep(request.actor, row),
    }
    return render(request, "catalogue/service.html", context)


@require_GET
def own(request: StaffRequest) -> HttpResponse:
    """What my institution, or my desk, offers: free places, what is old."""
    _must_keep(request)
    context = {"rows": [presenting.own_line(row) for row in queries.own(request.actor)]}
    return render(request, "catalogue/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Put a service into the catalogue."""
    _must_keep(request)
    desks = queries.own_desks(request.actor)
    if not desks:
        return render(request, "catalogue/no_desk.html")
    form = ServiceForm(request.POST or None, desks=desks)
    if request.method == "POST" and form.is_valid():
        desk = form.cleaned_data.get("desk") or desks[0]
        submission = form.cleaned_data["submission"]
        if _done(form, lambda: actions.add(actor=request.actor, desk=desk, told=form.told(), submission=submission)):
            messages.success(request, _("The service is in the catalogue."))
            return redirect("catalogue:own")
    return render(request, "catalogue/edit.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """Say it anew."""
    row = queries.own_one(request.actor, service_id)
    form = ServiceForm(request.POST or None, desks=[row.desk], service=row)
    context: dict[str, Any] = {"form": form, "service": row, "kind": presenting.kind(row)}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.change(actor=request.actor, service=row, told=form.told(), version=version)
        except actions.ChangedMeanwhile as wrong:
            form.add_error(None, str(wrong))
            form.data = again(request.POST, version=row.version)
            context["now"] = [{"key": _("Description"), "value": presenting.description(row)}, *presenting.rows(row)]
        except CatalogueError as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Saved. Everyone finds it so from now on."))
            return redirect("catalogue:own")
    return render(request, "catalogue/edit.html", context)


@require_POST
def places(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """− or +, or a number."""
    row = queries.own_one(request.actor, service_id)
    form = PlacesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write how many places are free, in numbers."))
        return redirect(BACK[_back(request)])
    values = form.cleaned_data
    try:
        row = actions.set_places(actor=request.actor, service=row, free=values["free"], seen=values["seen"])
    except CatalogueError as wrong:
        messages.error(request, str(wrong))
    else:
        told = {"service": presenting.kind(row), "places": presenting.places(row)}
        messages.success(request, _("%(service)s: %(places)s.") % told)
    return redirect(BACK[_back(request)])


@require_POST
def verify(request: StaffRequest, service_id: UUID) -> HttpResponse:
    """It is all still so."""
    row = queries.own_one(request.actor, service_id)
    actions.verify(actor=request.actor, service=row)
    messages.success(request, _("Thank you. The day you looked at it is shown to everyone."))
    return redirect("catalogue:own")


def _must_keep(request: StaffRequest) -> None:
    if not policy.keeps_any(request.actor):
        raise Http404


def _done(form: ServiceForm, act: Any) -> bool:
    try:
        act()
    except CatalogueError as wrong:
        form.add_error(None, str(wrong))
        return False
    return True


def _back(request: StaffRequest) -> str:
    back = request.POST.get("back", "")
    return back if back in BACK else "own"
