"""The checks in the browser must judge every file of a lot as the program in Python does, step by step."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.panels import verify_lot
from madang.commons.panels.bundle import bundle
from madang.commons.panels.domain import preparing
from tests.panels.support import ROLES, House, csv_of, people
from tests.panels.test_verify import TOUCHED, Bundle

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(not NODE, reason="no node on this machine")


def node(script: Path | str, *arguments: str) -> Any:
    done = subprocess.run(
        [str(NODE), "--no-warnings", str(script), *arguments], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def browser(folder: Path, texts: list[str]) -> list[Any]:
    """What frontend/js/lot says about each file."""
    cases = folder / "cases.json"
    cases.write_text(json.dumps(texts))
    answers: list[Any] = node(
        Path(__file__).with_name("lot_cases.mjs"), str(ROOT / "frontend/js/lot/check.js"), str(cases)
    )
    return answers


def python(text: str) -> Any:
    try:
        steps = verify_lot.check(verify_lot.parse(text))
    except verify_lot.BundleError:
        return "refused"
    return [[step.name, step.status, step.facts] for step in steps]


def same(folder: Path, texts: list[str]) -> list[Any]:
    answers = browser(folder, texts)
    for text, answer in zip(texts, answers, strict=True):
        assert answer == python(text), text[:300]
    return answers


def apart() -> Bundle:
    """A lot in which two of a household never sit together, drawn."""
    house = House()
    rows = people(60)
    for at, row in enumerate(rows):
        row[2] = f"집{at // 2}"
    panel = house.panel(apart=True)
    preparing.upload(actor=house.officer, panel=panel, data=csv_of(rows))
    panel.refresh_from_db()
    panel = preparing.take(actor=house.officer, panel=panel, roles=ROLES | {"연락처": "household"}, age="")
    return bundle(house.throw_all(house.open(house.freeze(house.make(house.bounded(panel))))))


def test_both_find_the_same_wherever_something_was_touched(db, tmp_path: Path) -> None:
    whole = bundle(House().drawn())
    texts = [json.dumps(whole), json.dumps(whole, ensure_ascii=False, indent=1)]
    for touch, _names in TOUCHED:
        made = json.loads(json.dumps(whole))
        touch(made)
        texts.append(json.dumps(made))
    closed = json.loads(json.dumps(whole))
    del closed["openings"]["0"]
    undrawn = whole | {"draw": None}
    texts += [json.dumps(closed), json.dumps(undrawn)]
    answers = same(tmp_path, texts)
    assert {status for _name, status, _facts in answers[0]} == {"passed"}
    assert all("failed" in {step[1] for step in answer} for answer in answers[2 : 2 + len(TOUCHED)])


def test_households_are_checked_in_both(db, tmp_path: Path) -> None:
    whole = apart()
    together = json.loads(json.dumps(whole))
    panel = together["frozen"]["panels"][0]
    homes = {int(key): opened[2] for key, opened in whole["openings"].items()}
    panel[1] = next(at for at in homes if at != panel[0] and homes[at] == homes[panel[0]])
    right, wrong = same(tmp_path, [json.dumps(whole), json.dumps(together)])
    assert {status for _name, status, _facts in right} == {"passed"}
    assert {name: status for name, status, _facts in wrong}["quotas"] == "failed"


def test_what_is_no_lot_is_refused_by_both(db, tmp_path: Path) -> None:
    whole = json.dumps(bundle(House().drawn()))
    frozen = '"frozen": {'
    texts = [
        "", "[]", "null", "{}", "{" * 5000, "[" * 5000, "1.5", '{"frozen": {"format": "madang-lot 2"}}',
        '{"frozen": {"format": "madang-lot 1"}}', whole + "x", whole[:-1], whole.replace('"size": 10', '"size": 10.0'),
        whole.replace('"size": 10', '"size": 1e1'), whole.replace('"size": 10', '"size": 010'),
        whole.replace('"size": 10', '"size": 10, "size": 10'), whole.replace('"size": 10', '"size": true'),
        whole.replace('"size": 10', '"size": NaN'), whole.replace(frozen, frozen + '"more": "\\ud800", '),
        whole.replace(frozen, frozen + '"more": "a\tb", '), whole.replace('"levels": [', '"levels": ["0", '),
        whole.replace('"apart": 0', '"apart": null'), whole.replace('"witnesses": 2', '"witnesses": 0'),
    ]  # fmt: skip
    assert set(map(str, same(tmp_path, texts))) == {"refused"}


def test_what_was_added_changes_the_digest_alike(db, tmp_path: Path) -> None:
    """Numbers beyond 2^53, letters beyond 2^16, a key of every object's, signs that are written in two ways."""
    whole = json.dumps(bundle(House().drawn()))
    more = [
        '"more": 9007199254740993', '"more": -0', '"more": 123456789012345678901234567890', '"😀": 1, "\\uffff": 2',
        '"__proto__": 1, "constructor": {"toString": []}', '"more": "\\u0001\\u007f\\u2028\\/\\b\\"\\\\한"', '"more": [[], {}, null, true]',
    ]  # fmt: skip
    answers = same(tmp_path, [whole.replace('"frozen": {', '"frozen": {' + words + ", ") for words in more])
    assert len({answer[0][2]["digest"] for answer in answers}) == len(more)


@settings(max_examples=10, deadline=None)
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=300), min_size=1, max_size=30))
def test_the_hash_is_that_of_everybody_else(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    script = tmp_path_factory.mktemp("hash") / "hash.mjs"
    module = (ROOT / "frontend/js/lot/sha256.js").as_uri()
    script.write_text(
        f"import {{ sha256 }} from {json.dumps(module)};\n"
        f"console.log(JSON.stringify({json.dumps(texts)}.map(sha256)));\n"
    )
    assert node(script) == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
