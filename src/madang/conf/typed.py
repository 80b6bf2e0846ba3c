"""What was typed wrongly after `madang`, said in both languages and with what to do. Ends with 2, as argparse does."""

from __future__ import annotations

import difflib
import re
import sys
from typing import Any, NoReturn

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand, CommandParser

FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"the following arguments are required: (.+)",
        "This is missing: {0}.",
        "다음이 빠졌습니다: {0}.",
    ),
    (r"one of the arguments (.+) is required", "Give one of these: {0}.", "다음 중 하나를 적으세요: {0}."),
    (
        r"unrecognized arguments: (.+)",
        "This command does not know {0}.",
        "이 명령에 없는 내용입니다: {0}.",
    ),
    (
        r"ambiguous option: (\S+) could match (.+)",
        "{0} may mean {1}. Write it in full.",
        "{0}에 맞는 것이 여럿입니다: {1}. 끝까지 적으세요.",
    ),
    (
        r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)",
        "{0} cannot be {1}. Choose from: {2}.",
        "{0} 자리에 {1}은(는) 쓸 수 없습니다. 다음에서 고르세요: {2}.",
    ),
    (
        r"argument (.+?): invalid (?:int|number) value: (.+)",
        "{0} has to be a whole number, but it is {1}.",
        "{0}에는 정수를 적어야 하는데 {1}(으)로 적혀 있습니다.",
    ),
    (
        r"argument (.+?): invalid float value: (.+)",
        "{0} has to be a number, but it is {1}.",
        "{0}에는 수를 적어야 하는데 {1}(으)로 적혀 있습니다.",
    ),
    (
        r"argument (.+?): invalid fromisoformat value: (.+)",
        "{0} has to be a day that exists, such as 2026-11-29, but it is {1}.",
        "{0}에는 2026-11-29처럼 실제로 있는 날짜를 적어야 하는데 {1}(으)로 적혀 있습니다.",
    ),
    (
        r"argument (.+?): invalid \S+ value: (.+)",
        "{0} cannot be {1}.",
        "{0}에는 {1}을(를) 쓸 수 없습니다.",
    ),
    (
        r"argument (.+?): expected .*",
        "Something has to stand behind {0}, or it stands there more often than it should.",
        "{0} 뒤에 적을 내용이 없거나 개수가 맞지 않습니다.",
    ),
    (
        r"argument (.+?): not allowed with argument (.+)",
        "{0} and {1} do not go together. Leave one out.",
        "{0}과(와) {1}은(는) 함께 쓸 수 없습니다. 하나를 빼세요.",
    ),
    (
        r"argument (.+?): ignored explicit argument (.+)",
        "{0} takes no value, but {1} stands behind it.",
        "{0}에는 값을 적지 않는데 {1}이(가) 적혀 있습니다.",
    ),
)
HINT = (
    "Nothing was done. What it takes: {program} --help",
    "아무것도 하지 않았습니다. 쓰는 법: {program} --help",
)


def explain(message: str, program: str) -> str:
    """What argparse found, in English and Korean. Words of our own, in both languages already, stay as they are."""
    said = [message.strip()] * 2
    for form, *words in FORMS:
        found = re.fullmatch(form, message.strip(), re.DOTALL)
        if found:
            said = [each.format(*found.groups()) for each in words]
            break
    lines = [said[0], HINT[0], said[1], HINT[1]]
    return "\n".join(dict.fromkeys(line.format(program=program) if line in HINT else line for line in lines))


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        if not self.called_from_command_line:
            super().error(message)  # `call_command`: an exception
        sys.stderr.write(f"{explain(message, self.prog)}\n")
        sys.exit(2)


class Utility(ManagementUtility):
    """Django's commands, which say in two languages what was typed wrongly."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command of that name; ends with 1 where there is none."""
        known = sorted(get_commands())
        if subcommand not in known:
            near = ", ".join(difflib.get_close_matches(subcommand, known))
            sys.stderr.write(
                f"There is no command “{subcommand}”.{f' Did you mean: {near}?' if near else ''} All of them: madang help\n"
                f"“{subcommand}” 명령은 없습니다.{f' 혹시 이것인가요: {near}?' if near else ''} 전체 목록: madang help\n"
            )
            sys.exit(1)
        command: BaseCommand = super().fetch_command(subcommand)
        make = command.create_parser

        def create(prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
            parser = make(prog_name, subcommand, **kwargs)
            _ours(parser)
            return parser

        command.create_parser = create  # type: ignore[method-assign] # of this one object, Django's class stays
        return command


def _ours(parser: CommandParser) -> None:
    """This parser and those of its sub-commands say their errors in two languages."""
    parser.__class__ = _Parser
    for action in parser._actions:
        choices = getattr(action, "choices", None)
        for below in choices.values() if isinstance(choices, dict) else ():
            if isinstance(below, CommandParser):
                _ours(below)
