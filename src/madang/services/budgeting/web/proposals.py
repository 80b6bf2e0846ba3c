"""The proposals of a round, one of them, and all of them as a file."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.models import Answer
from madang.kernel import clock, places, plan, policy, text
from madang.kernel.actors import Actor
from madang.kernel.money import won
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import reading
from madang.services.budgeting.models import Proposal, Round
from madang.services.budgeting.web import words
from madang.services.budgeting.web.shell import follow, round_of, shell, under

PAGE = 20
State = Proposal.State


def _filters(request: HttpRequest, found: Round) -> reading.Filters:
    """The filters of an address; what is not known is left out, never an error."""
    known: dict[str, set[str]] = {
        "state": set(State.values),
        "pot": set(found.pots.values_list("code", flat=True)),
        "kind": set(Proposal.Kind.values),
        "value": {str(value.number) for value in plan.load().values},
        "district": set(places.districts()),
    }
    chosen = {name: request.GET.get(name, "") for name in known}
    return reading.Filters(**{name: value for name, value in chosen.items() if value in known[name]})


def _address(found: Round, filters: reading.Filters, **changes: str) -> str:
    names = ("state", "pot", "kind", "value", "district")
    query = urlencode({n: v for n, v in ({n: getattr(filters, n) for n in names} | changes).items() if v})
    address = reverse("budget_proposals", args=[found.slug])
    return f"{address}?{query}" if query else address


def _chips(found: Round, filters: reading.Filters) -> list[dict[str, Any]]:
    base = reading.Filters(pot=filters.pot, kind=filters.kind, value=filters.value, district=filters.district)
    counts = reading.by_state(reading.narrowed(reading.public_proposals(found), base))
    states: list[tuple[str, str]] = [("", _("All")), *((code, str(label)) for code, label in State.choices)]
    return [
        {
            "label": label,
            "url": _address(found, filters, state=code),
            "active": code == filters.state,
            "count": counts.get(code, 0) if code else sum(counts.values()),
        }
        for code, label in states
    ]


@require_safe
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """What was proposed in a round, and what became of it."""
    found = round_of(request, slug)
    filters = _filters(request, found)
    rows = reading.narrowed(reading.public_proposals(found), filters)
    page: Any = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    actor = actor_of(request)
    used = reading.public_proposals(found).exclude(district="").order_by().values_list("district", flat=True)
    context = shell(found, "budget_proposals") | {
        "page": page,
        "rows": [words.row(one) for one in page],
        "total": page.paginator.count,
        "chips": _chips(found, filters),
        "filters": filters,
        "is_filtered": filters != reading.Filters(),
        "pots": [(pot.code, pot.title) for pot in found.pots.all()],
        "kinds": Proposal.Kind.choices,
        "values": [(str(value.number), words.value_name(value)) for value in plan.load().values],
        "districts": sorted(
            (one.code, one.name) for code in set(used) if (one := places.district(code)) is not None
        ),
        "takes": found.takes_proposals(clock.now()),
        "desk_url": reverse("desk_proposals", args=[slug]) if actor.offices(*reading.WORKING) else "",
    }
    return render(request, "budgeting/proposals.html", context)


def seen(actor: Actor, found: Round, number: str) -> Proposal:
    """A proposal that this reader may see.

    Raises:
        Http404: there is none for her.
    """
    rows = found.proposals.select_related(*reading.WHOLE).filter(matter__in=matters.visible(actor))
    one: Proposal = get_object_or_404(rows, matter__number=number)
    return one


@require_safe
def proposal(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One proposal: its words, its way, the answer, and every act with its reason."""
    found, actor = round_of(request, slug), actor_of(request)
    one = seen(actor, found, number)
    matter = one.matter
    effects = matters.effects_of(matter)
    answers = matter.answers.filter(state=Answer.State.PUBLISHED).select_related(
        "office", "owner", "drafted_by", "approved_by"
    )
    mine = matter.author_id is not None and actor.user is not None and matter.author_id == actor.user.pk
    asked = matters.open_inquiry(matter.pk)
    context = under(found, "budget_proposals", number) | {
        "proposal": one,
        "matter": matter,
        "tags": words.tags(one),
        "body_html": text.to_html(matter.body),
        "where": words.where(one),
        "money": won(one.amount),
        "values": words.values(one),
        "steps": matters.steps(matter, discussed=_middle(one), effects=effects),
        "clock": matters.clock_view(matter),
        "answers": [matters.answer_card(answer, effects) for answer in answers.prefetch_related("writers")],
        "why": words.why_dropped(one.drop_code) if one.state == State.DROPPED else "",
        "events": words.history(matter.reference, one.reference),
        "is_mine": mine,
        "receipt_url": matters.address_of(request.session, matter) if mine else "",
        "asked": asked if asked is not None and mine else None,
        "answer_url": matters.answer_address_of(request.session, matter) if asked and mine else "",
        "follow": follow(actor, matter.reference, request.path),
        "desk_url": reverse("desk_proposal", args=[slug, number])
        if policy.can("matters.matter.desk", actor, matter)
        or found.host_id in actor.offices(*reading.WORKING)
        else "",
    }
    return render(request, "budgeting/proposal.html", context)


def _middle(one: Proposal) -> matters.Step:
    """The second step of its way: what the offices make of it."""
    label = pgettext("step", "Worked out")
    if one.state in (State.DROPPED, State.WITHDRAWN):
        return matters.Step(label, "skipped")
    if one.state == State.JOINED and one.project is not None:
        return matters.Step(label, "done", "plum", _("Project %(code)s") % {"code": one.project.code})
    return matters.Step(label, "now" if one.state == State.ELIGIBLE else "todo", "plum")


COLUMNS = (
    "number", "filed_on", "title", "kind", "pot", "district", "place", "latitude", "longitude", "amount", "values", "state", "reason_code",
    "reason", "project", "office", "origin", "url",
)  # fmt: skip


@require_safe
def proposals_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """A line for each public proposal. Who proposed it is not in the file."""
    found = round_of(request, slug)
    rows: list[list[object]] = [list(COLUMNS)]
    for one in reading.public_proposals(found).prefetch_related("values").order_by("matter__number"):
        matter, dropped = one.matter, one.state == State.DROPPED
        rows.append(
            [
                matter.number,
                clock.seoul(matter.filed_at).date().isoformat(),
                matter.title,
                one.kind,
                one.pot.code,
                one.district,
                one.place,
                one.latitude,
                one.longitude,
                one.amount,
                " ".join(str(value.value) for value in one.values.all()),
                one.state,
                one.drop_code if dropped else "",
                words.why_dropped(one.drop_code) if dropped else "",
                one.project.code if one.project else "",
                matter.responsible.name,
                matter.origin,
                settings.PUBLIC_URL + reverse("budget_proposal", args=[slug, matter.number]),
            ]
        )
    return saving.table(rows, f"{slug}-proposals.csv")
