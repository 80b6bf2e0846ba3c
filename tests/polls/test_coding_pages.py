"""The desk pages of coding, as analysts and coders use them."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madang.kernel.models import User
from madang.services.polls.domain import codebooks, coding, rulings, tasks
from madang.services.polls.models import Codebook, Coding, Poll, Ruling, Task
from tests.factories import UserFactory, actor, official
from tests.polls.support import PollFactory, analyst, closed_poll, code_all, coder, fixed, sampled, some

pytestmark = pytest.mark.django_db


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def page(name: str, poll: Poll, *more: object) -> str:
    return reverse(name, args=[poll.code, *more])


def test_the_way_from_a_book_to_alpha() -> None:
    lead, one, two = analyst(), coder(), coder()
    poll = closed_poll(some(12))
    desk = client(lead)
    assert desk.get(page("desk_coding", poll)).status_code == 200
    answer = desk.post(page("desk_codebooks", poll), {"source": "plan"})
    assert answer["Location"] == page("desk_codebook", poll, 1)
    book = Codebook.objects.get()
    for path in (page("desk_codebook", poll, 1), page("desk_codebook_fix", poll, 1)):
        assert desk.get(path).status_code == 200
    desk.post(page("desk_codebook_fix", poll, 1), {"seen": book.revision})
    book.refresh_from_db()
    assert book.state == "fixed"
    answer = desk.post(
        page("desk_coding_act", poll), {"do": "sample", "sample-coders": [one.pk, two.pk], "sample-count": 10}
    )
    assert answer.status_code == 302
    assert Task.objects.count() == 20
    for who in (one, two):
        seat = client(who)
        for _turn in range(10):
            shown = seat.get(page("desk_code", poll))
            task = shown.context["part"]["task"]
            assert seat.post(page("desk_code", poll), {"task": task, "code": "other"}).status_code == 302
        assert "part" in seat.get(page("desk_code", poll)).context
    assert Coding.objects.count() == 20
    assert "–" in desk.get(page("desk_agreement", poll)).content.decode()
    assert desk.get(page("desk_rulings", poll)).status_code == 200


def test_with_the_script_one_request_an_answer_brings_the_one_after_the_next() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(4))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    order = [task.pk for task in coding.waiting(actor(one), book)]
    seat = client(one)
    shown = seat.get(page("desk_code", poll))
    assert shown.context["part"]["task"] == order[0]
    assert json.loads(shown.context["following_json"])["task"] == order[1]
    sent = {"task": order[0], "code": "other", "held": order[1]}
    answer = seat.post(page("desk_code", poll), sent, headers={"X-Coding": "1"})
    assert answer.status_code == 200
    assert (answer.json()["done"], answer.json()["part"]["task"]) == (1, order[2])
    # A lost reply: sent once more, nothing is double.
    again = seat.post(page("desk_code", poll), sent, headers={"X-Coding": "1"})
    assert again.json()["part"]["task"] == order[2]
    assert Coding.objects.count() == 1
    wrong = seat.post(page("desk_code", poll), {"task": order[1], "code": "?"}, headers={"X-Coding": "1"})
    assert wrong.status_code == 422
    assert Coding.objects.count() == 1


def test_without_a_code_the_answer_stands_there_again_with_what_to_do() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(2))
    book = fixed(poll, lead, label="multi")
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    seat = client(one)
    task = seat.get(page("desk_code", poll)).context["part"]["task"]
    answer = seat.post(page("desk_code", poll), {"task": task, "more": ["other"]})
    assert answer.status_code == 422
    assert answer.context["part"]["task"] == task
    assert answer.context["chosen_more"] == ["other"]
    assert "코드를 먼저" in answer.content.decode()
    assert not Coding.objects.exists()


def test_undo_and_later_lead_back_to_the_screen() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(3))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    seat = client(one)
    first = seat.get(page("desk_code", poll)).context["part"]["task"]
    seat.post(page("desk_code", poll), {"task": first, "code": "other"})
    answer = seat.post(page("desk_code", poll), {"do": "undo"})
    assert answer["Location"].endswith(f"?task={first}")
    assert not Coding.objects.exists()
    seat.post(page("desk_code", poll), {"do": "skip", "task": first})
    assert seat.get(page("desk_code", poll)).context["part"]["task"] != first


@pytest.mark.parametrize("role", ["nobody", "stranger", "officer", "coder"])
def test_who_may_open_what(role: str) -> None:
    lead = analyst()
    poll = closed_poll(some(4))
    fixed(poll, lead)
    names = [
        "desk_coding",
        "desk_code",
        "desk_codebooks",
        "desk_agreement",
        "desk_rulings",
        "desk_objections",
    ]
    if role == "nobody":
        assert all(Client().get(page(name, poll)).status_code == 302 for name in names)
        return
    user = UserFactory() if role == "stranger" else official(role, poll.host)
    found = [client(user).get(page(name, poll)).status_code for name in names]
    assert found == ([200, 200, 200, 403, 403, 403] if role == "coder" else [403] * 6)


def test_a_coder_of_another_office_reads_nothing() -> None:
    lead = analyst()
    poll = closed_poll(some(4))
    fixed(poll, lead)
    from tests.factories import OrganisationFactory

    other = official("analyst", OrganisationFactory(code="elsewhere"))
    assert client(other).get(page("desk_coding", poll)).status_code == 403
    assert poll.title not in client(other).get(reverse("desk_coding_all")).content.decode()


def test_the_screen_never_shows_what_another_gave() -> None:
    lead, one, two = analyst("분석"), coder("첫째"), coder("둘째")
    poll = closed_poll(some(6))
    book = fixed(
        poll,
        lead,
    )
    sampled(poll, book, lead, [one, two])
    code_all(book, one, "fair-transparent")
    shown = client(two).get(page("desk_code", poll))
    seen = shown.content.decode()
    assert (shown.context["chosen"], shown.context["part"]["suggested"]) == ("", [])
    assert (
        'value="fair-transparent" id="code-fair-transparent" data-press="c" aria' in seen
    )  # and is not checked
    assert "첫째" not in seen


def test_a_file_begins_a_version_and_a_wrong_one_says_what_to_do() -> None:
    lead = analyst()
    poll = PollFactory()
    desk = client(lead)
    for content, words in (
        (b"\xff\xfe", "JSON"),
        (b"[1]", "코드북"),
        (b'{"key": 1}', "코드북"),
        (b"[" * 100_000, "JSON"),
    ):
        file = SimpleUploadedFile("book.json", content)
        answer = desk.post(page("desk_codebooks", poll), {"source": "file", "file": file})
        assert answer.status_code == 422, content
        assert words in answer.content.decode()
    assert desk.post(page("desk_codebooks", poll), {"source": "file"}).status_code == 422
    assert not Codebook.objects.exists()
    book = fixed(PollFactory(), lead)
    given = client(lead).get(page("poll_codebook_file", book.poll, 1)).content
    assert json.loads(given) == book.body
    file = SimpleUploadedFile("book.json", given)
    assert desk.post(page("desk_codebooks", poll), {"source": "file", "file": file}).status_code == 302
    assert [code["key"] for code in poll.codebooks.get().body["codes"]] == [
        c["key"] for c in book.body["codes"]
    ]


def test_two_analysts_at_once_the_second_is_told_and_keeps_her_words() -> None:
    first, second = analyst(), analyst()
    poll = PollFactory()
    client(first).post(page("desk_codebooks", poll), {"source": "plan"})
    path = page("desk_codebook_code", poll, 1, "communication")
    one, two = client(first), client(second)
    forms = [each.get(path).context["form"].initial for each in (one, two)]
    assert one.post(path, forms[0] | {"definition_en": "Hers"}).status_code == 302
    answer = two.post(path, forms[1] | {"definition_en": "Mine"})
    assert answer.status_code == 409
    assert answer.context["form"]["definition_en"].value() == "Mine"
    assert "Hers" in answer.content.decode()
    assert codebooks.find(Codebook.objects.get(), "codes", "communication")["definition"]["en"] == "Hers"
    # She has read it: what she sends now stands.
    seen = answer.context["form"]["seen"].value()
    assert two.post(path, forms[1] | {"definition_en": "Both", "seen": seen}).status_code == 302
    assert codebooks.find(Codebook.objects.get(), "codes", "communication")["definition"]["en"] == "Both"


def test_two_analysts_at_once_on_the_settings_and_on_fixing() -> None:
    first, second = analyst(), analyst()
    poll = PollFactory()
    one, two = client(first), client(second)
    one.post(page("desk_codebooks", poll), {"source": "plan"})
    path, fix = page("desk_codebook", poll, 1), page("desk_codebook_fix", poll, 1)
    forms = [each.get(path).context["form"].initial for each in (one, two)]
    looked = two.get(fix).context["book"].revision
    assert one.post(path, forms[0] | {"title_en": "Hers", "assist": "on"}).status_code == 302
    answer = two.post(path, forms[1] | {"title_en": "Mine", "note": "My note"})
    assert answer.status_code == 409
    assert [one["text"] for one in answer.context["theirs"]] == ["Hers", "예", ""]
    assert [answer.context["form"][name].value() for name in ("title_en", "note")] == ["Mine", "My note"]
    assert Codebook.objects.get().body["title"]["en"] == "Hers"
    # Nor does anybody fix what she has not seen.
    told = two.post(fix, {"seen": looked})
    assert told.status_code == 409
    assert Codebook.objects.get().state == "draft"
    seen = answer.context["form"]["seen"].value()
    assert two.post(path, forms[1] | {"title_en": "Both", "seen": seen}).status_code == 302
    assert (Codebook.objects.get().body["title"]["en"], Codebook.objects.get().assist) == ("Both", False)
    now = two.get(fix).context["book"].revision
    assert two.post(fix, {"seen": now}).status_code == 302
    assert Codebook.objects.get().state == "fixed"


def test_one_coder_in_two_windows_is_told_and_may_put_hers_in_its_place() -> None:
    lead, one = analyst(), coder()
    poll = closed_poll(some(2))
    book = fixed(poll, lead)
    tasks.hand_out_rest(actor=actor(lead), codebook=book, coders=[one])
    seat, path = client(one), page("desk_code", poll)
    task = seat.get(path).context["part"]["task"]
    seat.post(path, {"task": task, "code": "other", "was": ""})
    plain = seat.post(path, {"task": task, "code": "not_codable", "was": ""})
    assert plain.status_code == 409
    assert (plain.context["was"], plain.context["chosen"]) == ("other", "not_codable")
    assert "기타" in plain.context["error"]
    scripted = seat.post(path, {"task": task, "code": "not_codable"}, headers={"X-Coding": "1"})
    assert (scripted.status_code, scripted.headers["X-Coding-Was"]) == (409, "other")
    assert Coding.objects.get().code == "other"
    seat.post(path, {"task": task, "code": "not_codable", "was": "other"})
    assert Coding.objects.get().code == "not_codable"


def test_two_analysts_at_once_on_different_codes_disturb_nobody() -> None:
    lead = analyst()
    poll = PollFactory()
    client(lead).post(page("desk_codebooks", poll), {"source": "plan"})
    paths = [page("desk_codebook_code", poll, 1, key) for key in ("communication", "engagement")]
    desk = client(lead)
    forms = [desk.get(path).context["form"].initial for path in paths]
    for path, form in zip(paths, forms, strict=True):
        assert desk.post(path, form | {"definition_en": "New"}).status_code == 302
    book = Codebook.objects.get()
    assert book.revision == 3
    for key in ("communication", "engagement"):
        assert codebooks.find(book, "codes", key)["definition"]["en"] == "New"


def test_overlapping_codes_are_named_and_keep_the_book_from_being_fixed() -> None:
    lead = analyst()
    poll = PollFactory()
    desk = client(lead)
    desk.post(page("desk_codebooks", poll), {"source": "plan"})
    path = page("desk_codebook_code", poll, 1, "engagement")
    form = desk.get(path).context["form"].initial
    other = codebooks.find(Codebook.objects.get(), "codes", "communication")
    desk.post(path, form | {"definition_ko": other["definition"]["ko"]})
    shown = desk.get(page("desk_codebook", poll, 1))
    assert len(shown.context["problems"]) == 1
    assert shown.context["problems"][0]["href"] == path
    names = [
        codebooks.find(Codebook.objects.get(), "codes", key)["name"]
        for key in ("communication", "engagement")
    ]
    assert f"{names[0]['ko']}과 {names[1]['ko']}의 한국어 정의" in shown.content.decode()
    english = desk.get("/en" + page("desk_codebook", poll, 1)).content.decode()
    assert f"{names[0]['en']} and {names[1]['en']} have the same definition" in english
    answer = desk.post(page("desk_codebook_fix", poll, 1), {"seen": shown.context["book"].revision})
    assert answer.status_code == 422
    assert Codebook.objects.get().state == "draft"


def test_the_queue_names_both_and_the_decision_counts() -> None:
    lead, one, two = analyst("분석가"), coder("첫째"), coder("둘째")
    poll = closed_poll(some(5))
    book = fixed(poll, lead)
    sampled(poll, book, lead, [one, two])
    code_all(book, one, "other")
    code_all(book, two, lambda text: "not_codable" if text.endswith("0") else "other")
    desk = client(lead)
    shown = desk.get(page("desk_rulings", poll))
    assert len(shown.context["rows"]) == 1
    for name in ("첫째", "둘째"):
        assert name in shown.content.decode()
    path = shown.context["rows"][0]["url"]
    assert desk.post(path, {"code": "other", "reason": " ", "turn": 1}).status_code == 422
    assert not Ruling.objects.exists()
    assert desk.post(path, {"code": "other", "reason": "뜻이 보입니다.", "turn": 1}).status_code == 302
    response = Ruling.objects.get().response_id
    assert coding.labels(book)[response].how == coding.RULED
    told = desk.post(path, {"code": "not_codable", "reason": "또", "turn": 1})
    assert told.status_code == 409
    assert "뜻이 보입니다." in told.content.decode()
    assert [told.context["form"][name].value() for name in ("code", "reason", "turn")] == [
        "not_codable",
        "또",
        2,
    ]
    assert Ruling.objects.count() == 1
    assert rulings.differences(actor=actor(lead), codebook=book) == []


def test_lists_need_the_same_queries_for_one_row_and_for_many(django_assert_max_num_queries) -> None:
    lead, one, two = analyst(), coder(), coder()
    desk = client(lead)
    few = closed_poll(some(3))
    many = closed_poll(some(40))
    counts = []
    for poll in (few, many):
        book = fixed(poll, lead)
        sampled(poll, book, lead, [one, two])
        code_all(book, one, "other")
        code_all(book, two, "not_codable")
        for name in ("desk_coding", "desk_rulings", "desk_agreement"):
            desk.get(page(name, poll))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name in ("desk_coding", "desk_rulings", "desk_agreement"):
        counts = []
        for poll in (few, many):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert desk.get(page(name, poll)).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1], name
