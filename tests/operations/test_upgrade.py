"""A database that release 0.1 filled loses nothing when this release takes it over, and has the tables of a new one."""

from __future__ import annotations

import json
from pathlib import Path


def test_release_0_1_is_taken_over_whole(new_site) -> None:
    old = new_site("old")
    told = old.script(Path(__file__).parent / "upgrade_child.py")
    found = json.loads(next(line for line in told.splitlines() if line.startswith("{")))
    assert found["before"]["matters_matter"] > 0
    assert found["after"] == found["before"]
    assert (found["entries"], found["lost"]) == (58, 0)
    assert found["clocks"]
    assert all(found["clocks"])

    # Step by step, or at once as a new database is laid: the tables are the same.
    new = new_site("new")
    new.run("migrate", "--verbosity", "0")
    tables = Path(__file__).parent / "tables_child.py"
    migrated, laid = (json.loads(site.script(tables).splitlines()[-1]) for site in (old, new))
    assert migrated.keys() == laid.keys()
    for name, table in laid.items():
        assert migrated[name] == table, name
