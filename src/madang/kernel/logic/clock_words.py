"""What the recomputing of a deadline says on a terminal, in English and Korean. Plain Python."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from madang.kernel.logic.clock_file import ClockFile, ClockFileError, read
from madang.kernel.logic.deadlines import ClockState, Step

Words = Callable[[str], object]
AGREES, DIFFERS, UNREADABLE = 0, 1, 2

DAYS = {
    "counted": ("counted", "셈에 넣음"),
    "saturday": ("Saturday", "토요일"),
    "sunday": ("Sunday", "일요일"),
    "holiday": ("public holiday", "공휴일"),
    "after_hours": ("after office hours", "근무시간 뒤"),
    "first_day": ("first day, not counted", "첫날은 넣지 않음"),
    "moved_to": ("the last day moved here", "마지막 날이 이날로 옮겨짐"),
    "outage": ("system out of order", "시스템 장애"),
    "supplement": ("the author was asked for more", "보완 요구"),
    "hearing": ("hearing", "의견 청취"),
    "expert_review": ("expert review", "전문가 검토"),
    "delivery": ("papers between public bodies", "기관 사이 서류 전달"),
    "representative": ("choosing a representative", "대표자 선정"),
    "precondition": ("something else had to be done first", "먼저 할 일"),
}
WHY = {
    "too_large": ("the file is too large", "파일이 너무 커요"),
    "no_json": (
        "this is not JSON; download the file again",
        "JSON 파일이 아니에요. 파일을 다시 내려받으세요",
    ),
    "unknown": ("this is not known here", "알 수 없는 값이에요"),
    "missing": ("this part is missing", "이 부분이 없어요"),
    "number": ("there are no events, or too many", "사건이 없거나 너무 많아요"),
    "no_moment": (
        "a moment is written as 2026-03-04T10:00:00+09:00",
        "시각은 2026-03-04T10:00:00+09:00처럼 적어요",
    ),
    "no_day": ("a day is written as 2026-03-04", "날짜는 2026-03-04처럼 적어요"),
    "no_list": ("this has to be a list", "목록이어야 해요"),
    "no_number": ("this has to be a whole number", "0 이상의 정수여야 해요"),
    "no_period": ("a period is a whole number and a unit", "기간은 정수와 단위로 적어요"),
    "no_hours": ("office hours are pairs of times, in order", "근무시간은 시작과 끝을 차례로 적어요"),
    "too_short": (
        "the holidays of the file end before the count does",
        "파일의 공휴일이 계산이 끝나는 날까지 미치지 않아요",
    ),
}
SAID = {
    "due": ("The resident's clock is due", "주민의 시계: 답변 기한"),
    "office": ("The office's clock is due", "부서의 시계: 답변 기한"),
    "stated": ("The site says the same.", "사이트의 날짜와 같아요."),
    "unstated": ("The file states no date to compare with.", "파일에 비교할 날짜가 없어요."),
    "differs": ("The site says something else", "사이트의 날짜와 달라요"),
    "wrong": ("The file cannot be computed", "파일을 계산할 수 없어요"),
    "events": ("Events, in order", "일어난 일"),
    "refused": ("the rule of the file does not allow this", "파일의 규칙이 허용하지 않는 일이에요"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command line, alone and under `madang`."""
    parser.add_argument("file", help="the JSON file of a clock, from its page")
    parser.add_argument("--lang", choices=["en", "ko"], default="en", help="language of what is said")


def run(options: dict[str, Any], say: Words, complain: Words) -> int:
    """Recompute the file and say day by day how; 0 where it agrees with what the site stated, 1 where not, 2 unread."""
    lang = 1 if options["lang"] == "ko" else 0
    try:
        file = read(Path(options["file"]).read_bytes())
        stands = file.count()
    except ClockFileError as error:
        why = WHY.get(
            error.why, (f"{SAID['refused'][0]} ({error.why})", f"{SAID['refused'][1]} ({error.why})")
        )
        complain(f"{SAID['wrong'][lang]}: {error.place}: {why[lang]}")
        return UNREADABLE
    except OSError as error:
        complain(f"{options['file']}: {error.strerror}")
        return UNREADABLE
    for line in lines(file, stands, lang):
        say(line)
    if file.due is None:
        say(SAID["unstated"][lang])
        return AGREES
    if file.agrees(stands):
        say(SAID["stated"][lang])
        return AGREES
    complain(
        f"{SAID['differs'][lang]}: {_moment(file.due)}"
        + (f", {_moment(file.office_due)}" if file.office_due else "")
    )
    return DIFFERS


def lines(file: ClockFile, stands: ClockState, lang: int) -> list[str]:
    """The count of both clocks, a line for each day."""
    found = [line for line in (file.number, f"{file.rule.code} v{file.rule.version}") if line]
    found += _count(file, stands, stands.steps, lang)
    found.append(f"{SAID['due'][lang]}: {_moment(stands.due)}")
    if stands.office_steps is not stands.steps:
        found += ["", *_count(file, stands, stands.office_steps, lang)]
        found.append(f"{SAID['office'][lang]}: {_moment(stands.office_due)}")
    return found


def _count(file: ClockFile, stands: ClockState, steps: tuple[Step, ...], lang: int) -> list[str]:
    in_hours = stands.counting == "working_seconds"
    return [f"{step.day}  {_running(step, in_hours):>7}  {_why(file, step, lang)}" for step in steps]


def _running(step: Step, in_hours: bool) -> str:
    if not step.counted:
        return ""
    if in_hours:
        return f"{step.running // 3600}:{step.running % 3600 // 60:02}"
    return str(step.running)


def _why(file: ClockFile, step: Step, lang: int) -> str:
    said = DAYS[step.reason][lang] if step.reason in DAYS else step.reason
    name = file.names.get(step.day, "") if step.reason == "holiday" else ""
    return f"{said}: {name}" if name else said


def _moment(moment: datetime) -> str:
    return moment.isoformat(" ")
