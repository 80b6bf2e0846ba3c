"""The receipt: open a matter with its code, see how it stands, take the proof along, leave or erase an address."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters import guessing, path, queries, two_clocks
from madang.commons.matters.answer_card import answer_card
from madang.commons.matters.domain import answers, contacts, handling, more_time
from madang.commons.matters.enums import OWED, State
from madang.commons.matters.models import Contact, Matter
from madang.commons.matters.policies import is_author
from madang.commons.matters.receipts import OPENED, keep, opened_elsewhere
from madang.commons.matters.receipts import receipt as proof_of
from madang.commons.matters.web import receipt_forms, shown
from madang.kernel import clock, policy, text
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, saving
from madang.kernel.web.acting import actor_of
from madang.kernel.web.qr import qr_svg


@never_cache
def receipt(request: HttpRequest) -> HttpResponseBase:
    """Type the code. A wrong code and an unknown one get the same answer."""
    form = receipt_forms.CodeForm(request.POST or None)
    status, wait = 200, 0
    if request.method == "POST":
        try:
            if guessing.is_flood():
                limits.spend(request, limits.RECEIPT_IN_FLOOD)
            limits.spend(request, *limits.RECEIPT)
        except TooManyError as error:
            form.add_error(None, _("Too many tries. Wait a minute and try again."))
            status, wait = 429, error.retry_after
        if not wait and form.is_valid():
            matter = queries.by_code(form.cleaned_data["code"])
            if matter is not None:
                return redirect("receipt_show", place=keep(request.session, matter))
            other = opened_elsewhere(request, form.cleaned_data["code"])
            if other is not None:
                return other
            form.add_error(
                "code", _("This code opens nothing. Check it against your receipt and type it again.")
            )
        status = status if wait else 422
    mine = [
        {"matter": matter, "url": reverse("receipt_show", args=[place]), "badge": path.state_badge(matter)}
        for place, matter in _opened(request)
    ]
    context = {"form": form, "mine": mine, "breadcrumb": [{"label": _("Receipt"), "url": ""}]}
    response = render(request, "matters/receipt.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _opened(request: HttpRequest) -> list[tuple[int, Matter]]:
    opened = list(request.session.get(OPENED, ()))
    found = Matter.objects.in_bulk(opened)
    return [(place, found[pk]) for place, pk in enumerate(opened, start=1) if pk in found][::-1]


def opened(request: HttpRequest, place: int) -> Matter:
    """The matter at a place of this session's list."""
    opened = list(request.session.get(OPENED, ()))
    if not 1 <= place <= len(opened):
        raise Http404
    found: Matter = get_object_or_404(Matter.objects.select_related(*queries.FULL), pk=opened[place - 1])
    return found


