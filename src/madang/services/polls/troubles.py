"""What is said when reading the words of a poll or making its report goes wrong: what happened, what became of the work, and what to do."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from madang.kernel import clock
from madang.kernel.saying import tongue
from madang.services.polls import bundling
from madang.services.polls.enums import AnalysisState, Trouble
from madang.services.polls.models import Analysis, Publication

QUIET = timedelta(seconds=60)
"""After this long without a sign of life the page says so; a reader gives one every 15 seconds."""


def said(analysis: Analysis) -> tuple[str, str]:
    """Title and text; two empty ones where all is well.

    A reading that goes on after a death says so too: who waits for it sees why it takes longer.
    """
    if analysis.state == AnalysisState.DONE:
        return "", ""
    if analysis.state == AnalysisState.FAILED:
        text = analysis.error
        if analysis.trouble:
            text = f"{_happened(analysis.trouble)} {_to_do(analysis.trouble)}"
        return _("The words could not be read."), text
    if _is_quiet(analysis):
        return _("Nobody is reading at the moment."), _(
            "Nothing that was read is lost: as soon as a worker runs, it goes on by itself. If this stays so for "
            "some minutes, ask whoever runs this site whether its worker runs."
        )
    if analysis.trouble:
        return _happened(analysis.trouble), _(
            "Nothing that was read is lost: the missing parts are read again by themselves. You need not do anything."
        )
    return "", ""


def of_publication(ordered: Publication) -> tuple[str, str]:
    """The same for an edition that was ordered."""
    if ordered.state == AnalysisState.FAILED:
        return _("The edition could not be made. Nothing was published."), ordered.why.get(tongue(), "")
    if ordered.state == AnalysisState.DONE:
        return "", ""
    # One after the other is made: while another one is, this one only waits its turn.
    last = Publication.objects.filter(state=AnalysisState.RUNNING).aggregate(last=Max("heard_at"))["last"]
    patience = QUIET + timedelta(seconds=bundling.SECONDS) if last else QUIET  # one step may take as long
    if (last or ordered.heard_at) < clock.now() - patience:
        return _("Nobody is working on it at the moment."), _(
            "Nothing is half published: as soon as a worker runs, it goes on by itself. If this stays so for some minutes, "
            "ask whoever runs this site whether its worker runs."
        )
    if ordered.attempts > 1:
        return _("The worker ended in the middle."), _(
            "Nothing was half published: the edition is made anew by itself. You need not do anything."
        )
    return "", ""


def _happened(trouble: str) -> str:
    if trouble == Trouble.KILLED:
        return _("A process that was reading was ended from outside, most often because memory had run out.")
    if trouble == Trouble.MEMORY:
        return _("A process that was reading did not get enough memory.")
    return _("A process that was reading ended with a fault.")


def _to_do(trouble: str) -> str:
    if trouble == Trouble.FAULT:
        return _(
            "This happened three times in a row, so reading has ended. Ask whoever runs this site to look into the log of "
            "the worker. Then have the words read again here."
        )
    return _(
        "This happened three times in a row, so reading has ended. Ask whoever runs this site to give the worker more "
        "memory: 1 GB, and 1 GB more for every 100,000 answers. Then have the words read again here."
    )


def _is_quiet(analysis: Analysis) -> bool:
    heard = analysis.chunks.aggregate(last=Max("taken_at"))["last"]
    times = [analysis.created_at, analysis.taken_at, heard]
    return max(one for one in times if one is not None) < clock.now() - QUIET
