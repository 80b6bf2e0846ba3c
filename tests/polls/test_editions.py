"""An edition is ordered and a worker makes it: once however often it is sent, whole or not at all, and what fails says why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Mandate
from madang.services.polls import bundling
from madang.services.polls.domain import editions, publishing
from madang.services.polls.models import Poll, Publication, Report
from tests.factories import actor
from tests.polls.asking import office
from tests.polls.reporting import closed, coded

pytestmark = pytest.mark.django_db
NOTE = "표본만 읽었습니다."


class Killed(BaseException):
    """The worker is gone: nothing of it catches this."""


@pytest.fixture
def ordered() -> Publication:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    coded(poll)
    return editions.order(
        actor=actor(analyst), poll=poll, codebook=poll.codebooks.get(), analysis=None, after=0, note_ko=NOTE
    )


def nothing_is_published(poll: Poll) -> None:
    assert not Report.objects.exists()
    assert Poll.objects.get(pk=poll.pk).state == "closed"
    assert not Audit.objects.filter(action="polls.poll.publish").exists()


def bundles(poll: Poll) -> list[str]:
    folder = "polls/bundles"
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    return [name for name in names if name.startswith(poll.code)]


def test_the_desk_orders_once_shows_how_far_it_is_and_leads_to_the_report(client: Client) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    book = coded(poll)
    client.force_login(analyst)
    desk = f"/desk/polls/{poll.code}/report/"
    sent = {"act": "publish", "codebook": book.pk, "with_words": "on", "after": "0", "note_ko": NOTE}
    page = client.post(desk, sent).headers["Location"]
    assert client.post(desk, sent).headers["Location"] == page  # a double click
    other = client.post(desk, sent | {"note_ko": "둘째 창에서 쓴 말"})
    assert other.status_code == 422
    assert "둘째 창에서 쓴 말" in other.content.decode()
    assert Publication.objects.count() == 1
    nothing_is_published(poll)
    waits = client.get(page).content.decode()
    assert "every 2s" in waits
    assert f'href="{page}"' in waits  # without scripts
    assert page in client.get(desk).content.decode()
    assert editions.publish_waiting() == 1
    assert editions.publish_waiting() == 0
    for address in (page, f"{page}progress/"):
        done = client.get(address).content.decode()
        assert "every 2s" not in done
        assert f"/polls/{poll.code}/report/1/" in done
    report = Report.objects.get()
    assert (report.edition, report.note_ko, report.by) == (1, NOTE, analyst)
    assert Audit.objects.filter(action="polls.poll.publish").count() == 1
    late = client.post(desk, sent)
    assert late.status_code == 422
    assert (Report.objects.count(), Publication.objects.count()) == (1, 1)
    client.force_login(office()[1])
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("place", ["body_of", "bundle", "announce"])
def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_makes_it_once(
    ordered: Publication, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def die(*args: Any, **kwargs: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(bundling if place == "bundle" else publishing, place, die)
        with pytest.raises(Killed):
            editions.publish_waiting()
    nothing_is_published(ordered.poll)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.attempts) == ("running", 1)
    editions.publish_waiting()
    ordered.refresh_from_db()
    assert (ordered.state, ordered.report) == ("done", Report.objects.get())
    assert bundles(ordered.poll) == [f"{ordered.poll.code}-1.zip"]


def test_after_three_deaths_it_fails_says_why_and_is_begun_again(
    client: Client, ordered: Publication
) -> None:
    Publication.objects.update(state="running", attempts=editions.MOST_ATTEMPTS)
    editions.publish_waiting()
    ordered.refresh_from_db()
    assert ordered.state == "failed"
    nothing_is_published(ordered.poll)
    client.force_login(ordered.by)
    page = f"/desk/polls/{ordered.poll.code}/report/publishing/{ordered.pk}/"
    assert "3 times" in client.get(f"/en{page}").content.decode()
    assert "3번" in client.get(page).content.decode()
    assert NOTE in client.get(f"/desk/polls/{ordered.poll.code}/report/").content.decode()
    again = client.post(page).headers["Location"]
    assert again != page
    assert client.post(page).headers["Location"] == again
    editions.publish_waiting()
    assert Report.objects.get().note_ko == NOTE
    # What is done is not done again from the old page.
    refused = client.post(page)
    assert refused.status_code == 409
    assert Report.objects.count() == 1


def test_what_no_longer_holds_when_it_is_made_is_refused_then(ordered: Publication) -> None:
    Mandate.objects.filter(user=ordered.by).update(valid_to=clock.now())
    editions.publish_waiting()
    ordered.refresh_from_db()
    assert ordered.state == "failed"
    assert set(ordered.why) == {"ko", "en"}
    assert ordered.why["en"].startswith("Only somebody of the office")
    nothing_is_published(ordered.poll)


def test_readers_who_agree_too_little_are_told_in_both_languages() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    book = coded(poll, double=8, differ=8)
    ordered = editions.order(actor=actor(analyst), poll=poll, codebook=book, analysis=None, after=0)
    editions.publish_waiting()
    ordered.refresh_from_db()
    assert "agree too little" in ordered.why["en"]
    assert "일치도" in ordered.why["ko"]
    nothing_is_published(poll)


def test_the_page_says_where_nobody_works_on_it(client: Client, ordered: Publication) -> None:
    client.force_login(ordered.by)
    part = f"/en/desk/polls/{ordered.poll.code}/report/publishing/{ordered.pk}/progress/"
    assert "Nobody is working" not in client.get(part).content.decode()
    Publication.objects.update(heard_at=clock.now() - timedelta(seconds=61))
    assert "Nobody is working" in client.get(part).content.decode()
    other = Publication.objects.create(
        poll=closed(), after=0, by=ordered.by, state="running", created_at=clock.now(), heard_at=clock.now()
    )
    assert "Nobody is working" not in client.get(part).content.decode()
    Publication.objects.filter(pk=other.pk).update(heard_at=clock.now() - timedelta(seconds=300))
    assert "Nobody is working" in client.get(part).content.decode()


def test_nobody_without_a_mandate_orders(ordered: Publication) -> None:
    before = Publication.objects.count()
    with pytest.raises(RefusedError):
        editions.again(actor=actor(office()[1]), publication=ordered)
    assert Publication.objects.count() == before
