"""The words for the verdicts and failed tests of a certificate, in both languages; pages may say them otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from madang.commons.opinions.logic.certificate import FRAGILE, NO_GROUPS, STABLE
from madang.commons.opinions.logic.polis_tables import Said

VERDICTS = {
    STABLE: Said(
        STABLE,
        "The groups hold: other beginnings and other people of the same kind give the same ones.",
        "집단이 안정적입니다. 다르게 시작하거나 비슷한 다른 사람들로 계산해도 같은 집단이 나옵니다.",
    ),
    FRAGILE: Said(
        FRAGILE,
        "The groups are fragile: they could be divided otherwise about as well, or other people would change them.",
        "집단이 불안정합니다. 비슷하게 좋은 다른 구분이 있거나, 참여자가 달라지면 집단이 바뀔 수 있습니다.",
    ),
    NO_GROUPS: Said(
        NO_GROUPS,
        "No groups: opinions form one cloud, and dividing it is not clearer than dividing a cloud without groups.",
        "뚜렷한 집단이 없습니다. 의견이 하나로 이어져 있어, 나누어도 집단이 없는 경우보다 뚜렷하지 않습니다.",
    ),
}

NOT_TRIED = Said(
    NO_GROUPS,
    "No groups: there is nothing to divide yet.",
    "집단이 없습니다. 아직 나눌 것이 없습니다.",
)
"""Where no division was tried at all, nothing is said about a cloud."""


def words_of(verdict: str, reasons: Sequence[str]) -> Said:
    return NOT_TRIED if {"few_people", "no_variance"} & set(reasons) else VERDICTS[verdict]


REASONS = {
    "cloud": Said(
        "cloud",
        "The division is not clearer than that of an evenly filled cloud.",
        "고르게 퍼진 의견을 나눈 것보다 뚜렷하지 않습니다.",
    ),
    "rival": Said(
        "rival",
        "Another division is nearly as good and quite different.",
        "거의 같은 정도로 좋으면서 크게 다른 구분이 있습니다.",
    ),
    "resampling": Said(
        "resampling",
        "With other people of the same kind the groups change.",
        "비슷한 다른 사람들로 계산하면 집단이 바뀝니다.",
    ),
    "few_people": Said(
        "few_people",
        "Too few people have cast enough votes.",
        "충분히 투표한 사람이 너무 적습니다.",
    ),
    "no_variance": Said(
        "no_variance",
        "People stand at the same places; there is nothing to divide.",
        "사람들의 위치가 같아 나눌 것이 없습니다.",
    ),
}
