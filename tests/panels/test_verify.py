"""The one-file program: it passes what is right and finds what was touched, wherever that is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from madang.commons.panels import verify_lot
from madang.commons.panels.bundle import bundle
from tests.panels.support import House

Bundle = dict[str, Any]
PANELS = 60


@pytest.fixture
def whole(db) -> Bundle:
    return bundle(House().drawn())


def failed(made: Bundle) -> set[str]:
    parsed = verify_lot.parse(json.dumps(made))
    return {step.name for step in verify_lot.check(parsed) if step.status == "failed"}


def test_what_was_drawn_is_right(whole: Bundle) -> None:
    parsed = verify_lot.parse(json.dumps(whole))
    assert {step.status for step in verify_lot.check(parsed)} == {"passed"}


def _swap_panels(made: Bundle) -> None:
    panels = made["frozen"]["panels"]
    number = made["draw"]["number"]
    other = next(at for at, panel in enumerate(panels) if panel != panels[number - 1])
    panels[number - 1], panels[other] = panels[other], panels[number - 1]
    made["draw"]["panel"] = panels[number - 1]


def _rehash(made: Bundle) -> None:
    """Tamper, then also publish a digest that fits."""
    _swap_panels(made)
    made["digest"] = verify_lot.digest(made["frozen"])


def _seat(made: Bundle) -> None:
    panel = made["frozen"]["panels"][0]
    values = {int(key): opened[1] for key, opened in made["openings"].items()}
    # Somebody of the other value: one of the same kind would break no quota.
    panel[0] = next(at for at in values if at not in panel and values[at][0] != values[panel[0]][0])


def _twice(made: Bundle) -> None:
    panel = made["frozen"]["panels"][0]
    panel[0] = panel[1]


def _die(made: Bundle) -> None:
    throw = made["draw"]["throws"][0]
    made["draw"]["throws"][0] = ("2" if throw[0] == "1" else "1") + throw[1:]


def _own_seed(made: Bundle) -> None:
    """The operator types a seed of her own and lets everything else follow from it."""
    seed = "0" * 64
    number = verify_lot.number_of(seed, len(made["frozen"]["panels"]))
    made["draw"] |= {"seed": seed, "number": number, "panel": made["frozen"]["panels"][number - 1]}


TOUCHED: list[tuple[Callable[[Bundle], Any], set[str]]] = [
    (_swap_panels, {"frozen", "seed"}),
    (_rehash, {"seed"}),
    (_seat, {"frozen", "quotas"}),
    (_twice, {"frozen", "panels"}),
    (_die, {"seed"}),
    (_own_seed, {"seed"}),
    (lambda made: made["draw"].update(root="x"), {"log", "seed"}),
    (lambda made: made["draw"]["throws"].pop(), {"seed"}),
    (lambda made: made["draw"]["panel"].reverse(), {"draw"}),
    (lambda made: made["draw"].update(number=made["draw"]["number"] % PANELS + 1), {"draw"}),
    (lambda made: made["draw"].update(seed="zz"), {"seed", "draw"}),
    (lambda made: made["openings"]["0"][1].__setitem__(0, 1 - made["openings"]["0"][1][0]), {"openings"}),
    (lambda made: made["openings"]["0"].__setitem__(0, "00"), {"openings"}),
    (lambda made: made["frozen"]["people"].__setitem__(0, made["frozen"]["people"][1]), {"frozen", "openings"}),
    (lambda made: made["frozen"]["quotas"][0].__setitem__(2, 6), {"frozen", "quotas"}),
    (lambda made: made["frozen"]["proof"][0].update(count=999), {"frozen", "chances"}),
    (lambda made: made["frozen"]["proof"][0]["weights"].append(1), {"frozen", "proof"}),
    (lambda made: made["frozen"].update(witnesses=1), {"frozen", "seed"}),
    (lambda made: made["frozen"]["panels"].pop(), {"frozen"}),
    (lambda made: made.update(digest="0" * 64), {"frozen"}),
]  # fmt: skip


def test_whatever_is_touched_is_found(whole: Bundle) -> None:
    for at, (touch, names) in enumerate(TOUCHED):
        made = json.loads(json.dumps(whole))
        touch(made)
        assert names <= failed(made), at


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"frozen": {"format": "madang-lot 2"}}', '{"frozen": {"format": "madang-lot 1"}}', "{" * 5000],
)  # fmt: skip
def test_what_is_no_bundle_is_refused(text: str) -> None:
    with pytest.raises(verify_lot.BundleError):
        verify_lot.parse(text)


def test_shapes_that_could_trip_the_checks_are_refused(whole: Bundle) -> None:
    for path, value in [
        (("frozen", "size"), "10"), (("frozen", "size"), 0), (("frozen", "panels"), []), (("frozen", "panels"), [[60]]),
        (("frozen", "panels"), [[-1]]), (("frozen", "panels"), [[True]]), (("frozen", "levels"), [0]),
        (("frozen", "quotas"), [[9, 0, 1, 1]]), (("openings",), {"x": []}), (("openings",), {"0": ["", [0], ""]}),
        (("draw", "throws"), [1]), (("draw", "seed"), None),
    ]:  # fmt: skip
        made = json.loads(json.dumps(whole))
        part = made
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
        with pytest.raises(verify_lot.BundleError):
            verify_lot.parse(json.dumps(made))
    with pytest.raises(verify_lot.BundleError):
        verify_lot.parse(json.dumps(whole).replace('"size": 10', '"size": 10.0'))
    with pytest.raises(verify_lot.BundleError):
        verify_lot.parse(json.dumps(whole).replace('"size": 10', '"size": 10, "size": 10'))


def test_the_file_runs_alone_with_the_standard_library(whole: Bundle, tmp_path: Path) -> None:
    program, file = tmp_path / "verify_lot.py", tmp_path / "lot.json"
    program.write_bytes(Path(verify_lot.__file__).read_bytes())

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-I", "-S", program, file], capture_output=True, text=True)

    file.write_text(json.dumps(whole))
    assert run().returncode == 0
    _own_seed(whole)
    file.write_text(json.dumps(whole))
    done = run()
    assert done.returncode == 1 and "WRONG seed" in done.stdout
    file.write_text("{}")
    assert run().returncode == 2


def test_closed_people_are_said_and_bound_the_quotas(whole: Bundle) -> None:
    del whole["openings"]["0"]
    steps = {step.name: step for step in verify_lot.check(verify_lot.parse(json.dumps(whole)))}
    assert steps["proof"].status == "skipped" and steps["quotas"].facts["closed"] == 1
    assert {step.status for name, step in steps.items() if name != "proof"} == {"passed"}
