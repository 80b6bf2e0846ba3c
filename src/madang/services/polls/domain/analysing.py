"""Reading the words of a poll: ordered by a person, done by the workers in parts, the same however often it is begun again.

Kiwi takes some 570 MB, so none of this runs inside a worker: `readers` starts a process (`madang polls read`), which takes parts until
none is left and ends. Several share the parts of one analysis and one of them puts the parts together; what a dead one had taken
is taken again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.polls import reading
from madang.services.polls.domain.composing import digest
from madang.services.polls.enums import AnalysisState, PollState
from madang.services.polls.models import Analysis, Chunk, Poll

PART = 2_000
"""Answers of one part: some seconds of reading."""
PATIENCE = timedelta(seconds=90)
"""A reader that has not been heard of for so long is taken for dead, and what it had is taken by another; see `readers.BEAT`."""
MOST_PHRASES, LONGEST_PHRASE = 50, 60
READ = (PollState.CLOSED, PollState.PUBLISHED)


@transaction.atomic
def order(
    *, actor: Actor, poll: Poll, phrases: list[str] | None = None, around: list[str] | None = None
) -> Analysis:
    """Have the words of a closed poll read.

    Args:
        phrases: what is taken out of every answer beside Madang's own list: wording of the event, not of the people.
        around: words whose company is wanted in any case.

    Raises:
        RefusedError: no mandate, not closed yet, no answer, one is being read already, or too many or too long phrases.
    """
    policy.require("polls.analysis.run", actor, poll)
    if poll.state not in READ:
        raise RefusedError(
            _("Words are read after the poll has closed, so that nobody sees results before."),
            "polls.not_closed",
            status=409,
        )
    kept = {"phrases": _clean(phrases or []), "around": _clean(around or [])}
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    if Analysis.objects.filter(
        poll=locked, state__in=[AnalysisState.WAITING, AnalysisState.RUNNING]
    ).exists():
        raise RefusedError(
            _("The words are being read already. Wait until that is done."), "polls.reading", status=409
        )
    keys = reading.keys(locked)
    parts = [keys[at : at + PART] for at in range(0, len(keys), PART)]
    if not parts:
        raise RefusedError(_("There is no answer in words to read."), "polls.no_answers", status=409)
    analysis = Analysis.objects.create(
        poll=locked, parameters=kept, total=len(parts), by=actor.user, created_at=clock.now()
    )
    Chunk.objects.bulk_create(
        Chunk(analysis=analysis, number=number, first=part[0], last=part[-1])
        for number, part in enumerate(parts)
    )
    audit.record(
        actor=actor,
        action="polls.analysis.run",
        target=locked.reference,
        organisation=locked.host,
        is_public=False,
        payload={"analysis": analysis.pk, **kept},
    )
    return analysis


def _clean(typed: list[str]) -> list[str]:
    found = list(dict.fromkeys(" ".join(each.split()) for each in typed if each.strip()))
    if len(found) > MOST_PHRASES or any(len(each) > LONGEST_PHRASE for each in found):
        raise RefusedError(
            _("At most %(most)s phrases of at most %(letters)s letters each.")
            % {"most": MOST_PHRASES, "letters": LONGEST_PHRASE},
            "polls.phrases",
            status=422,
        )
    return found


def is_due() -> bool:
    """Whether there is anything to read or to finish."""
    return _free().exists() or _read().exists()


def _nobodys() -> Q:
    """Not taken, or by a reader that has not been heard of for long."""
    return Q(taken_at=None) | Q(taken_at__lt=clock.now() - PATIENCE)


def _free() -> Any:
    live = [AnalysisState.WAITING, AnalysisState.RUNNING]
    return Chunk.objects.filter(_nobodys(), read=None, analysis__state__in=live)


def _read() -> Any:
    """Analyses all of whose parts have been read, and that nobody puts together."""
    return Analysis.objects.filter(_nobodys(), state=AnalysisState.RUNNING, done__gte=F("total"))


def work(name: str = "") -> int:
    """Read parts and finish analyses until there is nothing left to do; how many parts were read here. `name`: of the reader."""
    done = 0
    while True:
        part = _take(name)
        if part is not None:
            _do(part)
            done += 1
            continue
        analysis = _take_whole(name)
        if analysis is None:
            return done
        finish(analysis)


def _take(name: str = "") -> Chunk | None:
    """A part that is nobody's, made ours in one statement."""
    for part in _free().select_related("analysis").order_by("analysis_id", "number")[:8]:
        mine = Chunk.objects.filter(pk=part.pk, read=None, taken_at=part.taken_at)
        if mine.update(taken_at=clock.now(), taken_by=name):
            Analysis.objects.filter(pk=part.analysis_id, state=AnalysisState.WAITING).update(
                state=AnalysisState.RUNNING
            )
            return part
    return None


