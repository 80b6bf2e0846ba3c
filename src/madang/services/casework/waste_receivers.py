"""What becomes of a report or request when its case or matter changes, and how its news read."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.kernel.events import on
from madang.services.casework.domain import regulation, waste
from madang.services.casework.enums import CaseType
from madang.services.casework.events import CaseChanged, CaseFiled
from madang.services.casework.models import Case, RegulationRequest, WasteReport

SENTENCES: dict[str, Promise | str] = {
    "waste_out_of_scope": _("is not about waste, for a reason that stands on its page"),
    "waste_duplicate": _("was reported before; both are followed together"),
    "waste_valid": _("was upheld"),
    "waste_partly": _("was upheld in part"),
    "waste_not_valid": _("was not upheld, for a reason that stands on its page"),
    "waste_planned": _("has a plan of correction"),
    "waste_estimated": _("has an estimate of what is saved"),
    "waste_verified": _("has a verified saving"),
    "waste_rewarded": _("was rewarded"),
    "waste_unrewarded": _("gets no reward, for a reason that stands on its page"),
    "waste_learned": _("is a published lesson now"),
    "regulation_asked": _("The office has to justify its refusal"),
    "regulation_justified": _("The office justified its refusal"),
    "regulation_stands": _("The refusal stands"),
    "regulation_committee": _("went to the committee"),
    "regulation_recommended": _("The committee recommends the change"),
    "regulation_implemented": _("The text changed. Look whether it is what you asked for"),
    "regulation_not_implemented": _("will not come after all, for a reason that stands on its page"),
    "regulation_confirmed": _("Its author confirmed the change"),
    "regulation_doubted": _("Its author says that it did not change"),
}


def _always(said: Promise | str) -> Callable[[Mapping[str, Any]], str | Promise]:
    return lambda data: said


for what, sentence in SENTENCES.items():
    notices.register_kind(f"casework.{what}", sentence=_always(sentence))

matters.also_lacks(waste.lacks)
matters.also_lacks(regulation.lacks)


OPENED: dict[str, Callable[[Case], object]] = {
    CaseType.WASTE: waste.open_report,
    CaseType.REGULATION: regulation.open_request,
}


def _open(case_id: int) -> None:
    case = Case.objects.select_related("matter").get(pk=case_id)
    if (opened := OPENED.get(case.type)) is not None:
        opened(case)


@on(CaseFiled)
def begin(fact: CaseFiled) -> None:
    if fact.case_type in OPENED:
        _open(fact.case_id)


@on(CaseChanged)
def retyped(fact: CaseChanged) -> None:
    """A case that becomes one of these types later follows the same way from then on."""
    if fact.what == "retyped":
        _open(fact.case_id)


FOLLOWING: dict[str, tuple[Callable[[int], None], ...]] = {
    "answered": (regulation.follow_answer,),
    "objected": (waste.follow_objection, regulation.follow_objection),
    "withdrawn": (waste.follow_withdrawal, regulation.follow_withdrawal),
    "merged": (waste.follow_merge,),
}


@on(MatterChanged)
def follow(change: MatterChanged) -> None:
    for react in FOLLOWING.get(change.what, ()):
        react(change.matter_id)


def _forget(matter: Matter) -> Iterable[Matter]:
    """What the author of a private report or request told goes with her words; what offices found and decided stays."""
    report = WasteReport.objects.filter(pk=matter.pk).first()
    if report is not None:
        report.since, report.line_text, report.may_name = "", "", False
        if not WasteReport.objects.filter(letter=report.letter).exclude(pk=report.pk).exists():
            # Whoever guesses the words of a lone report could prove them by their fingerprint. That of a form letter
            # says nothing about one of its senders, and by it the letter is counted once.
            report.letter = secrets.token_hex(32)
        report.save(update_fields=["since", "line_text", "may_name", "letter"])
    RegulationRequest.objects.filter(pk=matter.pk).update(quoted="", burden="", proposal="")
    return []


matters.also_erase(_forget)
