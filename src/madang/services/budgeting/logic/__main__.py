"""`python src/madang/services/budgeting/logic FILE.pb --json OUT`: what `madang count` does, without Django."""

import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a folder: the package lies four folders up
    sys.path[0] = str(Path(__file__).resolve().parents[4])


def main() -> int:
    from madang.kernel.logic.commands import standalone  # found only with the path set
    from madang.services.budgeting.logic.count_command import arguments, run

    return standalone("count", __doc__, arguments, run)


if __name__ == "__main__":
    sys.exit(main())
