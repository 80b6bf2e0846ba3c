"""What the poll's words must do on the real proposals of Gwanghwamoon 1st Street."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from madang.services.polls.logic import boilerplate, reading, tokens
from madang.services.polls.logic.analysis import Answer, Settings, analyse, written

pytestmark = pytest.mark.realdata


@pytest.fixture
def real(shared_data: Path) -> Path:
    path = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    if not path.exists():
        pytest.skip(f"no real proposals at {path}")
    return path


@pytest.fixture
def titles(real: Path) -> list[Answer]:
    with real.open(encoding="utf-8-sig", newline="") as file:
        return [
            Answer(str(at), row["title"], row["author"], row["author_kind"])
            for at, row in enumerate(csv.DictReader(file), 1)
        ]


def company(answers: list[Answer], listed: boilerplate.Boilerplate) -> list[str]:
    how = reading.usual(boilerplates=listed)
    found = analyse(answers, Settings(around=("혁신",), copies="texts", least=2, resamples=40), how=how)
    return [row["word"] for row in found["around"][0]["with"][:10]]


def test_without_the_contests_wording_the_public_is_seen_and_not_the_contest(titles: list[Answer]) -> None:
    assert company(titles, boilerplate.NONE)[:2] == ["이벤트", "응모"]
    without = company(titles, boilerplate.listed())
    assert len(without) == 10
    assert not {"이벤트", "응모"} & set(without)


def test_the_contests_wording_is_proposed_as_boilerplate(titles: list[Answer]) -> None:
    found = analyse(titles, Settings(resamples=40), how=reading.usual(boilerplates=boilerplate.NONE))
    offered = found["cleaning"]["boilerplate"]["proposed"]
    assert any("이벤트응모" in boilerplate.squeezed(one["phrase"]) and one["marked"] for one in offered)


def test_the_table_of_words_is_the_same_for_every_seed(titles: list[Answer]) -> None:
    """Words and ranks come from counts; the seed moves only the ends of the intervals, and those by little."""
    tables = [analyse(titles, Settings(seed=seed, resamples=400))["words"][:20] for seed in range(1, 5)]
    assert len({tuple((row["word"], row["rank"], row["answers"]) for row in table) for table in tables}) == 1
    for rows in zip(*tables, strict=True):
        lows = [row["rank_low"] for row in rows]
        assert max(lows) - min(lows) <= 1
        assert max(row["share_high"] for row in rows) - min(row["share_high"] for row in rows) < 0.03


def test_cutting_into_nouns_twice_gives_the_same(titles: list[Answer]) -> None:
    texts = [one.text for one in titles]
    assert list(tokens.nouns(texts)) == list(tokens.nouns(texts))
    settings = Settings(resamples=40)
    assert written(analyse(titles, settings)) == written(analyse(titles, settings))


def test_every_noun_of_every_body_stands_where_it_says(real: Path) -> None:
    from madang.services.polls.logic import cleaning

    with real.open(encoding="utf-8-sig", newline="") as file:
        bodies = [row["body"] for row in csv.DictReader(file)][::9]
    cleaned = [cleaning.clean(body, boilerplate.listed()) for body in bodies]
    seen = 0
    for body, clean, found in zip(bodies, cleaned, tokens.nouns([one.text for one in cleaned]), strict=True):
        for noun in found:
            start, end = clean.aligned.span(noun.start, noun.end)
            assert body[start:end] == clean.text[noun.start : noun.end]
            seen += 1
    assert seen > 5_000


def test_a_cp949_copy_gives_the_same_bytes(real: Path, tmp_path: Path) -> None:
    text = real.read_text(encoding="utf-8-sig").encode("cp949", "ignore").decode("cp949")
    for encoding in ("utf-8", "cp949"):
        (tmp_path / f"{encoding}.csv").write_bytes(text.encode(encoding))
        call = [sys.executable, "-m", "madang.services.polls.logic", str(tmp_path / f"{encoding}.csv")]
        call += ["--column", "title", "--person", "author", "--json", str(tmp_path / f"{encoding}.json")]
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "utf-8.json").read_bytes() == (tmp_path / "cp949.json").read_bytes()
