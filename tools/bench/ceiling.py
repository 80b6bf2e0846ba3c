"""What the authors' categories allow: how far two people agree on them, and how far any method could come."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations

import numpy as np
from report import table

from madang.kernel.logic.features import Features
from madang.kernel.logic.parts import parts_of
from madang.services.polls.logic import trial
from madang.services.polls.logic.agreement import agreement, alpha

REST = "기타"  # "other": where authors put what they found no place for
READ = 0.4
TOPICS = (
    ("안전", "재난", "사고", "화재", "미세먼지", "환경"),
    ("복지", "장애", "노인", "아동", "육아", "출산", "연금"),
    ("병원", "의료", "건강", "치료", "보험", "환자"),
    ("교육", "학교", "학생", "대학", "시험"),
    ("일자리", "고용", "근로", "임금", "노동", "채용", "취업", "기업"),
    ("교통", "도로", "주차", "버스", "차량", "운전"),
    ("세금", "예산", "금융", "대출", "주택", "부동산"),
    ("공무원", "행정", "민원", "정부", "정책", "제도", "법"),
)
"""Words of a made-up codebook: an answer has the topic whose words stand in it most often, so its code follows from it."""


def run(everything: Sequence[dict[str, str]], rows: Sequence[dict[str, str]], features: Features) -> None:
    """Print it all; `features` are those of title and text of `rows`."""
    codes, persons = [row["category"] for row in rows], [row["author"] for row in rows]
    said = trial.held_out(features, codes, persons)
    first = [some[0]["code"] for some in said]
    same_titles(everything)
    without_rest(features, codes, persons, first)
    best_choice(codes, first)
    more_to_learn_from(features, codes, persons)
    noise(rows, features, persons)


def same_titles(rows: Sequence[dict[str, str]]) -> None:
    """Do people file the same title under the same category?"""
    titles: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        titles.setdefault(re.sub(r"\W", "", row["title"]), []).append((row["author"], row["category"]))
    lines = []
    kinds: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
        ("different authors", lambda one, two: one != two),
        ("the same author", lambda one, two: one == two),
    )
    for name, wanted in kinds:
        pairs = [
            (own, one[1] == two[1])
            for own, chosen in titles.items()
            for one, two in combinations(chosen, 2)
            if wanted(one[0], two[0])
        ]
        same = sum(agreed for _, agreed in pairs)
        lines.append([name, len({own for own, _ in pairs}), len(pairs), f"{100 * same / len(pairs):.1f} %"])
    table("The same title twice", ["by", "titles", "pairs", "the same category"], lines)
    several = [list(dict(chosen).values()) for chosen in titles.values() if len(dict(chosen)) > 1]
    most = max(map(len, several))
    found = agreement([row + [None] * (most - len(row)) for row in several], on=date(2026, 11, 28))
    print(
        f"{found['answers']} titles by more than one author: alpha of their categories "
        f"{found['alpha']:.2f} ({found['low']:.2f} to {found['high']:.2f})"
    )


def without_rest(
    features: Features, codes: Sequence[str], persons: Sequence[str], first: Sequence[str]
) -> None:
    """How much of what is wrong has to do with the category for the rest."""
    wrong = [(one, two) for one, two in zip(codes, first, strict=True) if one != two]
    with_rest = sum(REST in pair for pair in wrong)
    some = np.array([at for at, code in enumerate(codes) if code != REST])
    own, who = [codes[at] for at in some], [persons[at] for at in some]
    said = trial.held_out(features.rows(some), own, who)
    found = trial.accuracy([[one["code"] for one in each] for each in said], own, who)
    print(
        f"{len(wrong)} of {len(codes)} wrong, {100 * with_rest / len(wrong):.0f} % of them to or from {REST}; "
        f"without that category ({len(own)}): first right {100 * found['top1'][0]:.1f} % "
        f"({100 * found['top1'][1]:.1f} to {100 * found['top1'][2]:.1f}), among three {100 * found['top3'][0]:.1f} %"
    )


def best_choice(codes: Sequence[str], first: Sequence[str]) -> None:
    """Were it known which suggestions are wrong, and only those read: what would come out."""
    wrong = [at for at, code in enumerate(codes) if first[at] != code]
    goal = round(READ * len(codes))
    mixed = list(first)
    for at in wrong[:goal]:
        mixed[at] = codes[at]
    agreed = alpha(list(zip(codes, mixed, strict=True)))
    chance = 1 - sum((codes.count(code) / len(codes)) ** 2 for code in set(codes))
    print(
        f"reading {100 * READ:.0f} %, and by a miracle only what is suggested wrongly: alpha {agreed:.2f}. For 0.8 about "
        f"{100 * (1 - 0.2 * chance / (1 - READ)):.0f} % of what is not read would have to be right"
    )


def more_to_learn_from(features: Features, codes: Sequence[str], persons: Sequence[str]) -> None:
    """How the share of right ones grows with what is learned from, on the same parts."""
    part, alike = parts_of(persons), features.likeness()
    lines = []
    for share in (0.125, 0.25, 0.5, 1.0):
        right = three = 0
        for one in range(trial.FOLDS):
            known = np.flatnonzero(part != one)
            drawn = np.random.default_rng(one).permutation(known)[: round(share * len(known))]
            model = trial.learn(
                features, [(int(at), codes[at]) for at in np.sort(drawn)], persons, likeness=alike
            )
            asked = np.flatnonzero(part == one)
            for at, some in zip(asked, model.suggest(features.rows(asked)), strict=True):
                order = [each["code"] for each in some]
                right += order[0] == codes[at]
                three += codes[at] in order
        lines.append(
            [
                round(share * 0.8 * len(codes)),
                f"{100 * right / len(codes):.1f}",
                f"{100 * three / len(codes):.1f}",
            ]
        )
    table("Learned from", ["answers", "first is right, %", "among three, %"], lines)


def noise(rows: Sequence[dict[str, str]], features: Features, persons: Sequence[str]) -> None:
    """Codes that follow from the text, made ever noisier: what does reading 40 % give when people agree so and so far?
    These codes are made up; only the texts are real."""
    texts = [f"{row['title']} {row['body']}" for row in rows]
    truth = [topic_of(text) for text in texts]
    titles = [row["title"] for row in rows]
    random = np.random.default_rng(1)
    lines = []
    for often in (0.0, 0.1, 0.2, 0.3, 0.4):
        two = []
        for _ in range(2):
            other = random.permutation(truth)
            hit = random.random(len(truth)) < often
            two.append([str(b) if c else a for a, b, c in zip(truth, other, hit, strict=True)])
        read = trial.reading(features, two[0], persons, titles, (READ, 0.5))
        agreed = alpha(list(zip(*two, strict=True)))
        lines.append([f"{100 * often:.0f} %", f"{agreed:.2f}", *(one["alpha"] for one in read)])
    table(
        "Made-up codes that follow from the words, with noise",
        ["drawn by lot", "alpha of two such readers", "alpha at 40 % read", "at 50 %"],
        lines,
    )


def topic_of(text: str) -> str:
    counts = [sum(text.count(word) for word in words) for words in TOPICS]
    best = max(range(len(TOPICS)), key=lambda at: counts[at])
    return f"topic {best}" if counts[best] else "none"
