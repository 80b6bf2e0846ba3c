"""A file of ballots in Pabulib's format becomes an election that anyone can recount."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors, clock, text
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.imports import MAX_BYTES, BadRow, Option, Progress, Report, importer, no_file
from madang.kernel.saying import in_english
from madang.services.budgeting.domain import counting
from madang.services.budgeting.logic import pabulib
from madang.services.budgeting.logic.faults import CountError
from madang.services.budgeting.models import Election, Item

PABULIB = "Pabulib: Participatory Budgeting Library"
PABULIB_URL = "https://pabulib.org"
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def _held_until(written: str) -> date | None:
    """The last day of the vote as Pabulib writes it (25.10.2026); None where it is no day."""
    match = DAY.fullmatch(written.strip())
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC).date()
    except ValueError:
        return None


def _slug(meta: dict[str, str], digest: str) -> str:
    words = slugify("-".join(filter(None, (meta.get("unit"), meta.get("instance"), meta.get("subunit")))))
    found = words[:50].strip("-") or digest[:10]
    return f"{found}-{digest[:6]}" if Election.objects.filter(slug=found).exists() else found


@transaction.atomic
def bring_in(
    data: bytes,
    *,
    slug: str = "",
    title: str = "",
    source: str = "",
    source_url: str = "",
    is_demo: bool = False,
    tie_order: str = "id",
    increment: str = "1",
) -> tuple[Election, bool]:
    """Keep a file of ballots and have it counted by every rule. The same file a second time changes nothing.

    Args:
        data: the bytes of the file.
        slug: how it is called in addresses; made from place and year without it.
        tie_order: who is first of equals when it is counted.
        increment: step of a share when shares grow, in the currency.

    Returns:
        The election, and whether it is new.

    Raises:
        CountError: the file cannot be counted; its problems say why and what to do.
        RefusedError: another election has this slug.
    """
    digest = hashlib.sha256(data).hexdigest()
    known = Election.objects.filter(digest=digest).defer("packed").first()
    if known is not None:
        return known, False
    read = pabulib.read(data)
    meta = read.meta
    if slug and Election.objects.filter(slug=slug).exists():
        raise RefusedError(
            _("Another election is called that already. Choose another name."), "budgeting.slug", status=409
        )
    one = Election(
        slug=slug or _slug(meta, digest),
        title=text.clean_line(title or meta.get("description", "") or meta.get("unit", ""))[:200]
        or digest[:10],
        place=text.clean_line(" · ".join(filter(None, (meta.get("unit"), meta.get("subunit")))))[:120],
        country=text.clean_line(meta.get("country", ""))[:60],
        occasion=text.clean_line(meta.get("instance", ""))[:60],
        held_until=_held_until(meta.get("date_end", "")),
        currency=text.clean_line(meta.get("currency", ""))[:8],
        unit=read.unit,
        budget=read.budget,
        voters=read.voters,
        vote_type=read.vote_type,
        rule=text.clean_line(meta.get("rule", ""))[:60],
        remark=text.clean(meta.get("comment", ""))[:4000],
        language=meta.get("language", "")[:8],
        is_demo=is_demo,
        tie_order=tie_order,
        increment=increment,
        source=source or PABULIB,
        source_url=source_url or ("" if source else PABULIB_URL),
        digest=digest,
        brought_at=clock.now(),
    )
    one.ballots = data
    one.save()
    Item.objects.bulk_create(
        Item(
            election=one,
            code=project.id[:60],
            order=at,
            name=text.clean_line(project.name)[:400] or project.id,
            cost=project.cost,
            votes=votes,
            won=_won(project.columns.get("selected", "")),
        )
        for at, (project, votes) in enumerate(zip(read.projects, read.votes(), strict=True))
    )
    counting.ask_for_all(one)
    audit.record(
        actor=actors.system("import"),
        action="budgeting.election.bring_in",
        target=one.reference,
        payload={"file_sha256": digest, "source": one.source},
    )
    return one, True


def _won(selected: str) -> bool | None:
    """Pabulib: 0 not funded, 1 funded, 2 and 3 funded in part or later by other money."""
    return {"0": False, "1": True}.get(selected.strip())


@importer(
    "pabulib",
    Option("slug", "how it is called in addresses; made from place and year without it"),
    Option("title", "its title; the description in the file without it"),
    Option("source", "where the file comes from, and its licence"),
    Option("source_url", "address of the source"),
)
def run(path: Path, progress: Progress, **given: object) -> Report:
    """Import one file of ballots.

    Raises:
        RefusedError: there is no such file, it is too large, or another election has the name.
    """
    if not path.is_file():
        raise no_file(path)
    if path.stat().st_size > MAX_BYTES:
        raise RefusedError(_("The file is larger than 200 MB. Split it."), "import.too_large", status=422)
    report = Report()
    slug, title, source, source_url = (
        str(given.get(name, "") or "") for name in ("slug", "title", "source", "source_url")
    )
    try:
        one, is_new = bring_in(
            path.read_bytes(), slug=slug, title=title, source=source, source_url=source_url
        )
    except CountError as error:
        is_english = in_english()
        report.bad = [BadRow(said.line, said.en if is_english else said.ko) for said in error.problems]
        return report
    if not is_new:
        report.already = 1
        report.lines.append(gettext("This file is here already: /budget/%(slug)s/") % {"slug": one.slug})
        return report
    report.read = report.kept = one.voters
    report.lines.append(
        gettext("%(voters)s ballots, %(projects)s projects: /budget/%(slug)s/. The worker counts them now.")
        % {"voters": f"{one.voters:,}", "projects": one.items.count(), "slug": one.slug}
    )
    return report
