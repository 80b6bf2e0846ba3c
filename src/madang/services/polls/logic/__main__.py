"""`python -m madang.services.polls.logic FILE.csv --column …`: what `madang words` does, without Django."""

import sys

from madang.kernel.logic.commands import standalone
from madang.services.polls.logic.words_command import arguments, run

if __name__ == "__main__":
    sys.exit(standalone("words", __doc__, arguments, run))
