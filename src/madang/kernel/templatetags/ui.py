"""Template tags of the shared look. What each gives: docs/reference/components.md.

Tags here never mark text as safe: they either render a template (which escapes) or, for icons, write strokes that
are constants of this package.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Paginator
from django.forms import BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    FileInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils import dateformat
from django.utils.html import escape

from madang.kernel import saying
from madang.kernel.saying import tongue
from madang.kernel.templatetags import _drawing
from madang.kernel.templatetags._icons import ICONS
from madang.kernel.text import language_of

register = template.Library()

SEOUL = ZoneInfo("Asia/Seoul")
TONES = ("blue", "jade", "ochre", "plum", "persimmon")

_FORMATS = {
    "ko": {
        "full": "Y년 n월 j일 H:i",
        "date": "Y년 n월 j일",
        "short": "Y. n. j.",
        "day": "n월 j일",
        "time": "H:i",
    },
    "en": {"full": "j F Y, H:i", "date": "j F Y", "short": "j M Y", "day": "j M", "time": "H:i"},
}


class IconNode(template.Node):
    """Strokes of an icon. A name written literally is resolved when the template is read, so it costs nothing."""

    def __init__(self, name: FilterExpression, label: FilterExpression | None) -> None:
        self.name = name
        self.label = label

    def render(self, context: template.Context) -> str:
        name = str(self.name.resolve(context, ignore_failures=True) or "")
        strokes = ICONS.get(name)
        if strokes is None:
            return ""
        label = self.label.resolve(context) if self.label else ""
        said = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
        return f'<svg class="icon" width="24" height="24" viewBox="0 0 24 24" focusable="false"{said}><path d="{strokes}"/></svg>'


@register.tag
def icon(parser: Parser, token: Token) -> IconNode:
    """``{% icon "name" %}`` or ``{% icon "name" label="Search" %}``; an unknown name draws nothing."""
    bits = token.split_contents()[1:]
    if not bits:
        raise template.TemplateSyntaxError("icon needs a name")
    options = token_kwargs(bits[1:], parser)
    return IconNode(parser.compile_filter(bits[0]), options.get("label"))


@register.filter
def lang_of(value: object) -> str:
    """``lang="{{ words|lang_of }}"``: the language in which somebody wrote, for screen readers and fonts."""
    return language_of(str(value or ""))


@register.inclusion_tag("kernel/components/badge.html")
def badge(label: object, tone: str = "", icon: str = "") -> dict[str, object]:
    """A word with a tone."""
    return {"label": label, "tone": tone, "icon": icon}


@register.inclusion_tag("kernel/tags/avatar.html")
def avatar(name: object) -> dict[str, str]:
    """A round initial. The tone follows the name, so the same person looks the same everywhere."""
    text = str(name or "").strip()
    tone = TONES[sum(map(ord, text)) % 4] if text else ""
    return {"initial": text[:1].upper() or "·", "tone": tone}


@register.inclusion_tag("kernel/tags/bar.html")
def progress(value: float, goal: float, label: str = "") -> dict[str, object]:
    """The bar alone; the words around it are in components/progress.html."""
    return {
        "value": min(value or 0, goal or 0),
        "goal": goal or 1,
        "label": label,
        "reached": bool(goal) and value >= goal,
    }


@register.inclusion_tag("kernel/tags/spark.html")
def spark(values: Sequence[float], label: str = "", tone: str = "blue") -> dict[str, object]:
    """A small line; the values are read out as text."""
    listed = list(values or [])
    points = _drawing.spark_points(listed)
    last = points.rsplit(" ", 1)[-1].split(",") if points else ["0", "0"]
    return {"points": points, "x": last[0], "y": last[1], "label": label, "values": listed, "tone": tone}


@register.inclusion_tag("kernel/tags/bars.html")
def bars(rows: Iterable[Any], caption: str = "", unit: str = "") -> dict[str, object]:
    """A bar chart that is a table: every bar stands beside its number."""
    return {"rows": _drawing.bars(rows), "caption": caption, "unit": unit}


@register.inclusion_tag("kernel/tags/diff.html")
def diff(before: object, after: object) -> dict[str, object]:
    """What changed between two texts, word by word."""
    return {"pieces": _drawing.word_diff(str(before or ""), str(after or ""))}


@register.inclusion_tag("kernel/tags/giwa.html")
def giwa() -> dict[str, object]:
    """Roof-tile ground for a dark box."""
    return {}


class IllustrationNode(template.Node):
    """Includes a drawing; an unknown name draws nothing rather than failing a page."""

    NAMES = frozenset({"courtyard", "street", "empty", "lost", "rest"})

    def __init__(self, name: FilterExpression) -> None:
        self.name = name

    def render(self, context: template.Context) -> str:
        name = self.name.resolve(context, ignore_failures=True)
        if name not in self.NAMES or context.template is None:
            return ""
        return context.template.engine.get_template(f"kernel/illustrations/{name}.html").render(
            context.new({})
        )


@register.tag
def illustration(parser: Parser, token: Token) -> IllustrationNode:
    """``{% illustration "courtyard" %}``: decoration, silent for screen readers, follows the theme."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("illustration needs one name")
    return IllustrationNode(parser.compile_filter(bits[1]))


