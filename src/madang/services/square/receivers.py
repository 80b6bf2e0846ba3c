"""Supporters and commenters follow what they stood behind; authors hear of comments; all of it is found."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.events import MatterChanged
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.events import on
from madang.services.square import found
from madang.services.square.domain import ideas
from madang.services.square.events import (
    CommentModerated,
    CommentWritten,
    IdeaFiled,
    SupportsCounted,
)
from madang.services.square.models import Comment, Idea

notices.register_kind(
    "square.phase",
    sentence=lambda data: (
        _("begins a new phase: %(phase)s")
        % {"phase": data.get("en" if (get_language() or "ko").startswith("en") else "ko", "")}
    ),
)
notices.register_kind(
    "square.edition",
    sentence=lambda data: _("has a new version of its process (%(n)s)") % {"n": data.get("version", "")},
)
notices.register_kind("square.commented", sentence=lambda data: _("has a new comment"))


@on(SupportsCounted)
def follow(fact: SupportsCounted) -> None:
    idea = Idea.objects.select_related("matter").get(pk=fact.idea_id)
    notices.follow_many(reference=idea.matter.reference, users=fact.supporter_ids, why="supporter")


@on(CommentWritten)
def tell(fact: CommentWritten) -> None:
    comment = Comment.objects.select_related("idea__matter", "author").get(pk=fact.comment_id)
    notices.tell(
        reference=comment.idea.matter.reference,
        kind="square.commented",
        title=comment.idea.matter.title,
        data={"stance": comment.stance},
        not_user=comment.author,
    )
    notices.follow(reference=comment.idea.matter.reference, user=comment.author, why="commenter")


@on(MatterChanged)
def move_supporters(change: MatterChanged) -> None:
    """Where both the merged matter and the one that goes on are ideas, support moves along."""
    if change.what != "merged":
        return
    merged = Idea.objects.select_related("matter").filter(pk=change.matter_id).first()
    if merged is None:
        return
    into = Idea.objects.select_related("matter").filter(pk=merged.matter.merged_into_id).first()
    if into is not None:
        ideas.move_supporters(idea=merged, into=into)


matters.describe_by(found.details)
search.register_source("comment", found.entries)


@on(IdeaFiled)
def index_idea(fact: IdeaFiled) -> None:
    """When the matter was filed, its field and place were not known yet."""
    matters.put_in_index(fact.idea_id)


@on(CommentWritten)
def index_comment(fact: CommentWritten) -> None:
    found.put_in_index(Comment.objects.filter(pk=fact.comment_id).select_related(*found.WHOLE))


@on(CommentModerated)
def index_moderated(fact: CommentModerated) -> None:
    found.put_in_index(Comment.objects.filter(pk=fact.comment_id).select_related(*found.WHOLE))


@on(MatterChanged)
def index_comments(change: MatterChanged) -> None:
    """A matter's state, office and visibility are those of the comments on it; most changes touch none of them."""
    if found.is_comments_stale(change.matter_id):
        found.put_in_index(found.comments_of(change.matter_id))
