"""The desk in the browser's terms: every verb, who may, what is kept."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madang.commons.matters.domain import answers, clocks, handling
from madang.commons.matters.models import Answer, Clock, Effect, Matter
from madang.kernel import clock
from madang.kernel.models import Mandate
from madang.services.square.models import Support
from tests import factories as make
from tests.matters.conftest import REASON, in_days, whole

pytestmark = pytest.mark.django_db


def post(client, matter, verb, *, prefix="", **typed):
    """Open the page, take the fingerprint, send the form as a browser would."""
    page = client.get(reverse("desk_matter", args=[matter.pk]))
    prefix = prefix or ("answer" if verb in ("answer", "submit") else verb)
    found = re.search(rf'name="{prefix}-seen" value="(\w+)"', page.content.decode())
    seen = found[1] if found else ""
    data = {f"{prefix}-{name}": value for name, value in typed.items()}
    return client.post(reverse(f"desk_{verb}", args=[matter.pk]), data | {f"{prefix}-seen": seen})


def test_from_triage_to_effect(city, sign_in):
    matter = city.matter("triage")
    triage, officer, approver = sign_in(city.triage), sign_in(city.officer), sign_in(city.approver)

    assert matter.title in triage.get(reverse("desk")).content.decode()
    post(triage, matter, "assign", office=city.office.pk)
    matter.refresh_from_db()
    assert (matter.state, matter.responsible) == ("assigned", city.office)

    assert matter.title in officer.get(reverse("desk")).content.decode()
    saved = post(officer, matter, "answer", reason="아직 쓰는 중")
    assert saved.status_code == 302
    page = officer.get(saved.url).content.decode()
    assert "아직 쓰는 중" in page
    assert f'<meta name="draft-clear" content="answer-{matter.pk}">' in page

    day = make.later(30).astimezone(clock.SEOUL).date().isoformat()
    whole_answer = {
        "disposition": "adopted",
        "reason": REASON,
        "next_step": "신호를 놓습니다.",
        "owner": city.office.pk,
    }
    sent = post(officer, matter, "submit", **whole_answer, promised_on=day)
    assert sent.status_code == 302, sent.content.decode()
    assert matter.answers.get().state == "submitted"

    page = approver.get(reverse("desk_matter", args=[matter.pk])).content.decode()
    assert REASON in page
    post(approver, matter, "return", reason="기한을 다시 보십시오.")
    assert matter.answers.get().state == "draft"
    assert "기한을 다시 보십시오." in officer.get(reverse("desk_matter", args=[matter.pk])).content.decode()
    post(
        officer,
        matter,
        "submit",
        **(whole_answer | {"reason": REASON + " 올해 안에 합니다."}),
        promised_on=day,
    )
    page = approver.get(reverse("desk_matter", args=[matter.pk])).content.decode()
    assert "<ins>" in page
    assert "올해" in page

    published = post(approver, matter, "publish")
    assert published.status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.disposition, matter.due_at) == ("answered", "adopted", None)
    effect = Effect.objects.get(matter=matter)

    report = reverse("desk_effect", args=[effect.pk])
    refused = officer.post(report, {"state": "done", "text": "신호를 켰습니다."})
    assert refused.status_code == 422
    assert "신호를 켰습니다." in refused.content.decode()
    assert (
        officer.post(
            report, {"state": "done", "text": "신호를 켰습니다.", "evidence_url": "https://example.org/p"}
        ).status_code
        == 302
    )
    effect.refresh_from_db()
    assert effect.state == "done"


def test_every_other_verb(city, sign_in):
    # A Monday: from another day five days can end on a weekend, and the clock goes on to the next working day.
    with clock.at(datetime(2026, 11, 23, 10, tzinfo=clock.SEOUL)):
        every_other_verb(city, sign_in)


def every_other_verb(city, sign_in):
    matter, officer = city.matter("assigned"), sign_in(city.officer)
    assert post(officer, matter, "take", officer=city.officer.pk).status_code == 302
    assert Matter.objects.get(pk=matter.pk).officer == city.officer
    assert (
        post(
            officer, matter, "pause", reason_code="supplement", reason="사진을 더 보내 주십시오."
        ).status_code
        == 302
    )
    assert matter.clocks.get().state == "paused"
    assert post(officer, matter, "resume").status_code == 302
    due = Matter.objects.get(pk=matter.pk).due_at
    assert (
        post(
            officer, matter, "extend", reason_code="fact_check", reason="현장 확인이 필요합니다.", amount=5
        ).status_code
        == 302
    )
    assert (Matter.objects.get(pk=matter.pk).due_at - due).days == 5
    assert post(officer, matter, "retype", kind="question", reason="물음입니다.").status_code == 302
    assert Matter.objects.get(pk=matter.pk).kind == "question"
    assert Matter.objects.get(pk=matter.pk).state == "triage"


def test_transfer_and_third_goes_to_the_arbiter(city, sign_in):
    matter = city.matter("assigned")
    clients = {city.office.pk: sign_in(city.officer), city.other.pk: sign_in(city.stranger)}
    here, there = city.office, city.other
    for _round in range(3):
        sent = post(
            clients[here.pk],
            matter,
            "transfer",
            office=there.pk,
            reason_code="not_competent",
            reason="소관이 다릅니다.",
        )
        assert sent.status_code == 302
        here, there = there, here
    matter.refresh_from_db()
    assert (matter.state, matter.transfers, matter.responsible) == ("arbitration", 3, city.office)
    arbiter = sign_in(city.arbiter)
    assert matter.title in arbiter.get(reverse("desk"), {"tab": "arbitration"}).content.decode()
    assert (
        post(arbiter, matter, "settle", office=city.other.pk, reason="공원 안의 길입니다.").status_code == 302
    )
    matter.refresh_from_db()
    assert (matter.state, matter.responsible) == ("assigned", city.other)


@pytest.mark.parametrize("reason_code", ["overwork", "absent_officer"])
def test_extension_refused_by_name(city, sign_in, reason_code):
    matter, officer = city.matter("assigned"), sign_in(city.officer)
    before = whole(matter)
    refused = post(officer, matter, "extend", reason_code=reason_code, reason="바쁩니다.", amount=5)
    assert refused.status_code == 422
    assert str(clocks.REFUSALS["extension_reason_barred"]) in refused.content.decode()
    assert "바쁩니다." in refused.content.decode()
    assert whole(matter) == before


def test_incomplete_answer_points_to_fields_and_keeps_the_words(city, sign_in):
    matter, officer = city.matter("assigned"), sign_in(city.officer)
    before = whole(matter)
    refused = post(officer, matter, "submit", disposition="adopted", reason=REASON)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert REASON in page
    assert 'id="id_answer-owner_error"' in page
    assert 'id="id_answer-promised_on_error"' in page
    assert whole(matter) == before


def test_second_tab_is_told_and_keeps_its_words(city, sign_in):
    matter, officer = city.matter("assigned"), sign_in(city.officer)
    page = officer.get(reverse("desk_matter", args=[matter.pk])).content.decode()
    seen = re.search(r'name="answer-seen" value="(\w+)"', page)[1]
    url = reverse("desk_answer", args=[matter.pk])
    assert officer.post(url, {"answer-seen": seen, "answer-reason": "첫째 탭"}).status_code == 302
    second = officer.post(url, {"answer-seen": seen, "answer-reason": "둘째 탭의 긴 글"})
    assert second.status_code == 409
    assert "둘째 탭의 긴 글" in second.content.decode()
    assert matter.answers.get().reason == "첫째 탭"


def test_double_click_publishes_once(city, sign_in):
    matter = city.matter("assigned")
    city.submitted(matter)
    approver = sign_in(city.approver)
    page = approver.get(reverse("desk_matter", args=[matter.pk])).content.decode()
    seen = re.search(r'name="publish-seen" value="(\w+)"', page)[1]
    url = reverse("desk_publish", args=[matter.pk])
    assert approver.post(url, {"publish-seen": seen}).status_code == 302
    after = whole(matter)
    assert approver.post(url, {"publish-seen": seen}).status_code == 409
    assert whole(matter) == after


def test_signed_out_while_typing_keeps_the_words(city, sign_in):
    matter = city.matter("assigned")
    lost = sign_in(None).post(reverse("desk_answer", args=[matter.pk]), {"answer-reason": "길게 쓴 답변"})
    assert lost.status_code == 403
    assert "길게 쓴 답변" in lost.content.decode()
    assert not matter.answers.exists()


VERBS = {
    "assign": ("triage", {"office": "other"}),
    "transfer": ("assigned", {"office": "other", "reason_code": "other", "reason": "소관이 다릅니다."}),
    "settle": ("arbitration", {"office": "other", "reason": "여기가 소관입니다."}),
    "take": ("assigned", {}),
    "retype": ("assigned", {"kind": "question", "reason": "물음입니다."}),
    "pause": ("assigned", {"reason_code": "supplement", "reason": "더 필요합니다."}),
    "resume": ("assigned", {}),
    "extend": ("assigned", {"reason_code": "fact_check", "reason": "확인합니다.", "amount": 3}),
    "answer": ("assigned", {"reason": "글"}),
    "submit": ("assigned", {"disposition": "rejected", "reason": REASON}),
    "return": ("submitted", {"reason": "다시 쓰십시오."}),
    "publish": ("submitted", {}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_person_without_mandate_changes_nothing(city, sign_in, verb):
    state, typed = VERBS[verb]
    matter = city.matter("assigned" if state == "submitted" else state)
    if state == "submitted":
        city.submitted(matter)
    if verb == "resume":
        clocks.pause(
            actor=make.actor(city.officer), matter=matter, reason_code="supplement", reason="더 필요합니다."
        )
    if verb == "take":
        typed = {"officer": city.officer.pk}
    prefix = "answer" if verb == "submit" else verb
    from madang.commons.matters.domain.desk import stamp

    data = {
        f"{prefix}-{name}": city.other.pk if value == "other" and name == "office" else value
        for name, value in typed.items()
    }
    data[f"{prefix}-seen"] = stamp(Matter.objects.get(pk=matter.pk))
    before = whole(matter)
    answer = sign_in(city.author).post(reverse(f"desk_{verb}", args=[matter.pk]), data)
    assert answer.status_code == 403
    assert whole(matter) == before


def test_mandate_ended_yesterday(city, sign_in):
    matter = city.matter("assigned")
    Mandate.objects.filter(user=city.officer).update(valid_to=make.later(-1))
    client = sign_in(city.officer)
    assert client.get(reverse("desk")).status_code == 403
    assert client.get(reverse("desk_matter", args=[matter.pk])).status_code == 404
    before = whole(matter)
    assert client.post(reverse("desk_answer", args=[matter.pk]), {"answer-reason": "글"}).status_code == 403
    assert whole(matter) == before


def test_desk_of_another_office_is_closed(city, sign_in):
    matter = city.matter("assigned")
    answers.save(actor=make.actor(city.officer), matter=matter, reason="아무도 못 볼 초안")
    assert sign_in(city.stranger).get(reverse("desk_matter", args=[matter.pk])).status_code == 403
    seen = sign_in(city.triage).get(reverse("desk_matter", args=[matter.pk])).content.decode()
    assert "아무도 못 볼 초안" not in seen


def test_bulk_assign_names_what_was_refused(city, sign_in):
    first, second, gone = city.matter("triage"), city.matter("triage"), city.matter("assigned")
    triage = sign_in(city.triage)
    before = triage.get(f"{reverse('desk')}?tab=triage").content.decode()
    assert "<strong data-selected-count>0</strong>건 선택" in before
    data = {"pick": [first.pk, second.pk, gone.pk], "office": city.other.pk, "tab": "triage"}
    page = triage.post(reverse("desk_bulk"), data, follow=True).content.decode()
    assert set(Matter.objects.filter(pk__in=[first.pk, second.pk]).values_list("responsible", flat=True)) == {
        city.other.pk
    }
    assert Matter.objects.get(pk=gone.pk).responsible == city.office
    assert gone.number in page


def test_merge_moves_supporters_each_once(city, sign_in):
    kept, twin = make.idea(author=city.author), make.idea(author=make.UserFactory())
    both = make.UserFactory()
    from madang.services.square.domain import ideas

    for target in (kept, twin):
        ideas.support(actor=make.actor(both), idea=target)
    only = make.UserFactory()
    ideas.support(actor=make.actor(only), idea=twin)
    triage = sign_in(city.triage)
    chosen = {"pick": [kept.pk, twin.pk]}
    page = triage.post(reverse("desk_merge"), chosen)
    assert page.status_code == 200
    empty = triage.post(reverse("desk_merge"), chosen | {"merge": "1", "into": kept.pk, "reason": ""})
    assert empty.status_code == 422
    done = triage.post(
        reverse("desk_merge"), chosen | {"merge": "1", "into": kept.pk, "reason": "같은 제안입니다."}
    )
    assert done.status_code == 302
    merged = Matter.objects.get(pk=twin.pk)
    assert (merged.state, merged.merged_into_id) == ("merged", kept.pk)
    supporters = Support.objects.filter(idea=kept, withdrawn_at__isnull=True).values_list(
        "supporter", flat=True
    )
    assert sorted(supporters) == sorted([both.pk, only.pk, merged.author_id])


def test_merge_is_all_or_none(city):
    from madang.commons.matters.domain import desk
    from madang.kernel.errors import RefusedError

    into, twin, ended = city.matter("open"), city.matter("open"), city.matter("answered")
    before = whole(twin)
    with pytest.raises(RefusedError):
        desk.merge_many(actor=make.actor(city.triage), matters=[twin, ended], into=into, reason="같습니다.")
    assert whole(twin) == before


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("role", ["triage", "officer"])
def test_desk_queries_do_not_grow(city, sign_in, role):
    state = "triage" if role == "triage" else "assigned"
    client = sign_in(getattr(city, role))
    city.matter(state)
    one = queries_of(client, reverse("desk"))
    for _n in range(29):
        matter = city.matter(state)
        if role == "officer":
            handling.take(actor=make.actor(city.officer), matter=matter, officer=city.officer)
    assert queries_of(client, reverse("desk")) == one


def test_late_and_effects_queries_do_not_grow(city, sign_in):
    client, officer = sign_in(None), sign_in(city.officer)

    def promise():
        matter = city.matter("assigned")
        day = make.later(90).date()
        answer = city.submitted(matter, disposition="adopted", owner=city.office, promised_on=day)
        answers.publish(actor=make.actor(city.approver), answer=answer)

    city.matter("assigned")
    promise()
    with in_days(40):
        one_late = queries_of(client, reverse("late"))
        one_effect = queries_of(officer, reverse("desk_effects"))
    for _n in range(12):
        city.matter("assigned")
        promise()
    with in_days(40):
        assert queries_of(client, reverse("late")) == one_late
        assert queries_of(officer, reverse("desk_effects")) == one_effect


def test_late_page_counts_with_denominators(city, sign_in):
    city.matter("assigned")
    private = city.matter("assigned")
    Matter.objects.filter(pk=private.pk).update(disclosure="private")
    with in_days(40):
        city.matter("triage")
        client = sign_in(None)
        page = client.get(reverse("late")).content.decode()
        rows = client.get(reverse("late_csv")).content.decode("utf-8-sig").splitlines()
    assert private.number not in page
    assert rows[1].startswith("roads,교통과,Roads,1,1,100.0,")
    assert rows[2].startswith("host,소통과,Open City Desk,1,0,0.0,")


def test_filter_sort_and_tabs(city, sign_in):
    far = city.matter("assigned", title="아주 먼 마을의 정류장")
    near = city.matter("assigned", title="가까운 놀이터")
    Matter.objects.filter(pk=near.pk).update(due_at=make.later(2))
    client = sign_in(city.officer)
    page = client.get(reverse("desk"), {"tab": "all"}).content.decode()
    assert page.index(near.title) < page.index(far.title)
    turned = client.get(reverse("desk"), {"tab": "all", "sort": "-due"}).content.decode()
    table = turned[turned.index("<tbody>") :]
    assert table.index(far.title) < table.index(near.title)
    assert far.title not in client.get(reverse("desk"), {"tab": "all", "q": "놀이터"}).content.decode()
    assert (
        near.title
        in client.get(
            reverse("desk"), {"tab": "all", "q": near.number.lower().replace("-", "")}
        ).content.decode()
    )
    assert far.title not in client.get(reverse("desk"), {"tab": "week"}).content.decode()
    tabs = client.get(reverse("desk")).context["tabs"]
    assert [entry["url"] for entry in tabs] == ["?tab=late", "?tab=today", "?tab=week", "?tab=all"]


def test_clock_says_how_it_was_counted(city, sign_in):
    matter = city.matter("assigned")
    page = sign_in(city.officer).get(reverse("desk_matter", args=[matter.pk]))
    steps = page.context["clocks"].resident.days
    assert sum(step.counts for step in steps) == 30
    assert clock.seoul(Clock.objects.get(matter=matter).due_at).date() == steps[-1].day.date()


def test_effects_of_other_offices_are_closed(city, sign_in):
    matter = city.matter("assigned")
    answer = city.submitted(
        matter, disposition="adopted", owner=city.other, promised_on=make.later(30).date()
    )
    answers.publish(actor=make.actor(city.approver), answer=answer)
    effect = Effect.objects.get()
    assert sign_in(city.officer).get(reverse("desk_effect", args=[effect.pk])).status_code == 404
    assert sign_in(city.stranger).get(reverse("desk_effect", args=[effect.pk])).status_code == 200
    refused = sign_in(city.stranger).post(
        reverse("desk_effect", args=[effect.pk]), {"state": "done", "text": "끝"}
    )
    assert refused.status_code == 422
    effect.refresh_from_db()
    assert effect.state == "promised"
    assert Answer.objects.get().state == "published"


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("facilitator", {"opinions_desk", "desk_hackathons"}),
        ("officer", {"opinions_desk", "desk_meetings", "desk_panels", "desk_hackathons"}),
        ("operator", set()),
    ],
)
def test_the_desk_leads_to_the_pages_for_ones_role_and_no_others(client, role, seen) -> None:
    client.force_login(make.official(role, make.OrganisationFactory()))
    words = client.get(reverse("desk")).content.decode()
    pages = {"opinions_desk", "desk_meetings", "desk_panels", "desk_hackathons"}
    assert {name for name in pages if f'href="{reverse(name)}"' in words} == seen
    for name in seen:
        assert client.get(reverse(name)).status_code == 200
