"""Which parts of project 7 of the plan the square delivers, counted from its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Dispute, Effect, Matter
from madang.kernel.manifest import Part
from madang.kernel.models import Audit
from madang.services.square.enums import EditionState
from madang.services.square.models import Amendment, Edition, Idea, Synthesis, TextVersion
from madang.services.square.models.growing import AmendmentState
from madang.services.square.models.syntheses import SynthesisState


def _public() -> QuerySet[Idea]:
    return Idea.objects.filter(process__space__is_archive=False, matter__disclosure=Disclosure.PUBLIC)


def parts() -> tuple[Part, ...]:
    """Parts that the square delivers itself; other apps count their own."""
    return (
        _part(10, _("A facilitator builds the process"), "spaces", _built()),
        _part(20, _("Ideas mature"), "topics", _matured()),
        _part(40, _("Any means"), "statistics", _means()),
        _part(70, _("What was said, and what was promised"), "promises", _kept()),
        _part(90, _("Moderation in the open"), "moderation_log", _moderated()),
    )


def _part(order: int, label: str, page: str, sentence: str) -> Part:
    return Part(label, sentence, reverse(page), order)


def _built() -> str:
    told = Edition.objects.filter(state__in=(EditionState.PUBLISHED, EditionState.SUPERSEDED))
    return _("Spaces: %(spaces)s, published versions: %(versions)s.") % {
        "versions": told.count(),
        "spaces": told.values("slug").distinct().count(),
    }


def _matured() -> str:
    ideas = _public()
    proposed = Amendment.objects.filter(idea__in=ideas)
    decided = proposed.filter(state__in=(AmendmentState.ACCEPTED, AmendmentState.REFUSED))
    values: dict[str, Any] = {
        "topics": ideas.filter(is_topic=True).count(),
        "versions": TextVersion.objects.filter(idea__in=ideas, number__gt=1).count(),
        "amendments": proposed.count(),
        "decided": decided.count(),
    }
    return (
        _(
            "Topics: %(topics)s, rewritten texts: %(versions)s. Amendments: %(amendments)s, decided: %(decided)s."
        )
        % values
    )


def _means() -> str:
    filed = Matter.objects.filter(pk__in=_public().filter(is_topic=False).values("pk"))
    names = dict(matters.Channel.choices)
    rows = [row for row in matters.by_channel(filed) if row.filed]
    told = ", ".join(f"{names[row.channel]} {row.filed}" for row in rows)
    return _("Ideas by the means they came in: %(told)s.") % {"told": told or "0"}


def _kept() -> str:
    public = Matter.objects.filter(disclosure=Disclosure.PUBLIC).exclude(channel=matters.Channel.IMPORT)
    promised = Effect.objects.filter(matter__in=public)
    values: dict[str, Any] = {
        "syntheses": Synthesis.objects.filter(state=SynthesisState.PUBLISHED, idea__in=_public()).count(),
        "promises": promised.count(),
        "done": promised.filter(state="done").count(),
        "disputed": Dispute.objects.filter(effect__in=promised).count(),
    }
    return (
        _(
            "Syntheses: %(syntheses)s. Promises: %(promises)s, reported as done: %(done)s, disputes: %(disputed)s."
        )
        % values
    )


def _moderated() -> str:
    # Of comments alone: how many whole ideas were taken down would tell that one was there.
    acts = Audit.objects.filter(is_public=True)
    values: dict[str, Any] = {
        "down": acts.filter(action="square.comment.hide").count(),
        "back": acts.filter(action="square.comment.restore").count(),
        "appeals": acts.filter(action="square.appeal.file").count(),
    }
    return (
        _(
            "Comments taken down: %(down)s, put back: %(back)s, appeals: %(appeals)s. Each stands in the published log."
        )
        % values
    )
