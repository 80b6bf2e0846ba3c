"""What a report says in short: two or three figures with a sentence each, and never more than the figures hold."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from madang.services.polls import charts
from madang.services.polls.telling import verdicts

Part = dict[str, Any]


def short(body: Part) -> list[Part]:
    """Facts `{"figure", "text", "tone"}`: the largest group, the keyword in front, what changed since the round before,
    how far readers agree. Nothing where nothing was coded."""
    coded = body["coded"]
    if not coded or not coded["table"]["denominator"]:
        return []
    table = coded["table"]
    tones = charts.tones(table)
    of = f"{table['denominator']:,}"
    found = [_group(table["groups"], tones, of), _keyword(table["groups"], tones)]
    if body["round"]:
        found.append(_change(body["round"]))
    if coded["agreement"] and coded["agreement"]["alpha"] is not None:
        found.append(_agreement(coded["agreement"]))
    return [fact for fact in found if fact]


def _ahead(lines: list[Part]) -> tuple[Part, list[Part]] | None:
    """The line with the most answers, and the others whose rank overlaps its own."""
    counted = sorted((line for line in lines if line["count"]), key=lambda line: -line["count"])
    if not counted:
        return None
    first = counted[0]
    last = first["rank"][1] if first.get("rank") else 1
    return first, [line for line in counted[1:] if line.get("rank") and line["rank"][0] <= last]


def _group(groups: list[Part], tones: dict[str, str], of: str) -> Part | None:
    found = _ahead(groups)
    if found is None:
        return None
    first, others = found
    name = charts.said(first["name"])
    said = (
        _("of %(of)s coded answers are about “%(name)s”, more than about any other group.")
        % {"name": name, "of": of}
        if not others
        else _("of %(of)s coded answers are about “%(name)s”. It cannot be told apart from “%(other)s”.")
        % {"name": name, "of": of, "other": charts.said(others[0]["name"])}
    )
    return {"figure": f"{first['percent']}%", "text": said, "tone": tones[first["key"]]}


def _keyword(groups: list[Part], tones: dict[str, str]) -> Part | None:
    found = _ahead([line | {"group": group["key"]} for group in groups for line in group["codes"]])
    if found is None:
        return None
    first, others = found
    name = charts.said(first["name"])
    said = (
        _("name “%(name)s”, the keyword in front.") % {"name": name}
        if not others
        else _("name “%(name)s”. Its lead over %(n)s other keywords may be chance.")
        % {"name": name, "n": len(others)}
    )
    return {"figure": f"{first['percent']}%", "text": said, "tone": tones[first["group"]]}


def _change(beside: Part) -> Part:
    sure = [row for row in beside["rows"] if row["sure"]]
    if not sure:
        said = _("changes since the round before are sure: every difference may be chance.")
        return {"figure": "0", "text": said, "tone": "none"}
    most = max(sure, key=lambda row: abs(row["difference"]))
    said = _("percentage points since the round before: “%(name)s”.") % {"name": charts.said(most["name"])}
    return {"figure": f"{100 * most['difference']:+.1f}", "text": said, "tone": "plum"}


def _agreement(agreement: Part) -> Part:
    said = _(
        "is how far two readers agreed who did not see each other’s codes (alpha; 1 is always): %(verdict)s."
    )
    return {
        "figure": f"{agreement['alpha']:.2f}",
        "text": said % {"verdict": verdicts()[agreement["verdict"]]},
        "tone": "none",
    }
