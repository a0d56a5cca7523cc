"""Documents in words: why a file is not kept, how far it has come, how far a paper has come."""

import datetime as dt
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack import pack
from cadra.record.documents.models import Document, Making, Paper, Progress
from cadra.steering.mechanism.queries.colleagues import Names

#: Why a file is not kept (workshop.wire.REASONS), with what to do.
NOT_KEPT: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty. Choose it again, or take a new photograph."),
    "large": gettext_lazy("The file is larger than 25 MB. Photograph the paper, or send its pages apart."),
    "kind": gettext_lazy("This is not a photograph, PDF or Word document, whatever its name says. Send one of these."),
    "broken": gettext_lazy("The file is damaged or not complete. Send it again, or photograph the paper."),
    "locked": gettext_lazy("The file is locked with a password. Take the password off, or photograph the paper."),
    "program": gettext_lazy("The document has a program in it. Save it as PDF and send that, or photograph the paper."),
    "pixels": gettext_lazy("The picture has too many points to be opened safely. Take a smaller photograph."),
    "bomb": gettext_lazy("The file unpacks to far more than it seems. Photograph the paper instead."),
    "effort": gettext_lazy("The file could not be opened safely. Photograph the paper instead."),
}
TAGS = {Making.State.WAITING: "yellow", Making.State.READY: "", Making.State.REFUSED: "red"}
PAPER_TAGS = {
    Progress.LACKING: "red",
    Progress.APPLIED: "yellow",
    Progress.RECEIVED: "green",
    Progress.REFUSED: "grey",
    Progress.DROPPED: "grey",
}


def kind_word(code: str) -> str:
    """The name of a kind of document."""
    return pack().document_kinds.label(code)


def reason_word(code: str) -> str:
    """A reason of the pack to take along or remove."""
    return pack().document_reasons.label(code)


def title_of(document: Document) -> str:
    """Its title when it has one that is open, else its kind."""
    words = getattr(document, "plain", {}).get("words") or {}
    return str(words.get("title") or kind_word(document.kind))


def dated_of(document: Document) -> dt.date | None:
    """The date the paper bears."""
    words = getattr(document, "plain", {}).get("words") or {}
    return dt.date.fromisoformat(words["dated"]) if words.get("dated") else None


def line(document: Document, making: Making | None, names: Names) -> dict[str, Any]:
    """One line of the list."""
    state = Making.State(making.state) if making is not None else Making.State.READY
    return {
        "title": title_of(document),
        "kind": kind_word(document.kind),
        "part": Compartment(document.compartment_of_row).label,
        "dated": dated_of(document),
        "when": document.added_at,
        "by": names.user(document.added_by),
        "facts": facts(document, making),
        "url": reverse("mechanism:document", args=[document.case_id, document.pk]),
        "state": state.label if state != Making.State.READY else "",
        "colour": TAGS[state],
        "why": NOT_KEPT[making.reason] if making is not None and making.reason else "",
    }


def facts(document: Document, making: Making | None) -> str:
    """What it is and how much: "PDF, 3 pages, 1.2 MB"."""
    found = [document.get_format_display()]
    if making is not None and making.pages > 1:
        found.append(ngettext("%(count)s page", "%(count)s pages", making.pages) % {"count": making.pages})
    return ", ".join([*found, filesizeformat(document.size)])


def paper_line(paper: Paper, *, may_follow: bool) -> dict[str, Any]:
    """One paper she lacks or lacked."""
    return {
        "name": pack().papers.label(paper.kind),
        "tag": Progress(paper.progress).label,
        "colour": PAPER_TAGS[Progress(paper.progress)],
        "open": paper.is_open,
        "applied_on": paper.applied_on,
        "expected_on": paper.expected_on,
        "ended_on": paper.ended_on,
        "note": (getattr(paper, "plain", {}).get("words") or {}).get("note", ""),
        "url": reverse("mechanism:paper", args=[paper.case_id, paper.pk]) if may_follow else "",
    }


def progress_line(paper: Paper) -> str:
    """A paper and how far it is, on the overview."""
    return _("%(paper)s: %(progress)s") % {
        "paper": pack().papers.label(paper.kind),
        "progress": Progress(paper.progress).label,
    }
