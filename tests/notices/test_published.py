"""Feeds and calendars, read back with the libraries that other people's programs use."""

from __future__ import annotations

from datetime import timedelta

import feedparser
import pytest
from icalendar import Calendar

from madang.commons.matters.models import Matter
from madang.commons.notices.models import Preference, Revision
from madang.kernel import clock
from tests import factories as make
from tests.matters.conftest import City, city

__all__ = ["city"]


def events(response) -> dict[str, object]:
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))  # folded by octets, not letters
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_feeds_are_valid_and_leave_out_what_is_hidden(client, db, city: City) -> None:
    matter = city.matter("assigned")
    Matter.objects.filter(pk=matter.pk).update(due_at=clock.now() - timedelta(days=1))
    paths = [
        "/ideas/feed/",
        f"/ideas/{matter.number}/feed/",
        "/late/feed/",
        "/answers/feed/",
        "/en/late/feed/",
    ]
    for path in paths:
        response = client.get(path)
        parsed = feedparser.parse(response.content)
        assert not parsed.bozo, path
        assert parsed.version == "atom10"
        assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
        again = client.get(path, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304, path
    late = feedparser.parse(client.get("/late/feed/").content)
    assert [entry.title for entry in late.entries] == [matter.title]
    assert late.entries[0].id == feedparser.parse(client.get("/en/late/feed/").content).entries[0].id
    tag = client.get("/late/feed/")["ETag"]
    Matter.objects.filter(pk=matter.pk).update(disclosure="hidden")
    assert client.get(paths[1]).status_code == 404
    assert client.get("/late/feed/", headers={"If-None-Match": tag}).status_code == 200
    assert matter.title not in client.get("/late/feed/").content.decode()


def test_deadlines_keep_their_number_and_say_what_changed(client, db, city: City) -> None:
    matter = city.matter("assigned")
    uid = f"deadline-{matter.number}@localhost"
    first = events(client.get("/deadlines.ics"))[uid]
    running = matter.clocks.get()
    assert first["DTSTART"].dt == running.due_at.replace(microsecond=0)
    assert matter.title in str(first["SUMMARY"])
    assert (int(first["SEQUENCE"]), str(first["STATUS"])) == (0, "CONFIRMED")
    assert events(client.get("/en/deadlines.ics"))[uid]["SEQUENCE"] == 0  # another language is no change
    type(running).objects.filter(pk=running.pk).update(due_at=running.due_at + timedelta(days=1))
    with clock.at(clock.now() + timedelta(hours=1)):
        moved = events(client.get("/deadlines.ics"))[uid]
    assert moved["SEQUENCE"] == 1
    assert moved["LAST-MODIFIED"].dt > first["LAST-MODIFIED"].dt
    type(running).objects.filter(pk=running.pk).update(state="stopped", stopped_at=clock.now())
    Matter.objects.filter(pk=matter.pk).update(
        state="withdrawn", disposition="withdrawn", ended_at=clock.now(), due_at=None
    )
    gone = events(client.get("/deadlines.ics"))[uid]
    assert (str(gone["STATUS"]), gone["SEQUENCE"]) == ("CANCELLED", 2)
    Matter.objects.filter(pk=matter.pk).update(disclosure="hidden")
    assert uid not in events(client.get("/deadlines.ics"))
    assert Revision.objects.filter(uid=uid).count() == 1


def test_phases(client, db, city: City) -> None:
    made = make.process("autumn")
    found = events(client.get("/ideas/phases.ics"))
    assert f"phase-{made.space.slug}-1@localhost" in found


@pytest.mark.parametrize("path", ["/calendar/unknown.ics", "/ideas/ID-2611-00042-7/feed/"])
def test_what_does_not_exist(client, db, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_private_calendar_is_secret_and_can_be_taken_back(client, db, city: City) -> None:
    matter = city.matter("assigned")
    author = matter.author
    assert author is not None
    client.force_login(author)
    client.post("/my/notices/calendar/", {"what": "new"})
    token = Preference.objects.get(user=author).calendar_token
    assert f"/calendar/{token}.ics" in client.get("/my/notices/settings/").content.decode()
    client.logout()
    response = client.get(f"/calendar/{token}.ics")
    assert any(matter.title in str(event["SUMMARY"]) for event in events(response).values())
    assert "private" in response["Cache-Control"]
    client.force_login(author)
    client.post("/my/notices/calendar/", {"what": "revoke"})
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_settings_from_the_account_and_from_a_mail(client, db, city: City) -> None:
    user = make.UserFactory()
    chosen = {"rhythm": "daily", "is_quiet": "on", "quiet_from": "22", "quiet_to": "7"}
    client.force_login(user)
    assert client.post("/my/notices/settings/", chosen).status_code == 302
    row = Preference.objects.get(user=user)
    assert (row.rhythm, row.is_quiet, row.quiet_from, row.quiet_to) == ("daily", True, 22, 7)
    assert client.post("/my/notices/settings/", chosen | {"quiet_to": "22"}).status_code == 422
    client.logout()
    page = client.get(f"/mails/{row.token}/").content.decode()
    assert user.email not in page
    assert user.name not in page
    assert client.post(f"/mails/{row.token}/", chosen | {"rhythm": "weekly"}).status_code == 302
    row.refresh_from_db()
    assert row.rhythm == "weekly"
    assert client.get(f"/stop/{row.token}/").status_code == 200
    user.refresh_from_db()
    assert user.mail_notices  # opening the link stops nothing
    client.post(f"/stop/{row.token}/", {"List-Unsubscribe": "One-Click"})
    user.refresh_from_db()
    assert not user.mail_notices
