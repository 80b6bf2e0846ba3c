"""From the picture that was counted to what a template draws. Nothing is worked out here that the table does not say.

Picture (made by `engine.picture`, kept in `Board.picture`):
    placed   people who answered enough to have a place
    cells    [x, y, group, people]: places laid on a grid, x and y from -1000 to 1000, group -1 for no group
    groups   [{size, says: [[statement, answer, share in the group, share elsewhere]]}], the largest first
    statements  {number: {all: [agree, pass, disagree], groups: [[agree, pass, disagree], …]}}
    unites, divides  numbers of statements, the strongest first
    certificate  {verdict: stable, fragile or no_groups, …}
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.commons.opinions import engine
from madang.commons.opinions.limits import GROUP_FROM, MAP_FROM, SHARE_FROM
from madang.commons.opinions.models import Conversation, Statement
from madang.kernel.text import excerpt

Part = dict[str, Any]

WIDTH, HEIGHT, EDGE = 1000, 640, 70
LETTERS = "ABCDE"
TONES = ("blue", "ochre", "plum", "jade", "persimmon")
MOST = 5  # statements told for each of: a group, what unites, what divides


def shape_words() -> tuple[str, ...]:
    """What the marks of the groups look like, for those who cannot tell colours apart."""
    return (_("circles"), _("squares"), _("triangles"), _("diamonds"), _("crosses"))


def _scale(picture: Part) -> float:
    """One scale for both axes: a distance is the same in every direction."""
    x = max((abs(cell[0]) for cell in picture["cells"]), default=1) or 1
    y = max((abs(cell[1]) for cell in picture["cells"]), default=1) or 1
    return min((WIDTH / 2 - EDGE) / x, (HEIGHT / 2 - EDGE) / y)


def _at(scale: float, x: float, y: float) -> tuple[float, float]:
    return round(WIDTH / 2 + scale * x, 1), round(HEIGHT / 2 - scale * y, 1)


def _mark(group: int, x: float, y: float, r: float) -> str:
    """The path of one mark: each group has a shape of its own."""
    if group == 1:
        s = r * 0.88
        return f"M{x - s:.1f} {y - s:.1f}h{2 * s:.1f}v{2 * s:.1f}h-{2 * s:.1f}z"
    if group == 2:
        s = r * 1.18
        return f"M{x:.1f} {y - s:.1f}l{s:.1f} {1.75 * s:.1f}h-{2 * s:.1f}z"
    if group == 3:
        s = r * 1.22
        return f"M{x:.1f} {y - s:.1f}l{s:.1f} {s:.1f}l-{s:.1f} {s:.1f}l-{s:.1f} -{s:.1f}z"
    if group == 4:
        s, w = r * 1.1, r * 0.4
        return (
            f"M{x - w:.1f} {y - s:.1f}h{2 * w:.1f}v{s - w:.1f}h{s - w:.1f}v{2 * w:.1f}h-{s - w:.1f}v{s - w:.1f}"
            f"h-{2 * w:.1f}v-{s - w:.1f}h-{s - w:.1f}v-{2 * w:.1f}h{s - w:.1f}z"
        )
    return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 -{2 * r:.1f} 0z"


def _hull(points: list[tuple[float, float]]) -> str:
    """The convex outline of a group (monotone chain), as points of a polygon."""
    points = sorted(set(points))
    if len(points) < 3:
        return " ".join(f"{x},{y}" for x, y in points)

    def half(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return " ".join(f"{x},{y}" for x, y in (*half(points), *half(points[::-1])))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def is_few(conversation: Conversation) -> bool:
    """Whether too few people have answered enough: a map of them would tell who they are."""
    return int(conversation.board.picture.get("placed", 0)) < MAP_FROM


def small(conversation: Conversation, answered: dict[int, int], *, larger: float = 1.7) -> Part:
    """The map beside the question: marks, groups with their sizes, and where one stands.

    Args:
        larger: how much larger the marks are than on the page of the map, so that they can be told apart.
    """
    picture = conversation.board.picture
    people = conversation.board.people
    if is_few(conversation):
        return {
            "few": True,
            "people": people,
            "needed": MAP_FROM,
            "missing": max(0, MAP_FROM - int(picture.get("placed", 0))),
        }
    scale = _scale(picture)
    by_group: dict[int, list[tuple[float, float]]] = {}
    marks: dict[int, list[str]] = {}
    for x, y, group, n in picture["cells"]:
        place = _at(scale, x, y)
        by_group.setdefault(group, []).append(place)
        marks.setdefault(group, []).append(_mark(group, *place, larger * min(4.5 + 2.2 * sqrt(n), 22)))
    groups = []
    for index, group in enumerate(picture["groups"]):
        points = by_group.get(index, [])
        groups.append(
            {
                "index": index,
                "letter": LETTERS[index],
                "tone": TONES[index],
                "shape": shape_words()[index],
                "size": group["size"],
                "share": round(100 * group["size"] / max(1, picture["placed"])),
                "hull": _hull(points),
                "label": _label(points),
                "mark": _mark(index, 12, 12, 7),
            }
        )
    found: Part = {
        "few": False,
        "width": WIDTH,
        "height": HEIGHT,
        "people": people,
        "placed": picture["placed"],
        # One path a group: a hall has hundreds of marks, and each page is drawn for one person.
        "marks": [{"group": group, "d": "".join(paths)} for group, paths in sorted(marks.items())],
        "groups": groups,
        "between": picture["placed"] - sum(group["size"] for group in picture["groups"]),
        "verdict": picture["certificate"]["verdict"],
        "me": _me(picture, scale, answered),
    }
    return found | {"said": _said(found)}


def _label(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Where the letter of a group stands: over its middle, inside the picture."""
    if not points:
        return None
    x = sum(point[0] for point in points) / len(points)
    top = min(point[1] for point in points)
    return round(x, 1), max(30.0, round(top - 26, 1))


