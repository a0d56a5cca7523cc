"""What else the mechanism can be told about somebody: every other feature that takes words, each by its own action."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import openpyxl

from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.pack import pack
from cadra.record.consent.models import Answer
from cadra.record.documents import actions as documents
from cadra.record.documents.tests import samples
from cadra.record.documents.tests.arrived import arrived, made_ready
from cadra.record.interpreting.tests.scene import asked, interpreter
from cadra.record.people import actions as people
from cadra.record.people import contacts
from cadra.record.tasks import actions as tasks
from cadra.stages.support import actions as support
from cadra.stages.support.fairness import earliest_effect
from cadra.steering.budget import actions as budget
from cadra.steering.exchange import jobs, keeping, queries
from cadra.steering.exchange.actions import runs
from cadra.steering.mechanism import actions as mechanism
from cadra.steering.mechanism.queries.opened import opened
from tests import cast

AMOUNT = 1_250_50


class Features:
    """Each method takes its share of people; `planter` is the house with one file Marta carries."""

    def __init__(self, planter: Any) -> None:
        self.planter = planter
        self.house, self.person, self.clinic = planter.house, planter.person, planter.clinic

    def everything(self, some: Sequence[Any]) -> None:
        """Each of them through one feature, turn by turn."""
        kinds = (
            *(self.profile, self.contact_made, self.task, self.paper, self.document, self.agreed_plan, self.needs),
            *(self.safety, self.fairness, self.decision, self.rating, self.money, self.interpreting, self.team),
        )
        self._ready()
        for number, one in enumerate(some):
            kinds[number % len(kinds)](one)
        self.handed_over(some[0])
        self.closing(some[1])

    def _ready(self) -> None:
        self.arta = interpreter(self.house, "Arta of the roster")
        with self.house.as_("sara") as sara:
            year = {"starts": today().replace(month=1, day=1), "ends": today().replace(month=12, day=31)}
            told = {"programme": "Reintegration", "funder": "Lake Fund", "amount": 500_000_00, **year}
            self.line = budget.open_line(actor=sara, submission=uuid4(), **told)
        with self.house.as_("ina") as ina:
            own = dict.fromkeys(pack().written_languages, "1. **Knock.** Before coming in.")
            self.rules = support.write_rules(actor=ina, text=own, submission=uuid4())
        with self.house.as_("marta") as marta:
            self.offered = support.offer(actor=marta, person=self.person, offers=[support.NewOffer(service="medical")])
            self.referral = support.refer(
                actor=marta, person=self.person, desk=self.clinic, service="medical", capacity="health",
                agreement=support.Agreement(
                    answer=Answer.GIVEN, asked_for=["contact"], parts=["contact"], explained=["who"],
                    explained_form="spoken", explained_language="sq",
                ),
            )  # fmt: skip
        with self.house.as_("kleo") as kleo:
            support.receive(actor=kleo, referral=self.referral)
            support.answer(actor=kleo, referral=self.referral, state="accepted")
            support.deliver(actor=kleo, referral=self.referral, words="")

    # The record ----------------------------------------------------------------------------------

    def profile(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            told = {"languages": [one.family], "interpreter": one.given, "sex": one.phone, "age": one.number}
            more = {"nationality": [one.address], "worker_sex": one.family}
            people.save_profile(actor=marta, person=self.person, called=one.given, **told, **more)
        with self.house.as_("rea") as rea:
            names = [{"given": one.given, "family": one.family, "note": ""}]
            people.save_identity(actor=rea, person=self.person, names=names, other={"father": one.given})
        self.planter.overwritten.add(one)

    def contact_made(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            channel = {"kind": "phone", "value": one.phone}
            row = contacts.reach_out(actor=marta, person=self.person, contact={}, channel=channel, why=str(one))
            contacts.note_result(actor=marta, person=self.person, row=row, result="reached", what=one.family)

    def task(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            wanted = tasks.Wanted(one.family, more=str(one))
            row = tasks.create(actor=marta, person=self.person, part="support", wanted=wanted)
            tasks.put_off(actor=marta, task=row, on=today() + dt.timedelta(9), reason=one.given)

    def paper(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            standing = documents.Standing("lacking", note=str(one))
            documents.need_paper(
                actor=marta, person=self.person, kind="passport", standing=standing, submission=uuid4()
            )

    def document(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            letter = arrived(samples.docx())
            about = documents.About("school", one.family)
            documents.keep(actor=marta, person=self.person, arrivals=[letter], about=about, submission=uuid4())
            made_ready(letter, [("p", str(one))])

    def interpreting(self, one: Any) -> None:
        asked(self.house, self.person, self.arta, place=one.address, more=str(one))

    # Support -------------------------------------------------------------------------------------

    def agreed_plan(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            plan = support.start_plan(actor=marta, person=self.person)
            said: dict[str, Any] = {"agreed_on": today(), "form": "spoken", "her_words": str(one)}
            support.agree_plan(actor=marta, person=self.person, version=plan.version, **said)

    def needs(self, one: Any) -> None:
        who: dict[str, Any]
        with self.house.as_("marta") as marta:
            who = {"actor": marta, "person": self.person}
            words = {"called": one.given, "relation": one.family, "age": "6"}
            support.name_dependant(**who, words=words, submission=uuid4())
            look = support.begin_assessment(**who, held_on=today(), held_how="paper")
            said = {"strengths": str(one), "wishes": one.family, "notes": one.address}
            answers = {"school_now": "no", "school": "now"}
            support.assess_domain(**who, assessment=look, domain="education", version=0, answers=answers, words=said)
            support.finish_assessment(**who, assessment=look)

    def safety(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            who: dict[str, Any] = {"actor": marta, "person": self.person}
            now = {**who, "version": self._version("support_riskassessment"), "for_child": False}
            threat = {"words": one.given, "principal": None}
            support.write_risk(**now, answers={"threats": "yes"}, sources=[threat], words=str(one))
            now["version"] = self._version("support_safetyplan")
            helper = {"name": one.given, "phone": one.phone, "on_card": one.family}
            said = {"code_word": one.family, "card": one.address, "people": [helper]}
            support.write_safety_plan(**now, parts={"steps": str(one)}, **said)
            happened = {"what": str(one), "done": one.family, "happened_on": today(), "kind": "threat"}
            support.note_incident(**who, **happened, submission=uuid4())

    def _version(self, table: str) -> int:
        rows = self.house.sql(f"SELECT max(version) FROM {table} WHERE case_id = %s", [self.person.pk])
        return rows[0][0] or 0

    def fairness(self, one: Any) -> None:
        """Rules, a restriction looked at again, and an exclusion to its end."""
        with self.house.as_("marta") as marta:
            who: dict[str, Any] = {"actor": marta, "person": self.person}
            said = support.Explained("spoken", "sq", "yes", "signed", str(one))
            version = {"institution": self.rules.institution, "number": self.rules.number, "draft": ""}
            support.answer_rules(**who, **version, explained=said, submission=uuid4())
            new = support.NewRestriction(
                kind="telephone", ground="danger_others", reason=str(one), agreement="not_agreed",
                her_words=one.family, decided_by=marta.user_id, since=today(), review_on=today(),
            )  # fmt: skip
            restriction = support.restrict(**who, new=new, submission=uuid4())
            looked = support.Looked("kept", str(one), "agreed", one.family, today())
            support.look_again(**who, restriction=restriction, version=1, looked=looked, submission=uuid4())
            offered = support.offer(**who, offers=[support.NewOffer(service="medical")])[0]
            told = {"happened_words": str(one), "tried": one.family, "takes_effect_on": earliest_effect()}
            reasons = ["excluded_for_rules"]
            row = support.give_notice(**who, offer=offered, reasons=reasons, **told, submission=uuid4())
        for name, do, yes in (
            ("sara", support.decide_exclusion, {"agrees": True}),
            ("marta", support.hear_objection, {"objects": True}),
            ("nora", support.answer_objection, {"upholds": True}),
        ):
            with self.house.as_(name) as actor:
                row = do(actor=actor, person=self.person, exclusion=row, version=row.version, words=str(one), **yes)

    def decision(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            again = {"again_way": "", "again": one.address}
            said = support.Decision("declined", [], words=str(one), family=one.given, **again)
            new = support.NewOffer(service="medical", explained=one.family, decision=said)
            support.offer(actor=marta, person=self.person, offers=[new])

    def rating(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            self.referral.refresh_from_db()
            support.rate(
                actor=marta, person=self.person, referral=self.referral, answers={"safe": "yes"}, words=str(one)
            )

    # Steering ------------------------------------------------------------------------------------

    def money(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            cost = budget.Cost(line=self.line.pk, amount=AMOUNT, words=str(one))
            budget.spend(actor=marta, person=self.person, cost=cost, offer=self.offered[0])

    def team(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            asking = mechanism.Asking("counsellor", self.house.user("kleo").pk, str(one))
            file = opened(marta, self.person.pk)[0]
            row = mechanism.ask(actor=marta, file=file, asking=asking, submission=uuid4())
        with self.house.as_("kleo") as kleo:
            mechanism.decline_place(actor=kleo, assignment=row, words=one.family)

    def handed_over(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            file = opened(marta, self.person.pk)[0]
            briefing = mechanism.Briefing(self.house.user("nora").pk, str(one), one.family, one.given)
            mechanism.write_handover(actor=marta, file=file, briefing=briefing)
            row = mechanism.send_handover(actor=marta, file=file, ahead=[{"what": str(one), "due": ""}])
        with self.house.as_("nora") as nora:
            mechanism.decline_handover(actor=nora, person=self.person, handover=row, words=str(one))

    def closing(self, one: Any) -> None:
        with self.house.as_("marta") as marta:
            said = {"reason": pack().reasons_to("closed")[0].code, "her_word": "agrees"}
            words = {"why": str(one), "come_back": one.address}
            file = opened(marta, self.person.pk)[0]
            mechanism.propose_closing(actor=marta, file=file, **said, **words, submission=uuid4())

    # Exchange ------------------------------------------------------------------------------------

    def spreadsheets(self, some: Sequence[Any]) -> None:
        """Sent in as a file, checked and taken by the worker, taken out again; and one that has something wrong."""
        self._work(self._sent(some), runs.confirm_import)
        with self.house.as_("rea") as rea:
            run = runs.begin_export(actor=rea, submission=uuid4(), purpose="transfer")
        self._work(run, runs.confirm_export, checked=True)
        with self.house.as_("rea") as rea:
            assert sum(map(len, queries.export_of(rea, queries.run_for(rea, run.pk)))) > 1_000
        wrong = self._sent(some[:3], wrong=True)
        self._job(jobs.check_run, wrong)

    def _sent(self, some: Sequence[Any], wrong: bool = False) -> Any:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Sheet1")
        heads = ["prs_FirstName", "prs_SecondName", "prs_Birthdate", "prs_MobilePhone", "prs_IdentityNumber"]
        sheet.append([*heads, *([some[0].family] if wrong else [])])
        for one in some:
            born = one.address if wrong else "1999-01-02"
            sheet.append([one.given, one.family, born, one.phone, one.number, "x"])
        stream = io.BytesIO()
        book.save(stream)
        stream.seek(0)
        with self.house.as_("rea") as rea:
            return runs.begin_import(actor=rea, submission=uuid4(), stream=stream)

    def _work(self, run: Any, confirm: Any, *, checked: bool = False) -> None:
        if not checked:
            self._job(jobs.check_run, run)
        with self.house.as_("rea") as rea:
            confirm(actor=rea, run=queries.run_for(rea, run.pk))
        self._job(jobs.work_run, run)

    def _job(self, job: Any, run: Any) -> None:
        """As the worker does it: in a session of its own."""
        with self.house.as_("rea") as rea:
            sealed = keeping.pass_for(rea)
        job(run.pk, sealed)


def let_nora_in(house: Any) -> None:
    """A colleague of Marta's who takes over, and looks at an objection as the third."""
    cast.join(house, "nora", beside="marta")
