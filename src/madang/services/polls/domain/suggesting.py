"""The machine learns from codes that people gave, and suggests for the rest. It never counts by itself."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.services.polls.domain import coding
from madang.services.polls.enums import AnalysisState
from madang.services.polls.models import Codebook, Learning

LEAST = 50
"""Answers with a code by people from which there is something to learn."""


def enough(codebook: Codebook) -> bool:
    return len(coding.labels(codebook)) >= LEAST


def ask(*, actor: Actor, codebook: Codebook) -> Learning:
    """Let the machine learn from what people have coded so far; a worker does it.

    Raises:
        RefusedError: 409 while it learns already; 422 with too few codes.
    """
    policy.require("polls.coding.lead", actor, codebook.poll)
    if not enough(codebook):
        raise RefusedError(
            _("There is too little to learn from yet. Code at least %(n)s answers first.") % {"n": LEAST},
            "learning.few",
            status=422,
        )
    try:
        with transaction.atomic():
            return Learning.objects.create(
                codebook=codebook, by=actor.user, created_at=clock.now(), state=AnalysisState.WAITING
            )
    except IntegrityError as error:
        raise RefusedError(_("It is learning already."), "learning.again", status=409) from error
