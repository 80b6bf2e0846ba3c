"""What the warning of near-duplicates catches on real statements: pairs that were judged by hand, by likeness.

Four conversations of pol.is (the fifth is mostly test entries), all pairs down to a likeness of 0.56. Two statements are the
same when one would not answer them differently; a number, a negation or a group of people more makes them two.
"""

from __future__ import annotations

import os
from itertools import combinations
from pathlib import Path

from report import table

LOWEST = 0.56
SAME = {
    "austria-climate": "456-492 5-35 11-41 17-367 164-165 13-43 16-44 1-29 8-38 7-37 6-36 4-33 3-32 196-197 12-42 2-31 0-28"
    " 9-39 10-40 77-126 385-508 117-118 299-327 122-130 284-285",
    "brexit-consensus": "",
    "scoop-hivemind.biodiversity": "49-53 197-205 6-8 216-243 18-54 7-9 143-147 196-211 153-165 159-162 257-290 108-124"
    " 175-202 107-123 262-289 154-164 158-163 134-148 166-204 58-69 263-290",
    "scoop-hivemind.ubi": "58-66 55-62 52-64 14-15 54-63 56-65",
}  # fmt: skip


def run(root: Path) -> None:
    from madang.commons.opinions.logic.gate import NEAR_FROM, grams, likeness
    from madang.commons.opinions.logic.polis_files import read_folder

    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data")) / "polis"
    if not shared.is_dir():
        print(f"Skipped: there are no conversations in {shared} (set MADANG_SHARED_DATA)")
        return
    found: list[tuple[float, bool]] = []
    for name, judged in SAME.items():
        texts = {number: one.text for number, one in read_folder(shared / name).statements.items()}
        traces = {number: grams(text) for number, text in texts.items() if text.strip()}
        for one, other in combinations(traces, 2):
            alike = likeness(traces[one], traces[other])
            if alike >= LOWEST:
                found.append((alike, f"{one}-{other}" in judged.split()))
    everything = sum(same for _alike, same in found)
    rows = []
    for limit in (LOWEST, NEAR_FROM, 0.70, 0.80, 0.90):
        warned = [same for alike, same in found if alike >= limit]
        rows.append(
            [f"{limit:.2f}", str(len(warned)), str(sum(warned)), f"{sum(warned) / len(warned):.0%}",
             str(everything - sum(warned))]
        )  # fmt: skip
    columns = ["likeness from", "pairs", "the same", "share", f"missed of the {everything} from {LOWEST} on"]
    table("Near-duplicates among real statements, judged by hand", columns, rows)
