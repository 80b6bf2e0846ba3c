"""`python -m madang.services.polls.logic FILE.csv --column …`: what `madang words` does, without Django."""

import argparse
import sys

from madang.services.polls.logic.words_command import arguments, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="words", description=__doc__)
    arguments(parser)
    return run(
        vars(parser.parse_args()),
        lambda text: sys.stdout.write(text + "\n"),
        lambda text: sys.stderr.write(text + "\n"),
    )


if __name__ == "__main__":
    sys.exit(main())
