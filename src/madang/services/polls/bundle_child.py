"""Makes a bundle in a process of its own: what is given comes in as JSON, the ZIP file goes out.

The tables of words need the tokenizer, whose 570 MB a web server must not keep. `python -m madang.services.polls.bundle_child`.
"""

from __future__ import annotations

import json
import sys
from datetime import date

from madang.services.polls.logic import bundle
from madang.services.polls.logic.codebook import book_of


def main() -> None:
    given = json.load(sys.stdin)
    other = given["round"]
    files = bundle.make(
        book_of(given["book"]) if given["book"] else None,
        [
            bundle.Given(
                one["answer"],
                one["answer"],
                one["text"],
                tuple(one["codes"]),
                tuple(None if codes is None else tuple(codes) for codes in one["readings"]),
                tuple(one["before"]),
            )
            for one in given["answers"]
        ],
        bundle.Settings(on=date.fromisoformat(given["on"]), words=given["words"]),
        coders=given["coders"],
        note=given["note"],
        closed=given["closed"],
        before=book_of(given["before"]) if given["before"] else None,
        round_before=(book_of(other[0]), other[1]) if other else None,
        report=given["report"],
    )
    sys.stdout.buffer.write(bundle.pack(files))


if __name__ == "__main__":
    main()
