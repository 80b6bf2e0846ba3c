"""The plan's texts in the language of the page, marked as the plan's own or as Madang's rendering."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from madang.kernel.plan import Text


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


def language() -> str:
    return "en" if (get_language() or "ko").startswith("en") else "ko"


def shown(text: Text) -> Shown:
    """`text` for a reader of this page."""
    here = language()
    return Shown(
        text=text[here],
        lang=here,
        original=text.en if text.verbatim and here == "ko" else "",
        quoted=text.verbatim and here == "en",
    )


def say(text: Text | None) -> str:
    """The bare text in the language of the page."""
    return text[language()] if text is not None else ""
