"""What the complaint center offers the portal."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Evidence, Feature, Part, register
from madang.kernel.models import Role
from madang.kernel.money import won
from madang.services.casework.enums import CaseType
from madang.services.casework.models import (
    Burst,
    Case,
    LabelModel,
    RegulationRequest,
    Reward,
    Saving,
    WasteReport,
)


def center() -> Evidence:
    """Project 14: under way once cases are filed."""
    filed = Case.objects.count()
    answered = Case.objects.filter(matter__state="answered").count()
    sentence = ngettext(
        "%(n)s case filed at the complaint center, %(answered)s answered.",
        "%(n)s cases filed at the complaint center, %(answered)s answered.",
        filed,
    ) % {"n": filed, "answered": answered}
    return Evidence("under_way" if filed else "not_started", sentence, reverse("cases"))


def parts() -> tuple[Part, ...]:
    """Cases that several offices work on together, as a part of project 14."""
    shared = Case.objects.filter(parts__isnull=False).distinct().count()
    sentence = ngettext(
        "%(n)s case that several offices answer together, with one lead office.",
        "%(n)s cases that several offices answer together, with one lead office each.",
        shared,
    ) % {"n": shared}
    return (
        Part(gettext("One case, several offices"), sentence, reverse("cases"), 10),
        Part(
            gettext("How it stands"),
            gettext(
                "Ageing, answers in time, transfers and coming back, opened again: counted every half hour."
            ),
            reverse("case_figures"),
            20,
        ),
    )


def channel() -> Evidence:
    """Project 9: whoever does not know the office tells it once; under way once cases came in."""
    filed = Case.objects.count()
    model = LabelModel.objects.defer("data").order_by("-made_at").first()
    sentence = ngettext(
        "%(n)s case told without knowing the office",
        "%(n)s cases told without knowing the office",
        filed,
    ) % {"n": filed}
    if model is not None:
        sentence += "; " + gettext(
            "the right category was among three suggested in %(share)s %% of %(cases)s confirmed cases"
        ) % {"share": f"{model.top3 * 100:.0f}", "cases": model.cases}
    return Evidence("under_way" if filed else "not_started", f"{sentence}.", reverse("case_figures"))


def channel_parts() -> tuple[Part, ...]:
    """What project 9 is watched by: topics that come up suddenly."""
    found = Burst.objects.filter(is_public=True).count()
    if not found:
        return ()
    sentence = ngettext(
        "%(n)s topic came up suddenly and was told.", "%(n)s topics came up suddenly and were told.", found
    ) % {"n": found}
    return (Part(gettext("Sudden topics"), sentence, reverse("case_figures"), 40),)


def _demo() -> bool:
    """Whether this is the demo: what its parts say is then marked as made up."""
    return bool(settings.IS_DEMO)


def _said(sentence: str) -> str:
    return (
        gettext("%(sentence)s All of it is made up for the demo.") % {"sentence": sentence}
        if _demo()
        else sentence
    )


def regulation() -> Evidence:
    """Project 20: under way once a request is filed; how many changes who asked for them confirmed."""
    filed = RegulationRequest.objects.filter(case__type=CaseType.REGULATION)
    many, changed = filed.count(), filed.filter(state="confirmed").count()
    sentence = ngettext(
        "%(n)s request to change a rule, %(changed)s changed and confirmed by who asked.",
        "%(n)s requests to change rules, %(changed)s changed and confirmed by who asked.",
        many,
    ) % {"n": many, "changed": changed}
    return Evidence("under_way" if many else "not_started", _said(sentence), reverse("regulation"))


def waste() -> Evidence:
    """Project 21: under way once a report is filed; the amount is what was verified, never what was claimed."""
    many = WasteReport.objects.filter(case__type=CaseType.WASTE).count()
    kept = Saving.objects.filter(kind=Saving.Kind.VERIFIED)
    saved = kept.aggregate(won=Sum("net"))["won"] or 0
    sentence = ngettext(
        "%(n)s report of waste, %(saved)s saved and verified by somebody else.",
        "%(n)s reports of waste, %(saved)s saved and verified by somebody else.",
        many,
    ) % {"n": many, "saved": won(saved)}
    return Evidence("under_way" if many else "not_started", _said(sentence), reverse("waste"))


def parts_of_regulation() -> tuple[Part, ...]:
    """Requests, and complaints about passive administration, as parts of project 20."""
    passive = Case.objects.filter(type=CaseType.PASSIVE).count()
    sentence = ngettext(
        "%(n)s report of passive administration filed.",
        "%(n)s reports of passive administration filed.",
        passive,
    ) % {"n": passive}
    return (
        Part(gettext("Requests to change rules"), regulation().sentence, reverse("regulation"), 10),
        Part(gettext("Passive administration"), _said(sentence), f"{reverse('cases')}?type=passive", 20),
    )


def parts_of_waste() -> tuple[Part, ...]:
    """Reports and rewards as parts of project 21."""
    paid = Reward.objects.aggregate(won=Sum("amount"), n=Count("pk"))
    sentence = ngettext(
        "%(n)s reward, %(won)s in all; reporters are named only where they agreed.",
        "%(n)s rewards, %(won)s in all; reporters are named only where they agreed.",
        paid["n"],
    ) % {"n": paid["n"], "won": won(paid["won"] or 0)}
    return (
        Part(gettext("Reports of waste"), waste().sentence, reverse("waste"), 10),
        Part(gettext("Rewards for reports of waste"), _said(sentence), f"{reverse('waste')}#rewards", 20),
    )


register(
    Feature(
        name="casework",
        label=_("Complaint center"),
        navigation=(Entry(_("Cases"), "cases", "/cases/", 12),),
        desk=(Entry(_("Complaint center"), "desk_center_first", "/desk/center/", 64, (Role.ADMIN,)),),
        projects={9: channel, 14: center, 20: regulation, 21: waste},
        parts={9: channel_parts, 14: parts, 20: parts_of_regulation, 21: parts_of_waste},
    )
)
