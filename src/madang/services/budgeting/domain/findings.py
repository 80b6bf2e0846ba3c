"""What a delegation found is published: by project with its sentence, by delegate with her points; and the proposers hear of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import telling
from madang.services.budgeting.domain.delegating import locked
from madang.services.budgeting.models import Delegation, Finding, Sitting
from madang.services.budgeting.models.delegation import Verdict


@transaction.atomic
def publish(*, actor: Actor, delegation: Delegation, words: Mapping[str, str], reason: str) -> Delegation:
    """Sign what follows from the scores. Nothing can be chosen here: the verdicts follow by the rule (`verdicts`).

    Args:
        words: by code of the project, what should change or why it is not recommended, as the session said it.

    Raises:
        RefusedError: 403 no mandate; 409 while a session is not closed, or there was none with projects; 422 where a
            sentence is missing.
    """
    fresh = locked(delegation)
    held = list(fresh.sittings.filter(hearings__isnull=False).distinct())
    results = reading.results(fresh)
    table = reading.published(fresh)
    done = move(
        fresh,
        "publish",
        actor=actor,
        reason=reason,
        organisation=fresh.round.host,
        payload={
            "points_sha256": hashlib.sha256(table).hexdigest(),
            "verdicts": {one.project.code: one.verdict or None for one in results},
        },
        changes={"published_at": clock.now()},
    )
    if not held or any(one.state != Sitting.State.CLOSED for one in held):
        raise RefusedError(
            _("Close every session with projects first; there has to be one."), "findings.open", status=409
        )
    lacking = [
        one.project.code
        for one in results
        if one.verdict in (Verdict.CHANGE, Verdict.AGAINST) and not words.get(one.project.code, "").strip()
    ]
    if lacking:
        raise RefusedError(
            _("Say in a sentence what should change or why not, as the session said it: %(which)s.")
            % {"which": ", ".join(lacking)},
            "findings.words",
            status=422,
        )
    for one in results:
        _publish(actor, one, words.get(one.project.code, "").strip())
    telling.of_round(done.round, "found", actor=actor)
    return done


def _publish(actor: Actor, result: reading.Result, words: str) -> None:
    """One project: its row, its act in the trail, and whoever proposed it."""
    project = result.project
    Finding.objects.create(
        project=project,
        verdict=result.verdict,
        reason_code=result.reason_code,
        words=words,
        mark=result.mark,
        at=clock.now(),
    )
    if not result.verdict:  # nobody scored it
        return
    audit.record(
        actor=actor,
        action=f"budgeting.delegation.{result.verdict}",
        target=project.reference,
        reason_code=result.reason_code,
        reason=words,
        organisation=project.round.host,
        is_public=project.is_public,
        payload={"mark_thousandths": result.mark, "scored": len(result.rows), "said": dict(result.counts)},
    )
    telling.of_project(project, f"found_{result.verdict}", actor=actor)
