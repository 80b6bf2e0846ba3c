"""The counting engine beside pabutools in its fastest exact setting, and on elections of a large city's size.

Equal ballots are merged and gmpy2 fractions used for the peer. Both rule times are CPU seconds without reading the
file; ours has its compiled steps loaded, as in a worker. Winners are compared. `COUNT_PEER_SECONDS` (default 300) is
how long the peer may take for one file.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from count_made import made_up
from report import table

PEER = """
import json, sys, time
sys.setrecursionlimit(100_000)
from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import method_of_equal_shares
instance, profile = parse_pabulib(sys.argv[1])
profile = profile.as_multiprofile()
began = time.process_time()
won = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=1)
print(json.dumps([time.process_time() - began, sorted(project.name for project in won)]))
"""
MADE = (
    ("Łódź's size, made up", 90_494, 160, 45_000_000, 3),
    ("Łódź's size, made up", 90_494, 160, 45_000_000, 5),
    ("60,000 ballots, made up", 60_000, 100, 45_000_000, 5),
    ("1,000,000 ballots, made up", 1_000_000, 100, 500_000_000, 5),
    ("1,000,000 ballots, made up", 1_000_000, 100, 500_000_000, 10),
)
"""Title, voters, projects, money, and how many projects a ballot names at most."""
RULES = (
    ("greedy", "cost", "none"),
    ("phragmen", "cost", "none"),
    ("knapsack", "cost", "none"),
    ("knapsack", "cardinality", "none"),
    ("equal-shares", "cost", "none"),
    ("equal-shares", "cardinality", "none"),
    ("equal-shares", "cost", "add1"),
)


def run(root: Path) -> None:
    """Prints both tables."""
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data")) / "pb"
    against_the_peer(sorted(shared.glob("*.pb")))
    for title, *numbers in MADE:
        made = [sys.executable, __file__, title, *map(str, numbers)]
        subprocess.run(made, check=True)


def against_the_peer(files: list[Path]) -> None:
    from madang.services.budgeting.fast import Steps
    from madang.services.budgeting.logic.count import Settings, document
    from madang.services.budgeting.logic.pabulib import read_file

    if not files:
        print("no shared data: the comparison with pabutools is left out")
        return
    rows, ratios = [], []
    used = Settings("equal-shares", "cost", "add1-until-exhaustive")
    document(read_file(min(files, key=lambda file: file.stat().st_size)), used, Steps(0))  # compiles
    allowed = float(os.environ.get("COUNT_PEER_SECONDS", "300"))
    for file in files:
        began = time.process_time()
        election = read_file(file)
        read = time.process_time() - began
        began = time.process_time()
        result = document(election, used, Steps(0))
        mine = time.process_time() - began
        try:
            if "Budapest" in file.name:  # 23,175 steps: days for the peer
                raise subprocess.TimeoutExpired([], 0)
            command = [sys.executable, "-W", "ignore", "-c", PEER, str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=allowed)
            theirs, won = json.loads(done.stdout.splitlines()[-1])
            ratios.append(theirs / mine)
            same, ratio = sorted(result["winners"]) == won, f"{theirs / mine:.0f}"
        except subprocess.TimeoutExpired:
            theirs, same, ratio = math.nan, "not done", ""
        rows.append(
            (file.stem, f"{read:.3f}", result["facts"]["steps"], f"{mine:.4f}", f"{theirs:.2f}", ratio, same)
        )
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    rows.append(("geometric mean", "", "", "", "", f"{mean:.0f}", f"slowest {min(ratios):.1f}"))
    table(
        "Equal Shares with add1 until exhaustive, against pabutools (exact, equal ballots merged)",
        ("file", "reading", "steps", "CPU s", "pabutools CPU s", "times faster", "same winners"),
        rows,
    )


def made(title: str, voters: int, projects: int, budget: int, longest: int) -> None:
    """Every rule on one made-up election, in a process of its own."""
    from madang.services.budgeting.fast import Steps, compiled
    from madang.services.budgeting.logic.count import Settings, document
    from madang.services.budgeting.logic.pabulib import read

    compiled()
    warm = read(made_up(200, 10, budget=budget))
    document(warm, Settings("equal-shares", "cost", "add1"), Steps(0))
    data = made_up(voters, projects, budget=budget, longest=longest)
    began = time.process_time()
    election = read(data)
    rows = [
        (
            "reading",
            f"{len(data) / 1e6:.1f} MB",
            f"{len(election.ballots)} kinds",
            f"{time.process_time() - began:.2f}",
        )
    ]
    for rule, utility, completion in RULES:
        began = time.process_time()
        result = document(election, Settings(rule, utility, completion), Steps(0))
        seconds = time.process_time() - began
        steps = result["facts"].get("steps", "")
        rows.append(
            (
                rule,
                f"{utility}, {completion}",
                f"{len(result['winners'])} won, {steps} steps",
                f"{seconds:.2f}",
            )
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows.append(("peak memory", "", "", f"{peak} MB"))
    table(
        f"{title}: {voters} × {projects}, up to {longest} choices",
        ("rule", "settings", "result", "CPU s"),
        rows,
    )


if __name__ == "__main__":
    made(sys.argv[1], *map(int, sys.argv[2:6]))
