"""The front door of search.

Write: `index`, `index_many`, `remove`, `set_support` (in the caller's transaction), `register_source`, `rebuild`.
Read: `find`, `similar`, `entry_of`. For texts that are not in the index: `tokens` and `dice`, how alike
two of them are. Values: `Entry` in, `Found` of `Hit`s and `Similar` out.
"""

from madang.commons.search.domain import index, index_many, remove, set_support
from madang.commons.search.logic.likeness import dice
from madang.commons.search.queries import entry_of, find
from madang.commons.search.rebuilding import rebuild, register_source
from madang.commons.search.resemblance import similar
from madang.commons.search.results import Entry, Found, Hit, Similar
from madang.commons.search.snippets import APART
from madang.commons.search.tokens import tokens

__all__ = [
    "APART",
    "Entry",
    "Found",
    "Hit",
    "Similar",
    "dice",
    "entry_of",
    "find",
    "index",
    "index_many",
    "rebuild",
    "register_source",
    "remove",
    "set_support",
    "similar",
    "tokens",
]
