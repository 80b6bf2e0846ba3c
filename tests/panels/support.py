"""A panel at each stage, made through the same functions as the pages."""

from __future__ import annotations

import random
from typing import Any

from madang.commons.ledger.sequencer import sequence
from madang.commons.panels.domain import lots, making, preparing
from madang.commons.panels.logic.model import Problem, Quota
from madang.commons.panels.models import Panel, Round
from madang.kernel.actors import Actor, system
from madang.kernel.models import Organisation, Role, User
from tests.factories import OrganisationFactory, UserFactory, actor, official

FEATURES = {"성별": ["남", "여"], "지역": ["동", "서", "남"], "집": ["자가", "임차"]}
ROLES = {"이름": "name", "생년월일": "birth", "연락처": "contact"} | dict.fromkeys(FEATURES, "feature")


def people(count: int, seed: int = 1) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [f"주민{at}", f"19{60 + at % 40}-0{1 + at % 9}-15", f"010-0000-{at:04d}"]
        + [chance.choice(values) for values in FEATURES.values()]
        for at in range(count)
    ]


def csv_of(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in [list(ROLES), *rows]).encode()


def problem(count: int, size: int, cards: tuple[int, ...], seed: int = 1, slack: int = 0) -> Problem:
    """A pool whose quotas are those of one panel drawn from it, so that at least one panel exists."""
    chance = random.Random(seed)
    pool = [
        tuple(min(chance.randrange(card), chance.randrange(card)) for card in cards) for _ in range(count)
    ]
    panel = chance.sample(pool, size)
    quotas = []
    for feature, card in enumerate(cards):
        for value in range(card):
            have = sum(one[feature] == value for one in panel)
            quotas.append(Quota(feature, value, max(0, have - slack), have + slack))
    return Problem(tuple(pool), tuple(quotas), size)


class House:
    """The office with preparer and approver, and two witnesses."""

    def __init__(self) -> None:
        self.host: Organisation = OrganisationFactory(code="host")
        self.preparer = official(Role.OFFICER, self.host)
        self.approver = official(Role.APPROVER, self.host)
        self.witnesses: list[User] = [UserFactory(), UserFactory()]

    @property
    def officer(self) -> Actor:
        return actor(self.preparer)

    def panel(self, slug: str = "test", **fields: Any) -> Panel:
        known = {
            "title_ko": "위원단", "title_en": "Panel", "purpose_ko": "시험", "purpose_en": "Test", "size": 10, "min_cell": 1
        }  # fmt: skip
        return preparing.create(actor=self.officer, host=self.host, slug=slug, **(known | fields))

    def registered(self, rows: list[list[str]] | None = None, **fields: Any) -> Panel:
        panel = self.panel(**fields)
        preparing.upload(actor=self.officer, panel=panel, data=csv_of(rows or people(60)))
        panel.refresh_from_db()
        return preparing.take(actor=self.officer, panel=panel, roles=ROLES, age="")

    def planned(self, **fields: Any) -> Panel:
        return self.bounded(self.registered(**fields))

    def bounded(self, panel: Panel) -> Panel:
        """Quotas as even as they can be."""
        bounds = {}
        for row in panel.quotas.all():
            share = panel.size // {"성별": 2, "지역": 3, "집": 2}[row.feature]
            bounds[row.pk] = (1000, share, share + 1 if row.feature == "지역" else share)
        return preparing.plan(actor=self.officer, panel=panel, bounds=bounds, source="시험 수치")

    def prepared(self, **fields: Any) -> Round:
        return self.make(self.planned(**fields))

    def order(self, panel: Panel, **asked: Any) -> Round:
        return making.order(**{"actor": self.officer, "panel": panel, "witnesses": self.witnesses} | asked)

    def make(self, panel: Panel, **asked: Any) -> Round:
        """What the office orders, made as the worker makes it."""
        return making.make(self.order(panel, **asked))

    def frozen(self, **fields: Any) -> Round:
        return self.freeze(self.prepared(**fields))

    def freeze(self, round_: Round) -> Round:
        return lots.freeze(actor=actor(self.approver), round_=round_)

    def opened(self, **fields: Any) -> Round:
        return self.open(self.frozen(**fields))

    def open(self, round_: Round) -> Round:
        while sequence().added:
            pass
        return lots.open_(actor=system("lot"), round_=round_)

    def drawn(self, **fields: Any) -> Round:
        return self.throw_all(self.opened(**fields))

    def throw_all(self, round_: Round) -> Round:
        for at, witness in enumerate(self.witnesses):
            round_ = lots.throw(actor=actor(witness), round_=round_, dice=str(at + 1) * 10)
        return round_
