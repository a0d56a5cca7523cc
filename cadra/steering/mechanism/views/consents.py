"""What she agreed to: the matrix, asking about someone new, one answer, and taking it back."""

from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, presenting
from cadra.steering.mechanism.answers import current_answers
from cadra.steering.mechanism.forms.consents import ConsentForm, RecipientForm
from cadra.steering.mechanism.queries import pages as queries
from cadra.steering.mechanism.words import ANSWERS, FORMS, part_word, purpose_word


@require_GET
def consents(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who × what × until when, and how each answer came about."""
    page = queries.consents_page(request.actor, case_id, bears_absence=True)
    context = {
        **presenting.frame(page.file, "consents"),
        "matrix": presenting.matrix(page.consents, page.names),
        "waiting": [
            {"who": presenting.recipient_word(one, page.names), "on": one.ask_again_on}
            for one in current_answers(page.consents)
            if one.ask_again_on and not one.withdrawn_at
        ],
        "explanations": [
            {
                "title": ", ".join(str(pack().explanations.label(code)) for code in one.given),
                "when": one.given_at,
                "by": page.names.user(one.given_by),
                "text": one.plain.get("asked") or "",
            }
            for one in page.explanations
        ],
    }
    return render(request, "mechanism/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """First whom she is asked about, then what was explained, asked and answered."""
    page = queries.consents_page(request.actor, case_id)
    if not page.file.changeable:
        raise Http404
    kind = pack().recipients.get(request.GET.get("kind"))
    context = presenting.frame(page.file, "consents")
    if kind is None:
        form: Any = RecipientForm(request.GET if "kind" in request.GET else None)
        return render(request, "mechanism/consent_kind.html", {**context, "form": form})
    form = ConsentForm(
        request.POST if request.method == "POST" else None, kind, queries.recipients_of(kind.kinds), page.file.parts
    )
    if request.method == "POST" and form.is_valid():
        consent = actions.record_answer(
            actor=request.actor,
            file=page.file,
            kind=kind.code,
            given=_answer_of(request, form),
            open_now=form.cleaned_data["then"] == "open",
        )
        messages.success(request, _("Her answer is written down."))
        return redirect("mechanism:consent", case_id, consent.pk)
    child = page.file.case.is_child
    told = [
        {"title": str(one), "body": one.child_body if child else one.body, "check": one.check}
        for one in pack().explanations
    ]
    return render(request, "mechanism/consent_new.html", {**context, "form": form, "kind": kind, "told": told})


@require_GET
def consent(request: StaffRequest, case_id: UUID, consent_id: UUID) -> HttpResponse:
    """One answer, whole."""
    page, row = _one(request, case_id, consent_id)
    context = {
        **presenting.frame(page.file, "consents"),
        "who": presenting.recipient_word(row, page.names),
        "rows": _rows(page, row),
        "may_withdraw": presenting.in_force(row) and bool(row.compartments),
        "consent": row,
    }
    return render(request, "mechanism/consent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: StaffRequest, case_id: UUID, consent_id: UUID) -> HttpResponse:
    """She takes it back: says who loses what, then does it at once."""
    page, row = _one(request, case_id, consent_id)
    who = presenting.recipient_word(row, page.names)
    if request.method == "POST":
        actions.withdraw_consent(actor=request.actor, person=page.file.person, consent=row)
        messages.success(request, _("Withdrawn. From this moment %(who)s sees nothing of it.") % {"who": who})
        return redirect("mechanism:consents", case_id)
    losing = [grant for grant in page.file.grants if grant.consent_id == row.pk]
    lines = [
        _("%(who)s can no longer open: %(parts)s.")
        % {"who": page.names.principal(grant.grantee), "parts": ", ".join(map(part_word, lost))}
        for grant in losing
        if (lost := _lost(page.file.grants, grant))
    ]
    lines.append(
        _("It takes effect at once. What they have read already they know; the list of it stays on her record.")
    )
    if any(grant.grantee in request.actor.principals for grant in losing):
        lines.append(_("You are among those who lose it."))
    return render(
        request,
        "mechanism/confirm.html",
        {
            **presenting.frame(page.file, "consents"),
            "title": _("She withdraws her consent for %(who)s") % {"who": who},
            "lines": lines,
            "submit": _("Withdraw it now"),
            "warning": True,
            "back_url": reverse("mechanism:consent", args=[case_id, row.pk]),
        },
    )


def _lost(grants: list[Any], ending: Any) -> list[str]:
    """Parts that nothing else opens to whoever loses this grant."""
    others = {
        part
        for grant in grants
        if grant.grantee == ending.grantee and grant.pk != ending.pk
        for part in grant.compartments
    }
    return [part for part in ending.compartments if part not in others]


def _one(request: StaffRequest, case_id: UUID, consent_id: UUID) -> tuple[queries.ConsentsPage, Any]:
    page = queries.consents_page(request.actor, case_id, bears_absence=True)
    row = next((one for one in page.consents if one.pk == consent_id), None)
    if row is None:
        raise Http404
    return page, row


def _answer_of(request: StaffRequest, form: ConsentForm) -> actions.NewAnswer:
    given = form.cleaned_data
    return actions.NewAnswer(
        consent_id=uuid5(request.actor.user_id, str(given["submission"])),
        recipient=given["recipient"],
        purpose=given["purpose"],
        asked_for=form.asked_parts,
        compartments=form.compartments,
        answer=given["answer"],
        form=given["form"],
        witness=given["witness"],
        until=given["until"],
        ask_again_on=given["ask_again_on"] if given["answer"] == "not_yet" else None,
        explained=given["explained"],
        explained_form=given["explained_form"],
        language=given["language"],
        interpreter=form.with_interpreter,
        asked=given["asked"],
    )


def _not_now(page: queries.ConsentsPage) -> str:
    return _("This can't be shown just now.") if page.file.keyless else ""


def _rows(page: queries.ConsentsPage, row: Any) -> list[dict[str, Any]]:
    agreed = [part_word(part) for part in row.compartments]
    found = [
        {"key": _("Answer"), "value": ANSWERS.get(row.answer, row.answer)},
        {"key": _("Asked about"), "lines": [part_word(part) for part in row.asked_for]},
        {"key": _("Agreed to"), "lines": agreed, "value": _("Nothing")},
        {"key": _("What for"), "value": purpose_word(row.purpose)},
        {"key": _("How she answered"), "value": FORMS.get(row.form, row.form)},
        {"key": _("Witness"), "value": row.plain.get("witness") or "", "hint": _not_now(page)},
        {"key": _("Decided"), "value": moment(row.decided_at), "hint": page.names.user(row.recorded_by)},
        {"key": _("Until"), "value": moment(row.until) if row.until else _("No end was set")},
    ]
    if row.ask_again_on:
        found.append({"key": _("Ask again on"), "value": moment(row.ask_again_on)})
    if row.withdrawn_at:
        found.append({"key": _("Withdrawn"), "value": moment(row.withdrawn_at)})
    return found
