"""Levels, registry, devices, consents, confirmed addresses, and leaving."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from madang.commons.ledger import api as ledger
from madang.commons.ledger import sequencer
from madang.commons.matters.domain import contacts, intake
from madang.commons.matters.models import Contact, Matter
from madang.commons.notices.models import Delivery, Event, Follow
from madang.kernel import clock, policy
from madang.kernel.actors import system
from madang.kernel.domain import assurance, consents, registry
from madang.kernel.errors import RefusedError
from madang.kernel.logic import residents
from madang.kernel.models import Assurance, Audit, Device, Outbox, RegistryEntry, User
from madang.portal import leaving, profile
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Process, Support
from tests import factories as f

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-pass-2026"
HANA = {"name": "김 하나", "birth_date": "1990-01-31", "code": "ab12-cd34"}
COST = 2**10


def person(email: str = "known@example.org") -> User:
    user = f.UserFactory(email=email, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def hashed(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "residents") -> Path:
    """A list of residents, hashed as an office would."""
    source, out = folder / f"{name}.csv", folder / f"{name}.hashes"
    source.write_bytes("\n".join(("name,birth_date,code", *lines)).encode(encoding))
    made = registry.hash_file(source, until=date(2100, 1, 1), cost=COST)
    out.write_text("\n".join(line for line in made if isinstance(line, str)))
    return out


def taken_in(folder: Path, *lines: str) -> None:
    registry.take_in(actor=system("operator"), path=hashed(folder, *lines))


# --- the registry -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "birth_date", "code"),
    [
        ("김하나", "1990.01.31", "AB12CD34"),
        (" 김 하나 ", "19900131", "ab12 cd34"),
        ("김하나", "１９９０-01-31", "AB12-CD34"),
    ],
)
def test_the_same_person_written_differently_is_the_same(name: str, birth_date: str, code: str) -> None:
    assert residents.normal_form(name, birth_date, code) == residents.normal_form(**HANA)


@pytest.mark.parametrize(
    ("part", "value"), [("name", " "), ("birth_date", "1990-02-31"), ("birth_date", "90"), ("code", "12")]
)
def test_what_cannot_be_read_is_named(part: str, value: str) -> None:
    with pytest.raises(residents.UnreadableError, match=part):
        residents.normal_form(**{**HANA, part: value})


def test_hash_and_import_by_command_report_every_line_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "list.csv", tmp_path / "list.hashes"
    lines = [
        "name,birth_date,code",
        "김하나,1990-01-31,AB12CD34",
        "이두리,1990-02-31,AB12CD35",
        "김 하나,19900131,ab12cd34",
    ]
    source.write_bytes("\n".join([*lines, "세 칸,아님", "박세찬,2001-05-05,ZZ99YY88"]).encode("cp949"))
    call_command("registry", "hash", source, "--until", "2100-01-01", "--out", out, "--cost", str(COST))
    before = out.read_bytes()
    with pytest.raises(CommandError, match="list"):  # what is there is never written over
        call_command("registry", "hash", source, "--until", "2100-01-01", "--out", out, "--cost", str(COST))
    assert out.read_bytes() == before
    said = capsys.readouterr().err
    for line in (3, 4, 5):
        assert f"{line}" in said
    written = out.read_text()
    assert "하나" not in written
    assert len(written.splitlines()) == 3
    with out.open("a") as file:
        file.write(f"{written.splitlines()[1]}\nno hash\n")
    call_command("registry", "import", out)
    assert RegistryEntry.objects.count() == 2
    said = capsys.readouterr()
    assert "4" in said.err
    assert "5" in said.err
    call_command("registry", "status")
    assert (Path(tmp_path) / "list.hashes").exists()


def test_a_list_with_names_or_of_another_key_is_refused_and_changes_nothing(
    tmp_path: Path, settings: Any
) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_bytes("name,birth_date,code\n김하나,1990-01-31,AB12CD34".encode("cp949"))
    with pytest.raises(CommandError, match="hash"):
        call_command("registry", "import", plain)
    other = hashed(tmp_path, "김하나,1990-01-31,AB12CD34")
    (settings.HOME / "registry.key").unlink()
    with pytest.raises(CommandError):
        call_command("registry", "import", other)
    with pytest.raises(CommandError):
        call_command("registry", "import", tmp_path / "none")
    assert not RegistryEntry.objects.exists()


def test_one_entry_verifies_one_account_and_leaves_no_name(tmp_path: Path, client: Client) -> None:
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34")
    first, second = person(), person("other@example.org")
    client.force_login(first)
    done = client.post("/my/residence/", {**HANA, "agree": "on", "next": "/plan/"})
    assert done.url == "/plan/"
    assert assurance.level_of(first) == "resident"
    assert first.consents.get().purpose == "registry"
    kept = json.dumps(list(Audit.objects.values("payload", "target")), ensure_ascii=False)
    assert "하나" not in kept
    with pytest.raises(RefusedError) as refused:
        registry.verify(actor=f.actor(second), **HANA)
    assert refused.value.code == "registry.used"
    assert assurance.level_of(second) == "contact"
    assert registry.tries_left(second) == 4
    assert registry.tries_left(first) == 5


def test_wrong_tries_are_counted_and_end(tmp_path: Path, client: Client) -> None:
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34")
    client.force_login(person())
    for _try in range(5):
        page = client.post("/en/my/residence/", {**HANA, "code": "WRONG999", "agree": "on"})
        assert page.status_code == 422
        assert 'value="김 하나"' in page.content.decode()
    assert client.post("/my/residence/", {**HANA, "agree": "on"}).status_code == 429
    assert not Assurance.objects.exists()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert client.post("/my/residence/", {**HANA, "agree": "on"}).status_code == 302


def test_the_next_list_keeps_who_is_on_it_and_frees_who_left(tmp_path: Path) -> None:
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34")
    user = person()
    registry.verify(actor=f.actor(user), **HANA)
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34", "박세찬,2001-05-05,ZZ99YY88")
    assert assurance.facts_of(user) == assurance.Facts("", date(1990, 1, 31))
    # The next list says where they live; a code that is none leaves its line out.
    lines = [
        "김하나,1990-01-31,AB12CD34,11010",
        "박세찬,2001-05-05,ZZ99YY88,99999",
        "이두리,1990-02-03,AB12CD35,",
    ]
    source, out = tmp_path / "areas.csv", tmp_path / "areas.hashes"
    source.write_text("\n".join(("name,birth_date,code,district", *lines)))
    made = list(registry.hash_file(source, until=date(2100, 1, 1), cost=COST))
    assert [one.line for one in made if not isinstance(one, str)] == [3]
    text = [one for one in made if isinstance(one, str)]
    out.write_text("\n".join([*text, f"{'0' * 64} 99999"]))
    assert [row.line for row in registry.take_in(actor=system("operator"), path=out).bad] == [4]
    assert assurance.facts_of(user) == assurance.Facts("11010", date(1990, 1, 31))
    assert b"1990" not in str(list(Assurance.objects.extra(select={"b": "born"}).values("b"))).encode()
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34", "박세찬,2001-05-05,ZZ99YY88")
    assert RegistryEntry.objects.get(user=user).used_at is not None
    leaving.leave(actor=f.actor(user), user=user)
    again = person("again@example.org")
    with pytest.raises(RefusedError):
        registry.verify(actor=f.actor(again), **HANA)
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34")
    registry.verify(actor=f.actor(again), **HANA)


def test_withdrawing_the_consent_ends_the_level_at_once(tmp_path: Path, client: Client) -> None:
    taken_in(tmp_path, "김하나,1990-01-31,AB12CD34")
    user = person()
    client.force_login(user)
    client.post("/my/residence/", {**HANA, "agree": "on"})
    client.post("/my/consents/", {"withdraw": "registry"})
    assert assurance.level_of(user) == "contact"
    assert user.consents.get().withdrawn_at is not None
    assert client.post("/my/consents/", {"give": "registry"}).status_code == 422


def test_without_a_registry_the_page_says_so(client: Client) -> None:
    client.force_login(person())
    assert "Nobody can be verified" in client.get("/en/my/residence/").content.decode()
    assert client.post("/my/residence/", {**HANA, "agree": "on"}).status_code == 409


# --- a process asks for a level ---------------------------------------------------------------------------


def residents_only() -> Process:
    made = f.process()
    Process.objects.filter(pk=made.pk).update(filing_level="resident", support_level="resident")
    made.refresh_from_db()
    return made


def test_the_level_is_said_before_the_effort_and_kept_by_the_policy(client: Client) -> None:
    made = f.process()
    idea = f.idea(made)
    Process.objects.filter(pk=made.pk).update(filing_level="resident", support_level="resident")
    made.refresh_from_db()
    number = idea.matter.number
    assert "verified residents" in client.get(f"/en/ideas/{number}/").content.decode()
    assert "verified residents" in client.get(f"/en/ideas/?process={made.slug}").content.decode()
    client.force_login(person())
    form = client.get(f"/en/ideas/new/{made.slug}/").content.decode()
    assert "takes ideas from verified residents" in form
    assert 'id="id_title"' not in form
    assert "/en/my/residence/?next=" in client.get(f"/en/ideas/{number}/").content.decode()
    asked = client.post(f"/ideas/{number}/support/")
    assert asked.url.startswith("/my/residence/")
    assert not Support.objects.exists()


def test_a_resident_files_and_supports_and_the_record_keeps_the_level_alone() -> None:
    made = residents_only()
    user = person()
    with pytest.raises(RefusedError) as refused:
        f.idea(made, author=user)
    assert refused.value.code == "level.resident"
    assert not Matter.objects.exists()
    until = clock.now() + timedelta(days=1)
    assurance.grant(actor=f.actor(user), user=user, source="provider", until=until)
    idea = f.idea(made, author=user)
    act = Audit.objects.get(action="matters.matter.file")
    assert act.payload is not None
    assert act.payload["data"]["level"] == "resident"
    assert "known" not in json.dumps(act.payload)
    other = person("other@example.org")
    proof = assurance.grant(actor=f.actor(other), user=other, source="provider", until=until)
    ideas.support(actor=f.actor(other), idea=idea)
    Assurance.objects.filter(pk=proof.pk).update(until=clock.now())
    assert not policy.can("square.idea.support", f.actor(other), idea)
    assert ideas.unsupport(actor=f.actor(other), idea=idea), "taking back needs no level"


# --- an address left without an account -------------------------------------------------------------------


def anonymous(**filing: Any) -> Matter:
    return ideas.file(
        actor=f.actor(),
        process=f.process(),
        title="놀이터에 그늘을 만들어 주세요",
        body="여름에는 미끄럼틀이 너무 뜨겁습니다. 천막을 쳐 주세요.",
        **filing,
    )[0].matter


def test_an_address_gets_one_mail_and_nothing_else_until_it_is_confirmed(client: Client) -> None:
    matter = anonymous(contact_email="Somebody@example.org")
    assert (contacts.ask(), contacts.ask()) == (1, 0)
    assert [letter.to for letter in mail.outbox] == [["somebody@example.org"]]
    assert not Follow.objects.exists()
    token = contacts.token_of(matter.contact)
    assert token in str(mail.outbox[0].body)
    address = f"/receipt/confirm/{token}/"
    assert client.get(address).status_code == 200
    assert not Follow.objects.exists(), "mail programs open links by themselves"
    for _twice in range(2):
        client.post(address, {"answer": "yes"})
    assert Follow.objects.get().address == "somebody@example.org"


def test_a_stranger_erases_the_address_and_old_or_wrong_links_do_nothing(client: Client) -> None:
    matter = anonymous(contact_email="somebody@example.org")
    token = contacts.token_of(matter.contact)
    with clock.at(clock.now() + timedelta(days=8)):
        assert client.get(f"/receipt/confirm/{token}/").status_code == 410
        client.post(f"/receipt/confirm/{token}/", {"answer": "yes"})
    assert client.get("/receipt/confirm/nonsense/").status_code == 410
    assert not Follow.objects.exists()
    client.post(f"/receipt/confirm/{token}/", {"answer": "no"})
    assert not Contact.objects.exists()
    assert client.get(f"/receipt/confirm/{token}/").status_code == 410


def test_nobody_is_flooded_with_confirmations() -> None:
    matter = anonymous()
    mine = f.actor(receipts=frozenset({matter.pk}))
    for at in range(6):
        contacts.leave(actor=mine, matter=matter, email="victim@example.org")
        contacts.ask()
        assert len(mail.outbox) == min(at + 1, contacts.PER_DAY)
    assert Contact.objects.get().asked_at is None
    with clock.at(clock.now() + timedelta(hours=25)):
        contacts.forget()
        contacts.leave(actor=mine, matter=matter, email="victim@example.org")
        assert contacts.ask() == 1


# --- devices, consents, copy ------------------------------------------------------------------------------


def test_devices_are_listed_and_signed_out(client: Client) -> None:
    user = person()
    sent = {"login": user.email, "password": PASSWORD}
    other = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/605"})
    client.post("/account/login/", sent)
    other.post("/account/login/", sent)
    page = client.get("/my/security/").content.decode()
    assert "Safari · iPhone" in page
    stranger = Client()
    stranger.force_login(person("stranger@example.org"))
    theirs = Device.objects.get(user=user, agent__contains="iPhone")
    stranger.post("/my/security/sessions/", {"session": theirs.pk})
    assert other.get("/my/").context["user"].is_authenticated
    client.post("/my/security/sessions/", {"session": theirs.pk})
    assert not other.get("/my/").context["user"].is_authenticated
    other.post("/account/login/", sent)
    client.post("/my/security/sessions/", {"others": "1"})
    assert not other.get("/my/").context["user"].is_authenticated
    assert client.get("/my/").context["user"].is_authenticated
    here = Device.objects.get(user=user)
    client.post("/my/security/sessions/", {"session": here.pk})
    assert not client.get("/my/").context["user"].is_authenticated


def test_signing_in_changes_the_session_key(client: Client) -> None:
    user = person()
    client.get("/receipt/")
    session = client.session
    session["receipts"] = []
    session.save()
    before = session.session_key
    client.post("/account/login/", {"login": user.email, "password": PASSWORD, "next": "//evil.example/"})
    assert client.session.session_key != before


@pytest.mark.parametrize("address", ["/account/login/", "/account/signup/passkey/", "/account/signup/"])
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_next_never_leads_outside(client: Client, address: str, wanted: str) -> None:
    user = person()
    page = client.post(address, {"login": user.email, "password": PASSWORD, "next": wanted})
    assert "evil" not in page.headers.get("Location", "")
    assert "alert" not in page.headers.get("Location", "")


def test_consent_to_mail_follows_the_switch_wherever_it_is_turned(client: Client) -> None:
    user = person()
    client.force_login(user)
    client.post("/my/consents/", {"withdraw": "mail"})
    user.refresh_from_db()
    assert not user.mail_notices
    profile.change(actor=f.actor(user), name="이름", language="ko", mail_notices=True)
    assert user.consents.filter(withdrawn_at=None).get().version == consents.PURPOSES["mail"].version
    assert client.post("/my/consents/", {"withdraw": "nothing"}).status_code == 422


@pytest.mark.parametrize("address", ["security", "consents", "residence", "leave"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_about_oneself_need_oneself(client: Client, address: str, prefix: str) -> None:
    assert client.get(f"{prefix}/my/{address}/").status_code == 302
    client.force_login(person())
    page = client.get(f"{prefix}/my/{address}/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_copy_holds_everything_that_points_to_her() -> None:
    user = person()
    f.idea(author=user)
    consents.give(user=user, purpose="mail")
    data = profile.copy_of(user)
    assert data["filed"][0]["name_shown"] == user.name
    assert {
        "addresses",
        "passkeys",
        "providers",
        "devices",
        "verified",
        "consents",
        "mandates",
    } <= data.keys()
    assert data["consents"][0]["purpose"] == "mail"
    assert data["acts"][0]["action"] == "matters.matter.file"
    assert data["follows"][0]["why"] == "author"
    json.dumps(data)


# --- leaving ----------------------------------------------------------------------------------------------


def private_matter(user: User | None = None, **filing: Any) -> intake.Filed:
    made = f.process("private")
    return intake.file(
        actor=f.actor(user),
        kind="complaint",
        title="이웃집 소음",
        body="밤마다 시끄럽습니다. 제 이름은 김하나입니다.",
        rule=f.rule("matters.private"),
        host=made.space.host,
        disclosure="private",
        **filing,
    )


def test_leaving_takes_the_person_and_leaves_the_public_words(client: Client) -> None:
    user, reader = person(), person("reader@example.org")
    idea, other = f.idea(author=user), f.idea(author=reader, title="다른 제안을 하나 더 올립니다")
    ideas.support(actor=f.actor(user), idea=other)
    ideas.comment(actor=f.actor(user), idea=other, body="찬성합니다.", stance="for")
    filed = private_matter(user)
    sequencer.sequence()
    before = ledger.status()
    receipt = ledger.receipt(Outbox.objects.get(audit__target=idea.matter.reference))
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    client.force_login(user)
    assert client.get("/my/leave/confirm/").url.startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/?next=/my/leave/confirm/", {"password": PASSWORD})
    assert client.post("/my/leave/confirm/", {}).status_code == 422
    assert User.objects.filter(email="known@example.org").exists()
    assert client.post("/my/leave/confirm/", {"sure": "on"}).url == "/left/"
    assert client.post("/my/leave/confirm/", {"sure": "on"}).status_code == 302  # twice: nobody is signed in

    user.refresh_from_db()
    assert (user.name, user.is_active, user.has_usable_password()) == ("", False, False)
    assert not User.objects.filter(email="known@example.org").exists()
    assert not EmailAddress.objects.filter(user=user).exists()
    page = Client().get(f"/en/ideas/{idea.matter.number}/").content.decode()
    assert "A person who left" in page
    assert "A person who left" in Client().get(f"/en/ideas/{other.matter.number}/").content.decode()
    ideas.tally()
    assert Support.objects.get().supporter == user
    assert Comment.objects.get().body == "찬성합니다."
    matter = Matter.objects.get(pk=filed.matter.pk)
    assert (matter.title, matter.body, matter.state) == ("–", "", "withdrawn")
    private = Audit.objects.filter(target=matter.reference)
    assert {(act.payload, act.salt, act.reason) for act in private} == {(None, None, "")}
    assert not Event.objects.filter(reference=matter.reference).exists()
    assert not Delivery.objects.filter(address="known@example.org").exists()
    assert "known@example.org" not in json.dumps(list(Follow.objects.values("address")))

    sequencer.sequence()
    assert ledger.status().ok
    assert ledger.status().size > before.size
    assert receipt is not None
    assert all(step.status != "failed" for step in ledger.verify_receipt(receipt).steps)
    assert ledger.receipt(filed.outbox) is None or Outbox.objects.get(pk=filed.outbox.pk).audit.salt is None
    call_command("ledger", "audit")


def test_an_official_with_an_open_mandate_is_refused_with_the_reason(client: Client) -> None:
    officer = f.official("officer", f.OrganisationFactory(code="host"), email="officer@example.org")
    client.force_login(officer)
    assert "mandate has to end first" in client.get("/en/my/leave/").content.decode()
    with pytest.raises(RefusedError):
        leaving.leave(actor=f.actor(officer), user=officer)
    with pytest.raises(CommandError):
        call_command("erase", "officer@example.org", "--yes")
    officer.refresh_from_db()
    assert officer.is_active


def test_the_administrator_erases_by_address_and_by_receipt(capsys: pytest.CaptureFixture[str]) -> None:
    user = person()
    f.idea(author=user)
    call_command("erase", "KNOWN@example.org", "--yes")
    user.refresh_from_db()
    assert user.erased_at is not None
    filed = private_matter(contact_email="other@example.org")
    call_command("erase", filed.code, "--yes")
    matter = Matter.objects.get(pk=filed.matter.pk)
    assert (matter.body, matter.author_left, Contact.objects.count()) == ("", True, 0)
    for nobody in ("nobody@example.org", "AAAA-BBBB-CCCC-DDDD-EEEE"):
        with pytest.raises(CommandError):
            call_command("erase", nobody, "--yes")
    assert capsys.readouterr().out


def test_a_new_account_with_the_old_address_inherits_nothing(client: Client) -> None:
    user = person()
    f.idea(author=user)
    leaving.leave(actor=f.actor(user), user=user)
    again = person()
    assert profile.copy_of(again)["filed"] == []
    leaving.leave(actor=f.actor(user), user=user)  # twice changes nothing
    again.refresh_from_db()
    assert again.is_active
