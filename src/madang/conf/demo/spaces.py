"""How Haedam's spaces came to be: built by its facilitator through the same functions as the pages call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from madang.kernel import actors, clock
from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, User
from madang.services.square.domain import building, publishing
from madang.services.square.logic import grid
from madang.services.square.models import Edition, Space

SLUG = "school-streets-2027"
PROCESS = "school-streets"


def facilitator() -> Actor:
    return actors.person(User.objects.get(email="facilitator@haedam.example"))


def record(space: Space) -> None:
    """The square's first version, published ten days before it opened."""
    actor, opened = facilitator(), space.phases.order_by("starts_at").values_list("starts_at", flat=True)[0]
    with clock.at(opened - timedelta(days=10)):
        draft = building.amend(actor=actor, space=space)
        checked = publishing.check(actor=actor, edition=draft)
        publishing.publish(actor=actor, edition=checked, reason="누구나 연중 제안할 수 있는 마당을 엽니다.")


def school_streets() -> None:
    """A space to come, published with notice, and changed once before it opens."""
    actor, now = facilitator(), clock.now()
    host = Organisation.objects.get(code="participation")
    with clock.at(now - timedelta(days=20)):
        draft = building.begin(
            actor=actor, host=host, title_ko="통학로 공론장 2027", title_en="School Streets 2027"
        )
        for address, value in _parts(now).items():
            draft = _put(actor, draft, address, value)
        checked = publishing.check(actor=actor, edition=draft)
        publishing.publish(
            actor=actor, edition=checked, reason="새 학년을 앞두고 통학로 의견을 모읍니다.", short_notice=""
        )
    with clock.at(now - timedelta(days=6)):
        draft = building.amend(actor=actor, space=Space.objects.get(slug=SLUG))
        held = grid.part(draft.document, ("processes", PROCESS)) or {}
        value = {
            **held,
            "rule": {**held["rule"], "threshold": 15},
            "valid_from": clock.seoul(now + timedelta(days=7)).date().isoformat(),
        }
        draft = _put(actor, draft, ("processes", PROCESS), value)
        checked = publishing.check(actor=actor, edition=draft)
        publishing.publish(
            actor=actor, edition=checked, reason="학교가 작은 동네도 답을 받을 수 있도록 기준을 낮춥니다."
        )


def _put(actor: Actor, edition: Edition, address: grid.Address, value: dict[str, Any]) -> Edition:
    seen = grid.mark(grid.part(edition.document, address))
    return building.save(actor=actor, edition=edition, address=address, value=value, seen=seen)


def _words(ko: str, en: str, more_ko: str = "", more_en: str = "") -> dict[str, str]:
    return {"title_ko": ko, "title_en": en, "summary_ko": more_ko, "summary_en": more_en}


def _parts(now: datetime) -> dict[grid.Address, dict[str, Any]]:
    def day(days: int) -> str:
        moment = clock.seoul(now + timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
        return moment.isoformat(timespec="seconds")

    process = {
        **_words(
            "통학로 제안",
            "Ideas for school streets",
            "아이들이 걷는 길에서 바뀌면 좋을 것을 제안해요.",
            "What should change on the streets that children walk.",
        ),
        "order": 10,
        "rule_code": f"square.{PROCESS}",
        "rule": {
            "threshold": 20,
            "discussion_days": 30,
            "answer": {"amount": 30, "unit": "calendar_days"},
            "arbiter_at": 3,
            "objections": 1,
            "objection_days": 15,
        },
        "source": "해담시 체험용 규칙 · Demo rules of Haedam City",
        "checked": False,
        "valid_from": None,
    }
    return {
        ("space",): _words(
            "통학로 공론장 2027",
            "School Streets 2027",
            "새 학년 통학로를 함께 살피고, 고칠 곳을 정하는 자리예요.",
            "Where Haedam looks at its school streets together before the new school year.",
        ),
        ("phases", "a1b2c3d4"): {
            **_words("제안 모으기", "Collecting ideas"),
            "starts_at": day(9),
            "ends_at": day(40),
            "is_narrative": True,
        },
        ("phases", "b1b2c3d4"): {
            **_words("함께 고르기", "Choosing together"),
            "starts_at": day(40),
            "ends_at": day(75),
            "is_narrative": True,
        },
        ("phases", "c1b2c3d4"): {
            **_words("정리와 답변", "Summary and answers"),
            "starts_at": day(75),
            "ends_at": None,
            "is_narrative": False,
        },
        ("processes", PROCESS): process,
        ("categories", PROCESS, "crossings"): {
            **_words("횡단보도·신호", "Crossings and signals"),
            "tone": "blue",
            "value": 2,
            "order": 10,
        },
        ("categories", PROCESS, "pavements"): {
            **_words("보도·자전거길", "Pavements and bicycle paths"),
            "tone": "jade",
            "value": 5,
            "order": 20,
        },
        ("cells", PROCESS, "a1b2c3d4"): {"file": "anyone", "support": "account", "comment": True},
        ("cells", PROCESS, "b1b2c3d4"): {"file": "", "support": "account", "comment": True},
    }
