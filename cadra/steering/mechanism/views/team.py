"""Somebody of her own: who works with her, asking somebody to, and the answer of whoever was asked."""

from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cadra.foundation.access.middleware import StaffRequest
from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import deadline, now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.shell.templatetags.shell import moment
from cadra.steering.mechanism import actions, presenting, team_words
from cadra.steering.mechanism.forms.team import AnswerForm, AskForm, FindForm
from cadra.steering.mechanism.policy import fits_wish, may_hand_over
from cadra.steering.mechanism.queries import candidates, handing
from cadra.steering.mechanism.queries import pages as queries
from cadra.steering.mechanism.queries.opened import look, opened
from cadra.steering.mechanism.words import BASES, part_word

METHODS = ["GET", "HEAD", "POST"]


@require_GET
def team(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who works with her and who was asked to; for whoever carries the file, also who may see which parts."""
    page = queries.team_page(request.actor, case_id)
    file = page.file
    may_hand = may_hand_over(request.actor, file.case, file.mine) and "support" in file.parts
    context = {
        **presenting.frame(file, "team"),
        "wish": [
            {
                "key": _("Whom she wants to work with her"),
                "value": team_words.wish_word(page.wish),
                "url": reverse("mechanism:profile", args=[case_id]) if file.changeable else "",
            }
        ],
        "now": [_member(page, one) for one in page.now],
        "before": [_member(page, one) for one in page.before],
        "asked": team_words.asked_rows(page.asked, page.names, case_id),
        "passing": team_words.handover_state(page.passing, page.names) if page.passing else "",
        "handover_url": reverse("mechanism:handover", args=[case_id]) if may_hand else "",
        "carried": file.case.manager_id is not None,
        "places": [
            {
                "text": str(place),
                "hint": str(place.hint or ""),
                "url": reverse("mechanism:ask", args=[case_id, place.code]),
            }
            for place in (candidates.places_for(file) if file.changeable else [])
        ],
        "head": [_("Who"), _("Parts"), _("Why"), _("Until")],
        "rows": [
            [
                page.names.principal(grant.grantee),
                ", ".join(part_word(part) for part in grant.compartments),
                str(BASES.get(grant.basis, grant.basis)),
                moment(grant.until)
                if grant.basis in ("consent", "break_glass", "court_order")
                else _("until it is ended"),
            ]
            for grant in file.grants
        ]
        if file.carried
        else [],
    }
    return render(request, "mechanism/team.html", context)


def _member(page: queries.TeamPage, one: Any) -> dict[str, Any]:
    since = _("Since %(when)s") % {"when": moment(one.since)}
    until = _("until %(when)s") % {"when": moment(one.until)} if one.until else ""
    against = not one.until and fits_wish(page.wish, page.sex_of(one.user_id)) is False
    joined = next(
        (row for row in page.asked if row.state == "accepted" and (row.user_id, row.place) == (one.user_id, one.role)),
        None,
    )
    line = {
        "key": team_words.place_word(one.role),
        "lines": [page.names.user(one.user_id), page.names.institution(one.institution_id)],
        "hint": ", ".join(
            part
            for part in (since, until, team_words.until_then(joined), _("not whom she wished for") if against else "")
            if part
        ),
    }
    if joined is not None and not one.until and page.file.changeable:
        line |= {"url": reverse("mechanism:assignment", args=[joined.case_id, joined.pk]), "action": _("Look")}
    return line


@require_http_methods(METHODS)
def ask(request: StaffRequest, case_id: UUID, place: str) -> HttpResponse:
    """Ask a professional to take one place beside her."""
    file, _rest = opened(request.actor, case_id)
    wanted = next((one for one in candidates.places_for(file) if one.code == place), None)
    if not file.changeable or wanted is None:
        raise Http404
    look(file, "looked_at_team")
    find = FindForm(request.GET)
    words = find.cleaned_data["words"] if find.is_valid() else ""
    found = candidates.professionals(file, wanted, words=words)
    wish = candidates.wish_of(file.profile)
    wished = team_words.wished_for(wish) and any(one.fits is False for one in found)
    choices = [(one.user.pk, team_words.choice_label(one)) for one in found]
    form = AskForm(request.POST if request.method == "POST" else None, choices, wished=wished)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        asking = actions.Asking(place, UUID(given["who"]), given["why"], given.get("against", ""))
        try:
            row = actions.ask(
                actor=request.actor,
                file=file,
                asking=asking,
                submission=uuid5(request.actor.user_id, str(given["submission"])),
            )
        except actions.NeedsReason:
            form.add_error("against", _("She wished for somebody else. Say why this goes against her wish"))
        except actions.CannotAsk as cannot:
            form.add_error("who", str(cannot))
        else:
            said = _("Asked, in neutral words. You stay responsible until somebody accepts; an answer is due %(day)s.")
            messages.success(request, said % {"day": moment(row.answer_by)})
            return redirect("mechanism:team", case_id)
    context = {
        **presenting.frame(file, "team"),
        "place": wanted,
        "find": find,
        "words": words,
        "form": form,
        "found": found,
        "wish": team_words.wish_word(wish) if team_words.wished_for(wish) else "",
        "by_law": [part_word(part) for part in wanted.by_law if part in file.parts],
        "by_consent": str(pack().recipients.get(wanted.consent) or "") if wanted.consent else "",
        "consents_url": reverse("mechanism:consents", args=[case_id]),
        "due": moment(deadline(now(), pack().limit("team_answer"))),
        "limit": pack().limit("team_answer"),
        "back_url": reverse("mechanism:team", args=[case_id]),
    }
    return render(request, "mechanism/team_ask.html", context)


@require_http_methods(METHODS)
def assignment(request: StaffRequest, case_id: UUID, asking_id: UUID) -> HttpResponse:
    """What somebody was asked, for whoever carries the file: where it stands, and taking it back."""
    file, row, names = handing.assignment_page(request.actor, case_id, asking_id)
    if request.method == "POST":
        actions.take_back_place(actor=request.actor, file=file, assignment=row)
        messages.success(request, _("Done. Nothing of this file is open to them by it any more."))
        return redirect("mechanism:team", case_id)
    words = row.plain["words"] if isinstance(row.plain["words"], dict) else {}
    lines = [
        {"key": _("Who"), "lines": [names.user(row.user_id), names.institution(row.institution_id)]},
        {"key": _("Where it stands"), "value": team_words.asked_state(row, names)},
        *_for_now(row, names.user(row.for_user)),
        {"key": _("What a yes opens"), "value": team_words.opens(row.parts)},
        *([{"key": _("What was asked"), "value": words["why"]}] if words.get("why") else []),
        *([{"key": _("Why against her wish"), "value": words["against"]}] if words.get("against") else []),
        *([{"key": _("The answer"), "value": words["answer"]}] if words.get("answer") else []),
    ]
    buttons = {"asked": _("Take the question back"), "accepted": _("End this place"), "declined": _("Put it away")}
    put_away = row.state == "declined" and row.settled_at is not None
    context = {
        **presenting.frame(file, "team"),
        "title": team_words.place_word(row.place),
        "lines": lines,
        "submit": "" if put_away or not file.changeable else buttons.get(row.state, ""),
        "warning": row.state == "accepted",
        "stand_in": _stand_in(file, row),
        "again_url": reverse("mechanism:ask", args=[case_id, row.place])
        if file.changeable and row.state in ("asked", "declined") and row.place in pack().team_places
        else "",
        "back_url": reverse("mechanism:team", args=[case_id]),
    }
    return render(request, "mechanism/team_assignment.html", context)


def _for_now(row: Any, away: str) -> list[dict[str, Any]]:
    """That a place is only for the days a colleague is away."""
    if row.until is None:
        return []
    told = _("Only until %(day)s, while %(name)s is away. It ends by itself.")
    return [{"key": _("For now"), "value": told % {"day": moment(row.until), "name": away}}]


def _stand_in(file: Any, row: Any) -> dict[str, Any]:
    """Who can be asked to take the place while its professional is away; nothing when nobody can, or was."""
    open_here = file.changeable and row.for_user is None and row.state in ("asked", "accepted")
    found = candidates.stand_in(file, row) if open_here else None
    if found is None:
        return {}
    return {"name": found.user.name, "url": reverse("mechanism:stand_in", args=[row.case_id, row.pk])}


@require_POST
def stand_in(request: StaffRequest, case_id: UUID, asking_id: UUID) -> HttpResponse:
    """Ask whoever stands in for somebody beside her, for the days she is away."""
    file, row, _names = handing.assignment_page(request.actor, case_id, asking_id)
    try:
        made = actions.ask_stand_in(actor=request.actor, file=file, assignment=row)
    except actions.CannotAsk as cannot:
        messages.error(request, str(cannot))
        return redirect("mechanism:assignment", case_id, asking_id)
    if made.until:
        messages.success(request, _("Asked, until %(day)s only. It ends by itself.") % {"day": moment(made.until)})
    return redirect("mechanism:team", case_id)


@require_http_methods(METHODS)
def asked(request: StaffRequest, asking_id: UUID) -> HttpResponse:
    """Will you work with her? For whoever was asked: yes, no and why; later, that she cannot go on."""
    page = handing.asked_page(request.actor, asking_id)
    row = page.assignment
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _answered(request, page, form.cleaned_data)
    words = row.plain["words"] if isinstance(row.plain["words"], dict) else {}
    asker = [page.asker.name, page.asker.institution.name] if page.asker else []
    context = {
        "form": form,
        "reference": page.person.reference,
        "accepted": row.state == "accepted",
        "file_url": reverse("mechanism:file", args=[row.case_id]) if row.state == "accepted" else "",
        "lines": [
            {"key": _("Place"), "value": team_words.place_word(row.place)},
            {"key": _("Who asks"), "lines": asker},
            *_for_now(row, page.stands_for),
            {"key": _("Answer by"), "value": moment(row.answer_by)},
            {"key": _("What a yes opens"), "value": team_words.opens(row.parts)},
            *([{"key": _("What it is about"), "value": words["why"]}] if words.get("why") else []),
        ],
    }
    return render(request, "mechanism/asked.html", context)


def _answered(request: StaffRequest, page: handing.AskedPage, given: dict[str, Any]) -> HttpResponse:
    row = page.assignment
    try:
        if given["then"] == AnswerForm.NO:
            actions.decline_place(actor=request.actor, assignment=row, words=given["words"])
            messages.success(request, _("Declined. Whoever asked is told; nothing of this file is open to you by it."))
            return redirect("mechanism:home")
        actions.accept_place(actor=request.actor, assignment=row)
    except actions.Stands as stands:
        messages.error(request, str(stands))
        return redirect("mechanism:home")
    messages.success(request, _("You work with her now. Whoever asked is told."))
    return redirect("mechanism:file", row.case_id)
