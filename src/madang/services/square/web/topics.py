"""Topics: the public list, making one, and what a facilitator does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.enums import State
from madang.kernel import ids, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.services.square import queries, turns
from madang.services.square.domain import topics
from madang.services.square.models import Idea
from madang.services.square.web import present
from madang.services.square.web import turns as words
from madang.services.square.web.growing_forms import AddForm, ReasonForm, TopicForm
from madang.services.square.web.pages import crumb, ideas_crumb, trail, with_idea

Part = dict[str, Any]
PAGE = 20


def members(topic: Idea, actor: Actor) -> list[Part]:
    """The ideas of a topic that this person may see, with author, supporters and number."""
    rows = queries.ideas(actor).filter(topic=topic).order_by("matter__filed_at", "pk")
    return [
        {
            "title": row.matter.title,
            "number": row.matter.number,
            "url": present.address(row.matter),
            "language": row.matter.language,
            "author": present.origin_words(row.matter),
            "supports": row.support_total,
        }
        for row in rows
    ]


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    """What is worked on now, whose turn it is, and what came of earlier topics."""
    actor = actor_of(request)
    found = (
        queries.ideas(actor)
        .filter(is_topic=True)
        .select_related("matter__rule")
        .order_by("-matter__filed_at", "-pk")
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    here = list(page.object_list)
    turn = turns.of(here)
    counts = topics.sizes(row.pk for row in here)
    rows = [
        {
            "title": row.matter.title,
            "url": present.address(row.matter),
            "tags": [matters.state_tag(row.matter)],
            "meta": [
                row.matter.number,
                ngettext("%(n)s idea", "%(n)s ideas", counts.get(row.pk, 0)) % {"n": counts.get(row.pk, 0)},
                words.line(turn[row.pk], row.matter),
            ],
            "clock": matters.clock_view(row.matter),
            "steps": present.steps(row),
            "figure": f"{row.support_total:,}",
            "figure_label": _("people"),
        }
        for row in here
    ]
    context = {
        "rows": rows,
        "page": page,
        "can_gather": bool(actor.offices(Role.FACILITATOR)),
        "breadcrumb": [ideas_crumb(), crumb(_("Topics"))],
    }
    return render(request, "square/topics.html", context)


def _ideas_of(typed: str) -> tuple[list[Idea], list[str]]:
    """The ideas with these numbers, and the words that are no number of one."""
    found, unknown = [], []
    for word in dict.fromkeys(typed.replace(",", "\n").split()):
        number = ids.read_number(word)
        idea = (
            Idea.objects.select_related("matter__host", "process__space", "category")
            .filter(matter__number=number)
            .first()
            if number
            else None
        )
        if idea is None or not idea.matter.is_public:
            unknown.append(word)
        else:
            found.append(idea)
    return found, unknown


def gather(request: HttpRequest) -> HttpResponse:
    """A facilitator makes a topic of several ideas."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    if not actor.offices(Role.FACILITATOR):
        raise RefusedError(
            _("Only a facilitator of the office that received this may do that."), "mandate.facilitator"
        )
    form = TopicForm(request.POST or None, initial={"numbers": request.GET.get("numbers", "")[:500]})
    if request.method == "POST" and form.is_valid():
        words_ = form.cleaned_data
        found, unknown = _ideas_of(words_["numbers"])
        if unknown:
            form.add_error(
                "numbers", _("No public idea has the number %(number)s.") % {"number": unknown[0][:40]}
            )
        else:
            try:
                topic, _filed = topics.gather(
                    actor=actor,
                    ideas=found,
                    title=words_["title"],
                    body=words_["body"],
                    reason=words_["reason"],
                )
            except RefusedError as refusal:
                form.add_error("numbers" if refusal.status == 422 else None, str(refusal))
            else:
                messages.success(request, _("The topic is made; the authors of its ideas have been told."))
                return redirect(present.address(topic.matter))
    context = {
        "form": form,
        "breadcrumb": [ideas_crumb(), crumb(_("Topics"), reverse("topics")), crumb(_("Make a topic"))],
    }
    return render(request, "square/topic_new.html", context, status=422 if form.errors else 200)


@with_idea
def topic(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The facilitator's page of a topic: take an idea in, let one go, each with a reason."""
    if not idea.is_topic:
        raise Http404
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect_to_login(request.get_full_path())
    policy.require("square.topic.gather", actor, idea.process)
    act = request.POST.get("act", "")
    adding = AddForm(request.POST if act == "add" else None, prefix="add")
    releasing = ReasonForm(request.POST if act == "release" else None, prefix="release")
    form: Any = {"add": adding, "release": releasing}.get(act)
    if request.method == "POST" and form is not None and form.is_valid():
        number = form.cleaned_data.get("number") or request.POST.get("number", "")
        found, _unknown = _ideas_of(number)
        try:
            if len(found) != 1:
                raise RefusedError(
                    _("No idea has this number. Check it and type it again."), "topic.number", status=422
                )
            do = topics.add if act == "add" else topics.release
            do(actor=actor, topic=idea, idea=found[0], reason=form.cleaned_data["reason"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done. The authors have been told."))
            return redirect(present.address(idea.matter))
    context = {
        "idea": idea,
        "matter": idea.matter,
        "members": members(idea, actor),
        "can": idea.matter.state == State.MATURING,
        "adding": adding,
        "releasing": releasing,
        "picked": request.POST.get("number", ""),
        "breadcrumb": trail(idea, _("Ideas of the topic")),
    }
    failed = adding.errors or releasing.errors
    return render(request, "square/topic_edit.html", context, status=422 if failed else 200)
