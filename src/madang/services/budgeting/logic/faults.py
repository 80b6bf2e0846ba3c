"""What can be wrong with a file or an option, said in Korean and English."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 10
"""How many problems of one file are told; more would hide the first."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages, with a key for machines and the line of the file (0: no line)."""

    key: str
    en: str
    ko: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.korean()}\n{self.english()}"

    def korean(self) -> str:
        return f"{self.line}행: {self.ko}" if self.line else self.ko

    def english(self) -> str:
        return f"line {self.line}: {self.en}" if self.line else self.en

    def document(self) -> dict[str, object]:
        """For the JSON of a result."""
        return {"key": self.key, "line": self.line, "ko": self.ko, "en": self.en}


class CountError(ValueError):
    """A file that cannot be counted, or an option that will not do. `problems` say what and what to do."""

    def __init__(self, *problems: Said) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
