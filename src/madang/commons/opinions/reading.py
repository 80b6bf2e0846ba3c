"""Plain values for programs: what the pages show, and nothing more."""

from __future__ import annotations

from typing import Any

from madang.commons.opinions.enums import ANSWERS
from madang.commons.opinions.limits import MAP_FROM, SHARE_FROM
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.web.drawing import LETTERS, is_few

Plain = dict[str, Any]
NAMES = {int(value): name for name, value in ANSWERS.items()}


def conversation(row: Conversation) -> Plain:
    """The question and how it stands."""
    return {
        "code": row.code,
        "about": row.about or None,
        "question": {"ko": row.question_ko, "en": row.question_en},
        "host": row.host.name,
        "state": row.state,
        "vote_level": row.vote_level,
        "write_level": row.write_level,
        "opened_at": row.opened_at,
        "closes_at": row.closes_at,
        "closed_at": row.closed_at,
        "is_archive": row.is_archive,
        "source": row.source or None,
        "people": row.board.people,
        "answers": row.board.votes,
        "votes_sha256": row.digest or None,
    }


def statement(row: Statement, picture: Plain) -> Plain:
    """A statement with its counts; null while fewer than five have answered."""
    counted = picture.get("statements", {}).get(str(row.number))
    return {
        "number": row.number,
        "text": row.text,
        "language": row.language,
        "is_seed": row.is_seed,
        "counts": _counts(counted["all"]) if counted else None,
    }


def _counts(triple: list[int]) -> Plain | None:
    agree, passed, disagree = triple
    if agree + passed + disagree < SHARE_FROM:
        return None
    return {"agree": agree, "pass": passed, "disagree": disagree}


def results(row: Conversation) -> Plain:
    """Groups, what unites and divides, and the certificate; empty while too few have answered."""
    picture = row.board.picture
    if is_few(row):
        return {"code": row.code, "people": row.board.people, "map": None, "map_from": MAP_FROM}
    return {
        "code": row.code,
        "people": row.board.people,
        "map": {
            "placed": picture["placed"],
            "verdict": picture["certificate"]["verdict"],
            "agreement": picture["certificate"].get("median"),
            "groups": [
                {
                    "letter": LETTERS[index],
                    "size": group["size"],
                    "says": [
                        {"statement": number, "answer": NAMES[answer], "share": here, "elsewhere": elsewhere}
                        for number, answer, here, elsewhere in group["says"]
                    ],
                    "counts": {
                        number: _counts(counted["groups"][index])
                        for number, counted in picture["statements"].items()
                    },
                }
                for index, group in enumerate(picture["groups"])
            ],
            "unites": picture["unites"],
            "divides": picture["divides"],
        },
        "map_from": MAP_FROM,
    }
