"""Importing the Gwanghwamoon 1st Street file: every row kept, duplicates merged and traced.

Runs in batches, each one transaction, so a killed import goes on where it stopped; running it again
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter as Tally
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Channel, EffectState, Kind, Origin, State
from madang.commons.matters.found import search_entries
from madang.commons.matters.models import Assignment, Effect, EffectReport, Matter
from madang.commons.search import api as search
from madang.kernel import clock, ids, text
from madang.kernel.actors import system
from madang.kernel.domain import audit
from madang.kernel.domain.rules import enact
from madang.kernel.errors import RefusedError
from madang.kernel.imports import BadRow, Progress, Report, read_csv
from madang.kernel.models import Audit, Counter, Organisation, Outbox, Rule, Trace
from madang.services.square import queries
from madang.services.square.models import Category, Cell, Idea, ImportedRow, Phase, Process, Space

SOURCE = "gwanghwamoon"
RULE = "square.archive.gwanghwamoon"
COLUMNS = ("category", "state", "date", "author", "author_kind", "likes", "title", "body")
BATCH = 200
BODY_MAX = 20_000

# The source's states as ours. "Under way" is an effect, not an answer: the source holds no answer text.
STATES = {
    "토론중": State.OPEN,
    "숙성중": State.MATURING,
    "토론종료": State.CLOSED,
    "숙성종료": State.CLOSED,
    "과제추진중": State.CLOSED,
}
UNDER_WAY = "과제추진중"
CREDIT = "Gwanghwamoon 1st Street (광화문1번가 혁신제안톡), crawl of 2020-05-24, MIT"

CATEGORIES = {
    "기타": ("Other", ""), "보건의료": ("Health care", "jade"), "공공행정": ("Public administration", "blue"),
    "사회복지": ("Social welfare", "jade"), "재난안전": ("Disaster and safety", "persimmon"),
    "산업고용": ("Industry and jobs", "plum"), "재정금융": ("Finance", "ochre"),
    "교통물류": ("Transport", "blue"), "문화관광": ("Culture and tourism", "plum"),
    "환경기상": ("Environment", "jade"), "교육": ("Education", "ochre"), "국토관리": ("Land", "ochre"),
    "과학기술": ("Science", "plum"), "식품건강": ("Food and health", "jade"),
    "농축수산": ("Farming and fishing", "jade"), "통일외교": ("Unification and diplomacy", "blue"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row that passed every check."""

    line: int
    category: str
    state: str
    posted_on: date
    author: str
    origin: str
    likes: int
    title: str
    body: str
    digest: str
    content: str

    @property
    def posted_at(self) -> datetime:
        # The source gives the day only.
        return datetime.combine(self.posted_on, time(), tzinfo=clock.SEOUL)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def parse(line: int, cells: dict[str, str] | None) -> Row | BadRow:
    """One row checked cell by cell; the reason names what is wrong."""
    if cells is None:
        return BadRow(line, _("the row does not have as many cells as the first line"))
    if cells["state"] not in STATES:
        return BadRow(line, _("unknown state “%(state)s”") % {"state": cells["state"][:20]})
    try:
        posted_on = date.fromisoformat(cells["date"].strip())
    except ValueError:
        return BadRow(line, _("the date “%(date)s” is not year-month-day") % {"date": cells["date"][:20]})
    if not date(2000, 1, 1) <= posted_on <= clock.today():
        return BadRow(line, _("the date %(date)s lies in the future or before 2000") % {"date": posted_on})
    likes = cells["likes"].strip()
    if not (likes.isascii() and likes.isdigit()) or len(likes) > 9:
        return BadRow(line, _("likes is not a whole number: “%(likes)s”") % {"likes": likes[:20]})
    if cells["author_kind"] not in (Origin.INDIVIDUAL, Origin.ORGANISED):
        return BadRow(line, _("unknown author_kind “%(kind)s”") % {"kind": cells["author_kind"][:20]})
    title = text.clean_line(cells["title"])
    if not title:
        return BadRow(line, _("the title is empty"))
    if len(title) > 200 or len(cells["body"]) > BODY_MAX:
        return BadRow(line, _("title or body is too long (200 and 20,000 characters)"))
    return Row(
        line=line,
        category=text.clean_line(cells["category"])[:40] or "기타",
        state=cells["state"],
        posted_on=posted_on,
        author=text.clean_line(cells["author"])[:40],
        origin=cells["author_kind"],
        likes=int(likes),
        title=title,
        body=text.clean(cells["body"]),
        digest=_digest(*(cells[column] for column in COLUMNS)),
        content=_digest(cells["title"], cells["body"]),
    )


