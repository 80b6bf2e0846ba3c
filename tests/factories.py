"""Real rows for tests. No mocks: every factory goes through the database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from madang.kernel import actors, clock
from madang.kernel.models import Mandate, Organisation, Post, Rule, User
from madang.services.square.domain import ideas as square_ideas
from madang.services.square.models import Category, Cell, Idea, Phase, Process, Space

START = datetime(2026, 1, 1, tzinfo=clock.SEOUL)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"시민 {n}")
    # No new account: what those may write is limited, and tested where it is said so.
    date_joined = datetime(2020, 1, 1, tzinfo=clock.SEOUL)

    @factory.post_generation
    def password(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or "pass-word-2026")
        self.save()


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"office-{n}")
    name_ko = factory.Sequence(lambda n: f"{n}과")
    name_en = factory.Sequence(lambda n: f"Office {n}")
    valid_from = date(2020, 1, 1)


def official(role: str, organisation: Organisation, **user: Any) -> User:
    """A person who holds a mandate of this role now."""
    person = UserFactory(**user)
    post, _ = Post.objects.get_or_create(
        organisation=organisation, role=role, defaults={"title_ko": role, "title_en": role}
    )
    Mandate.objects.create(user=person, post=post, valid_from=START)
    return person


def actor(user: User | None = None, **kwargs: Any) -> actors.Actor:
    return actors.person(user, **kwargs)


def rule(code: str = "square.test", **body: Any) -> Rule:
    """A rule in force; a second call with another body is the next version of the same day."""
    known = {
        "threshold": 3,
        "discussion_days": 60,
        "answer": {"amount": 30, "unit": "calendar_days"},
        "arbiter_at": 3,
        "objections": 1,
        "objection_days": 15,
    }
    version = Rule.objects.filter(code=code).count() + 1
    return Rule.objects.create(code=code, version=version, valid_from=date(2020, 1, 1), body=known | body)


def process(
    slug: str = "test", *, filing: str = "anyone", host: Organisation | None = None, **body: Any
) -> Process:
    """A space with one open phase and one process in it, under a rule with a threshold of three."""
    host = host or OrganisationFactory(code="host")
    if not Rule.objects.filter(code=f"square.{slug}").exists():
        rule(f"square.{slug}", **body)
    for kind in ("question", "complaint"):
        if not Rule.objects.filter(code=f"matters.answer.{kind}").exists():
            rule(f"matters.answer.{kind}", answer={"amount": 14, "unit": "days"})
    space = Space.objects.create(slug=f"space-{slug}", title_ko="광장", title_en="Square", host=host)
    phase = Phase.objects.create(space=space, order=1, title_ko="제안", title_en="Ideas", starts_at=START)
    made = Process.objects.create(
        space=space,
        slug=slug,
        title_ko="동네 제안",
        title_en="Neighbourhood ideas",
        rule_code=f"square.{slug}",
    )
    Cell.objects.create(
        process=made, phase=phase, can_file=True, can_support=True, can_comment=True, filing=filing
    )
    Category.objects.create(process=made, slug="safety", title_ko="안전", title_en="Safety")
    return made


def idea(made: Process | None = None, *, author: User | None = None, **fields: Any) -> Idea:
    """An idea filed through the front door."""
    made = made or Process.objects.first() or process()
    fields.setdefault("title", "초등학교 앞 통학로에 보행 신호를 놓아 주세요")
    fields.setdefault(
        "body", "아침마다 아이들이 차 사이로 길을 건넙니다. 보행 신호가 먼저 켜지면 안전합니다."
    )
    made_idea, filed = square_ideas.file(actor=actor(author or UserFactory()), process=made, **fields)
    made_idea.code = filed.code
    return made_idea


def supporters(target: Idea, count: int) -> None:
    """That many people stand behind an idea; the tally has run."""
    for _ in range(count):
        square_ideas.support(actor=actor(UserFactory()), idea=target)
    square_ideas.tally()


def later(days: float) -> datetime:
    return clock.now() + timedelta(days=days)
