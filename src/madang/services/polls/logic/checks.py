"""What is wrong with a codebook that somebody typed or uploaded, said so that it can be put right.

A problem is `{"kind", "where", "values", "text"}`: `where` is the key of the code or group (or "" for the whole book),
`values` what the sentence names, `text` the sentence in English. `SENTENCES` has the sentence for each kind, for
translation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from madang.services.polls.logic.codebook import KEYWORD, KINDS, MULTI, NOT_CODABLE, OTHER, SINGLE

LANGUAGES = ("ko", "en")

SENTENCES = {
    "shape": "This is not a codebook: {what} is missing or has another form than expected.",
    "label": "Say whether an answer gets one code (single) or several (multi).",
    "no_key": "Give this code or group a key of small letters, digits and hyphens.",
    "same_key": "The key {key} is used twice. Keys must differ.",
    "no_group": "{code} belongs to the group {group}, which the codebook does not have.",
    "empty_group": "The group {group} has no code. Add one or take the group out.",
    "no_name": "{code} has no name in {language}.",
    "no_definition": "{code} has no definition in {language}. Say in one sentence what it means.",
    "no_example": "{code} has no example. Give one answer that belongs to it.",
    "kind": "{code} is of the kind {given}; it must be keyword, other or not_codable.",
    "grouped": "{code} stands apart and belongs to no group.",
    "no_other": "The codebook needs a code for what fits nowhere (other).",
    "no_not_codable": "The codebook needs a code for what cannot be understood (not codable).",
    "two_apart": "The codebook has more than one code of the kind {given}. One is enough.",
    "no_codes": "The codebook has no keyword yet.",
    "same_name": "{code} and {other} have the same name in {language}: {shared}. Coders could not tell them apart.",
    "same_example": "{code} and {other} have the same example: {shared}. Say to which it belongs.",
    "same_definition": "{code} and {other} have the same definition in {language}. Join them or say how they differ.",
    "inside": "The definition of {code} stands whole in that of {other} ({language}). Say what is in the one and not "
    "in the other.",
    "claimed": "{shared} is an example of {code}, but {other} includes it by name ({language}).",
}


def problems(raw: Any, languages: Iterable[str] = LANGUAGES) -> list[dict[str, Any]]:
    """All that is wrong, in the order of the book; empty when it can be used. Any input is allowed."""
    found = _shape(raw)
    if found:
        return found
    spoken = tuple(languages)
    return [*_keys(raw), *_parts(raw, spoken), *_overlaps(raw, spoken)]


def problem(kind: str, where: str = "", **values: str) -> dict[str, Any]:
    """One problem with its sentence."""
    return {"kind": kind, "where": where, "values": values, "text": SENTENCES[kind].format(**values)}


def _shape(raw: Any) -> list[dict[str, Any]]:
    """Only what has the right form can be looked at further."""
    if not isinstance(raw, Mapping):
        return [problem("shape", what="the book")]
    for name, form in (("key", str), ("version", str), ("title", Mapping), ("groups", list), ("codes", list)):
        if not isinstance(raw.get(name), form):
            return [problem("shape", what=name)]
    for name in ("groups", "codes"):
        for at, one in enumerate(raw[name], 1):
            if not isinstance(one, Mapping) or not isinstance(one.get("name"), Mapping):
                return [problem("shape", what=f"{name} {at}, name")]
            for field in ("key", "group", "kind"):
                if not isinstance(one.get(field), str | None):
                    return [problem("shape", what=f"{name} {at}, {field}")]
            for text in ("name", "definition", "include", "exclude"):
                if not _texts(one.get(text) or {}):
                    return [problem("shape", what=f"{name} {at}, {text}")]
            examples = one.get("examples") or {}
            if not isinstance(examples, Mapping) or not all(
                isinstance(some, list) and all(isinstance(each, str) for each in some)
                for some in examples.values()
            ):
                return [problem("shape", what=f"{name} {at}, examples")]
    return []


def _texts(given: Any) -> bool:
    return isinstance(given, Mapping) and all(isinstance(text, str) for text in given.values())


def _keys(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, seen = [], set()
    if raw.get("label") not in (SINGLE, MULTI):
        found.append(problem("label"))
    for one in [*raw["groups"], *raw["codes"]]:
        key = one.get("key")
        if (
            not isinstance(key, str)
            or not key
            or not all(c.isascii() and (c.isalnum() or c in "-_") for c in key)
        ):
            found.append(problem("no_key", str(key or "")))
        elif key in seen:
            found.append(problem("same_key", key, key=key))
        else:
            seen.add(key)
    return found


def _parts(raw: Mapping[str, Any], languages: tuple[str, ...]) -> list[dict[str, Any]]:
    found = []
    groups = {group.get("key"): group for group in raw["groups"]}
    for key, group in groups.items():
        found += [
            problem("no_name", str(key), code=_called(group), language=language)
            for language in languages
            if not _plain(group["name"].get(language))
        ]
        if not any(code.get("group") == key for code in raw["codes"]):
            found.append(problem("empty_group", str(key), group=_called(group)))
    for code in raw["codes"]:
        key, kind, called = str(code.get("key") or ""), code.get("kind", KEYWORD), _called(code)
        if kind not in KINDS:
            found.append(problem("kind", key, code=called, given=str(kind)))
        elif kind != KEYWORD and code.get("group"):
            found.append(problem("grouped", key, code=called))
        elif kind == KEYWORD and code.get("group") not in groups:
            found.append(problem("no_group", key, code=called, group=str(code.get("group") or "–")))
        for need in ("name", "definition"):
            found += [
                problem(f"no_{need}", key, code=called, language=language)
                for language in languages
                if not _plain((code.get(need) or {}).get(language))
            ]
        if kind == KEYWORD and not any((code.get("examples") or {}).values()):
            found.append(problem("no_example", key, code=called))
    kinds = [code.get("kind", KEYWORD) for code in raw["codes"]]
    for kind in (OTHER, NOT_CODABLE):
        if kind not in kinds:
            found.append(problem(f"no_{kind}"))
        elif kinds.count(kind) > 1:
            found.append(problem("two_apart", given=kind))
    if KEYWORD not in kinds:
        found.append(problem("no_codes"))
    return found


def _overlaps(raw: Mapping[str, Any], languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """Two codes that a coder could not tell apart."""
    found = []
    for one, two in combinations(raw["codes"], 2):
        names = {"code": _called(one), "other": _called(two)}
        where = str(two.get("key") or "")
        for language in languages:
            first, second = (_plain(code["name"].get(language)) for code in (one, two))
            if first and first == second:
                shared = one["name"][language]
                found.append(problem("same_name", where, **names, language=language, shared=shared))
            found += _definitions(one, two, where, language)
        shared_examples = {
            _plain(text): text for text in _examples(one) if _plain(text) in set(map(_plain, _examples(two)))
        }
        found += [
            problem("same_example", where, **names, shared=text)
            for text in shared_examples.values()
            if _plain(text)
        ]
    for code in raw["codes"]:
        for other in raw["codes"]:
            if code is not other:
                found += _claims(code, other, languages)
    return found


def _definitions(
    one: Mapping[str, Any], two: Mapping[str, Any], where: str, language: str
) -> list[dict[str, Any]]:
    first, second = (_plain((code.get("definition") or {}).get(language)) for code in (one, two))
    if not first or not second:
        return []
    if first == second:
        names = {"code": _called(one), "other": _called(two)}
        return [problem("same_definition", where, **names, language=language)]
    # Whole words: “hers” does not stand in “others”.
    first, second = (f" {_words(code['definition'][language])} " for code in (one, two))
    if first in second or second in first:
        inner, outer = (one, two) if first in second else (two, one)
        names = {"code": _called(inner), "other": _called(outer)}
        return [problem("inside", where, **names, language=language)]
    return []


def _claims(
    code: Mapping[str, Any], other: Mapping[str, Any], languages: tuple[str, ...]
) -> list[dict[str, Any]]:
    """An example of the one that the other includes by name, word for word."""
    found = []
    for language in languages:
        claimed = {_plain(part) for part in ((other.get("include") or {}).get(language) or "").split(",")}
        for example in (code.get("examples") or {}).get(language) or ():
            if _plain(example) and _plain(example) in claimed:
                names = {"code": _called(code), "other": _called(other)}
                found.append(
                    problem("claimed", str(code.get("key") or ""), **names, language=language, shared=example)
                )
    return found


def _examples(code: Mapping[str, Any]) -> list[str]:
    return [text for some in (code.get("examples") or {}).values() for text in some]


def _called(one: Mapping[str, Any]) -> str:
    """The name a person would look for, or the key."""
    return str(next((name for name in one["name"].values() if name), one.get("key") or "–"))


def _plain(text: str | None) -> str:
    """Without what does not make two texts different: case, width, spaces and marks."""
    return _words(text).replace(" ", "")


def _words(text: str | None) -> str:
    """The same with one space between words."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
