"""The plan as data: its counts, its sums, and its sentences against the source text."""

import dataclasses
import os
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from pathlib import Path

import pytest

from madang.kernel import plan as plans
from madang.kernel.plan import GoalStatus, IndexGoal, KeyProject, Observation, Plan, Strategy, Text

SHARED = Path(os.environ.get("MADANG_SHARED") or Path(__file__).resolve().parents[2].parent / "shared")


@pytest.fixture
def plan() -> Plan:
    return plans.load()


def shared(path: str) -> str:
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"{file} is not here; set MADANG_SHARED to the folder that holds {path}")
    return file.read_text(encoding="utf-8")


def plain(text: str) -> str:
    """Without tags and emphasis marks, white space as single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("**", "").split())


@pytest.fixture
def source() -> str:
    return plain(shared("plan/plan.txt"))


def between(source: str, start: str, end: str) -> str:
    """What stands between the last `start` and the next `end`; the contents page names chapters too."""
    return source.rpartition(start)[2].partition(end)[0].strip()


def walk(thing: object, path: str = "plan") -> Iterator[tuple[str, object]]:
    yield path, thing
    if isinstance(thing, tuple):
        for number, item in enumerate(thing):
            yield from walk(item, f"{path}[{number}]")
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from walk(getattr(thing, field.name), f"{path}.{field.name}")


def texts(plan: Plan) -> dict[str, Text]:
    return {path: thing for path, thing in walk(plan) if isinstance(thing, Text)}


def readings(plan: Plan) -> list[Observation]:
    return [thing for _, thing in walk(plan) if isinstance(thing, Observation)]


# The source


def test_every_verbatim_sentence_stands_in_the_plan(plan: Plan, source: str) -> None:
    verbatim = {path: text.en for path, text in texts(plan).items() if text.verbatim}
    assert len(verbatim) > 100
    assert {path: english for path, english in verbatim.items() if plain(english) not in source} == {}


def test_the_list_of_21_is_the_sources_with_its_stars_and_hackathons(plan: Plan, source: str) -> None:
    written = []
    for strategy in plan.strategies:
        written.append(strategy.name.en)
        for commitment in plan.commitments_of(strategy.number):
            written.append(f"Commitment {commitment.number}. {commitment.heading.en}")
            for project in plan.projects_of(commitment.number):
                written += [project.title.en, "★" * project.starred, "[Hackathon]" * project.hackathon]
    listed = between(source, "Projects for Government Innovation (21 projects)", "The list above includes")
    assert plain(" ".join(written)) == listed


def test_the_chapter_on_the_ten_is_the_sources(plan: Plan, source: str) -> None:
    def strategy_of(key: KeyProject) -> Strategy:
        return plan.strategy(plan.commitment(plan.project(key.project).commitment).strategy)

    written = []
    for strategy, keys in groupby(plan.key_projects(), key=strategy_of):
        written.append(strategy.name.en)
        for key in keys:
            written += [f"{key.number}.", key.title.en, key.timing.en, "[Hackathon]" * key.hackathon]
            written += [bullet.en for bullet in key.bullets]
    chapter = between(source, "Strategies 10 Key Projects", "List of 21 Government Innovation Projects")
    assert plain(" ".join(written)) == chapter


def test_the_commitments_of_the_framework_are_the_sources(plan: Plan, source: str) -> None:
    written = " ".join(f"{c.number}. {c.pledge.en}" for c in plan.commitments)
    assert f"{plan.resolve.en} {written}" in source


def test_the_table_of_values_is_the_sources(plan: Plan, source: str) -> None:
    written = " ".join(f"{value.name.en} {value.idea.en}" for value in plan.values)
    assert between(source, "Social Values Key Ideas", plan.title.en) == written


def test_the_poll_table_is_the_sources(plan: Plan, source: str) -> None:
    written = []
    for group in plan.poll.groups:
        written += [group.name.en, f"{group.share}%"]
        written += [f"{keyword.name.en} ({keyword.share}%)" for keyword in group.keywords]
        written.append("...")
    assert " ".join(written) in source


def test_the_apps_are_those_of_the_architecture(plan: Plan) -> None:
    served: dict[int, set[str]] = {number: set() for number in range(1, 22)}
    for app, numbers in re.findall(
        r"^\|[^|]*\| `(\w+)` \|[^|]*\| ([\d, ]+) \|$",
        "| services |" + shared("design/architecture.md").partition("| services |")[2],
        flags=re.MULTILINE,
    ):
        for number in numbers.split(","):
            served[int(number)].add(app)
    assert {project.number: set(project.apps) for project in plan.projects} == served


# Counts and order


def test_counts(plan: Plan) -> None:
    counts = [
        plan.strategies,
        plan.commitments,
        plan.projects,
        plan.key_projects(),
        plan.values,
        plan.indices,
    ]
    assert [len(things) for things in counts] == [3, 7, 21, 10, 13, 3]
    assert [len(plan.poll.groups), len(plan.targets), len(plan.footnotes), len(plan.notes)] == [3, 3, 3, 9]


def test_numbers_run_from_one(plan: Plan) -> None:
    for things in (
        plan.strategies,
        plan.commitments,
        plan.projects,
        plan.key_projects(),
        plan.values,
        plan.footnotes,
        plan.notes,
    ):
        assert [thing.number for thing in things] == list(range(1, len(things) + 1))


def test_every_project_has_one_commitment_and_every_commitment_one_strategy(plan: Plan) -> None:
    listed = [project for c in plan.commitments for project in plan.projects_of(c.number)]
    assert listed == list(plan.projects)
    assert [len(plan.projects_of(c.number)) for c in plan.commitments] == [2, 4, 3, 3, 3, 2, 4]
    assert [len(plan.commitments_of(s.number)) for s in plan.strategies] == [2, 3, 2]


def test_stars_and_chapter_name_each_other(plan: Plan) -> None:
    starred = {project.key: project for project in plan.projects if project.starred}
    assert {number: project.number for number, project in starred.items()} == {
        1: 1, 2: 3, 3: 7, 4: 8, 5: 10, 6: 13, 7: 16, 8: 17, 9: 18, 10: 19,
    }  # fmt: skip
    for key in plan.key_projects():
        assert starred[key.number].number == key.project
        assert starred[key.number].hackathon == key.hackathon
        assert str(key.year) in key.timing.en
    assert [project.number for project in plan.projects if project.hackathon] == [7, 19, 21]


def test_finding_by_number(plan: Plan) -> None:
    assert plan.project(7).app == "square"
    assert plan.commitment(3).pledge["en"] == "WORK with citizens to make policies that meet their needs."
    assert plan.value(12).name["ko"] == "시민적 권리로서 민주적 의사결정과 참여의 실현"
    for number in (0, 22, -1):
        with pytest.raises(KeyError):
            plan.project(number)


def test_loaded_once_and_not_to_be_changed(plan: Plan) -> None:
    assert plans.load() is plan
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.project(1).number = 2  # type: ignore[misc]
    with pytest.raises(TypeError):
        plan.sources["x"] = "y"  # type: ignore[index]


# Languages


def test_text_by_language_code() -> None:
    text = Text(ko="마당", en="Madang")
    assert (text["ko"], text["en"], text["en-gb"], text["ko_KR"]) == ("마당", "Madang", "Madang", "마당")
    with pytest.raises(KeyError):
        text["fr"]


def test_every_text_is_written_in_korean_without_exclamation_marks(plan: Plan) -> None:
    bare = [path for path, text in texts(plan).items() if not re.search("[가-힣]", text.ko) or "!" in text.ko]
    assert bare == []


def test_the_korean_is_owned_up_to_as_ours(plan: Plan) -> None:
    assert not plan.translation.verbatim
    assert "마당이 옮긴" in plan.translation.ko


# Numbers


def test_the_poll_adds_up(plan: Plan) -> None:
    groups = plan.poll.groups
    assert sum(group.share for group in groups) == 100
    for group in groups:
        assert sum(keyword.share for keyword in group.keywords) + group.remainder == group.share
    assert [group.remainder for group in groups] == [Decimal(9), Decimal("22.3"), Decimal("2.1")]
    assert sum(group.remainder for group in groups) == Decimal("33.4")
    assert plan.poll.participants == 2143


def test_the_targets_say_what_their_sentence_says(plan: Plan) -> None:
    for target in plan.targets:
        assert target.sentence.en.endswith(
            f": ({target.baseline_year}) {target.baseline}% → ({target.year}) {target.value}%"
        )
    assert plan.targets_of(3) == plan.targets
    assert plan.targets_of(1) == ()


def test_the_figures_stand_in_their_footnotes(plan: Plan) -> None:
    for figure in plan.figures:
        footnote = plan.footnote(figure.footnote).text.en
        numbers = [figure.year, figure.value, figure.mean, figure.rank, figure.of]
        assert any(number is not None for number in numbers)
        for number in numbers:
            assert number is None or re.search(rf"(?<!\d){re.escape(str(number))}(?!\d)", footnote), (
                figure.ref
            )


def test_no_number_passed_through_a_binary_float(plan: Plan) -> None:
    assert [path for path, thing in walk(plan) if isinstance(thing, float)] == []


def test_the_index_goals_and_their_baselines(plan: Plan) -> None:
    assert {goal.key: goal.rank_limit for goal in plan.indices} == {"bli": 19, "trust": 19, "cpi": 29}
    baselines = {
        goal.key: (goal.baseline.year, goal.baseline.rank, goal.baseline.of) for goal in plan.indices
    }
    assert baselines == {"bli": (2017, 29, 38), "trust": (2017, 32, 35), "cpi": (2017, 51, 180)}
    figures = {figure.key: figure for figure in plan.figures}
    for goal in plan.indices:
        assert figures[goal.key].rank == goal.baseline.rank
        assert str(goal.rank_limit) in goal.sentence.en
        assert Counter(o.baseline for series in goal.series for o in series.observations)[True] == 1


def judged(goal: IndexGoal) -> Observation:
    latest = goal.series[0].latest
    assert latest is not None
    return latest


def test_what_is_said_of_the_goals_follows_from_the_readings(plan: Plan) -> None:
    bli, trust, cpi = plan.indices
    assert (bli.status, bli.status_since) == (GoalStatus.NOT_DECIDABLE, judged(bli).year)
    assert (judged(bli).rank, judged(bli).of) == (30, 40)
    assert (trust.status, trust.status_since) == (GoalStatus.NOT_COMPARABLE, judged(trust).year)
    assert judged(trust).rank == trust.rank_limit + 1
    assert cpi.status is GoalStatus.NOT_MET
    ranks = {o.year: o.rank for o in cpi.series[0].observations}
    assert all(rank is not None and rank > cpi.rank_limit for rank in ranks.values())
    assert ranks[cpi.status_since] == 31
    assert min(ranks, key=lambda year: ranks[year] or 999) == 2024


def test_the_two_trust_instruments_stay_apart(plan: Plan) -> None:
    gallup, survey = plan.index("trust").series
    assert (gallup.key, survey.key) == ("trust-gallup", "trust-survey")
    assert [o.value for o in gallup.observations] == [24, 27, 23, 34, 24, 36, 39, 45]
    assert [o.value for o in survey.observations] == [Decimal("48.8"), Decimal("37.2"), None]
    assert not survey.observations[-1].known
    assert survey.latest is survey.observations[1]


def test_rank_is_told_against_the_size_of_the_field(plan: Plan) -> None:
    gallup, survey = plan.index("trust").series
    assert judged(plan.index("trust")).relative_rank == Fraction(20, 37)
    assert [o.relative_rank for o in survey.observations] == [Fraction(7, 20), Fraction(1, 2), None]
    assert gallup.observations[1].relative_rank is None


def test_readings_are_in_order_and_within_their_field(plan: Plan) -> None:
    for goal in plan.indices:
        for series in goal.series:
            years = [o.year for o in series.observations]
            assert years == sorted(set(years)), series.key
    for reading in readings(plan):
        assert reading.rank is None or 1 <= reading.rank <= (reading.of or 200)
        assert all(1 <= part.rank <= (reading.of or 0) for part in reading.parts)


# Evidence


def test_what_is_checked_names_its_source(plan: Plan) -> None:
    assert len(readings(plan)) == 27
    for reading in readings(plan):
        assert set(reading.sources) <= set(plan.sources)
        assert bool(reading.sources) or not reading.checked
        assert reading.known or reading.note
    unchecked = {o.year: o.value for o in plan.index("cpi").series[0].observations if not o.checked}
    assert unchecked == {2018: Decimal(57), 2019: Decimal(59), 2020: Decimal(61), 2021: Decimal(62)}


def test_every_source_is_cited(plan: Plan) -> None:
    cited = {key for reading in readings(plan) for key in reading.sources}
    cited |= {key for note in plan.notes for key in note.sources}
    assert cited == set(plan.sources)


def test_every_note_hangs_on_something_that_exists(plan: Plan) -> None:
    refs = {thing.ref for _, thing in walk(plan) if hasattr(thing, "ref")}
    assert all(note.about for note in plan.notes)
    assert {ref for note in plan.notes for ref in note.about} - refs == set()


@pytest.mark.parametrize(
    ("ref", "numbers"),
    [
        ("target:executives", [1]),
        ("target:senior-civil-service", [2]),
        ("target:committees", [3]),
        ("figure:cpi", [4]),
        ("index:cpi", [4, 5]),
        ("index:bli", [5]),
        ("index:trust", [5, 6]),
        ("poll", [7]),
        ("plan", [8]),
        ("project:20", [9]),
        ("project:3", []),
    ],
)
def test_the_known_defects_hang_on_what_they_concern(plan: Plan, ref: str, numbers: list[int]) -> None:
    assert [note.number for note in plan.notes_on(ref)] == numbers


def test_notes_on_several_things_come_once(plan: Plan) -> None:
    assert [note.number for note in plan.notes_on("figure:cpi", "index:cpi", "footnote:3")] == [4, 5, 6]


def test_no_project_carries_a_status(plan: Plan) -> None:
    names = {
        field.name for thing in (plan.project(1), plan.key_project(1)) for field in dataclasses.fields(thing)
    }
    assert not any("status" in name or "progress" in name for name in names)
