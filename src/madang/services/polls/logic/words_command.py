"""`madang words FILE.csv --column 의견 --json OUT`: the words of free answers, for anyone, without a database.

Also without Django: `python -m madang.services.polls.logic FILE.csv …`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

OK, BAD_INPUT, DIED = 0, 2, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options; nothing heavy is loaded for `--help`."""
    add = parser.add_argument
    add("file", type=Path, help="CSV file with one answer a row (UTF-8, UTF-16 or CP949)")
    add(
        "--column",
        action="append",
        required=True,
        metavar="NAME",
        help="column with the answer; may be given again",
    )
    add("--person", metavar="NAME", help="column that tells persons apart (each row its own where not given)")
    add("--group", metavar="NAME", help="column by which parts are compared with the rest")
    add("--key", metavar="NAME", help="column that names an answer (default: the number of its row)")
    add("--json", type=Path, metavar="OUT", help="file to write the document to; - for the output")
    add(
        "--reference",
        type=Path,
        metavar="FILE",
        help="CSV with other answers, to compare with; the same columns",
    )
    add(
        "--boilerplate",
        metavar="LIST",
        default="listed",
        help="file with one phrase a line to take out, or none",
    )
    add("--lexicon", type=Path, metavar="FILE", help="another lexicon")
    add(
        "--around",
        action="append",
        default=[],
        metavar="WORD",
        help="a word whose company is listed; may be given again",
    )
    add(
        "--copies",
        choices=["persons", "texts", "all"],
        default="persons",
        help="what is counted of equal texts: one a person (default), one, or all",
    )
    add(
        "--names",
        choices=["masked", "kept"],
        default="masked",
        help="what looks like a person's name (default: masked)",
    )
    add("--no-quotes", action="store_true", help="show no sentences of answers")
    add("--seed", type=int, default=1, help="of the resamplings (default 1)")
    add("--resamples", type=int, default=200, help="resamplings of persons (default 200)")
    add(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="processes that read (default 1; each needs 0.6 GB)",
    )
    add("--resume", action="store_true", help="go on with what an earlier run has left beside OUT")


def run(options: dict[str, Any], say: Callable[[str], object], complain: Callable[[str], object]) -> int:
    """Makes the document and returns the exit code: 0, 2 for a file or an option that will not do, 3 where reading broke off."""
    from madang.services.polls.logic.analysis import written
    from madang.services.polls.logic.chunks import ReaderDiedError
    from madang.services.polls.logic.csv_answers import FileError
    from madang.services.polls.logic.lexicon import LexiconError

    target: Path | None = options["json"]
    try:
        document = _document(options, target)
        if target is not None and str(target) != "-":
            _write(target, written(document))
    except (FileError, LexiconError) as error:
        complain(str(error))
        return BAD_INPUT
    except (ReaderDiedError, MemoryError) as error:
        complain(_broken_off(options, target, was_killed=isinstance(error, ReaderDiedError)))
        return DIED
    if target is not None and str(target) == "-":
        say(written(document).decode().rstrip("\n"))
    else:
        say("\n".join(summary(document)))
    return OK


def _broken_off(options: dict[str, Any], target: Path | None, *, was_killed: bool) -> str:
    """What happened, what is left, and what to do."""
    workers, has_folder = options["workers"], target is not None and str(target) != "-"
    ko = [
        "낱말을 읽던 프로세스가 밖에서 종료되었습니다. 대개 메모리가 모자랄 때 그렇습니다."
        if was_killed
        else "메모리가 모자라서 멈추었습니다."
    ]
    en = [
        "A process that was reading words was ended from outside, most often because memory had run out."
        if was_killed
        else "Memory has run out."
    ]
    if has_folder:
        ko.append(f"읽은 것은 {target}.parts에 남아 있습니다. --resume을 붙여 다시 실행하면 이어서 합니다.")
        en.append(f"What was read is kept in {target}.parts. Run it again with --resume to go on from there.")
    else:
        ko.append("--json에 파일 이름을 주면 다음에는 읽은 것이 남습니다.")
        en.append("Name a file with --json, and what was read is kept the next time.")
    if workers > 1:
        ko.append(f"--workers를 {workers}보다 작게 하면 메모리를 덜 씁니다(프로세스마다 0.6 GB).")
        en.append(f"Fewer than {workers} --workers take less memory (0.6 GB each).")
    return " ".join(ko) + "\n" + " ".join(en)


def _document(options: dict[str, Any], target: Path | None) -> dict[str, Any]:
    from madang.services.polls.logic import chunks
    from madang.services.polls.logic.analysis import Settings, finish
    from madang.services.polls.logic.csv_answers import read_answers

    _sensible(options)
    how = _how(options)
    columns = {"person": options["person"], "group": options["group"], "key": options["key"]}
    answers = read_answers(options["file"], options["column"], quote=not options["no_quotes"], **columns)
    reference = None
    if options["reference"] is not None:
        reference = read_answers(
            options["reference"], options["column"], person=options["person"], quote=False
        )
    settings = Settings(
        seed=options["seed"],
        resamples=options["resamples"],
        around=tuple(options["around"]),
        copies=options["copies"],
    )
    folder = None
    if target is not None and str(target) != "-":
        folder = target.with_name(target.name + ".parts")
        if not options["resume"]:
            chunks.clear(folder)
    texts = [one.text for one in answers]
    with _progress() as progress:
        read = chunks.run(texts, how, folder=folder, workers=options["workers"], progress=progress)
    other = None
    if reference is not None:
        other = chunks.run([one.text for one in reference], how, folder=folder, workers=options["workers"])
    document = finish(answers, read, settings, how=how, reference=reference, reference_chunks=other)
    if folder is not None:
        chunks.clear(folder)
    return document


