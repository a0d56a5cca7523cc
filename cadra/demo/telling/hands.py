"""Somebody of her own: a lawyer who said yes, one who was asked, and files on their way to the next hand."""

import datetime as dt
from uuid import uuid4

from cadra.demo import data
from cadra.demo.actors import Troupe
from cadra.foundation.kernel.clock import DAY, now
from cadra.record.cases.models import Assignment, Case, Stage
from cadra.record.people import actions as people
from cadra.record.people.models import Person, Profile
from cadra.steering.mechanism import actions
from cadra.steering.mechanism.queries.handing import handover_page
from cadra.steering.mechanism.queries.opened import opened

PLACE, LAWYER = "lawyer", "albana"


def somebody_of_her_own(troupe: Troupe, spoken: str) -> None:
    """Marta asks a lawyer for two of those she works with; Sara hands a colleague's file to Marta."""
    yesterday = now() - DAY
    with troupe.acting("marta", yesterday) as marta:
        mine = Case.objects.filter(manager_id=marta.user_id).exclude(stage=Stage.CLOSED).order_by("opened_at")[:2]
        files = [case.case_id for case in mine]
        for case_id, why in zip(files, data.words("team_why", spoken), strict=False):
            asking = actions.Asking(PLACE, troupe.users[LAWYER].pk, why)
            actions.ask(actor=marta, file=opened(marta, case_id)[0], asking=asking, submission=uuid4())
        for case_id in files[:1]:
            profile = Profile.objects.get(case_id=case_id)
            person = Person.objects.get(pk=case_id)
            people.save_profile(actor=marta, person=person, version=profile.version, worker_sex="female")
    with troupe.acting(LAWYER, yesterday + dt.timedelta(hours=3)) as lawyer:
        for asked in Assignment.objects.filter(user_id=lawyer.user_id, case_id__in=files[:1]):
            actions.accept_place(actor=lawyer, assignment=asked)
    with troupe.acting("sara", yesterday) as sara:
        others = Case.objects.filter(holder=sara.institution_principal, manager_id__isnull=False)
        others = others.exclude(stage=Stage.CLOSED).exclude(manager_id=troupe.users["marta"].pk)
        for case, words in zip(others.order_by("opened_at")[:2], data.words("briefing", spoken), strict=False):
            page = handover_page(sara, case.case_id)
            briefing = actions.Briefing(troupe.users["marta"].pk, words, data.words("her_wants", spoken)[0])
            actions.write_handover(actor=sara, file=page.file, briefing=briefing)
            actions.send_handover(actor=sara, file=page.file, ahead=page.ahead)
