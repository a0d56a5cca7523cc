"""What happens beside the ordinary way: someone she fears, and a file opened in an emergency."""

from collections.abc import Sequence

from cadra.demo.actors import Troupe
from cadra.demo.network import Network
from cadra.demo.someone import Someone
from cadra.foundation.access.models import BreakGlass
from cadra.foundation.kernel.clock import now
from cadra.record.cases.models import Case, Stage
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened

FEARED = ("river", "police:10", "hands")


def refusals(troupe: Troupe, net: Network, people: Sequence[Someone]) -> None:
    """Three people name an institution that must never see their file."""
    carried = [one.case_id for one in people if one.manager == "marta" and one.case_id]
    with troupe.acting("marta", now()) as actor:
        mine = Case.objects.filter(case_id__in=carried, manager_id=actor.user_id).exclude(stage=Stage.CLOSED)
        for case, feared in zip(mine.order_by("opened_at"), FEARED, strict=False):
            file, _ = opened(actor, case.case_id)
            mechanism.refuse(actor=actor, file=file, principal=net.institutions[feared].principal)


def emergencies(troupe: Troupe, people: Sequence[Someone]) -> None:
    """Two files opened in an emergency, at the true hour (PostgreSQL writes it): one reviewed, one waiting."""
    others = [one for one in people if one.manager not in ("marta", "") and not one.stop and one.case_id]
    for place, (one, who, reason) in enumerate(
        [(others[-1], "ada", "danger_to_life"), (others[-2], "police-11", "missing")]
    ):
        with troupe.acting(one.officer, now()):
            reference = one.person().reference
        with troupe.acting(who, now()) as actor:
            found = mechanism.open_in_emergency(actor=actor, reference=reference, reason=reason)
        if found is not None and place == 1:
            with troupe.acting("dita", now()) as dita:
                opening = BreakGlass.objects.filter(case_id=found.case_id).latest("opened_at")
                mechanism.review_emergency(actor=dita, opening=opening, finding="justified")
