"""Groups on real conversations beside those of pol.is and of red-dwarf: adjusted Rand indices, and what explains them.

`MADANG_SHARED_DATA` names the folder that holds `polis/`. The peer gets the same votes and the same rejected statements.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from report import table


def run(root: Path, python: Path) -> None:
    """`python`: of an environment that holds red-dwarf."""
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data")) / "polis"
    if not shared.is_dir():
        print(f"Skipped: there are no conversations in {shared} (set MADANG_SHARED_DATA)")
        return
    rows = [_row(folder, python) for folder in sorted(shared.iterdir()) if folder.is_dir()]
    columns = [
        "conversation", "people compared", "groups: pol.is / red-dwarf / ours", "verdict", "ours – pol.is",
        "red-dwarf – pol.is", "ours – red-dwarf", "the same, at our number of groups", "without borderline",
        "red-dwarf with five seeds",
    ]  # fmt: skip
    table("Groups of real conversations, adjusted Rand indices", columns, rows)


def _row(folder: Path, python: Path) -> list[str]:
    from madang.commons.opinions.logic.clusters import agreement
    from madang.commons.opinions.logic.opinion_map import Settings
    from madang.commons.opinions.logic.polis_files import read_folder
    from madang.commons.opinions.logic.polis_report import map_conversation

    made = read_folder(folder)
    found, _document = map_conversation(made, Settings(), "rejected")
    person = {name: at for at, name in enumerate(made.people)}
    statement = {name: at for at, name in enumerate(made.statements)}
    k = int(found.nearest.max()) + 1
    last = {
        (person[who], statement[what]): how for who, what, how in made.votes
    }  # the peer takes no repeated votes
    asked = {
        "votes": [[who, what, how] for (who, what), how in last.items()],
        "out": [at for at, one in enumerate(made.statements.values()) if one.moderated == -1],
        "k": k,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(asked, file)
        file.flush()
        ran = subprocess.run([str(python), __file__, file.name], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-800:]
    peer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    theirs = {at: made.groups[name] for name, at in person.items() if name in made.groups}
    ours = {at: int(group) for at, group in enumerate(found.nearest.tolist()) if group >= 0}
    named = {at: int(group) for at, group in enumerate(found.label.tolist()) if group >= 0}
    free, same, *others = [{int(at): group for at, group in one.items()} for one in peer["labels"]]

    def ari(one: dict[int, Any], other: dict[int, Any]) -> str:
        import numpy as np

        both = sorted(one.keys() & other.keys())
        if len(both) < 2:
            return "none named"
        return f"{agreement(np.array([one[at] for at in both]), np.array([other[at] for at in both])):.3f}"

    return [
        folder.name,
        str(len(theirs.keys() & ours.keys())),
        f"{len(set(theirs.values()))} / {len(set(free.values()))} / {k}",
        f"`{found.certificate.verdict}`",
        ari(ours, theirs),
        ari(free, theirs),
        ari(ours, free),
        ari(ours, same),
        ari(named, same),
        " ".join(sorted({ari(free, one) for one in others})),
    ]


def _ask_peer(path: Path) -> dict[str, Any]:
    from reddwarf.implementations.polis import run_pipeline

    asked = json.loads(path.read_text())
    votes = [
        {"participant_id": who, "statement_id": what, "vote": how, "modified": at}
        for at, (who, what, how) in enumerate(asked["votes"])
    ]

    def labels(**more: Any) -> dict[int, int]:
        found = run_pipeline(votes=votes, mod_out_statement_ids=asked["out"], **more).participants_df
        placed = found[found["to_cluster"]]
        return {int(at): int(group) for at, group in placed["cluster_id"].items()}

    free, same = labels(random_state=0), labels(random_state=0, force_group_count=asked["k"])
    return {"labels": [free, same, *(labels(random_state=seed) for seed in range(1, 5))]}


if __name__ == "__main__":
    print(json.dumps(_ask_peer(Path(sys.argv[1]))))