def _take_whole(name: str) -> Analysis | None:
    """An analysis to put together, made ours in one statement: doing it twice would cost the memory twice."""
    for analysis in _read().order_by("pk"):
        mine = _read().filter(pk=analysis.pk, taken_at=analysis.taken_at)
        if mine.update(taken_at=clock.now(), taken_by=name):
            return analysis
    return None


def _do(part: Chunk) -> None:
    from madang.services.polls.logic import chunks  # loads Kiwi: only where words are read

    answers = reading.answers(part.analysis.poll, part.first, part.last)
    made = chunks.do([one.text for one in answers], _how(part.analysis))
    with transaction.atomic():
        # Two that read the same part read the same; it counts once.
        if Chunk.objects.filter(pk=part.pk, read=None).update(read=made):
            Analysis.objects.filter(pk=part.analysis_id).update(done=F("done") + 1, deaths=0)


def _how(analysis: Analysis) -> Any:
    from madang.services.polls.logic.reading_with import how_of

    return how_of(analysis.parameters.get("phrases", []))


def _numbered(poll: Poll) -> list[list[Any]]:
    """Answers as they are published: the number in the random order names one, not the key of its row."""
    return [[str(number), one.text, one.may_quote] for number, one in enumerate(reading.answers(poll), 1)]


def read_apart(analysis: Analysis) -> None:
    """Read the words of few answers now, in a process that needs no database: inside a transaction that no worker sees."""
    given = {
        "answers": _numbered(analysis.poll),
        "phrases": analysis.parameters.get("phrases", []),
        "around": analysis.parameters.get("around", []),
    }
    made = subprocess.run(
        [sys.executable, "-m", "madang.services.polls.words_child"],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
    )
    _keep(analysis, **json.loads(made.stdout))


def _keep(analysis: Analysis, *, result: dict[str, Any], quotable: dict[str, str]) -> None:
    _end(
        analysis,
        result=result,
        quotable=quotable,
        versions=result["versions"],
        input=input_of(analysis.poll),
        digest=digest(result),
        state=AnalysisState.DONE,
    )


def _end(analysis: Analysis, **changed: Any) -> None:
    with transaction.atomic():
        live = Analysis.objects.filter(
            pk=analysis.pk, state__in=[AnalysisState.WAITING, AnalysisState.RUNNING]
        )
        if live.update(**changed, ended_at=clock.now()):
            analysis.chunks.all().delete()


def give_up(analysis: Analysis) -> None:
    """End an analysis whose readers die; `trouble` says of what."""
    _end(analysis, state=AnalysisState.FAILED)


def input_of(poll: Poll) -> str:
    """Fingerprint of the answers as they are now; an analysis of others is no longer one of this poll."""
    return digest([[str(one.pk), one.text, one.may_quote] for one in reading.answers(poll)])


def finish(analysis: Analysis) -> None:
    """Put the parts together; what cannot be used is read again. A failure is written down, in words, and the analysis ends."""
    from madang.services.polls import words_child
    from madang.services.polls.logic import store

    around = analysis.parameters.get("around", [])
    parts, damaged = [], []
    for pk, data in analysis.chunks.order_by("number").values_list("pk", "read").iterator(50):
        try:
            parts.append(store.Chunk.from_bytes(bytes(data or b"")))
        except ValueError:
            damaged.append(pk)
    if damaged:
        _again(analysis, damaged)
        return
    try:
        made = words_child.made(_numbered(analysis.poll), parts, around, _how(analysis))
    except ValueError as error:
        _end(analysis, state=AnalysisState.FAILED, error=str(error)[:300])
        return
    _keep(analysis, **made)


@transaction.atomic
def _again(analysis: Analysis, parts: list[int]) -> None:
    """Have parts read once more: another release may have read them, and kept other things of them."""
    gone = Chunk.objects.filter(pk__in=parts).exclude(read=None)
    Analysis.objects.filter(pk=analysis.pk).update(
        done=F("done") - gone.update(read=None, taken_at=None, taken_by=""), taken_at=None, taken_by=""
    )