def _me(picture: Part, scale: float, answered: dict[int, int]) -> Part:
    """One's own place; drawn for nobody else."""
    if not answered:
        return {}
    place = engine.place(picture, answered)
    if place is None:
        missing = max(1, engine.NEEDED - len(answered))
        return {
            "missing": ngettext(
                "Answer %(n)s more statement to see where you stand.",
                "Answer %(n)s more statements to see where you stand.",
                missing,
            )
            % {"n": missing}
        }
    x, y, group = place
    at = _at(scale, x, y)
    at = (min(max(at[0], 20), WIDTH - 20), min(max(at[1], 20), HEIGHT - 20))
    return {
        "x": at[0],
        "y": at[1],
        "left": at[0] > WIDTH - 130,
        "group": group,
        "letter": LETTERS[group] if group >= 0 else "",
        "words": _("You stand in group %(letter)s.") % {"letter": LETTERS[group]}
        if group >= 0
        else _("You stand between the groups.")
        if picture["groups"]
        else _("You are on the map."),
    }


def _said(found: Part) -> str:
    """The picture in a sentence, for those who hear it."""
    if not found["groups"]:
        return _("Map of %(n)s people. They form no groups that could be told apart.") % {
            "n": f"{found['placed']:,}"
        }
    parts = [
        _("group %(letter)s (%(shape)s): %(size)s people")
        % {"letter": group["letter"], "shape": group["shape"], "size": f"{group['size']:,}"}
        for group in found["groups"]
    ]
    return _("Map of %(n)s people: %(groups)s. The tables below say the same.") % {
        "n": f"{found['placed']:,}",
        "groups": ", ".join(parts),
    }


def shares(counts: list[int]) -> Part:
    """Agree, pass and disagree as parts of a bar; nothing of it where too few have answered."""
    agree, passed, disagree = counts
    total = agree + passed + disagree
    if total < SHARE_FROM:
        return {"few": True, "total": total}
    parts = [100 * value / total for value in (agree, passed, disagree)]
    return {
        "few": False,
        "total": total,
        "agree": round(parts[0]),
        "pass": round(parts[1]),
        "disagree": round(parts[2]),
        "agree_n": agree,
        "pass_n": passed,
        "disagree_n": disagree,
        "to_pass": f"{parts[0]:.2f}",
        "wide_agree": f"{parts[0]:.2f}",
        "wide_pass": f"{parts[1]:.2f}",
        "wide_disagree": f"{parts[2]:.2f}",
        "to_disagree": f"{parts[0] + parts[1]:.2f}",
    }


