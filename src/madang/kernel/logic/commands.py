"""A command of the product that runs without Django too: `python -m PACKAGE …`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

Words = Callable[[str], object]


def standalone(
    name: str,
    about: str | None,
    arguments: Callable[[argparse.ArgumentParser], None],
    run: Callable[[dict[str, Any], Words, Words], int],
) -> int:
    """Reads the command line, runs and returns the exit code. `run` gets the options, where to say, and where to complain."""
    parser = argparse.ArgumentParser(prog=name, description=about)
    arguments(parser)
    return run(
        vars(parser.parse_args()),
        lambda text: sys.stdout.write(text + "\n"),
        lambda text: sys.stderr.write(text + "\n"),
    )