def _in_seoul(moment: dt.datetime | dt.date) -> dt.datetime | dt.date:
    if isinstance(moment, dt.datetime) and moment.tzinfo is not None:
        return moment.astimezone(SEOUL)
    return moment


@register.filter
def seoul_text(moment: dt.datetime | dt.date | None, style: str = "full") -> str:
    """The moment as words in the language of the page, Seoul time. A plain date has no hour.

    `due` is how the end of a period is written: one of hours ends within a day and needs the hour, all others end with a day.
    """
    if not isinstance(moment, dt.date):
        return ""
    if style == "due":
        local = _in_seoul(moment)
        is_within = isinstance(local, dt.datetime) and (local.hour, local.minute) != (23, 59)
        style = "full" if is_within else "date"
    if style == "full" and not isinstance(moment, dt.datetime):
        style = "date"
    formats = _FORMATS[tongue()]
    return dateformat.format(_in_seoul(moment), formats[style])


class MomentNode(template.Node):
    """``<time>`` element; a value that is no date is printed as it is (escaped)."""

    def __init__(self, moment: FilterExpression, style: FilterExpression | None) -> None:
        self.moment = moment
        self.style = style

    def render(self, context: template.Context) -> str:
        moment = self.moment.resolve(context, ignore_failures=True)
        if not isinstance(moment, dt.date):
            return escape(moment) if moment else ""
        style = str(self.style.resolve(context)) if self.style else "full"
        return f'<time datetime="{_in_seoul(moment).isoformat()}">{escape(seoul_text(moment, style))}</time>'


@register.tag
def seoul(parser: Parser, token: Token) -> MomentNode:
    """``{% seoul moment %}``, ``{% seoul moment "date" %}``, ``"short"``, ``"day"``, ``"time"`` or ``"due"``."""
    bits = token.split_contents()
    if len(bits) not in (2, 3):
        raise template.TemplateSyntaxError("seoul needs a moment and perhaps a style")
    return MomentNode(
        parser.compile_filter(bits[1]), parser.compile_filter(bits[2]) if len(bits) == 3 else None
    )


@register.filter
def kind(field: BoundField) -> str:
    """What a form field looks like: text, textarea, select, radio, checkboxes, checkbox, file, date or hidden."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    for name, classes in (
        ("checkboxes", CheckboxSelectMultiple),
        ("radio", RadioSelect),
        ("select", Select),
        ("textarea", Textarea),
        ("checkbox", CheckboxInput),
        ("file", FileInput),
    ):
        if isinstance(widget, classes):
            return name
    return "date" if getattr(widget, "input_type", "") in ("date", "datetime-local", "time") else "text"


@register.filter
def half(text: str) -> str:
    """Of a source kept in both languages the part that is read now."""
    return saying.half(text)


@register.filter
def control(field: BoundField, counter: object = None) -> object:
    """The control of a field with the classes of the look; keeps what the form set."""
    look = {"select": "input select", "textarea": "input textarea", "file": "file-input"}.get(
        kind(field), "input"
    )
    # Placeholders vanish while typing and are pale; labels and hints say it instead. False leaves the attribute out.
    attrs: dict[str, Any] = {
        "placeholder": False,
        "class": f"{field.field.widget.attrs.get('class', '')} {look}".strip(),
    }
    described = field.aria_describedby or ""
    if counter:
        attrs["data-counter"] = str(counter)
        described = f"{described} {field.auto_id}_counter".strip()
    if described:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


@register.filter
def pages(paginator: Paginator[Any], number: int) -> list[int | None]:
    """Page numbers to show around the current one; None stands for a gap."""
    around = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else None for page in around]


@register.filter
def is_text(value: object) -> bool:
    """True for a plain string or number: a table cell that is not a mapping."""
    return (
        isinstance(value, str | int | float)
        or value is None
        or not (isinstance(value, dict) or hasattr(value, "text"))
    )
