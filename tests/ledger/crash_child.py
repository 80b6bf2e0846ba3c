"""Sequences and files rows for ever; the test kills it. Prints each head it made."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from madang.commons.ledger.errors import BusyError
from tests.ledger.ledger_support import leaf, new_log, run


def main(folder: Path, start: int) -> None:
    store, rows = new_log(folder)
    number = start
    while True:
        rows.add([leaf(number + more) for more in range(number % 37)])
        number += number % 37 + 1
        try:
            head = run(store, rows, 1 + number % 90).checkpoint
        except BusyError:
            time.sleep(random.uniform(0.001, 0.02))
            continue
        print(head.size, head.root.hex(), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
