"""`madang map FOLDER`: the map of an exported conversation, for anyone, without a database.

Also without Django: `python -m madang.commons.opinions.logic FOLDER --json OUT`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from madang.commons.opinions.logic.polis_tables import PolisError, Said

OK, BAD_FOLDER = 0, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options; defaults are those of `opinion_map.Settings`, which is not loaded for `--help`."""
    parser.add_argument(
        "folder", type=Path, help="folder with votes.csv or participants-votes.csv, and others"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="file to write the map to; - for the output")
    parser.add_argument("--seed", type=int, default=1, help="of all draws (default 1)")
    parser.add_argument("--min-votes", type=int, default=7, help="votes needed to be in a group (default 7)")
    parser.add_argument("--most-groups", type=int, default=5, help="largest number of groups (default 5)")
    parser.add_argument("--starts", type=int, default=20, help="beginnings of k-means (default 20)")
    parser.add_argument(
        "--resamples", type=int, default=30, help="resamplings of the certificate (default 30)"
    )
    parser.add_argument(
        "--moderation",
        choices=["rejected", "strict", "none"],
        default="rejected",
        help="statements left out: rejected ones (default), also those not accepted, or none",
    )
    parser.add_argument(
        "--left-out",
        choices=["zeroed", "absent"],
        default="zeroed",
        help="how left-out statements count: zeroed as in pol.is (default), or absent",
    )


def run(options: dict[str, Any], say: Callable[[str], object], complain: Callable[[str], object]) -> int:
    """Makes the map and returns the exit code: 0, or 2 for a folder or an option that will not do."""
    from madang.commons.opinions.logic import polis_files

    try:
        _sensible(options)
        made = polis_files.read_folder(options["folder"])
        document = _document(made, options)
        target = options["json"]
        if target is not None and str(target) != "-":
            _write(target, document)
    except PolisError as error:
        complain(str(error))
        return BAD_FOLDER
    from madang.commons.opinions.logic.polis_report import written

    if target is not None and str(target) == "-":
        say(written(document).decode().rstrip("\n"))
    else:
        say("\n".join(summary(document)))
    return OK


def _document(made: Any, options: dict[str, Any]) -> dict[str, Any]:
    from madang.commons.opinions.logic.opinion_map import Settings
    from madang.commons.opinions.logic.polis_report import map_conversation

    settings = Settings(
        seed=options["seed"],
        min_votes=options["min_votes"],
        most_groups=options["most_groups"],
        starts=options["starts"],
        resamples=options["resamples"],
        left_out=options["left_out"],
    )
    return map_conversation(made, settings, options["moderation"])[1]


def _write(target: Path, document: dict[str, Any]) -> None:
    from madang.commons.opinions.logic.polis_report import written

    try:
        target.write_bytes(written(document))
    except OSError as error:
        raise PolisError(
            Said(
                "unwritable",
                f"{target} cannot be written ({error.strerror}). Name a file in a folder that exists.",
                f"{target} 파일을 쓸 수 없습니다({error.strerror}). 있는 폴더 안의 파일 이름을 적어 주세요.",
            )
        ) from error


def _sensible(options: dict[str, Any]) -> None:
    limits = {
        "seed": (0, 2**32 - 1),
        "min_votes": (1, 10**6),
        "most_groups": (2, 20),
        "starts": (1, 1000),
        "resamples": (1, 1000),
    }
    for name, (low, high) in limits.items():
        if not low <= options[name] <= high:
            shown = "--" + name.replace("_", "-")
            raise PolisError(
                Said(
                    "option",
                    f"{shown} must be from {low} to {high}.",
                    f"{shown} 값은 {low}에서 {high} 사이여야 합니다.",
                )
            )


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def summary(document: dict[str, Any]) -> list[str]:
    """What is printed: first in Korean, then in English."""
    counts, certificate, compared = document["counts"], document["certificate"], document["comparison"]
    lines = [document["source"]["topic"]] if document["source"]["topic"] else []
    for language in ("ko", "en"):
        ko = language == "ko"
        lines.append(
            f"참여자 {counts['people']}명, 문장 {counts['statements']}건(지도에 {counts['statements_on_map']}건), "
            f"유효 투표 {counts['votes']}건"
            if ko
            else f"{_many(counts['people'], 'person', 'people')}, {_many(counts['statements'], 'statement', 'statements')} "
            f"({counts['statements_on_map']} on the map), {_many(counts['votes'], 'vote', 'votes')}"
        )
        lines += [f"  · {note[language]}" for note in document["source"]["notes"]]
        lines.append(f"{'판정' if ko else 'Verdict'}: {certificate['words'][language]}")
        lines += [f"  · {one[language]}" for one in certificate["failed"]]
        for group in document["groups"]:
            lines.append(
                f"집단 {group['index']}: {group['size']}명(경계 제외 {group['named']}명)"
                if ko
                else f"Group {group['index']}: {group['size']} people ({group['named']} without borderline ones)"
            )
            for row in group["representative"]:
                side = ("찬성" if ko else "agrees") if row["vote"] > 0 else ("반대" if ko else "disagrees")
                lines.append(
                    f"  {side} {row['count']}/{row['seen']}  {row['statement']}. {row['text'][:100]}"
                )
        if compared:
            lines.append(f"pol.is ARI: {compared['ari']:.3f}")
            lines += [f"  · {one[language]}" for one in compared["explanation"]]
    lines.append(f"tables sha256 {document['tables']['sha256']}")
    return lines
