"""Particles fit the sound before them."""

from __future__ import annotations

import pytest

from madang.kernel.logic import particles


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("정부와(과) 혁신와(과) 국민", "정부와 혁신과 국민"),
        ("소통을(를) 참여을(를)", "소통을 참여를"),
        ("‘공정’은(는) “참여”은(는)", "‘공정’은 “참여”는"),
        ("사업 3이(가) 사업 2이(가)", "사업 3이 사업 2가"),
        ("서울(으)로 부산(으)로 대구(으)로 8(으)로", "서울로 부산으로 대구로 8로"),
        ("fair-process와(과) 소통", "fair-process와(과) 소통"),
        ("그와 나(과) 은(는)", "그와 나(과) 은(는)"),
    ],
)
def test_the_form_that_fits(written: str, read: str) -> None:
    assert particles.chosen(written) == read
