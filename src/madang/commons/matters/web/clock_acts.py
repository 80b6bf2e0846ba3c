"""Which acts on a clock the desk offers now, and what stands against one that the office may not do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from madang.commons.matters.domain import clocks, more_time, supplements
from madang.commons.matters.enums import Kind
from madang.commons.matters.models import Clock, Matter
from madang.kernel import policy
from madang.kernel.actors import Actor


def fits(verb: str, matter: Matter, running: Clock | None) -> bool:
    """Whether the clock of a matter is in a state in which the act means something."""
    is_paused = running is not None and running.state == Clock.State.PAUSED
    if verb in ("pause", "extend", "ask_more"):
        if running is None or is_paused:
            return False
        return verb == "pause" or (verb == "ask_more") == more_time.needs_consent(running)
    if verb == "resume":
        return is_paused
    if verb == "bounce":
        return is_paused and matter.author_id is None and matter.inquiries.filter(state="open").exists()
    if verb in ("send_back", "close_undelivered"):
        # Offered, or refused by name, only where the author was asked in vain before.
        return matter.kind != Kind.IDEA and matter.inquiries.filter(state__in=["lapsed", "bounced"]).exists()
    return True


def against(verb: str, actor: Actor, matter: Matter, running: Clock | None) -> str | Promise:
    """What the rules say against an act that this person may do otherwise; empty where nothing does."""
    if verb == "extend" and running is not None and not _extensions_left(running):
        return clocks.REFUSALS["no_extension_left"]
    if verb == "ask_more" and more_time.open_request(matter.pk) is not None:
        return _("The author is asked already. Wait for her answer.")
    if verb == "bounce" and (row := matter.inquiries.filter(state="open").first()) is not None:
        verdict = policy.can("matters.inquiry.bounce", actor, row)
        return "" if verdict else verdict.reason
    if verb == "send_back":
        return supplements.why_not_send_back(matter)
    if verb == "close_undelivered":
        return supplements.why_not_undelivered(matter)
    return ""


def _extensions_left(running: Clock) -> bool:
    rule = clocks.clock_rule(running.rule)
    return running.extensions < rule.extensions + rule.extensions_with_consent
