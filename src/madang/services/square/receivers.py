"""Supporters and commenters follow what they stood behind; authors hear of comments; all of it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.matters import api as matters
from madang.commons.matters.enums import Kind, State
from madang.commons.matters.events import MatterChanged
from madang.commons.notices import api as notices
from madang.commons.search import api as search
from madang.kernel.events import on
from madang.kernel.models import User
from madang.kernel.saying import tongue
from madang.services.square import found
from madang.services.square.domain import authors, ideas, picking, planning_group, stepping, topics
from madang.services.square.enums import HideReason
from madang.services.square.events import (
    AmendmentMoved,
    CandidateMoved,
    CoAuthorMoved,
    CommentModerated,
    CommentWritten,
    IdeaFiled,
    SteppedBack,
    SupportsCounted,
)
from madang.services.square.models import Amendment, Candidate, CoAuthor, Comment, Idea, StepBack

notices.register_kind(
    "square.phase",
    sentence=lambda data: _("begins a new phase: %(phase)s") % {"phase": data.get(tongue(), "")},
)
notices.register_kind(
    "square.edition",
    sentence=lambda data: _("has a new version of its process (%(n)s)") % {"n": data.get("version", "")},
)


def _put_back(data: Mapping[str, Any]) -> str:
    if data.get("about") == "vote":
        return _("your reason in the planning group was put back")
    return _("your comment was put back")


def _taken_down(data: Mapping[str, Any]) -> str:
    said = (
        _("your reason in the planning group was taken down: %(reason)s")
        if data.get("about") == "vote"
        else _("your comment was taken down: %(reason)s")
    )
    return said % {"reason": dict(HideReason.choices).get(str(data.get("reason")), "")}


notices.register_kind("square.put_back", sentence=_put_back)
notices.register_kind("square.taken_down", sentence=_taken_down)
notices.register_kind(
    "square.appeal_decided",
    sentence=lambda data: (
        _("your appeal was granted") if data.get("granted") else _("your appeal was decided: it stays down")
    ),
)
notices.register_kind("square.commented", sentence=lambda data: _("has a new comment"))


AMENDMENTS = {
    "proposed": gettext_lazy("has a proposed amendment"),
    "accepted": gettext_lazy("An amendment was accepted"),
    "refused": gettext_lazy("An amendment was refused, with a reason"),
    "unanswered": gettext_lazy("An amendment stayed unanswered"),
}

CANDIDATES = {
    "proposed": gettext_lazy("was proposed to the planning group, which votes on it"),
    "counted": gettext_lazy("The planning group has voted; the reason follows"),
    "picked": gettext_lazy("The planning group has picked it, with a reason"),
    "passed": gettext_lazy("The planning group has not picked it, with a reason"),
    "challenged": gettext_lazy("A conflict of interest in the planning group was challenged"),
    "challenge_decided": gettext_lazy("A challenged conflict of interest was decided, with a reason"),
    "undecided": gettext_lazy("The planning group has not decided: too few voted"),
}


def _always(said: Promise) -> Callable[[Mapping[str, Any]], Promise]:
    return lambda data: said


for what, sentence in AMENDMENTS.items():
    notices.register_kind(f"square.amendment_{what}", sentence=_always(sentence))
for what, sentence in CANDIDATES.items():
    notices.register_kind(f"square.candidate_{what}", sentence=_always(sentence))
notices.register_kind("square.invited", sentence=lambda data: _("You are asked to write it together"))
notices.register_kind("square.coauthored", sentence=lambda data: _("has another author"))

notices.register_kind(
    "square.stepped_back", sentence=lambda data: _("Its author stepped back; you may take it over")
)
matters.before_withdrawal(stepping.keeps)
matters.also_authors(authors.is_coauthor)
matters.stays_public(lambda matter: Idea.objects.filter(pk=matter.pk, qualified_at__isnull=False).exists())
matters.also_tell(topics.gathered_references)


@on(AmendmentMoved)
def tell_amendment(fact: AmendmentMoved) -> None:
    """Authors hear of every amendment; whoever proposed it hears of its answer, by following it."""
    if fact.what not in AMENDMENTS:
        return
    row = Amendment.objects.select_related("idea__matter", "by").get(pk=fact.amendment_id)
    if fact.what == "proposed":
        notices.follow(reference=row.reference, user=row.by, why="author")
        authors.follow_as_author(row.idea, row.reference)
    notices.tell(
        reference=row.reference,
        kind=f"square.amendment_{fact.what}",
        title=row.idea.matter.title,
        not_user=User.objects.filter(pk=fact.actor_id).first() if fact.actor_id else None,
    )


@on(CandidateMoved)
def tell_candidate(fact: CandidateMoved) -> None:
    """Its group, its authors and who proposed it hear of a candidate; so do those who follow the idea or the space."""
    if fact.what not in CANDIDATES:
        return
    row = Candidate.objects.select_related("idea__matter", "space", "by").get(pk=fact.candidate_id)
    if fact.what == "proposed":
        for user in planning_group.tell_whom(row):
            notices.follow(reference=row.reference, user=user, why="author" if user == row.by else "follower")
    notices.tell(
        reference=row.reference,
        kind=f"square.candidate_{fact.what}",
        title=row.idea.matter.title,
        also_references=[row.idea.matter.reference, row.space.reference],
        not_user=User.objects.filter(pk=fact.actor_id).first() if fact.actor_id else None,
    )


@on(MatterChanged)
def let_go(change: MatterChanged) -> None:
    """What is gone is no candidate and stands in no topic any more; what was filed just now never did."""
    if change.what != "filed":
        picking.end_if_gone(change.matter_id)
        topics.leave_if_gone(change.matter_id)


@on(SteppedBack)
def tell_step_back(fact: SteppedBack) -> None:
    row = StepBack.objects.select_related("idea__matter", "by").get(pk=fact.step_back_id)
    notices.tell(
        reference=row.idea.matter.reference,
        kind="square.stepped_back",
        title=row.idea.matter.title,
        not_user=row.by,
    )


@on(CoAuthorMoved)
def tell_coauthor(fact: CoAuthorMoved) -> None:
    row = CoAuthor.objects.select_related("idea__matter", "user").get(pk=fact.coauthor_id)
    if row.user is None:
        return
    if fact.what == "invited":
        notices.follow(reference=row.reference, user=row.user, why="author")
        notices.tell(reference=row.reference, kind="square.invited", title=row.idea.matter.title)
        return
    notices.follow(reference=row.idea.matter.reference, user=row.user, why="author")
    notices.tell(
        reference=row.idea.matter.reference,
        kind="square.coauthored",
        title=row.idea.matter.title,
        not_user=row.user,
    )


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


@on(MatterChanged)
def owe_still(change: MatterChanged) -> None:
    """What reached its threshold and is an idea again is owed its answer from the day it was reached.

    Otherwise two changes of kind would end a promise that many people wait for.
    """
    if change.what != "retyped":
        return
    idea = Idea.objects.filter(
        pk=change.matter_id, qualified_at__isnull=False, matter__kind=Kind.IDEA, matter__state=State.OPEN
    )
    for row in idea.select_related("matter"):
        ideas.owe_still(row)


matters.describe_by(found.details)
search.register_source("comment", found.entries)


@on(IdeaFiled)
def index_idea(fact: IdeaFiled) -> None:
    """Its field and place are known now."""
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
    if change.what != "filed" and found.is_comments_stale(change.matter_id):
        found.put_in_index(found.comments_of(change.matter_id))
