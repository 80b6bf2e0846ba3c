"""The parts of pages: what they say, what they leave out, and that nothing breaks on missing variables."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from madang.kernel.templatetags import _drawing, ui
from madang.kernel.templatetags._icons import ICONS
from madang.kernel.web import styleguide

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "src/madang/kernel/templates/kernel/components").glob("*.html"))
SEOUL = ZoneInfo("Asia/Seoul")


def draw(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_a_component_without_its_variables_renders_nothing_worse_than_blanks(path: Path) -> None:
    request = RequestFactory().get("/")
    context = {"field": styleguide._form(None)["title"]} if path.stem == "field" else {}
    rendered = render_to_string(f"kernel/components/{path.name}", context, request=request)
    assert "None" not in re.sub(r"<[^>]*>", "", rendered)


def test_an_icon_is_silent_unless_labelled() -> None:
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    labelled = draw('{% icon "check" label=word %}', word='"><script>')
    assert 'role="img"' in labelled
    assert "<script>" not in labelled
    assert draw('{% icon "no-such-icon" %}') == ""


def test_icons_named_in_templates_exist() -> None:
    named = set()
    for path in (ROOT / "src" / "madang").rglob("templates/**/*.html"):
        named |= set(re.findall(r"""{% icon ["']([\w-]+)["']""", path.read_text(encoding="utf-8")))
    assert named
    assert named <= set(ICONS), f"not drawn: {sorted(named - set(ICONS))}"


@pytest.mark.parametrize(
    ("language", "style", "words"),
    [
        ("ko", "full", "2026년 11월 24일 00:30"),
        ("ko", "short", "2026. 11. 24."),
        ("en", "full", "24 November 2026, 00:30"),
        ("en", "short", "24 Nov 2026"),
    ],
)
def test_moments_are_told_in_seoul_time(language: str, style: str, words: str) -> None:
    moment = dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC)
    with translation.override(language):
        assert ui.seoul_text(moment, style) == words
        assert draw(f'{{% seoul at "{style}" %}}', at=moment) == (
            f'<time datetime="2026-11-24T00:30:00+09:00">{words}</time>'
        )


def test_a_date_has_no_hour_and_words_are_escaped() -> None:
    with translation.override("en"):
        assert "2 December 2026</time>" in draw("{% seoul at %}", at=dt.date(2026, 12, 2))
    assert draw("{% seoul at %}", at="<soon>") == "&lt;soon&gt;"
    assert draw("{% seoul nothing %}") == ""


def test_a_word_difference_gives_both_texts_back() -> None:
    before, after = "학교 앞 세 곳에 신호를", "학교 앞 한 곳에 먼저 신호를"
    pieces = _drawing.word_diff(before, after)
    assert "".join(text for kind, text in pieces if kind != "new") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after
    assert "<del>" in draw("{% diff a b %}", a="<b>old</b>", b="new")
    assert "<b>" not in draw("{% diff a b %}", a="<b>old</b>", b="new")


def test_bars_share_one_scale_and_survive_zero() -> None:
    rows = [{"label": "a", "value": 200}, {"label": "b", "value": 50}, {"label": "c", "value": 0}]
    assert [bar.length for bar in _drawing.bars(rows)] == [100.0, 25.0, 0.0]
    assert [bar.length for bar in _drawing.bars([{"label": "a", "value": 0}])] == [0.0]


def test_a_spark_keeps_inside_its_box() -> None:
    for values in ([1, 5, 3], [4, 4, 4], [7], [-3, 0, 9.5]):
        points = [tuple(map(float, pair.split(","))) for pair in _drawing.spark_points(values).split()]
        assert len(points) == len(values)
        assert all(0 <= x <= _drawing.SPARK_WIDTH and 0 <= y <= _drawing.SPARK_HEIGHT for x, y in points)
    assert _drawing.spark_points([]) == ""


def test_page_numbers_have_gaps() -> None:
    paginator = Paginator(range(400), 10)
    assert ui.pages(paginator, 20) == [1, None, 19, 20, 21, None, 40]


def test_a_field_names_its_error_and_keeps_what_was_typed() -> None:
    field = styleguide._form({"title": "안전", "body": ""})["title"]
    rendered = render_to_string("kernel/components/field.html", {"field": field, "max": 80})
    assert 'value="안전"' in rendered
    assert 'aria-invalid="true"' in rendered
    described = re.search(r'aria-describedby="([^"]+)"', rendered)
    assert described is not None
    for name in described[1].split():
        assert f'id="{name}"' in rendered, name


def test_the_path_says_every_state_in_words() -> None:
    steps = [{"label": name, "state": name} for name in ("done", "now", "late", "skipped", "todo")]
    with translation.override("en"):
        rendered = render_to_string("kernel/components/path.html", {"steps": steps})
    for words in ("Done", "Now", "Late", "Not needed", "Still to come"):
        assert words in rendered


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_style_page_draws_every_part_without_inline_code(language: str, db: None) -> None:
    request = RequestFactory().get("/styleguide/")
    request.user = AnonymousUser()
    with translation.override(language):
        html = styleguide.page(request).content.decode()
    assert f'<html lang="{language}"' in html
    assert not re.search(r'\sstyle="|\son\w+="|<script(?![^>]*\ssrc=)|<style', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted({name for name in ids if ids.count(name) > 1})


def test_every_syllable_is_in_the_typeface() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import fonts
    finally:
        sys.path.pop(0)
    slices = fonts.plan()
    listed = [character for _, characters in slices for character in characters]
    assert len(listed) == len(set(listed)), "a character stands in two slices"
    in_blocks = {chr(code) for _, first, last in fonts.blocks() for code in range(first, last + 1)}
    assert set(fonts.SYLLABLES) <= set(listed) | in_blocks
    assert set("AZaz09 %·—") <= set(slices[0][1])
    assert fonts.unicode_range("가각나AB") == "U+41-42,U+ac00-ac01,U+b098"


def test_the_lock_file_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
