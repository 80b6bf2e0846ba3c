"""Reads the words of few answers in a process of its own that needs no database: answers come in as JSON, the result goes out.

For acts inside a transaction that only this process sees, such as telling the demo. `python -m madang.services.polls.words_child`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from madang.services.polls.logic import analysis, cleaning, lines, reading
from madang.services.polls.logic.reading_with import how_of
from madang.services.polls.logic.store import Chunk

MOST = 20_000
"""Texts that are masked for quotes and for the bundle; beyond, only as many."""


def quotable(answers: list[analysis.Answer], how: reading.How) -> dict[str, str]:
    """The words of `answers` with personal data and names masked; in the order of their digests, which nobody chose."""
    answers = sorted(answers, key=lambda one: hashlib.sha256(one.text.encode()).digest())[:MOST]
    cleaned = [
        lines.Line(int(one.key), cleaning.clean(one.text, how.boilerplate).text, (), ()) for one in answers
    ]
    return {str(one.answer): one.text for one in lines.masked(cleaned, how) if one.text.strip()}


def made(
    rows: list[list[Any]], parts: Sequence[Chunk], around: list[str], how: reading.How
) -> dict[str, Any]:
    """`result` and `quotable` of answers (`rows`: number, text, whether it may be quoted) whose `parts` have been read.

    Raises:
        ValueError: the parts are not those of the answers.
    """
    answers = [analysis.Answer(key=key, text=text, quote=quote) for key, text, quote in rows]
    result = analysis.finish(answers, parts, analysis.Settings(around=tuple(around)), how=how)
    return {"result": result, "quotable": quotable([one for one in answers if one.quote], how)}


def main() -> None:
    given: dict[str, Any] = json.load(sys.stdin)
    how = how_of(given["phrases"])
    part = reading.read([text for _key, text, _quote in given["answers"]], how)
    json.dump(made(given["answers"], [part], given["around"], how), sys.stdout)


if __name__ == "__main__":
    main()
