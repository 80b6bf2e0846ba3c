"""The verbs of the desk: what may be done with a matter now, and the addresses that do it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from madang.commons.matters.domain import answers, clocks, desk, handling, more_time, supplements
from madang.commons.matters.models import Answer, Inquiry, Matter
from madang.commons.matters.web import act_forms
from madang.commons.matters.web import matter as page
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of

Act = Callable[[Actor, Matter, dict[str, Any]], object]


@dataclass(frozen=True)
class Verb:
    """One POST address: its form, its one domain call, and what is said afterwards."""

    form: type[act_forms.ActForm]
    act: Act
    done: str | Promise


def _in_work(matter: Matter) -> Answer:
    answer = matter.answers.exclude(state=Answer.State.PUBLISHED).first()
    if answer is None:
        raise RefusedError(
            _("There is no draft any more. Reload the page to see how it stands now."),
            "answer.none",
            status=409,
        )
    return answer


def _asked(matter: Matter) -> Inquiry:
    row: Inquiry | None = matter.inquiries.filter(state="open").first()
    if row is None:
        raise RefusedError(_("Nothing is asked of the author now."), "inquiry.none", status=409)
    return row


VERBS: dict[str, Verb] = {
    "assign": Verb(
        act_forms.AssignForm,
        lambda actor, matter, typed: handling.assign(actor=actor, matter=matter, office=typed["office"]),
        _("Given to the office."),
    ),
    "transfer": Verb(
        act_forms.TransferForm,
        lambda actor, matter, typed: handling.transfer(
            actor=actor,
            matter=matter,
            office=typed["office"],
            reason_code=typed["reason_code"],
            reason=typed["reason"],
        ),
        _("Passed on."),
    ),
    "settle": Verb(
        act_forms.SettleForm,
        lambda actor, matter, typed: handling.settle(
            actor=actor, matter=matter, office=typed["office"], reason=typed["reason"]
        ),
        _("The office is named. It stays with this office."),
    ),
    "take": Verb(
        act_forms.TakeForm,
        lambda actor, matter, typed: handling.take(actor=actor, matter=matter, officer=typed["officer"]),
        _("The officer in charge is named."),
    ),
    "retype": Verb(
        act_forms.RetypeForm,
        lambda actor, matter, typed: handling.retype(
            actor=actor, matter=matter, kind=typed["kind"], reason=typed["reason"], private=typed["private"]
        ),
        _("The kind is changed. Filing date, supporters and receipt stayed."),
    ),
    "pause": Verb(
        act_forms.PauseForm,
        lambda actor, matter, typed: clocks.pause(
            actor=actor,
            matter=matter,
            reason_code=typed["reason_code"],
            reason=typed["reason"],
            days=typed["days"],
        ),
        _("The clock is stopped."),
    ),
    "bounce": Verb(
        act_forms.BounceForm,
        lambda actor, matter, typed: supplements.bounce(
            actor=actor, inquiry=_asked(matter), reason=typed["reason"]
        ),
        _("Noted. The clock runs again; ask the author in another way."),
    ),
    "send_back": Verb(
        act_forms.SendBackForm,
        lambda actor, matter, typed: supplements.send_back(
            actor=actor, matter=matter, reason=typed["reason"]
        ),
        _("It is sent back, with your reason."),
    ),
    "close_undelivered": Verb(
        act_forms.UndeliveredForm,
        lambda actor, matter, typed: supplements.close_undelivered(
            actor=actor, matter=matter, reason=typed["reason"]
        ),
        _("It is ended, with your reason."),
    ),
    "resume": Verb(
        act_forms.ResumeForm,
        lambda actor, matter, typed: clocks.resume(actor=actor, matter=matter, reason=typed["reason"]),
        _("The clock runs again."),
    ),
    "extend": Verb(
        act_forms.ExtendForm,
        lambda actor, matter, typed: clocks.extend(
            actor=actor,
            matter=matter,
            reason_code=typed["reason_code"],
            reason=typed["reason"],
            amount=typed["amount"],
        ),
        _("The period is extended."),
    ),
    "ask_more": Verb(
        act_forms.AskMoreForm,
        lambda actor, matter, typed: more_time.ask(
            actor=actor,
            matter=matter,
            reason_code=typed["reason_code"],
            reason=typed["reason"],
            amount=typed["amount"],
        ),
        _("The author is asked. The clock runs on until she agrees."),
    ),
    "answer": Verb(
        act_forms.AnswerForm,
        lambda actor, matter, typed: answers.save(actor=actor, matter=matter, **_draft(typed)),
        _("The draft is saved."),
    ),
    "submit": Verb(
        act_forms.AnswerForm,
        lambda actor, matter, typed: desk.save_and_submit(actor=actor, matter=matter, **_draft(typed)),
        _("The answer is with the approver."),
    ),
    "return": Verb(
        act_forms.ReturnForm,
        lambda actor, matter, typed: answers.give_back(
            actor=actor, answer=_in_work(matter), reason=typed["reason"]
        ),
        _("The draft went back with your reason."),
    ),
    "publish": Verb(
        act_forms.PublishForm,
        lambda actor, matter, typed: answers.publish(actor=actor, answer=_in_work(matter)),
        _("The answer is published. Everybody concerned is told."),
    ),
}


def _draft(typed: dict[str, Any]) -> dict[str, Any]:
    return {name: typed[name] for name in ("disposition", "reason", "next_step", "owner", "promised_on")}


def changed(
    request: HttpRequest, matter: Matter, form: act_forms.ActForm, refusal: RefusedError
) -> HttpResponse:
    """The calm page for the second of two: nothing was saved, here are the words, there is how it stands."""
    context = {
        "matter": matter,
        "matter_url": page.address(matter) if page.may_work(request, matter) else "",
        "reason": str(refusal),
        "typed": form.typed(),
        "breadcrumb": page.crumbs(gettext("Changed meanwhile")),
    }
    return render(request, "matters/changed.html", context, status=409)


def session_ended(request: HttpRequest, pk: int, spec: Verb) -> HttpResponse:
    """Signed out while typing: the words are given back beside the way to sign in again."""
    form = spec.form(request.POST, matter=Matter(kind="", responsible_id=0))
    context = {
        "ended": True,
        "typed": form.typed(),
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': reverse('desk_matter', args=[pk])})}",
    }
    return render(request, "matters/changed.html", context, status=403)


def perform(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Parse, act once, and go back to the matter; refusals keep what was typed."""
    spec = VERBS[verb]
    if not request.user.is_authenticated:
        return session_ended(request, pk, spec)
    matter = page.seen_by(request, pk)
    if not actor_of(request).is_official:
        policy.require("matters.matter.desk", actor_of(request), matter)
    form = spec.form(request.POST, matter=matter)
    if form.is_valid() and verb == "submit":
        _say_what_is_missing(form)
    if not form.is_valid():
        return page.show(request, matter, bound=form, status=422)
    try:
        with desk.unchanged(matter, form.cleaned_data["seen"]) as fresh:
            spec.act(actor_of(request), fresh, form.cleaned_data)
    except RefusedError as refusal:
        if refusal.status == 409:
            return changed(request, matter, form, refusal)
        if refusal.status == 422:
            _point_to_field(form, refusal)
            return page.show(request, matter, bound=form, status=422)
        raise
    messages.success(request, str(spec.done))
    matter.refresh_from_db()
    if page.may_work(request, matter):
        done = "?done=answer" if verb in ("answer", "submit") else ""
        return redirect(page.address(matter) + done)
    return redirect("desk")


def _say_what_is_missing(form: act_forms.ActForm) -> None:
    assert isinstance(form, act_forms.AnswerForm)
    for field, said in answers.problems(Answer(matter=form.matter, **form.draft)).items():
        form.add_error(field, str(said))


def _point_to_field(form: act_forms.ActForm, refusal: RefusedError) -> None:
    """A refusal by the rules stands at the field that it is about."""
    fields = {
        "transfer.same": "office",
        "transfer.reason": "reason_code",
        "retype.same": "kind",
        "flow.reason": "reason",
        "clock.extension_too_long": "amount",
        "inquiry.days": "days",
    }
    field = fields.get(refusal.code)
    if field is None and refusal.code.startswith(("clock.extension_reason", "clock.pause_reason")):
        field = "reason_code"
    form.add_error(field if field in form.fields else None, str(refusal))


def address_of(verb: str) -> Callable[..., HttpResponse]:
    """The view of one verb."""

    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return perform(request, pk, verb)

    view.__name__ = f"desk_{verb}"
    return view
