"""The administrator's pages about other servers: what waits for them, which there are, which service is which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from madang.kernel import policy
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of, for_officials
from madang.kernel.web.fields import Words
from madang.kernel.web.refusing import on_form, status_of
from madang.services.casework import queries
from madang.services.casework.domain import forwarding, hearing, peers
from madang.services.casework.models import Center, Forward, Peer, PeerService, ReceivedUpdate
from madang.services.casework.web import elsewhere

WORKING = (Role.ADMIN, Role.TRIAGE, Role.OFFICER, Role.APPROVER)
PAGE = 30
NEEDED = {"required": gettext_lazy("Write something here.")}
ACTS: dict[str, tuple[Callable[..., None], Promise]] = {
    "again": (forwarding.again, gettext_lazy("It is tried again.")),
    "drop": (forwarding.drop, gettext_lazy("It was taken out of the outbox.")),
    "ask": (hearing.ask_now, gettext_lazy("The other server is asked within a minute.")),
}


class PeerForm(forms.Form):
    """Another server."""

    name = Words(most=80, label=gettext_lazy("Name of the server"), error_messages=NEEDED)
    url = Words(
        most=300,
        label=gettext_lazy("Root of its Open311 service"),
        help_text=gettext_lazy("As in its discovery, for example https://311.example.kr/open311/v2."),
        error_messages=NEEDED,
    )
    jurisdiction = Words(most=60, required=False, label="jurisdiction_id")
    api_key = forms.CharField(
        required=False,
        max_length=300,
        label=gettext_lazy("Key that it gave you (api_key)"),
        help_text=gettext_lazy("Kept sealed and never shown. Empty leaves the one that is there."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    reports_as = forms.EmailField(
        required=False,
        label=gettext_lazy("Account with whose key it reports back"),
        help_text=gettext_lazy(
            "The e-mail address of that account here. Its updates on passed-on cases are kept."
        ),
    )
    is_active = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("Cases are passed on to it")
    )


class MatchForm(forms.Form):
    """Which service over there a category is."""

    category = forms.ChoiceField(label=gettext_lazy("Category here"))
    service_code = Words(
        most=80,
        required=False,
        label=gettext_lazy("service_code over there"),
        help_text=gettext_lazy("Empty takes the line out."),
    )
    is_automatic = forms.BooleanField(
        required=False, label=gettext_lazy("Pass on by itself, as soon as a case is filed")
    )

    def __init__(self, *arguments: Any, peer: Peer, **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = queries.categories(peer.center)
        self.fields["category"].choices = [(one.code, f"{one.name} ({one.code})") for one in rows]  # type: ignore[attr-defined]


class PassForm(forms.Form):
    """A case that another server is to have."""

    ref = Words(
        most=30,
        label=gettext_lazy("Number of the case"),
        help_text=gettext_lazy("As it stands on its page, for example CP-2611-00042-7."),
        error_messages=NEEDED,
    )
    peer = forms.ChoiceField(label=gettext_lazy("Server"))
    service_code = Words(
        most=80,
        required=False,
        label=gettext_lazy("service_code over there"),
        help_text=gettext_lazy("Only where the table of services does not say it."),
    )

    def __init__(self, *arguments: Any, centers: list[int], **named: Any) -> None:
        super().__init__(*arguments, **named)
        rows = Peer.objects.filter(center__in=centers, is_active=True)
        self.fields["peer"].choices = [(str(one.pk), one.name) for one in rows]  # type: ignore[attr-defined]


def _centers(request: HttpRequest) -> list[int]:
    """The centers whose outbox somebody may see: those at whose host she works; officers of other offices see their own."""
    offices, admin = actor_of(request).offices(*WORKING), actor_of(request).offices(Role.ADMIN)
    return list(
        Center.objects.filter(
            Q(host__in=offices) | Q(host__parent__in=admin) | Q(cases__matter__responsible__in=offices)
        )
        .distinct()
        .values_list("pk", flat=True)
    )


def _own(request: HttpRequest, peer: int) -> Peer:
    """A server of a center that she administers.

    Raises:
        Http404: another one.
    """
    found = get_object_or_404(Peer.objects.select_related("center__host"), pk=peer)
    if not policy.can("casework.exchange.manage", actor_of(request), found.center):
        raise Http404
    return found


def _row(forward: Forward) -> dict[str, Any]:
    return {
        "forward": forward,
        "tone": elsewhere.TONES[forward.state],
        "problem": elsewhere.problem(forward),
        "there": elsewhere.status_label(forward.their_status),
        "url": reverse("case", args=[forward.case.ref]),
        "can_change": forward.state in ("waiting", "refused", "given_up"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(*WORKING)
def outbox(request: HttpRequest) -> HttpResponse:
    """What waits, what went, what was refused; and the form that passes a case on."""
    actor, centers = actor_of(request), _centers(request)
    form = PassForm(request.POST or None, centers=centers)
    if request.method == "POST" and form.is_valid():
        with on_form(form):
            case = queries.by_ref(actor, form.cleaned_data["ref"].upper())
            if case is None:
                form.add_error("ref", _("You can see no case with this number. Check it for slips."))
            else:
                peer = get_object_or_404(Peer, pk=form.cleaned_data["peer"], center__in=centers)
                forwarding.put(
                    actor=actor, case=case, peer=peer, service_code=form.cleaned_data["service_code"]
                )
                messages.success(request, _("The case waits in the outbox and goes within seconds."))
                return redirect("desk_outbox")
    rows = Forward.objects.filter(peer__center__in=centers).select_related("peer", "case__matter")
    offices = actor.offices(*WORKING)
    rows = rows.filter(
        Q(case__center__in=queries.administered(actor))
        | Q(case__center__host__in=offices)
        | Q(case__matter__responsible__in=offices)
    )
    state = request.GET.get("state", "")
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    if state in Forward.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "chips": [
            {"label": _("All"), "url": reverse("desk_outbox"), "active": not state},
            *(
                {
                    "label": label,
                    "url": f"?state={value}",
                    "active": state == value,
                    "count": counts.get(value, 0),
                }
                for value, label in Forward.State.choices
            ),
        ],
        "form": form if form.fields["peer"].choices else None,  # type: ignore[attr-defined]
        "peers": Peer.objects.filter(center__in=centers).annotate(many=Count("services")),
        "is_admin": queries.administered(actor).exists(),
        "updates": [
            {"update": one, "there": elsewhere.status_label(one.status)}
            for one in ReceivedUpdate.objects.filter(case__matter__responsible__in=offices).select_related(
                "case__matter"
            )[:10]
        ],
        "breadcrumb": [{"label": _("Desk"), "url": reverse("desk")}, {"label": _("Outbox")}],
    }
    return render(
        request, "casework/outbox.html", context, status=status_of(form) if request.method == "POST" else 200
    )


@require_POST
@for_officials(*WORKING)
def forward_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Try again, take out, or ask how it stands over there."""
    found = get_object_or_404(Forward.objects.select_related("case__matter", "case__center", "peer"), pk=pk)
    act, said = ACTS[verb]
    act(actor=actor_of(request), forward=found)
    messages.success(request, str(said))
    return redirect("desk_case", found.case_id) if verb == "ask" else redirect("desk_outbox")


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(Role.ADMIN)
def peer(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Enter or change a server."""
    actor = actor_of(request)
    found = _own(request, pk) if pk is not None else None
    center = found.center if found else queries.administered(actor).first()
    if center is None:
        raise Http404
    initial = (
        {
            "name": found.name,
            "url": found.url,
            "jurisdiction": found.jurisdiction,
            "reports_as": found.reports_as.email if found.reports_as else "",
            "is_active": found.is_active,
        }
        if found
        else {}
    )
    form = PeerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with on_form(form):
            kept = peers.keep(actor=actor, center=center, peer=found, **form.cleaned_data)
            messages.success(request, _("The server is kept."))
            return redirect("desk_peer", kept.pk)
    context = {
        "peer": found,
        "form": form,
        "match": MatchForm(peer=found) if found else None,
        "services": PeerService.objects.filter(peer=found).select_related("category") if found else [],
        "breadcrumb": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": _("Outbox"), "url": reverse("desk_outbox")},
            {"label": found.name if found else _("Enter a server")},
        ],
    }
    return render(
        request, "casework/peer.html", context, status=status_of(form) if request.method == "POST" else 200
    )


@require_POST
@for_officials(Role.ADMIN)
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """One line of the table of services."""
    found = _own(request, pk)
    form = MatchForm(request.POST, peer=found)
    if form.is_valid():
        category = found.center.categories.get(code=form.cleaned_data["category"])
        peers.match(
            actor=actor_of(request),
            peer=found,
            category=category,
            service_code=form.cleaned_data["service_code"],
            is_automatic=form.cleaned_data["is_automatic"],
        )
        messages.success(request, _("The table is kept."))
    else:
        messages.error(request, _("Choose a category from the list."))
    return redirect("desk_peer", pk)
