"""What she thinks of a service is asked by others, kept beside earlier answers, and hidden from the provider."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, ProgrammingError

from cadra.foundation.access import actions as access
from cadra.foundation.access.models import Basis
from cadra.stages.support import actions
from cadra.stages.support.models import Rating, ServiceReferral
from cadra.stages.support.tests.scene import Scene

TYPED = {
    "asked_on_day": "1",
    "asked_on_month": "2",
    "asked_on_year": "2026",
    "form": "spoken",
    "answer_safe": "no",
    "answer_helped": "yes",
    "words": "They closed the door.",
}


def rated(scene: Scene, house: Any, referral: ServiceReferral, **values: Any) -> Rating:
    with house.as_("marta") as marta:
        return actions.rate(
            actor=marta, person=scene.person, referral=referral, **{"answers": {"safe": "no"}, "words": "W", **values}
        )


def test_what_was_not_asked_is_never_a_no(scene: Scene, house: Any) -> None:
    sent, client = scene.started(), house.client("marta")
    typed = {**TYPED, "submission": str(uuid4())}
    for _ in range(2):  # pressed twice
        assert client.post(scene.url("referral_rate", sent.pk), typed).status_code == 302
    [(kept,)] = house.sql("SELECT answers::text FROM support_rating", alias="stats")
    answers = json.loads(kept)
    assert (answers["safe"], answers["helped"], answers["in_time"]) == ("no", "yes", "not_asked")
    page = client.get(scene.url("referral", sent.pk)).content.decode()
    assert "Did you feel safe there? No" in page
    assert "They closed the door." in page
    assert "Did the help come when you needed it?" not in page


def test_no_answer_at_all_is_no_rating(scene: Scene, house: Any) -> None:
    sent = scene.started()
    typed = {**TYPED, "answer_safe": "not_asked", "answer_helped": ""}
    page = house.client("marta").post(scene.url("referral_rate", sent.pk), typed)
    assert "at least one question" in page.content.decode()
    assert not house.sql("SELECT 1 FROM support_rating")


def test_before_help_began_there_is_nothing_to_judge(scene: Scene, house: Any) -> None:
    sent = scene.refer()
    assert house.client("marta").get(scene.url("referral_rate", sent.pk)).status_code == 404
    with pytest.raises(actions.NotNow):
        rated(scene, house, sent)


def test_the_provider_never_sees_what_one_person_answered(scene: Scene, house: Any) -> None:
    """Nor when the file itself is shared with it; not by a page, nor by SQL; and it can't write one about itself."""
    sent = scene.started()
    rated(scene, house, sent)
    clinic = house.user("kleo").institution.principal
    with house.as_("rea") as rea:
        open_to = ["core", "support"]
        access.give(actor=rea, grants=[access.NewGrant(scene.person.pk, clinic, open_to, "custody", Basis.LEGAL_DUTY)])
    with house.as_("kleo") as kleo:
        assert ServiceReferral.objects.filter(pk=sent.pk).exists()
        assert not Rating.objects.exists()
        row = ServiceReferral.objects.get(pk=sent.pk)
        own: dict[str, Any] = {
            "case_id": scene.person.pk,
            "submission": uuid4(),
            "referral": row,
            "service": row.service,
            "answers": {"safe": "yes"},
            "asked_on": sent.sent_at.date(),
            "asked_by": kleo.user_id,
            "asked_by_institution": kleo.institution_principal,
            "desk": row.desk,
        }
        for provider in (clinic, clinic + 1):
            with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
                Rating(**own, provider=provider).save(force_insert=True)
    assert "Did you feel safe" not in house.client("kleo").get(f"/requests/{sent.pk}/").content.decode()


def test_earlier_answers_stay(scene: Scene, house: Any) -> None:
    sent = scene.started()
    rated(scene, house, sent), rated(scene, house, sent, answers={"safe": "yes"})
    with house.as_("marta"):
        assert Rating.objects.count() == 2
        for change in (lambda: Rating.objects.update(form="written"), lambda: Rating.objects.all().delete()):
            with pytest.raises(ProgrammingError), transaction.atomic():
                change()


def test_only_who_carries_the_file_asks(scene: Scene, house: Any) -> None:
    sent = scene.started()
    for name in ("kleo", "zana", "ada", "mona"):
        assert house.client(name).get(scene.url("referral_rate", sent.pk)).status_code == 404, name
