"""The first concrete help, as the file page tells it: how long it took, or what could be the first."""

from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from cadra.foundation.kernel.addresses import reverse
from cadra.foundation.kernel.clock import now
from cadra.foundation.kernel.pack import pack
from cadra.foundation.kernel.pack.first_help import FirstHelp
from cadra.record.cases.models import Case
from cadra.stages.support.dates import first_contact, first_help_due
from cadra.stages.support.forms.refer import limit_words


def first_help(case: Case, *, offering: bool) -> dict[str, Any]:
    """`line`: the time it took, against the pack's; `offers`: quick things, while none came and the actor may offer."""
    began, came = first_contact(case), case.first_help_at
    if came is not None:
        after = _("First help came after %(time)s.") % {"time": timesince(began, came)}
        return {"line": after if came > began else _("First help came at the first contact."), "offers": []}
    if case.closed_at is not None:
        return {"line": _("No help came before the file was closed."), "offers": []}
    words = {"time": timesince(began, now()), "limit": limit_words("first_help")}
    return {
        "line": _("No help for %(time)s yet. The first should come within %(limit)s.") % words,
        "late": first_help_due(case) < now(),
        "offers": [_offer(case.case_id, one) for one in pack().first_help] if offering else [],
    }


def _offer(case_id: UUID, one: FirstHelp) -> dict[str, Any]:
    page, asked = "support:offer_new", {"service": one.service}
    if one.given:
        page, asked = "support:help_new", {**asked, "kind": one.given}
    url = f"{reverse(page, args=[case_id])}?{urlencode(asked)}"
    return {"words": str(one), "hint": str(one.hint or ""), "url": url}
