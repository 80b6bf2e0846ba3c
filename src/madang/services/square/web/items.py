"""The page of an idea, its history and how its date was counted."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.domain import answers as answering
from madang.commons.matters.domain import attachments, clocks
from madang.commons.matters.enums import OWED, TALKING, Disclosure, Kind, State
from madang.commons.matters.models import Dispute, Matter
from madang.commons.matters.policies import is_author
from madang.commons.meetings import api as meetings
from madang.commons.notices import api as notices
from madang.commons.opinions import api as opinions
from madang.commons.panels import api as panels
from madang.kernel import clock, policy, text
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.levels import Level
from madang.kernel.models import SEEING, Role
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.services.square import live, queries, turns
from madang.services.square.domain import counting, terms, versions
from madang.services.square.enums import Stance
from madang.services.square.limits import COMMENT_MAX
from madang.services.square.models import Idea, ImportedRow, Support
from madang.services.square.web import acts, picking, present, talk, topics, whole
from madang.services.square.web import turns as words
from madang.services.square.web.forms import CommentForm
from madang.services.square.web.pages import (
    crumb,
    ideas_crumb,
    optional_url,
    resident_url,
    sign_in_url,
    trail,
    with_idea,
)

Part = dict[str, Any]
TYPED = "square.comment"


@require_safe
@with_idea
def item(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Everything about one idea."""
    return page(request, idea)


