"""A conversation that was held with Polis, brought here with its votes: read, shown and exported, never voted in.

`madang import opinions FOLDER` (or a zip of it) reads `comments.csv`, `votes.csv` and `summary.csv` of a Polis export.
Importing the same conversation again changes nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.opinions.domain import counting
from madang.commons.opinions.export import record_of
from madang.commons.opinions.models import Board, Conversation, Statement, Vote
from madang.kernel import actors, clock, text
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.ids import CROCKFORD
from madang.kernel.imports import BadRow, Progress, Report, decode, importer, read_csv
from madang.kernel.logic import cells as table_cells
from madang.kernel.models import Organisation

BATCH = 2000
MOST = 200_000_000
TEXT_MAX = 1000
# What the publishers say of the conversations that they give away; of others the file says nothing.
OPEN_DATA = "compdemocracy/openData, CC BY 4.0"
KNOWN = {"5twd2jsnfk", "7wmvbjcjhp", "2arcefpshi", "3atycmhmer", "4yy3sh84js"}
COMMENTS = ("comment-id", "moderated", "comment-body")
VOTES = ("comment-id", "voter-id", "vote")


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    """The folder with the files; a zip is unpacked beside nothing else and thrown away afterwards."""
    if path.is_dir():
        yield path
        return
    if not zipfile.is_zipfile(path):
        raise RefusedError(
            _("%(path)s is neither a folder nor a zip file of a Polis export.") % {"path": path},
            "import.missing",
            status=422,
        )
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = Path(entry.filename).name
            if name in {"comments.csv", "votes.csv", "summary.csv"} and entry.file_size <= MOST:
                (Path(place) / name).write_bytes(archive.read(entry))
        yield Path(place)


def _summary(folder: Path) -> dict[str, str]:
    path = folder / "summary.csv"
    if not path.is_file():
        raise RefusedError(
            _("There is no summary.csv in %(path)s: it names the topic.") % {"path": folder},
            "import.missing",
            status=422,
        )
    content, _encoding = decode(path.read_bytes())
    return {row[0]: row[1] for row in csv.reader(io.StringIO(content, newline="")) if len(row) >= 2}


def _code(url: str) -> str:
    """The same conversation gets the same code, so that it is imported once."""
    number = int.from_bytes(hashlib.sha256(f"polis:{url}".encode()).digest()[:8], "big")
    return "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(6))


def _integer(cell: str) -> int | None:
    return (
        int(cell)
        if cell.removeprefix("-").isascii() and cell.removeprefix("-").isdigit() and len(cell) < 10
        else None
    )


@importer("opinions")
def run(path: Path, progress: Progress) -> Report:
    """Import one conversation.

    Raises:
        RefusedError: files or columns are missing, or there is no office yet that can host it.
    """
    report = Report()
    with _folder(path) as folder:
        _import(folder, progress, report)
    return report


@transaction.atomic
def _import(folder: Path, progress: Progress, report: Report) -> None:
    said = _summary(folder)
    topic = text.clean_line(said.get("topic", ""))[:120] or gettext("Untitled conversation")
    url = said.get("url", "").strip()
    code = _code(url or topic)
    if Conversation.objects.filter(code=code).exists():
        report.already = 1
        report.lines.append(
            gettext("This conversation is here already: /opinions/%(code)s/") % {"code": code}
        )
        return
    host = Organisation.objects.filter(parent=None).order_by("pk").first()
    if host is None:
        raise RefusedError(_("Set up the offices first."), "import.no_office", status=422)
    licence = OPEN_DATA if url.rsplit("/", 1)[-1] in KNOWN else gettext("licence not stated in the files")
    about = text.clean(said.get("conversation-description", ""))[:2000]
    conversation = Conversation.objects.create(
        code=code,
        host=host,
        question_ko=topic,
        question_en=topic,
        intro_ko=about,
        intro_en=about,
        created_at=clock.now(),
        is_archive=True,
        source=f"{url} · {licence}"[:300],
    )
    Board.objects.create(conversation=conversation)
    statements = _statements(folder, conversation, report)
    _votes(folder, conversation, statements, progress, report)
    counting.settle(conversation.pk)
    counting.test(conversation.pk)
    record = record_of(conversation)
    move(
        conversation,
        "archive",
        actor=actors.system("opinions.import"),
        payload=record,
        changes={"closed_at": clock.now(), "digest": record["votes_sha256"]},
    )
    report.lines.append(
        gettext("%(people)s people, %(answers)s answers, %(statements)s statements: /opinions/%(code)s/")
        % {**record, "code": code}
    )


def _statements(folder: Path, conversation: Conversation, report: Report) -> dict[int, int]:
    rows = []
    numbers: set[int] = set()
    for line, cells in read_csv(folder / "comments.csv", COMMENTS):
        report.read += 1
        number = _integer(cells["comment-id"]) if cells else None
        if cells is None or number is None or number < 0 or number in numbers:
            report.bad.append(BadRow(line, _("comments.csv: no usable comment-id")))
            continue
        numbers.add(number)
        words = text.clean_line(table_cells.read(cells["comment-body"]))[:TEXT_MAX]
        # Polis asks people all that was not moderated out; words without letters cannot be shown.
        is_shown = cells["moderated"].strip() != "-1" and bool(words)
        rows.append(
            Statement(
                conversation=conversation,
                number=number,
                text=words or "…",
                language=text.language_of(words),
                fingerprint=hashlib.sha256(f"{number}".encode()).hexdigest()[:32],
                at=conversation.created_at,
                state="shown" if is_shown else "hidden",
                reason_code="" if is_shown else "off_topic",
                note="" if is_shown else "moderated out at the source",
            )
        )
    Statement.objects.bulk_create(rows, batch_size=500)
    report.kept += len(rows)
    return dict(Statement.objects.filter(conversation=conversation).values_list("number", "pk"))


def _votes(
    folder: Path,
    conversation: Conversation,
    statements: dict[int, int],
    progress: Progress,
    report: Report,
) -> None:
    """Later rows of the file do not always come later: the timestamp decides, then the place in the file."""
    counted: dict[tuple[int, int], tuple[int, int, int]] = {}
    for line, cells in read_csv(folder / "votes.csv", VOTES):
        report.read += 1
        read = [_integer(cells[name].strip()) for name in VOTES] if cells else [None]
        if cells is None or None in read or read[0] not in statements or read[2] not in (-1, 0, 1):
            report.bad.append(BadRow(line, _("votes.csv: not a vote on a statement of comments.csv")))
            continue
        number, voter, value = (int(one) for one in read if one is not None)
        moment = int(cells.get("timestamp", "0") or 0) if cells.get("timestamp", "0").isdigit() else 0
        key = (number, voter)
        if key not in counted or (moment, line) > counted[key][:2]:
            counted[key] = (moment, line, value)
    keys = sorted(counted)
    for first in range(0, len(keys), BATCH):
        Vote.objects.bulk_create(
            Vote(
                conversation=conversation,
                statement_id=statements[number],
                participant=f"polis:{voter}",
                value=counted[number, voter][2],
            )
            for number, voter in keys[first : first + BATCH]
        )
        progress(min(first + BATCH, len(keys)), len(keys))
    report.kept += len(keys)