def _told(picture: Part, texts: dict[int, Statement], number: int) -> Part | None:
    """A statement with its bars, altogether and by group; None when it is not shown any more."""
    row = texts.get(number)
    counted = picture["statements"].get(str(number))
    if row is None or counted is None:
        return None
    return {
        "statement": row,
        "all": shares(counted["all"]),
        "groups": [
            {"letter": LETTERS[index], "tone": TONES[index], "shares": shares(counts)}
            for index, counts in enumerate(counted["groups"])
        ],
    }


def whole(conversation: Conversation, texts: dict[int, Statement], answered: dict[int, int]) -> Part:
    """The map with everything it says in words."""
    found = small(conversation, answered, larger=1.0)
    if found["few"]:
        return found
    picture = conversation.board.picture
    for group, counted in zip(found["groups"], picture["groups"], strict=True):
        group["says"] = [
            {
                "statement": texts[number],
                "answer": answer,
                "here": round(100 * here),
                "elsewhere": round(100 * elsewhere),
            }
            for number, answer, here, elsewhere in counted["says"]
            if number in texts
        ][:MOST]
    for name in ("unites", "divides"):
        rows = (_told(picture, texts, number) for number in picture[name])
        found[name] = [row for row in rows if row is not None][:MOST]
    return found | {"certificate": certificate(picture)}


def certificate(picture: Part) -> Part:
    """How far the groups can be trusted, in plain words."""
    known = picture["certificate"]
    verdict = known["verdict"]
    words = {
        "stable": (
            _("The groups are stable"),
            _("Drawn again from parts of the answers, they come out nearly the same."),
            "jade",
            "check",
        ),
        "fragile": (
            _("Read the groups with care"),
            _("Drawn again from parts of the answers, some people change sides. Rely on single statements."),
            "ochre",
            "warn",
        ),
        "no_groups": (
            _("No groups stand out"),
            _("The answers spread evenly. Whoever talks of camps here cannot rely on this map."),
            "blue",
            "info",
        ),
    }
    title, text, tone, icon = words[verdict]
    facts = []
    if known.get("median") is not None and verdict != "no_groups":
        facts.append(
            _("Agreement of %(again)s maps drawn from random parts of the answers: %(share)s of 1.")
            % {"again": known.get("draws", 0), "share": f"{known['median']:.2f}"}
        )
    between = picture["placed"] - sum(group["size"] for group in picture["groups"])
    if between and picture["groups"]:
        facts.append(
            ngettext(
                "%(n)s person stands between the groups (a hollow mark).",
                "%(n)s people stand between the groups (hollow marks).",
                between,
            )
            % {"n": f"{between:,}"}
        )
    facts.append(_("Groups of fewer than %(n)s people are not described.") % {"n": GROUP_FROM})
    return {"title": title, "text": text, "tone": tone, "icon": icon, "facts": facts}


def table(conversation: Conversation, texts: dict[int, Statement], order: str, path: str) -> Part:
    """Every statement as a row of numbers: what the picture shows, and more."""
    picture = conversation.board.picture
    counted = picture.get("statements", {})
    rows: list[Part] = []
    for number, row in texts.items():
        numbers = counted.get(str(number), {"all": [0, 0, 0], "groups": []})
        rows.append(
            {
                "statement": row,
                "short": excerpt(row.text, 60),
                "all": shares(numbers["all"]),
                "groups": [shares(counts) for counts in numbers["groups"]],
            }
        )
    if order != "number":
        rows.sort(key=lambda one: (-_weight(one, order), one["statement"].number))
    return {
        "rows": rows,
        "order": order,
        "letters": [LETTERS[index] for index in range(len(picture.get("groups", ())))],
        "orders": [
            {"label": label, "url": f"{path}?order={key}", "active": key == order}
            for key, label in (
                ("number", _("In the order written")),
                ("agree", _("Most agreement")),
                ("disagree", _("Most disagreement")),
                ("split", _("Groups furthest apart")),
                ("pass", _("Most passes")),
            )
            if key != "split" or picture.get("groups")
        ],
        "share_from": SHARE_FROM,
    }


def _weight(row: Part, order: str) -> float:
    if order == "split":
        agreeing = [part["agree"] for part in row["groups"] if not part["few"]]
        return max(agreeing) - min(agreeing) if len(agreeing) > 1 else -1
    return -1 if row["all"]["few"] else float(row["all"][order])
