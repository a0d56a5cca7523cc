"""What was typed when the session had already ended is kept, sealed, and offered again after signing in."""

import json
import uuid
from urllib.parse import urlsplit

from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve

from cadra.foundation.access.actor import Actor
from cadra.foundation.access.models import Draft, Session
from cadra.foundation.access.sessions import FORMER
from cadra.foundation.kernel.clock import now
from cadra.foundation.vault.keeper import keeper

PURPOSE = "kept form"
FIELD = "kept_draft"  # in a form sent again: which draft it was
SENDING = "kept_sending"  # in the session: address → draft, of forms sent again that came back with errors
NEVER_KEPT = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2", "code", FIELD)
UNSEEN = frozenset({"submission", "version"})  # of a form's machinery, never typed by anybody
LARGEST = 256 * 1024
MOST = 20  # of one owner
LONGEST_ROUTE = 200


def keep(request: HttpRequest, ended: Session) -> bool:
    """Keep a POST of an ended session for its user; True when there is something to come back to."""
    if ended.user_id is None or not ended.principals:
        return False
    return _keep(request, ended.principals[0], ended.user_id)


def keep_refused(request: HttpRequest) -> bool:
    """Keep a form drawn before its session ran out and sent after signing in again, which no longer proves where it
    comes from. Only when it comes from this very site and the browser held a session of the same user before."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or request.session.get(FORMER) != str(actor.user_id):
        return False
    return bool(request.headers.get("Origin")) and _keep(request, actor.principal, actor.user_id)


def _keep(request: HttpRequest, owner: int, user_id: uuid.UUID) -> bool:
    if not _is_own_form(request):
        return False
    fields = {name: values for name, values in request.POST.lists() if name not in NEVER_KEPT}
    content = json.dumps(fields).encode()
    rows = Draft.objects.using("gate")
    if not fields or len(content) > LARGEST or rows.filter(owner=owner).count() >= MOST:
        return False
    submission = request.POST.get("submission", "")
    address = request.get_full_path()
    rows.update_or_create(
        # The same form pressed twice is kept once; two forms of one page are two.
        pk=uuid.uuid5(user_id, submission) if submission else uuid.uuid4(),
        defaults={
            "owner": owner,
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


def words(typed: QueryDict) -> list[str]:
    """What somebody wrote or chose in a kept form, without what the form says to itself."""
    return [value for name, values in typed.lists() if name not in UNSEEN for value in values]


def forget(actor: Actor, draft_id: uuid.UUID) -> None:
    """The form was sent again, or is no longer wanted."""
    Draft.objects.filter(pk=draft_id, owner=actor.principal).delete()


def sent_again(request: HttpRequest, response: HttpResponse) -> None:
    """After the view: a kept form that was accepted is forgotten, one that came back with errors is remembered with
    its address until it is, any other stays as it was."""
    sending = request.session.get(SENDING, {})
    draft = request.POST.get(FIELD) or sending.get(request.path)
    if not draft:
        return
    if response.status_code == 200:
        request.session[SENDING] = {**sending, request.path: draft}
    elif 300 <= response.status_code < 400:
        _forget_text(request.actor, draft)  # type: ignore[attr-defined]
        request.session[SENDING] = {path: other for path, other in sending.items() if other != draft}


def sweep() -> int:
    """Delete kept forms nobody came back for in seven days; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT authz.sweep_drafts()")
        return int(cursor.fetchone()[0])


def _forget_text(actor: Actor, draft: str) -> None:
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
