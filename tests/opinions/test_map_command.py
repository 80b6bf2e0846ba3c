"""`madang map`: the five real conversations, and folders in every state in which people have them."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from madang.commons.opinions.logic.polis_files import read_folder
from madang.commons.opinions.logic.polis_tables import PolisError
from tests.opinions.test_engine_real import CONVERSATIONS

Rows = list[list[str]]


def drawn(folder: Path, out: Path, *options: str) -> dict[str, Any]:
    call_command(
        "map", str(folder), "--json", str(out), "--starts=5", "--resamples=3", *options, stdout=StringIO()
    )
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.mark.realdata
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_real_conversations(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "polis" / name
    found = drawn(folder, tmp_path / "one.json")
    drawn(folder, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    with (folder / "participants-votes.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    assert found["counts"]["people"] == len(people) == len(found["participants"])
    assert found["counts"]["votes"] == sum(int(row["n-votes"]) for row in people)
    agreed = sum(one["agree"] for one in found["components"]["statements"])
    assert agreed == sum(int(row["n-agree"]) for row in people)
    assert all(sign["agree"] == 1 and not sign["fits_reversed"] for sign in found["source"]["signs"])
    assert found["certificate"]["verdict"] in {"stable", "fragile", "no_groups"}
    assert bool(found["groups"]) == (found["certificate"]["verdict"] != "no_groups")
    at_least = {"austria-climate": 0.95, "scoop-hivemind.biodiversity": 0.93}
    assert found["comparison"]["ari"] >= at_least.get(name, 0.0)
    if name in at_least:
        assert found["comparison"]["ari_named"] > 0.99


@pytest.fixture
def brexit(shared_data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "brexit"
    shutil.copytree(shared_data / "polis" / "brexit-consensus", folder, copy_function=shutil.copyfile)
    folder.chmod(0o755)
    return folder


def edit(path: Path, change: Callable[[Rows], Rows], encoding: str = "utf-8") -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(change(rows))


def notes(folder: Path) -> dict[str, int | None]:
    return {note.key: note.count for note in read_folder(folder).notes}


def digest(folder: Path, tmp_path: Path) -> str:
    found = drawn(folder, tmp_path / "out.json")
    return str(found["tables"]["sha256"])


@pytest.mark.realdata
def test_any_file_that_suffices_gives_the_same_tables(brexit: Path, tmp_path: Path) -> None:
    whole = digest(brexit, tmp_path)
    votes = (brexit / "votes.csv").read_bytes()
    (brexit / "votes.csv").unlink()
    assert digest(brexit, tmp_path) == whole
    (brexit / "comments.csv").unlink()
    (brexit / "summary.csv").unlink()
    assert digest(brexit, tmp_path) == whole
    (brexit / "participants-votes.csv").unlink()
    (brexit / "r2abc-votes.csv").write_bytes(votes)
    assert digest(brexit, tmp_path) == whole
    assert drawn(brexit, tmp_path / "out.json")["comparison"] is None
    assert "assumed-sign" in notes(brexit)


@pytest.mark.realdata
def test_columns_in_another_order_under_other_names_with_fractions_and_marks(
    brexit: Path, tmp_path: Path
) -> None:
    whole = digest(brexit, tmp_path)

    def disguise(rows: Rows) -> Rows:
        return [
            ["Vote", "extra", "TID", "Participant_ID", "Datetime"],
            *[[f"{float(row[4])}", "?", f"{row[2]}.0", row[3], row[1]] for row in rows[1:]],
        ]

    edit(brexit / "votes.csv", disguise, "utf-8-sig")
    (brexit / "votes.csv").write_text(
        (brexit / "votes.csv").read_text("utf-8-sig").replace(",", ";"), "utf-8"
    )
    edit(
        brexit / "comments.csv",
        lambda rows: [[cell.replace("comment-id", "comment_id") for cell in row] for row in rows],
    )
    assert digest(brexit, tmp_path) == whole


@pytest.mark.realdata
@pytest.mark.parametrize("without", ["", "participants-votes.csv"])
def test_the_opposite_sign_is_noticed_and_turned(without: str, brexit: Path, tmp_path: Path) -> None:
    whole = digest(brexit, tmp_path)
    if without:
        (brexit / without).unlink()
    edit(brexit / "votes.csv", lambda rows: [rows[0], *[[*row[:4], str(-int(row[4]))] for row in rows[1:]]])
    found = drawn(brexit, tmp_path / "out.json")
    assert found["tables"]["sha256"] == whole
    assert found["source"]["signs"][-1]["agree"] == -1
    assert "reversed-sign" in notes(brexit)


@pytest.mark.realdata
def test_missing_rows_unknown_ids_and_repeated_votes_are_told(brexit: Path, tmp_path: Path) -> None:
    def damage(rows: Rows) -> Rows:
        late = "1999999999999"
        kept = rows[:1] + rows[101:]
        person, statement, value = kept[1][3], kept[1][2], kept[1][4]
        return [
            *kept,
            [late, "", statement, person, value],
            [late, "", "777", person, "1"],
            [late, "", statement, "visitor", "1"],
        ]

    edit(brexit / "votes.csv", damage)
    told = notes(brexit)
    assert told["unknown-statements"] == 1
    assert told["unknown-people"] == 1
    assert told["files-differ"]
    found = drawn(brexit, tmp_path / "out.json")
    assert [one["on_map"] for one in found["components"]["statements"] if one["id"] == "777"] == [True]
    assert found["participants"][-1]["id"] == "visitor"
    assert found["participants"][-1]["standing"] == "few_votes"


def test_a_later_vote_replaces_the_earlier_one_by_time_not_by_line(tmp_path: Path) -> None:
    lines = ["timestamp,comment-id,voter-id,vote", "200,1,a,1", "100,1,a,-1", "150,2,a,0"]
    (tmp_path / "votes.csv").write_text("\n".join(lines), encoding="utf-8")
    made = read_folder(tmp_path)
    assert made.votes[-1] == ("a", "1", 1)


def test_cp949_comments_and_people_without_votes(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_bytes(
        "comment-id,moderated,comment-body\n0,1,자전거 도로를 넓혀요\n1,-1,광고입니다\n2,0,아무도 투표하지 않은 말\n".encode(
            "cp949"
        )
    )
    (tmp_path / "participants-votes.csv").write_text(
        "participant,group-id,n-votes,n-agree,n-disagree,0,1,2\n" + "".join(f"{who},,2,1,1,1,-1,\n" for who in range(9)) + "99,,0,0,0,,,\n",
        encoding="utf-8",
    )  # fmt: skip
    found = drawn(tmp_path, tmp_path / "out.json")
    first, second, third = found["components"]["statements"]
    assert first["text"] == "자전거 도로를 넓혀요"
    assert (second["on_map"], third["on_map"], third["agree"]) == (False, False, 0)
    assert found["counts"]["statements_left_out"] == 1
    assert found["participants"][-1] == {
        "id": "99", "x": 0.0, "y": 0.0, "votes": 0, "group": None, "nearest": None, "standing": "few_votes"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("files", "key", "words"),
    [
        ({}, "no-votes-file", "votes.csv"),
        ({"votes.csv": ""}, "empty", "votes.csv"),
        ({"votes.csv": "comment-id,voter-id,vote\n"}, "no-votes", "no vote"),
        ({"votes.csv": "comment-id,vote\n1,1\n"}, "column", "line 1: no column voter-id"),
        ({"votes.csv": "comment-id,voter-id,vote\n1,2,1\n1,3,7\n"}, "vote", "votes.csv, line 3: vote is “7”"),
        (
            {"votes.csv": "comment-id,voter-id,vote\n1,2,1\n1,\n"},
            "incomplete",
            "votes.csv, line 3: voter-id “”",
        ),
        ({"votes.csv": 'comment-id,voter-id,vote\n1,2,1\n"1,3,1\n'}, "csv", "line 3: not valid CSV"),
        ({"votes.csv": "comment-id,voter-id,vote\n1,2,1\n", "a-votes.csv": "", "b votes.csv": ""}, None, ""),
        ({"a-votes.csv": "x", "b-votes.csv": "y"}, "several", "a-votes.csv, b-votes.csv"),
        ({"participants-votes.csv": "participant,group-id\n1,0\n"}, "statement-columns", "line 1"),
        (
            {"participants-votes.csv": "participant,0,1\n1,1,\n2,1,yes?\n"},
            "vote",
            "line 3: statement 1 is “yes?”",
        ),
        ({"participants-votes.csv": "participant,0,1\n1,1,0,1\n"}, "too-long", "4 fields under 3 columns"),
        (
            {
                "votes.csv": "comment-id,voter-id,vote\n1,2,1\n",
                "comments.csv": "comment-id,moderated\n1,maybe\n",
            },
            "moderated",
            "comments.csv, line 2: moderated is “maybe”",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    files: dict[str, str], key: str | None, words: str, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    if key is None:
        assert len(read_folder(tmp_path).votes) == 1
        return
    with pytest.raises(PolisError) as caught:
        read_folder(tmp_path)
    assert caught.value.problems[0].key == key
    assert words in caught.value.problems[0].en
    assert any("가" <= letter <= "힣" for letter in caught.value.problems[0].ko)


def test_the_command_ends_with_2_and_both_languages(tmp_path: Path) -> None:
    errors = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("map", str(tmp_path / "nothing"), stderr=errors)
    assert ended.value.code == 2
    assert "is not a folder" in errors.getvalue()
    assert "폴더가 아닙니다" in errors.getvalue()
    with pytest.raises(SystemExit):
        call_command("map", str(tmp_path), "--min-votes=0", stderr=errors)
    assert "--min-votes must be from 1" in errors.getvalue()


def test_without_django_and_without_the_compiler(tmp_path: Path) -> None:
    lines = ["comment-id,voter-id,vote", *[f"{s},{p},{1 - 2 * (p % 2)}" for p in range(30) for s in range(9)]]
    (tmp_path / "votes.csv").write_text("\n".join(lines), encoding="utf-8")
    script = (
        "import sys; sys.modules['django'] = None; sys.modules['numba'] = None; sys.argv = ['map', sys.argv[1], '--json', '-'];"
        "import runpy; runpy.run_module('madang.commons.opinions.logic', run_name='__main__')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert [group["size"] for group in found["groups"]] == [15, 15]
    assert found["components"]["axes"] == "line"
