"""The machine learns from codes that people gave, and suggests for the rest. It never counts by itself.

A worker learns; what it learned from, and how good it was on answers it had not seen, is kept beside the suggestions.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.audit import canonical
from madang.kernel.errors import RefusedError
from madang.kernel.logic import suggest
from madang.kernel.logic.features import features_of
from madang.kernel.logic.intervals import wilson
from madang.services.polls import stems_child
from madang.services.polls.domain import coding, tasks
from madang.services.polls.enums import AnalysisState, CodebookState
from madang.services.polls.logic import alike
from madang.services.polls.models import Codebook, Learning, Suggestion, Task

LEAST = 50
"""Answers with a code by people from which there is something to learn."""


def enough(codebook: Codebook) -> bool:
    return len(coding.labels(codebook)) >= LEAST


def ask(*, actor: Actor, codebook: Codebook) -> Learning:
    """Let the machine learn from what people have coded so far; a worker does it.

    Raises:
        RefusedError: 409 while it learns already or once the version is retired; 422 with too few codes.
    """
    policy.require("polls.coding.lead", actor, codebook.poll)
    if codebook.state != CodebookState.FIXED:
        raise RefusedError(
            _("The codebook has to be fixed before anybody codes with it."), "polls.codebook_open", status=409
        )
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


def learn_waiting() -> int:
    """Everything that was asked for. For a job that one worker runs at a time: what is found running was left by a
    worker that died, and is done again."""
    rows = Learning.objects.filter(state__in=(AnalysisState.WAITING, AnalysisState.RUNNING))
    done = 0
    for row in rows.select_related("codebook__poll").order_by("pk"):
        Learning.objects.filter(pk=row.pk).update(state=AnalysisState.RUNNING)
        _learn(row)
        done += 1
    return done


def _learn(row: Learning) -> None:
    book = row.codebook
    said = tasks.texts(book.poll)
    labels = coding.labels(book)
    places = {response: at for at, response in enumerate(sorted(said))}
    decided = [(places[one], labels[one].code) for one in sorted(labels) if one in places]
    texts = [said[one] for one in sorted(said)]
    keys = alike.keys(said)
    # Answers that say the same stand on the same side when it is tested on what it has not seen.
    authors = [keys[one] or str(one) for one in sorted(said)]
    features = features_of(texts, stems_child.apart(texts))
    model = suggest.learn(features, decided, authors)
    if model is None:
        _end(row, AnalysisState.FAILED, error="one code")
        return
    digest = hashlib.sha256(canonical([[texts[at], code] for at, code in decided])).hexdigest()
    with transaction.atomic():
        held = Codebook.objects.select_for_update(of=("self",)).get(pk=book.pk)
        held.suggestions.all().delete()
        ranked = model.suggest(features)
        unread = [one for one in said if one not in labels and texts[places[one]].strip()]
        Suggestion.objects.bulk_create(
            [
                Suggestion(
                    codebook=held,
                    response_id=one,
                    ranking=[[each["code"], each["confidence"]] for each in ranked[places[one]]],
                    confidence=ranked[places[one]][0]["confidence"],
                    model=digest,
                )
                for one in unread
            ],
            batch_size=500,
        )
        order = suggest.uncertain(model.shares(features), [places[one] for one in unread], len(unread))
        backwards = {at: one for one, at in places.items()}
        doubtful_first(held, [backwards[at] for at in order])
        _end(
            row,
            AnalysisState.DONE,
            codings=len(decided),
            suggested=len(unread),
            digest=digest,
            result=_quality(model.calibration(), [code for _at, code in decided]),
        )


def _quality(found: dict[str, Any], codes: Sequence[str]) -> dict[str, Any]:
    """Shares with their 95 % intervals, beside what always saying the commonest code would reach."""
    of = found["answers"]
    commonest = Counter(codes).most_common(1)[0][1]
    return {
        "answers": of,
        **{name: [found[name], *wilson(round(found[name] * of), of)] for name in ("top1", "top3")},
        "commonest": commonest / len(codes),
        "error": found["error"],
    }


def _end(row: Learning, state: AnalysisState, **values: Any) -> None:
    Learning.objects.filter(pk=row.pk).update(state=state, ended_at=clock.now(), **values)


def doubtful_first(codebook: Codebook, order: Sequence[int]) -> None:
    """Put what is coded once and still open into this order of responses, coder by coder, in the places it has."""
    rank = {response: at for at, response in enumerate(order)}
    rows = Task.objects.select_for_update(of=("self",)).filter(
        codebook=codebook, purpose__in=(tasks.REST, tasks.DOUBT), is_double=False, coding__isnull=True
    )
    by_coder: dict[int, list[Task]] = {}
    for task in rows.order_by("place"):
        by_coder.setdefault(task.coder_id, []).append(task)
    for mine in by_coder.values():
        free = [task.place for task in mine]
        mine.sort(key=lambda task: (rank.get(task.response_id, len(rank)), task.place))
        for place, task in zip(free, mine, strict=True):
            task.place, task.purpose = place, tasks.DOUBT
        Task.objects.bulk_update(mine, ["place", "purpose"], batch_size=500)
