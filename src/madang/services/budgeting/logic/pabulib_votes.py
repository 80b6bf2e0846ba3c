"""The VOTES of a Pabulib file: equal ballots are gathered as text first, then each kind is read once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from madang.services.budgeting.logic.election import Ballot, Project

POINTS = re.compile(r"(-?)(\d+)(?:\.(\d+))?")


class Votes:
    """Reads vote rows. `problem(line, key, en, ko)` is told what is wrong; `voters` is how many there are."""

    def __init__(
        self,
        header: list[str],
        vote_type: str,
        projects: list[Project],
        problem: Callable[[int, str, str, str], None],
    ) -> None:
        self.voters = 0
        self._vote_type = vote_type
        self._projects = projects
        self._problem = problem
        self._voter, self._vote = header.index("voter_id"), header.index("vote")
        self._points = header.index("points") if "points" in header else -1
        if vote_type not in ("cumulative", "scoring"):
            self._points = -1
        self._count: dict[Any, int] = {}
        self._line: dict[Any, int] = {}

    def read(self, rows: Any, ends: tuple[str, ...]) -> None:
        """Takes all further rows of the csv reader `rows`."""
        count, line, seen = self._count, self._line, set()
        voter_at, vote_at, points_at = self._voter, self._vote, self._points
        for row in rows:
            try:
                voter = row[voter_at]
                vote = row[vote_at] if points_at < 0 else (row[vote_at], row[points_at])
            except IndexError:
                if not row or (len(row) == 1 and not row[0].strip()):
                    continue
                self._short(row, rows.line_num, ends)
                self.voters += 1
                continue
            if voter in seen:
                self._problem(
                    rows.line_num,
                    "voter_twice",
                    f"Voter {voter[:40]} has already voted further up. Keep one ballot for each voter.",
                    f"투표자 {voter[:40]}의 표가 위에 이미 있어요. 한 사람에 한 장만 남겨 주세요.",
                )
            seen.add(voter)
            if vote in count:
                count[vote] += 1
            else:
                count[vote] = 1
                line[vote] = rows.line_num
        self.voters += sum(count.values())

    def _short(self, row: list[str], line: int, ends: tuple[str, ...]) -> None:
        if row[0].strip().upper() in ends:
            self._problem(
                line,
                "section_order",
                f"{row[0].strip().upper()} comes after VOTES. The order is META, PROJECTS, VOTES.",
                f"{row[0].strip().upper()}가 VOTES 뒤에 나와요. 순서는 META, PROJECTS, VOTES예요.",
            )
        else:
            self._problem(
                line,
                "vote_row",
                f"This vote has {len(row)} fields, fewer than the columns need. Complete the line or remove it.",
                f"이 표에는 칸이 {len(row)}개뿐이에요. 줄을 채우거나 지워 주세요.",
            )

    def ballots(self) -> tuple[list[Ballot], int]:
        """Equal ballots together, in the order of their first line, and the unit of points."""
        known = {project.id: at for at, project in enumerate(self._projects)}
        gathered: dict[tuple[tuple[int, ...], tuple[str, ...]], int] = {}
        for key, many in self._count.items():
            pair = self._one(key, known)
            if pair is not None:
                gathered[pair] = gathered.get(pair, 0) + many
        if self._points < 0:
            return [Ballot(chosen, None, many) for (chosen, _), many in gathered.items()], 1
        digits = max((len(_rest(text)) for _, texts in gathered for text in texts), default=0)
        merged: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        for (chosen, texts), many in gathered.items():
            whole = chosen, tuple(_scaled(text, digits) for text in texts)
            merged[whole] = merged.get(whole, 0) + many
        return [Ballot(chosen, points, many) for (chosen, points), many in merged.items()], 10**digits

    def _one(self, key: Any, known: dict[str, int]) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
        text, written = (key, "") if self._points < 0 else key
        line = self._line[key]
        try:
            chosen = [known[name] for name in text.split(",")]
        except KeyError:
            names = [name.strip() for name in text.split(",") if name.strip()]
            if names == ["None"] or names == ["none"]:
                names = [] if names[0] not in known else names
            unknown = [name for name in names if name not in known]
            if unknown:
                self._problem(
                    line,
                    "unknown_project",
                    f"The vote names project {unknown[0][:40]}, which is not under PROJECTS. Correct the vote or add the project.",
                    f"표에 적힌 사업 {unknown[0][:40]}이(가) PROJECTS에 없어요. 표를 고치거나 사업을 넣어 주세요.",
                )
                return None
            chosen = [known[name] for name in names]
        if len(set(chosen)) != len(chosen):
            self._problem(
                line,
                "chosen_twice",
                "The vote names a project twice. Leave each project once.",
                "한 표에 같은 사업이 두 번 적혀 있어요. 한 번만 남겨 주세요.",
            )
            return None
        if self._vote_type == "choose-1" and len(chosen) > 1:
            self._problem(
                line,
                "choose_one",
                "The vote names several projects, but vote_type is choose-1. Correct one of them.",
                "vote_type이 choose-1인데 여러 사업을 골랐어요. 둘 중 하나를 고쳐 주세요.",
            )
        if self._points >= 0:
            return self._with_points(chosen, written, line)
        return (tuple(chosen) if self._vote_type == "ordinal" else tuple(sorted(chosen))), ()

    def _with_points(
        self, chosen: list[int], written: str, line: int
    ) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
        texts = [text.strip() for text in written.split(",")] if chosen else []
        if len(texts) != len(chosen) or not all(POINTS.fullmatch(text) for text in texts):
            self._problem(
                line,
                "points",
                f"The vote names {len(chosen)} projects with the points “{written[:40]}”. Write one number for each project.",
                f"사업 {len(chosen)}개에 점수가 “{written[:40]}”(으)로 적혀 있어요. 사업마다 숫자 하나를 적어 주세요.",
            )
            return None
        pairs = sorted(zip(chosen, texts, strict=True))
        return tuple(one for one, _ in pairs), tuple(text for _, text in pairs)


def _rest(text: str) -> str:
    return text.partition(".")[2].rstrip("0")


def _scaled(text: str, digits: int) -> int:
    whole = text.partition(".")[0]
    return int(whole + _rest(text).ljust(digits, "0"))
