"""Numbers, codes, words, policies, schedules, files of others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel import clock, ids, jobs, policy, saying, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.flow import Flow, Step
from madang.kernel.imports import decode, read_csv

MOMENT = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # already 1 December in Seoul


class TestNumbers:
    def test_the_month_is_seouls(self) -> None:
        assert ids.number("ID", MOMENT, 42).startswith("ID-2612-00042-")

    @given(st.integers(1, 9_999_999))
    def test_read_back_however_typed(self, sequence: int) -> None:
        number = ids.number("ID", MOMENT, sequence)
        assert ids.read_number(number) == number
        assert ids.read_number(number.lower().replace("-", " ")) == number

    @given(st.integers(1, 99_999), st.integers(0, 11), st.sampled_from("0123456789"))
    def test_one_wrong_digit_is_noticed(self, sequence: int, place: int, digit: str) -> None:
        number = ids.number("ID", MOMENT, sequence)
        compact = number.replace("-", "")
        if not compact[place].isdigit() or compact[place] == digit:
            return
        assert ids.read_number(compact[:place] + digit + compact[place + 1 :]) is None

    def test_swapped_neighbours_are_noticed(self) -> None:
        number = ids.number("ID", MOMENT, 12)
        assert ids.read_number(number.replace("00012", "00021")) is None


class TestCodes:
    @given(st.integers())
    def test_codes_read_back_and_differ(self, _seed: int) -> None:
        code, other = ids.new_code(), ids.new_code()
        assert code != other
        assert ids.read_code(code.lower().replace("-", " ")) == code

    def test_lookalikes_are_forgiven(self) -> None:
        assert ids.read_code("OIL0-0000-0000-0000-0000") == "0110-0000-0000-0000-0000"

    @pytest.mark.parametrize("typed", ["", "가나다라", "ABCD", "U" * 20, "A" * 21])
    def test_what_cannot_be_a_code(self, typed: str) -> None:
        assert ids.read_code(typed) is None


class TestWords:
    @given(st.text())
    def test_cleaning_twice_changes_nothing_more(self, value: str) -> None:
        assert text.clean(text.clean(value)) == text.clean(value)
        assert not text.had_control(text.clean(value))

    def test_control_and_bidi_characters_go(self) -> None:
        assert text.clean("가\x00나\u202e다\r\n라") == "가나다\n라"

    @given(st.text())
    def test_html_never_lets_a_tag_through(self, value: str) -> None:
        html = text.to_html(f"<script>{value}</script>")
        assert "<script" not in html

    def test_a_script_address_is_not_a_link(self) -> None:
        assert "href" not in text.to_html("javascript:alert(1)")

    def test_pairs_find_a_noun_under_its_particle(self) -> None:
        assert set(text.bigrams("통학로")) <= set(text.bigrams("통학로에서"))

    def test_language(self) -> None:
        assert text.language_of("Put opening hours on the map") == "en"
        assert text.language_of("Wi-Fi를 늘려 주세요") == "ko"


class TestPolicy:
    def test_unknown_acts_are_refused(self) -> None:
        assert not policy.can("no.such.act", Actor())
        with pytest.raises(RefusedError):
            policy.require("no.such.act", Actor())

    def test_two_policies_for_one_act_are_an_error(self) -> None:
        with pytest.raises(ValueError, match="two policies"):
            policy.allow("matters.matter.view")(lambda actor, subject: policy.OK)


class TestFlow:
    def test_open_steps(self) -> None:
        flow = Flow("a.b", "one", (Step("go", ("one",), "two"), Step("stay", ("one", "two"), None)))
        assert [step.name for step in flow.open_steps("two")] == ["stay"]
        assert flow.states() == {"one", "two"}
        with pytest.raises(KeyError):
            flow.step("fly")


class TestJobs:
    def test_a_failing_job_backs_off_and_does_not_stop_the_others(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran: list[str] = []

        def broken() -> None:
            ran.append("broken")
            raise RuntimeError("on purpose")

        table = {
            "broken": jobs.Periodic("broken", 1, broken),
            "sound": jobs.Periodic("sound", 1, lambda: ran.append("sound")),
        }
        monkeypatch.setattr(jobs, "_periodic", table)
        jobs.run_due(now=10.0)
        jobs.run_due(now=11.0)
        assert ran == ["broken", "sound", "sound"]
        jobs.run_due(now=12.0)
        assert ran.count("broken") == 2


class TestClock:
    def test_naive_moments_are_refused(self) -> None:
        with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 1, 1)):
            pass

    def test_the_legal_day_turns_at_midnight_in_seoul(self) -> None:
        with clock.at(datetime(2026, 1, 1, 14, 59, 59, tzinfo=UTC)):
            assert clock.today().day == 1
        with clock.at(datetime(2026, 1, 1, 15, 0, 0, tzinfo=UTC)):
            assert clock.today().day == 2


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    def test_encodings_are_found_out(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes("이름,값\n펭귄,1\n".encode(encoding))
        assert list(read_csv(path, ("이름",))) == [(2, {"이름": "펭귄", "값": "1"})]

    def test_cp949_late_in_the_file(self) -> None:
        assert decode(b"a" * 50_000 + "늦게".encode("cp949"))[1] == "cp949"

    def test_neither(self) -> None:
        with pytest.raises(RefusedError, match="CP949"):
            decode(b"\xff\x00\xff\x81")

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text("a,b\n1,2\n")
        with pytest.raises(RefusedError, match="c"):
            list(read_csv(path, ("a", "c")))

    def test_lines_are_those_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_text('a,b\n"one\ntwo",1\n3\n4,5\n')
        assert [line for line, _cells in read_csv(path, ("a",))] == [2, 4, 5]
        assert [cells is None for _line, cells in read_csv(path, ("a",))] == [False, True, False]


@pytest.mark.parametrize(
    ("kept", "ko", "en"),
    [
        (
            "시행령 제14조 · 제15조: 14일 · Decree arts. 14, 15: 14 days",
            "시행령 제14조 · 제15조: 14일",
            "Decree arts. 14, 15: 14 days",
        ),
        ("민원 처리에 관한 법률", "민원 처리에 관한 법률", "민원 처리에 관한 법률"),
        ("Civil Code art. 157", "Civil Code art. 157", "Civil Code art. 157"),
    ],
)
def test_of_a_source_in_two_languages_one_reads_one(kept: str, ko: str, en: str) -> None:
    for language, expected in (("ko", ko), ("en", en)):
        with translation.override(language):
            assert saying.half(kept) == expected
