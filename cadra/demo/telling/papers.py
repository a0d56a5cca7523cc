"""Papers she lacks, and a few documents: drawn here, nobody's."""

import datetime as dt
import io
from functools import cache
from uuid import uuid5

from PIL import Image, ImageDraw, ImageFont

from cadra.demo.acts import Script
from cadra.demo.someone import SPACE, Someone
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import DAY, today
from cadra.foundation.kernel.pack import pack
from cadra.record.documents import actions as documents
from cadra.record.documents.arriving import Arrival

LACKED = ("identity_card", "birth_certificate", "health_card", "school_record")
SHEET = (900, 1270)


def papers(script: Script, planned: dt.datetime, spoken: str) -> None:
    """What she lacks is written down with the plan; some of it came since, two documents are kept."""
    one = script.one
    if not (one.fate or one.maybe(0.25)):
        return
    script.add(planned + dt.timedelta(hours=2), one.manager, lambda actor: _lacks(one, actor))
    if one.fate:
        script.add(planned + dt.timedelta(hours=3), one.manager, lambda actor: _keep(one, actor, spoken))


def _lacks(one: Someone, actor: Actor) -> None:
    person = one.person()
    for place, kind in enumerate(one.dice.sample(LACKED, k=one.pick([1, 1, 2]))):
        applied = one.maybe(0.6)
        standing = documents.Standing(
            progress="applied" if applied else "lacking",
            applied_on=today() if applied else None,
            expected_on=today() + one.dice.randint(15, 70) * DAY,
        )
        documents.need_paper(
            actor=actor, person=person, kind=kind, standing=standing, submission=uuid5(SPACE, f"{one.case_id}{place}")
        )


def _keep(one: Someone, actor: Actor, spoken: str) -> None:
    person = one.person()
    for kind in ("school", "agreement"):
        documents.keep(
            actor=actor,
            person=person,
            arrivals=[_arrived(_sheet(pack().document_kinds.label(kind, spoken)))],
            about=documents.About(kind),
            submission=uuid5(SPACE, f"{one.case_id}{kind}"),
        )


@cache
def _sheet(title: str) -> bytes:
    """A sheet of paper with a title and lines nobody can read."""
    sheet = Image.new("L", SHEET, 250)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((40, 40, SHEET[0] - 40, SHEET[1] - 40), outline=150, width=3)
    pen.text((90, 120), title, fill=40, font=ImageFont.load_default(size=38))
    for row in range(16):
        pen.rectangle((90, 260 + row * 52, 760 - (row * 97) % 260, 274 + row * 52), fill=205)
    written = io.BytesIO()
    sheet.save(written, "PNG", optimize=True)
    return written.getvalue()


def _arrived(data: bytes) -> Arrival:
    arrival = Arrival()
    arrival.feed(data)
    arrival.finish()
    return arrival
