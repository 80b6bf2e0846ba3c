"""What a wall in a hall watches: how many take part, and the map. Never who, and nothing of a single person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from madang.commons.opinions import queries
from madang.commons.opinions.models import Conversation
from madang.kernel import live
from madang.kernel.ids import CROCKFORD

_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def read_code(typed: str) -> str | None:
    """The code of a conversation as typed, in its written form; None for what cannot be one."""
    compact = re.sub(r"[\s\-–.]", "", typed.upper()).translate(_LOOKALIKES)
    return compact if len(compact) == 6 and all(letter in CROCKFORD for letter in compact) else None


def address(conversation: Conversation) -> str:
    """Answered beside the pages, so no name leads there."""
    return f"/events/opinions/{conversation.code}/"


def value_of(conversation: Conversation) -> dict[str, Any]:
    """What the wall draws: counts, and the dots of the public picture with the sizes of groups."""
    board = conversation.board
    picture = board.picture
    return {
        "revision": board.revision,
        "people": board.people,
        "votes": board.votes,
        "open": conversation.is_open,
        "cells": picture.get("cells", []),
        "groups": [group["size"] for group in picture.get("groups", [])],
    }


@live.topic("opinions", read_code)
def boards(codes: Sequence[str]) -> dict[str, Any]:
    """The public value of each conversation."""
    found = queries.public().filter(code__in=codes).select_related("board")
    return {conversation.code: value_of(conversation) for conversation in found}
