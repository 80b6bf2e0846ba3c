"""What the machine learns words from: stems without their endings, cut in a process that ends."""

from __future__ import annotations

from madang.services.polls import stems_child
from madang.services.polls.logic.stems import stems

TEXTS = ["정부가 규제를 없애요", "정부는 규제를 없앴으면", "정부의 AI 행정", "", "😀 ㅋ"]


def test_endings_and_particles_go_and_verbs_stay() -> None:
    one, two, three, *empty = stems(TEXTS)
    assert one[:3] == two[:3] == ["정부", "규제", "없애"]
    assert three[0] == "정부"
    assert "ai" in three
    assert empty == [[], []]


def test_a_process_of_its_own_cuts_them_alike() -> None:
    assert stems_child.apart(TEXTS) == stems(TEXTS)
