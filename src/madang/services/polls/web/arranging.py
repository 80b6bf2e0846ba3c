"""What the buttons of the editing page do to the questions: add, move, remove."""

from __future__ import annotations

from dataclasses import replace

from madang.services.polls.domain.questions import Draft
from madang.services.polls.enums import QuestionKind
from madang.services.polls.logic import form as logic


def arranged(drafts: list[Draft], act: str) -> tuple[list[Draft], str]:
    """Questions after a button that adds, moves or removes one, and where the page goes on.

    Conditions name questions by their numbers: they follow when the order changes, and go when their question goes.
    """
    verb, _colon, what = act.partition(":")
    order: list[int | None] = list(range(len(drafts)))
    place = int(what) - 1 if what.isdigit() and len(what) < 4 else -1
    anchor = ""
    if verb == "add" and what in QuestionKind.values and len(drafts) < logic.MOST_QUESTIONS:
        return [*drafts, Draft(what)], f"#question-{len(drafts) + 1}"
    if not 0 <= place < len(drafts):
        return drafts, anchor
    if verb == "up" and place > 0:
        order[place - 1], order[place] = order[place], order[place - 1]
        anchor = f"#question-{place}"
    elif verb == "down" and place + 1 < len(drafts):
        order[place + 1], order[place] = order[place], order[place + 1]
        anchor = f"#question-{place + 2}"
    elif verb == "remove":
        order.pop(place)
        anchor = "#questions"
    now = {old + 1: new for new, old in enumerate(order, start=1) if old is not None}
    moved = []
    for old in order:
        draft = drafts[old] if old is not None else None
        if draft is not None:
            moved.append(_renumbered(draft, now))
    return moved, anchor


def _renumbered(draft: Draft, now: dict[int, int]) -> Draft:
    if not draft.on:
        return draft
    on = now.get(draft.on, 0)
    return replace(draft, on=on, any_of=draft.any_of if on else ())
