"""Reading a referral as its sender: where it stands, what was sent, what came back, and whom to ask next."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists
from django.http import Http404

from cadra.foundation import vault
from cadra.foundation.access.actor import Actor
from cadra.foundation.kernel.clock import today
from cadra.foundation.kernel.compartments import Compartment
from cadra.foundation.kernel.pack.models import Recipient
from cadra.foundation.ledger import queries as ledger
from cadra.foundation.network.models import Desk
from cadra.foundation.network.queries import desk_names, user_names
from cadra.record.consent.models import Consent
from cadra.stages.support import policy
from cadra.stages.support.models import OPEN, Delivery, Extract, Offer, Rating, ReferralState, ServiceReferral, Turn
from cadra.stages.support.queries.boards import needs_sender
from cadra.stages.support.queries.extract import Choice, choices, chosen, sources
from cadra.stages.support.queries.files import File, file_for, look
from cadra.stages.support.queries.providers import Suggestion, desk_at, next_providers
from cadra.stages.support.queries.requests import ORDER, SHOWN
from cadra.stages.support.queries.waiting import someone_there
from cadra.stages.support.sheets import Edition, Line, edition_of, message_lines
from cadra.stages.support.sheets.freezing import MESSAGE, commitment, digest_of


@dataclass(frozen=True)
class ReferralPage:
    """One referral as the file's side sees it. `parts`: envelope and the parts the actor herself may read, as sent."""

    file: File
    referral: ServiceReferral
    parts: Sequence[tuple[str, Sequence[Line]]]
    edition: Edition
    turns: Sequence[Turn]
    deliveries: Sequence[Delivery]
    consent: Consent | None
    desk: Desk | None
    names: dict[UUID, str]
    next_desks: Sequence[Suggestion]
    someone_there: bool
    ratings: Sequence[Rating]
    may_rate: bool

    @property
    def needs_sender(self) -> bool:
        """Whether the sender has to decide what now."""
        return needs_sender(self.referral)


def referral_page(actor: Actor, case_id: UUID, referral_id: UUID, *, to_change: bool = False) -> ReferralPage:
    """One referral with everything that happened to it, or 404; the look is recorded.

    Of the identity part only the labels are given: whoever wants to read it opens it for a purpose.
    """
    file = file_for(
        actor,
        case_id,
        ServiceReferral.objects.filter(case_id=case_id, pk=referral_id),
        Extract.objects.filter(referral_id=referral_id),
        Turn.objects.filter(referral_id=referral_id).order_by("at", "id"),
        Delivery.objects.filter(referral_id=referral_id).order_by("on", "recorded_at", "id"),
        Consent.objects.filter(case_id=case_id),
        Rating.objects.filter(referral_id=referral_id).order_by("-asked_on", "-recorded_at"),
        ServiceReferral.objects.filter(Exists(someone_there(today())), pk=referral_id).only("id", "case_id"),
        to_change=to_change,
    )
    referrals, extracts, turns, deliveries, consents, ratings, attended = file.more
    if not referrals:
        raise Http404
    referral = referrals[0]
    shown = [row.compartment_of_row for row in extracts if row.compartment_of_row != Compartment.IDENTITY]
    look(actor, file.person, "looked_at_referral", ["support", *shown], referral.pk)
    there = referral.state not in OPEN or bool(attended)
    silent = referral.state == ReferralState.SENT or not there
    desk = desk_at(referral.desk)
    who = [*(t.by for t in turns), *(d.recorded_by for d in deliveries), *(r.asked_by for r in ratings)]
    return ReferralPage(
        file,
        referral,
        opened_parts(referral, extracts),
        edition_of(referral.edition),
        turns,
        deliveries,
        next((one for one in consents if one.pk == referral.consent_id), None),
        desk,
        user_names([referral.sender_id, *who]),
        next_providers(actor, referral, file) if file.may_plan and (silent or needs_sender(referral)) else [],
        there,
        ratings,
        desk is not None and file.may_plan and policy.may_be_rated(referral) and policy.may_rate(actor, desk),
    )


def refer_page(actor: Actor, case_id: UUID, *, offer_id: UUID | None = None) -> tuple[File, Offer | None]:
    """The file a referral is prepared on, and the offer it follows from."""
    file = file_for(
        actor,
        case_id,
        Offer.objects.filter(case_id=case_id, pk=offer_id) if offer_id else Offer.objects.none(),
        verb="looked_at_plan",
        to_change=True,
    )
    return file, next(iter(file.more[0]), None)


def preview(actor: Actor, case_id: UUID, parts: Sequence[str]) -> tuple[File, list[Choice]]:
    """What can be sent of these parts; the look is recorded under each of them."""
    file = file_for(actor, case_id, *sources(case_id, parts), to_change=True)
    look(actor, file.person, "looked_at_preview", ["core", *(part for part in parts if part in file.parts)])
    found = choices(["core", *parts], case=file.case, profile=file.profile, rows=file.more)
    return file, [choice for choice in found if choice.part == "core" or choice.part in file.parts]


