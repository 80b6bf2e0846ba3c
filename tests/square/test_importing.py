"""The real file, and files that are wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.utils import translation

from madang.commons.matters.models import Effect, Matter
from madang.commons.search import api as search
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, Trace
from madang.services.square import queries
from madang.services.square.domain import importing
from madang.services.square.models import ImportedRow

pytestmark = pytest.mark.django_db

GOOD = {
    "category": "교통물류",
    "state": "토론중",
    "date": "2020-05-24",
    "author": "A0001",
    "author_kind": "individual",
    "likes": "3",
    "title": "횡단보도를 늘려 주세요",
    "body": "학교 앞이 위험합니다.",
}


def write(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, importing.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(path: Path) -> importing.Report:
    return importing.run(path, lambda done, total: None)


@pytest.mark.realdata
def test_the_real_file(shared_data: Path) -> None:
    path = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    report = run(path)
    assert (report.read, report.kept, report.bad) == (1840, 1840, [])
    funnel = queries.funnel(importing.SOURCE)
    assert (funnel.rows, funnel.distinct) == (1840, 1644)
    assert funnel.by_state == {
        "토론종료": 1454,
        "토론중": 151,
        "숙성중": 104,
        "숙성종료": 79,
        "과제추진중": 52,
    }
    assert funnel.by_origin["organised"]["과제추진중"] == 52
    assert funnel.by_origin["individual"]["과제추진중"] == 0
    # Every exact duplicate is merged into the one that goes on, and traced.
    merged = Matter.objects.filter(state="merged")
    assert merged.count() == 1840 - 1644 == Trace.objects.filter(kind="merges").count()
    assert not merged.filter(merged_into__state="merged").exists()
    assert Outbox.objects.filter(audit__action="matters.matter.import").count() == 1840
    found = search.find("횡단보도", limit=5)
    assert found.total > 0
    before = (Matter.objects.count(), Audit.objects.count(), Effect.objects.count())
    again = run(path)
    assert (again.kept, again.already) == (0, 1840)
    assert (Matter.objects.count(), Audit.objects.count(), Effect.objects.count()) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert run(write(tmp_path / "a.csv", GOOD, encoding=encoding)).kept == 1
    assert Matter.objects.get().title == GOOD["title"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "끝"}, "state"),
        ({"date": "24/05/2020"}, "year-month-day"),
        ({"date": "2099-01-01"}, "future"),
        ({"likes": "-1"}, "whole number"),
        ({"likes": "٣"}, "whole number"),
        ({"author_kind": "robot"}, "author_kind"),
        ({"title": " \u200b\u202e "}, "title"),
        ({"body": "가" * 20_001}, "too long"),
    ],
)
def test_bad_rows_are_named_and_good_ones_kept(tmp_path: Path, change: dict[str, str], said: str) -> None:
    path = write(tmp_path / "a.csv", GOOD, GOOD | change, GOOD | {"title": "다른 제안"})
    with translation.override("en"):
        report = run(path)
        told = str(report.bad[0].reason)
    assert (report.kept, [bad.line for bad in report.bad]) == (2, [3])
    assert said in told


def test_a_row_with_missing_cells(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", GOOD)
    path.write_text(path.read_text() + "a,b\n")
    assert [bad.line for bad in run(path).bad] == [3]


def test_a_changed_line_is_reported_not_overwritten(tmp_path: Path) -> None:
    run(write(tmp_path / "a.csv", GOOD))
    report = run(write(tmp_path / "a.csv", GOOD | {"title": "바뀐 제목"}))
    assert [bad.line for bad in report.bad] == [2]
    assert Matter.objects.get().title == GOOD["title"]


def test_an_interrupted_import_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [GOOD | {"title": f"제안 {n % 7}", "body": f"내용 {n % 7}"} for n in range(20)]
    path = write(tmp_path / "a.csv", *rows)
    monkeypatch.setattr(importing, "BATCH", 6)
    real, calls = importing._batch, []

    def dies_in_the_third(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*arguments)

    monkeypatch.setattr(importing, "_batch", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        run(path)
    assert ImportedRow.objects.count() == 12
    monkeypatch.setattr(importing, "_batch", real)
    assert run(path).kept == 8
    assert (Matter.objects.count(), Matter.objects.exclude(state="merged").count()) == (20, 7)


def test_files_that_are_not_tables(tmp_path: Path) -> None:
    for name, data in (("a.csv", b""), ("b.csv", b"x,y\n1,2\n"), ("c.csv", b"\xff\x00\xff\x81")):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(RefusedError):
            run(path)
    with pytest.raises(RefusedError):
        run(tmp_path / "none.csv")
    assert Matter.objects.count() == 0
