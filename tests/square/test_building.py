"""A facilitator builds a space: draft, conflict, check, publication, amendment, and what was filed in between."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Rule
from madang.services.square import queries
from madang.services.square.domain import building, ideas, publishing
from madang.services.square.logic import grid
from madang.services.square.models import Cell, Edition, Idea, Phase, Process, Space
from tests import factories as f

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 10, 12, tzinfo=clock.SEOUL)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def office() -> Any:
    made = f.OrganisationFactory(code="culture")
    for role in ("officer", "approver"):
        f.official(role, made)
    for kind in ("question", "complaint"):
        f.rule(f"matters.answer.{kind}", answer={"amount": 14, "unit": "days"})
    return made


@pytest.fixture
def builder(office: Any) -> Actor:
    return f.actor(f.official("facilitator", office))


def day(n: float) -> str:
    return clock.seoul(NOW + timedelta(days=n)).isoformat(timespec="seconds")


def put(actor: Actor, edition: Edition, address: grid.Address, **value: Any) -> Edition:
    seen = grid.mark(grid.part(Edition.objects.get(pk=edition.pk).document, address))
    return building.save(actor=actor, edition=edition, address=address, value=value, seen=seen)


def phase(start: float | None, end: float | None, title: str = "단계", **more: Any) -> dict[str, Any]:
    words = {"title_ko": title, "title_en": title, "summary_ko": "", "summary_en": ""}
    return {
        **words,
        "starts_at": None if start is None else day(start),
        "ends_at": None if end is None else day(end),
        "is_narrative": True,
        **more,
    }


def process(threshold: int = 10, **more: Any) -> dict[str, Any]:
    return {
        "title_ko": "마을 제안",
        "title_en": "Village ideas",
        "summary_ko": "",
        "summary_en": "",
        "order": 50,
        "rule": {
            "threshold": threshold,
            "discussion_days": 30,
            "answer": {"amount": 30, "unit": "calendar_days"},
            "arbiter_at": 3,
            "objections": 1,
            "objection_days": 15,
        },
        "source": "Ordinance 1",
        "checked": False,
        "valid_from": None,
        **more,
    }


OPEN = {"file": "account", "support": "account", "comment": True}


def drafted(builder: Actor, office: Any, *, start: float | None = None) -> Edition:
    """A draft that can be published: filing in the first phase, support in both."""
    edition = building.begin(actor=builder, host=office, title_ko="문화마당", title_en="Culture Square")
    put(builder, edition, ("phases", "aaaa0001"), **phase(start, 40, "봄"))
    put(builder, edition, ("phases", "aaaa0002"), **phase(40, 90, "여름"))
    put(builder, edition, ("processes", "village-ideas"), **process())
    put(
        builder,
        edition,
        ("categories", "village-ideas", "music"),
        title_ko="음악",
        title_en="Music",
        value=4,
        tone="plum",
    )
    put(builder, edition, ("cells", "village-ideas", "aaaa0001"), **OPEN)
    return put(
        builder, edition, ("cells", "village-ideas", "aaaa0002"), file="", support="account", comment=True
    )


def published(builder: Actor, office: Any, **more: Any) -> Edition:
    edition = publishing.check(actor=builder, edition=drafted(builder, office, **more))
    return publishing.publish(
        actor=builder, edition=edition, reason="봄 공론장을 엽니다.", short_notice="행사가 곧 시작합니다."
    )


def amended(builder: Actor, edition: Edition, address: grid.Address, **value: Any) -> Edition:
    draft = building.amend(actor=builder, space=Space.objects.get(slug=edition.slug))
    put(builder, draft, address, **value)
    checked = publishing.check(actor=builder, edition=draft)
    return publishing.publish(
        actor=builder, edition=checked, reason="규칙을 바꿉니다.", short_notice="급합니다."
    )


def refused(code: str, act: Any, **arguments: Any) -> RefusedError:
    before = list(Edition.objects.order_by("pk").values()), Audit.objects.count(), Space.objects.count()
    with pytest.raises(RefusedError) as error:
        act(**arguments)
    assert error.value.code == code
    after = list(Edition.objects.order_by("pk").values()), Audit.objects.count(), Space.objects.count()
    assert before == after
    return error.value


def test_from_nothing_to_a_filed_idea(builder: Actor, office: Any) -> None:
    draft = drafted(builder, office)
    assert not Space.objects.exists() and not Process.objects.exists()  # a draft is nowhere to be seen
    edition = publishing.check(actor=builder, edition=draft)
    done = publishing.publish(
        actor=builder, edition=edition, reason="봄 공론장을 엽니다.", short_notice="곧."
    )
    space = Space.objects.get(slug="culture-square")
    assert space.edition == done and done.number == 1
    made = Process.objects.get(slug="village-ideas")
    idea, _filed = ideas.file(
        actor=f.actor(f.UserFactory()), process=made, title="음악회", body="공원에서 열어요"
    )
    assert (idea.edition, idea.threshold, idea.phase.title_ko) == (done, 10, "봄")
    assert made.categories.get().value == 4
    # The act is in the public log with the digest of the whole document.
    act = Audit.objects.get(target="space:culture-square", action="square.edition.publish")
    assert act.is_public and act.organisation == office
    assert act.payload["data"]["digest"] == done.digest
    assert hashlib.sha256(publishing.canonical(done.document)).hexdigest() == done.digest


def test_what_was_filed_keeps_its_version_and_its_rule(builder: Actor, office: Any) -> None:
    first = published(builder, office)
    made = Process.objects.get(slug="village-ideas")
    early, _ = ideas.file(
        actor=f.actor(f.UserFactory()), process=made, title="먼저 낸 제안", body="먼저 냈어요"
    )
    held = grid.part(publishing.document_of(Space.objects.get()), ("processes", "village-ideas"))
    assert held is not None
    rule = {**held["rule"], "threshold": 25}
    second = amended(
        builder, first, ("processes", "village-ideas"), **{**held, "rule": rule, "valid_from": day(5)[:10]}
    )
    with clock.at(NOW + timedelta(days=6)):
        late, _ = ideas.file(
            actor=f.actor(f.UserFactory()), process=made, title="나중 제안", body="나중에 냈어요"
        )
    early = Idea.objects.select_related("matter__rule").get(pk=early.pk)
    assert (early.edition_id, early.threshold, early.matter.rule.version) == (first.pk, 10, 1)
    assert (late.edition_id, late.threshold, late.matter.rule.version) == (second.pk, 25, 2)
    first.refresh_from_db()
    assert first.state == "superseded" and second.number == 2
    assert first.document["processes"]["village-ideas"]["rule"]["threshold"] == 10


def test_a_published_document_is_frozen(builder: Actor, office: Any) -> None:
    done = published(builder, office)
    refused(
        "edition.closed",
        building.save,
        actor=builder,
        edition=done,
        address=("space",),
        value={"title_ko": "다른 이름"},
        seen=grid.mark(done.document["space"]),
    )
    done.document = {**done.document, "space": {"title_ko": "다른 이름"}}
    with pytest.raises(TypeError, match="frozen"):
        done.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=done.pk).update(digest="")


def test_only_the_future_can_be_amended(builder: Actor, office: Any) -> None:
    done = published(builder, office)
    draft = building.amend(actor=builder, space=Space.objects.get(slug=done.slug))
    assert building.amend(actor=builder, space=Space.objects.get(slug=done.slug)) == draft
    put(
        builder, draft, ("cells", "village-ideas", "aaaa0001"), file="anyone", support="account", comment=True
    )
    refused("edition.errors", publishing.check, actor=builder, edition=draft)
    put(builder, draft, ("cells", "village-ideas", "aaaa0001"), **OPEN)
    put(
        builder,
        draft,
        ("cells", "village-ideas", "aaaa0002"),
        file="resident",
        support="resident",
        comment=True,
    )
    checked = publishing.check(actor=builder, edition=draft)
    publishing.publish(actor=builder, edition=checked, reason="여름에는 주민만 참여합니다.")
    summer = Cell.objects.get(phase__key="aaaa0002")
    assert (summer.can_file, summer.filing, summer.support_level) == (True, "resident", "resident")
    process = Process.objects.get(slug="village-ideas")
    with clock.at(NOW + timedelta(days=50)), pytest.raises(RefusedError) as error:
        ideas.file(actor=f.actor(f.UserFactory()), process=process, title="여름 제안", body="여름에 낸 제안")
    assert error.value.code == "level.resident"


def test_short_notice_needs_a_published_reason(builder: Actor, office: Any) -> None:
    edition = publishing.check(actor=builder, edition=drafted(builder, office, start=3))
    refused("edition.notice", publishing.publish, actor=builder, edition=edition, reason="곧 시작합니다.")
    done = publishing.publish(
        actor=builder, edition=edition, reason="시작합니다.", short_notice="축제 일정 때문입니다."
    )
    assert done.short_notice == "축제 일정 때문입니다."


def test_with_notice_in_time_no_second_reason_is_kept(builder: Actor, office: Any) -> None:
    f.rule("square.editions", notice_days=2)
    edition = publishing.check(actor=builder, edition=drafted(builder, office, start=3))
    done = publishing.publish(
        actor=builder, edition=edition, reason="시작합니다.", short_notice="쓸데없는 말"
    )
    assert done.short_notice == ""
    assert queries.cell_now(Process.objects.get()) is None  # nothing is open before its time
    with clock.at(NOW + timedelta(days=4)):
        assert queries.open_processes().exists()


def test_errors_stand_in_the_way(builder: Actor, office: Any) -> None:
    edition = building.begin(actor=builder, host=office, title_ko="빈 마당", title_en="Empty")
    refused("edition.errors", publishing.check, actor=builder, edition=edition)
    refused(
        "flow.state",
        publishing.publish,
        actor=builder,
        edition=drafted(builder, office),
        reason="이유입니다.",
        short_notice="이유",
    )


def test_the_world_may_change_between_check_and_publication(builder: Actor, office: Any) -> None:
    edition = publishing.check(actor=builder, edition=drafted(builder, office))
    office.posts.get(role="approver").mandates.update(valid_to=NOW - timedelta(hours=1))
    refused(
        "edition.errors",
        publishing.publish,
        actor=builder,
        edition=edition,
        reason="이유입니다.",
        short_notice="이유",
    )


def test_without_a_mandate_nothing_is_built(builder: Actor, office: Any) -> None:
    edition = drafted(builder, office)
    elsewhere = f.actor(f.official("facilitator", f.OrganisationFactory(code="other")))
    for stranger in (elsewhere, f.actor(f.official("officer", office)), f.actor(f.UserFactory())):
        refused(
            "mandate.facilitator",
            building.begin,
            actor=stranger,
            host=office,
            title_ko="몰래",
            title_en="Secret",
        )
        arguments = {
            "address": ("space",),
            "value": {"title_ko": "몰래"},
            "seen": grid.mark(edition.document["space"]),
        }
        refused("mandate.facilitator", building.save, actor=stranger, edition=edition, **arguments)
        refused("mandate.facilitator", publishing.check, actor=stranger, edition=edition)
        refused("mandate.facilitator", building.discard, actor=stranger, edition=edition)
    checked = publishing.check(actor=builder, edition=edition)
    refused(
        "mandate.facilitator",
        publishing.publish,
        actor=elsewhere,
        edition=checked,
        reason="이유입니다.",
        short_notice="이유",
    )


def test_two_facilitators_change_two_parts_and_both_stay(builder: Actor, office: Any) -> None:
    edition = drafted(builder, office)
    other = f.actor(f.official("facilitator", office))
    seen = {
        address: grid.mark(grid.part(edition.document, address))
        for address in (("phases", "aaaa0001"), ("space",))
    }
    building.save(
        actor=builder,
        edition=edition,
        address=("phases", "aaaa0001"),
        value=phase(None, 30, "이른 봄"),
        seen=seen[("phases", "aaaa0001")],
    )
    building.save(
        actor=other, edition=edition, address=("space",), value={"title_ko": "새 이름"}, seen=seen[("space",)]
    )
    edition.refresh_from_db()
    assert edition.document["phases"]["aaaa0001"]["title_ko"] == "이른 봄"
    assert edition.document["space"]["title_ko"] == "새 이름"


def test_the_second_of_one_part_is_told_and_overwrites_nothing(builder: Actor, office: Any) -> None:
    edition = drafted(builder, office)
    address = ("phases", "aaaa0001")
    seen = grid.mark(grid.part(edition.document, address))
    building.save(actor=builder, edition=edition, address=address, value=phase(None, 30, "첫째"), seen=seen)
    error = refused(
        "edition.changed",
        building.save,
        actor=builder,
        edition=edition,
        address=address,
        value=phase(None, 35, "둘째"),
        seen=seen,
    )
    assert isinstance(error, building.ChangedError) and error.now is not None
    assert error.now["title_ko"] == "첫째"
    # The same value sent twice (a double click) is no conflict.
    building.save(actor=builder, edition=edition, address=address, value=phase(None, 30, "첫째"), seen=seen)


def test_begun_twice_is_one_draft(builder: Actor, office: Any) -> None:
    words = {"host": office, "title_ko": "두 번", "title_en": "Twice"}
    first = building.begin(actor=builder, **words)
    assert building.begin(actor=builder, **words) == first
    put(builder, first, ("phases", "aaaa0001"), **phase(None, None))
    assert building.begin(actor=builder, **words).slug == "twice-2"


def test_a_space_made_without_versions_is_read_and_amended(builder: Actor, office: Any) -> None:
    old = f.process("old", host=office)
    Process.objects.filter(pk=old.pk).update(filing_level="resident")
    document = publishing.document_of(old.space)
    (cells,) = document["cells"]["old"].values()
    assert cells == {"file": "resident", "support": "account", "comment": True}
    draft = building.amend(actor=builder, space=old.space)
    assert draft.number == 1 and grid.differences(draft.document, document) == []
    put(builder, draft, ("phases", "aaaa0009"), **phase(60, 90, "가을"))
    key = publishing.key_of(old.space.phases.get())
    put(builder, draft, ("phases", key), **{**document["phases"][key], "ends_at": day(60)})
    put(builder, draft, ("cells", "old", "aaaa0009"), **OPEN)
    publishing.publish(
        actor=builder, edition=publishing.check(actor=builder, edition=draft), reason="가을에도 엽니다."
    )
    old.refresh_from_db()
    assert [row.title_ko for row in old.space.phases.all()] == ["제안", "가을"]
    assert Rule.objects.filter(code="square.old").count() == 1  # an unchanged rule has no new version


def test_publishing_and_reading_back_gives_the_same_document(builder: Actor, office: Any) -> None:
    done = published(builder, office)
    assert grid.differences(done.document, publishing.document_of(Space.objects.get())) == []


def test_an_archive_is_not_amended(builder: Actor, office: Any) -> None:
    space = Space.objects.create(
        slug="old", title_ko="자료", title_en="Archive", host=office, is_archive=True
    )
    refused("space.archive", building.amend, actor=builder, space=space)


def test_followers_hear_of_a_phase_once(builder: Actor, office: Any) -> None:
    from madang.commons.notices.models import Event

    published(builder, office)
    notices.follow(reference="space:culture-square", user=f.UserFactory(), why="follower")
    silent = Phase.objects.get(key="aaaa0002")
    assert publishing.announce() == 1
    assert publishing.announce() == 0
    event = Event.objects.get(kind="square.phase")
    assert (event.reference, event.data["ko"]) == ("space:culture-square", "봄")
    Phase.objects.filter(pk=silent.pk).update(is_narrative=False)
    with clock.at(NOW + timedelta(days=41)):
        assert publishing.announce() == 0
    assert Phase.objects.filter(announced_at__isnull=True).count() == 0
    assert Event.objects.filter(kind="square.phase").count() == 1


def test_giving_a_draft_up_frees_its_name(builder: Actor, office: Any) -> None:
    edition = drafted(builder, office)
    building.discard(actor=builder, edition=edition)
    again = building.begin(actor=builder, host=office, title_ko="문화마당", title_en="Culture Square")
    assert (again.slug, again.number) == ("culture-square", 1)
    act = Audit.objects.get(action="square.edition.discard")
    assert not act.is_public  # that there was a draft is nobody's business
