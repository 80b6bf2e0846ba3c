"""Asking an author for what is missing: how long, how often, and what follows when it does not come.

The decree (arts. 24, 25) gives a reasonable time, lets the author ask for longer twice, has the office ask once more
within ten days, and lets it send the matter back with reasons after that. Where letters come back twice, it may end
it. All numbers are dated data (`site_rules.SUPPLEMENT`) and marked as not checked. While she is asked, the clock stands
still; the days of asking and of arriving are left out too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import clocks, site_rules
from madang.commons.matters.enums import Disposition
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Inquiry, Matter
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Rule


@dataclass(frozen=True, slots=True)
class Terms:
    """What an office may ask now: `days` unless it names another number, `most` at the most."""

    days: int
    most: int
    is_again: bool
    rule: Rule


def terms(matter: Matter, *, writes: bool = False) -> Terms:
    """The terms of the next question to the author of this matter.

    Args:
        writes: whether a rule that nobody has enacted yet is written down.
    """
    look = site_rules.in_force if writes else site_rules.peek
    rule = look(site_rules.SUPPLEMENT, clock.today())
    body, last = rule.body, matter.inquiries.order_by("at", "pk").last()
    is_again = last is not None and last.state == "lapsed"
    most = int(body["again_days"] if is_again else body["most_days"])
    usual = int(matter.rule.body.get("supplement_days", body["days"]))
    return Terms(min(usual, most), most, is_again, rule)


def ask(*, actor: Actor, matter: Matter, question: str, days: int | None = None) -> Inquiry:
    """Write down what the author is asked, inside the act that stopped the clock.

    Raises:
        RefusedError: 422, more days than the rule gives, or she was asked twice and was silent.
    """
    fresh = Matter.objects.select_related("rule", "responsible").get(pk=matter.pk)
    now, given = clock.now(), terms(fresh, writes=True)
    last = fresh.inquiries.order_by("at", "pk").last()
    if given.is_again and last is not None and last.is_again:
        raise RefusedError(
            _("The author was asked twice and did not answer. Decide with what is there, or send it back."),
            "inquiry.twice",
            status=422,
        )
    days = days or given.days
    if not 1 <= days <= given.most:
        raise RefusedError(
            ngettext(
                "Give the author %(most)s day at the most.", "Give the author 1 to %(most)s days.", given.most
            )
            % {"most": given.most},
            "inquiry.days",
            status=422,
        )
    return Inquiry.objects.create(
        matter=fresh,
        question=question,
        at=now,
        due_at=now + timedelta(days=days),
        days=days,
        is_again=given.is_again,
        rule=given.rule,
        office=fresh.responsible,
        by=actor.user,
    )


def may_prolong(inquiry: Inquiry) -> int:
    """How often the author may still take longer to answer."""
    if inquiry.state != "open" or inquiry.is_again:
        return 0
    rule = inquiry.rule or site_rules.peek(site_rules.SUPPLEMENT, clock.seoul(inquiry.at).date())
    return max(0, int(rule.body["author_extensions"]) - inquiry.more)


@transaction.atomic
def prolong(*, actor: Actor, inquiry: Inquiry, days: int) -> Inquiry:
    """The author takes longer, by as many days as she was given at the most; the clock goes on standing still.

    Raises:
        RefusedError: 422, as often as the rule allows already, or for too many days.
    """
    matter = Matter.objects.select_for_update().get(pk=inquiry.matter_id)
    fresh = Inquiry.objects.select_related("rule").get(pk=inquiry.pk)
    if fresh.state == "open" and not may_prolong(fresh):
        raise RefusedError(
            _("The time to answer was made longer as often as the rules allow."),
            "inquiry.no_more",
            status=422,
        )
    if not 1 <= days <= fresh.days:
        raise RefusedError(
            ngettext("Take %(most)s day more at the most.", "Take 1 to %(most)s days more.", fresh.days)
            % {"most": fresh.days},
            "inquiry.days",
            status=422,
        )
    moved = move(
        fresh,
        "prolong",
        actor=actor,
        payload={"days": days},
        changes={"due_at": fresh.due_at + timedelta(days=days), "more": fresh.more + 1},
    )
    publish(MatterChanged(matter.pk, "inquiry_prolonged", actor.user.pk if actor.user else None))
    return moved


@transaction.atomic
def bounce(*, actor: Actor, inquiry: Inquiry, reason: str) -> Inquiry:
    """The letter or mail that asked her came back: it does not count as asked, and the clock runs on."""
    matter = Matter.objects.select_for_update().get(pk=inquiry.matter_id)
    fresh = move(inquiry, "bounce", actor=actor, reason=reason)
    clocks.resume(
        actor=system("inquiry"), matter=matter, reason=gettext("The question came back undelivered.")
    )
    return fresh


def why_not_send_back(matter: Matter) -> str:
    """What stands against sending a matter back; empty where nothing does."""
    last = matter.inquiries.order_by("at", "pk").last()
    if last is None or last.state != "lapsed" or not last.is_again:
        return gettext("It can be sent back only after the author was asked twice and did not answer.")
    return ""


def why_not_undelivered(matter: Matter) -> str:
    """What stands against ending a matter because letters came back; empty where nothing does."""
    needed = int(site_rules.peek(site_rules.SUPPLEMENT, clock.today()).body["undelivered"])
    if matter.inquiries.filter(state="bounced").count() < needed:
        return gettext("It can be ended only after letters to the author came back twice.")
    return ""


@transaction.atomic
def send_back(*, actor: Actor, matter: Matter, reason: str) -> Matter:
    """It ends without an answer, because what was asked for twice did not come. The reason is told to the author.

    Raises:
        RefusedError: 422, she was not asked twice.
    """
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    if why := why_not_send_back(fresh):
        raise RefusedError(why, "send_back.early", status=422)
    return _end(actor, fresh, "send_back", Disposition.SENT_BACK, reason)


@transaction.atomic
def close_undelivered(*, actor: Actor, matter: Matter, reason: str) -> Matter:
    """It ends, because nobody can reach its author: letters came back as often as the rule says.

    Raises:
        RefusedError: 422, they did not.
    """
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    if why := why_not_undelivered(fresh):
        raise RefusedError(why, "undelivered.early", status=422)
    return _end(actor, fresh, "close_undelivered", Disposition.UNDELIVERED, reason)


def _end(actor: Actor, matter: Matter, step: str, disposition: Disposition, reason: str) -> Matter:
    now = clock.now()
    fresh = move(
        matter,
        step,
        actor=actor,
        reason_code=disposition,
        reason=reason,
        organisation=matter.responsible,
        changes={"disposition": disposition, "ended_at": now},
    )
    clocks.stop(matter=fresh, at=now)
    fresh.answers.exclude(state="published").delete()
    publish(MatterChanged(fresh.pk, disposition.value, actor.user.pk if actor.user else None))
    return fresh
