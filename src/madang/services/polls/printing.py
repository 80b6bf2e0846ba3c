"""A report as PDF: the question, what stands out, the bar of the whole, the table with its intervals, quotes, words, groups, method. The same
report gives the same bytes: its moment is that of publication, not of printing. `printing_groups` sets the tables by group.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from fpdf import XPos, YPos

from madang.services.polls import charts, printing_groups
from madang.services.polls.findings import short
from madang.services.polls.sheets import COLOURS, FACE, INK, LINE, MARGIN, QUIET, WIDTH, Sheet
from madang.services.polls.telling import limits, method

Part = dict[str, Any]


def pdf(
    body: Part, *, edition: int, digest: str, published_at: datetime, address: str, note: str = ""
) -> bytes:
    """The report in the language of the page. `digest` is that of the bundle, `address` where the report stands, `note` what
    the office says about this edition."""
    sheet = Sheet(f"{address} · {_('edition %(n)s') % {'n': edition}} · SHA-256 {digest[:16]}…")
    question = charts.said(body["question"]) or charts.said(body["poll"]["title"])
    sheet.set_title(question)
    sheet.set_lang(get_language() or "ko")
    sheet.set_author(charts.said(body["poll"]["host"]))
    sheet.set_creation_date(published_at)
    sheet.add_page()
    sheet.words(f"{_('Poll')} · {charts.said(body['poll']['host'])}", 10, bold=True, colour=QUIET)
    sheet.words(question, 24, bold=True, air=2)
    counts = body["counts"]
    sheet.words(_("%(n)s answers") % {"n": f"{counts['responses']:,}"}, 13, colour=QUIET, air=2)
    if note:
        sheet.words(note, 10.5, air=1)
    sheet.words(limits(body), 9.5, colour=QUIET, air=1)
    _short(sheet, short(body))
    if body["coded"]:
        _coded(sheet, body["coded"])
    if body["round"]:
        _round(sheet, charts.rounds(body["round"]))
    if body["coded"]:
        _quotes(sheet, charts.quotes(body["coded"]))
    if body["words"]:
        _words(sheet, body["words"])
    for asked in body["closed"]:
        _closed(sheet, charts.closed(asked))
    for group in body["groups"]:
        printing_groups.across(sheet, charts.groups(group))
    _method(sheet, body, digest)
    return bytes(sheet.output())


GAP = 6.0


def _short(sheet: Sheet, facts: list[Part]) -> None:
    """What stands out, side by side: a rule in the tone, the figure, its sentence."""
    if not facts:
        return
    wide = (WIDTH - GAP * (len(facts) - 1)) / len(facts)
    top = lowest = sheet.get_y() + 5
    for place, fact in enumerate(facts):
        left, tone = MARGIN + place * (wide + GAP), COLOURS[fact["tone"]]
        sheet.set_draw_color(*tone)
        sheet.set_line_width(0.7)
        sheet.line(left, top, left + wide, top)
        sheet.set_text_color(*tone)
        sheet.set_font(FACE, "B", 22)
        sheet.set_xy(left, top + 2.5)
        sheet.cell(wide, 9, fact["figure"])
        sheet.set_text_color(*INK)
        sheet.set_font(FACE, "", 9.5)
        sheet.set_xy(left, top + 13)
        sheet.multi_cell(wide, 4.9, fact["text"], align="L")
        lowest = max(lowest, sheet.get_y())
    sheet.set_xy(MARGIN, lowest)


def _coded(sheet: Sheet, coded: Part) -> None:
    table = coded["table"]
    sheet.words(_("What people spoke of"), 15, bold=True, air=8)
    top = sheet.get_y() + 2
    for part in charts.whole(table):
        sheet.set_fill_color(*COLOURS[part["tone"]])
        sheet.rect(MARGIN + WIDTH * part["x"] / 100, top, WIDTH * part["width"] / 100, 11, style="F")
    sheet.set_y(top + 13)
    for part in charts.whole(table):
        sheet.words(
            f"{part['percent']}%  {part['name']}  ({part['count']:,})",
            10.5,
            bold=True,
            colour=COLOURS[part["tone"]],
            air=1,
        )
    shown = charts.intervals(table)
    sheet.words(_("Keywords and their shares"), 15, bold=True, air=8)
    sheet.words(
        _(
            "Unit: one answer, its main code. Of %(of)s coded answers. The line over each bar is the 95%% interval (Wilson); ranks that cannot be told apart are given as from–to."
        )
        % {"of": f"{shown['of']:,}"},
        8.5,
        colour=QUIET,
    )
    if shown["uncoded"]:
        left_out = ngettext(
            "%(grouped)s answer is not coded yet and not counted here.",
            "%(grouped)s answers are not coded yet and not counted here.",
            shown["uncoded"],
        )
        sheet.words(left_out % {"grouped": f"{shown['uncoded']:,}"}, 8.5, colour=QUIET)
    sheet.ln(2)
    _head(sheet, ["%", _("95% interval"), pgettext("column", "Answers"), _("Rank")])
    for group in shown["groups"]:
        sheet.room(20)  # a group's line stays with those of its keywords
        _line(sheet, group, bold=True)
        for row in group["rows"]:
            _line(sheet, row)
    for row in shown["apart"]:
        _line(sheet, row)


COLUMNS = (62.0, 42.0, 14.0, 24.0, 14.0, 14.0)


def _head(sheet: Sheet, labels: list[str]) -> None:
    sheet.set_font(FACE, "B", 8)
    sheet.set_text_color(*QUIET)
    sheet.set_x(MARGIN + COLUMNS[0] + COLUMNS[1])
    for width, label in zip(COLUMNS[2:], labels, strict=True):
        sheet.cell(width, 5, label, align="R")
    sheet.ln(6)


def _line(sheet: Sheet, row: Part, *, bold: bool = False) -> None:
    sheet.set_font(FACE, "B" if bold else "", 9)
    height = 4.6 * sheet.lines(row["name"], COLUMNS[0]) + 1.6
    sheet.room(height)
    top = sheet.get_y()
    sheet.set_text_color(*(COLOURS[row["tone"]] if bold else INK))
    sheet.multi_cell(COLUMNS[0], 4.6, row["name"], align="L", new_x="RIGHT", new_y="TOP")
    if not bold:
        _bar(sheet, row, top)
    sheet.set_xy(MARGIN + COLUMNS[0] + COLUMNS[1], top)
    figures = (row["percent"], f"{row['low']}–{row['high']}", f"{row['count']:,}", row["rank"])
    for width, text in zip(COLUMNS[2:], figures, strict=True):
        sheet.cell(width, 4.6, text, align="R")
    sheet.set_draw_color(*LINE)
    sheet.set_line_width(0.1)
    sheet.line(MARGIN, top + height - 0.8, MARGIN + WIDTH, top + height - 0.8)
    sheet.set_xy(MARGIN, top + height)


def _bar(sheet: Sheet, row: Part, top: float) -> None:
    left, wide = MARGIN + COLUMNS[0] + 2, COLUMNS[1] - 4
    red, green, blue = COLOURS[row["tone"]]
    sheet.set_fill_color(*(255 - (255 - part) * 3 // 10 for part in (red, green, blue)))
    sheet.rect(left, top + 0.9, wide * row["bar"] / 100, 2.9, style="F")
    sheet.set_draw_color(red, green, blue)
    sheet.set_line_width(0.5)
    sheet.line(left + wide * row["from"] / 100, top + 2.3, left + wide * row["to"] / 100, top + 2.3)


def _round(sheet: Sheet, beside: Part) -> None:
    """What changed since the round before, a line each."""
    sheet.room(40)
    sheet.words(_("Beside the round before"), 15, bold=True, air=8)
    sheet.words(beside["title"], 8.5, colour=QUIET)
    sheet.ln(2)
    sheet.set_font(FACE, "B", 8)
    sheet.set_text_color(*QUIET)
    sheet.set_x(MARGIN + COLUMNS[0] + COLUMNS[1])
    for width, label in zip((14.0, 14.0, 38.0), (_("Then"), _("Now"), _("Difference")), strict=True):
        sheet.cell(width, 5, label, align="R")
    sheet.ln(6)
    for row in beside["rows"]:
        sheet.room(7)
        sheet.set_font(FACE, "B" if row["is_group"] else "", 9)
        sheet.set_text_color(*INK)
        sheet.cell(COLUMNS[0] + COLUMNS[1], 5.5, row["name"])
        figures = (*row["percents"], f"{row['difference']} ({row['low']} … {row['high']})")
        for width, text in zip((14.0, 14.0, 38.0), figures, strict=True):
            sheet.cell(width, 5.5, text, align="R")
        sheet.ln(5.5)


QUOTE = 4.0
"""Between the rule beside a quote and its words."""


def _quotes(sheet: Sheet, quotes: list[Part]) -> None:
    """Of people who agreed to be quoted, under the name of their code: a rule in its tone, and their words."""
    if not quotes:
        return
    sheet.room(40)
    sheet.words(_("In people's own words"), 15, bold=True, air=8)
    sheet.words(
        _("Only of people who agreed to be quoted; personal data is taken out."), 8.5, colour=QUIET, air=0.5
    )
    for each in quotes:
        tone = COLOURS[each["tone"]]
        sheet.room(22)  # a name stays with its first quote
        sheet.words(each["name"], 10.5, bold=True, colour=tone, air=4)
        for text in each["texts"]:
            _quote(sheet, f"“{text}”", tone)


def _quote(sheet: Sheet, text: str, tone: tuple[int, int, int]) -> None:
    sheet.set_font(FACE, "", 10)
    high = 5.2 * sheet.lines(text, WIDTH - QUOTE)
    sheet.ln(1.6)
    sheet.room(high)
    top = sheet.get_y()
    sheet.set_draw_color(*tone)
    sheet.set_line_width(0.7)
    sheet.line(MARGIN, top, MARGIN, top + high)
    sheet.set_text_color(*INK)
    sheet.set_x(MARGIN + QUOTE)
    sheet.multi_cell(WIDTH - QUOTE, 5.2, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _words(sheet: Sheet, found: Part) -> None:
    sheet.room(40)
    sheet.words(_("Words in the most answers"), 15, bold=True, air=8)
    sheet.words(
        _(
            "Unit: one answer, however often a word stands in it. Of %(of)s answers that say something. Copies by the same person count once."
        )
        % {"of": f"{found['counted']['answers']:,}"},
        8.5,
        colour=QUIET,
    )
    sheet.ln(2)
    _head(sheet, ["%", _("95% interval"), pgettext("column", "Answers"), _("Rank")])
    for row in charts.words(found["words"], 20):
        _line(sheet, {**row, "name": row["word"], "count": row["answers"], "rank": row["ranks"]})
    sheet.room(40)
    sheet.words(_("Words that go together"), 15, bold=True, air=8)
    for edge in found["network"]["edges"][:20]:
        sheet.words(
            _("%(one)s – %(other)s: together in %(n)s, by chance %(expected)s")
            % {
                "one": edge["from"],
                "other": edge["to"],
                "n": edge["windows"],
                "expected": f"{edge['expected']:.1f}",
            },
            9.5,
            air=0.6,
        )


def _closed(sheet: Sheet, asked: Part) -> None:
    sheet.room(30)
    sheet.words(asked["name"], 15, bold=True, air=8)
    sheet.words(_("%(n)s answers") % {"n": f"{asked['of']:,}"}, 8.5, colour=QUIET)
    sheet.ln(2)
    if asked["kind"] == "matrix":
        for row in asked["rows"]:
            parts = ", ".join(f"{part['name']} {part['percent']}%" for part in row["parts"])
            sheet.words(f"{row['name']} ({row['of']:,}): {parts}", 9.5, air=1)
        return
    for option in asked["options"]:
        if asked["kind"] == "ranking":
            sheet.words(f"{option['name']}: {option['points']:,} {_('points')}", 9.5, air=1)
        else:
            _line(sheet, {**option, "tone": "blue", "rank": ""})


def _method(sheet: Sheet, body: Part, digest: str) -> None:
    sheet.room(50)
    sheet.words(_("How it was made, and how to check it"), 15, bold=True, air=8)
    for text in method(body):
        sheet.words(text, 9.5, air=1)
    sheet.words(f"SHA-256 {digest}", 8.5, colour=QUIET, air=2)