@transaction.atomic
def archive() -> Process:
    """The space the rows go to, made on the first import: an archive, closed for everything."""
    found = Process.objects.filter(slug=SOURCE).select_related("space__host").first()
    if found is not None:
        return found
    host = Organisation.objects.filter(parent__isnull=True, valid_to__isnull=True).order_by("pk").first()
    if host is None:
        host = Organisation.objects.create(
            code="archive", name_ko="자료 보존", name_en="Archive", valid_from=date(2018, 1, 1)
        )
    enact(
        actor=system("import"),
        code=RULE,
        valid_from=date(2018, 1, 1),
        body={"threshold": 0, "answer": {"amount": 30, "unit": "calendar_days"}},
        source="The source's own thresholds and periods are not known; none are applied.",
    )
    space = Space.objects.create(
        slug=SOURCE,
        title_ko="광화문1번가 자료",
        title_en="Gwanghwamoon 1st Street archive",
        summary_ko="2018년 10월부터 2020년 5월까지 광화문1번가 혁신제안톡에 올라온 실제 제안입니다. 원본의 상태를 그대로 보여 주고, 여기서는 더 진행하지 않습니다.",
        summary_en="Real proposals of Gwanghwamoon 1st Street, October 2018 to May 2020. Shown with the source's own states; nothing goes on here.",
        host=host,
        is_archive=True,
        source=CREDIT,
        order=90,
    )
    phase = Phase.objects.create(
        space=space,
        order=1,
        title_ko="자료",
        title_en="Archive",
        starts_at=datetime(2018, 1, 1, tzinfo=clock.SEOUL),
    )
    process = Process.objects.create(
        space=space,
        slug=SOURCE,
        title_ko="혁신제안톡",
        title_en="Innovation proposals",
        rule_code=RULE,
        order=90,
    )
    Cell.objects.create(process=process, phase=phase)
    for order, (name, (english, tone)) in enumerate(CATEGORIES.items()):
        Category.objects.create(
            process=process, slug=name, title_ko=name, title_en=english, tone=tone or "blue", order=order
        )
    return process


def run(path: Path, progress: Progress) -> Report:
    """Import a file. Idempotent by line and digest of the row.

    Raises:
        RefusedError: the file cannot be read at all.
    """
    report = Report()
    rows: list[Row] = []
    known = dict(ImportedRow.objects.filter(source=SOURCE).values_list("line", "digest"))
    for line, cells in read_csv(path, COLUMNS):
        report.read += 1
        parsed = parse(line, cells)
        if isinstance(parsed, BadRow):
            report.bad.append(parsed)
        elif line in known:
            if known[line] == parsed.digest:
                report.already += 1
            else:
                report.bad.append(
                    BadRow(line, _("this line was imported before with other content; it was left as it was"))
                )
        else:
            rows.append(parsed)
    if not report.read:
        raise RefusedError(_("The file has no rows."), "import.empty", status=422)
    # The oldest of equal texts is the original; the file lists the newest first.
    rows.sort(key=lambda row: (row.posted_on, -row.line))
    process = archive()
    categories = {category.slug: category for category in process.categories.all()}
    kept = ImportedRow.objects.filter(source=SOURCE, matter__merged_into__isnull=True)
    originals = dict(kept.values_list("content_digest", "matter_id"))
    rule = Rule.objects.get(code=RULE)
    for start in range(0, len(rows), BATCH):
        _batch(rows[start : start + BATCH], process, rule, categories, originals)
        report.kept += len(rows[start : start + BATCH])
        progress(start + len(rows[start : start + BATCH]), len(rows))
    report.lines += _summary(report)
    return report


@transaction.atomic
def _batch(
    rows: list[Row], process: Process, rule: Rule, categories: dict[str, Category], originals: dict[str, int]
) -> None:
    """Write one batch with a handful of statements, acts and ledger leaves included."""
    host, phase = process.space.host, process.cells.select_related("phase").get().phase
    actor = system("import")
    numbers = _numbers(rows)
    matters = [_matter(row, number, rule, host, originals) for row, number in zip(rows, numbers, strict=True)]
    # Originals first: a duplicate may point to one of the same batch.
    firsts: dict[str, Matter] = {}
    duplicates: list[tuple[Row, Matter]] = []
    kept: list[Matter] = []
    for row, matter in zip(rows, matters, strict=True):
        if row.content in originals or row.content in firsts:
            duplicates.append((row, matter))
        else:
            firsts[row.content] = matter
            kept.append(matter)
    Matter.objects.bulk_create(kept)
    originals.update({content: matter.pk for content, matter in firsts.items()})
    for row, matter in duplicates:
        matter.state, matter.merged_into_id = State.MERGED, originals[row.content]
        matter.ended_at = matter.ended_at or row.posted_at
    Matter.objects.bulk_create([matter for _row, matter in duplicates])
    targets = dict(
        Matter.objects.filter(pk__in=[matter.merged_into_id for _row, matter in duplicates]).values_list(
            "pk", "number"
        )
    )
    for row in rows:
        if row.category not in categories:
            categories[row.category] = Category.objects.create(
                process=process, slug=row.category, title_ko=row.category, title_en=row.category
            )
    Idea.objects.bulk_create(
        Idea(
            matter=matter,
            process=process,
            phase=phase,
            category=categories[row.category],
            threshold=0,
            imported_likes=row.likes,
        )
        for row, matter in zip(rows, matters, strict=True)
    )
    Assignment.objects.bulk_create(
        Assignment(matter=matter, organisation=host, started_at=matter.filed_at) for matter in matters
    )
    ImportedRow.objects.bulk_create(
        ImportedRow(
            source=SOURCE,
            line=row.line,
            digest=row.digest,
            content_digest=row.content,
            category=row.category,
            state=row.state,
            origin=row.origin,
            likes=row.likes,
            posted_on=row.posted_on,
            matter=matter,
        )
        for row, matter in zip(rows, matters, strict=True)
    )
    acts: list[tuple[Audit, Outbox]] = [
        audit.build(
            actor=actor,
            action="matters.matter.import",
            target=matter.reference,
            at=matter.filed_at,
            after=matter.state,
            channel=Channel.IMPORT,
            payload={"row": row.digest, "content": row.content, "source": CREDIT, "state": row.state},
        )
        for row, matter in zip(rows, matters, strict=True)
    ]
    traces = []
    for row, matter in duplicates:
        target = f"matter:{targets[originals[row.content]]}"
        traces.append(
            Trace(
                kind=Trace.Kind.MERGES,
                source=matter.reference,
                target=target,
                evidence="The same title and body, letter by letter.",
                at=clock.now(),
            )
        )
        acts.append(
            audit.build(
                actor=actor,
                action="matters.matter.merge",
                target=matter.reference,
                at=clock.now(),
                after=State.MERGED,
                channel=Channel.IMPORT,
                reason_code="same_text",
                payload={"into": target},
            )
        )
    audit.record_many(acts)
    Trace.objects.bulk_create(traces)
    _effects(rows, matters, host)
    search.index_many(search_entries([matter for matter in matters if matter.state != State.MERGED]))


