"""`python -m madang.kernel.logic FILE.json`: a deadline recomputed without site, database or Django."""

import sys

from madang.kernel.logic.clock_words import arguments, run
from madang.kernel.logic.commands import standalone

if __name__ == "__main__":
    sys.exit(standalone("deadline", "Recompute a deadline from the file of its clock.", arguments, run))
