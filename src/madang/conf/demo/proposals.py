"""What residents of Haedam have proposed in the round that is open: made up, one proposal at each stage."""

from __future__ import annotations

from collections.abc import Callable

from madang.commons.matters.domain import answers, handling
from madang.conf.demo.story import acting_as, days_ago, office
from madang.services.budgeting.domain import projects, proposing, screening
from madang.services.budgeting.models import Proposal, Round


def filed(row: Round, pot: str, title: str, body: str, *, by: str, to: str = "", **more: object) -> Proposal:
    """Handed in by a demo resident; with the office that answers where one is named."""
    fields = {"pot": row.pots.get(code=pot), "title": title, "body": body, **more}
    one = proposing.file(actor=acting_as(by), round_=row, **fields).proposal  # type: ignore[arg-type]
    if to:
        handling.assign(actor=acting_as("triage"), matter=one.matter, office=office(to))
    return Proposal.objects.get(pk=one.pk)


def tell(report: Callable[[str], None]) -> None:
    """Four proposals: one waits for an office, one goes on, one is a project with an estimate, one is answered with no."""
    row = Round.objects.get(slug="haedam-next")
    with days_ago(9):
        shade = filed(
            row,
            "edge",
            "바닷가 산책로에 그늘 쉼터를 놓아 주세요",
            "여름 한낮에는 산책로 2km에 쉴 그늘이 한 곳도 없습니다. 벤치와 그늘막을 세 곳에 놓아 주세요.",
            by="resident",
            to="parks",
            amount=60_000_000,
            place="바닷가 산책로",
            point=(34.8531, 128.7012),
            values=[(11, "더위에 약한 어르신도 걸을 수 있습니다.")],
        )
        buses = filed(
            row,
            "city",
            "버스 도착 시각을 문자로 알려 주세요",
            "스마트폰이 없는 어르신도 정류장 번호를 문자로 보내면 도착 시각을 받게 해 주세요.",
            by="neighbour",
            to="transport",
        )
        lights = filed(
            row,
            "centre",
            "옛장터 골목에 발밑 등을 달아 주세요",
            "가로등이 닿지 않는 골목 계단이 밤에 보이지 않습니다. 계단 옆에 낮은 등을 달아 주세요.",
            by="group",
            to="transport",
            group_name="해담청년모임",
            place="옛장터",
            point=(34.8609, 128.6921),
        )
    with days_ago(7):
        shade = screening.accept(
            actor=acting_as("parks"), proposal=shade, reason="현장을 보았고 그늘막을 놓을 자리가 있습니다."
        )
        project = projects.begin(
            actor=acting_as("parks"),
            proposal=shade,
            title="바닷가 산책로 그늘 쉼터 세 곳",
            about="산책로 들머리와 가운데, 등대 앞에 벤치와 그늘막을 놓습니다.",
            reason="한 과에서 할 수 있는 일이라 그대로 사업으로 다듬습니다.",
        )
        lights = screening.accept(
            actor=acting_as("officer"),
            proposal=lights,
            reason="보행 안전을 위해 필요하고 전기를 끌 수 있습니다.",
        )
    with days_ago(5):
        projects.estimate(
            actor=acting_as("parks"),
            project=project,
            amount=72_000_000,
            low=65_000_000,
            high=80_000_000,
            method="쉼터 한 곳의 값을 24,000,000원으로 보고 세 곳을 셈했습니다. 체험용으로 지어낸 금액입니다.",
        )
        draft = screening.turn_down(
            actor=acting_as("officer"),
            proposal=buses,
            code="existing",
            reason="정류장 번호를 문자로 보내면 도착 시각을 알려 주는 서비스를 이미 하고 있습니다. 정류장에 안내를 더 크게 붙이겠습니다.",
        )
    with days_ago(4):
        answers.publish(actor=acting_as("approver"), answer=draft)
    with days_ago(2):
        filed(
            row,
            "city",
            "작은 도서관마다 점자 그림책을 들여 주세요",
            "보이지 않는 아이와 보이는 아이가 함께 읽을 수 있는 점자 그림책을 작은 도서관마다 열 권씩 들여 주세요.",
            by="resident",
            amount=20_000_000,
        )
    report(tell.__doc__ or "")
