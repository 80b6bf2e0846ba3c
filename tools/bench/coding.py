"""How good suggested codes are, on the 16 categories that authors of the real forum chose for their proposals.

Split by author, without repeated titles. Baselines: always the most frequent category, naive Bayes on the same stems, and
the same method on words as they stand between spaces. `ceiling` says what these categories allow at all.
`OPENBLAS_NUM_THREADS=1` makes the CPU times those of one thread.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import ceiling
import numpy as np
from report import table

from madang.kernel.logic import suggest
from madang.kernel.logic.features import features_of
from madang.kernel.logic.parts import parts_of
from madang.services.polls.logic import trial
from madang.services.polls.logic.stems import stems

ORGANISED = "A0099"  # the one account of the organised forum
WORD = re.compile(r"\w+")


def run(root: Path) -> None:
    shared = Path(os.environ.get("MADANG_SHARED_DATA", root.parent / "shared" / "data"))
    source = shared / "square" / "gwanghwamoon-2020-05-24.csv"
    if not source.is_file():
        print(f"coding: skipped, no file at {source}")
        return
    everything = list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"))))
    rows = distinct(everything)
    codes, persons = [row["category"] for row in rows], [row["author"] for row in rows]
    titles = [row["title"] for row in rows]
    whole = [f"{row['title']} {row['body']}" for row in rows]
    print(f"{len(rows)} distinct titles, {len(set(persons))} authors, {len(set(codes))} categories")
    lines, reads = [], []
    for name, texts in (("title", titles), ("title and text", whole)):
        tokens = stems(texts)
        plain = features_of(texts, [WORD.findall(text.lower()) for text in texts])
        features = features_of(texts, tokens)
        methods = {
            "most frequent": [[{"code": code} for code in some] for some in frequent(codes, persons)],
            "naive Bayes": [[{"code": code} for code in some] for some in bayes(tokens, codes, persons)],
            "words as they stand": trial.held_out(plain, codes, persons),
            "Madang": trial.held_out(features, codes, persons),
        }
        for method, said in methods.items():
            error = f"{100 * calibration(said, codes):.1f}" if "confidence" in said[0][0] else ""
            for who in ("all", "without the organised account"):
                some = [at for at, one in enumerate(persons) if who == "all" or one != ORGANISED]
                found = trial.accuracy(
                    [[one["code"] for one in said[at]] for at in some],
                    [codes[at] for at in some],
                    [persons[at] for at in some],
                )
                lines.append(
                    [name, method, f"{who} ({len(some)})", span(found["top1"]), span(found["top3"]), error]
                )
        print(f"{name}: Madang less words as they stand, points: {gained(methods, codes, persons)}")
        learning(texts, tokens, codes, name)
        for method, known in (("words as they stand", plain), ("Madang", features)):
            read = trial.reading(known, codes, persons, titles, (0.2, 0.4, 0.6, 0.8))
            reads += [
                [
                    name,
                    method,
                    f"{100 * one['share']:.0f} %",
                    one["alpha"],
                    f"{100 * one['rest_right']:.1f} %",
                ]
                for one in read
            ]
    table(
        "Reading",
        ["from", "method", "read", "alpha with the full coding", "of the machine's codes right"],
        reads,
    )
    table(
        "Suggested categories",
        ["from", "method", "answers", "first is right, %", "among three, %", "confidence off by, points"],
        lines,
    )
    ceiling.run(everything, rows, features)


def gained(methods: dict[str, list[list[dict]]], codes: Sequence[str], persons: Sequence[str]) -> str:
    """How much more often the stems are right than words as they stand, on the same answers; authors drawn anew."""
    parts = []
    for most, name in ((1, "first"), (3, "among three")):
        more: dict[str, list[int]] = {}
        for at, (code, person) in enumerate(zip(codes, persons, strict=True)):
            hit = [
                code in [one["code"] for one in methods[method][at][:most]]
                for method in ("Madang", "words as they stand")
            ]
            own = more.setdefault(person, [0, 0])
            own[0] += hit[0] - hit[1]
            own[1] += 1
        rows = np.array(list(more.values()))
        random = np.random.default_rng(1)
        sums = [rows[random.integers(0, len(rows), len(rows))].sum(axis=0) for _ in range(1000)]
        drawn = np.sort([hits / answers for hits, answers in sums])
        parts.append(
            f"{name} {100 * rows[:, 0].sum() / len(codes):+.1f} ({100 * drawn[25]:+.1f} to {100 * drawn[974]:+.1f})"
        )
    return ", ".join(parts)


def learning(texts: Sequence[str], tokens: Sequence[Sequence[str]], codes: Sequence[str], name: str) -> None:
    """CPU time to learn from scratch, with as many rows as the plan's poll had."""
    many = 2143
    at = [one % len(codes) for one in range(many)]
    begun = time.process_time()
    features = features_of([texts[one] for one in at], [tokens[one] for one in at])
    counted = time.process_time() - begun
    begun = time.process_time()
    suggest.learn(features, [(one, codes[at[one]]) for one in range(many)])
    learned = time.process_time() - begun
    # The peer of the same run: inverting one matrix of that size.
    begun = time.process_time()
    np.linalg.inv(np.eye(many) + 1.0 / many)
    print(
        f"{many} answers ({name}), CPU s: features {counted:.2f}, learning {learned:.2f}; "
        f"numpy inverts as large a matrix in {time.process_time() - begun:.2f}"
    )


def distinct(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The first of those whose titles differ only in spaces and marks."""
    found = {}
    for row in rows:
        found.setdefault(re.sub(r"\W", "", row["title"]), row)
    return list(found.values())


def frequent(codes: Sequence[str], persons: Sequence[str]) -> list[list[str]]:
    part = parts_of(persons)
    orders = [
        [code for code, _ in Counter(c for c, p in zip(codes, part, strict=True) if p != one).most_common()]
        for one in range(trial.FOLDS)
    ]
    return [orders[one] for one in part]


def bayes(tokens: Sequence[Sequence[str]], codes: Sequence[str], persons: Sequence[str]) -> list[list[str]]:
    """Multinomial naive Bayes, one added to each count, learned from the other parts."""
    part = parts_of(persons)
    found: list[list[str]] = [[] for _ in codes]
    for one in range(trial.FOLDS):
        words: dict[str, Counter[str]] = {}
        often: Counter[str] = Counter()
        for some, code, own in zip(tokens, codes, part, strict=True):
            if own != one:
                words.setdefault(code, Counter()).update(some)
                often[code] += 1
        size = len(set().union(*words.values()))
        sums = {code: counted.total() + size for code, counted in words.items()}
        for at in np.flatnonzero(part == one):
            score = {
                code: math.log(often[code])
                + sum(math.log((counted[word] + 1) / sums[code]) for word in tokens[at])
                for code, counted in words.items()
            }
            found[at] = sorted(score, key=lambda code: -score[code])
    return found


def calibration(said: Sequence[Sequence[dict]], codes: Sequence[str]) -> float:
    """Mean distance of confidence and share of right ones, in ten classes of confidence, on held-out answers."""
    classes: dict[int, list[tuple[float, bool]]] = {}
    for some, code in zip(said, codes, strict=True):
        sure = some[0]["confidence"]
        classes.setdefault(min(int(10 * sure), 9), []).append((sure, some[0]["code"] == code))
    return sum(
        abs(sum(sure for sure, _ in own) - sum(right for _, right in own)) for own in classes.values()
    ) / len(codes)


def span(found: Sequence[float]) -> str:
    return "{:.1f} ({:.1f}–{:.1f})".format(*(100 * one for one in found))
