"""Reads a Pabulib file (`META`, `PROJECTS`, `VOTES`) and says in both languages what is wrong with it.

Amounts never become floating-point numbers: the file's most exact cost decides the smallest unit.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from madang.kernel.logic.encodings import decoded
from madang.services.budgeting.logic.election import Election, Project
from madang.services.budgeting.logic.faults import MOST, CountError, Said
from madang.services.budgeting.logic.pabulib_votes import Votes

NUMBER = re.compile(r"(-?)(\d+)(?:[.,](\d+))?")
TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
NEEDED = ("budget", "vote_type", "num_projects", "num_votes")
SECTIONS = ("META", "PROJECTS", "VOTES")
LONGEST_FIELD = 16 * 1024 * 1024


def read_file(path: Path) -> Election:
    """The election of a file. Raises CountError when it cannot be read or counted."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CountError(
            Said(
                "unreadable",
                f"{path} cannot be read ({error.strerror}). Name a Pabulib file (.pb).",
                f"{path} 파일을 읽을 수 없어요({error.strerror}). Pabulib 파일(.pb)의 이름을 적어 주세요.",
            )
        ) from error
    return read(data)


def read(data: bytes) -> Election:
    """The election in these bytes: UTF-8 with or without mark, UTF-16 with mark, or CP949."""
    found = decoded(data)
    if found is None or "\0" in found[0][:1000]:
        raise CountError(
            Said(
                "encoding",
                "The file is neither UTF-8 nor CP949 text. Save it as UTF-8.",
                "UTF-8이나 CP949로 된 글 파일이 아니에요. UTF-8로 저장해 주세요.",
            )
        )
    text, encoding = found
    election = _Reader(text).election()
    election.sha256 = hashlib.sha256(data).hexdigest()
    election.encoding = encoding
    if encoding not in ("utf-8-sig", "utf-8"):
        election.notes.append(
            Said("encoding", f"The file was read as {encoding}.", f"파일을 {encoding}(으)로 읽었어요.")
        )
    return election


