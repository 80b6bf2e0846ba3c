"""Old cases: CP949, titles above the table, merged cells, wrong dates; tried out, imported once, killed in between."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madang.commons.matters.models import Matter
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role, Rule
from madang.services.casework.domain import old_cases, retyping
from madang.services.casework.logic import old_tables
from madang.services.casework.models import Case, Center, OldCase, OldFile
from tests.casework import made
from tests.casework.open311.support import LEAFLET, LIGHT, center
from tests.conftest import SHARED
from tests.factories import OrganisationFactory, official

pytestmark = pytest.mark.django_db

HEAD = [
    "접수번호",
    "접수일자",
    "분류",
    "제목",
    "내용",
    "처리상태",
    "처리일자",
    "답변",
    "주소",
    "위도",
    "경도",
]
ROWS = [
    ["민원 처리 대장", "", "", "", "", "", "", "", "", "", ""],
    HEAD,
    ["1", "2026-03-02", "도로 파임", "파인 곳", "시장 앞이 파였어요", "완료", "2026.3.5", "메웠습니다", "중앙로 1", "37.5", "127"],
    ["2", "2026년 3월 3일 오후 2:30", "", "또 파인 곳", "학교 앞", "처리중", "", "", "중앙로 2", "", ""],  # merged with the one above
    ["", "", "", "", "", "", "", "", "", "", ""],
    ["3", "2026-02-30", "도로 파임", "날짜", "틀린 날짜", "완료", "", "", "", "", ""],
    ["4", "46084", "가로등", "등", "꺼졌어요", "완료", "20260310", "", "", "", ""],
    ["5", "2026-03-04", "없는 분류", "?", "??", "완료", "", "", "", "", ""],
    ["6", "2026-03-04", "가로등", "등", "나라 밖", "완료", "", "", "", "35.68", "139.76"],
    ["1", "2026-03-02", "가로등", "같은 번호", "두 번", "완료", "", "", "", "", ""],
    ["7", "2026-03-04", "가로등", "상태", "모르는 상태", "몰라요", "", "", "", "", ""],
    ["8", "2099-01-01", "가로등", "미래", "아직 오지 않은 날", "완료", "", "", "", "", ""],
]  # fmt: skip


def written(rows: Any, encoding: str = "cp949") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.fixture
def where() -> Center:
    return center()


def admin(where: Center) -> Any:
    return actors.person(official(Role.ADMIN, where.host))


def brought(where: Center, rows: Any = ROWS, encoding: str = "cp949") -> OldFile:
    made = old_cases.bring(
        actor=admin(where), center=where, source="새올", name="대장.csv", data=written(rows, encoding)
    )
    fields = made.mapping["fields"]
    old_cases.match(actor=admin(where), table=made, fields=fields, down=["분류"], category="")
    return made


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
def test_encoding_title_line_and_columns_are_found_out(where: Center, encoding: str) -> None:
    made = brought(where, encoding=encoding)
    assert made.columns == HEAD
    assert made.mapping["fields"] == dict(zip(
        ["number", "filed_at", "category", "title", "body", "status", "closed_at", "answer", "address", "lat", "long"], HEAD,
        strict=True,
    ))  # fmt: skip
    assert made.rows == 9


def test_trying_it_out_says_everything_and_writes_nothing(where: Center) -> None:
    trial = old_cases.try_out(brought(where))
    assert (trial.rows, trial.kept, trial.still_open, trial.already) == (9, 3, 1, 0)
    assert [(line, why) for line, why, _value in trial.bad] == [
        (6, "filed_at"), (8, "category"), (9, "point"), (10, "twice"), (11, "status"), (12, "filed_at"),
    ]  # fmt: skip
    assert trial.samples[1].category == "도로 파임"
    assert not Case.objects.exists()


def test_importing_keeps_what_is_good_once_and_names_the_rest(where: Center) -> None:
    for round_ in range(2):
        table = brought(where)
        old_cases.begin(actor=admin(where), table=table)
        old_cases.go_on()
        table.refresh_from_db()
        assert table.state == OldFile.State.DONE
        assert not table.file
        assert (table.kept, table.already) == ((3, 1) if round_ == 0 else (0, 4))
    assert Case.objects.count() == 3
    closed, open_ = (OldCase.objects.get(number=number).case for number in "12")
    assert closed.matter.state == "closed"
    assert closed.matter.body.endswith("메웠습니다")
    assert closed.point == (37.5, 127.0)
    assert closed.matter.ended_at.astimezone().date().isoformat() == "2026-03-05"
    assert open_.matter.state in ("triage", "assigned")
    assert open_.matter.due_at is not None
    assert open_.category.name_ko == "도로 파임"
    assert open_.matter.filed_at.isoformat().startswith("2026-03-03T")
    assert set(Matter.objects.values_list("disclosure", "channel", "author")) == {("private", "import", None)}


def test_a_worker_that_is_killed_goes_on_where_it_was(where: Center, monkeypatch: Any) -> None:
    monkeypatch.setattr(old_cases, "BATCH", 2)
    table = brought(where)
    old_cases.begin(actor=admin(where), table=table)
    real, calls = old_cases._keep, []

    def dies(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(old_cases, "_keep", dies)
    with pytest.raises(KeyboardInterrupt):
        old_cases.go_on()
    assert OldFile.objects.get().place == 0
    assert not Case.objects.exists()
    monkeypatch.setattr(old_cases, "_keep", real)
    old_cases.go_on(batches=1)
    assert OldFile.objects.get().place == 2
    old_cases.go_on(batches=9)
    assert OldFile.objects.get().state == OldFile.State.DONE
    assert Case.objects.count() == 3


def test_only_the_administrator_and_only_a_table(where: Center) -> None:
    for who in (actors.person(None), actors.person(official(Role.TRIAGE, where.host))):
        with pytest.raises(RefusedError):
            old_cases.bring(actor=who, center=where, source="x", name="x", data=written(ROWS))
    for data in (b"PK\x03\x04rest", b"\xff\xff\x00", b"one cell\nanother\n", b""):
        with pytest.raises(RefusedError) as refusal:
            old_cases.bring(actor=admin(where), center=where, source="x", name="x", data=data)
        assert refusal.value.status == 422
    assert not OldFile.objects.exists()


@pytest.mark.parametrize("text", ["2026-11-29", "2026.11.29.", "2026/11/29 00:00", "2026년 11월 29일", "20261129", "46355", "2026-11-29 (일)",
                                  "2026-11-29 오전 12:00:00", "2026-11-29T00:00:00.000"])  # fmt: skip
def test_days_as_offices_write_them(text: str) -> None:
    assert old_tables.moment(text) == datetime(2026, 11, 29)


@pytest.mark.parametrize(
    "text",
    ["", "29/11/2026", "2026-13-01", "2026-02-30", "어제", "2026-11-29 25:00", "2026-11-29 오후 13:00", "1"],
)
def test_what_is_no_day(text: str) -> None:
    assert old_tables.moment(text) is None


@pytest.mark.realdata
def test_a_real_table_of_another_city_is_understood(where: Center) -> None:
    file = SHARED / "open311" / "boston311-100.csv"
    if not file.is_file():
        pytest.skip(f"{file} is not here")
    made = old_cases.bring(
        actor=admin(where), center=where, source="boston", name=file.name, data=file.read_bytes()
    )
    found = made.mapping["fields"]
    assert (found["number"], found["filed_at"], found["status"]) == (
        "case_enquiry_id",
        "open_dt",
        "case_status",
    )
    fields = {name: column for name, column in found.items() if name not in ("lat", "long", "category")}
    old_cases.match(actor=admin(where), table=made, fields=fields, down=[], category="")
    trial = old_cases.try_out(made)
    assert trial.rows == trial.kept + trial.bad_count == made.rows
    assert trial.kept >= 0.95 * trial.rows and trial.still_open > 5
    old_cases.begin(actor=admin(where), table=made)
    old_cases.go_on()
    made.refresh_from_db()
    assert (made.kept, made.bad_count) == (trial.kept, trial.bad_count), "the trial said what would happen"


def test_the_old_names_of_categories_are_matched_on_the_page(where: Center) -> None:
    """Another system has names of its own; whoever brings its table says once which of ours each of them is."""
    browser = Client()
    browser.force_login(official(Role.ADMIN, where.host))
    rows = [HEAD, *([f"{at}", "2026-03-04", "시설 > 조명", "등", "꺼졌어요", "완료", "", "", "", "", ""] for at in (1, 2)),
            ["3", "2026-03-04", "기타 <b>", "?", "??", "완료", "", "", "", "", ""]]  # fmt: skip
    page = browser.post(
        "/desk/old-cases/", {"source": "새올", "file": SimpleUploadedFile("대장.csv", written(rows))}
    )["Location"]
    fields = {f"field_{name}": column for name, column in OldFile.objects.get().mapping["fields"].items()}
    shown = browser.get(page).content.decode()
    keys = re.findall(r'<select[^>]*name="(named_\w+)"', shown)
    assert len(keys) == 2 and "시설 &gt; 조명" in shown and "2행" in shown and "<b>" not in shown
    assert browser.post(page, {**fields, keys[0]: "NONE-OF-OURS"}).status_code == 422
    assert OldFile.objects.get().mapping["named"] == {}
    tried = browser.post(page, {**fields, keys[0]: LIGHT})
    assert tried.status_code == 200
    assert f'<option value="{LIGHT}" selected>' in tried.content.decode(), "what was chosen stays chosen"
    trial = old_cases.try_out(OldFile.objects.get())
    assert (trial.kept, trial.bad_count, trial.bad[0][1]) == (2, 1, "category")
    browser.post(page, {**fields, keys[0]: LIGHT, "category": LEAFLET})
    browser.post(f"{page}begin/")
    old_cases.go_on()
    found = OldCase.objects.order_by("number").values_list("number", "case__category__code")
    assert list(found) == [("1", LIGHT), ("2", LIGHT), ("3", LEAFLET)]


def test_what_is_open_there_comes_in_whatever_is_asked_of_those_who_file_here(where: Center) -> None:
    """Filed before the rules here began, in a category that asks for a name, a place and an answer, and is closed by now."""
    Rule.objects.filter(code__startswith="casework.type.").update(valid_from=date(2026, 6, 1))
    light = where.categories.get(code=LIGHT)
    where.categories.filter(pk=light.pk).update(may_be_anonymous=False, place="required", is_active=False)
    light.fields.update(required=True)
    assert light.fields.exists()
    table = brought(where, [HEAD, ["1", "2026-03-04", LIGHT, "등", "꺼졌어요", "처리중", "", "", "", "", ""]])
    trial = old_cases.try_out(table)
    assert (trial.kept, trial.still_open, trial.bad) == (1, 1, [])
    old_cases.begin(actor=admin(where), table=table)
    old_cases.go_on()
    case = OldCase.objects.get().case
    assert case.category == light and case.matter.rule.version == 1
    assert case.matter.due_at is not None and case.matter.due_at < clock.now(), "late, and its clock says so"
    assert retyping.retype(
        actor=actors.person(official(Role.TRIAGE, where.host)),
        case=case,
        to="grievance",
        reason="고충입니다.",
    ), "an old case can become another type, too"


def test_an_old_case_goes_to_the_office_that_answers_today(where: Center) -> None:
    """Not to the one that its route led to when it was filed, and that has ended since."""
    ended = OrganisationFactory(code="ended", valid_to=date(2026, 5, 31))
    goes_on = OrganisationFactory(code="goes-on")
    made.route(where, ended, valid_from=date(2020, 1, 1), valid_to=date(2026, 5, 31))
    made.route(where, goes_on, valid_from=date(2026, 6, 1))
    table = brought(where, [HEAD, ["1", "2026-03-04", "", "등", "꺼졌어요", "처리중", "", "", "", "", ""]])
    old_cases.begin(actor=admin(where), table=table)
    old_cases.go_on()
    assert OldCase.objects.get().case.matter.responsible == goes_on


def test_only_the_most_frequent_names_are_asked_for(where: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_cases, "MOST_NAMES", 2)
    names = ["다", "가", "가", " 나 ", "나", "나", "도로 파임", ""]
    rows = [HEAD, *([f"{at}", "2026-03-04", name, "등", "꺼졌어요", "완료", "", "", "", "", ""] for at, name in enumerate(names))]  # fmt: skip
    table = brought(where, rows)
    table.mapping["down"] = []
    assert old_cases.their_categories(table) == [("나", 3), ("가", 2)]
    table.mapping["fields"].pop("category")
    assert old_cases.their_categories(table) == []


def test_the_way_through_the_pages(where: Center) -> None:
    browser = Client()
    browser.force_login(official(Role.ADMIN, where.host))
    wrong = browser.post(
        "/desk/old-cases/", {"source": "새올", "file": SimpleUploadedFile("a.csv", b"PK\x03\x04")}
    )
    assert wrong.status_code == 422
    assert "새올" in wrong.content.decode()
    sent = browser.post(
        "/desk/old-cases/", {"source": "새올", "file": SimpleUploadedFile("대장.csv", written(ROWS))}
    )
    page = sent["Location"]
    shown = browser.get(page).content.decode()
    assert '<option value="접수번호" selected>' in shown
    fields = {f"field_{name}": column for name, column in OldFile.objects.get().mapping["fields"].items()}
    missing = browser.post(page, {**fields, "field_number": ""})
    assert missing.status_code == 422
    tried = browser.post(page, {**fields, "down": ["분류"]})
    assert tried.status_code == 200
    assert not Case.objects.exists()
    assert browser.post(f"{page}begin/").status_code == 302
    assert browser.post(f"{page}begin/").status_code == 409
    old_cases.go_on()
    assert "left-out.csv" in browser.get(page).content.decode()
    assert browser.get(f"{page}left-out.csv").content.decode().count("\n") == 6
    other = Client()
    other.force_login(official(Role.ADMIN, center("other").host))
    assert other.get(page).status_code == 404
