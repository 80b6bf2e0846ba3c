"""A database that release 0.1 filled loses nothing when this release takes it over."""

from __future__ import annotations

import json
from pathlib import Path


def test_release_0_1_is_taken_over_whole(new_site) -> None:
    told = new_site("old").script(Path(__file__).parent / "upgrade_child.py")
    found = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
    assert found["before"]["matters_matter"] > 0
    assert found["after"] == found["before"]
    assert (found["entries"], found["lost"]) == (58, 0)
    assert found["clocks"]
    assert all(found["clocks"])
