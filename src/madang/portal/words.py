"""The plan's texts in the language of the page, marked as the plan's own or as Madang's rendering."""

from __future__ import annotations

from dataclasses import dataclass

from madang.kernel.plan import Text
from madang.kernel.saying import tongue


@dataclass(frozen=True, slots=True)
class Shown:
    """A text to print. `original` is the plan's own English where a Korean rendering is shown, else empty.

    `quoted`: the text itself is the plan's own English.
    """

    text: str
    lang: str
    original: str
    quoted: bool

    def __str__(self) -> str:
        return self.text


def shown(text: Text) -> Shown:
    """`text` for a reader of this page."""
    here = tongue()
    return Shown(
        text=text[here],
        lang=here,
        original=text.en if text.verbatim and here == "ko" else "",
        quoted=text.verbatim and here == "en",
    )


def say(text: Text | None) -> str:
    """The bare text in the language of the page."""
    return text[tongue()] if text is not None else ""
