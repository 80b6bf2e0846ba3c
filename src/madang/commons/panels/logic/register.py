"""Reading a register: which column is what, which rows are good, and why the others are not."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

ROLES = ("name", "birth", "contact", "household", "feature", "skip")
BANDS = ((0, 17), (18, 29), (30, 39), (40, 49), (50, 59), (60, 69), (70, 120))
OLDEST = 120
MOST_VALUES = 40
"""A column with more different values is no feature: it would be a name or a number."""


class RegisterError(ValueError):
    """The file as a whole cannot be read; `args[0]` is a code of `web.words`, the rest its facts."""


@dataclass(frozen=True)
class Bad:
    """A row that is left out: its line, a code and the facts of its sentence."""

    line: int
    code: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """A good row."""

    line: int
    name: str
    birth: date | None
    contact: str
    household: str
    values: tuple[str, ...]


@dataclass
class Reading:
    """What a register holds: the features in order, the good rows and the bad ones."""

    features: list[str]
    people: list[Person]
    bad: list[Bad]

    @property
    def values(self) -> list[list[str]]:
        """For each feature its values, in the order of bands or of the alphabet."""
        return [sorted({person.values[at] for person in self.people}) for at in range(len(self.features))]


def table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows with their lines; commas, semicolons or tabs.

    Raises:
        RegisterError: empty, only a header, or two columns of one name.
    """
    lines = text.strip("\n\r").splitlines()
    if not lines:
        raise RegisterError("empty")
    mark = max(",;\t", key=lines[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        header = [unicodedata.normalize("NFC", cell).strip() for cell in next(reader)]
        rows = []
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, [unicodedata.normalize("NFC", cell).strip() for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise RegisterError("csv") from error
    if not rows:
        raise RegisterError("empty")
    if len(set(header)) != len(header) or "" in header:
        raise RegisterError("header")
    return header, rows


def guess(header: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> dict[str, str]:
    """A first idea of what each column is; a person looks at it before anything happens."""
    found: dict[str, str] = {}
    for at, name in enumerate(header):
        low = name.casefold()
        different = {cells[at] for _line, cells in rows if len(cells) > at}
        if re.search(r"이름|성명|name", low):
            role = "name"
        elif re.search(r"생년|birth", low):
            role = "birth"
        elif re.search(r"전화|휴대|연락|메일|phone|mail|contact", low):
            role = "contact"
        elif re.search(r"세대|가구|household", low) and len(different) > MOST_VALUES:
            role = "household"
        else:
            role = "feature" if 1 < len(different) <= MOST_VALUES else "skip"
        found[name] = role if role == "feature" or role == "skip" or role not in found.values() else "skip"
    return found


def read(
    text: str,
    roles: Mapping[str, str],
    *,
    today: date,
    youngest: int = 0,
    age: str = "",
    known: Mapping[str, Sequence[str]] | None = None,
) -> Reading:
    """The register under these roles.

    Args:
        youngest: whoever is younger today is left out.
        age: a name for the feature made from birth dates, empty for none.
        known: for features with agreed values, those values; other ones are errors.

    Raises:
        RegisterError: unreadable, no name, or no feature.
    """
    header, rows = table(text)
    place = {role: header.index(name) for name, role in roles.items() if role != "feature" and name in header}
    features = [(at, name) for at, name in enumerate(header) if roles.get(name) == "feature"]
    if "name" not in place:
        raise RegisterError("no-name")
    if age and "birth" not in place:
        raise RegisterError("no-birth")
    if not features and not age:
        raise RegisterError("no-feature")
    reading = Reading([*([age] if age else []), *(name for _at, name in features)], [], [])
    persons: dict[tuple[str, str], int] = {}
    contacts: dict[str, int] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            reading.bad.append(Bad(line, "cells", {"want": str(len(header)), "got": str(len(cells))}))
            continue
        bad, person = _person(line, cells, place, features, today, youngest, age, known or {})
        if bad is None and person is not None:
            bad = _seen(person, persons, contacts)
        if bad is not None:
            reading.bad.append(bad)
        elif person is not None:
            reading.people.append(person)
    return reading


def _person(
    line: int,
    cells: Sequence[str],
    place: Mapping[str, int],
    features: Sequence[tuple[int, str]],
    today: date,
    youngest: int,
    age: str,
    known: Mapping[str, Sequence[str]],
) -> tuple[Bad | None, Person | None]:
    name = cells[place["name"]]
    if not name:
        return Bad(line, "name"), None
    birth, values = None, []
    if "birth" in place:
        written = cells[place["birth"]]
        birth = day(written)
        years = years_old(birth, today) if birth else -1
        if birth is None or birth > today or years > OLDEST:
            return Bad(line, "birth", {"value": written}), None
        if years < youngest:
            return Bad(line, "young", {"value": written, "least": str(youngest)}), None
        if age:
            low, high = next(band for band in BANDS if band[0] <= years <= band[1])
            values.append(f"{low}–{high}" if high < OLDEST else f"{low}+")
    for at, feature in features:
        value = cells[at]
        if not value:
            return Bad(line, "missing", {"feature": feature}), None
        if feature in known and value not in known[feature]:
            return Bad(line, "unknown", {"feature": feature, "value": value}), None
        values.append(value)
    contact = cells[place["contact"]] if "contact" in place else ""
    household = cells[place["household"]] if "household" in place else ""
    return None, Person(line, name, birth, contact, household, tuple(values))


def _seen(person: Person, persons: dict[tuple[str, str], int], contacts: dict[str, int]) -> Bad | None:
    """The same person on an earlier line: by name and birth date, or by her phone number or address."""
    key = (re.sub(r"\s", "", person.name).casefold(), str(person.birth or ""))
    if person.birth is not None and key in persons:
        return Bad(person.line, "twice", {"line": str(persons[key])})
    contact = re.sub(r"[\s().+-]", "", person.contact).casefold()
    contact = re.sub(r"^82(?=1\d{8,9}$)", "0", contact)
    if contact and contact in contacts:
        return Bad(person.line, "contact-twice", {"line": str(contacts[contact])})
    persons.setdefault(key, person.line)
    if contact:
        contacts[contact] = person.line
    return None


def day(written: str) -> date | None:
    """1990-01-31, 1990.1.31., 19900131 or 1990년 1월 31일; None for a day that never was."""
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", written) or re.fullmatch(
        r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?", written
    )
    if match is None:
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None


def years_old(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