def page(
    request: HttpRequest, idea: Idea, *, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with a comment form that may carry errors."""
    actor, matter = actor_of(request), idea.matter
    idea.cell = queries.cell_of(idea)  # type: ignore[attr-defined]  # asked once for all that the page offers
    effects = matters.effects_of(matter)
    answers = whole.answers_of(matter, effects)
    stance = request.GET.get("stance", "")
    stance = stance if stance in Stance.values else ""
    may_comment = policy.can("square.comment.write", actor, idea)
    threads = talk.page_of(idea, stance=stance, number=request.GET.get("page"))
    shown = talk.options(actor, matter, can_write=bool(may_comment))
    retyped = whole.retyped(matter)
    # What she typed before she had to sign in.
    typed = request.session.get(TYPED, {})
    typed = typed if typed.get("pk") == idea.pk else {}
    context = {
        "idea": idea,
        "matter": matter,
        "tags": present.tags(idea),
        "author": _("Authors of its ideas") if idea.is_topic else present.author(matter),
        "steps": present.steps(idea, effects),
        "clock": matters.clock_view(matter),
        "turn": words.view(turns.one(idea), matter),
        "grown": grown(actor, idea),
        "has_clock": matter.clocks.exists(),
        "shows_words": present.shows_words(matter),
        "body_html": text.to_html(matter.body) if present.shows_words(matter) else "",
        "attachments": [
            file for file in matter.attachments.all() if attachments.is_visible(file, actor=actor)
        ],
        "answers": answers,
        "reports": [report for effect in effects for report in effect.reports.all()],
        "panel": panel(request, idea),
        "offices": whole.offices(matter),
        # The one that goes on may have been taken down since: then its title is not shown here either.
        "merged_into": matter.merged_into
        if matter.merged_into is not None and policy.can("matters.matter.view", actor, matter.merged_into)
        else None,
        "merged_from": list(matter.merged.filter(disclosure=Disclosure.PUBLIC).order_by("filed_at")),
        "traces": whole.traces(matter),
        "meetings": meetings.about([matter.reference]),
        "panels": panels.about([matter.reference]),
        "planning": picking.card(actor, idea),
        "conversation": opinions.card(matter.reference) if matter.is_public else None,
        "imported": ImportedRow.objects.filter(matter=matter).first()
        if present.is_imported(matter)
        else None,
        "retyped": retyped,
        "kind_label": matter.get_kind_display(),
        "is_idea": matter.kind == Kind.IDEA,
        "is_hidden": matter.disclosure == Disclosure.HIDDEN,
        "appeal_url": reverse("appeal", args=[f"idea:{matter.number}"])
        if matter.disclosure == Disclosure.HIDDEN and is_author(actor, matter) and actor.is_signed_in
        else "",
        "room": terms.room(actor) if may_comment else None,
        "is_private": matter.disclosure == Disclosure.PRIVATE,
        "stance_chips": talk.chips(idea, stance),
        "page": threads,
        "threads": [talk.thread(comment, limit=talk.REPLIES, **shown) for comment in threads],
        "comment_form": (form or CommentForm(initial=typed)) if may_comment else form,
        "has_typed": bool(typed),
        "comment_max": COMMENT_MAX,
        "comment_refusal": may_comment,
        "sign_in_url": sign_in_url(request.path + "#comments"),
        "author_tools": _author_tools(actor, matter),
        "desk_url": optional_url("desk_matter", matter.pk) if _works_on(actor, matter) else "",
        "moderate_url": f"{reverse('moderate')}?idea={matter.number}"
        if actor.holds(Role.MODERATOR, matter.host_id)
        else "",
        "public_address": settings.PUBLIC_URL + present.address(matter),
        "follow": follow(actor, matter),
        "breadcrumb": [ideas_crumb(), crumb(matter.number or _("Not public"))],
        "tabs": tabs(matter, "item", has_synthesis=has_synthesis(actor, idea)),
    }
    return render(request, "square/item.html", context, status=status)


def grown(actor: Actor, idea: Idea) -> Part:
    """How the text grew and with whom, and the topic it is part of, or the ideas it gathers."""
    number = versions.number_of(idea)
    step_back = idea.step_backs.filter(state="open").first()
    coauthors = idea.coauthors.filter(state="accepted", via__isnull=True).select_related("user")
    return {
        "version": number,
        "waiting": idea.amendments.filter(state__in=["open", "unanswered"], hide_reason="").count(),
        "coauthors": [row.user.shown_name for row in coauthors if row.user],
        "topic": idea.topic.matter if idea.topic_id and idea.topic and idea.topic.matter.is_public else None,
        "members": topics.members(idea, actor) if idea.is_topic else [],
        "topic_url": reverse("topic", args=[idea.matter.number])
        if idea.is_topic and policy.can("square.topic.gather", actor, idea.process)
        else "",
        "inquiries": list(idea.matter.inquiries.select_related("office").order_by("-at", "-pk")),
        "answers_url": reverse("inquiry", args=[idea.matter.number]) if is_author(actor, idea.matter) else "",
        "step_back": step_back,
        "take_url": reverse("take_over", args=[idea.matter.number])
        if step_back and policy.can("square.step_back.take", actor, step_back)
        else "",
        "stay_url": reverse("come_back", args=[idea.matter.number])
        if step_back and policy.can("square.step_back.come_back", actor, step_back)
        else "",
        "supported": _supported_version(actor, idea) if number > 1 else 0,
    }


def _supported_version(actor: Actor, idea: Idea) -> int:
    """The version that this person supported, where another one stands now; 0 otherwise."""
    if actor.user is None:
        return 0
    mine = Support.objects.filter(idea=idea, supporter=actor.user, withdrawn_at__isnull=True).first()
    if mine is None:
        return 0
    since = max(mine.at, mine.changed_at)
    rows = list(idea.versions.order_by("number").values_list("number", "at"))
    seen = max((number for number, at in rows if at <= since), default=1)
    return seen if seen < rows[-1][0] else 0


def has_synthesis(actor: Actor, idea: Idea) -> bool:
    """Whether there is one to read, or this person may write one."""
    return idea.syntheses.filter(state="published").exists() or (
        idea.is_topic and bool(policy.can("square.synthesis.write", actor, idea))
    )


def tabs(matter: Matter, current: str, *, has_synthesis: bool = False) -> list[Part]:
    """The pages of an idea."""
    names = {"item": _("Idea"), "text": _("Text and amendments"), "item_history": _("History")}
    if has_synthesis:
        names = {**names, "synthesis": _("Synthesis")}
    return [
        {"label": label, "url": reverse(name, args=[matter.number]), "active": name == current}
        for name, label in names.items()
    ]


def _works_on(actor: Actor, matter: Matter) -> bool:
    return actor.is_official and (
        matter.responsible_id in actor.offices(*SEEING) or matter.host_id in actor.offices(*SEEING)
    )


def follow(actor: Actor, matter: Matter) -> Part:
    """The follow button: where it posts, and whether this person follows."""
    url = optional_url("follow")
    if not url:
        return {}
    return {
        "url": url,
        "reference": matter.reference,
        "next": present.address(matter),
        # Who has just supported follows with the next tally: the button says so at once.
        "is_following": actor.user is not None
        and (
            notices.is_following(actor.user, matter.reference) or queries.is_uncounted(actor.user, matter.pk)
        ),
    }


def panel(request: HttpRequest, idea: Idea) -> Part:
    """Support: total, goal of its own rules, and what this person may do. Her own support shows at once."""
    actor, matter = actor_of(request), idea.matter
    mine = queries.supported_by(actor, idea)
    verdict = policy.can("square.idea.support", actor, idea)
    address = present.address(matter)
    found: Part = {
        "label": _("People behind it") if idea.is_topic else _("People in support"),
        "count": counting.supports_now([idea.pk])[idea.pk],
        "goal": idea.threshold,
        "left": present.discussion_left(idea),
        "action_url": reverse("support", args=[matter.number]),
        "action_label": _("I support this"),
        "done": mine,
        "done_label": _("You support this"),
        "note": _panel_note(idea),
        "reached": idea.qualified_at is not None,
        "live_url": live.address(idea) if matter.is_public and matter.state in (*TALKING, *OWED) else "",
        "need": _("Only verified residents support here.")
        if not mine and queries.level_to_support(idea) == Level.RESIDENT
        else "",
    }
    if present.is_imported(matter):
        return found | {
            "label": _("Likes at the source"),
            "count": idea.imported_likes,
            "goal": 0,
            "action_url": "",
            "live_url": "",
            "note": _("Imported from an archive: it is read here, not supported."),
        }
    if mine and idea.qualified_at is None and policy.can("square.idea.unsupport", actor, idea):
        found |= {"undo_url": reverse("unsupport", args=[matter.number]), "undo_label": _("Take back")}
    elif not mine and not verdict and verdict.code == "sign_in":
        found |= {"sign_in_url": sign_in_url(address), "sign_in_label": _("Sign in to support")}
    elif not mine and not verdict and verdict.code == "level.resident":
        found |= {"verify_url": resident_url(address), "verify_label": _("Have yourself verified")}
    elif not mine and not verdict:
        found["disabled_reason"] = str(verdict.reason)
    return found


def _panel_note(idea: Idea) -> str:
    """What the goal means, from the rules of filing."""
    if not idea.threshold:
        return ""
    if idea.qualified_at is not None:
        return _("The threshold was reached on %(day)s; an answer is owed since then.") % {
            "day": seoul_text(idea.qualified_at, "date")
        }
    if idea.matter.state not in (State.OPEN, State.MATURING):
        return ""
    from madang.services.square.web.pages import answer_period_words

    return _("At %(goal)s supporters the office owes an answer within %(period)s.") % {
        "goal": f"{idea.threshold:,}",
        "period": answer_period_words(idea.matter.rule),
    }


def _author_tools(actor: Actor, matter: Matter) -> Part:
    """What only the person who filed it can do now."""
    if not is_author(actor, matter):
        return {}
    until = answering.objection_until(matter)
    can_withdraw = matter.state in matter.flow.step("withdraw").sources
    return {
        "is_author": True,
        "withdraw_url": reverse("withdraw", args=[matter.number]) if can_withdraw else "",
        "object_url": reverse("object", args=[matter.number]) if until and clock.today() <= until else "",
        "object_until": until,
    }


@require_safe
@with_idea
def history(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Every public act on it, with its place in the public log."""
    effects = (effect.reference for effect in idea.matter.effects.all())
    hung = [
        *effects,
        *(
            f"amendment:{idea.matter.number}:{place}"
            for place in idea.amendments.values_list("number", flat=True)
        ),
        *(
            f"synthesis:{idea.matter.number}:{place}"
            for place in idea.syntheses.values_list("number", flat=True)
        ),
        *(
            f"candidate:{slug}:{place}"
            for slug, place in idea.candidacies.values_list("space__slug", "number")
        ),
        *(f"stepback:{pk}" for pk in idea.step_backs.values_list("pk", flat=True)),
        *(f"inquiry:{pk}" for pk in idea.matter.inquiries.values_list("pk", flat=True)),
        *(
            f"dispute:{pk}"
            for pk in Dispute.objects.filter(effect__matter=idea.pk).values_list("pk", flat=True)
        ),
        *(f"coauthor:{pk}" for pk in idea.coauthors.values_list("pk", flat=True)),
    ]
    rows = kernel.history(idea.matter.reference, *hung).order_by("-at", "-pk")
    return render(
        request,
        "square/history.html",
        {
            "idea": idea,
            "matter": idea.matter,
            "events": [acts.event(row) for row in rows],
            "ledger_url": optional_url("ledger"),
            "tabs": tabs(idea.matter, "item_history"),
            "breadcrumb": trail(idea, _("History")),
        },
    )


@require_safe
@with_idea
def counted(request: HttpRequest, idea: Idea) -> HttpResponse:
    """How each answer's date was counted, day by day."""
    rows = idea.matter.clocks.select_related("rule").prefetch_related("events").order_by("-started_at")
    return render(
        request,
        "square/counted.html",
        {
            "idea": idea,
            "matter": idea.matter,
            "clocks": [acts.counted(row, clocks.replay(row)) for row in rows],
            "breadcrumb": trail(idea, _("How the date was counted")),
        },
    )
