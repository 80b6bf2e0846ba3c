"""Files that will not do, files that just do, and the command."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from time import process_time

import pytest
from django.core.management import call_command

from madang.services.budgeting.logic.count import Settings, count, document
from madang.services.budgeting.logic.faults import CountError
from madang.services.budgeting.logic.pabulib import read
from tests.budgeting.made import election, text

GOOD = text([5, 6], [[0], [0, 1], [1]], 10)
BAD = {
    "no budget": (GOOD.replace("budget;10\n", ""), "meta_missing", 1),
    "no vote type": (GOOD.replace("vote_type;approval\n", ""), "meta_missing", 1),
    "unknown vote type": (GOOD.replace("approval", "telepathy"), "vote_type", 6),
    "fewer votes than said": (GOOD.replace("num_votes;3", "num_votes;4"), "count", 4),
    "fewer projects than said": (GOOD.replace("num_projects;2", "num_projects;3"), "count", 3),
    "a voter twice": (GOOD.replace("v2;", "v1;"), "voter_twice", 16),
    "an unknown project": (GOOD.replace("v2;p1", "v2;p7"), "unknown_project", 16),
    "a project twice in a vote": (GOOD.replace("v1;p0,p1", "v1;p0,p0"), "chosen_twice", 15),
    "the same project id twice": (GOOD.replace("p1;6", "p0;6"), "project_twice", 11),
    "budget 0": (GOOD.replace("budget;10", "budget;0"), "budget_zero", 5),
    "a cost in words": (GOOD.replace("p1;6", "p1;six"), "amount", 11),
    "a negative cost": (GOOD.replace("p1;6", "p1;-6"), "amount", 11),
    "thousands apart": (GOOD.replace("p1;6", "p1;6 000"), "amount", 11),
    "a short vote": (GOOD.replace("v2;p1", "v2"), "vote_row", 16),
    "no cost column": (GOOD.replace("project_id;cost", "project_id;price"), "column", 9),
    "no votes section": (GOOD[: GOOD.index("VOTES")], "section", 0),
    "a section that nobody knows": (GOOD.replace("VOTES\n", "COMMENTS\nVOTES\n"), "section_unknown", 12),
    "a quotation mark never closed": (GOOD.replace("p1;6;", 'p1;6;"'), "quote", 11),
    "a budget in words": (GOOD.replace("budget;10", "budget;ten"), "amount", 5),
    "not a Pabulib file": ("hello\nworld\n", "start", 1),
    "empty": ("", "section", 0),
    "points missing": (text([5], [[0]], 5, "scoring", [["1"]]).replace("p0;1\n", "p0;\n"), "points", 13),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_with_its_line(name: str) -> None:
    content, key, line = BAD[name]
    with pytest.raises(CountError) as caught:
        read(content.encode())
    assert (key, line) in [(problem.key, problem.line) for problem in caught.value.problems]
    first = caught.value.problems[0]
    assert first.ko and first.en and first.ko != first.en


def test_a_budget_that_is_no_number_is_not_called_0_too() -> None:
    with pytest.raises(CountError) as caught:
        read(GOOD.replace("budget;10", "budget;ten").encode())
    assert [problem.key for problem in caught.value.problems] == ["amount"]


def test_decimal_costs_are_exact() -> None:
    one = election(["0.10", "0,2", "0.30"], [[0, 1, 2]], "0.6")
    assert (one.unit, [project.cost for project in one.projects], one.budget) == (10, [1, 2, 3], 6)
    assert len(count(one, Settings("greedy")).winners) == 3
    assert "decimals" in [note.key for note in one.notes]
    assert election(["100000.0"], [[0]], "100000").unit == 1


def test_what_can_be_counted_is_only_noted() -> None:
    one = election([50], [[0]], 10, columns={"votes": [7]}, meta={"max_length": "0"})
    assert {"too_dear", "votes_column", "max_length"} == {note.key for note in one.notes}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings(encoding: str) -> None:
    content = GOOD.replace("Name 0", "한글 이름").replace("\n", "\r\n")
    assert read(content.encode(encoding)).projects[0].name == "한글 이름"


def test_not_text() -> None:
    with pytest.raises(CountError, match="UTF-8"):
        read(b"\x89PNG\r\n\x1a\n\xff\xff\x00")


def test_a_million_lines_are_read() -> None:
    """Three kinds of ballots, so that this stays quick; the bench has as many kinds as real cities."""
    votes = "\n".join(f"v{at};p{at % 2}" for at in range(1_000_000))
    head = GOOD[: GOOD.index("v0;")].replace("num_votes;3", "num_votes;1000000")
    began = process_time()
    one = read((head + votes).encode())
    assert (one.voters, len(one.ballots)) == (1_000_000, 2)
    assert process_time() - began < 20


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.pb").write_text(GOOD, encoding="utf-8")
    out = StringIO()
    call_command(
        "count", str(tmp_path / "a.pb"), "--rule=equal-shares", "--json", str(tmp_path / "r.json"), stdout=out
    )
    result = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert result["settings"]["completion"] == "add1"
    assert result["digest"] in out.getvalue()
    assert {row["id"] for row in result["projects"]} == {"p0", "p1"}
    assert all(row["ko"] and row["en"] for row in result["projects"])


@pytest.mark.parametrize(
    "options",
    [["nowhere.pb"], ["a.pb", "--increment", "0"], ["a.pb", "--increment", "x"], ["a.pb", "--rule", "composite"],
     ["a.pb", "--rule", "composite", "--weights", "evote=50"], ["a.pb", "--json", "no/such/folder"], []],
)  # fmt: skip
def test_what_will_not_do_ends_with_two(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.pb").write_text(GOOD, encoding="utf-8")
    if "--increment" in options:
        options = [*options, "--rule", "equal-shares"]
    done = plain(
        [str(Path(__file__).resolve().parents[2] / "src/madang/services/budgeting/logic"), *options], tmp_path
    )
    assert done.returncode == 2
    assert any("가" <= letter <= "힣" for letter in done.stderr)
    assert "Traceback" not in done.stderr


def test_one_file_without_any_package(tmp_path: Path) -> None:
    """`python -I` sees nothing that is installed by path; `-S` leaves the environment's packages out."""
    (tmp_path / "a.pb").write_text(GOOD, encoding="utf-8")
    call_command("count", "--program", str(tmp_path / "count.pyz"), stdout=StringIO())
    done = plain(["count.pyz", "a.pb", "--rule", "equal-shares", "--json", "-"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == document(read(GOOD.encode()), Settings("equal-shares"))


def plain(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", *arguments], cwd=folder, capture_output=True, text=True
    )


def test_a_folder_is_replayed(tmp_path: Path) -> None:
    """A line for each file, also for one whose result was changed by hand; one that will not do stops none of the others."""
    marked = text([5, 6, 4], [[0], [0, 1], [1]], 10, columns={"selected": [1, 0, 0]})
    (tmp_path / "a.pb").write_text(marked, encoding="utf-8")
    (tmp_path / "b.pb").write_text(GOOD, encoding="utf-8")
    out = StringIO()
    call_command("count", str(tmp_path), "--json", str(tmp_path / "all.json"), stdout=out)
    assert "the same as the column selected" in out.getvalue()
    (tmp_path / "a.pb").write_text(marked.replace("Name 0;1", "Name 0;0"), encoding="utf-8")
    (tmp_path / "c.pb").write_text("no", encoding="utf-8")
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("count", str(tmp_path), "--json", str(tmp_path / "all.json"), stdout=out, stderr=err)
    assert ended.value.code == 2 and "c.pb" in err.getvalue()
    assert "(+1 −0)" in out.getvalue() and "changed by hand" in out.getvalue().lower()
    assert list(json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))) == ["a.pb", "b.pb"]
