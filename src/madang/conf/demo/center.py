"""The One-Stop Complaint Center of Haedam: its categories, types and routes, and what came in. All made up."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.apps import apps

from madang.commons.matters.domain import answers, handling
from madang.conf.demo import center_reports
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, boundaries, clock
from madang.kernel.actors import system
from madang.services.casework import queries
from madang.services.casework.domain import (
    desk_rules,
    entering,
    filing,
    joining,
    parts,
    retyping,
    sheets,
    suggesting,
    types,
)
from madang.services.casework.models import Case, Center, Part

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
    desk_rules.enact(actor=actor, valid_from=founded)
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


def flooded_underpass() -> None:
    """One case, three offices: two parts answered, one not yet; somebody joined, and the type was corrected."""
    with days_ago(6):
        case = file(
            "water",
            "비만 오면 역 앞 지하차도가 잠겨요",
            "지하차도에 물이 차서 차가 멈춥니다. 들머리 등도 꺼져 있고, 쓰러진 가로수가 배수구를 막고 있습니다.\n\n"
            "배수구를 뚫고, 등을 켜고, 나무를 치워 주세요.",
            by="resident",
            address="역 앞 지하차도",
            point=(34.8571, 128.6905),
            case_type="other",
            answers={"depth": "30"},
        )
    with days_ago(5.9):
        retyping.retype(
            actor=acting_as("triage"),
            case=case,
            to="hazard",
            reason="사람이 다칠 수 있는 위험이어서 안전 위험으로 다룹니다. 날짜는 낸 날부터 셉니다.",
        )
    with days_ago(5.5):
        tree = parts.split(
            actor=acting_as("triage"),
            case=case,
            what="배수구를 막은 가로수를 치웁니다",
            office=office("parks"),
        )
        signs = parts.split(
            actor=acting_as("triage"),
            case=case,
            what="잠겼을 때 차를 막는 표지를 세웁니다",
            office=office("transport"),
        )
    with days_ago(4):
        joining.join(
            actor=acting_as("neighbour"),
            case=Case.objects.get(pk=case.pk),
            words="저도 지난주에 차를 돌렸어요.",
        )
    with days_ago(3):
        _answer(
            tree,
            "parks",
            "parks-head",
            "쓰러진 가로수 두 그루를 치우고 배수구 둘레를 정리했습니다. 나무 상태를 모두 점검했습니다.",
        )
    with days_ago(1):
        parts.name_outstanding(
            actor=acting_as("safety"),
            part=Part.objects.get(pk=signs.pk),
            reason="차단 표지는 경찰과 자리를 정해야 해서 답변을 기다리지 않습니다.",
            until=(clock.now() + timedelta(days=20)).date(),
        )


def _answer(part: Part, drafter: str, approver: str, reason: str) -> None:
    draft = answers.save(
        actor=acting_as(drafter),
        matter=part.matter,
        disposition="done",
        reason=reason,
    )
    draft = answers.submit(actor=acting_as(drafter), answer=draft)
    answers.publish(actor=acting_as(approver), answer=draft)


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


def unsorted() -> None:
    """Told without a category: the machine suggests, triage decides."""
    with days_ago(0.2):
        file(
            "",
            "놀이터 옆 골목에 쓰레기가 며칠째 그대로예요",
            "재활용 봉투가 찢어져 바람에 날립니다. 아이들이 다니는 길이라 빨리 치워 주세요.",
            address="햇살놀이터 옆",
            point=(34.8610, 128.6921),
        )


CHAPTERS: tuple[Callable[[], None], ...] = (
    pothole,
    lamp,
    rubbish,
    rule_question,
    flooded_underpass,
    private_matter,
    unsorted,
)


def tell(report: Callable[[str], None]) -> None:
    """Only where the service is on."""
    if not apps.is_installed("madang.services.casework"):
        return
    found_center()
    for chapter in CHAPTERS:
        chapter()
        report(chapter.__doc__ or chapter.__name__)
    center_reports.tell(report)
    suggesting.read_waiting()
    sheets.count_all()
