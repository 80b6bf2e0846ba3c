"""Reactions: winners that get an answer, pages of winners, sentences of notices."""

from __future__ import annotations

from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.kernel.events import on
from madang.services.hackathons import queries
from madang.services.hackathons.domain import deciding

notices.register_kind("hackathons.invited", sentence=lambda data: _("invites you to join the team"))
notices.register_kind("hackathons.asked", sentence=lambda data: _("Somebody would like to join"))
notices.register_kind("hackathons.joined", sentence=lambda data: _("has another member"))
notices.register_kind("hackathons.booked", sentence=lambda data: _("has booked a mentor"))
notices.register_kind("hackathons.taken_down", sentence=lambda data: _("Moderation has taken down the team"))
notices.register_kind("hackathons.put_back", sentence=lambda data: _("Moderation has put the team back"))
notices.register_kind("hackathons.cancelled", sentence=lambda data: _("A mentoring slot was cancelled"))
notices.register_kind("hackathons.decided", sentence=lambda data: _("The winners are published"))
notices.register_kind(
    "hackathons.followup",
    sentence=lambda data: _("Follow-up after %(n)s months is due") % {"n": data.get("months", "")},
)

matters.lives_at(queries.pages_of)
matters.also_authors(queries.is_author)


@on(MatterChanged)
def note_answer(change: MatterChanged) -> None:
    if change.what == "answered":
        deciding.answered(Matter.objects.get(pk=change.matter_id))
