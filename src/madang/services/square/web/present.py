"""Ideas as the parts of pages; state, clock and way are those of every matter (`matters.api`).

Nothing here reads the database.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters import api as matters
from madang.commons.matters.api import Step, Tag
from madang.commons.matters.enums import OWED, TALKING, Channel, Kind, Origin, State
from madang.commons.matters.models import Effect, Matter
from madang.kernel import clock, text
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.logic.turns import Turn
from madang.services.square.models import Idea
from madang.services.square.web import turns as words

Part = dict[str, Any]


def is_imported(matter: Matter) -> bool:
    return matter.channel == Channel.IMPORT


def shows_words(matter: Matter) -> bool:
    """Words of an imported file are shown in a local demonstration only; elsewhere the source is named."""
    return not is_imported(matter) or settings.IS_DEMO


def address(matter: Matter) -> str:
    return reverse("item", args=[matter.number])


def author(matter: Matter) -> str:
    """The name others see, never an address or number."""
    return matter.shown_author or _("Without a name")


def discussion_left(idea: Idea) -> str:
    """How long people can still support, in days."""
    if idea.discussion_ends_at is None or idea.matter.state not in TALKING:
        return ""
    days = (clock.seoul(idea.discussion_ends_at).date() - clock.today()).days
    if days < 0:
        return ""
    return _("Last day") if days == 0 else ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


def supporters(many: int) -> str:
    """What stands under a number of them."""
    return ngettext("supporter", "supporters", many)


def steps(idea: Idea, effects: list[Effect] | None = None) -> list[Step]:
    """The way of an idea: filed, discussed, answered, effect; from the flags of a list where `effects` is None."""
    return matters.steps(
        idea.matter,
        discussed=_discussed(idea),
        effects=effects,
        has_effect=bool(getattr(idea, "has_effect", False)),
        is_done=bool(getattr(idea, "is_done", False)),
    )


def _discussed(idea: Idea) -> Step:
    matter, label = idea.matter, pgettext("step", "Discussed")
    if matter.state in TALKING:
        return Step(label, "now", "plum", _support_note(idea))
    if idea.qualified_at:
        note = _("threshold reached %(day)s") % {"day": seoul_text(idea.qualified_at, "day")}
        return Step(label, "done", "plum", note)
    if matter.state in OWED or matter.state == State.ANSWERED:
        return Step(label, "skipped")
    note = _("until %(day)s") % {"day": seoul_text(matter.ended_at, "day")} if matter.ended_at else ""
    return Step(label, "done", "plum", note)


def _support_note(idea: Idea) -> str:
    if not idea.threshold:
        return ""
    return _("%(count)s of %(goal)s") % {"count": f"{idea.support_total:,}", "goal": f"{idea.threshold:,}"}


def origin_words(matter: Matter) -> str:
    """Who speaks: the origin, with the group's name."""
    if matter.origin == Origin.INDIVIDUAL:
        return author(matter)
    return f"{matter.get_origin_display()} · {author(matter)}"


def tags(idea: Idea) -> list[Tag]:
    """State, field, and what is unusual about it."""
    found = [matters.state_tag(idea.matter)]
    if idea.is_topic:
        found.append(Tag(_("Topic"), "plum", "merge"))
    if idea.category is not None:
        found.append(Tag(idea.category.title))
    if idea.process.space.is_archive:
        found.append(Tag(_("Archive"), icon="history"))
    if idea.matter.kind != Kind.IDEA:
        found.append(Tag(idea.matter.get_kind_display(), "blue"))
    return found


def card(idea: Idea, turn: Turn | None = None) -> Part:
    """What `kernel/components/card.html` shows of an idea; whose turn it is where the list has asked."""
    matter = idea.matter
    imported = is_imported(matter)
    return {
        "title": matter.title,
        "url": address(matter),
        "tags": tags(idea),
        "place": idea.place,
        "summary": text.excerpt(matter.body, 120) if shows_words(matter) else "",
        "steps": steps(idea),
        "support": idea.imported_likes if imported else idea.support_total,
        "goal": 0 if imported else idea.threshold,
        "support_label": _("likes at the source") if imported else supporters(idea.support_total),
        "left": discussion_left(idea),
        "clock": matters.clock_view(matter),
        "origin": f"{_('Topic') if idea.is_topic else origin_words(matter)} · {seoul_text(matter.filed_at, 'short')}",
        "turn": words.line(turn, matter) if turn is not None else "",
        "comments": f"{idea.comment_total:,}" if idea.comment_total else "",
    }
