"""An edition is ordered by a person and made by a worker: the figures, the bundle, then both are written down in one act.

Nothing of it can be seen before that act, so a worker that dies in the middle leaves nothing half published: the next one begins it
anew. What fails says why in both languages, and can be ordered again.
"""

from __future__ import annotations

import logging
import subprocess
from contextlib import suppress

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from madang.kernel import actors, clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.services.polls import bundling
from madang.services.polls.domain import publishing
from madang.services.polls.enums import AnalysisState
from madang.services.polls.models import Analysis, Codebook, Poll, Publication, Report

log = logging.getLogger("madang.polls")

FIGURES, BUNDLE, WRITTEN = 1, 2, 3
STEPS = (FIGURES, BUNDLE, WRITTEN)
LIVE = (AnalysisState.WAITING, AnalysisState.RUNNING)
MOST_ATTEMPTS = 3


def order(
    *,
    actor: Actor,
    poll: Poll,
    codebook: Codebook | None,
    analysis: Analysis | None,
    after: int,
    note_ko: str = "",
    note_en: str = "",
) -> Publication:
    """Have the next edition made and published. Sent twice (a double click), it is one order; the first is given back.

    Raises:
        RefusedError: as `publishing.ready`; 409 while another edition of this poll is being made.
    """
    publishing.ready(actor=actor, poll=poll, codebook=codebook, analysis=analysis, after=after)
    now = clock.now()
    wanted = {
        "codebook": codebook,
        "analysis": analysis,
        "after": after,
        "note_ko": note_ko.strip()[: publishing.LONGEST_NOTE],
        "note_en": note_en.strip()[: publishing.LONGEST_NOTE],
        "by": actor.account,
    }
    try:
        with transaction.atomic():
            return Publication.objects.create(poll=poll, created_at=now, heard_at=now, **wanted)
    except IntegrityError as error:
        same = Publication.objects.filter(poll=poll, state__in=LIVE, **wanted).first()
        if same is None:
            raise RefusedError(
                _("An edition is being made already. Wait until that is done, then look at it first."),
                "polls.publishing",
                status=409,
            ) from error
        return same


def again(*, actor: Actor, publication: Publication) -> Publication:
    """Order anew what failed, with the same choices and notes."""
    return order(
        actor=actor,
        poll=publication.poll,
        codebook=publication.codebook,
        analysis=publication.analysis,
        after=publication.after,
        note_ko=publication.note_ko,
        note_en=publication.note_en,
    )


def publish_waiting() -> int:
    """Everything that was ordered. For a job that one worker runs at a time: what is found running was left by a worker that
    died, and is made anew."""
    rows = Publication.objects.filter(state__in=LIVE).select_related(
        "poll__host", "codebook", "analysis", "by"
    )
    done = 0
    for row in rows.order_by("pk"):
        _try(row)
        done += 1
    return done


def _try(row: Publication) -> None:
    if row.attempts >= MOST_ATTEMPTS:
        _fail(
            row,
            format_lazy(
                _(
                    "The worker ended {n} times while it made this edition, most often because memory had run out. Ask whoever "
                    "runs this site to look into the log of the worker."
                ),
                n=MOST_ATTEMPTS,
            ),
        )
        return
    Publication.objects.filter(pk=row.pk).update(state=AnalysisState.RUNNING, attempts=F("attempts") + 1)
    try:
        _make(row)
    except RefusedError as refused:
        _fail(row, refused.reason)
    except (OperationalError, InterfaceError):
        # The database is away for a moment: the job is run again, and this with it. That is no death.
        with suppress(OperationalError, InterfaceError):
            Publication.objects.filter(pk=row.pk).update(attempts=F("attempts") - 1)
        raise
    except subprocess.TimeoutExpired:
        _fail(
            row,
            format_lazy(
                _("The bundle took longer than {n} seconds to make. Begin again when the site is less busy."),
                n=bundling.SECONDS,
            ),
        )
    except subprocess.CalledProcessError as error:
        log.exception("the bundle of %s could not be made: %s", row, error.stderr)
        _fail(row, _FAULT)
    except Exception:
        log.exception("%s could not be made", row)
        _fail(row, _FAULT)


_FAULT = _(
    "Something went wrong on our side while the report was made. Begin again; if it happens once more, ask whoever runs this site "
    "to look into the log of the worker."
)


def _make(row: Publication) -> None:
    actor = actors.person(row.by)
    _at(row, FIGURES)
    # Asked anew: a mandate may have ended, an answer may have changed since it was ordered.
    publishing.ready(
        actor=actor, poll=row.poll, codebook=row.codebook, analysis=row.analysis, after=row.after
    )
    body = publishing.figures(row.poll, row.codebook, row.analysis)
    _at(row, BUNDLE)
    made = bundling.bundle(row.poll, row.codebook, row.analysis, body)
    _at(row, WRITTEN)
    with transaction.atomic():
        report = publishing.write(
            actor=actor,
            poll=row.poll,
            codebook=row.codebook,
            analysis=row.analysis,
            after=row.after,
            body=body,
            bundle=made,
            note_ko=row.note_ko,
            note_en=row.note_en,
        )
        _end(row, AnalysisState.DONE, report=report)


def _at(row: Publication, step: int) -> None:
    Publication.objects.filter(pk=row.pk).update(step=step, heard_at=clock.now())


def _fail(row: Publication, reason: str | Promise) -> None:
    why = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            why[language] = str(reason)
    _end(row, AnalysisState.FAILED, why=why)


def _end(row: Publication, state: AnalysisState, **values: Report | dict[str, str]) -> None:
    Publication.objects.filter(pk=row.pk, state__in=LIVE).update(state=state, heard_at=clock.now(), **values)
