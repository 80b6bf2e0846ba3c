"""Kiosks: an operator opens and ends them; whoever comes next finds nothing of whoever was there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.channels.domain import kiosks
from madang.commons.channels.models import Entry, Kiosk
from madang.commons.channels.web.kiosks import COOKIE, SHOWN
from madang.commons.matters.models import Matter
from madang.kernel import clock, ids
from madang.kernel.models import Audit
from madang.kernel.web import limits
from tests import factories as make
from tests.channels.conftest import TARGET, WORDS

pytestmark = pytest.mark.django_db
START = {"act": "start", "target": TARGET, "where": "도서관 1층", "pin": "4711"}


@pytest.fixture
def terminal(hall, sign_in) -> Client:
    """A browser that an operator has just made a kiosk."""
    client = sign_in(hall.operators[0])
    answer = client.post(reverse("channels_kiosks"), START)
    assert (answer.status_code, answer.url) == (302, reverse("kiosk"))
    return client


def write(client: Client, **typed: str):
    page = client.get(reverse("kiosk_write")).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    data = {"ticket": ticket, "title": WORDS.title, "body": WORDS.body, "name": "김어르신"}
    return client.post(reverse("kiosk_write"), data | typed)


def test_at_a_kiosk_nobody_is_signed_in_and_no_other_page_opens(hall, terminal):
    assert "_auth_user_id" not in terminal.session
    assert terminal.get(reverse("kiosk")).status_code == 200
    for address in ("/", "/en/", "/account/login/", reverse("channels"), reverse("me"), "/en/ideas/"):
        assert terminal.get(address).url == reverse("kiosk"), address
    assert Audit.objects.get(action="channels.kiosk.start").actor == hall.operators[0]


def test_what_is_written_there_is_filed_with_the_means_shown(hall, terminal):
    sent = write(terminal)
    assert (sent.status_code, sent.url) == (302, reverse("kiosk_done"))
    matter = Matter.objects.get()
    assert (matter.channel, matter.author, matter.author_label) == ("kiosk", None, "김어르신")
    assert Entry.objects.get().operator is None
    page = terminal.get(sent.url)
    assert "no-store" in page["Cache-Control"]
    code = re.search(r"(\w{4}-){4}\w{4}", page.content.decode())[0]
    assert ids.code_hash(code) == matter.code_hash
    assert "<svg" in page.content.decode()
    assert "무인 접수기 접수" in Client().get(reverse("item", args=[matter.number])).content.decode()
    assert Kiosk.objects.get().filed == 1


@pytest.mark.parametrize("how", ["the next person begins", "three minutes pass"])
def test_nothing_of_the_person_before_remains(terminal, how):
    sent = write(terminal)
    before = terminal.get(sent.url).content.decode()
    code = re.search(r"(\w{4}-){4}\w{4}", before)[0]
    key = terminal.session.session_key
    if how == "the next person begins":
        assert "storage" in terminal.get(reverse("kiosk"))["Clear-Site-Data"]
        assert terminal.session.session_key != key
    moment = clock.now() + timedelta(seconds=0 if how == "the next person begins" else SHOWN + 5)
    with clock.at(moment):
        assert terminal.get(reverse("kiosk_done")).url == reverse("kiosk")
        for name in ("kiosk", "kiosk_write"):
            page = terminal.get(reverse(name)).content.decode()
            for word in (code, WORDS.title, WORDS.body, "김어르신"):
                assert word not in page


def test_what_was_refused_is_shown_again_and_not_on_the_next_page(terminal):
    answer = write(terminal, title="짧")
    assert answer.status_code == 422
    assert WORDS.body in answer.content.decode()
    assert WORDS.body not in terminal.get(reverse("kiosk_write")).content.decode()
    assert not Matter.objects.exists()


def test_the_same_form_twice_files_once(terminal):
    page = terminal.get(reverse("kiosk_write")).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    for _turn in range(2):
        write(terminal, ticket=ticket)
    assert Matter.objects.count() == 1


def test_a_closed_phase_is_said_on_the_first_page_and_files_nothing(hall, terminal):
    hall.process.cells.update(can_file=False)
    assert "제안을 받지 않" in terminal.get(reverse("kiosk")).content.decode()
    assert write(terminal).status_code == 422
    assert not Matter.objects.exists()


def test_what_takes_nothing_now_is_offered_last_and_says_so(hall, sign_in):
    """Whoever starts a terminal sees beforehand that nobody could write at it."""
    closed = make.process(slug="closed", host=hall.host)
    closed.cells.update(can_file=False)
    page = sign_in(hall.operators[0]).get(reverse("channels_kiosks")).content.decode()
    offered = re.findall(r'<option value="(square[^"]+)"[^>]*>([^<]+)<', page)
    assert [key for key, _label in offered] == [TARGET, "square.idea:closed"]
    assert ["지금은 받지 않음" in label for _key, label in offered] == [False, True]


def test_nothing_at_a_terminal_copies_the_code_to_its_clipboard(terminal):
    """What lies on the clipboard is there for the next person."""
    page = terminal.get(write(terminal).url).content.decode()
    assert "receipt-code" in page and "data-print" in page
    assert "data-copy" not in page


def test_it_ends_with_the_right_number_only_or_from_the_desk(hall, terminal, sign_in):
    assert terminal.post(reverse("kiosk_end"), {"pin": "0000"}).status_code == 422
    assert Kiosk.objects.get().ended_at is None
    assert terminal.post(reverse("kiosk_end"), {"pin": "4711"}).status_code == 302
    assert Kiosk.objects.get().ended_at is not None
    assert terminal.get(reverse("kiosk")).status_code == 404
    assert terminal.get("/").status_code == 200

    other = sign_in(hall.operators[1])
    other.post(reverse("channels_kiosks"), START)
    row = Kiosk.objects.get(ended_at__isnull=True)
    stranger = sign_in(hall.stranger)
    assert stranger.post(reverse("channels_kiosks"), {"act": "end", "number": row.number}).status_code == 404
    assert Kiosk.objects.filter(ended_at__isnull=True).exists()
    sign_in(hall.triage).post(reverse("channels_kiosks"), {"act": "end", "number": row.number})
    assert write_after_the_end(other) == 404
    assert not Matter.objects.exists()


def write_after_the_end(client: Client) -> int:
    return client.post(
        reverse("kiosk_write"), {"ticket": "x", "title": WORDS.title, "body": WORDS.body}, follow=True
    ).status_code


def test_guessing_the_number_is_slowed(terminal):
    answers = [terminal.post(reverse("kiosk_end"), {"pin": f"{n:04}"}).status_code for n in range(14)]
    assert answers[-1] == 429
    assert Kiosk.objects.get().ended_at is None


def test_only_who_takes_in_opens_a_kiosk(hall, sign_in):
    assert Client().post(reverse("channels_kiosks"), START).status_code == 302
    assert sign_in(make.UserFactory()).post(reverse("channels_kiosks"), START).status_code == 403
    assert sign_in(hall.stranger).post(reverse("channels_kiosks"), START).status_code == 422
    assert not Kiosk.objects.exists()


def test_a_cookie_that_is_guessed_or_old_is_no_kiosk(hall, terminal):
    guest = Client()
    guest.cookies[COOKIE] = "x" * 43
    assert guest.get(reverse("kiosk")).status_code == 404
    guest.cookies[COOKIE] = "x" * 43
    assert guest.get("/").status_code == 200
    with clock.at(clock.now() + kiosks.LONGEST + timedelta(minutes=1)):
        assert terminal.get(reverse("kiosk")).status_code == 404


def test_someone_signed_in_is_signed_out_by_the_first_page(hall, terminal):
    terminal.force_login(hall.triage)
    assert terminal.get(reverse("kiosk_write")).url == reverse("kiosk")
    terminal.get(reverse("kiosk"))
    assert "_auth_user_id" not in terminal.session


def sent_form(client: Client, **typed: str) -> dict[str, str]:
    """What a browser keeps of a form that it sent."""
    page = client.get(reverse("kiosk_write")).content.decode()
    hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|ticket)" value="([^"]+)"', page))
    return hidden | {"title": WORDS.title, "body": WORDS.body} | typed


def test_a_form_that_the_browser_sends_again_for_the_next_person_shows_nothing(hall, terminal):
    """She goes back to a page that refused the person before, and reloads it."""
    refused = sent_form(terminal, title="짧")
    assert WORDS.body in terminal.post(reverse("kiosk_write"), refused).content.decode()
    good = sent_form(terminal)
    terminal.get(reverse("kiosk"))
    for again in (refused, good):
        answer = terminal.post(reverse("kiosk_write"), again, follow=True)
        assert answer.redirect_chain == [(reverse("kiosk"), 302)]
        assert WORDS.body not in answer.content.decode()
    assert not Matter.objects.exists()


def test_nor_when_the_kiosk_is_over_and_the_forms_protection_with_it(hall, terminal):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = terminal.cookies
    refused = sent_form(strict, title="짧")
    assert strict.post(reverse("kiosk_write"), refused).status_code == 422
    terminal.post(reverse("kiosk_end"), {"pin": "4711"})
    strict.cookies.pop("csrftoken", None)
    answer = strict.post(reverse("kiosk_write"), refused, follow=True)
    assert WORDS.body not in answer.content.decode()
    assert answer.status_code == 404


def test_a_form_sent_twice_at_once_still_gives_its_receipt(terminal):
    """The browser heeds the second answer only; both belong to the visit that began with the form."""
    form = sent_form(terminal)
    other = Client()
    other.cookies = terminal.cookies.copy()
    assert other.post(reverse("kiosk_write"), form).url == reverse("kiosk_done")
    page = terminal.get(terminal.post(reverse("kiosk_write"), form).url)
    assert "receipt-code" in page.content.decode()
    assert Matter.objects.count() == 1


def test_a_page_that_is_none_of_the_kiosks_ends_after_a_minute_too(terminal):
    for _turn in range(12):
        answer = terminal.post(reverse("kiosk_end"), {"pin": "999999"})
    assert answer.status_code == 429
    assert "999999" not in answer.content.decode()
    assert answer["Refresh"] == terminal.get("/kiosk/nothing/")["Refresh"] == f"60;url={reverse('kiosk')}"
    assert "Refresh" not in terminal.get(reverse("kiosk_write"))


def test_one_terminal_files_sixty_an_hour_and_keeps_the_words_of_the_next(terminal, monkeypatch):
    monkeypatch.setattr("madang.commons.channels.web.kiosks.FILE", limits.Limit("kiosk.test", 3, 3600))
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    elsewhere.cookies[COOKIE] = terminal.cookies[COOKIE].value
    answers = [
        write(client, title=f"{WORDS.title} {n}") for n, client in enumerate([terminal, elsewhere] * 2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 422]
    assert WORDS.body in answers[-1].content.decode()
    assert Matter.objects.count() == Kiosk.objects.get().filed == 3


def test_the_operator_who_signs_in_afterwards_does_not_see_the_last_receipt(hall, terminal):
    write(terminal)
    Kiosk.objects.update(ended_at=clock.now())
    del terminal.cookies[COOKIE]
    terminal.force_login(hall.operators[0])
    assert terminal.get(reverse("channels_taken")).url == reverse("channels")
