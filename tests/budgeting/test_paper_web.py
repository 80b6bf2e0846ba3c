"""The pages of booths: hand out, scan, read, reconcile; what everybody sees; the device."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madang.commons.channels.domain import calling
from madang.kernel import clock, ids
from madang.kernel.domain import registry
from madang.kernel.logic import residents
from madang.kernel.models import Registry, RegistryEntry, Role, User
from madang.services.budgeting.domain import boxes, sheets, slips
from madang.services.budgeting.layout import Printed
from madang.services.budgeting.models import Ballot, Box, Mark, Sheet, Voter
from tests.budgeting import paper_made as p
from tests.budgeting import sheet_drawn as d
from tests.budgeting import voting_made as made
from tests.factories import OrganisationFactory, UserFactory, actor, official

pytestmark = pytest.mark.django_db
DESK = "/desk/booths/2027/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def texts(response) -> str:
    return response.content.decode()


def listed(at: p.Booth, *, user: User | None = None) -> dict[str, str]:
    """Somebody on the list of residents, with her papers."""
    papers = {"name": "김나루", "birth_date": "1960-05-01", "code": "ABC-123-XYZ"}
    list_, _is_new = Registry.objects.get_or_create(
        cost=2**10, defaults={"imported_at": clock.now(), "until": clock.now() + timedelta(days=300)}
    )
    digest = residents.digest(residents.normal_form(*papers.values()), key=registry.key(), cost=list_.cost)
    RegistryEntry.objects.update_or_create(
        registry=list_, digest=digest, defaults={"user": user, "used_at": clock.now() if user else None}
    )
    return papers


def test_somebody_on_the_list_is_handed_one_sheet_and_her_account_votes_no_more():
    at = p.booth(level="resident")
    client, url = client_of(at.second.account), f"{DESK}{at.box.number}/"
    papers = listed(at)
    assert client.post(url, {"act": "sheet", **papers}).status_code == 302
    again = client.post(url, {"act": "sheet", **papers})
    assert again.status_code == 409
    assert "이미 받았어요" in texts(again)
    assert papers["name"] in texts(again)  # what was typed is not lost
    assert (Mark.objects.count(), at.fresh.handed) == (1, 1)
    # Later she verifies an account with the same entry: the roll knows her.
    user = UserFactory()
    registry.verify(actor=actor(user), **papers)
    page = texts(client_of(user).get("/budget/rounds/2027/vote/city/"))
    assert "투표소에서" in page
    with pytest.raises(Exception, match="투표소"):
        made.cast(at.pot, ["A1"], user)
    wrong = client.post(url, {"act": "sheet", **papers, "code": "ZZZ-999-ZZZ"})
    assert wrong.status_code == 422
    assert Mark.objects.count() == 1


def test_her_papers_find_what_she_cast_online():
    at = p.booth(level="resident")
    user = UserFactory()
    papers = listed(at)
    registry.verify(actor=actor(user), **papers)
    made.cast(at.pot, ["A4"], user)
    sent = client_of(at.second.account).post(f"{DESK}{at.box.number}/", {"act": "sheet", **papers})
    assert sent.status_code == 302
    assert not Ballot.objects.exists()
    assert not Voter.objects.exists()


def test_the_code_of_an_account_and_forms_that_say_too_little_or_too_much():
    at = p.booth()
    client, url = client_of(at.first.account), f"{DESK}{at.box.number}/"
    ann = UserFactory()
    code = calling.make(actor=actor(ann))
    for sent in ({}, {"name": "김나루"}, {"calling": "AAAA-AAAA"}, {"calling": code, "name": "김나루"}):
        answer = client.post(url, {"act": "code", **sent})
        assert answer.status_code == 422
        assert not Mark.objects.exists()
    shown = texts(client.post(url, {"act": "code", "calling": code}))
    key = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4})</code>", shown)
    assert key
    assert key[1] not in texts(client.get(url))
    booth = Client()
    opened = booth.post("/budget/rounds/2027/booth/", {"key": key[1]})
    ticket = re.search(r'name="ticket" value="([^"]+)"', texts(opened))
    assert ticket
    sent = {"key": key[1], "ticket": ticket[1]}
    many = booth.post("/budget/rounds/2027/booth/", {**sent, "project": list(made.COSTS)})
    assert many.status_code == 422
    assert 'id="project-A1"' in texts(many)
    assert not Ballot.objects.exists()
    for _at in range(2):  # a double click is one ballot
        done = booth.post("/budget/rounds/2027/booth/", {**sent, "project": ["A2"]})
        assert done.status_code == 200
        assert "booth" in done["Refresh"]
    assert Ballot.objects.get().choices == ["A2"]
    receipt = re.search(r'receipt-code">([0-9A-Z-]{24})<', texts(done))
    assert receipt
    assert slips.by_code(receipt[1]) == Ballot.objects.get()
    used = booth.post("/budget/rounds/2027/booth/", {"key": key[1]})
    assert used.status_code == 409
    assert booth.post("/budget/rounds/2027/booth/", {"key": "x"}).status_code == 422


def test_who_opens_which_page():
    at = p.booth()
    sheet = at.sheet()
    pages = (
        DESK,
        f"{DESK}{at.box.number}/",
        f"{DESK}sheets/{sheet.serial}/",
        f"{DESK}{at.box.number}/sheets.pdf",
    )
    for url in pages:
        assert Client().get(url).status_code == 302
        assert client_of(UserFactory()).get(url).status_code == 403
        elsewhere = official(Role.OPERATOR, OrganisationFactory())
        assert client_of(elsewhere).get(url).status_code == 404
        assert client_of(at.first.account).get(url).status_code == 200
    assert client_of(at.second.account).get(pages[3]).status_code == 403  # an operator issues nothing
    made.opened("plain", host=at.pot.round.host)
    assert client_of(at.first.account).get("/desk/booths/plain/").status_code == 404
    for url in (
        "/budget/rounds/plain/boxes/",
        "/budget/rounds/plain/booth/",
        "/budget/rounds/plain/boxes.csv",
    ):
        assert Client().get(url).status_code == 404


def test_scans_are_one_reader_and_uncertain_ones_go_to_two_people():
    at = p.booth(size=4)
    other = p.booth(slug="2028").sheet()
    paper = Printed.of(at.box.printed)
    plain, slip = at.sheet(0), at.sheet(1)
    pictures = [
        d.drawn(paper, plain.serial, {"A1": [1], "A3": [1]}).rotate(180),
        d.drawn(paper, slip.serial, {"A2": [1]}, d.faint),
        d.drawn(paper, other.serial, {"A2": [1]}),
        d.drawn(paper, ids.number("BS", clock.now(), 111111111), {}),
    ]
    client = client_of(at.first.account)
    upload = SimpleUploadedFile("scan.pdf", d.pdf(pictures), content_type="application/pdf")
    answer = client.post(f"{DESK}scan/", {"scans": [upload]})
    page = texts(answer)
    assert answer.status_code == 200, page
    for words in (
        "이제 한 사람이 더 읽으면 돼요",
        "뚜렷하지 않은 표시",
        "다른 회차의 용지",
        "발급된 적이 없어요",
    ):
        assert words in page
    assert Sheet.objects.get(pk=plain.pk).state == "typed"
    assert Sheet.objects.get(pk=slip.pk).state == "out"
    assert Sheet.objects.get(pk=slip.pk).picture
    assert Sheet.objects.get(pk=other.pk).state == "out"
    # She reads it without seeing what the scanner read; the picture is hers to look at, and nobody else's.
    url = f"{DESK}sheets/{plain.serial}/"
    shown = texts(client.get(url))
    assert "checked" not in shown
    assert "스캐너" not in shown
    assert client.get(f"{url}picture.jpg")["Cache-Control"] == "private, no-store"
    assert client_of(UserFactory()).get(f"{url}picture.jpg").status_code == 403
    assert client.post(url, {"act": "marks", "mark": ["A1", "A3"]}).status_code == 302
    assert Ballot.objects.get().choices == ["A1", "A3"]
    assert client.get(f"{url}picture.jpg").status_code == 404
    # Neither a photograph without a code nor something that is no picture is lost without a word.
    for name, data in (("a.jpg", d.jpeg(pictures[0].crop((0, 900, 900, 1500)))), ("b.txt", b"nothing")):
        told = client.post(f"{DESK}scan/", {"scans": [SimpleUploadedFile(name, data)]})
        assert "코드를 읽을 수 없어요" in texts(told) or told.status_code == 422
    assert client.post(f"{DESK}scan/", {}).status_code == 422


def test_two_people_read_differently_and_a_third_sees_both():
    at = p.booth(ballot="ranking")
    url = f"{DESK}sheets/{at.sheet().serial}/"
    one, two, three = (client_of(each.account) for each in (at.first, at.second, at.third))
    typed = one.post(url, {"act": "marks", "mark-A1": "eins", "mark-A2": "2"})
    assert typed.status_code == 422
    assert 'value="eins"' in texts(typed)
    assert one.post(url, {"act": "marks", "mark-A1": "1", "mark-A2": "2"}).status_code == 302
    again = one.post(url, {"act": "marks", "mark-A1": "1"})
    assert again.status_code == 403
    assert "mark-A1" not in texts(one.get(url))
    assert two.post(url, {"act": "marks", "mark-A1": "1", "mark-A2": "3"}).status_code == 302
    assert f"sheets/{at.sheet().serial}" in texts(three.get(DESK))
    page = texts(three.get(url))
    assert f"{made.TITLES['A2']}: 2" in page
    assert f"{made.TITLES['A2']}: 3" in page
    assert f"{made.TITLES['A2']}: 2" not in texts(one.get(url))
    assert three.post(url, {"act": "why", "why": "unreadable"}).status_code == 302
    assert Sheet.objects.get(pk=at.sheet().pk).why == "unreadable"
    found = one.post(f"{DESK}find/", {"serial": at.sheet(1).serial.lower()})
    assert found.url.endswith(f"{at.sheet(1).serial}/")
    for serial in ("", "BS-1", p.booth(slug="2028").sheet().serial):
        assert one.post(f"{DESK}find/", {"serial": serial}).status_code == 422


def test_a_box_is_issued_printed_reconciled_and_everybody_sees_it():
    at = p.booth(size=3)
    triage, approver = client_of(at.first.account), client_of(at.approver.account)
    sent = {"pot": at.pot.pk, "place": "동 주민센터", "size": "2", "large": "1"}
    assert triage.post(DESK, {**sent, "large": "3"}).status_code == 422
    assert triage.post(DESK, sent).status_code == 302
    new = Box.objects.get(place="동 주민센터")
    pdf = triage.get(f"{DESK}{new.number}/sheets.pdf")
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert client_of(at.second.account).post(DESK, sent).status_code == 403
    at.voted(p.TICK)
    at.hand()
    with clock.at(at.pot.round.votes_until):
        url = f"{DESK}{at.box.number}/"
        count = {"act": "close", "cast": "1", "spoiled": "0", "unused": "1", "reason": ""}
        for who in (triage, approver):
            told = who.post(url, count)
            assert told.status_code == 422
        told = triage.post(url, count)
        assert told.status_code == 422
        assert "1장이 모자라요" in texts(told)
        public = texts(Client().get("/budget/rounds/2027/boxes/"))
        assert "수를 맞추기 전" in public
        reason = "한 분이 용지를 가져가셨습니다."
        assert approver.post(url, {**count, "reason": reason}).status_code == 302
        none = {"act": "close", "cast": "0", "spoiled": "0", "unused": "2", "reason": ""}
        assert triage.post(f"{DESK}{new.number}/", none).status_code == 302
    public = texts(Client().get("/budget/rounds/2027/boxes/"))
    for words in (reason, "1장이 모자라요", "수가 맞음", "맞지 않음", "돌아오지 않음"):
        assert words in public
    table = texts(Client().get("/budget/rounds/2027/boxes.csv"))
    assert f"{at.box.number},city,해담중앙도서관,closed,3,1,1,1,1,2,0,0,{reason}" in table
    assert triage.get(f"{DESK}{new.number}/sheets.pdf").status_code == 409
    at.end()
    result = texts(Client().get("/budget/rounds/2027/result/"))
    assert "온라인 0, 종이 1, 투표소 기기 0" in result
    assert "/boxes/" in result


def test_pages_of_boxes_cost_the_same_for_one_and_for_many(django_assert_max_num_queries):
    at = p.booth(size=2)
    for _at in range(6):
        boxes.open_box(actor=at.first, pot=at.pot, place="시청", size=3)
    for sheet in Sheet.objects.all()[:8]:
        sheets.read(actor=at.second, sheet=sheet, marks=p.TICK)
    client = client_of(at.first.account)
    client.get(DESK)
    with django_assert_max_num_queries(40):
        client.get(DESK)
    with django_assert_max_num_queries(20):
        Client().get("/budget/rounds/2027/boxes/")


def test_what_is_announced_says_whether_there_are_booths():
    from tests.budgeting import rounds_support as s

    row = s.announced("booths", on_paper="first")
    assert row.frozen["on_paper"] == "first"
    assert "투표소에서도" in texts(Client().get("/budget/rounds/booths/"))
