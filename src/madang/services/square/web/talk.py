"""Comments as the parts of a page: threads, a few replies each, counts by stance."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters.enums import Channel
from madang.commons.matters.models import Matter
from madang.kernel import text
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.services.square import queries
from madang.services.square.enums import CommentState, Stance
from madang.services.square.models import Comment, Idea

PAGE = 50
REPLIES = 2
"""Replies shown under a thread of a list; the rest is one link away, so that a page stays small."""

Part = dict[str, Any]
OWN_MEANS = (Channel.WEB, Channel.API)
"""Means that need no mention: a person's own browser or program."""


def part(
    comment: Comment, *, number: str, can_write: bool, can_moderate: bool, address: str, me: int | None = None
) -> Part:
    """One comment. What was taken down keeps its place and shows the published reason, not its words."""
    is_hidden = comment.state == CommentState.HIDDEN
    thread = comment.parent_id or comment.pk
    return {
        "id": comment.pk,
        "author": "" if is_hidden else comment.author.shown_name,
        "official": comment.is_official,
        "office": comment.office.name if comment.office else "",
        "at": comment.at,
        "stance": comment.stance,
        "stance_label": comment.get_stance_display(),
        "means": "" if comment.channel in OWN_MEANS else comment.get_channel_display(),
        "body_html": "" if is_hidden else text.to_html(comment.body),
        "language": comment.language,
        "appeal_url": reverse("appeal", args=[comment.reference])
        if is_hidden and me == comment.author_id
        else "",
        "hidden_reason": comment.get_hide_reason_display() if is_hidden else "",
        "reply_url": f"{address}comments/{thread}/?to={comment.pk}" if can_write and not is_hidden else "",
        "report_url": f"{address}flag/?comment={comment.pk}" if not is_hidden else "",
        "moderate_url": reverse("moderate") + "?" + urlencode({"comment": comment.pk})
        if can_moderate
        else "",
    }


def thread(comment: Comment, *, limit: int | None = None, **options: Any) -> Part:
    """A first-level comment with its replies; official ones are always among those shown."""
    replies = list(comment.replies.all())
    shown = replies
    if limit is not None and len(replies) > limit:
        first = sorted(replies, key=lambda reply: (not reply.is_official, reply.at, reply.pk))[:limit]
        shown = sorted(first, key=lambda reply: (reply.at, reply.pk))
    return part(comment, **options) | {
        "replies": [part(reply, **options) for reply in shown],
        "more": len(replies) - len(shown),
        "total": len(replies),
        "url": f"{options['address']}comments/{comment.pk}/",
    }


def options(actor: Actor, matter: Matter, *, can_write: bool) -> dict[str, Any]:
    return {
        "number": matter.number,
        "can_write": can_write,
        "can_moderate": actor.holds(Role.MODERATOR, matter.host_id),
        "address": reverse("item", args=[matter.number]),
        "me": actor.user.pk if actor.user is not None else None,
    }


def page_of(idea: Idea, *, stance: str, number: Any) -> Page[Comment]:
    """One page of threads, newest first. A page that does not exist becomes the nearest that does."""
    return Paginator(queries.threads(idea, stance=stance), PAGE).get_page(number)


def chips(idea: Idea, chosen: str) -> list[Part]:
    """The stance filter with counts."""
    counts = queries.stance_counts(idea)
    address = reverse("item", args=[idea.matter.number])
    found = [
        {"label": _("All"), "url": f"{address}#comments", "active": not chosen, "count": sum(counts.values())}
    ]
    for stance in Stance:
        url = f"{address}?{urlencode({'stance': stance.value})}#comments"
        found.append(
            {
                "label": str(stance.label),
                "url": url,
                "active": chosen == stance,
                "count": counts.get(stance, 0),
            }
        )
    return found
