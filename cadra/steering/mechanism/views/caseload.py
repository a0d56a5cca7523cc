"""Who carries how much, and a whole caseload on its way to other hands."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.roles import Role
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, team_words
from cadra.steering.mechanism.forms.team import SuccessorsForm
from cadra.steering.mechanism.queries import caseload as queries
from cadra.steering.mechanism.queries.handing import handover_page
from cadra.steering.mechanism.words import stage_word

METHODS = ["GET", "HEAD", "POST"]


@require_GET
def caseload(request: StaffRequest) -> HttpResponse:
    """Every worker of the house, what she carries and what is overdue; for a worker her own line."""
    sort = request.GET.get("sort", "weight")
    loads = queries.caseload(request.actor, sort)
    here = reverse("mechanism:caseload")
    sorts = {"weight": _("Weight"), "files": _("Files"), "overdue": _("Overdue"), "name": _("Name")}
    context = {
        "leads": request.actor.has(Role.SUPERVISOR),
        "sorts": [
            {"text": text, "url": f"{here}?{urlencode({'sort': name})}", "current": name == sort}
            for name, text in sorts.items()
        ],
        "head": [
            _("Who"),
            *({"text": text, "numeric": True} for text in (_("Files"), _("Weight"), _("Overdue"), _("Danger"))),
            _("Next date"),
            _("Hand over"),
        ],
        "rows": [_line(load) for load in loads],
        "weights": [f"{one}: {one.value}" for one in pack().caseload_weights],
    }
    return render(request, "mechanism/caseload.html", context)


def _line(load: queries.Load) -> list[Any]:
    user = load.user
    files = reverse("mechanism:files")
    hints = []
    if user is not None and load.gone:
        hints.append(_("account closed"))
    if user is not None and load.away:
        cover = user.covered_by.name if user.covered_by else ""
        until = moment(user.absent_until) if user.absent_until else ""
        hints.append(
            _("away until %(day)s, %(name)s stands in") % {"day": until, "name": cover}
            if cover
            else _("away until %(day)s, nobody stands in") % {"day": until}
        )
    if load.full:
        hints.append(_("more than one person should carry"))
    worker = str(user.pk) if user else "none"
    return [
        {
            "text": user.name if user else _("Nobody yet"),
            "url": f"{files}?{urlencode({'worker': worker})}" if load.files else "",
            "hint": " · ".join(hints),
        },
        {"text": str(load.files), "numeric": True},
        {"text": str(load.weight), "numeric": True},
        {"text": str(load.overdue), "numeric": True},
        {"text": str(load.danger), "numeric": True},
        {"due": load.next_due} if load.next_due else "–",
        {"text": _("Hand files over"), "url": reverse("mechanism:worker", args=[user.pk])}
        if user and load.files
        else "–",
    ]


@require_http_methods(METHODS)
def worker(request: StaffRequest, user_id: UUID) -> HttpResponse:
    """The files of one worker: choose who takes which, write a briefing for each, send them, see who accepted."""
    page = queries.worker_page(request.actor, user_id)
    form = SuccessorsForm(request.POST if request.method == "POST" else None, _choices(page))
    if request.method == "POST" and request.POST.get("then") == "send":
        return _send(request, page)
    if request.method == "POST" and form.is_valid():
        return _choose(request, page, form.chosen())
    by_state = {state: len(page.of_state(state)) for state in ("draft", "sent", "declined")}
    names = {load.user.pk: load.user.name for load in page.others if load.user}
    files = [_file(page, row, form, names) for row in page.rows]
    context = {
        "page": page,
        "form": form,
        "own": page.worker.pk == request.actor.user_id,
        "files": files,
        "everybody": form[SuccessorsForm.EVERYBODY],
        "weight": sum(queries.weight_of(row.case) for row in page.rows),
        "ready": len(page.ready),
        "progress": _progress(by_state),
        "can_choose": any(one["field"] for one in files),
    }
    return render(request, "mechanism/worker.html", context)


def _choices(page: queries.WorkerPage) -> list[tuple[UUID, str, str, list[tuple[UUID, str]]]]:
    found = []
    for row in page.rows:
        case_id = row.case.case_id
        on_way = page.handovers.get(case_id)
        if on_way is not None and on_way.state == "sent":
            continue
        out = page.kept_out.get(case_id, set())
        able = [
            (load.user.pk, f"{load.user.name} ({team_words.load_words(load)})")
            for load in page.others
            if load.user is not None and load.user.pk not in out
        ]
        chosen = str(on_way.to_user or "") if on_way is not None and on_way.state == "draft" else ""
        label = _("Who takes %(reference)s over?") % {"reference": row.person.reference}
        found.append((case_id, label, chosen, able))
    return found


def _file(page: queries.WorkerPage, row: Any, form: SuccessorsForm, names: dict[UUID, str]) -> dict[str, Any]:
    case = row.case
    on_way = page.handovers.get(case.case_id)
    name = names.get(on_way.to_user, "") if on_way and on_way.to_user else ""
    states = {
        "draft": (_("Ready to send"), "blue")
        if on_way and on_way.has_words and on_way.to_user
        else (_("Draft"), "grey"),
        "sent": (_("Sent to %(name)s") % {"name": name}, "yellow"),
        "declined": (_("Declined by %(name)s") % {"name": name}, "red"),
    }
    text, colour = states.get(on_way.state, ("", "")) if on_way else ("", "")
    return {
        "row": row,
        "stage": stage_word(case.stage),
        "weight": queries.weight_of(case),
        "field": form[str(case.case_id)] if str(case.case_id) in form.fields else None,
        "state": text,
        "colour": colour,
        "url": reverse("mechanism:handover", args=[case.case_id]),
        "word": _("Look at it") if on_way and on_way.state == "sent" else _("Write the briefing"),
    }


def _progress(by_state: dict[str, int]) -> list[str]:
    words = {
        "draft": ngettext("%(count)s being written", "%(count)s being written", by_state["draft"]),
        "sent": ngettext("%(count)s waits for an answer", "%(count)s wait for an answer", by_state["sent"]),
        "declined": ngettext("%(count)s declined", "%(count)s declined", by_state["declined"]),
    }
    return [words[state] % {"count": count} for state, count in by_state.items() if count]


def _choose(request: StaffRequest, page: queries.WorkerPage, chosen: dict[UUID, UUID]) -> HttpResponse:
    kept, held = actions.choose_all(actor=request.actor, handovers=page.handovers, chosen=chosen)
    if kept:
        said = ngettext(
            "Kept for %(count)s file. Now write its briefing; nobody is told yet.",
            "Kept for %(count)s files. Now write a briefing for each; nobody is told yet.",
            kept,
        )
        messages.success(request, said % {"count": kept})
    if held:
        messages.info(request, _("Some files stand differently by now. Look at the list again."))
    if not chosen:
        messages.error(request, _("Choose who takes at least one file over."))
    return redirect("mechanism:worker", page.worker.pk)


def _send(request: StaffRequest, page: queries.WorkerPage) -> HttpResponse:
    sent = 0
    left = []
    for row in page.ready:
        one = handover_page(request.actor, row.case_id)
        try:
            actions.send_handover(actor=request.actor, file=one.file, ahead=one.ahead)
        except (actions.NeedsReason, actions.CannotHave, actions.Stands):
            left.append(one.file.person.reference)
        else:
            sent += 1
    if sent:
        said = ngettext("%(count)s hand-over sent.", "%(count)s hand-overs sent.", sent)
        messages.success(request, said % {"count": sent} + " " + _("Nothing moves until it is accepted."))
    if left:
        messages.error(request, _("Not sent, open them and see why: %(files)s") % {"files": ", ".join(left)})
    if not sent and not left:
        messages.info(request, _("Nothing is ready to be sent: choose somebody, and write the briefings."))
    return redirect("mechanism:worker", page.worker.pk)
