"""`madang words`: any CSV file gives the same bytes, and what will not do is said in two languages."""

from __future__ import annotations

import argparse
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from madang.services.polls.logic.words_command import arguments, run
from madang.services.polls.management.commands.words import Command

ROWS = [
    ("의견", "사람", "지역"),
    ("소통하는 정부", "a", "서울"),
    ('정부는 "소통"이 없다, 정말', "b", "부산"),
    ("버스를\n늘려 주세요", "c", "서울"),
    ("소통하는 정부", "a", "서울"),
    ("", "d", "부산"),
]


def table(rows: list[tuple[str, ...]], separator: str = ",") -> str:
    return "\r\n".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


def call(tmp_path: Path, data: bytes, *extra: str, name: str = "answers.csv") -> tuple[int, str, str]:
    source = tmp_path / name
    source.write_bytes(data)
    parser = argparse.ArgumentParser()
    arguments(parser)
    said: list[str] = []
    wrong: list[str] = []
    given = ["--column", "의견"] if "--column" not in extra else []
    code = run(vars(parser.parse_args([str(source), *given, *extra])), said.append, wrong.append)
    return code, "\n".join(said), "\n".join(wrong)


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp949", ","), ("utf-16", "\t")]
)
def test_every_encoding_and_separator_gives_the_same_bytes(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    options = ("--person", "사람", "--group", "지역", "--json", "-")
    plain = call(tmp_path, table(ROWS).encode(), *options)
    again = call(tmp_path, table(ROWS, separator).encode(encoding), *options, name="kopie.csv")
    assert plain[0] == 0
    assert again == plain
    document = json.loads(plain[1])
    assert document["input"]["answers"] == 5
    assert document["counted"]["answers"] == 3
    assert document["counted"]["unit"] == "answers"
    assert set(document["versions"]) == {"code", "kiwi", "kiwi_model", "lexicon", "boilerplate"}


@pytest.mark.parametrize(
    ("data", "options", "korean", "english"),
    [
        (
            table(ROWS).encode(),
            ("--column", "내용"),
            "내용 열이 없습니다. 있는 열: 의견, 사람, 지역",
            "no column 내용",
        ),
        (table(ROWS).encode(), ("--person", "이름"), "이름 열이 없습니다", "no column 이름"),
        (b"", (), "비어 있습니다", "is empty"),
        ("의견,사람\n".encode(), (), "답변이 없습니다", "no answers"),
        (
            "의견,사람\n가,나,다\n".encode(),
            (),
            "2번째 줄: 열은 2개인데 칸이 3개",
            "line 2: 3 cells under 2 columns",
        ),
        (
            "의견,사람\n가\n".encode(),
            (),
            "2번째 줄: 열은 2개인데 칸이 1개",
            "line 2: 1 cells under 2 columns",
        ),
        ('의견,사람\n"가,나\n다,라\n'.encode(), (), "따옴표", "quotation marks"),
        (b"\xff\xff\x00\x01", (), "UTF-8도 CP949도 아닙니다", "neither UTF-8 nor CP949"),
        (table(ROWS).encode(), ("--workers", "0"), "1에서 64 사이", "from 1 to 64"),
        (table(ROWS).encode(), ("--json", "없는폴더/x.json"), "폴더가 없습니다", "There is no folder"),
        (table(ROWS).encode(), ("--boilerplate", "없는파일"), "읽을 수 없습니다", "cannot be read"),
        (table(ROWS).encode(), ("--reference", "없는파일.csv"), "읽을 수 없습니다", "cannot be read"),
    ],
)
def test_what_will_not_do_is_said_in_both_languages_and_nothing_is_written(
    tmp_path: Path, data: bytes, options: tuple[str, ...], korean: str, english: str
) -> None:
    target = tmp_path / "out.json"
    given = options if "--json" in options else (*options, "--json", str(target))
    code, said, wrong = call(tmp_path, data, *given)
    assert (code, said) == (2, "")
    assert korean in wrong
    assert english in wrong
    assert not target.exists()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    arguments(parser)
    wrong: list[str] = []
    options = vars(parser.parse_args([str(tmp_path / "no.csv"), "--column", "x"]))
    assert run(options, wrong.append, wrong.append) == 2
    assert "no.csv 파일을 읽을 수 없습니다" in wrong[0]
    assert "no.csv cannot be read" in wrong[0]


def test_boilerplate_reference_and_quotes_can_be_chosen(tmp_path: Path) -> None:
    rows = [
        ("의견",),
        *((f"[우리동네 공모] 공원 {at}곳",) for at in range(9)),
        *((f"버스 {at}대",) for at in range(9)),
    ]
    own = tmp_path / "own.txt"
    own.write_text("# mine\n우리동네 공모\n", encoding="cp949")
    other = tmp_path / "other.csv"
    other.write_text(table([("의견",), *((f"버스 {at}번",) for at in range(30))]), encoding="utf-8")
    data = table(rows).encode()
    kept = json.loads(call(tmp_path, data, "--boilerplate", "none", "--json", "-")[1])
    chosen = (
        "--boilerplate",
        str(own),
        "--reference",
        str(other),
        "--no-quotes",
        "--around",
        "공원",
        "--json",
        "-",
    )
    found = json.loads(call(tmp_path, data, *chosen)[1])
    assert {row["word"] for row in kept["words"]} == {"동네", "공모", "공원", "버스"}
    assert {row["word"] for row in found["words"]} == {"공원", "버스"}
    assert found["cleaning"]["boilerplate"]["removed"] == {"우리동네 공모": 9}
    [against] = found["keyness"]
    assert (against["against"], against["answers"], against["reference_answers"]) == ("reference", 18, 30)
    assert [row["word"] for row in against["words"] if row["g2"] > 0] == ["공원"]
    assert all(not one["lines"] for one in found["lines"])
    assert any(one["lines"] for one in kept["lines"])


def test_what_is_printed_says_the_same_in_korean_and_english(tmp_path: Path) -> None:
    code, said, _ = call(
        tmp_path, table([("의견",), *(("소통하는 정부",) for _ in range(6))]).encode(), "--around", "정부"
    )
    assert code == 0
    assert "답변 6건 중 6건(6명)" in said
    assert "6 of 6 answers (6 persons)" in said
    assert "1. 소통: 6건, 100.0 %" in said


def test_names_and_personal_data_are_masked_in_what_is_shown(tmp_path: Path) -> None:
    text = "정부 민원은 김철수 과장 010-1234-5678 로 하세요"
    data = table([("의견",), *((f"{text} {at}",) for at in range(6))]).encode()
    out = call(tmp_path, data, "--json", "-")[1]
    assert "김철수" not in out
    assert "010-1234" not in out
    assert "○○○ 과장 ○○○" in out
    assert json.loads(out)["cleaning"]["personal"] == {"phone": 6}
    assert "김철수" in call(tmp_path, data, "--names", "kept", "--json", "-")[1]


def test_madang_words_is_the_same_command(tmp_path: Path) -> None:
    source = tmp_path / "answers.csv"
    source.write_text(table(ROWS), encoding="cp949")
    out = StringIO()
    call_command(Command(), str(source), "--column", "의견", "--json", str(tmp_path / "one.json"), stdout=out)
    assert "답변 5건 중" in out.getvalue()
    plain = call(tmp_path, table(ROWS).encode(), "--json", str(tmp_path / "two.json"))
    assert plain[0] == 0
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    with pytest.raises(SystemExit) as ended:
        call_command(Command(), str(source), "--column", "내용", stdout=out, stderr=StringIO())
    assert ended.value.code == 2
