"""An official answer as every page shows it: who signed it, what it says, what it promises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from madang.commons.matters.enums import ADOPTING, STILL, EffectState
from madang.commons.matters.models import Answer, Effect
from madang.commons.matters.path import disposition_tone, effect_tone
from madang.kernel import clock, text


def writers(answer: Answer) -> str:
    """Everyone who wrote on it, by the names they show."""
    names = [writer.shown_name for writer in answer.writers.all()]
    return ", ".join(names or [answer.drafted_by.shown_name])


def signed_by(answer: Answer) -> str:
    """Who wrote the answer and, once it is published, who approved it."""
    if answer.approved_by is None:
        return writers(answer)
    return _("written by %(writers)s, approved by %(approver)s") % {
        "writers": writers(answer),
        "approver": answer.approved_by.shown_name,
    }


def answer_card(
    answer: Answer, effects: Iterable[Effect] = (), *, is_one_of_several: bool = False
) -> dict[str, Any]:
    """What `kernel/components/answer.html` shows. A draft shows its promise as it will stand.

    Args:
        effects: the matter's promises with their reports; those of other answers are left out.
        is_one_of_several: there is a later answer, so that the first one says its number too.
    """
    promises = [_promise(effect) for effect in effects if effect.answer_id == answer.pk]
    if not promises and answer.disposition in ADOPTING and answer.owner is not None:
        promises = [
            {
                "text": answer.next_step or answer.reason,
                "owner": answer.owner.name,
                "date": answer.promised_on,
                "state": str(EffectState.PROMISED.label),
                "tone": effect_tone(EffectState.PROMISED),
            }
        ]
    # What is promised stands under "What will be done"; said twice it would only be longer.
    further = answer.next_step if answer.next_step and not promises else ""
    return {
        "id": f"answer-{answer.version}",
        "office": answer.office.name,
        "official": signed_by(answer),
        "published_at": answer.published_at or clock.now(),
        "disposition": answer.get_disposition_display(),
        "tone": disposition_tone(answer.disposition),
        "body_html": text.to_html(answer.reason + (f"\n\n{further}" if further else "")),
        "promises": promises,
        "version": _("Version %(n)s") % {"n": answer.version}
        if answer.version > 1 or is_one_of_several
        else "",
    }


def _promise(effect: Effect) -> dict[str, Any]:
    is_late = effect.state in STILL and effect.promised_on is not None and effect.promised_on < clock.today()
    return {
        "text": effect.what,
        "owner": effect.owner.name,
        "date": effect.promised_on,
        "state": _("Promise is late") if is_late else effect.get_state_display(),
        "tone": "persimmon" if is_late else effect_tone(effect.state),
        "evidence_url": next(
            (report.evidence_url for report in effect.reports.all() if report.evidence_url), ""
        ),
    }
