"""What an official can begin with: a poll in minutes. Everything can be changed before it is opened."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.services.polls.domain.questions import Choice, Draft

CONSENT_KO = (
    "답변은 이 설문의 분석과 공개 보고서에만 씁니다. 이름, 계정, 접속 주소는 답변과 함께 남기지 않습니다. "
    "답변 글에는 본인이나 다른 사람을 알아볼 수 있는 내용을 적지 말아 주세요.\n\n"
    "설문이 열려 있는 동안에는 접수증 코드로 답변을 고치거나 거둘 수 있습니다. 마감하면 답변과 사람을 이을 수 있는 정보를 "
    "없앱니다. 개인을 알아볼 수 없게 한 답변은 누구나 분석을 다시 해 볼 수 있도록 보고서와 함께 공개할 수 있습니다."
)
CONSENT_EN = (
    "Your answers are used for the analysis of this poll and its public report, and for nothing else. No name, account or "
    "address is kept with them. Please write nothing by which you or others could be recognised.\n\n"
    "While the poll is open you can change or take back your answer with the code on your receipt. At closing everything "
    "that links answers to people is destroyed. Answers in which nobody can be recognised may be published with the report, "
    "so that anyone can repeat the analysis."
)

AGE: tuple[Choice, ...] = (
    ("19세 이하", "Up to 19"),
    ("20대", "20 to 29"),
    ("30대", "30 to 39"),
    ("40대", "40 to 49"),
    ("50대", "50 to 59"),
    ("60대", "60 to 69"),
    ("70세 이상", "70 and over"),
)
CONTENT: tuple[Choice, ...] = (
    ("매우 불만족", "Very unsatisfied"),
    ("불만족", "Unsatisfied"),
    ("보통", "Neither"),
    ("만족", "Satisfied"),
    ("매우 만족", "Very satisfied"),
)


@dataclass(frozen=True, slots=True)
class Starter:
    """A poll to begin with. `label` and `about` are for the official who chooses."""

    key: str
    label: str | Promise
    about: str | Promise
    title: Choice
    intro: Choice
    questions: tuple[Draft, ...]


def _age() -> Draft:
    return Draft("choice", "나이대를 알려 주세요.", "How old are you?", is_trait=True, options=AGE)


STARTERS: dict[str, Starter] = {
    starter.key: starter
    for starter in (
        Starter(
            "free",
            _("One free-text question"),
            _("People answer in their own words. Nothing else is asked."),
            ("", ""),
            ("", ""),
            (Draft("text", is_required=True, is_headline=True, limits={"longest": 1000}),),
        ),
        Starter(
            "plan",
            _("The plan’s question of 2018"),
            _("“What is government innovation to you?”, with age as an optional question."),
            ("당신에게 정부혁신이란?", "What is government innovation to you?"),
            (
                "떠오르는 생각을 한 문장으로 적어 주세요. 길어도 짧아도 좋습니다.",
                "Write the thought that comes to you in one sentence. Long or short, both are fine.",
            ),
            (
                Draft(
                    "text",
                    "당신에게 정부혁신이란 무엇인가요?",
                    "What is government innovation to you?",
                    is_required=True,
                    is_headline=True,
                    limits={"longest": 500},
                ),
                _age(),
            ),
        ),
        Starter(
            "satisfaction",
            _("Satisfaction with a service"),
            _("A scale, what was good or bad about it, and what should change in one’s own words."),
            ("서비스 만족도 설문", "How satisfied are you with the service?"),
            ("1분이면 됩니다.", "It takes a minute."),
            (
                Draft(
                    "scale",
                    "서비스에 얼마나 만족하셨나요?",
                    "How satisfied were you with the service?",
                    is_required=True,
                    options=CONTENT,
                ),
                Draft(
                    "choices",
                    "무엇이 불편했나요?",
                    "What was inconvenient?",
                    options=(
                        ("오래 기다렸습니다", "I waited long"),
                        ("설명이 어려웠습니다", "The explanation was hard to follow"),
                        ("여러 번 찾아가야 했습니다", "I had to come several times"),
                        ("온라인으로 할 수 없었습니다", "I could not do it online"),
                        ("그 밖의 이유", "Something else"),
                    ),
                    on=1,
                    any_of=("1", "2"),
                ),
                Draft(
                    "text",
                    "무엇이 달라지면 좋을까요?",
                    "What should change?",
                    is_headline=True,
                    limits={"longest": 1000},
                ),
                _age(),
            ),
        ),
    )
}
