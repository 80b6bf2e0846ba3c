"""`python src/madang/services/budgeting/logic FILE.pb --json OUT`: what `madang count` does, without Django."""

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a folder: the package lies four folders up
    sys.path[0] = str(Path(__file__).resolve().parents[4])


def main() -> int:
    from madang.services.budgeting.logic.count_command import arguments, run  # found only with the path set

    parser = argparse.ArgumentParser(prog="count", description=__doc__)
    arguments(parser)
    return run(
        vars(parser.parse_args()),
        lambda text: sys.stdout.write(text + "\n"),
        lambda text: sys.stderr.write(text + "\n"),
    )


if __name__ == "__main__":
    sys.exit(main())
