"""What another site, a proxy or a spreadsheet could be made to do."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from madang.commons.matters.models import Matter
from madang.commons.notices.domain import delivering, telling
from madang.commons.opinions import export
from madang.commons.opinions.domain import counting
from madang.commons.opinions.models import Conversation
from madang.kernel.logic import cells
from madang.kernel.models import Organisation
from tests import factories as make
from tests.opinions import rooms
from tests.security import addresses
from tests.security.conftest import City
from tests.security.test_posts import everything_kept

EVIL = "evil.example"
SOURCE = Path(__file__).resolve().parents[2] / "src" / "madang"


@pytest.mark.once
def test_every_address_refuses_a_post_from_elsewhere(city: City, sign_in: Any) -> None:
    """Walks the resolver, the pages of the account library included; what is free is named in `addresses`."""
    matter = city.matter("assigned")
    before, passed = everything_kept(), []
    for user in (None, city.triage):
        client = Client(enforce_csrf_checks=True, headers={"Origin": f"https://{EVIL}"})
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for pattern, name in addresses.walk():
            if pattern.startswith("^"):
                continue
            url = addresses.filled(
                pattern, number=1 if "<int:number>" in pattern else matter.number, pk=matter.pk, place=1,
                slug="test", token="x", path="x", reference="x", provider="x", provider_id="x", uidb36="x", key="x",
            )  # fmt: skip
            answer = client.post(url, {"reason": "x"})
            free = name in addresses.WITHOUT_CSRF or "ledger/" in pattern or name == "healthz"
            # A form of a visit that is over leads to the kiosk's first page before anything of it is read.
            free = free or (name == "kiosk_write" and answer.headers.get("Location", "").endswith("/kiosk/"))
            if answer.status_code not in (401, 403, 404, 405, 415, 422) and not free:
                passed.append((pattern, name, answer.status_code))
    # Only the API takes a post without an account: then there is no session that could be ridden.
    assert [row for row in passed if not row[0].startswith("api/v1/")] == []
    assert everything_kept() == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_what_it_is(header: str, city: City, sign_in: Any) -> None:
    matter, client = city.matter("open"), sign_in(city.author)
    before = everything_kept()
    for url in (
        f"/ideas/{matter.number}/support/",
        f"/desk/{matter.pk}/assign/",
        f"/ideas/{matter.number}/withdraw/",
    ):
        client.get(f"{url}?_method=POST", headers={header: "POST"})
    client.get(f"/api/v1/ideas/{matter.number}/support", headers={header: "PUT"})
    assert everything_kept() == before


def test_no_page_takes_its_host_from_the_request(city: City) -> None:
    matter = city.matter("assigned")
    for url in (
        "/",
        "/ideas/",
        f"/ideas/{matter.number}/",
        "/ideas/feed/",
        "/api/v1/ideas",
        "/api/v1/openapi.json",
        "/account/login/",
    ):
        forwarded = Client(
            headers={"X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}", "X-Original-URL": "/desk/"}
        )
        answer = forwarded.get(url)
        assert answer.status_code == 200 and EVIL not in answer.content.decode() + str(answer.headers), url
        refused = Client(headers={"Host": EVIL}).get(url)
        assert refused.status_code == 400 and EVIL not in refused.content.decode() + str(refused.headers), url
        assert refused["X-Frame-Options"] == "DENY" and "Content-Security-Policy" in refused.headers
    make.UserFactory(email="reset@example.org")
    Client(headers={"X-Forwarded-Host": EVIL}).post(
        "/account/password/reset/", {"email": "reset@example.org"}
    )
    assert mail.outbox and all(EVIL not in letter.body for letter in mail.outbox)


def test_no_line_of_a_title_becomes_a_header_of_a_mail(db: None) -> None:
    idea = make.idea(make.process(), author=make.UserFactory(email="author@example.org"))
    Matter.objects.filter(pk=idea.pk).update(title="제목\r\nBcc: all@evil.example\r\n\r\n본문")
    telling.tell(
        reference=idea.matter.reference, kind="matters.assigned", title="제목\r\nBcc: all@evil.example\u2028x"
    )
    delivering.deliver()
    for letter in mail.outbox:
        raw = letter.message().as_string()
        assert "\nBcc:" not in raw and letter.to == ["author@example.org"]
    assert mail.outbox


def test_no_cell_of_a_table_becomes_a_formula(city: City) -> None:
    matter = city.matter("assigned")
    for name in ("=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1"):
        Organisation.objects.filter(pk=city.office.pk).update(name_ko=name, name_en=name, code="=code")
        Matter.objects.filter(pk=matter.pk).update(due_at=make.START)
        for url in (
            "/late.csv",
            "/promises.csv",
            *(f"/figures/{slug}.csv" for slug in ("by-origin", "by-channel", "answers-on-time", "transfers")),
        ):
            answer = Client().get(url)
            assert answer.status_code == 200
            for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
                assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))], (url, row)


def test_no_statement_of_a_conversation_becomes_a_formula(city: City) -> None:
    """The files of a conversation hold what people wrote; reading them back gives it unchanged."""
    texts = [
        "=HYPERLINK(A1;B2) 참여",
        "-2 + 3은 어때요",
        "@모두 함께 봐요",
        "＝1+1로 참여해요",
        "그냥 의견입니다",
    ]
    room = rooms.room(seeds=texts)
    Conversation.objects.filter(pk=room.pk).update(question_ko="=1+1", question_en="@SUM(A1)", intro_ko="+A1")
    room.refresh_from_db()
    counting.settle(room.pk)
    for table in (export.comments_csv(room, {}), export.summary_csv(room, {}, "https://example.org")):
        rows = list(csv.reader(io.StringIO(table)))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))]
        if rows[0][-1] == "comment-body":
            assert [cells.read(row[-1]) for row in rows[1:]] == texts


def test_scripts_make_nothing_from_text(client: Client, db: None) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy and "trusted-types madang-htmx" in policy
    assert "unsafe" not in policy and "object-src 'none'" in policy and "base-uri 'none'" in policy
    assert "Content-Security-Policy-Report-Only" not in client.get("/").headers
    # Whoever loads htmx loads the one policy it may use, behind it.
    for template in SOURCE.rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        if "htmx-4" in text:
            assert 0 < text.index("htmx-4") < text.find("js/trusted.js"), template
