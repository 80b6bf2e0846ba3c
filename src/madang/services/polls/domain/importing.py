"""Answers that were given elsewhere, brought here from a CSV file: read, coded and reported, never answered in.

`madang import poll FILE --column answer` or the desk. All of a file is taken or nothing; the same file again changes
nothing. Empty answers are left out and counted.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors, clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.ids import CROCKFORD
from madang.kernel.imports import BadRow, Option, Progress, Report, importer, read_csv
from madang.kernel.models import Organisation
from madang.services.polls.domain import polls
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain.questions import Draft
from madang.services.polls.enums import QuestionKind
from madang.services.polls.events import PollChanged
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Reply, Response, Trait

LONGEST = 20_000
"""Letters of one answer; longer cells are a sign that quotes are missing somewhere."""
BATCH = 1_000
SHOWN = 20
MOST_BYTES = 20_000_000
"""Of a file that comes through the desk."""


class FileError(RefusedError):
    """Rows that cannot be taken; nothing was imported. `bad` names each with its line."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        super().__init__(
            _("%(many)s rows cannot be taken, so nothing was imported. The first: line %(line)s, %(reason)s")
            % {"many": f"{len(bad):,}", "line": bad[0].line, "reason": bad[0].reason},
            "import.rows",
            status=422,
        )
        self.bad = tuple(bad)


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a file becomes what. `groups` are columns with few different values: what people or answers are grouped by."""

    column: str
    groups: tuple[str, ...] = ()
    day: str = ""
    title_ko: str = ""
    title_en: str = ""
    question_ko: str = ""
    question_en: str = ""
    source: str = ""
    distinct: bool = False
    may_quote: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.column, self.day, *self.groups) if name))


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    words: str
    day: date
    groups: tuple[str, ...]


@dataclass
class Read:
    """A file that was read: its answers, and how many rows had none or said what another had said."""

    rows: list[Row] = field(default_factory=list)
    read: int = 0
    empty: int = 0
    repeated: int = 0
    distinct: int = 0


def code_of(path: Path, wish: Wish) -> str:
    """The same file read in the same way gets the same code, so that it is imported once."""
    digest = hashlib.sha256(path.read_bytes())
    digest.update(repr((wish.column, wish.groups, wish.day, wish.distinct)).encode())
    number = int.from_bytes(digest.digest()[:8], "big")
    return "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(polls.SIZE))


def read(path: Path, wish: Wish) -> Read:
    """Look at every row before anything is written.

    Raises:
        RefusedError: 422, no text file, or a column is missing; the message names those that are there.
        FileError: 422, with every row that cannot be taken.
    """
    if not wish.column:
        raise RefusedError(_("Say which column holds the answers."), "import.column", status=422)
    found, bad, seen = Read(), [], set()
    for line, cells in read_csv(path, wish.columns):
        found.read += 1
        if cells is None:
            bad.append(BadRow(line, gettext("the row does not have as many cells as the first line")))
            continue
        row = _row(line, cells, wish)
        if isinstance(row, BadRow):
            bad.append(row)
        elif not row.words:
            found.empty += 1
        else:
            # As the file has it: what differs only in spaces is the business of the analysis, which cleans.
            said = cells[wish.column].strip()
            if said in seen:
                found.repeated += 1
            if said not in seen or not wish.distinct:
                found.rows.append(row)
            seen.add(said)
    found.distinct = len(seen)
    for place, name in enumerate(wish.groups):
        values = {row.groups[place] for row in found.rows if row.groups[place]}
        if len(values) > form.MOST_OPTIONS:
            bad.insert(
                0,
                BadRow(
                    1,
                    gettext(
                        "column “%(column)s” has %(many)s different values; to group by it has at most %(most)s"
                    )
                    % {"column": name, "many": f"{len(values):,}", "most": form.MOST_OPTIONS},
                ),
            )
    if bad:
        raise FileError(bad)
    if not found.rows:
        raise RefusedError(
            _("Column “%(column)s” holds no answer at all.") % {"column": wish.column},
            "import.empty",
            status=422,
        )
    return found


def _row(line: int, cells: dict[str, str], wish: Wish) -> Row | BadRow:
    words = text.clean(cells[wish.column])
    if len(words) > LONGEST:
        return BadRow(
            line,
            gettext(
                "column “%(column)s”: %(have)s characters, at most %(most)s. Is a quote missing before it?"
            )
            % {"column": wish.column, "have": f"{len(words):,}", "most": f"{LONGEST:,}"},
        )
    day = clock.today()
    if wish.day:
        try:
            day = date.fromisoformat(cells[wish.day].strip()[:10])
        except ValueError:
            return BadRow(
                line,
                gettext("column “%(column)s”: “%(cell)s” is no day like 2018-03-05")
                % {"column": wish.day, "cell": cells[wish.day][:20]},
            )
    groups = tuple(text.clean_line(cells[name]) for name in wish.groups)
    for name, value in zip(wish.groups, groups, strict=True):
        if len(value) > 100:
            return BadRow(
                line,
                gettext("column “%(column)s”: a group has at most 100 characters") % {"column": name},
            )
    return Row(line, words, day, groups)


@transaction.atomic
def bring_in(
    *, actor: Actor, host: Organisation, path: Path, wish: Wish, progress: Progress | None = None
) -> tuple[Poll, Read | None]:
    """A closed poll with the answers of a file; the one that is there already, and None, where it was brought in before.

    Raises:
        RefusedError, FileError: as `read`; or no mandate, or no source. Nothing is written then.
    """
    policy.require("polls.poll.create", actor, host)
    if not wish.source.strip():
        raise RefusedError(
            _("Say where the answers come from and under which licence."), "import.source", status=422
        )
    code = code_of(path, wish)
    known = Poll.objects.filter(code=code).first()
    if known is not None:
        return known, None
    found = read(path, wish)
    title_ko = text.clean_line(wish.title_ko or wish.title_en or path.stem)[:120]
    title_en = text.clean_line(wish.title_en or wish.title_ko or path.stem)[:160]
    at = clock.now()
    poll = Poll.objects.create(
        code=code,
        host=host,
        title_ko=title_ko,
        title_en=title_en,
        consent_ko="다른 곳에서 받은 답변입니다.",
        consent_en="These answers were given elsewhere.",
        channels=["import"],
        created_at=at,
        changed_at=at,
        is_archive=True,
        source=text.clean_line(wish.source)[:300],
    )
    rows = _questions(poll, wish, found)
    _write(poll, rows, found, may_quote=wish.may_quote, progress=progress)
    audit.record(
        actor=actor,
        action="polls.poll.create",
        target=poll.reference,
        after=poll.state,
        organisation=host,
        is_public=False,
    )
    record = polls.record_of(poll)
    fresh = move(
        poll,
        "bring_in",
        actor=actor,
        organisation=host,
        payload=record | {"source": poll.source, "column": wish.column},
        changes={"closed_at": at, "digest": record["responses_sha256"]},
    )
    publish(PollChanged(fresh.pk, fresh.about, fresh.state))
    return fresh, found


def _questions(poll: Poll, wish: Wish, found: Read) -> list[Draft]:
    drafts = [
        Draft(
            QuestionKind.TEXT,
            wish.question_ko or poll.title_ko,
            wish.question_en or poll.title_en,
            is_headline=True,
        )
    ]
    for place, name in enumerate(wish.groups):
        values = sorted({row.groups[place] for row in found.rows if row.groups[place]})
        drafts.append(
            Draft(
                QuestionKind.CHOICE,
                name[:300],
                name[:300],
                is_trait=True,
                options=tuple((v, v) for v in values),
            )
        )
    questioning.replace(poll, drafts)
    return drafts


def _write(
    poll: Poll, drafts: Iterable[Draft], found: Read, *, may_quote: bool, progress: Progress | None
) -> None:
    headline, *grouped = poll.questions.order_by("number")
    codes = [{option["ko"]: option["code"] for option in row.options} for row in grouped]
    for start in range(0, len(found.rows), BATCH):
        part = found.rows[start : start + BATCH]
        made = Response.objects.bulk_create(
            [
                Response(
                    poll=poll,
                    day=row.day,
                    channel="import",
                    language=text.language_of(row.words),
                    may_quote=may_quote,
                )
                for row in part
            ]
        )
        Reply.objects.bulk_create(
            [
                Reply(response=response, question=headline, value=row.words)
                for response, row in zip(made, part, strict=True)
            ]
        )
        Trait.objects.bulk_create(
            [
                Trait(response=response, question=question, value=known[value])
                for response, row in zip(made, part, strict=True)
                for question, known, value in zip(grouped, codes, row.groups, strict=True)
                if value
            ]
        )
        if progress is not None:
            progress(start + len(part), len(found.rows))


@importer(
    "poll",
    Option("column", "the column that holds the answers"),
    Option("group", "a column to group by, such as age; may be given several times", is_list=True),
    Option("day", "the column with the day of the answer"),
    Option("title", "title of the poll in Korean"),
    Option("title_en", "title in English"),
    Option("source", "where the answers come from, and their licence"),
    Option("office", "code of the office that hosts it; the top one without it"),
    Option("distinct", "take each text once", is_flag=True),
    Option("may_quote", "the licence allows to quote", is_flag=True),
)
def run(path: Path, progress: Progress, **given: object) -> Report:
    """Import one file as a poll held elsewhere.

    Raises:
        RefusedError: what is missing, or no office yet that can host it.
    """
    office = str(given.get("office", ""))
    offices = Organisation.objects.filter(code=office) if office else Organisation.objects.filter(parent=None)
    host = offices.order_by("pk").first()
    if host is None:
        raise RefusedError(_("Set up the offices first."), "import.no_office", status=422)
    groups = given.get("group", ())
    wish = Wish(
        column=str(given.get("column", "")),
        groups=tuple(str(name) for name in groups) if isinstance(groups, list | tuple) else (),
        day=str(given.get("day", "")),
        title_ko=str(given.get("title", "")),
        title_en=str(given.get("title_en", "")),
        source=str(given.get("source", "")),
        distinct=bool(given.get("distinct")),
        may_quote=bool(given.get("may_quote")),
    )
    report = Report()
    if not path.is_file():
        raise RefusedError(_("There is no file at %(path)s.") % {"path": path}, "import.missing", status=422)
    try:
        poll, found = bring_in(
            actor=actors.system("import"), host=host, path=path, wish=wish, progress=progress
        )
    except FileError as error:
        report.bad = list(error.bad)
        report.lines.append(str(error))
        return report
    if found is None:
        report.already = 1
        report.lines.append(gettext("This file is here already: /polls/%(code)s/") % {"code": poll.code})
        return report
    report.read, report.kept = found.read, len(found.rows)
    report.lines.append(summary(poll, found))
    return report


def summary(poll: Poll, found: Read) -> str:
    """What came in, in a sentence."""
    return gettext(
        "%(read)s rows read, %(kept)s answers kept (%(distinct)s different), %(empty)s empty: /polls/%(code)s/"
    ) % {
        "read": f"{found.read:,}",
        "kept": f"{len(found.rows):,}",
        "distinct": f"{found.distinct:,}",
        "empty": f"{found.empty:,}",
        "code": poll.code,
    }


def bring_in_upload(
    *, actor: Actor, host: Organisation, upload: object, wish: Wish
) -> tuple[Poll, Read | None]:
    """The same for a file that comes through the desk."""
    size = int(getattr(upload, "size", 0))
    if size > MOST_BYTES:
        raise RefusedError(
            _("The file is larger than 20 MB. Split it, or bring it in with the command."),
            "import.file",
            status=422,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        with path.open("wb") as file:
            for chunk in upload.chunks():  # type: ignore[attr-defined]
                file.write(chunk)
        return bring_in(actor=actor, host=host, path=path, wish=wish)
