"""A map of an exported conversation as one JSON document: the same bytes for the same files, on every machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from madang.commons.opinions.logic import verdicts
from madang.commons.opinions.logic.ballots import ballots_of
from madang.commons.opinions.logic.meaning import answers_of
from madang.commons.opinions.logic.opinion_map import OpinionMap, Settings, map_of
from madang.commons.opinions.logic.polis_compare import compare
from madang.commons.opinions.logic.polis_files import Conversation
from madang.commons.opinions.logic.polis_tables import Said

FORMAT = "madang-opinion-map-1"
REJECTED, STRICT, NONE = "rejected", "strict", "none"

_ROUNDING = (
    "All fractions here are rounded to 9 decimals; groups, certificate and borderline start from places rounded to "
    "whole millionths, half to even. Sums of fractions run in a fixed order of IEEE 754 operations and the tables are "
    "whole numbers, so these are the same bytes on every machine. `nearest` is the group of the best division whatever "
    "the certificate says of it: for comparisons, not a finding; `group` is."
)


def map_conversation(
    made: Conversation, settings: Settings, moderation: str = REJECTED
) -> tuple[OpinionMap, dict[str, Any]]:
    """The map and its document. `moderation` leaves out statements that were `rejected`, those that nobody accepted as
    well (`strict`), or `none`."""
    person = {name: at for at, name in enumerate(made.people)}
    statement = {name: at for at, name in enumerate(made.statements)}
    limit = {REJECTED: -1, STRICT: 0, NONE: -2}[moderation]
    left_out = [at for at, one in enumerate(made.statements.values()) if one.moderated <= limit]
    ballots = ballots_of(
        [person[who] for who, _, _ in made.votes],
        [statement[what] for _, what, _ in made.votes],
        [value for _, _, value in made.votes],
        people=len(person),
        statements=len(statement),
    )
    found = map_of(ballots, excluded=left_out, settings=settings)
    return found, _document(made, found, ballots.votes, moderation, len(left_out))


def written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _document(
    made: Conversation, found: OpinionMap, votes: int, moderation: str, left_out: int
) -> dict[str, Any]:
    ids, texts = list(made.statements), [one.text for one in made.statements.values()]
    axes, standing, unrounded = found.components, found.standing, found.places.unrounded
    assert unrounded is not None
    compared = compare(found, made.people, made.groups)

    def about(row: Any) -> dict[str, Any]:
        return {**_plain(row), "statement": ids[row.statement], "text": texts[row.statement]}

    return {
        "format": FORMAT,
        "source": {
            "topic": made.summary.get("topic", ""),
            "url": made.summary.get("url", ""),
            "files": [
                {"name": one.name, "sha256": one.sha256, "bytes": one.size, "rows": len(one.lines), "encoding": one.encoding}
                for one in made.files
            ],
            "signs": [asdict(one) for one in made.signs],
            "notes": [_said(one) for one in made.notes],
        },
        "counts": {
            "people": len(made.people),
            "people_with_votes": found.tables.people,
            "people_in_groups": len(found.order),
            "statements": len(ids),
            "statements_left_out": left_out,
            "statements_without_votes": int((found.tables.both.diagonal() == 0).sum()),
            "statements_on_map": int(found.included.sum()),
            "votes_cast": len(made.votes),
            "votes": votes,
        },
        "settings": {
            **asdict(found.settings),
            "moderation": moderation,
            "rounding": _ROUNDING,
        },
        "tables": {
            "format": "madang-opinions-tables-1",
            "sha256": found.tables.digest(),
            "statements": ids,
            "people": found.tables.people,
        },
        "components": {
            "axes": axes.axes,
            "eigenvalues": _round(axes.eigenvalues),
            "gaps": _round(axes.gaps),
            "explained": _round(axes.explained),
            "variance": _round(axes.variance),
            "statements": [
                {
                    "id": name,
                    "text": texts[at],
                    "moderated": made.statements[name].moderated,
                    "on_map": bool(found.included[at]),
                    "disagree": int(cast[0]),
                    "pass": int(cast[1]),
                    "agree": int(cast[2]),
                    "mean": _round(float(axes.means[at])),
                    "loadings": _round(axes.loadings[at].tolist()),
                }
                for at, (name, cast) in enumerate(zip(ids, answers_of(found.tables), strict=True))
            ],
        },
        "silhouettes": {str(k): _round(score) for k, score in found.silhouettes.items()},
        "groups": [
            {**_plain(group), "representative": [about(row) for row in group.representative]}
            for group in found.groups
        ],
        "consensus": [about(row) for row in found.consensus],
        "dividing": [about(row) for row in found.dividing],
        "certificate": {**_plain(found.certificate), "words": _said(
            verdicts.words_of(found.certificate.verdict, found.certificate.reasons)),
                        "failed": [_said(verdicts.REASONS[key]) for key in found.certificate.reasons]},
        "comparison": None
        if compared is None
        else {**_plain(compared), "explanation": [_said(one) for one in compared.explanation]},
        "participants": [
            {
                "id": name,
                "x": _round(float(unrounded[at, 0])),
                "y": _round(float(unrounded[at, 1])),
                "votes": int(found.votes[at]),
                "group": int(found.label[at]) if found.label[at] >= 0 else None,
                "nearest": int(found.nearest[at]) if found.nearest[at] >= 0 else None,
                "standing": str(standing[at]),
            }
            for at, name in enumerate(made.people)
        ],
    }  # fmt: skip


def _said(one: Said) -> dict[str, Any]:
    count = {} if one.count is None else {"count": one.count}
    return {"key": one.key, "ko": one.ko, "en": one.en, **count}


def _plain(row: Any) -> dict[str, Any]:
    return {name: _round(getattr(row, name)) for name in row.__dataclass_fields__}


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9) + 0.0
    if isinstance(value, list | tuple):
        return [_round(one) for one in value]
    return value
