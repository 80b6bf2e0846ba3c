"""`madang count FILE.pb`: the options, what is printed, and the exit code.

Also without Django: `python src/madang/services/budgeting/logic FILE.pb`, or the one file that `--program` writes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from madang.services.budgeting.logic.count import RULES, Settings, document
from madang.services.budgeting.logic.faults import CountError, Said
from madang.services.budgeting.logic.pabulib import read_file
from madang.services.budgeting.logic.shares import COMPLETIONS
from madang.services.budgeting.logic.shares_steps import Stepper
from madang.services.budgeting.logic.shares_table import UTILITIES
from madang.services.budgeting.logic.ties import ORDERS

OK, BAD = 0, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options with their defaults."""
    usual = Settings()
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE.pb",
        help="an election in Pabulib format, or a folder of them",
    )
    parser.add_argument("--rule", choices=RULES, default=usual.rule, help=f"default {usual.rule}")
    parser.add_argument(
        "--utility",
        choices=UTILITIES,
        default=usual.utility,
        help=f"of equal-shares and knapsack; default {usual.utility}",
    )
    parser.add_argument(
        "--completion",
        choices=COMPLETIONS,
        default=usual.completion,
        help=f"of equal-shares; default {usual.completion}",
    )
    parser.add_argument(
        "--increment", default=usual.increment, help="step of add1 for each voter, in the currency; default 1"
    )
    parser.add_argument(
        "--ties", choices=ORDERS, default=usual.ties, help=f"who comes first when equal; default {usual.ties}"
    )
    parser.add_argument(
        "--weights",
        default=usual.weights,
        help=f"of composite: seoul-2015, seoul-2018 or committee=45,evote=45,survey=10; default {usual.weights}",
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="file for the result; - for the output")
    parser.add_argument(
        "--program",
        type=Path,
        metavar="OUT.pyz",
        help="write this program as one file that needs only Python",
    )


def run(
    options: dict[str, Any],
    say: Callable[[str], object],
    complain: Callable[[str], object],
    stepper: Stepper | None = None,
) -> int:
    """Counts and returns the exit code: 0, or 2 for a file or an option that will not do."""
    try:
        if options["program"] is not None:
            _write(options["program"], _bundle())
            if options["file"] is None:
                return OK
        if options["file"] is None:
            raise CountError(Said("no_file", "Name a Pabulib file (.pb).", "Pabulib 파일(.pb)의 이름을 적어 주세요."))  # fmt: skip
        settings = Settings(
            options["rule"],
            options["utility"],
            options["completion"],
            options["increment"],
            options["ties"],
            options["weights"],
        )
        target = options["json"]
        if options["file"].is_dir():
            return _folder(options["file"], settings, stepper, target, say, complain)
        result = document(read_file(options["file"]), settings, stepper)
        if target is not None and str(target) != "-":
            _write(target, written(result))
    except CountError as error:
        complain(str(error))
        return BAD
    if target is not None and str(target) == "-":
        say(written(result).decode().rstrip("\n"))
    else:
        say("\n".join(summary(result)))
    return OK