def _matter(row: Row, number: str, rule: Rule, host: Organisation, originals: dict[str, int]) -> Matter:
    state = STATES[row.state]
    return Matter(
        kind=Kind.IDEA,
        number=number,
        state=state,
        title=row.title,
        body=row.body,
        language=text.language_of(row.title + row.body),
        origin=row.origin,
        group_name="정부혁신국민포럼" if row.origin == Origin.ORGANISED else "",
        channel=Channel.IMPORT,
        author_label=row.author,
        filed_at=row.posted_at,
        rule=rule,
        host=host,
        responsible=host,
        ended_at=row.posted_at if state == State.CLOSED else None,
    )


def _numbers(rows: list[Row]) -> list[str]:
    """Public numbers in the month of posting, with one counter update a month."""
    wanted = Tally(f"ID-{row.posted_on:%y%m}" for row in rows)
    next_of: dict[str, int] = {}
    for key in sorted(wanted):
        counter, _made = Counter.objects.select_for_update().get_or_create(key=key)
        next_of[key] = counter.last
        counter.last += wanted[key]
        counter.save(update_fields=["last"])
    numbers = []
    for row in rows:
        key = f"ID-{row.posted_on:%y%m}"
        next_of[key] += 1
        numbers.append(ids.number("ID", row.posted_at, next_of[key]))
    return numbers


def _effects(rows: list[Row], matters: list[Matter], host: Organisation) -> None:
    """A row under way in the source becomes an effect under way of the matter that goes on."""
    wanted: dict[int, Row] = {}
    for row, matter in zip(rows, matters, strict=True):
        if row.state == UNDER_WAY:
            wanted.setdefault(matter.merged_into_id or matter.pk, row)
    have = set(Effect.objects.filter(matter__in=wanted).values_list("matter_id", flat=True))
    made = [
        Effect(matter_id=pk, owner=host, what="과제추진중 (원본의 상태)", state=EffectState.UNDER_WAY)
        for pk in wanted
        if pk not in have
    ]
    Effect.objects.bulk_create(made)
    EffectReport.objects.bulk_create(
        EffectReport(
            effect=effect,
            at=wanted[effect.matter_id].posted_at,
            state=EffectState.UNDER_WAY,
            text="원본에서 ‘과제추진중’으로 표시되었습니다. 그 뒤의 진행은 알 수 없습니다.",
        )
        for effect in made
    )


def _summary(report: Report) -> list[str]:
    """The figures of the whole archive after this run, ready to compare with the source."""
    found = queries.funnel(SOURCE)
    by_origin: dict[str, int] = defaultdict(int)
    for origin, counts in found.by_origin.items():
        by_origin[origin] = counts[UNDER_WAY]
    merged = Matter.objects.filter(number__isnull=False, state=State.MERGED, channel=Channel.IMPORT).count()
    return [
        gettext("%(read)s rows read: %(kept)s imported, %(already)s there already, %(bad)s left out.")
        % {"read": report.read, "kept": report.kept, "already": report.already, "bad": len(report.bad)},
        gettext("%(distinct)s distinct by title and body; %(merged)s duplicates merged and traced.")
        % {"distinct": found.distinct, "merged": merged},
        *(f"  {state}: {count}" for state, count in found.by_state.items()),
        gettext("Under way (%(state)s): %(organised)s by organised groups, %(individual)s by individuals.")
        % {"state": UNDER_WAY, "organised": by_origin["organised"], "individual": by_origin["individual"]},
    ]
