"""Similar cases: by words and place, with known answers, and never anything private."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madang.services.casework import similar
from madang.services.casework.logic import nearness
from tests.casework import made

pytestmark = pytest.mark.django_db

HERE = (37.5665, 126.9780)
NEAR = (37.5670, 126.9782)
FAR = (37.7000, 127.2000)


def test_the_same_words_near_come_before_the_same_words_far() -> None:
    town = made.center()
    far = made.case(town, title="가로등이 꺼졌어요", point=FAR)
    near = made.case(town, title="가로등이 꺼졌어요", point=NEAR)
    found = similar.similar("가로등이 꺼졌어요", "골목이 어두워요", point=HERE)
    assert [one.case for one in found] == [near, far]
    assert found[0].metres == pytest.approx(58, abs=3)


def test_a_place_alone_counts_only_in_the_same_category() -> None:
    town = made.center()
    lamp, trash = made.category(town, "lamp"), made.category(town, "trash")
    other = made.case(town, title="쓰레기 더미", body="봉투가 쌓였습니다", category=trash, point=NEAR)
    same = made.case(town, title="등이 나감", body="불빛 없음", category=lamp, point=NEAR)
    found = similar.similar("밤길 조명 고장", "", point=HERE, category=lamp)
    assert [one.case for one in found] == [same]
    assert other not in [one.case for one in found]


def test_without_a_point_the_words_are_enough() -> None:
    """As most people file: where it is stands in the words, and nobody pointed at a map."""
    town = made.center()
    case = made.case(
        town,
        title="놀이터 옆 골목에 쓰레기가 며칠째 그대로예요",
        body="재활용 봉투가 찢어져 바람에 날립니다. 아이들이 다니는 길이라 빨리 치워 주세요.",
        point=NEAR,
    )
    title, body = (
        "놀이터 옆 골목 쓰레기가 며칠째 안 치워져요",
        "골목에 쓰레기가 며칠째 그대로 있어요. 치워 주세요.",
    )
    assert [one.case for one in similar.similar(title, body)] == [case]
    assert [one.case for one in similar.similar(title, body, point=HERE)] == [case]
    assert similar.similar(title, body, point=FAR) == [], "the same words elsewhere are another alley"
    assert similar.similar("강아지 목줄 단속을 해 주세요", "공원에서 무서워요.") == []


@pytest.mark.once
def test_nearer_is_never_less_alike() -> None:
    for text in (0.0, 0.1, 0.35, 1.0):
        for same in (False, True):
            values = [
                nearness.score(text, metres, same_district=False, same_category=same)
                for metres in (0, 50, 250, 1_000, 50_000)
            ]
            assert values == sorted(values, reverse=True)


def test_private_and_withdrawn_cases_never_come_out() -> None:
    town = made.center()
    made.case(town, title="가로등이 꺼졌어요", point=HERE, is_public=False)
    gone = made.case(town, title="가로등이 꺼졌어요", point=HERE)
    type(gone.matter).objects.filter(pk=gone.pk).update(state="withdrawn", ended_at=gone.matter.filed_at)
    hidden = made.case(town, title="가로등이 꺼졌어요", point=HERE)
    type(hidden.matter).objects.filter(pk=hidden.pk).update(disclosure="hidden")
    assert similar.similar("가로등이 꺼졌어요", point=HERE) == []


def test_as_many_queries_for_thirty_as_for_one() -> None:
    town = made.center()
    made.case(town, title="가로등이 꺼졌어요 0", point=NEAR)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert similar.similar("가로등이 꺼졌어요", "골목이 어두워요", point=HERE)
        return len(seen)

    first = asked()
    for at in range(30):
        made.case(town, title=f"가로등이 꺼졌어요 {at}", point=NEAR)
    assert asked() == first


def test_of_many_around_a_point_the_nearest_are_compared(monkeypatch) -> None:
    """Not the newest: in a dense city sixty newer ones may lie between."""
    monkeypatch.setattr(similar, "NEAREST", 2)
    town = made.center()
    lamp = made.category(town, "lamp")
    oldest = made.case(town, title="등이 나감", category=lamp, point=HERE)
    for step in range(3):
        made.case(town, title="조명 고장", category=lamp, point=(HERE[0] + 0.0005 * (step + 1), HERE[1]))
    found = similar.similar("밤길", "", point=HERE, category=lamp)
    assert found[0].case == oldest
    assert len(found) == 2


def test_metres_between_points() -> None:
    # Seoul City Hall to Busan City Hall, about 325 km by the great circle.
    assert nearness.metres((37.5665, 126.9780), (35.1796, 129.0756)) == pytest.approx(325_000, rel=0.01)
    south, west, north, east = nearness.box(HERE, 500)
    assert nearness.metres((south, HERE[1]), HERE) == pytest.approx(500, rel=0.001)
    assert nearness.metres((HERE[0], east), HERE) == pytest.approx(500, rel=0.001)
    assert west < HERE[1] < east
    assert south < HERE[0] < north