class _Reader:
    def __init__(self, text: str) -> None:
        self.problems: list[Said] = []
        self.notes: list[Said] = []
        self.meta: dict[str, str] = {}
        self.meta_lines: dict[str, int] = {}
        self.sections: dict[str, int] = {}
        csv.field_size_limit(LONGEST_FIELD)
        self.csv = csv.reader(io.StringIO(text, newline=None), delimiter=";")

    def problem(self, line: int, key: str, en: str, ko: str) -> None:
        if len(self.problems) < MOST:
            self.problems.append(Said(key, en, ko, line))

    def stop(self) -> None:
        if self.problems:
            raise CountError(*self.problems)

    def election(self) -> Election:
        try:
            return self._election()
        except csv.Error as error:
            self.problem(
                self.csv.line_num,
                "csv",
                f"The line cannot be split into fields ({error}). Look for a quotation mark that is never closed.",
                f"줄을 칸으로 나눌 수 없어요({error}). 닫히지 않은 따옴표가 있는지 살펴봐 주세요.",
            )
            self.stop()
            raise

    def _election(self) -> Election:
        rows = self._rows()
        projects: list[Project] = []
        costs: list[tuple[int, str]] = []
        votes: Votes | None = None
        section = ""
        for row in rows:
            name = row[0].strip().lstrip("\ufeff").upper()
            if len(row) == 1 and name in SECTIONS:
                section = name
                self._enter(name)
                header = [cell.strip().lower() for cell in next(rows, [])]
                if name == "PROJECTS":
                    self._columns(header, ("project_id", "cost"), name)
                    self.stop()
                elif name == "VOTES":
                    self._check_meta()
                    wanted = ["voter_id", "vote"]
                    if self.meta["vote_type"] in ("cumulative", "scoring"):
                        wanted.append("points")
                    self._columns(header, tuple(wanted), name)
                    self.stop()
                    votes = Votes(header, self.meta["vote_type"], projects, self.problem)
                    votes.read(self.csv, SECTIONS)
                    break
            elif section == "META":
                self._meta_row(row)
            elif section == "PROJECTS":
                self._project(row, header, projects, costs)
            else:
                self.problem(
                    self.csv.line_num,
                    "start",
                    "The file must begin with a line META. Is this a Pabulib file?",
                    "파일은 META라는 줄로 시작해야 해요. Pabulib 파일이 맞나요?",
                )
                self.stop()
        for name in SECTIONS:
            if name not in self.sections:
                self.problem(
                    0,
                    "section",
                    f"The section {name} is missing. Add a line {name}, then a line of column names.",
                    f"{name} 부분이 없어요. {name} 줄과 그 아래 열 이름 줄을 넣어 주세요.",
                )
        self.stop()
        assert votes is not None
        return self._made(projects, costs, votes)

    def _rows(self) -> Iterator[list[str]]:
        for row in self.csv:
            self._whole(row)
            if row and (len(row) > 1 or row[0].strip()):
                yield row

    def _whole(self, row: list[str]) -> None:
        """A quotation mark that is never closed makes one field of all the rest."""
        for cell in row:
            lines = cell.split("\n") if "\n" in cell else ()
            if any(line.strip().upper() in SECTIONS for line in lines):
                self.problem(
                    self.csv.line_num - sum(1 for line in lines if line) + 1,
                    "quote",
                    "A quotation mark is opened here and not closed before the next section. Close it or remove it.",
                    "여기서 열린 따옴표가 다음 부분이 시작될 때까지 닫히지 않았어요. 닫거나 지워 주세요.",
                )
        self.stop()

    def _enter(self, name: str) -> None:
        line = self.csv.line_num
        if name in self.sections:
            self.problem(
                line,
                "section_twice",
                f"The section {name} begins a second time. Leave one.",
                f"{name} 부분이 두 번 나와요. 하나만 남겨 주세요.",
            )
        if name == "VOTES" and "PROJECTS" not in self.sections:
            self.problem(
                line,
                "section_order",
                "VOTES comes before PROJECTS. The order is META, PROJECTS, VOTES.",
                "VOTES가 PROJECTS보다 먼저 나와요. 순서는 META, PROJECTS, VOTES예요.",
            )
        self.stop()
        self.sections[name] = line

    def _columns(self, header: list[str], wanted: tuple[str, ...], section: str) -> None:
        for name in wanted:
            if name not in header:
                self.problem(
                    self.csv.line_num,
                    "column",
                    f"{section} has no column {name} (separated by semicolons). Add it.",
                    f"{section}에 {name} 열이 없어요(칸은 쌍반점으로 나눠요). 열을 넣어 주세요.",
                )

    def _meta_row(self, row: list[str]) -> None:
        key = row[0].strip().lower()
        if len(row) < 2:
            self.problem(
                self.csv.line_num,
                "meta_row",
                f"“{row[0][:40]}” has no value. Write key;value.",
                f"“{row[0][:40]}”에 값이 없어요. 열쇠;값 꼴로 적어 주세요.",
            )
            return
        if key in self.meta and key in NEEDED:
            self.problem(
                self.csv.line_num,
                "meta_twice",
                f"META says {key} a second time. Leave one.",
                f"META에 {key}가 두 번 나와요. 하나만 남겨 주세요.",
            )
        self.meta[key] = row[1].strip()
        self.meta_lines[key] = self.csv.line_num

    def _check_meta(self) -> None:
        for key in NEEDED:
            if not self.meta.get(key):
                self.problem(
                    self.meta_lines.get(key, self.sections.get("META", 0)),
                    "meta_missing",
                    f"META does not say {key}. Add a line {key};… under META.",
                    f"META에 {key}가 없어요. META 아래에 {key};… 줄을 넣어 주세요.",
                )
        self.stop()
        self.meta["vote_type"] = self.meta["vote_type"].lower()
        if self.meta["vote_type"] not in TYPES:
            self.problem(
                self.meta_lines["vote_type"],
                "vote_type",
                f"vote_type “{self.meta['vote_type'][:40]}” is not known. Known: {', '.join(TYPES)}.",
                f"vote_type “{self.meta['vote_type'][:40]}”은(는) 알 수 없는 투표 방식이에요. 아는 방식: {', '.join(TYPES)}.",
            )
        self.stop()

    def _project(
        self, row: list[str], header: list[str], projects: list[Project], costs: list[tuple[int, str]]
    ) -> None:
        line = self.csv.line_num
        if len(row) == 1:
            self.problem(
                line,
                "section_unknown",
                f"“{row[0].strip()[:40]}” is neither a project nor a section. The sections are META, PROJECTS and VOTES: remove what is not one of them.",
                f"“{row[0].strip()[:40]}”은(는) 사업도 아니고 부분 이름도 아니에요. 부분은 META, PROJECTS, VOTES뿐이니 다른 것은 지워 주세요.",
            )
            self.stop()
        cells = {name: row[at].strip() for at, name in enumerate(header) if at < len(row)}
        key = cells.get("project_id", "")
        if not key:
            self.problem(
                line, "project_id", "A project has no project_id. Give it one.", "project_id가 없는 사업이 있어요. 번호를 적어 주세요."
            )  # fmt: skip
        projects.append(Project(key, cells.get("name", ""), 0, line, cells))
        costs.append((line, cells.get("cost", "")))

    def _made(self, projects: list[Project], costs: list[tuple[int, str]], votes: Votes) -> Election:
        seen: dict[str, int] = {}
        for project in projects:
            if project.id and seen.setdefault(project.id, project.line) != project.line:
                self.problem(
                    project.line,
                    "project_twice",
                    f"Project {project.id[:40]} already stands in line {seen[project.id]}. Give it another project_id or remove it.",
                    f"사업 {project.id[:40]}은(는) {seen[project.id]}행에 이미 있어요. 다른 번호를 주거나 한 줄을 지워 주세요.",
                )
        budget_line = self.meta_lines["budget"]
        written = [(budget_line, self.meta["budget"]), *costs]
        parts = []
        for at, (line, text) in enumerate(written):
            match = NUMBER.fullmatch(text)
            if match is None or match[1]:
                what = (
                    ("The budget", "예산")
                    if at == 0
                    else (
                        f"The cost of project {projects[at - 1].id[:40]}",
                        f"사업 {projects[at - 1].id[:40]}의 비용",
                    )
                )
                self.problem(
                    line,
                    "amount",
                    f"{what[0]} is “{text[:40]}”. Write an amount of 0 or more in digits, such as 12500 or 12500.50, without spaces or signs between thousands.",
                    f"{what[1]}이 “{text[:40]}”(으)로 적혀 있어요. 12500이나 12500.50처럼 0 이상의 금액을 숫자로만, 천 단위 구분 없이 적어 주세요.",
                )  # fmt: skip
                parts.append(("0", ""))
            else:
                parts.append((match[2], (match[3] or "").rstrip("0")))
        digits = max(len(rest) for _, rest in parts)
        unit = 10**digits
        amounts = [int(whole + rest.ljust(digits, "0")) for whole, rest in parts]
        budget = amounts[0]
        for project, cost in zip(projects, amounts[1:], strict=True):
            project.cost = cost
        if not budget and not self.problems:
            self.problem(
                budget_line,
                "budget_zero",
                "The budget is 0, so nothing can be chosen. Write the amount that the election gives out.",
                "예산이 0이라 고를 수 있는 사업이 없어요. 이 투표로 나눌 금액을 적어 주세요.",
            )
        if not projects:
            self.problem(
                self.sections["PROJECTS"], "no_projects", "There are no projects. List them under PROJECTS.", "사업이 하나도 없어요. PROJECTS 아래에 적어 주세요."
            )  # fmt: skip
        if not votes.voters:
            self.problem(
                self.sections["VOTES"], "no_votes", "There are no votes. List them under VOTES.", "표가 하나도 없어요. VOTES 아래에 적어 주세요."
            )  # fmt: skip
        self._counts("num_projects", len(projects), "projects", "사업")
        self._counts("num_votes", votes.voters, "votes", "표")
        ballots, point_unit = votes.ballots()
        self.stop()
        election = Election(
            self.meta, budget, unit, self.meta["vote_type"], projects, ballots, votes.voters, point_unit
        )
        election.notes = self.notes + notes(election)
        return election

    def _counts(self, key: str, found: int, en: str, ko: str) -> None:
        said = self.meta[key]
        if said != str(found):
            self.problem(
                self.meta_lines[key],
                "count",
                f"META says {key};{said[:20]}, the file has {found} {en}. Part of the file may be missing: get it again, or correct the number.",
                f"META의 {key}은(는) {said[:20]}인데 파일에는 {ko} {found}개가 있어요. 파일이 잘렸을 수 있으니 다시 받거나 숫자를 고쳐 주세요.",
            )


