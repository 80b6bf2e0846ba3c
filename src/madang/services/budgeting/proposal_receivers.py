"""Reactions: what becomes of a proposal when its matter changes; where proposals live; sentences of notices."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.events import MatterChanged
from madang.commons.notices import api as notices
from madang.kernel.events import on
from madang.services.budgeting import found_proposals
from madang.services.budgeting.domain import screening

notices.register_kind("budgeting.accepted", sentence=lambda data: _("An office takes it further"))
notices.register_kind(
    "budgeting.joined",
    sentence=lambda data: _("is part of project %(code)s now") % {"code": data.get("project", "")},
)
notices.register_kind("budgeting.left", sentence=lambda data: _("was taken out of its project"))
notices.register_kind("budgeting.estimated", sentence=lambda data: _("has an estimate of what it costs"))
notices.register_kind("budgeting.project_dropped", sentence=lambda data: _("is not worked on any more"))
notices.register_kind("budgeting.project_reopened", sentence=lambda data: _("is worked on again"))
notices.register_kind("budgeting.ballot_fixed", sentence=lambda data: _("The ballot is fixed"))
notices.register_kind("budgeting.corrected", sentence=lambda data: _("was corrected on the ballot"))
notices.register_kind(
    "budgeting.round_corrected",
    sentence=lambda data: _("The ballot was corrected: project %(code)s") % {"code": data.get("project", "")},
)

matters.lives_at(found_proposals.pages_of)
matters.describe_by(found_proposals.details)
matters.stays_public(found_proposals.is_proposal)
matters.also_lacks(screening.lacks)

FOLLOWING: dict[str, Callable[[int], None]] = {
    "answered": screening.follow_answer,
    "objected": screening.follow_objection,
    "withdrawn": screening.follow_withdrawal,
    "merged": screening.follow_merge,
    "retyped": screening.owe_still,
}


@on(MatterChanged)
def follow(change: MatterChanged) -> None:
    react = FOLLOWING.get(change.what)
    if react is not None:
        react(change.matter_id)
