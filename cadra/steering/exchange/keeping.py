"""What runs and jobs hand on to one another: the report, the session of a job, and the end of what was sealed."""

import base64

from django.utils.translation import gettext as _

from cadra.foundation import vault
from cadra.foundation.access import signin
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.afterwards import afterwards
from cadra.foundation.kernel.clock import now
from cadra.foundation.network.models import User
from cadra.foundation.vault.keeper import keeper
from cadra.steering.exchange.models import Part, Run, State
from cadra.steering.exchange.report import Report

PASS = "exchange session"  # noqa: S105 - a purpose, not a password


def finish(*, actor: Actor, run: Run) -> None:
    """The run is over: what was sealed for it goes now; its key opens for nobody, and the sweep destroys it."""
    Part.objects.filter(run_id=run.pk).delete()
    run.report, run.size, run.finished_at = None, 0, run.finished_at or now()
    run.save()
    token = actor.ring.token or ""
    afterwards(lambda: keeper().end_grants(token, [run.pk]))


def keep_report(*, actor: Actor, run: Run, report: Report) -> None:
    """Keep what checking found, sealed, for the page that shows it."""
    vault.seal(actor.ring, run, report=report.as_dict())
    run.rows, run.done, run.problems = report.rows, report.rows, report.problem_count
    run.added, run.known = report.new, report.known
    run.state = State.WRONG if report.problem_count else State.CHECKED
    run.save()


def pass_for(actor: Actor) -> str:
    """A session of its own for the work, sealed: the queue holds nothing that opens anything."""
    user = User.objects.select_related("institution").get(pk=actor.user_id)
    token = signin.open_for_command(user, device=_("Import or export"))
    return base64.b64encode(keeper().seal_system(PASS, token.encode())).decode()


def token_of(sealed: str) -> str:
    """The session a job was given."""
    return keeper().open_system(PASS, base64.b64decode(sealed)).decode()
