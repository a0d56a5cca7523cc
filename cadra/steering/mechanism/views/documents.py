"""Documents: see, add, look at, take along, remove."""

import base64
import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.record.documents import actions, policy
from cadra.record.documents import queries as documents
from cadra.record.documents.arriving import receives_documents
from cadra.steering.mechanism import document_words, presenting
from cadra.steering.mechanism.forms.documents import DocumentForm, ReasonForm
from cadra.steering.mechanism.forms.record import PurposeForm
from cadra.steering.mechanism.identity_window import Window, open_window, window_of
from cadra.steering.mechanism.queries import documents as queries
from cadra.steering.mechanism.views.notes import moment_of

#: While a document is being made ready its page looks again by itself, so many seconds apart; not for long, for a page
#: left alone would keep its reader signed in.
LOOK_AGAIN, NOT_LONG = "3", dt.timedelta(minutes=2)
#: What is taken along opens in no page of ours, and does nothing where it is opened by mistake.
INERT = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_GET
def all_documents(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What is kept, newest first, and the papers she lacks."""
    window = window_of(request.session, case_id)
    page = queries.documents_page(
        request.actor, case_id, moment_of(request.GET.get("before", "")), with_identity=window is not None
    )
    here = reverse("mechanism:documents", args=[case_id])
    may_follow = policy.may_follow(request.actor, page.file.writing)
    papers = [document_words.paper_line(one, may_follow=may_follow) for one in page.papers or []]
    context = {
        **presenting.frame(page.file, "documents", until=window.until if window else None),
        "lines": [document_words.line(one, page.makings.get(one.pk), page.names) for one in page.documents],
        "removed": [
            {
                "kind": document_words.kind_word(one.kind),
                "when": one.removed_at,
                "by": page.names.user(one.removed_by),
                "why": document_words.reason_word(one.removed_for),
            }
            for one in page.removed
        ],
        "shows_papers": page.papers is not None,
        "lacking": [one for one in papers if one["open"]],
        "settled": [one for one in papers if not one["open"]],
        "may_add": bool(policy.kinds_to_add(page.file.person, page.file.writing)),
        "may_follow": may_follow,
        "older_url": f"{here}?before={page.older.replace('+', '%2B')}" if page.older else "",
        "newest_url": here if request.GET.get("before") else "",
    }
    return render(request, "mechanism/documents.html", context)


@receives_documents
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Add files, from a folder or from the camera."""
    file, papers = queries.file_to_add_to(request.actor, case_id)
    kinds = policy.kinds_to_add(file.person, file.writing)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*bound, kinds=kinds, papers=papers, initial={"paper": request.GET.get("paper", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        about = actions.About(given["kind"], given["title"], given["dated"], form.paper_chosen)
        kept = actions.keep(
            actor=request.actor,
            person=file.person,
            arrivals=form.arrivals,
            about=about,
            submission=given["submission"],
        )
        if kept:
            messages.success(request, _told(len(kept), pack().document_kinds[about.kind].part.label))
        return redirect("mechanism:documents", case_id)
    return render(request, "mechanism/document_new.html", {**presenting.frame(file, "documents"), "form": form})


def _told(count: int, part: Any) -> str:
    return ngettext(
        "%(count)s document kept in “%(part)s”. It can be looked at in a moment.",
        "%(count)s documents kept in “%(part)s”. They can be looked at in a moment.",
        count,
    ) % {"count": count, "part": part}


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: StaffRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Look at one, page by page. One of the identity part asks first why."""
    window, page = _opened(request, case_id, document_id)
    if page.closed:
        return _ask_why(request, page)
    if request.method == "POST":
        return redirect("mechanism:document", case_id, document_id)
    number = _page_number(request, page)
    context = {
        **presenting.frame(page.file, "documents", until=window.until if window else None),
        **_about(request, page),
        **_content(page, number),
    }
    response = render(request, "mechanism/document.html", context)
    if context["looks_again"]:
        response["Refresh"] = LOOK_AGAIN
    return response


def _opened(request: StaffRequest, case_id: UUID, document_id: UUID) -> tuple[Window | None, queries.DocumentPage]:
    """One document; of the identity part only while its reader has said why she needs to see who she is."""
    window = window_of(request.session, case_id)
    return window, queries.document_page(request.actor, case_id, document_id, purpose=window.purpose if window else "")


def _ask_why(request: StaffRequest, page: queries.DocumentPage) -> HttpResponse:
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        open_window(request.session, page.document.case_id, form.cleaned_data["purpose"])
        return redirect("mechanism:document", page.document.case_id, page.document.pk)
    minutes = pack().limit("identity_open").value
    context = {**presenting.frame(page.file, "documents"), "form": form, "minutes": minutes}
    return render(request, "mechanism/identity_purpose.html", context)


def _page_number(request: StaffRequest, page: queries.DocumentPage) -> int:
    given = request.GET.get("page", "1")
    if not given.isascii() or not given.isdigit() or len(given) > 4:
        raise Http404
    number = int(given)
    if number != 1 and not 1 <= number <= page.making.shown:
        raise Http404
    return number


def _about(request: StaffRequest, page: queries.DocumentPage) -> dict[str, Any]:
    may_take = policy.may_take(request.actor, page.file.mine, page.document)
    waiting = page.making.state == page.making.State.WAITING
    return {
        "line": document_words.line(page.document, page.making, page.names),
        "may_take": may_take and page.making.state == page.making.State.READY,
        "may_remove": policy.may_remove(request.actor, page.file.writing, page.document),
        "document": page.document,
        "waiting": waiting,
        "looks_again": waiting and page.making.begun_at > now() - NOT_LONG,
    }


def _content(page: queries.DocumentPage, number: int) -> dict[str, Any]:
    """What is to be seen of it: a picture of one page, or the words of a letter."""
    if page.making.state != page.making.State.READY:
        return {}
    try:
        if page.document.format == "docx":
            return {"paragraphs": documents.paragraphs(page.document)}
        picture = base64.b64encode(documents.page(page.document, number)).decode()
    except documents.Unreadable:
        return {"unreadable": True}
    here = reverse("mechanism:document", args=[page.document.case_id, page.document.pk])
    return {
        "picture": picture,
        "number": number,
        "count": page.making.pages,
        "shown": page.making.shown,
        "before_url": f"{here}?page={number - 1}" if number > 1 else "",
        "after_url": f"{here}?page={number + 1}" if number < page.making.shown else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: StaffRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Take the cleaned file along, for a reason that is written down."""
    _window, page = _opened(request, case_id, document_id)
    if page.closed:
        return redirect("mechanism:document", case_id, document_id)
    if not _about(request, page)["may_take"]:
        raise Http404
    form = ReasonForm(request.POST or None, use="take", label=_("Why do you take it along?"))
    if request.method == "POST" and form.is_valid():
        try:
            content = documents.original(page.document)
        except documents.Unreadable:
            return render(request, "mechanism/document.html", _unreadable(request, page))
        actions.take(
            actor=request.actor, person=page.file.person, document=page.document, reason=form.cleaned_data["reason"]
        )
        return _attached(content, page)
    context = {**presenting.frame(page.file, "documents"), **_about(request, page), "form": form}
    return render(request, "mechanism/document_take.html", context)


def _unreadable(request: StaffRequest, page: queries.DocumentPage) -> dict[str, Any]:
    return {**presenting.frame(page.file, "documents"), **_about(request, page), "unreadable": True}


def _attached(content: bytes, page: queries.DocumentPage) -> HttpResponse:
    """The file, to be saved and not shown. Its name says nothing of whose it is."""
    response = HttpResponse(content, content_type="application/octet-stream")
    ending = {"jpeg": "jpg"}.get(page.document.format, page.document.format)
    response["Content-Disposition"] = f'attachment; filename="document-{str(page.document.pk)[:8]}.{ending}"'
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Encoding"] = "identity"  # compressed already; the page's own compression would only cost time
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: StaffRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Take it out of sight, for a reason; it stays sealed until the file is erased."""
    _window, page = _opened(request, case_id, document_id)
    if page.closed:
        return redirect("mechanism:document", case_id, document_id)
    if not policy.may_remove(request.actor, page.file.writing, page.document):
        raise Http404
    form = ReasonForm(request.POST or None, use="remove", label=_("Why is it removed?"))
    if request.method == "POST" and form.is_valid():
        actions.remove(
            actor=request.actor, person=page.file.person, document=page.document, reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("The document is removed. Nobody can open it any more."))
        return redirect("mechanism:documents", case_id)
    context = {**presenting.frame(page.file, "documents"), **_about(request, page), "form": form}
    return render(request, "mechanism/document_remove.html", context)