@never_cache
@require_safe
def receipt_of(request: HttpRequest, number: str) -> HttpResponse:
    """The author, signed in, opens the receipt of what she filed without typing the code."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    mine = queries.filed_by(actor_of(request))
    return redirect("receipt_show", place=keep(request.session, get_object_or_404(mine, number=number)))


@never_cache
def receipt_show(
    request: HttpRequest,
    place: int,
    *,
    contact_form: receipt_forms.ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """How it stands, what comes next, the proof to take along."""
    matter = opened(request, place)
    actor = actor_of(request)
    running = (
        matter.clocks.filter(stopped_at__isnull=True)
        .select_related("rule")
        .prefetch_related("events")
        .first()
    )
    published = queries.latest_answer(matter)
    effects = queries.effects_of(matter)
    proof = proof_of(matter)
    until = answers.objection_until(matter)
    until = until if until is not None and clock.today() <= until else None
    contact = Contact.objects.filter(matter=matter).first()
    page = shown.page_of(matter) if matter.is_public else ""
    context = {
        "place": place,
        "matter": matter,
        "badge": path.state_badge(matter),
        "steps": path.steps(matter, effects=effects),
        "clock": shown.clock_of(running),
        "clocks": two_clocks.both_clocks(matter),
        "more_time": more_time.open_request(matter.pk) if is_author(actor, matter) else None,
        "receipt": {
            "number": matter.number,
            "title": matter.title,
            "filed_at": matter.filed_at,
            "office": matter.responsible.name,
            "channel": matter.get_channel_display(),
            "next": _next(matter, until),
            "due": matter.due_at,
            "url": page,
            "qr_svg": qr_svg(f"{request.build_absolute_uri('/')[:-1]}{page}") if page else "",
            "position": shown.place_in_log(matter),
            "file_url": reverse("receipt_file", args=[place]) if proof and proof.has_file else "",
        },
        "body_html": text.to_html(matter.body),
        "inquiries": list(matter.inquiries.select_related("office").order_by("-at", "-pk")),
        "inquiry_url": reverse("receipt_answer", args=[place]) if is_author(actor, matter) else "",
        "published": answer_card(published, effects) if published else None,
        "ledger_url": _ledger(),
        "may_withdraw": bool(policy.can("matters.matter.withdraw", actor, matter))
        and matter.state in Matter.flow.step("withdraw").sources,
        "objection_until": until,
        "contact": contact,
        "takes_contact": matter.author_id is None,
        "contact_form": contact_form or receipt_forms.ContactForm(),
        "breadcrumb": [
            {"label": _("Receipt"), "url": reverse("receipt")},
            {"label": matter.number or "–", "url": ""},
        ],
    }
    return render(request, "matters/receipt_show.html", context, status=status)


def _next(matter: Matter, until: object) -> list[str]:
    """What happens now, in sentences."""
    if matter.state in (State.OPEN, State.MATURING):
        return [
            _("People can discuss and support it."),
            _("When enough people support it, the office owes a reasoned answer by a fixed day."),
        ]
    if matter.state in OWED:
        return [
            _("The responsible office examines it and answers with a reason."),
            _("If it is late, everybody can see that."),
        ]
    if matter.state == State.ANSWERED:
        return [_("Read the answer below."), *([_("You can object to it here.")] if until else [])]
    if matter.state == State.MERGED:
        return [
            _("It goes on in %(number)s. You follow that one now.")
            % {"number": matter.merged_into.number if matter.merged_into else ""}
        ]
    return [_("Nothing more is expected of you.")]


def _ledger() -> str:
    for name in ("ledger_verify", "ledger"):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


@never_cache
@require_safe
def receipt_file(request: HttpRequest, place: int) -> HttpResponse:
    """The signed file that anyone can check without this server."""
    matter = opened(request, place)
    proof = proof_of(matter)
    if proof is None or not proof.text:
        raise Http404
    return saving.text(proof.text, f"receipt-{matter.number or 'private'}.txt")


@require_POST
def receipt_contact(request: HttpRequest, place: int) -> HttpResponse:
    """Add, change or erase the address for news."""
    matter, actor = opened(request, place), actor_of(request)
    if "erase" in request.POST:
        contacts.erase(actor=actor, matter=matter)
        messages.success(request, _("The address is erased. No more mail will come."))
        return redirect("receipt_show", place=place)
    form = receipt_forms.ContactForm(request.POST)
    if not form.is_valid():
        request.method = "GET"  # the page is shown again with what was typed
        return receipt_show(request, place, contact_form=form, status=422)
    kept = contacts.leave(actor=actor, matter=matter, email=form.cleaned_data["email"])
    if kept.confirmed_at is not None:
        messages.success(request, _("News of this matter will come to your address."))
    elif kept.asked_at is not None:
        messages.success(request, _("We have sent you a mail. Open its link, and news will come."))
    else:
        messages.warning(
            request, _("This address was asked too often today, so no mail was sent. Try again tomorrow.")
        )
    return redirect("receipt_show", place=place)


def receipt_withdraw(request: HttpRequest, place: int) -> HttpResponse:
    """Ask first, then take it back."""
    matter = opened(request, place)
    form = receipt_forms.WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        handling.give_up(actor=actor_of(request), matter=matter, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is withdrawn. Its page stays, marked as withdrawn."))
        return redirect("receipt_show", place=place)
    return _ask(request, place, matter, form, "withdraw")


def receipt_object(request: HttpRequest, place: int) -> HttpResponse:
    """Say what is wrong with the answer; the office answers again."""
    matter = opened(request, place)
    form = receipt_forms.ObjectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            answers.object_to(actor=actor_of(request), matter=matter, reason=form.cleaned_data["reason"])
        except RefusedError as refusal:
            if refusal.status != 422:
                raise
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your objection is with the office. It answers again."))
            return redirect("receipt_show", place=place)
    return _ask(request, place, matter, form, "object")


def _ask(request: HttpRequest, place: int, matter: Matter, form: object, what: str) -> HttpResponse:
    context = {
        "place": place,
        "matter": matter,
        "form": form,
        "what": what,
        "until": answers.objection_until(matter),
        "breadcrumb": [
            {"label": _("Receipt"), "url": reverse("receipt")},
            {"label": matter.number or "–", "url": reverse("receipt_show", args=[place])},
            {"label": _("Withdraw") if what == "withdraw" else _("Object"), "url": ""},
        ],
    }
    return render(
        request, "matters/receipt_ask.html", context, status=422 if getattr(form, "errors", None) else 200
    )
