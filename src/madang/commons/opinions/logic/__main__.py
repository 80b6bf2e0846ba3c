"""`python -m madang.commons.opinions.logic FOLDER --json OUT`: what `madang map` does, without Django."""

import sys

from madang.commons.opinions.logic.polis_command import arguments, run
from madang.kernel.logic.commands import standalone

if __name__ == "__main__":
    sys.exit(standalone("map", __doc__, arguments, run))
