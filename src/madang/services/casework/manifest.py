"""What the complaint center offers the portal."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Evidence, Feature, Part, register
from madang.kernel.models import Role
from madang.services.casework.models import Burst, Case, LabelModel


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
    sentence = ngettext(
        "%(n)s topic came up suddenly and was told.", "%(n)s topics came up suddenly and were told.", found
    ) % {"n": found}
    return (Part(gettext("Sudden topics"), sentence, reverse("case_figures"), 40),)


register(
    Feature(
        name="casework",
        label=_("Complaint center"),
        navigation=(Entry(_("Cases"), "cases", "/cases/", 12),),
        desk=(Entry(_("Complaint center"), "desk_center_first", "/desk/center/", 64, (Role.ADMIN,)),),
        projects={9: channel, 14: center},
        parts={9: channel_parts, 14: parts},
    )
)
