"""Haedam City: its offices, posts, people and rules."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from madang.conf.demo import spaces
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain.rules import enact
from madang.kernel.models import Mandate, Organisation, Post, Role, User
from madang.portal.demo_accounts import ACCOUNTS, PASSWORD
from madang.services.square.enums import Filing
from madang.services.square.models import Category, Cell, Phase, Process, Space

FOUNDED = date(2020, 1, 1)

OFFICES = (
    # code, Korean, English, kind, parent
    ("haedam", "해담시", "Haedam City", "government", None),
    ("participation", "시민참여과", "Citizen Participation Division", "office", "haedam"),
    ("transport", "교통정책과", "Transport Policy Division", "office", "haedam"),
    ("parks", "푸른도시과", "Parks and Climate Division", "office", "haedam"),
    ("welfare", "복지정책과", "Welfare Policy Division", "office", "haedam"),
    ("safety", "안전총괄과", "Safety Division", "office", "haedam"),
    ("ombudsman", "시민고충처리위원회", "Citizens' Ombudsman", "committee", "haedam"),
)

POSTS = {
    "triage@haedam.example": ("participation", Role.TRIAGE, "접수·분류 담당", "Triage"),
    "intake@haedam.example": ("participation", Role.OPERATOR, "전화·종이 접수 담당", "Calls and paper"),
    "moderator@haedam.example": ("participation", Role.MODERATOR, "게시판 운영 담당", "Moderator"),
    "facilitator@haedam.example": ("participation", Role.FACILITATOR, "진행자", "Facilitator"),
    "analyst@haedam.example": ("participation", Role.ANALYST, "설문 분석 담당", "Analyst"),
    "coder@haedam.example": ("participation", Role.CODER, "응답 분류 담당", "Coder"),
    "second-coder@haedam.example": ("participation", Role.CODER, "응답 교차 분류 담당", "Second coder"),
    "participation-head@haedam.example": (
        "participation",
        Role.APPROVER,
        "시민참여과장",
        "Head of Citizen Participation",
    ),
    "administrator@haedam.example": ("haedam", Role.ADMIN, "기관 관리자", "Administrator"),
    "officer@haedam.example": ("transport", Role.OFFICER, "보행환경 담당", "Walking and crossings"),
    "approver@haedam.example": ("transport", Role.APPROVER, "교통정책과장", "Head of Transport Policy"),
    "parks@haedam.example": ("parks", Role.OFFICER, "기후대응 담당", "Climate officer"),
    "parks-head@haedam.example": ("parks", Role.APPROVER, "푸른도시과장", "Head of Parks and Climate"),
    "safety@haedam.example": ("safety", Role.OFFICER, "안전 점검 담당", "Safety officer"),
    "safety-head@haedam.example": ("safety", Role.APPROVER, "안전총괄과장", "Head of Safety"),
    "arbiter@haedam.example": ("ombudsman", Role.ARBITER, "상임위원", "Standing commissioner"),
}

CLOCK_TERMS = {
    "pause_reasons": [
        "supplement",
        "expert_review",
        "hearing",
        "delivery",
        "representative",
        "precondition",
        "outage",
    ],
    "extension_reasons": ["cooperation", "fact_check", "force_majeure"],
    "barred_reasons": ["overwork", "absent_officer"],
    "extensions": 1,
    "extensions_with_consent": 1,
}
COMMON = {"arbiter_at": 3, "objections": 1, "objection_days": 15, "clock": CLOCK_TERMS}

CATEGORIES = (
    ("traffic", "교통·안전", "Transport and safety", "blue", 2),
    ("green", "환경·기후", "Environment and climate", "jade", 11),
    ("care", "복지·돌봄", "Welfare and care", "plum", 3),
    ("town", "도시·공간", "Town and space", "ochre", 8),
    ("access", "접근성", "Accessibility", "plum", 5),
)


@transaction.atomic
def found() -> Space:
    """Offices, posts with their mandates, rules, the square and its process."""
    offices: dict[str, Organisation] = {}
    for code, ko, en, kind, parent in OFFICES:
        offices[code] = Organisation.objects.create(
            code=code,
            name_ko=ko,
            name_en=en,
            kind=kind,
            parent=offices[parent] if parent else None,
            valid_from=FOUNDED,
        )
    people = [
        User.objects.create_user(account.email, PASSWORD, name=account.name, is_demo=True)
        for account in ACCOUNTS
    ]
    _confirm(people)
    for email, (office, role, ko, en) in POSTS.items():
        post = Post.objects.create(organisation=offices[office], role=role, title_ko=ko, title_en=en)
        Mandate.objects.create(
            user=User.objects.get(email=email),
            post=post,
            valid_from=clock.now() - timedelta(days=400),
            basis="Demo",
        )
    # An appeal is decided by another moderator than the one who took the text down.
    second = Post.objects.create(
        organisation=offices["participation"],
        role=Role.MODERATOR,
        title_ko="게시판 이의 담당",
        title_en="Appeals",
    )
    Mandate.objects.create(
        user=User.objects.get(email="facilitator@haedam.example"),
        post=second,
        valid_from=clock.now() - timedelta(days=400),
        basis="Demo",
    )
    actor = system("demo")
    enact(
        actor=actor,
        code="square.haedam",
        valid_from=FOUNDED,
        body={
            "threshold": 10,
            "discussion_days": 60,
            "answer": {"amount": 30, "unit": "calendar_days"},
            **COMMON,
        },
        source="해담시 체험용 규칙 · Demo rules of Haedam City",
    )
    enact(
        actor=actor,
        code="matters.answer.question",
        valid_from=FOUNDED,
        body={"answer": {"amount": 7, "unit": "days"}, **COMMON},
        source="민원 처리에 관한 법률 시행령 제14조: 절차 질의 7일"
        " · Civil Petitions Treatment Act, Enforcement Decree art. 14: queries on procedure, 7 days",
    )
    enact(
        actor=actor,
        code="matters.answer.complaint",
        valid_from=FOUNDED,
        body={"answer": {"amount": 14, "unit": "days"}, **COMMON},
        source="민원 처리에 관한 법률 시행령 제15조: 건의민원 14일"
        " · Civil Petitions Treatment Act, Enforcement Decree art. 15: suggestion complaints, 14 days",
    )
    space = _square(offices["participation"])
    spaces.record(space)
    spaces.school_streets()
    return space


def _confirm(people: list[User]) -> None:
    """Demo addresses count as confirmed; the sign-in page would ask for a code otherwise."""
    from allauth.account.models import EmailAddress  # the account app is optional in bare set-ups

    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )


def _square(host: Organisation) -> Space:
    space = Space.objects.create(
        slug="haedam",
        title_ko="해담마당",
        title_en="Haedam Square",
        summary_ko="해담시에서 바뀌면 좋을 것을 누구나 제안하고, 함께 다듬고, 답을 받는 곳이에요.",
        summary_en="Where anyone proposes a change for Haedam, works on it together and gets an answer.",
        host=host,
        order=10,
    )
    phase = Phase.objects.create(
        space=space,
        order=1,
        title_ko="상시 제안",
        title_en="Open all year",
        starts_at=clock.now() - timedelta(days=300),
    )
    process = Process.objects.create(
        space=space,
        slug="neighbourhood",
        title_ko="동네 제안",
        title_en="Neighbourhood ideas",
        summary_ko="10명이 공감하면 담당 부서가 30일 안에 이유를 밝혀 답해요.",
        summary_en="At 10 supporters the responsible office answers with a reason within 30 days.",
        rule_code="square.haedam",
        order=10,
    )
    Cell.objects.create(
        process=process, phase=phase, can_file=True, can_support=True, can_comment=True, filing=Filing.ANYONE
    )
    for order, (slug, ko, en, tone, value) in enumerate(CATEGORIES):
        Category.objects.create(
            process=process, slug=slug, title_ko=ko, title_en=en, tone=tone, value=value, order=order
        )
    return space
