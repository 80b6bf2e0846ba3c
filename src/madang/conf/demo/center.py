"""The One-Stop Complaint Center of Haedam: its categories, types and routes, and what came in. All made up."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.apps import apps

from madang.commons.matters.domain import answers, handling
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, boundaries, clock
from madang.kernel.actors import system
from madang.services.casework import queries
from madang.services.casework.domain import entering, filing, types
from madang.services.casework.models import Case, Center

DATA = Path(entering.__file__).resolve().parents[1] / "data"
DISTRICT = "38090"  # the demo city borrows the shape of a real one by the sea

ROUTES = (
    ("road", "transport"),
    ("lamp", "safety"),
    ("parking", "transport"),
    ("signal", "transport"),
    ("sidewalk", "transport"),
    ("bus", "transport"),
    ("trash", "parks"),
    ("smell", "parks"),
    ("tree", "parks"),
    ("water", "safety"),
    ("welfare", "welfare"),
    ("conduct", "ombudsman"),
)


def _rows(name: str) -> list[tuple[int, dict[str, str]]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(enumerate(csv.DictReader(file), start=2))


def load_shapes() -> None:
    """The shapes of real districts, where their file lies beside this installation; the map does without them too."""
    folder = Path(os.environ.get("MADANG_SHARED_DATA", "../shared/data")) / "geo"
    if folder.is_dir():
        boundaries.run(folder, lambda done, total: None)


def found_center() -> Center:
    """Sixteen categories, ten types with their periods, and who does what."""
    load_shapes()
    founded = (clock.now() - timedelta(days=700)).date()
    actor = system("demo")
    center = Center.objects.create(
        code="haedam",
        title_ko="해담시 원스톱 민원센터",
        title_en="One-Stop Complaint Center of Haedam",
        host=office("participation"),
        phone="055-000-0120",
    )
    types.enact(actor=actor, rows=types.shipped(), valid_from=founded)
    entering.enter(actor=actor, center=center, table="categories", rows=_rows("categories"))
    entering.enter(actor=actor, center=center, table="fields", rows=_rows("fields"))
    routes = [
        (
            line,
            {
                "category": code,
                "office": to,
                "valid_from": founded.isoformat(),
                "source": "해담시 체험용 업무 분장",
            },
        )
        for line, (code, to) in enumerate(ROUTES, start=2)
    ]
    entering.enter(actor=actor, center=center, table="routes", rows=routes)
    return center


def file(code: str, title: str, body: str, *, by: str = "", **more: object) -> Case:
    """Filed by a demo resident, or without a name."""
    center = Center.objects.get(code="haedam")
    fields: dict[str, object] = {"district": DISTRICT, "is_public": True} | more
    made = filing.file_case(
        actor=acting_as(by) if by else actors.person(None),
        center=center,
        category=queries.categories(center).filter(code=code).first(),
        title=title,
        body=body,
        **fields,  # type: ignore[arg-type]
    )
    return made.case


def pothole() -> None:
    """A pothole, filled in a day, with a reasoned answer."""
    with days_ago(12):
        case = file(
            "road",
            "중앙로 버스 정류장 앞 도로가 패였어요",
            "바퀴만 한 구멍이 있어 자전거가 넘어질 뻔했습니다. 비가 오면 물이 고여 보이지 않습니다.",
            by="resident",
            address="중앙로 12 앞",
            point=(34.8601, 128.6935),
            answers={"size": "tyre", "lane": ["bike", "walk"]},
        )
    with days_ago(10):
        draft = answers.save(
            actor=acting_as("officer"),
            matter=case.matter,
            disposition="adopted",
            reason="현장을 확인하고 그날 오후 응급 복구를 마쳤습니다. 정류장 앞 20미터는 다음 달에 다시 포장합니다.",
            next_step="정류장 앞 20미터를 다시 포장합니다.",
            owner=office("transport"),
            promised_on=(clock.now() + timedelta(days=40)).date(),
        )
        draft = answers.submit(actor=acting_as("officer"), answer=draft)
        answers.publish(actor=acting_as("approver"), answer=draft)


def lamp() -> None:
    """Lamps that are out, filed without a name, and late."""
    with days_ago(9):
        file(
            "lamp",
            "배움길 보안등 세 개가 꺼져 있어요",
            "학원이 끝나는 밤 10시에 골목이 캄캄합니다. 기둥 번호는 배움-14, 15, 16입니다.",
            address="배움길 31 옆 골목",
            point=(34.8622, 128.6887),
            answers={"pole": "배움-14"},
        )


def rubbish() -> None:
    """Dumped rubbish, passed on once."""
    with days_ago(4):
        case = file(
            "trash",
            "해담천 다리 밑에 공사 폐기물이 쌓였어요",
            "어젯밤 트럭이 벽돌과 합판을 버리고 갔습니다. 비가 오면 하천으로 쓸려 갑니다.",
            by="neighbour",
            address="해담천 둘째 다리 밑",
            point=(34.8587, 128.6999),
            answers={"kind": "building"},
        )
    with days_ago(3):
        handling.transfer(
            actor=acting_as("parks"),
            matter=case.matter,
            office=office("safety"),
            reason_code="not_competent",
            reason="하천 구역의 폐기물은 안전총괄과가 하천 순찰과 함께 치웁니다.",
        )


def rule_question() -> None:
    """A question about a rule, waiting at the desk of the center."""
    with days_ago(1):
        file(
            "rule",
            "옥상 텃밭에도 공동체 지원을 받을 수 있나요?",
            "마을 공동체 지원 조례에 옥상 텃밭이 들어가는지 궁금합니다. 다섯 가구가 함께 가꾸고 있습니다.",
            by="group",
            district="",
        )


def private_matter() -> None:
    """Something that only its author and the office read."""
    with days_ago(2):
        file(
            "welfare",
            "돌봄 서비스 시간이 줄었는데 이유를 알고 싶어요",
            "어머니의 방문 돌봄이 주 5회에서 3회로 줄었습니다. 안내문에는 이유가 없었습니다.",
            by="resident",
            is_public=False,
            district="",
        )


CHAPTERS: tuple[Callable[[], None], ...] = (pothole, lamp, rubbish, rule_question, private_matter)


def tell(report: Callable[[str], None]) -> None:
    """Only where the service is on."""
    if not apps.is_installed("madang.services.casework"):
        return
    found_center()
    for chapter in CHAPTERS:
        chapter()
        report(chapter.__doc__ or chapter.__name__)
