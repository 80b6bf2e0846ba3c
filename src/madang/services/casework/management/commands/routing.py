"""`madang routing FILE.csv --text COLUMN --label COLUMN [--group COLUMN]`: how well labels are suggested for any texts."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy as _

from madang.kernel.saying import both
from madang.services.casework.logic import labelled, measuring

PROBLEMS = {
    "encoding": _("This file is neither UTF-8, UTF-16 nor CP949. Save it as CSV in UTF-8 and try again."),
    "empty": _("There is no row with both a text and a label. Look at the columns you named."),
    "columns": _("The file has no column of this name. Name columns as they stand in its first row."),
    "broken": _("A row cannot be read as CSV. Look for a quotation mark that is not closed."),
    "large": _("The file is larger than 200 MB. Give a part of it."),
    "labels": _(
        "All texts have the same label. There is nothing to tell apart: at least two labels are needed."
    ),
    "groups": _(
        "All texts belong to one group or are the same. A model can be tested only on a group it has not seen."
    ),
}


class Command(BaseCommand):
    help = (
        "Measure suggestions on labelled texts of a CSV file: top-1 and top-3 on groups that the model has not seen, with "
        "95 % intervals, beside two plain ways, and whether the confidence can be believed. Nothing is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--text",
            action="append",
            required=True,
            help="column of the text; again for a body below a title",
        )
        parser.add_argument("--label", required=True, help="column of the label")
        parser.add_argument("--group", help="column of who wrote it: nobody is in both parts")
        parser.add_argument("--json", action="store_true", help="everything as JSON")

    def handle(self, *args: Any, file: Path, text: list[str], label: str, **options: Any) -> None:
        try:
            data = file.read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            raise CommandError(both(_("There is no such file."), behind=file)) from None
        began = time.perf_counter()
        try:
            held = labelled.read(data, text, label, options["group"])
            found = measuring.measured(held.texts, held.labels, held.groups)
        except labelled.LabelledError as error:
            raise CommandError(both(PROBLEMS[error.code], behind=error.found)) from None
        except ValueError as error:
            raise CommandError(both(PROBLEMS.get(str(error), _("The texts cannot be measured.")))) from None
        found["left_out"], found["encoding"] = held.left_out, held.encoding
        found["seconds"] = round(time.perf_counter() - began, 1)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
            return
        for line in lines(found, grouped=held.groups is not None):
            self.stdout.write(line)


NAMES = {"model": "suggestions", "frequent": "always the most frequent", "nearest": "the nearest texts"}


def lines(found: dict[str, Any], *, grouped: bool) -> list[str]:
    """The report in Markdown, ready for docs/measurements.md."""
    said = [
        (
            f"{found['rows']} rows with text and label ({found['encoding']}), {found['left_out']} left out without; "
            f"{found['texts']} different, {found['measured']} measured; {found['labels']} labels, {found['single']} of them "
            f"with one text only; {found['groups']} groups{'' if grouped else ' (equal texts together)'}; "
            f"{found['folds']} parts; {found['seconds']} s."
        ),
        "",
        "| way | top-1 | by groups | Wilson | top-3 | by groups | Wilson |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, way in found["ways"].items():
        cells = []
        for top in ("top1", "top3"):
            one = way[top]
            cells += [percent(one["share"]), span(one["by_groups"]), span(one["wilson"])]
        said.append(f"| {NAMES[name]} | {' | '.join(cells)} |")
    for name, way in found["ahead"].items():
        cells = []
        for top in ("top1", "top3"):
            cells += [f"{way[top]['share'] * 100:+.1f}", span(way[top]["by_groups"]), ""]
        said.append(f"| points ahead of: {NAMES[name]} | {' | '.join(cells)} |")
    before, after = (found["calibration"][when] for when in ("before", "after"))
    said += [
        "",
        (
            f"Expected calibration error {before['error']:.3f} before, {after['error']:.3f} after calibration; Brier "
            f"{before['brier']:.3f} and {after['brier']:.3f}."
        ),
        "",
        "| confidence | texts | mean confidence | right | 95 % |",
        "|---|---|---|---|---|",
    ]
    said += [
        f"| {one['low']:.1f} to {one['high']:.1f} | {one['texts']} | {one['confidence']:.2f} | {one['right']:.2f} | "
        f"{one['interval'][0]:.2f} to {one['interval'][1]:.2f} |"
        for one in after["bins"]
    ]
    said += ["", "| label | texts | top-1 | top-3 |", "|---|---|---|---|"]
    said += [
        f"| {one['label'][:60]} | {one['texts']} | {one['top1']} | {one['top3']} |"
        for one in found["by_label"][:30]
    ]
    return said


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def span(ends: list[float]) -> str:
    return f"{ends[0] * 100:.1f} to {ends[1] * 100:.1f}"