def _how(options: dict[str, Any]) -> Any:
    from madang.services.polls.logic import boilerplate, lexicon, reading

    phrases = boilerplate.listed()
    if options["boilerplate"] == "none":
        phrases = boilerplate.NONE
    elif options["boilerplate"] != "listed":
        lines = _text(Path(options["boilerplate"])).splitlines()
        phrases = boilerplate.made(line for line in lines if not line.startswith("#"))
    words = lexicon.listed() if options["lexicon"] is None else lexicon.read(_text(options["lexicon"]))
    return reading.How(words, phrases, options["names"])


def _text(path: Path) -> str:
    from madang.kernel.logic.encodings import decoded
    from madang.services.polls.logic.csv_answers import FileError, Said

    try:
        found = decoded(path.read_bytes())
    except OSError as error:
        raise FileError(
            Said(
                "unreadable",
                f"{path} cannot be read ({error.strerror}). Check its name.",
                f"{path} 파일을 읽을 수 없습니다({error.strerror}). 이름을 확인해 주세요.",
            )
        ) from error
    if found is None:
        raise FileError(
            Said(
                "encoding",
                f"{path} is neither UTF-8 nor CP949 text. Save it as UTF-8 and try again.",
                f"{path} 파일이 UTF-8도 CP949도 아닙니다. UTF-8로 저장해서 다시 시도해 주세요.",
            )
        )
    return found[0]


def _write(target: Path, data: bytes) -> None:
    from madang.services.polls.logic.csv_answers import FileError, Said

    try:
        target.write_bytes(data)
    except OSError as error:
        raise FileError(
            Said(
                "unwritable",
                f"{target} cannot be written ({error.strerror}). Name a file in a folder that exists.",
                f"{target} 파일을 쓸 수 없습니다({error.strerror}). 있는 폴더 안의 파일 이름을 적어 주세요.",
            )
        ) from error


def _sensible(options: dict[str, Any]) -> None:
    from madang.services.polls.logic.csv_answers import FileError, Said

    limits = {"seed": (0, 2**32 - 1), "resamples": (40, 10_000), "workers": (1, 64)}
    for name, (low, high) in limits.items():
        if not low <= options[name] <= high:
            raise FileError(
                Said(
                    "option",
                    f"--{name} must be from {low} to {high}.",
                    f"--{name} 값은 {low}에서 {high} 사이여야 합니다.",
                )
            )
    target = options["json"]
    if target is not None and str(target) != "-" and not target.parent.is_dir():
        raise FileError(
            Said(
                "unwritable",
                f"There is no folder {target.parent}. Name a file in a folder that exists.",
                f"{target.parent} 폴더가 없습니다. 있는 폴더 안의 파일 이름을 적어 주세요.",
            )
        )


class _progress:  # noqa: N801 - reads as a function
    """A bar on the error output while answers are read; nothing where that is no terminal."""

    def __enter__(self) -> Callable[[int, int], None]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        console = Console(stderr=True)
        self.bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.bar.start()
        task = self.bar.add_task("")
        return lambda done, total: self.bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self.bar.stop()


def summary(document: dict[str, Any]) -> list[str]:
    """What is printed: first in Korean, then in English."""
    return [*_summary(document, ko=True), *_summary(document, ko=False)]


def _summary(document: dict[str, Any], *, ko: bool) -> Iterable[str]:
    counted, cleaned = document["counted"], document["cleaning"]
    copies, given = cleaned["copies"], document["input"]["answers"]
    yield (
        f"답변 {given}건 중 {counted['answers']}건({counted['persons']}명)을 세었습니다. "
        f"빈 답변 {cleaned['kinds']['empty']}건, 같은 사람의 같은 글 등 {copies['not_counted']}건은 뺐습니다."
        if ko
        else f"{counted['answers']} of {given} answers ({counted['persons']} persons) are counted; "
        f"left out: {cleaned['kinds']['empty']} empty, {copies['not_counted']} copies."
    )
    for row in document["words"][:10]:
        yield (
            f"  {row['rank']}. {row['word']}: {row['answers']}건, {100 * row['share']:.1f} %"
            f" ({100 * row['share_low']:.1f}–{100 * row['share_high']:.1f})"
            if ko
            else f"  {row['rank']}. {row['word']}: {row['answers']} answers, {100 * row['share']:.1f} %"
            f" ({100 * row['share_low']:.1f}–{100 * row['share_high']:.1f})"
        )
    for around in document["around"][: len(document["settings"]["around"])]:
        found = ", ".join(f"{row['word']} (G² {row['g2']:.1f})" for row in around["with"][:10]) or "–"
        yield f"“{around['word']}” 곁에 나온 말: {found}" if ko else f"With “{around['word']}”: {found}"
    for one in cleaned["boilerplate"]["proposed"][:5]:
        yield (
            f"여러 답변에 똑같이 들어 있는 말(빼지 않았습니다): “{one['phrase']}” {one['answers']}건"
            if ko
            else f"Shared to the letter, and left in: “{one['phrase']}” in {one['answers']} answers"
        )
