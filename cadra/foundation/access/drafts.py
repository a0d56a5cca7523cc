"""What was typed when the session had already ended is kept, sealed, and offered again after signing in."""

import json
import uuid
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Draft, Session
from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.keeper import keeper

PURPOSE = "kept form"
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code")
LARGEST = 256 * 1024
LONGEST_ROUTE = 200


def keep(request: HttpRequest, ended: Session) -> bool:
    """Keep a POST of an ended session for its user; True when there is something to come back to."""
    if not _is_own_form(request) or ended.user_id is None or not ended.principals:
        return False
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER_KEPT}
    content = json.dumps(fields).encode()
    if not fields or len(content) > LARGEST:
        return False
    submission = request.POST.get("submission", "")
    address = request.get_full_path()
    Draft.objects.using("gate").update_or_create(
        # The same form pressed twice is kept once; two forms of one page are two.
        pk=uuid.uuid5(ended.user_id, submission) if submission else uuid.uuid4(),
        defaults={
            "owner": ended.principals[0],
            "route": address if len(address) <= LONGEST_ROUTE else request.path[:LONGEST_ROUTE],
            "content": keeper().seal_system(PURPOSE, content),
            "saved_at": now(),
        },
    )
    return True


def kept_for(actor: Actor) -> list[tuple[Draft, QueryDict]]:
    """The forms kept for this actor, newest first, with what was typed."""
    rows = Draft.objects.filter(owner=actor.principal).order_by("-saved_at")
    return [(row, _fields(keeper().open_system(PURPOSE, bytes(row.content)))) for row in rows]


def forget(actor: Actor, draft_id: uuid.UUID) -> None:
    """The form was sent again, or is no longer wanted."""
    Draft.objects.filter(pk=draft_id, owner=actor.principal).delete()


def forget_sent(actor: Actor, draft: str) -> None:
    """A kept form is being sent again: from here the form itself keeps what was typed."""
    try:
        forget(actor, uuid.UUID(draft))
    except ValueError:
        return


def _fields(content: bytes) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in json.loads(content).items():
        found.setlist(name, values)
    return found


def _is_own_form(request: HttpRequest) -> bool:
    """A form of our own page, sent by the same site; anything else is not worth keeping."""
    if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
        return False
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    if origin and origin != request.get_host():
        return False
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return not match.view_name.startswith(("account_", "mfa_", "access:"))
