"""What is found, counted and shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.commons.search import api, engines, rebuilding
from madang.kernel import ids
from tests.search.conftest import START


def found(text: str, **options) -> list[str]:
    return [hit.reference for hit in api.find(text, **options).hits]


def test_word_inside_a_word_and_with_another_particle(put) -> None:
    put("초등학교 통학로에 보행 신호를", "아이들이 안전하게")
    put("공원 화장실", "밤에도 열어 주세요")
    assert found("통학로") == ["idea:1"]
    assert found("통학로를") == ["idea:1"]  # typed with 를, written with 에
    assert found("화장실은 밤에") == ["idea:2"]
    assert not api.find("통학로").relaxed


def test_all_words_before_some_words(put) -> None:
    put("버스 노선", "새벽 버스가 없습니다")
    put("버스 정류장", "그늘이 없습니다")
    both = api.find("새벽 버스")
    assert [hit.reference for hit in both.hits] == ["idea:1"]
    assert (both.total, both.relaxed) == (1, False)
    some = api.find("정류장 버스 지하철역")  # nothing has all three
    assert some.relaxed
    assert some.hits[0].reference == "idea:2"
    assert some.total == len(some.hits)


def test_nothing_at_all(put) -> None:
    put("버스 노선")
    result = api.find("우주선")
    assert (result.hits, result.total, result.relaxed) == ([], 0, True)
    assert found("!!! …") == []


def test_title_counts_more_than_body(put) -> None:
    put("다른 이야기", "가로등 이야기도 조금 있습니다")
    put("가로등", "고쳐 주세요")
    put("또 다른 이야기", "가로등")
    assert found("가로등")[0] == "idea:2"


def test_quoted_words_follow_each_other(put) -> None:
    put("국민 참여 예산")
    put("참여하는 국민")
    assert set(found("국민 참여")) == {"idea:1", "idea:2"}
    assert found('"국민 참여"') == ["idea:1"]
    assert found("“국민 참여”") == ["idea:1"]


def test_phrase_does_not_run_from_title_into_body(put) -> None:
    put("어린이 공원", "안전 점검")
    assert api.find('"공원 안전"').relaxed


@pytest.mark.parametrize("written", ["길", "골목길", "길거리", "갈림길에"])
def test_one_syllable(put, written: str) -> None:
    put(f"어두운 {written} 고치기")
    put("관계없는 글")
    assert found("길") == ["idea:1"]


def test_languages_and_digits_mixed(put) -> None:
    put("5G망 통신비", "Parking in 2026, 요금 3,000원")
    put("English idea", "A parking lot for bikes", language="en")
    assert found("5g") == ["idea:1"]
    assert set(found("PARK")) == {"idea:1", "idea:2"}  # a Latin word may go on
    assert found("parking 요금") == ["idea:1"]
    assert api.find("202").total == 0  # a number may not
    assert found("parking", language="en") == ["idea:2"]


def test_decomposed_hangul_is_the_same(put) -> None:
    import unicodedata

    put(unicodedata.normalize("NFD", "가로등 수리"))
    assert found("가로등") == ["idea:1"]
    assert found(unicodedata.normalize("NFD", "가로등")) == ["idea:1"]


def test_public_number_comes_first_however_it_is_typed(put) -> None:
    number = ids.number("ID", START, 42)
    put("다른 글", f"{number} 글을 보고 씁니다")
    put("찾는 글", reference=f"matter:{number}")
    for typed in (number, number.lower(), number.replace("-", ""), f" {number.replace('-', ' ')} "):
        assert found(typed)[0] == f"matter:{number}", typed
    whole = api.find(number)
    assert whole.total == 2
    assert found(number, limit=1, offset=1) == ["idea:1"]


def test_empty_text_is_newest_first(put) -> None:
    for title in ("하나", "둘", "셋"):
        put(title)
    page = api.find("", limit=2)
    assert [hit.reference for hit in page.hits] == ["idea:3", "idea:2"]
    assert page.total == 3
    assert found("", limit=2, offset=2) == ["idea:1"]


def test_filters_and_order(put) -> None:
    put("버스 하나", "버스 버스 버스", state="filed", office="transport", category="교통")
    put("버스 둘", state="answered", office="transport", category="교통", kind="answer")
    put("버스 셋", state="filed", office="park", happened_at=START + timedelta(days=3))
    assert found("버스", kinds=["answer"]) == ["idea:2"]
    assert set(found("버스", states=["filed"])) == {"idea:1", "idea:3"}
    assert set(found("버스", office="transport", category="교통")) == {"idea:1", "idea:2"}
    assert found("버스", order="newest")[0] == "idea:3"
    assert found("버스", since=date(2026, 11, 5)) == ["idea:3"]
    assert set(found("버스", until=date(2026, 11, 2))) == {"idea:1", "idea:2"}  # the whole day belongs to it
    assert found("버스", until=START + timedelta(minutes=2)) == ["idea:1"]  # a moment does not


def test_pages_are_whole_and_without_repeats(put) -> None:
    for number in range(7):
        put(f"자전거 {number}")
    seen = [reference for offset in range(0, 8, 2) for reference in found("자전거", limit=2, offset=offset)]
    assert sorted(seen) == sorted(f"idea:{number}" for number in range(1, 8))


def test_what_is_not_public_is_neither_found_nor_counted(put) -> None:
    number = ids.number("ID", START, 7)
    put("비밀 통학로 이야기", "긴 이야기", reference=f"matter:{number}", is_public=False)
    for text in ("통학로", number, "", "통학로 신호등", '"비밀 통학로"'):
        result = api.find(text)
        assert (result.hits, result.total) == ([], 0), text
    assert api.similar("비밀 통학로 이야기", "긴 이야기") == []
    put("비밀 통학로 이야기", "긴 이야기", reference=f"matter:{number}")
    assert found("통학로") == [f"matter:{number}"]


def test_changed_words_replace_the_old_ones(put) -> None:
    put("가로등", "첫 번째 본문", reference="idea:x")
    put("신호등", "두 번째 본문", reference="idea:x")
    assert found("신호등") == ["idea:x"]
    assert api.find("가로등").total == 0
    assert engines.counts(["가로"]) == {"가로": 0}
    put("신호등", "두 번째 본문", reference="idea:x", state="answered")  # only the state: same tokens
    assert found("신호등", states=["answered"]) == ["idea:x"]


def test_removed_is_gone_and_removing_twice_is_fine(put) -> None:
    put("가로등", reference="idea:x")
    api.remove("idea:x")
    api.remove("idea:x")
    assert api.find("가로등").total == 0
    assert engines.counts(["가로"]) == {"가로": 0}


@pytest.mark.django_db(transaction=True)
def test_index_belongs_to_the_callers_transaction(put) -> None:
    class UndoError(Exception):
        pass

    before = engines.counts(
        ["가로"]
    )  # other committed tests leave tokens: a flush empties models, not the index
    with pytest.raises(UndoError), transaction.atomic():
        put("가로등")
        assert api.find("가로등").total == 1
        raise UndoError
    assert api.find("가로등").total == 0
    assert engines.counts(["가로"]) == before


def test_many_at_once_last_wins(db) -> None:
    entries = [
        api.Entry(reference=f"idea:{n % 600}", kind="idea", title=f"자전거 {n}", happened_at=START)
        for n in range(1_200)
    ]
    api.index_many(entries)
    assert api.find("자전거").total == 600
    assert found('"자전거 1199"') == ["idea:599"]
    assert api.find('"자전거 5"').relaxed  # what the first entry of that reference said


def test_many_cost_few_statements(db, django_assert_max_num_queries) -> None:
    def entries(title: str) -> list[api.Entry]:
        return [
            api.Entry(reference=f"idea:{n}", kind="idea", title=f"{title} {n}", happened_at=START)
            for n in range(500)
        ]

    with django_assert_max_num_queries(20):
        api.index_many(entries("자전거"))
    with django_assert_max_num_queries(20):
        api.index_many(entries("버스"))


def test_a_snippet_is_of_one_language_the_readers_where_it_has_the_words(put) -> None:
    korean, english = "나무와 그늘막을 어디에 둘지 이야기합니다. 버스 A1.", "Where trees stand. Bus A1."
    put("그늘", korean + api.APART + english)
    for typed, shown, hidden in (("그늘막", "이야기합니다", "trees"), ("trees", "stand", "나무")):
        snippet = api.find(typed).hits[0].snippet_html
        assert shown in snippet and hidden not in snippet
    assert "trees" not in api.find("A1").hits[0].snippet_html
    with translation.override("en"):
        assert "나무" not in api.find("A1").hits[0].snippet_html


def test_snippet_marks_and_escapes(put) -> None:
    put("제목", "앞 문장입니다. " * 30 + "<script>alert(1)</script> 가로등을 고쳐 주세요 & 부탁합니다")
    shown = api.find("가로등").hits[0].snippet_html
    assert "<mark>가로등</mark>" in shown
    assert "<script>" not in shown
    assert len(shown) < 400
    put("Coronavirus", "Coronavirus or flu", language="en")
    assert "<mark>or</mark> flu" in api.find("or").hits[0].snippet_html
    assert "C<mark>" not in api.find("or").hits[0].snippet_html


def test_long_words_and_long_bodies(put) -> None:
    put("가" * 30_000, "a" * 50_000 + " " + "나" * 50_000)
    assert api.find("a" * 5_000).total == 1
    assert api.find("가" * 5_000).total == 1


def source(*entries: api.Entry):
    """A source that gives one entry for each key from 1 on."""

    def batch(after: int, limit: int) -> tuple[list[api.Entry], int | None]:
        page = list(entries[after : after + limit])
        return page, after + len(page) if page else None

    return batch


def test_rebuild_fills_from_sources(put, monkeypatch) -> None:
    put("낡은 글")
    entries = [
        api.Entry(reference=f"idea:{n}", kind="idea", title=f"새 글 {n}", happened_at=START) for n in range(3)
    ]
    monkeypatch.setattr(rebuilding, "_sources", {})
    api.register_source("idea", source(*entries))
    with pytest.raises(ValueError, match="already"):
        api.register_source("idea", source())
    told: list[tuple[str, int]] = []
    assert api.rebuild(lambda kind, count: told.append((kind, count))) == 3
    assert told == [("idea", 3)]
    assert api.find("낡은").total == 0
    assert api.find("글").total == 3


def test_command_rebuilds(db, monkeypatch, capsys) -> None:
    from django.core.management import call_command

    monkeypatch.setattr(rebuilding, "_sources", {})
    api.register_source(
        "idea", source(api.Entry(reference="idea:1", kind="idea", title="글", happened_at=START))
    )
    call_command("search", "rebuild")
    assert capsys.readouterr().out.strip() == "1 entries"


NASTY = [
    '"',
    '""',
    "'",
    "' OR 1=1 --",
    "AND",
    "NOT OR",
    "NEAR(가, 2)",
    "a*",
    "^가",
    "title:가",
    "{title} : 가",
    "-가",
]
NASTY += [
    "가 & 나",
    "가 | !나",
    "<->",
    ":*",
    "$",
    "\\",
    "\\'",
    "%",
    "%s",
    "_",
    "\x00가",
    "가\x00",
    ";",
    "(((",
    "“",
    '가로"등',
]


@pytest.mark.parametrize("typed", NASTY)
def test_query_languages_cannot_be_reached(put, typed: str) -> None:
    put("가나다", "a b c")
    api.find(typed)
    api.find(typed, category=typed, office=typed, language=typed, kinds=[typed], states=[typed])
    api.similar(typed, typed)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.text(st.one_of(st.characters(), st.sampled_from("\"'()*:^&|!<->$\\%_{}-가길나a1 ")), max_size=40)
)
def test_anything_may_be_typed(put, typed: str) -> None:
    put("가나다 길", "a b c 가나", reference="idea:fuzz")
    result = api.find(typed)
    assert len(result.hits) <= result.total
    api.similar(typed, typed)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60),
    body=st.text(st.sampled_from("'\"\\$:가나다길ab1 \n한글"), max_size=60),
)
def test_anything_may_be_indexed(put, title: str, body: str) -> None:
    put(title, body, reference="idea:fuzz")
    put(title + " 끝", body, reference="idea:fuzz")
    assert found("끝") == ["idea:fuzz"]
    api.remove("idea:fuzz")
    assert engines.counts(["끝"]) == {"끝": 0}
