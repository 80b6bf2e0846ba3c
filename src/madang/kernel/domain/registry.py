"""The registry of residents: making its hashes, taking a list in, finding one person in it."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, imports, places
from madang.kernel.actors import Actor
from madang.kernel.domain import assurance, audit
from madang.kernel.errors import RefusedError
from madang.kernel.logic import residents
from madang.kernel.models import Assurance, Registry, RegistryEntry, RegistryTry, User

TRIES = 5
TRY_DAYS = timedelta(days=1)
COLUMNS = ("name", "birth_date", "code")
LINE = re.compile(r"([0-9a-f]{64})(?: (\S+))?")
BATCH = 2000
HEADER = re.compile(r"#\s*madang-registry 1 n=(\d+) until=(\d{4}-\d\d-\d\d) key=([0-9a-f]{16})\s*")
WHAT = {
    "name": _("The name is missing."),
    "birth_date": _("The birth date is no day. Write it as 1990-01-31."),
    "code": _("The code has fewer than six letters and digits."),
}


def key() -> bytes:
    """The key of this installation, made once with owner-only rights. Without it no hash can be made or found."""
    path = Path(settings.HOME) / "registry.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return bytes.fromhex(path.read_text().strip())
    made = secrets.token_bytes(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(made.hex())
    return made


def hash_file(path: Path, *, until: date, cost: int = residents.COST) -> Iterator[str | imports.BadRow]:
    """The lines of the hashed list, first its header, and every line of the source that was left out.

    Raises:
        RefusedError: no such file, not text, or a column is missing.
    """
    secret, seen = key(), dict[str, int]()
    rows = imports.read_csv(path, COLUMNS)
    yield f"# madang-registry 1 n={cost} until={until} key={residents.fingerprint(secret)}"
    for line, row in rows:
        if row is None:
            yield imports.BadRow(line, _("The line has too few or too many cells."))
            continue
        try:
            words = residents.normal_form(*(row[column] or "" for column in COLUMNS))
        except residents.UnreadableError as error:
            yield imports.BadRow(line, WHAT[str(error)])
            continue
        if words in seen:
            yield imports.BadRow(line, _("The same person stands on line %(line)s.") % {"line": seen[words]})
            continue
        district = (row.get("district") or "").strip()
        if district and places.district(district) is None:
            yield imports.BadRow(line, _("There is no district with this code."))
            continue
        seen[words] = line
        yield f"{residents.digest(words, key=secret, cost=cost)} {district}".rstrip()


def take_in(*, actor: Actor, path: Path) -> imports.Report:
    """Make a hashed list the one that counts. Who was verified by the list before keeps her entry.

    Raises:
        RefusedError: no such file, no hashed list, made with another key, or already out of date.
    """
    cost, until, lines = _read(path)
    report, wanted, living = imports.Report(), dict[str, int](), dict[str, str]()
    for number, line in lines:
        report.read += 1
        found = LINE.fullmatch(line)
        digest, district = (found[1], found[2] or "") if found else ("", "")
        if not digest:
            report.bad.append(imports.BadRow(number, _("This is not a hash of 64 hexadecimal digits.")))
        elif district and places.district(district) is None:
            report.bad.append(imports.BadRow(number, _("There is no district with this code.")))
        elif digest in wanted:
            at = wanted[digest]
            report.bad.append(
                imports.BadRow(number, _("The same hash stands on line %(line)s.") % {"line": at})
            )
        else:
            wanted[digest], living[digest] = number, district
    if not wanted:
        raise RefusedError(_("The list holds no hash; nothing was changed."), "registry.empty", status=422)
    with transaction.atomic():
        before = Registry.objects.first()
        used = (
            dict(before.entries.filter(user__isnull=False).values_list("digest", "user_id")) if before else {}
        )
        made = Registry.objects.create(imported_at=clock.now(), until=until, cost=cost)
        RegistryEntry.objects.bulk_create(
            (
                RegistryEntry(
                    registry=made,
                    digest=digest,
                    district=living[digest],
                    user_id=used.get(digest),
                    used_at=made.imported_at if digest in used else None,
                )
                for digest in wanted
            ),
            batch_size=BATCH,
        )
        proofs = Assurance.objects.filter(source=Assurance.Source.REGISTRY, ended_at=None)
        staying = dict[str, list[int]]()
        for digest in wanted:
            if digest in used:
                staying.setdefault(living[digest], []).append(used[digest])
        for district, people in staying.items():
            proofs.filter(user__in=people).update(until=until, district=district)
        if before is not None:
            before.entries.all().delete()
        audit.record(
            actor=actor, action="kernel.registry.import", target=f"registry:{made.pk}", is_public=False,
            payload={"entries": len(wanted), "until": str(until.date())},
        )  # fmt: skip
    report.kept = len(wanted)
    return report


def _read(path: Path) -> tuple[int, datetime, list[tuple[int, str]]]:
    if not path.is_file():
        raise imports.no_file(path)
    if path.stat().st_size > imports.MAX_BYTES:
        raise RefusedError(_("The file is larger than 200 MB. Split it."), "import.too_large", status=422)
    text, _encoding = imports.decode(path.read_bytes())
    first, *rest = text.splitlines() or [""]
    header = HEADER.fullmatch(first)
    if header is None:
        raise RefusedError(
            _(
                "This is not a hashed list. Names must not come here: run “madang registry hash FILE --until DAY” first."
            ),
            "registry.header",
            status=422,
        )
    if header[3] != residents.fingerprint(key()):
        raise RefusedError(
            _(
                "The list was made with another key. Hash it again with the registry.key of this installation."
            ),
            "registry.key",
            status=422,
        )
    cost, until = int(header[1]), end_of(date.fromisoformat(header[2]))
    if until <= clock.now() or not 2**10 <= cost <= 2**20 or cost & (cost - 1):
        raise RefusedError(
            _("The first line names a day that has passed, or a wrong n. Hash the list again."),
            "registry.header",
            status=422,
        )
    return cost, until, [(at, line.strip()) for at, line in enumerate(rest, start=2) if line.strip()]


def end_of(day: date) -> datetime:
    """The moment at which a day is over in Seoul."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.SEOUL)


