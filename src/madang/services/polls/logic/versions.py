"""From one version of a codebook to the next: what changed, in words, and which codings can be kept."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from madang.services.polls.logic.codebook import Code, Codebook, Coded

ADDED, REMOVED, CHANGED, LABEL, ORDER = "added", "removed", "changed", "label", "order"

# Changes after which somebody has to look at answers again: they move the border of a code.
BORDERS = ("definition", "include", "exclude", "kind")


def diff(old: Codebook, new: Codebook) -> list[dict[str, Any]]:
    """The changes in the order of the new book: `{"kind", "what", "key", "name", "field", "language", "old", "new",
    "words", "border"}`.

    `what` is "group", "code" or "book". `words` marks a changed text word by word: pairs of "=", "-" or "+" and the
    text. `border`: codings made before must be looked at again."""
    found: list[dict[str, Any]] = []
    if old.label != new.label:
        found.append(_change(LABEL, "book", "", {}, old=old.label, new=new.label, border=True))
    olds, news = ({group.key: group for group in book.groups} for book in (old, new))
    for key, group in news.items():
        if key not in olds:
            found.append(_change(ADDED, "group", key, group.name))
        else:
            found += _texts("group", key, group.name, "name", olds[key].name, group.name)
    found += [_change(REMOVED, "group", key, olds[key].name) for key in olds if key not in news]
    for code in new.codes:
        if old.has(code.key):
            found += _code(old.code(code.key), code)
        else:
            found.append(_change(ADDED, "code", code.key, code.name, border=True))
    found += [
        _change(REMOVED, "code", code.key, code.name, border=True)
        for code in old.codes
        if not new.has(code.key)
    ]
    both = [[key for key in book.code_keys() if old.has(key) and new.has(key)] for book in (old, new)]
    if both[0] != both[1]:
        found.append(_change(ORDER, "book", "", {}, old=both[0], new=both[1]))
    return found


def readable(changes: Iterable[Mapping[str, Any]], language: str) -> list[str]:
    """A line for each change, in Korean or English."""
    words, lines = _words()[language], []
    for change in changes:
        name = change["name"].get(language) or change["key"]
        what = words.get(change["field"] or "", "")
        old, new = (_said(change[side]) for side in ("old", "new"))
        lines.append(words[change["kind"]].format(name=name, what=what, old=old, new=new))
    return lines


@cache
def _words() -> dict[str, dict[str, str]]:
    """How a change is said, by language."""
    path = Path(__file__).parents[1] / "data" / "changes.json"
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def remap(
    rows: Iterable[Coded], old: Codebook, new: Codebook, mapping: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Codings under `old`, carried to `new` where that needs no reading.

    `mapping` says what became of a code: another key (renamed or joined), a list of keys (split: somebody has to
    read), or None (dropped: somebody has to read). Codes that it does not name stay what they are if the new book has
    them. Raises ValueError when it names a code that a book does not have.

    Gives `rows` (list of `Coded`: carried whole), `read` (`[{"answer", "person", "kept", "because"}]`: to be read again,
    with the codes that could be kept and reasons `[code, "split" | "gone" | "border"]`), and `moved`
    (`[{"old", "new", "answers"}]`). A code whose border moved is carried and named in `read` as well, with all its
    codes kept."""
    mapping = dict(mapping or {})
    targets = {key: _targets(to) for key, to in mapping.items()}
    unknown = [key for key in targets if not old.has(key)]
    unknown += [key for to in targets.values() for key in to if not new.has(key)]
    if unknown:
        raise ValueError(f"the codebooks have no code {', '.join(map(repr, unknown))}")
    moved_borders = {
        change["key"] for change in diff(old, new) if change["border"] and change["kind"] == CHANGED
    }
    carried, read, moved = [], [], Counter[tuple[str, str]]()
    for row in rows:
        kept: list[str] = []
        because: list[list[str]] = []
        for code in row.codes:
            if not old.has(code):
                raise ValueError(f"the codebooks have no code {code!r}")
            to = targets.get(code, (code,) if new.has(code) else ())
            if len(to) != 1:
                because.append([code, "split" if to else "gone"])
                continue
            moved[code, to[0]] += 1
            kept += [to[0]] if to[0] not in kept else []
            if to[0] in moved_borders:
                because.append([code, "border"])
        if all(reason == "border" for _, reason in because):
            carried.append(Coded(row.answer, row.person, tuple(kept)))
        if because:
            read.append({"answer": row.answer, "person": row.person, "kept": kept, "because": because})
    return {
        "rows": carried,
        "read": read,
        "moved": [{"old": one, "new": two, "answers": often} for (one, two), often in sorted(moved.items())],
    }


def _targets(to: Any) -> tuple[str, ...]:
    if to is None:
        return ()
    return (to,) if isinstance(to, str) else tuple(to)


def _code(old: Code, new: Code) -> list[dict[str, Any]]:
    found = []
    for field in ("group", "kind", "listed"):
        one, two = getattr(old, field), getattr(new, field)
        if one != two:
            found.append(
                _change(
                    CHANGED, "code", new.key, new.name, field=field, old=one, new=two, border=field in BORDERS
                )
            )
    for field in ("name", "definition", "include", "exclude"):
        found += _texts("code", new.key, new.name, field, getattr(old, field), getattr(new, field))
    for language in dict.fromkeys([*old.examples, *new.examples]):
        one, two = list(old.examples.get(language, ())), list(new.examples.get(language, ()))
        if one != two:
            found.append(
                _change(
                    CHANGED, "code", new.key, new.name, field="examples", language=language, old=one, new=two
                )
            )
    return found


def _texts(
    what: str, key: str, name: Mapping[str, str], field: str, old: Mapping[str, str], new: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        _change(
            CHANGED,
            what,
            key,
            name,
            field=field,
            language=language,
            old=old.get(language, ""),
            new=new.get(language, ""),
            words=_marked(old.get(language, ""), new.get(language, "")),
            border=field in BORDERS,
        )
        for language in dict.fromkeys([*old, *new])
        if old.get(language, "") != new.get(language, "")
    ]


def _marked(old: str, new: str) -> list[list[str]]:
    """Both texts in one: "=" stands in both, "-" in the old, "+" in the new."""
    one, two = (re.findall(r"\s*\S+", text) for text in (old, new))
    marked = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind == "equal":
            marked.append(["=", "".join(one[a:b])])
        else:
            marked += [
                [mark, text] for mark, text in (("-", "".join(one[a:b])), ("+", "".join(two[c:d]))) if text
            ]
    return marked


def _change(kind: str, what: str, key: str, name: Mapping[str, str], **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "field": None,
        "language": None,
        "old": None,
        "new": None,
        "words": [],
        "border": False,
    }
    return {"kind": kind, "what": what, "key": key, "name": dict(name), **(empty | more)}


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value not in (None, "") else "–"
