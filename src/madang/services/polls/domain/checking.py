"""What is wrong with a codebook, in the reader's language. `logic.checks` finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.kernel.logic import particles
from madang.kernel.saying import tongue
from madang.services.polls.logic import checks

SENTENCES = {
    "shape": gettext_lazy("This is not a codebook: {what} is missing or has another form than expected."),
    "label": gettext_lazy("Say whether an answer gets one code or several."),
    "no_key": gettext_lazy("Give this code or group a key of small letters, digits and hyphens."),
    "same_key": gettext_lazy("The key {key} is used twice. Keys must differ."),
    "no_group": gettext_lazy("{code} belongs to the group {group}, which the codebook does not have."),
    "empty_group": gettext_lazy("The group {group} has no code. Add one or take the group out."),
    "no_name": gettext_lazy("{code} has no name in {language}."),
    "no_definition": gettext_lazy(
        "{code} has no definition in {language}. Say in one sentence what it means."
    ),
    "no_example": gettext_lazy("{code} has no example. Give one answer that belongs to it."),
    "kind": gettext_lazy("{code} is of the kind {given}; it must be keyword, other or not_codable."),
    "grouped": gettext_lazy("{code} stands apart and belongs to no group."),
    "no_other": gettext_lazy("The codebook needs a code for what fits nowhere (other)."),
    "no_not_codable": gettext_lazy("The codebook needs a code for what cannot be understood (not codable)."),
    "two_apart": gettext_lazy("The codebook has more than one code of the kind {given}. One is enough."),
    "no_codes": gettext_lazy("The codebook has no keyword yet."),
    "same_name": gettext_lazy(
        "{code} and {other} have the same name in {language}: {shared}. Coders could not tell them apart."
    ),
    "same_example": gettext_lazy(
        "{code} and {other} have the same example: {shared}. Say to which it belongs."
    ),
    "same_definition": gettext_lazy(
        "{code} and {other} have the same definition in {language}. Join them or say how they differ."
    ),
    "inside": gettext_lazy(
        "The definition of {code} stands whole in that of {other} ({language}). Say what is in the one and not in"
        " the other."
    ),
    "claimed": gettext_lazy(
        "{shared} is an example of {code}, but {other} includes it by name ({language})."
    ),
}
BEFORE_ANY_EDIT = {
    "shape",
    "no_key",
    "same_key",
    "kind",
    "grouped",
    "two_apart",
    "no_other",
    "no_not_codable",
}
"""Without these right, a book cannot even be edited by its keys."""


class Problem(NamedTuple):
    kind: str
    where: str
    """Key of the code or group; empty for the whole book."""
    text: str


def problems(body: Any) -> list[Problem]:
    """All that keeps a book from being fixed, in its order."""
    return [Problem(one["kind"], one["where"], _said(one)) for one in checks.problems(_readers_first(body))]


def unusable(body: Any) -> list[Problem]:
    """What keeps a book from being taken as a draft."""
    return [one for one in problems(body) if one.kind in BEFORE_ANY_EDIT]


def _readers_first(body: Any) -> Any:
    """The book with each name in the reader's language first: the checks call a code by the first name it has."""
    if not isinstance(body, Mapping):
        return body

    def turned(one: Any) -> Any:
        names = one.get("name") if isinstance(one, Mapping) else None
        if not isinstance(names, Mapping):
            return one
        return {**one, "name": dict(sorted(names.items(), key=lambda name: name[0] != tongue()))}

    lists = [part for part in ("groups", "codes") if isinstance(body.get(part), list)]
    return {**body, **{part: [turned(one) for one in body[part]] for part in lists}}


def _said(problem: Mapping[str, Any]) -> str:
    values = dict(problem["values"])
    if "language" in values:
        values["language"] = {"ko": _("Korean"), "en": _("English")}.get(
            values["language"], values["language"]
        )
    sentence = SENTENCES.get(problem["kind"])
    return particles.chosen(str(sentence).format(**values)) if sentence is not None else str(problem["text"])
