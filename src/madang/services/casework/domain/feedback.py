"""After the answer: how good it was, and that it is not fixed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers, attachments
from madang.commons.matters.models import Answer, Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Case, Part, Rating, SitePhoto


def rated(case: Case) -> tuple[Answer | None, Rating | None]:
    """The published answer that stands, and what its reader said of it."""
    answer = case.matter.answers.filter(state=Answer.State.PUBLISHED).order_by("-version").first()
    return answer, Rating.objects.filter(answer=answer).first() if answer is not None else None


@transaction.atomic
def rate(*, actor: Actor, case: Case, score: int, words: str = "") -> Rating:
    """Her word on the answer that stands, once for each answer. Public figures count it; nobody reads the words but
    the offices.

    Raises:
        RefusedError: 403 for anyone but the author; 409 without an answer or a second time; 422 for another score.
    """
    Matter.objects.select_for_update().get(pk=case.pk)
    policy.require("casework.case.rate", actor, case)
    answer, before = rated(case)
    if answer is None or case.matter.state != "answered":
        raise RefusedError(_("There is no answer yet."), "rating.none", status=409)
    if before is not None:
        raise RefusedError(_("You have rated this answer already."), "rating.twice", status=409)
    if score not in range(1, 6):
        raise RefusedError(_("Choose one of the five."), "rating.score", status=422)
    made = Rating.objects.create(answer=answer, case=case, score=score, words=words, at=clock.now())
    audit.record(
        actor=actor,
        action="casework.case.rate",
        target=case.reference,
        is_public=False,
        payload={"score": score, "answer": answer.reference},
    )
    publish(CaseChanged(case.pk, "rated", actor.user.pk if actor.user else None))
    return made


@transaction.atomic
def not_fixed(
    *, actor: Actor, case: Case, reason: str, parts: Sequence[Part] = (), uploads: tuple[Any, ...] = ()
) -> Case:
    """It is not fixed: the lead office has to answer again, and the offices of the parts that she names, each with a
    new clock.

    Raises:
        RefusedError: 422 after the last day for it, or a second time; 403 for anyone but the author.
    """
    reopened = answers.object_to(actor=actor, matter=case.matter, reason=reason)
    for part in parts:
        if part.case_id == case.pk and part.matter.state == "answered":
            answers.object_to(actor=actor, matter=part.matter, reason=reason)
    for upload in uploads:
        attachments.attach(matter=reopened, upload=upload)
    publish(CaseChanged(case.pk, "reopened", actor.user.pk if actor.user else None))
    return Case.objects.select_related("matter").get(pk=case.pk)


@transaction.atomic
def add_photos(
    *, actor: Actor, case: Case, matter: Matter, moment: str, uploads: tuple[Any, ...]
) -> list[SitePhoto]:
    """Photos that an office took on the spot, of the case or of its own part.

    Raises:
        RefusedError: 403 for anyone but the office; 422 for what is not a picture.
    """
    policy.require("casework.photo.add", actor, matter)
    if moment not in SitePhoto.Moment.values or not uploads:
        raise RefusedError(
            _("Choose the photos, and whether they were taken before or after."), "photo.moment", status=422
        )
    kept = [attachments.attach(matter=matter, upload=upload) for upload in uploads]
    if not all(one.is_picture for one in kept):
        raise RefusedError(_("Photos are JPEG, PNG or WebP."), "photo.type", status=422)
    made = [
        SitePhoto.objects.create(attachment=one, case=case, moment=moment, at=clock.now(), by=actor.user)
        for one in kept
    ]
    audit.record(
        actor=actor,
        action="casework.case.photos",
        target=case.reference,
        is_public=case.matter.is_public,
        organisation=matter.responsible,
        payload={"moment": moment, "files": [one.sha256 for one in kept]},
    )
    publish(CaseChanged(case.pk, "photos", actor.user.pk if actor.user else None))
    return made
