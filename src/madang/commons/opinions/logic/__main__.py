"""`python -m madang.commons.opinions.logic FOLDER --json OUT`: what `madang map` does, without Django."""

import argparse
import sys

from madang.commons.opinions.logic.polis_command import arguments, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="map", description=__doc__)
    arguments(parser)
    return run(
        vars(parser.parse_args()),
        lambda text: sys.stdout.write(text + "\n"),
        lambda text: sys.stderr.write(text + "\n"),
    )


if __name__ == "__main__":
    sys.exit(main())
