"""A report is published: written down as an edition that nobody changes any more. Later editions stand beside it."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish as tell
from madang.services.polls import bundling
from madang.services.polls.domain import analysing, composing
from madang.services.polls.domain.polls import announce
from madang.services.polls.enums import AnalysisState, CodebookState, PollState
from madang.services.polls.events import PollChanged
from madang.services.polls.logic.agreement import REVISE
from madang.services.polls.models import Analysis, Codebook, Poll, Report

LONGEST_NOTE = 2_000
"""Letters of what is said about an edition."""


def body_of(poll: Poll, codebook: Codebook | None, analysis: Analysis | None) -> dict[str, Any]:
    """What a report would say now."""
    return composing.compose(poll=poll, codebook=codebook, analysis=analysis)


def latest_analysis(poll: Poll) -> Analysis | None:
    """The newest reading of the words that is done."""
    return poll.analyses.filter(state=AnalysisState.DONE).order_by("-pk").first()


def fixed_codebooks(poll: Poll) -> list[Codebook]:
    """The codebooks with which people may code, the newest first."""
    return list(poll.codebooks.filter(state=CodebookState.FIXED).order_by("-version"))


def publish(
    *,
    actor: Actor,
    poll: Poll,
    codebook: Codebook | None,
    analysis: Analysis | None,
    after: int,
    note_ko: str = "",
    note_en: str = "",
) -> Report:
    """Publish the next edition here and now. That takes many seconds: pages have a worker do it (`editions`).

    Args:
        codebook: the one whose codes are shown; None for a report of words and closed questions alone.
        after: the last edition that the person saw (0 for none): who was overtaken by somebody else is told so.

    Raises:
        RefusedError: no mandate, not closed, nothing to say, overtaken, or readers agree too little.
    """
    ready(actor=actor, poll=poll, codebook=codebook, analysis=analysis, after=after)
    body = figures(poll, codebook, analysis)
    made = bundling.bundle(poll, codebook, analysis, body)
    return write(
        actor=actor,
        poll=poll,
        codebook=codebook,
        analysis=analysis,
        after=after,
        body=body,
        bundle=made,
        note_ko=note_ko,
        note_en=note_en,
    )


def ready(
    *, actor: Actor, poll: Poll, codebook: Codebook | None, analysis: Analysis | None, after: int
) -> None:
    """Refuse at once what can be seen without computing the report."""
    policy.require("polls.poll.publish", actor, poll)
    if (codebook and codebook.poll_id != poll.pk) or (analysis and analysis.poll_id != poll.pk):
        raise RefusedError(_("That belongs to another poll."), "polls.other_poll", status=422)
    if codebook and codebook.state != CodebookState.FIXED:
        raise RefusedError(_("Fix the codebook first."), "polls.codebook_open", status=409)
    if analysis and analysis.state != AnalysisState.DONE:
        raise RefusedError(_("The words are still being read."), "polls.reading", status=409)
    if _moved(poll, analysis):
        raise RefusedError(
            _("The answers have changed since the words were read. Have them read again."),
            "polls.changed",
            status=409,
        )
    _last(poll, after)


def figures(poll: Poll, codebook: Codebook | None, analysis: Analysis | None) -> dict[str, Any]:
    """What the edition will say, if that may be published."""
    body = body_of(poll, codebook, analysis)
    _check(body)
    return body


@transaction.atomic
def write(
    *,
    actor: Actor,
    poll: Poll,
    codebook: Codebook | None,
    analysis: Analysis | None,
    after: int,
    body: dict[str, Any],
    bundle: bytes,
    note_ko: str = "",
    note_en: str = "",
) -> Report:
    """Write the edition down with its bundle and say so in the log, all of it or nothing."""
    stamp = bundling.digest(bundle)
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    last = _last(locked, after)
    if not bundling.says_the_same(bundle, body) or _moved(locked, analysis):
        raise RefusedError(
            _("An answer or a code changed while the report was being made. Publish it again."),
            "polls.moved",
            status=409,
        )
    report = Report(
        poll=locked,
        edition=last + 1,
        analysis=analysis,
        codebook=codebook,
        body=body,
        digest=stamp,
        note_ko=note_ko.strip()[:LONGEST_NOTE],
        note_en=note_en.strip()[:LONGEST_NOTE],
        published_at=clock.now(),
        by=actor.user,
    )
    name = f"{poll.code}-{report.edition}.zip"
    # Left by a worker that died between the file and the row; whoever holds the lock knows that no edition has it.
    report.bundle.storage.delete(report.bundle.field.generate_filename(report, name))
    report.bundle.save(name, ContentFile(bundle), save=False)
    report.save()
    move(
        locked,
        "publish",
        actor=actor,
        organisation=locked.host,
        payload={
            "edition": report.edition,
            "bundle_sha256": stamp,
            "body_sha256": composing.digest(body),
        },
    )
    tell(PollChanged(locked.pk, locked.about, PollState.PUBLISHED))
    announce(locked, "polls.published")
    return report


def _last(poll: Poll, after: int) -> int:
    """The last edition there is, if it is the one that was seen."""
    last = poll.reports.order_by("-edition").values_list("edition", flat=True).first() or 0
    if last != after:
        raise RefusedError(
            _("Somebody has published an edition meanwhile. Look at it first."),
            "polls.overtaken",
            status=409,
        )
    return last


def _moved(poll: Poll, analysis: Analysis | None) -> bool:
    """Whether the answers are others than those whose words were read."""
    return analysis is not None and analysis.input != analysing.input_of(poll)


def _check(body: dict[str, Any]) -> None:
    if not body["coded"] and not body["words"] and not body["closed"]:
        raise RefusedError(
            _("There is nothing to publish yet: code the answers or have the words read first."),
            "polls.nothing",
            status=409,
        )
    coded = body["coded"]
    if coded and not coded["table"]["denominator"]:
        raise RefusedError(_("No answer is coded with this codebook yet."), "polls.nothing_coded", status=409)
    agreement = coded and coded["agreement"]
    if agreement and agreement["verdict"] == REVISE:
        raise RefusedError(
            format_lazy(
                _(
                    "The readers agree too little (alpha {alpha}): revise the codebook and code again, or publish the words alone."
                ),
                alpha=f"{agreement['alpha']:.2f}",
            ),
            "polls.agreement",
            status=409,
        )
