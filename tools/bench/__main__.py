"""Measures speed and size: `make bench`, or `python tools/bench pages similar boot lighthouse
supports cost watchers processes crashes hall intake ledger limits lot near opinions words words_queue coding
count bursts casework_year desk_cases case_intake`.

Every figure stands beside a limit or a peer measured in the same run, because machines are noisy. The
results are printed as a Markdown table, ready for docs/measurements.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))


def main() -> int:
    wanted = sys.argv[1:] or ["pages", "similar"]
    with tempfile.TemporaryDirectory(prefix="madang-bench-") as home:
        os.environ.update(MADANG_HOME=home, DJANGO_SETTINGS_MODULE="madang.conf.settings", MADANG_DEMO="1")
        os.environ.pop("MADANG_URL", None)
        if "boot" in wanted:
            import boot

            boot.run(ROOT)
        if "limits" in wanted:
            import limits

            limits.run(ROOT)
        if "casework_year" in wanted:
            import casework_year

            casework_year.run(ROOT)
        if "bursts" in wanted:
            import bursts

            bursts.run(ROOT)
        if "lot" in wanted:
            import lot

            lot.run()
        if "opinions" in wanted:
            import opinions

            opinions.run(ROOT)
        if "words" in wanted:
            import words

            words.run(ROOT)
        if "count" in wanted:
            import count

            count.run(ROOT)
        if "words_queue" in wanted:
            import words_queue

            words_queue.run(ROOT)
        if "coding" in wanted:
            import coding

            coding.run(ROOT)
        if "case_intake" in wanted:
            import case_intake

            case_intake.run(ROOT)
        if "desk_cases" in wanted:
            import desk_cases

            desk_cases.run()
        if "near" in wanted:
            import near

            near.run(ROOT)
        if "ledger" in wanted:
            import ledger

            ledger.run()
        if "restore" in wanted:
            import restore

            restore.run(ROOT)
        if "search" in wanted:
            import search

            search.run(ROOT)
        if "notices" in wanted:
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            import notices

            notices.run()
        if {"pages", "similar", "lighthouse"} & set(wanted):
            import django

            django.setup()
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("demo", quiet=True)
        # Pages first: their figures are for the rows named in the table, without the imported ones.
        if {"pages", "lighthouse"} & set(wanted):
            import pages

            pages.run(ROOT, lighthouse="lighthouse" in wanted)
        if "similar" in wanted:
            import similar

            similar.run(ROOT)
        # Each of these brings its own server and database.
        for name in ("supports", "cost", "watchers", "processes", "crashes", "hall", "intake"):
            if name in wanted:
                import_module(name).run(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
