"""An office that takes things in: triage, two operators and a third, and a stranger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.test import Client

from madang.commons.channels import targets
from madang.commons.channels.domain import paper
from madang.commons.channels.models import Batch
from madang.kernel.models import Organisation, User
from madang.services.square.models import Process
from tests import factories as make

TARGET = "square.idea:test"


@dataclass
class Hall:
    """Who is who in the town hall."""

    host: Organisation
    process: Process
    triage: User
    operators: list[User] = field(default_factory=list)
    stranger: User | None = None

    @property
    def target(self) -> targets.Target:
        return targets.find(TARGET)

    def batch(self, size: int = 5, sample: int = 0) -> Batch:
        return paper.issue(
            actor=make.actor(self.triage), target=TARGET, booth="도서관", size=size, sample=sample
        )


@pytest.fixture
def hall(db: None) -> Hall:
    made = make.process()
    host = made.space.host
    return Hall(
        host=host,
        process=made,
        triage=make.official("triage", host),
        operators=[make.official("operator", host, name=f"접수원 {n}") for n in range(3)],
        stranger=make.official("operator", make.OrganisationFactory(code="elsewhere")),
    )


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def into(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return into


WORDS = targets.Words(
    title="버스 정류장에 의자를 놓아 주세요",
    body="어르신들이 오래 서서 기다립니다. 의자 두 개면 됩니다.",
    name="김어르신",
)
