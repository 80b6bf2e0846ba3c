"""The words of the plan: strategies, commitments, projects, social values and the notes on their defects.

Plain values without behaviour of their own; `madang.kernel.plan` loads them and finds one in another.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages. `verbatim`: the English stands word for word in the plan."""

    ko: str
    en: str
    verbatim: bool = False

    def __getitem__(self, language: str) -> str:
        """The text in `ko` or `en`; regional codes such as `en-gb` are read by their first part.

        Raises KeyError for any other language.
        """
        return {"ko": self.ko, "en": self.en}[language.lower().replace("_", "-").partition("-")[0]]


@dataclass(frozen=True, slots=True)
class Note:
    """A known defect or ambiguity of the source, attached to the things in `about`."""

    number: int
    about: tuple[str, ...]
    text: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strategy:
    """One of three. `aim` is how the resolution that opens the commitments words it."""

    number: int
    name: Text
    aim: Text

    @property
    def ref(self) -> str:
        return f"strategy:{self.number}"


@dataclass(frozen=True, slots=True)
class Commitment:
    """`pledge` is the sentence of the framework, `heading` its wording in the list of projects."""

    number: int
    strategy: int
    pledge: Text
    heading: Text

    @property
    def ref(self) -> str:
        return f"commitment:{self.number}"


@dataclass(frozen=True, slots=True)
class Project:
    """One of the 21. `key` is its number among the ten starred projects, or None.

    `apps` names the apps that will serve it, the one that carries most of it first.
    """

    number: int
    commitment: int
    title: Text
    apps: tuple[str, ...]
    key: int | None = None
    hackathon: bool = False

    @property
    def ref(self) -> str:
        return f"project:{self.number}"

    @property
    def app(self) -> str:
        """The app that carries most of the project."""
        return self.apps[0]

    @property
    def starred(self) -> bool:
        return self.key is not None


@dataclass(frozen=True, slots=True)
class KeyProject:
    """A starred project as told in the chapter on the ten; its title differs in places from the list of 21.

    `timing` is the bracket behind the title, `year` the year in it.
    """

    number: int
    project: int
    title: Text
    timing: Text
    year: int
    bullets: tuple[Text, ...]
    hackathon: bool = False

    @property
    def ref(self) -> str:
        return f"key:{self.number}"


@dataclass(frozen=True, slots=True)
class Value:
    """One of the thirteen social values with its key idea."""

    number: int
    name: Text
    idea: Text

    @property
    def ref(self) -> str:
        return f"value:{self.number}"


@dataclass(frozen=True, slots=True)
class Section:
    """Part of the background chapter; raised figures in its paragraphs point at the footnotes."""

    heading: Text
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote of the background chapter; its numbers stand as data in `figures.Figure`."""

    number: int
    text: Text

    @property
    def ref(self) -> str:
        return f"footnote:{self.number}"
