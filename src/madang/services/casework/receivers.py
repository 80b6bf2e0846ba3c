"""Where cases live and how they are found; what follows for a case when one of its matters changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from madang.commons.matters import api as matters
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.commons.matters.web import words
from madang.commons.notices import api as notices
from madang.kernel.actors import Actor
from madang.kernel.events import on
from madang.kernel.models import SEEING
from madang.services.casework import found
from madang.services.casework.domain import forwarding, parts
from madang.services.casework.events import CaseChanged, CaseFiled
from madang.services.casework.models import Case, Joining, Part, Rating, Suggestion

SENTENCES = {
    "split": gettext_lazy("Another office works on a part of it now"),
    "outstanding": gettext_lazy("The answer will not wait for one part; the page says why and until when"),
    "take_out": gettext_lazy("A part of it was taken out, with a reason"),
    "photos": gettext_lazy("The office added photos from the spot"),
    "updated_elsewhere": gettext_lazy("Another system said how it stands there"),
}


def _always(said: Promise) -> Callable[[Mapping[str, Any]], Promise]:
    return lambda data: said


for what, sentence in SENTENCES.items():
    notices.register_kind(f"casework.{what}", sentence=_always(sentence))

FOLLOWING: dict[str, Callable[[int], None]] = {
    "withdrawn": parts.follow_withdrawal,
    "merged": parts.follow_merge,
    "answered": parts.follow_answer,
    "hidden": parts.follow_disclosure,
    "restored": parts.follow_disclosure,
}


@on(MatterChanged)
def follow(change: MatterChanged) -> None:
    react = FOLLOWING.get(change.what)
    if react is not None:
        react(change.matter_id)
    _tell_of_part(change)


def _tell_of_part(change: MatterChanged) -> None:
    """A part of a private case has no followers of its own: its author hears of it as of the case.

    Of a public case's parts the followers of the case hear by `also_tell`.
    """
    if change.what == "filed":
        return
    part = Part.objects.filter(matter=change.matter_id).select_related("matter", "case__matter").first()
    if part is not None and not part.matter.is_public:
        notices.tell(
            reference=part.case.reference,
            kind=f"matters.{change.what}",
            title=part.what,
            data={"state": part.matter.state, "disposition": part.matter.disposition},
        )


@on(CaseChanged)
def tell(change: CaseChanged) -> None:
    if change.what not in SENTENCES:
        return
    matter = Matter.objects.get(pk=change.case_id)
    notices.tell(reference=matter.reference, kind=f"casework.{change.what}", title=matter.title, data={})


def _heard(matter: Matter) -> list[str]:
    """Who follows a case hears of its parts."""
    lead = parts.lead_of(matter)
    return [lead.reference] if lead is not None else []


def _shown_to(actor: Actor) -> QuerySet[Any] | None:
    """The office of a part reads the case that it belongs to."""
    offices = actor.offices(*SEEING)
    return Part.objects.filter(matter__responsible__in=offices).values("case") if offices else None


def _joined_to(actor: Actor) -> QuerySet[Any] | None:
    """The lead office reads what people added who joined a case of its own."""
    offices = actor.offices(*SEEING)
    return Joining.objects.filter(case__matter__responsible__in=offices).values("matter") if offices else None


def _forget(matter: Matter) -> Iterable[Matter]:
    """What is kept beside a private case goes with its words; so do its parts."""
    Case.objects.filter(pk=matter.pk).update(
        answers={}, lat=None, long=None, address="", district="", form_key=None
    )
    Part.objects.filter(matter=matter.pk).update(what="–")
    Rating.objects.filter(case=matter.pk).update(words="")
    forwarding.forget(matter.pk)
    return [part.matter for part in Part.objects.filter(case=matter.pk).select_related("matter")]


def _is_case(matter: Matter) -> bool:
    return (
        Case.objects.filter(pk=matter.pk).exists()
        or Part.objects.filter(matter=matter.pk).exists()
        or Joining.objects.filter(matter=matter.pk).exists()
    )


words.also_named(
    {
        "casework.case.split": (gettext_lazy("A part of it was given to another office"), "people", "blue"),
        "casework.case.outstanding": (
            gettext_lazy("A part was named as outstanding"),
            "clock",
            "ochre",
        ),
        "casework.case.take_out": (gettext_lazy("A part was taken out"), "close", ""),
        "casework.case.photos": (gettext_lazy("Photos from the spot"), "eye", "blue"),
        "casework.case.rate": (gettext_lazy("The answer was rated"), "check", ""),
    }
)
matters.lives_at(found.pages_of)
matters.describe_by(found.details)
matters.also_lacks(parts.lacks)
matters.is_led_by(parts.lead_of)
matters.also_tell(_heard)
matters.also_shown(_shown_to)
matters.also_shown(_joined_to)
matters.also_erase(_forget)
matters.has_own_types(_is_case)

words.also_named(
    {
        "casework.case.forward": (gettext_lazy("To be passed on to another system"), "transfer", ""),
        "casework.case.forward_again": (gettext_lazy("Passing on is tried again"), "transfer", ""),
        "casework.case.forward_sent": (gettext_lazy("Another system has taken it too"), "transfer", "blue"),
        "casework.case.forward_refused": (gettext_lazy("Another system has not taken it"), "stop", ""),
        "casework.case.forward_given_up": (gettext_lazy("Another system could not be reached"), "stop", ""),
        "casework.case.forward_drop": (gettext_lazy("Not passed on after all"), "close", ""),
        "casework.case.heard": (gettext_lazy("Another system said how it stands there"), "external", ""),
    }
)
words.also_named(
    {
        "casework.matter.note": (gettext_lazy("An office wrote a note for itself"), "edit", ""),
        "casework.matter.consult": (gettext_lazy("An opinion was asked for"), "reply", ""),
        "casework.matter.flag": (gettext_lazy("A flag was raised or taken down"), "flag", ""),
        "casework.matter.find_repeat": (gettext_lazy("It was looked at as a repeat"), "list", ""),
    }
)
words.also_named({"casework.case.categorise": (gettext_lazy("Put into a category"), "filter", "blue")})


@on(CaseFiled)
def to_be_read(fact: CaseFiled) -> None:
    """The worker reads it and notes which category it seems to be."""
    Suggestion.objects.create(case_id=fact.case_id)