def current() -> Registry | None:
    """The list that counts, while it does."""
    newest = Registry.objects.first()
    return newest if newest is not None and newest.until > clock.now() else None


def tries_left(user: User) -> int:
    """How many wrong tries an account has left today."""
    made = RegistryTry.objects.filter(user=user, at__gt=clock.now() - TRY_DAYS).count()
    return max(0, TRIES - made)


def verify(*, actor: Actor, name: str, birth_date: str, code: str) -> Assurance:
    """Find this person in the registry; her entry is hers from then on.

    A wrong try counts even though nothing else is written, so this must not run inside a transaction.

    Raises:
        RefusedError: no list, too many tries, not found, or the entry has verified another account.
    """
    user = actor.account
    registry = current()
    if registry is None:
        raise RefusedError(_("There is no registry to look into at the moment."), "registry.none", status=409)
    words = _normal(name, birth_date, code)
    attempt = _count_try(user)
    digest = residents.digest(words, key=key(), cost=registry.cost)
    with transaction.atomic():
        entry = RegistryEntry.objects.select_for_update().filter(registry=registry, digest=digest).first()
        if entry is None:
            raise RefusedError(
                _("The registry does not know this name, birth date and code together. Check each of them."),
                "registry.unknown",
                status=422,
            )
        if entry.used_at is not None and entry.user_id != user.pk:
            raise RefusedError(
                _("This entry has verified another account already. If that was not you, tell the office."),
                "registry.used",
                status=409,
            )
        RegistryEntry.objects.filter(registry=registry, user=user).exclude(pk=entry.pk).update(user=None)
        entry.user, entry.used_at = user, clock.now()
        entry.save(update_fields=["user", "used_at"])
        attempt.delete()
        return assurance.grant(
            actor=actor,
            user=user,
            source=Assurance.Source.REGISTRY,
            until=registry.until,
            district=entry.district,
            born=residents.born(words),
        )


def find(*, name: str, birth_date: str, code: str) -> RegistryEntry | None:
    """The entry of a person whose papers an official has before her; None when the list does not know her. Nothing is written.

    Raises:
        RefusedError: there is no list, or something was not typed right.
    """
    registry = current()
    if registry is None:
        raise RefusedError(_("There is no registry to look into at the moment."), "registry.none", status=409)
    digest = residents.digest(_normal(name, birth_date, code), key=key(), cost=registry.cost)
    return registry.entries.select_related("user").filter(digest=digest).first()


def _normal(name: str, birth_date: str, code: str) -> str:
    try:
        return residents.normal_form(name, birth_date, code)
    except residents.UnreadableError as error:
        raise RefusedError(WHAT[str(error)], f"registry.{error}", status=422) from error


@transaction.atomic
def _count_try(user: User) -> RegistryTry:
    User.objects.select_for_update().get(pk=user.pk)
    RegistryTry.objects.filter(user=user, at__lte=clock.now() - TRY_DAYS).delete()
    if tries_left(user) == 0:
        raise RefusedError(
            _("Too many wrong tries. Wait a day, or ask the office."), "registry.tries", status=429
        )
    return RegistryTry.objects.create(user=user, at=clock.now())