def notes(election: Election) -> list[Said]:
    """What is odd but can be counted."""
    found = []
    for project in election.projects:
        if project.cost > election.budget:
            found.append(
                Said(
                    "too_dear",
                    f"Project {project.id} costs {election.money(project.cost)}, more than the whole budget of {election.money(election.budget)}; it cannot win.",
                    f"사업 {project.id}의 비용 {election.money(project.cost)}이 전체 예산 {election.money(election.budget)}보다 커서 선정될 수 없어요.",
                    project.line,
                )
            )
    if election.unit > 1:
        found.append(
            Said(
                "decimals",
                f"Amounts have decimals; they are counted exactly, in units of 1/{election.unit}.",
                f"금액에 소수가 있어 1/{election.unit} 단위로 정확하게 계산해요.",
            )
        )
    counted = election.votes()
    differ = [
        project
        for project, votes in zip(election.projects, counted, strict=True)
        if project.columns.get("votes", "").isdecimal() and int(project.columns["votes"]) != votes
    ]
    if differ:
        named = ", ".join(project.id for project in differ[:5])
        found.append(
            Said(
                "votes_column",
                f"For {len(differ)} projects the column votes differs from the ballots ({named}{'…' if len(differ) > 5 else ''}). The ballots are counted.",
                f"사업 {len(differ)}개는 votes 열이 투표지와 달라요({named}{'…' if len(differ) > 5 else ''}). 투표지를 셌어요.",
                differ[0].line,
            )
        )
    limit = election.meta.get("max_length", "")
    if limit.isdecimal():
        longer = sum(ballot.count for ballot in election.ballots if len(ballot.projects) > int(limit))
        if longer:
            found.append(
                Said(
                    "max_length",
                    f"{longer} ballots name more than {limit} projects (max_length). They are counted as they stand.",
                    f"투표지 {longer}장이 {limit}개(max_length)보다 많은 사업을 골랐어요. 적힌 그대로 셌어요.",
                )
            )
    return found
