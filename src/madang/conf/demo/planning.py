"""Haedam's planning group: five people who pick in the open what the square talks about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from madang.conf.demo.city import FOUNDED
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, clock
from madang.kernel.actors import Actor
from madang.kernel.domain.rules import enact
from madang.kernel.models import Mandate, Post, Role, User
from madang.services.square.domain import candidates, challenging, picking
from madang.services.square.models import Candidate, Idea

GROUP = (
    # account, Korean, English
    ("group", "시민 위원", "Resident"),
    ("demo06", "시민 위원 (추첨)", "Resident, drawn by lot"),
    ("demo11", "전문가 위원 (교통)", "Expert in transport"),
    ("demo17", "전문가 위원 (복지)", "Expert in welfare"),
    ("parks", "공무원 위원", "Official"),
)


def _seat_the_group() -> None:
    enact(
        actor=actors.system("demo"),
        code="square.planning",
        valid_from=FOUNDED,
        body={"vote_days": 14, "decide_days": 7, "forum_days": 30, "quorum": 50, "again_days": 90, "each": 3},
        source="해담시 체험용 규칙 · Demo rules of Haedam City",
    )
    for name, ko, en in GROUP:
        post, _is_new = Post.objects.get_or_create(
            organisation=office("participation"),
            role=Role.PLANNER,
            title_ko=ko,
            defaults={"title_en": en},
        )
        Mandate.objects.create(
            user=User.objects.get(email=f"{name}@haedam.example"),
            post=post,
            valid_from=clock.now() - timedelta(days=200),
            basis="Demo",
        )


def _idea(words: str) -> Idea:
    return Idea.objects.select_related("matter", "process__space").get(matter__title__startswith=words)


def _propose(by: Actor, words: str, why: str) -> Candidate:
    return candidates.propose(actor=by, idea=_idea(words), why=why)


def _vote(row: Candidate, name: str, choice: str, reason: str) -> None:
    if choice == "recused":
        picking.recuse(actor=acting_as(name), candidate=row, reason=reason)
    else:
        picking.vote(actor=acting_as(name), candidate=row, choice=choice, reason=reason)


def shared_path() -> None:
    """Picked, with one member out by a conflict; an opinion map came of it."""
    with days_ago(31):
        row = _propose(
            acting_as("demo03"),
            "하천 산책로와 자전거길",
            "걷는 사람과 타는 사람의 말이 갈립니다. 부서 한 곳이 정하기 전에 함께 이야기해야 합니다.",
        )
    with days_ago(27):
        _vote(row, "group", "for", "모임에서도 가장 자주 나오는 이야기입니다.")
        _vote(row, "demo11", "for", "사고 기록을 보면 폭이 좁은 두 곳에 몰려 있어 논의할 근거가 있습니다.")
    with days_ago(25):
        _vote(row, "demo06", "against", "이미 두 부서가 살피는 중이라 답을 먼저 들어도 됩니다.")
        _vote(row, "parks", "recused", "이 길을 맡은 부서에서 일합니다.")
    with days_ago(24):
        _vote(row, "demo17", "for", "휠체어와 유모차도 같은 길을 씁니다. 그분들의 말을 들어야 합니다.")
    with days_ago(26):
        filed = challenging.challenge(
            actor=acting_as("demo08"),
            seat=row.seats.get(user__email="demo11@haedam.example"),
            claim="undeclared",
            why="자전거길 설계를 맡은 회사를 자문한 적이 있다고 공개된 이력에 나옵니다.",
        )
    with days_ago(23):
        challenging.decide(
            actor=acting_as("facilitator"),
            challenge=filed,
            is_right=False,
            reason="계약 공개 자료를 확인했습니다. 자문은 3년 전에 끝났고 이번 길과 다른 구간이었습니다.",
        )
    with days_ago(22):
        picking.decide(
            actor=acting_as("facilitator"),
            candidate=row,
            reason="찬성 셋, 반대 하나였습니다. 사고가 좁은 곳에 몰리고 길을 쓰는 사람이 서로 달라 의견 지도로 먼저 듣습니다. "
            "부서의 답을 먼저 듣자는 반대 의견은 담당 부서에 전했습니다.",
        )


def shade() -> None:
    """Not picked, with a reason; a member is out because it is her own idea."""
    with days_ago(20):
        row = _propose(
            acting_as("demo09"), "횡단보도 그늘막", "여름이 오기 전에 자리를 함께 정하면 좋겠습니다."
        )
    with days_ago(17):
        _vote(row, "demo06", "against", "어디에 둘지는 이용 기록으로 정할 수 있습니다.")
        _vote(row, "demo17", "for", "어르신이 오래 서는 곳은 기록에 나오지 않습니다.")
        _vote(
            row, "demo11", "against", "담당 부서가 답을 쓰고 있습니다. 답을 보고 다시 올려도 늦지 않습니다."
        )
    with days_ago(15):
        _vote(row, "parks", "for", "나무 그늘과 함께 볼 기회입니다.")
    with days_ago(14):
        picking.decide(
            actor=acting_as("demo06"),
            candidate=row,
            reason="찬성 둘, 반대 둘이어서 고르지 않았습니다. 생각이 갈리기보다 빨리 실행할 일로 보았습니다. 기록에 나오지 않는 자리를 "
            "살피자는 말은 담당 부서에 전합니다.",
        )


def dust_map() -> None:
    """Undecided: too few voted, and the page says who was silent."""
    with days_ago(32):
        row = _propose(acting_as("demo14"), "미세먼지 쉼터 지도", "쉼터를 어디에 둘지는 동네마다 다릅니다.")
    with days_ago(29):
        _vote(row, "demo17", "for", "경로당마다 여는 시간이 달라 함께 맞춰야 합니다.")
    with days_ago(17):
        picking.count_due()


def repair_cafe() -> None:
    """Being voted on: one vote is missing."""
    with days_ago(6):
        row = _propose(
            acting_as("resident"),
            "고장 난 가전을",
            "주민센터를 주말에 누가 쓸지는 여럿이 함께 정해야 합니다.",
        )
    with days_ago(4):
        _vote(row, "demo06", "recused", "가족이 가전 수리점을 합니다.")
        _vote(row, "demo11", "against", "수리 장소는 빌릴 곳이 이미 있어 급하지 않습니다.")
    with days_ago(1):
        _vote(row, "demo17", "for", "혼자 사는 어르신이 배우러 올 수 있는 시간을 함께 정할 만합니다.")


def night_buses() -> None:
    """Proposed a short time ago: a topic."""
    with days_ago(2):
        row = _propose(
            acting_as("demo02"),
            "밤늦게 일하는 사람도",
            "비용이 드는 일이라 어느 동네부터인지 함께 정해야 합니다.",
        )
    with days_ago(1):
        _vote(row, "demo11", "for", "시험 운행을 어디서 할지 정하려면 타는 사람의 말이 필요합니다.")


def tell(report: Callable[[str], None]) -> None:
    """The group and what it has voted on, oldest first."""
    _seat_the_group()
    for chapter in (dust_map, shared_path, shade, repair_cafe, night_buses):
        chapter()
        report(chapter.__doc__ or chapter.__name__)
