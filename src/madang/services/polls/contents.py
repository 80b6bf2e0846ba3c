"""What is in the bundle of a report, and which of its tables is over what: the text that lies in it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def told(body: dict[str, Any]) -> list[str]:
    """Paragraphs, in the language that is active."""
    found = [
        _(
            "This bundle repeats the figures of the report. “python rerun.py .” makes every table in tables/ anew from what is in"
            " data/, compares it byte for byte, and compares the figures with report.json: the report as it was published, without the"
            " numbers by which the office finds an answer and the digest of all words."
        ),
        _needs(body),
        _(
            "data/answers.jsonl: a number for each answer, drawn by lot for this bundle alone, and its words where she agreed to be"
            " quoted, with personal data and names masked: %(texts)s of %(answers)s answers."
        )
        % {"texts": _n(body["texts"]), "answers": _n(_answers(body))},
    ]
    if body["coded"]:
        found += _coded(body["coded"], body)
    if body["closed"]:
        found.append(
            _(
                "tables/question-*.json: every closed question that is not about the person, over all who answered it. data/closed.json"
                " holds the replies, each question by itself: nothing leads from a reply to the same person's words, codes or other"
                " replies. What at least five people replied in just the same way is there whole; all other replies are there as"
                " counts of their parts, as in the table."
            )
        )
    if body["words"]:
        found.append(words_over(body))
        if body["texts"] < body["words"]["counted"]["answers"]:
            found.append(
                _(
                    "Why not over all: intervals and connections need the words that one person used together, and these tell who she is"
                    " and, beside her code, what she said. So the words of those who did not agree to be quoted stay with the office."
                    " Whoever subtracts the two tables learns how often those people together used a word of the list, not who."
                )
            )
    if body["groups"]:
        found.append(
            _(
                "In report.json alone, not made anew: tables by what people said about themselves. What they said stays with the"
                " office; cells of fewer than five people are hidden in the table."
            )
        )
    found.append(
        _(
            "In report.json alone, not made anew: how many were withdrawn and by which way answers came, and the quotes, which were"
            " chosen from the texts in data/answers.jsonl."
        )
    )
    return found


def _needs(body: dict[str, Any]) -> str:
    """What a stranger has to have before the program runs."""
    packages = "numpy"
    if body["words"] and body["texts"]:
        versions = body["words"]["versions"]
        packages += f" kiwipiepy=={versions['kiwi']} kiwipiepy_model=={versions['kiwi_model']}"
    steps = (
        "python3 -m venv ../check",
        f"../check/bin/pip install {packages}",
        "../check/bin/python -I rerun.py . DIGEST",
    )
    told = _(
        "How to run it: with Python 3.11 or newer, in the folder into which the bundle was unpacked, and with the digest that the report"
        " prints. It ends with 0 when all is the same. What is installed stays outside the folder, because every file in it is checked."
    )
    return "\n".join([told, *(f"  {step}" for step in steps)])


def words_over(body: dict[str, Any]) -> str:
    """Over which answers the table of words in the bundle is, and over which that of the report."""
    if not body["texts"]:
        return _(
            "The words of the report are over all %(answers)s answers that say something. None of them may be quoted, so the bundle"
            " has no table of words."
        ) % {"answers": _n(body["words"]["counted"]["answers"])}
    if body["texts"] >= body["words"]["counted"]["answers"]:
        return _(
            "The words of the report (report.json, “words”) are over all %(answers)s answers that say something, and all of them may"
            " be quoted. tables/words.json is the same count over their words as they stand in the bundle, where names and personal"
            " data are masked; intervals hang on the numbers drawn by lot and differ a little, so it is not compared with the report."
        ) % {"answers": _n(body["words"]["counted"]["answers"])}
    return _(
        "The words of the report (report.json, “words”) are over all %(answers)s answers that say something, also those that may not"
        " be quoted. tables/words.json is the same count over the %(texts)s answers whose words are in the bundle, with the same"
        " words asked for and the same wording of the event taken out: its counts are smaller and its intervals wider, and it is"
        " not compared with the report."
    ) % {"answers": _n(body["words"]["counted"]["answers"]), "texts": _n(body["texts"])}


def beside_the_bundle(body: dict[str, Any]) -> str:
    """The same in a sentence, for the page of the report."""
    if not body["texts"]:
        return _("None of these answers may be quoted, so the bundle does not repeat this table.")
    if body["texts"] >= body["words"]["counted"]["answers"]:
        return _("The bundle repeats this table over the same answers, with names and personal data masked.")
    return _(
        "The bundle repeats this table over the %(texts)s answers that may be quoted; there its counts are smaller."
    ) % {"texts": _n(body["texts"])}


def _coded(coded: dict[str, Any], body: dict[str, Any]) -> list[str]:
    found = [
        _(
            "tables/table-*.json and .csv: the codes that count, over all %(answers)s answers that have one, quoted or not."
            " data/codings.jsonl holds the code of each, data/codebook.json what the codes mean."
        )
        % {"answers": _n(coded["table"]["denominator"])}
    ]
    if coded["agreement"]:
        found.append(
            _(
                "tables/agreement.json: the %(answers)s answers of the sample that two read without seeing each other's codes, with what"
                " each gave alone. What was looked at again later, or decided, is no part of it."
            )
            % {"answers": _n(coded["agreement"]["answers"])}
        )
    if body["versions"]:
        found.append(
            _(
                "tables/versions.json: the %(answers)s answers that were coded with the codebook before too (data/before.json)."
            )
            % {"answers": _n(body["versions"]["denominator"])}
        )
    if body["round"]:
        found.append(
            _(
                "tables/round.json: beside the round before, of which data/round.json holds the codes alone; its answers are in its own bundle."
            )
        )
    return found


def _answers(body: dict[str, Any]) -> int:
    if body["coded"]:
        table = body["coded"]["table"]
        return int(table["denominator"] + table["uncoded"])
    return int(body["words"]["input"]["answers"]) if body["words"] else 0


def _n(number: int) -> str:
    return f"{number:,}"