def _folder(
    folder: Path,
    settings: Settings,
    stepper: Stepper | None,
    target: Path | None,
    say: Callable[[str], object],
    complain: Callable[[str], object],
) -> int:
    """Counts every Pabulib file of a folder, a line each: whether what the file says was funded comes out, and why not."""
    files = sorted(folder.glob("*.pb"))
    if not files:
        raise CountError(
            Said("no_files", f"There is no .pb file in {folder}.", f"{folder} 폴더에 .pb 파일이 없어요.")
        )
    results, code = {}, OK
    for file in files:
        try:
            result = document(read_file(file), settings, stepper)
        except CountError as error:
            complain(f"{file.name}: {error}")
            code = BAD
            continue
        results[file.name] = {
            key: result[key] for key in ("settings", "winners", "ties", "official", "digest")
        }
        source, official = result["input"], result["official"]
        size = f"{file.name}: {source['voters']} × {source['projects']}"
        if official is None:
            ko, en = "파일에 결과(selected)가 없어요.", "the file does not say what was selected."
        elif official["same"]:
            ko, en = "파일의 selected 열과 같아요.", "the same as the column selected."
        else:
            more, fewer = len(official["only_counted"]), len(official["only_selected"])
            ko = " ".join(
                [
                    f"파일의 selected 열과 달라요(+{more} −{fewer}).",
                    *(one["ko"] for one in official["explanation"]),
                ]
            )
            en = " ".join(
                [
                    f"differs from the column selected (+{more} −{fewer}).",
                    *(one["en"] for one in official["explanation"]),
                ]
            )
        say(f"{size}, 선정 {len(result['winners'])}개, {ko}\n{size}, {len(result['winners'])} chosen, {en}")
    text = json.dumps(results, ensure_ascii=False, indent=1)
    if target is not None and str(target) != "-":
        _write(target, text.encode() + b"\n")
    elif target is not None:
        say(text)
    return code


def written(result: dict[str, Any]) -> bytes:
    """The JSON of a result, the same bytes for the same result."""
    return json.dumps(result, ensure_ascii=False, indent=1).encode() + b"\n"


def _bundle() -> bytes:
    from madang.services.budgeting.logic.program import bundle

    return bundle()


def _write(target: Path, data: bytes) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise CountError(
            Said(
                "unwritable",
                f"{target} cannot be written ({error.strerror}). Name a file in a folder that exists.",
                f"{target} 파일을 쓸 수 없어요({error.strerror}). 있는 폴더 안의 파일 이름을 적어 주세요.",
            )
        ) from error


def summary(result: dict[str, Any]) -> list[str]:
    """What is printed: first in Korean, then in English."""
    source, settings = result["input"], result["settings"]
    used = ", ".join(f"{key} {settings[key]}" for key in ("rule", "utility", "completion", "increment", "ties", "weights") if settings[key] != "-")  # fmt: skip
    lines = [source["description"]] if source["description"] else []
    for language in ("ko", "en"):
        ko = language == "ko"
        many = len(result["winners"])
        lines.append(
            f"투표자 {source['voters']}명, 사업 {source['projects']}개, 예산 {source['budget']} {source['currency']} ({used})"
            if ko
            else f"{source['voters']} voters, {source['projects']} projects, budget {source['budget']} {source['currency']} ({used})"
        )
        lines.append(
            f"선정 {many}개, 비용 {result['cost']}, 남은 예산 {result['left']}"
            if ko
            else f"{many} chosen, cost {result['cost']}, left {result['left']}"
        )
        for project in result["projects"]:
            mark = "✔" if project["won"] else "·"
            lines.append(f"  {mark} {project['id']} {project['name'][:60]}: {project[language]}")
        for group in result["ties"]:
            words = settings["tie_order"][language]
            lines.append(
                f"  동점: {', '.join(group)}. 먼저인 것: {words}" if ko else f"  Tie: {', '.join(group)}. First comes {words}."
            )  # fmt: skip
        official = result["official"]
        if official is not None:
            if official["same"]:
                lines.append(
                    "파일의 selected 열과 같아요." if ko else "The same as the column selected of the file."
                )
            else:
                lines.append(
                    "파일의 selected 열과 달라요." if ko else "Differs from the column selected of the file."
                )
                lines += [f"  · {one[language]}" for one in official["explanation"]]
        for note in result["notes"][:20]:
            place = (f"{note['line']}행: " if ko else f"line {note['line']}: ") if note["line"] else ""
            lines.append(f"  · {place}{note[language]}")
    lines.append(f"winners {' '.join(result['winners'])}")
    lines.append(f"file sha256 {source['sha256']}")
    lines.append(f"digest {result['digest']}")
    return lines