def prepared(
    found: Sequence[Choice],
    agreed: Sequence[str],
    keys: Collection[str] | None,
    *,
    service: str,
    recipient: Recipient | None,
    urgency: str,
    asks: str,
    until: dt.datetime,
) -> dict[str, list[Line]]:
    """part → lines, envelope first: exactly what is previewed, frozen and read."""
    content = chosen(found, keys)
    envelope = message_lines(
        service=service, recipient=recipient, urgency=urgency, asks=asks, parts=["core", *agreed], until=until
    )
    return {MESSAGE: envelope, **{part: content[part] for part in sorted(content, key=ORDER.__getitem__)}}


def opened_parts(referral: ServiceReferral, extracts: Sequence[Extract]) -> list[tuple[str, list[Line]]]:
    """What was sent, from opened rows: envelope, then the parts in their order. Closed parts are left out."""
    shown: Any = [(MESSAGE, referral.plain["message"])]
    shown += [
        (row.compartment_of_row, row.plain["content"])
        for row in sorted(extracts, key=lambda row: ORDER[row.compartment_of_row])
    ]
    return [(part, content["lines"]) for part, content in shown if content]


@dataclass(frozen=True)
class ShownPage:
    """What the desk was shown: by whom it was opened, in which language, and whether the ledger bears it out.

    `openings`: (when, who, language). `proven`: what is kept is what the ledger's entry of the sending stands for;
    None when that can't be told: a part is not open to the reader, or the ledger has no such entry (`sent_at` None).
    """

    file: File
    referral: ServiceReferral
    parts: Sequence[tuple[str, Sequence[Line]]]
    edition: Edition
    desk: str
    sent_at: dt.datetime | None
    openings: Sequence[tuple[dt.datetime, str, str]]
    proven: bool | None


def shown_page(actor: Actor, case_id: UUID, referral_id: UUID) -> ShownPage:
    """The sheet again, with its proof; the look is recorded. 404 like the referral itself."""
    file = file_for(
        actor,
        case_id,
        ServiceReferral.objects.filter(case_id=case_id, pk=referral_id),
        Extract.objects.filter(referral_id=referral_id),
    )
    referrals, extracts = file.more
    if not referrals:
        raise Http404
    referral = referrals[0]
    entries = ledger.about(file.person.ledger_alias, referral.pk)
    read = [row.compartment_of_row for row in extracts if row.compartment_of_row != Compartment.IDENTITY]
    look(actor, file.person, "looked_at_referral", ["support", *read], referral.pk)
    sent = next((one for one in entries if one.verb == "referred"), None)
    looks = [one for one in entries if one.verb == "looked_at_referral" and one.outcome.startswith(SHOWN)]
    names = user_names(one.actor for one in looks)
    return ShownPage(
        file,
        referral,
        opened_parts(referral, extracts),
        edition_of(referral.edition),
        desk_names([referral.desk]).get(referral.desk, ""),
        sent.at if sent else None,
        [(one.at, names.get(one.actor, "") if one.actor else "", one.outcome.removeprefix(SHOWN)) for one in looks],
        _proves(sent.outcome, referral, extracts, file.parts) if sent else None,
    )


def _proves(
    outcome: str, referral: ServiceReferral, extracts: Sequence[Extract], open_parts: Collection[str]
) -> bool | None:
    """Every part that is open has the digest beside it, and all digests together are what the ledger keeps; None when
    a part is not open to the reader."""
    kept: Any = [(MESSAGE, referral.message_digest, referral.plain["message"])]
    kept += [(row.compartment_of_row, row.digest, row.plain["content"]) for row in extracts]
    if not all(digest == digest_of(part, content) for part, digest, content in kept if content):
        return False
    missing = set(referral.parts) - {row.compartment_of_row for row in extracts}
    if missing and missing.isdisjoint(open_parts):
        return None
    return outcome == commitment(referral.edition, [(part, digest) for part, digest, _content in kept])


def followed(actor: Actor, case_id: UUID, referral_id: UUID | None) -> ServiceReferral | None:
    """The referral a new one replaces, when it is of the same file."""
    if referral_id is None:
        return None
    return ServiceReferral.objects.filter(case_id=case_id, pk=referral_id).first()


def as_before(actor: Actor, case_id: UUID, referral_id: UUID | None) -> dict[str, str]:
    """What the replaced referral asked, to be asked again elsewhere. Nothing she agreed to is in it."""
    row = followed(actor, case_id, referral_id)
    if row is None:
        return {}
    vault.unseal(actor.ring, [row])
    message: Any = row.plain["message"]
    lines = message["lines"] if message else []
    asks = next((str(line["value"]) for line in lines if line["code"] == "asks"), "")
    return {"service": row.service, "urgency": row.urgency, "asks": asks}


def sent_before(actor: Actor, case_id: UUID, referral_id: UUID | None) -> set[str]:
    """Keys of the lines the replaced referral sent, of the parts open to the actor: the same are proposed again."""
    if referral_id is None:
        return set()
    rows = list(Extract.objects.filter(case_id=case_id, referral_id=referral_id))
    vault.unseal(actor.ring, rows)
    kept: list[tuple[str, Any]] = [(row.compartment_of_row, row.plain["content"]) for row in rows]
    return {f"{part}.{line['code']}" for part, content in kept if content for line in content["lines"]}
