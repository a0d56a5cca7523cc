"""Pages of exchange: choose a spreadsheet, see what it holds, confirm; or ask for everything, twice."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.pack import pack
from cadra.steering.exchange import queries
from cadra.steering.exchange.actions import runs
from cadra.steering.exchange.forms import BY_LABELS, ConfirmForm, CountForm, ExportForm, UploadForm
from cadra.steering.exchange.presenting import figures, run_rows, tables, title_of
from cadra.steering.exchange.words import failure_words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def htcds(request: StaffRequest) -> HttpResponse:
    """Import and export: choose a spreadsheet, and one's own runs so far."""
    mine = queries.my_runs(request.actor)
    form = UploadForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        run = runs.begin_import(
            actor=request.actor,
            submission=form.cleaned_data["submission"],
            stream=form.cleaned_data["spreadsheet"].file,
        )
        return redirect("exchange:run", run.pk)
    return render(request, "exchange/htcds.html", {"form": form, "runs": run_rows(mine)})


@require_GET
def run(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """One run, wherever it stands: under way, to be confirmed, done, or not."""
    return _page(request, run_id, None)


@require_POST
def confirm(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """Yes: import what was checked, or make the export that was asked for."""
    found = queries.run_for(request.actor, run_id)
    form = _form(request, found)
    if form is not None and not form.is_valid():
        return _page(request, run_id, form)
    try:
        if found.kind == "import":
            by_labels = bool(form and form.cleaned_data.get("head") == BY_LABELS)
            runs.confirm_import(actor=request.actor, run=found, by_labels=by_labels)
        else:
            runs.confirm_export(actor=request.actor, run=found)
    except runs.OutOfOrder:
        messages.warning(request, _("This has been decided already. Nothing was done a second time."))
    return redirect("exchange:run", run_id)


@require_POST
def discard(request: StaffRequest, run_id: UUID) -> HttpResponse:
    """No: throw the file away."""
    found = queries.run_for(request.actor, run_id)
    try:
        runs.discard(actor=request.actor, run=found)
    except runs.OutOfOrder:
        messages.warning(request, _("It is under way and can't be thrown away now."))
        return redirect("exchange:run", run_id)
    messages.success(request, _("The file is gone, and the key that opened it."))
    return redirect("exchange:htcds")


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: StaffRequest) -> HttpResponse:
    """The first confirmation of an export."""
    count = queries.files_in_reach(request.actor)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = runs.begin_export(actor=request.actor, submission=given["submission"], purpose=given["purpose"])
        return redirect("exchange:run", found.pk)
    return render(request, "exchange/export.html", {"form": form, "count": count})


@require_GET
def file(request: StaffRequest, run_id: UUID) -> StreamingHttpResponse:
    """The finished export, sent as it is opened."""
    found = queries.run_for(request.actor, run_id)
    response = StreamingHttpResponse(queries.export_of(request.actor, found), content_type=XLSX)
    response["Content-Length"] = found.size
    response["Content-Disposition"] = f'attachment; filename="htcds-{pack().today().isoformat()}.xlsx"'
    return response


def _form(request: StaffRequest, found: queries.Run) -> ConfirmForm | CountForm | None:
    data = request.POST if request.method == "POST" else None
    if found.kind == "import" and found.state == "checked":
        return ConfirmForm(data, disagree=bool(queries.report_of(request.actor, found).conflicts))
    if found.kind == "export" and found.state == "asked":
        return CountForm(data, expected=found.rows)
    return None


def _page(request: StaffRequest, run_id: UUID, form: ConfirmForm | CountForm | None) -> HttpResponse:
    found = queries.run_for(request.actor, run_id)
    if found.kind not in ("import", "export"):
        raise Http404
    report = queries.report_of(request.actor, found) if found.state in ("checked", "wrong") else None
    context = {
        "run": found,
        "title": title_of(found),
        "figures": figures(found, report),
        "tables": tables(report) if report else [],
        "may_import": report is not None and not report.problem_count and bool(report.new),
        "form": form or _form(request, found),
        "why": failure_words(found.failure),
    }
    return render(request, "exchange/run.html", context)
