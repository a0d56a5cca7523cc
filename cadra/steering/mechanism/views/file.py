"""The file on one screen, its team, and who saw it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cadra.foundation.access.middleware import StaffRequest
from cadra.steering.mechanism import presenting
from cadra.steering.mechanism.deadlines import deadlines
from cadra.steering.mechanism.document_words import progress_line
from cadra.steering.mechanism.file_panels import (
    board_lines,
    first_help_of,
    identification_rows,
    responsible,
    standing_lines,
)
from cadra.steering.mechanism.identity_window import window_of
from cadra.steering.mechanism.policy import may_take_custody
from cadra.steering.mechanism.queries.file import file_page
from cadra.steering.mechanism.words import part_word, role_word


@require_GET
def file(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything at a glance, as far as it is open."""
    page = file_page(request.actor, case_id)
    window = window_of(request.session, case_id)
    closed = [part for part in presenting.SHOWN_PARTS if part not in page.file.parts]
    return render(
        request,
        "mechanism/file.html",
        {
            **presenting.frame(page.file, "file", until=window.until if window else None),
            "page": page,
            "journey": presenting.journey(page.stages),
            "warnings": presenting.contact_warnings(page.contact),
            "deadlines": deadlines(page),
            "matrix": presenting.matrix(page.consents, page.names),
            "timeline": presenting.timeline(page.events, page.names),
            "team": [
                {
                    "key": role_word(one.role),
                    "value": page.names.user(one.user_id),
                    "hint": page.names.institution(one.institution_id),
                }
                for one in page.team
            ],
            "may_take": may_take_custody(request.actor, page.file.case, page.file.mine),
            "summary": identification_rows(page),
            "standing": standing_lines(page),
            "responsible": responsible(page),
            "rests": page.file.rests,
            "board": board_lines(page),
            "first_help": first_help_of(page),
            "papers": [progress_line(one) for one in page.papers],
            "closed": [part_word(part) for part in closed],
        },
    )
