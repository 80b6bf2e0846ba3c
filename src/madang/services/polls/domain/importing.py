"""Answers that were given elsewhere, brought here from a CSV file: read, coded and reported, never answered in.

`madang import poll FILE --column answer` or the desk. All of a file is taken or nothing; the same file again changes
nothing. Empty answers are left out and counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors, clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.imports import Option, Progress, Report, importer
from madang.kernel.models import Organisation
from madang.services.polls.domain import answer_file, counting
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain.questions import Draft
from madang.services.polls.enums import QuestionKind
from madang.services.polls.events import PollChanged
from madang.services.polls.models import Poll, Reply, Response, Trait

BATCH = 1_000
MOST_BYTES = 20_000_000
"""Of a file that comes through the desk."""


@transaction.atomic
def bring_in(
    *, actor: Actor, host: Organisation, path: Path, wish: answer_file.Wish, progress: Progress | None = None
) -> tuple[Poll, answer_file.Read | None]:
    """A closed poll with the answers of a file; the one that is there already, and None, where it was brought in before.

    Raises:
        RefusedError, answer_file.FileError: as `read`; or no mandate, or no source. Nothing is written then.
    """
    policy.require("polls.poll.create", actor, host)
    if not wish.source.strip():
        raise RefusedError(
            _("Say where the answers come from and under which licence."), "import.source", status=422
        )
    code = answer_file.code_of(path, wish)
    known = Poll.objects.filter(code=code).first()
    if known is not None:
        return known, None
    found = answer_file.read(path, wish)
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
    record = counting.record_of(poll)
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


def _questions(poll: Poll, wish: answer_file.Wish, found: answer_file.Read) -> list[Draft]:
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
    poll: Poll,
    drafts: Iterable[Draft],
    found: answer_file.Read,
    *,
    may_quote: bool,
    progress: Progress | None,
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
    wish = answer_file.Wish(
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
    except answer_file.FileError as error:
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


def summary(poll: Poll, found: answer_file.Read) -> str:
    """What came in, in a sentence."""
    return gettext(
        "Rows read: %(read)s. Answers kept: %(kept)s, different ones: %(distinct)s. Empty: %(empty)s. /polls/%(code)s/"
    ) % {
        "read": f"{found.read:,}",
        "kept": f"{len(found.rows):,}",
        "distinct": f"{found.distinct:,}",
        "empty": f"{found.empty:,}",
        "code": poll.code,
    }


def bring_in_upload(
    *, actor: Actor, host: Organisation, upload: UploadedFile, wish: answer_file.Wish
) -> tuple[Poll, answer_file.Read | None]:
    """The same for a file that comes through the desk."""
    if (upload.size or 0) > MOST_BYTES:
        raise RefusedError(
            _("The file is larger than 20 MB. Split it, or bring it in with the command."),
            "import.file",
            status=422,
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        return bring_in(actor=actor, host=host, path=path, wish=wish)
