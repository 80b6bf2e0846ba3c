"""What a report says about how it was made, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Part = dict[str, Any]


def verdicts() -> dict[str, str]:
    """What follows from an agreement, in words."""
    return {
        "publish": _("enough to publish"),
        "tentative": _("only tentative"),
        "revise": _("too little: the codebook has to be revised"),
        "unknown": _("it cannot be said"),
    }


def limits(body: Part) -> str:
    """What must not be concluded from the figures."""
    if body["poll"]["is_archive"]:
        return _("These texts were brought here from elsewhere; they are no sample of anybody.")
    return _(
        "Whoever wanted to take part did. The figures say what was answered here, not what all residents think."
    )


def method(body: Part) -> list[str]:
    """How the figures came about: what was counted, who read it, how far readers agreed, what was left out."""
    told = [_taken(body["counts"])]
    if body["coded"]:
        told += _coded(body["coded"])
    if body["words"]:
        told += _words(body["words"])
    return [text for text in told if text]


def _taken(counts: Part) -> str:
    withdrawn = counts["withdrawn"]
    return " ".join(
        [
            ngettext("%(n)s answer counts.", "%(n)s answers count.", counts["responses"])
            % {"n": f"{counts['responses']:,}"},
            ngettext("%(n)s was withdrawn.", "%(n)s were withdrawn.", withdrawn) % {"n": f"{withdrawn:,}"}
            if withdrawn
            else "",
        ]
    ).strip()


def _coded(coded: Part) -> list[str]:
    how = coded["how"]
    told = [
        _(
            "People coded every answer that counts here; what a machine suggests does not count. Codebook version %(n)s."
        )
        % {"n": coded["version"]},
        " ".join(
            sentence % {"n": f"{how[name]:,}"}
            for name, sentence in (
                ("single", _("Coded by one reader: %(n)s.")),
                ("agreed", _("By two who agreed: %(n)s.")),
                ("ruled", _("Decided with a reason, after they differed or after an objection: %(n)s.")),
                ("open", _("Still open between two readers: %(n)s.")),
            )
            if how[name]
        ),
    ]
    agreement = coded["agreement"]
    if agreement and agreement["alpha"] is not None:
        told.append(
            _(
                "Agreement of readers who did not see each other's codes, on %(n)s answers: Krippendorff's alpha"
                " %(alpha)s (95%% interval %(low)s to %(high)s), which is %(verdict)s."
            )
            % {
                "n": f"{agreement['answers']:,}",
                "alpha": _two(agreement["alpha"]),
                "low": _two(agreement["low"]),
                "high": _two(agreement["high"]),
                "verdict": verdicts()[agreement["verdict"]],
            }
        )
    else:
        told.append(_("No answer was coded by two readers, so nothing is known about how far readers agree."))
    return told


def _two(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}"


def _words(words: Part) -> list[str]:
    cleaning, versions = words["cleaning"], words["versions"]
    removed = sum(cleaning["boilerplate"]["removed"].values())
    masked = sum(cleaning["personal"].values())
    return [
        _(
            "Words are nouns and roots found by Kiwi %(kiwi)s with the lexicon %(lexicon)s; synonyms count as one. Wording of the"
            " event was taken out %(removed)s times, personal data masked %(masked)s times; %(copies)s copies by the same person"
            " were not counted again."
        )
        % {
            "kiwi": versions["kiwi"],
            "lexicon": versions["lexicon"],
            "removed": f"{removed:,}",
            "masked": f"{masked:,}",
            "copies": f"{cleaning['copies']['not_counted']:,}",
        },
        _(
            "A connection is drawn where two words stand together in at least %(least)s answers, more often than by chance (G² of"
            " 10.83, p < 0.001), and still do in 80%% of the resamplings of persons."
        )
        % {"least": words["counted"]["least"]},
    ]
