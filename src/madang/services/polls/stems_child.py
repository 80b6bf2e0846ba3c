"""Cuts texts into stems in a process of its own: a JSON list of texts comes in, a list of lists of stems goes out.

A worker that learns would otherwise keep the tokenizer's 570 MB for good. `python -m madang.services.polls.stems_child`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

SECONDS = 600


def apart(texts: Sequence[str]) -> list[list[str]]:
    """The stems of each text, cut in a process that ends. Raises CalledProcessError or TimeoutExpired where it cannot."""
    made = subprocess.run(
        [sys.executable, "-m", "madang.services.polls.stems_child"],
        input=json.dumps(list(texts)).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS,
    )
    found: list[list[str]] = json.loads(made.stdout)
    return found


def main() -> None:
    from madang.services.polls.logic.stems import stems  # loads Kiwi: only in this process

    json.dump(stems(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
