"""The resident's clock and that of the office; limits for passing on; the file that anyone recomputes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from madang.commons.matters import api, clock_files, queries, two_clocks
from madang.commons.matters.domain import clocks, handling, outages
from madang.commons.matters.logic.handings import Stay, passings
from madang.commons.matters.models import Clock, ClockEvent, Matter
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.calendar import calendar
from madang.kernel.domain.rules import enact
from madang.kernel.logic import clock_file
from madang.kernel.models import Rule
from tests import factories as make
from tests.matters.conftest import in_days

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 3, 10, 0, tzinfo=clock.SEOUL)


def pass_on(city, matter, *, to=None, who=None):
    return handling.transfer(
        actor=make.actor(who or city.officer),
        matter=matter,
        office=to or city.other,
        reason_code="not_competent",
        reason="공원 안의 길입니다.",
    )


def moved(city, days: float = 5):
    """A matter that was passed on some days after its clock began."""
    with clock.at(BEGIN):
        matter = city.matter("assigned")
    with clock.at(BEGIN + timedelta(days=days)):
        return pass_on(city, matter)


class TestTransfer:
    def test_it_restarts_the_clock_of_the_office_and_never_the_residents(self, city):
        with clock.at(BEGIN):
            before = city.matter("assigned")
        with clock.at(BEGIN + timedelta(days=6)):
            after = Matter.objects.get(pk=pass_on(city, before).pk)
            row = Clock.objects.get(matter=after)
            assert after.due_at == before.due_at == row.due_at
            assert after.office_due_at == row.office_due_at == before.due_at + timedelta(days=6)
            view = api.clock_view(after)
            assert view is not None and (view.due, view.office) == (after.due_at, after.office_due_at)
        event = row.events.get(kind=ClockEvent.Kind.RECEIVED, office=city.other)
        assert event.restarts and event.rule.code == "matters.office_clock" and not event.rule.checked

    def test_a_rule_by_which_nothing_restarts(self, city):
        enact(actor=system("test"), code="matters.office_clock", body={"steps": []}, valid_from=BEGIN.date())
        matter = moved(city)
        row = Clock.objects.get(matter=matter)
        assert row.office_due_at is None and Matter.objects.get(pk=matter.pk).office_due_at is None
        assert row.events.filter(kind=ClockEvent.Kind.RECEIVED, restarts=False).exists()

    def test_what_is_late_is_decided_by_the_residents_clock(self, city):
        matter = moved(city)
        fresh = Matter.objects.get(pk=matter.pk)
        with clock.at(fresh.due_at + timedelta(seconds=1)):
            assert fresh.office_due_at > clock.now()
            assert api.is_late(fresh) and list(queries.overdue()) == [fresh]
            shown = api.both_clocks(fresh)
            assert shown.resident.is_late and not shown.office.is_late

    def test_stops_move_both_and_a_stopped_clock_shows_neither_date(self, city):
        matter = moved(city)
        row = Clock.objects.get(matter=matter)
        before = row.due_at, row.office_due_at
        with clock.at(BEGIN + timedelta(days=7)):
            clocks.pause(
                actor=make.actor(city.stranger),
                matter=matter,
                reason_code="hearing",
                reason="의견을 듣습니다.",
            )
            halted = Matter.objects.get(pk=matter.pk)
            assert (halted.due_at, halted.office_due_at) == (None, None)
        with clock.at(BEGIN + timedelta(days=9)):
            clocks.resume(actor=make.actor(city.stranger), matter=matter)
        row.refresh_from_db()
        assert row.due_at > before[0] and row.office_due_at > before[1]
        left = api.both_clocks(Matter.objects.get(pk=matter.pk)).left_out
        assert [(gap.words, gap.since) for gap in left] == [("의견을 듣습니다.", BEGIN + timedelta(days=7))]

    def test_another_kind_counts_from_the_first_receipt(self, city):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
        with clock.at(BEGIN + timedelta(days=3)):
            again = handling.retype(
                actor=make.actor(city.triage), matter=matter, kind="question", reason="묻는 글입니다."
            )
        row = again.clocks.get(stopped_at__isnull=True)
        assert row.started_at == BEGIN and clock.seoul(row.due_at).date().isoformat() == "2026-03-20"
        assert again.clocks.filter(stopped_at__isnull=False).count() == 1


class TestPages:
    def test_both_clocks_stand_on_receipt_desk_and_their_own_page(self, city, sign_in):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
        with clock.at(BEGIN + timedelta(days=6)):
            pass_on(city, matter)
            author = sign_in(city.author)
            receipt = author.get(f"/receipt/of/{matter.number}/", follow=True).content.decode()
            desk = sign_in(city.stranger).get(f"/desk/{matter.pk}/").content.decode()
            page = sign_in(None).get(f"/clocks/{matter.number}/").content.decode()
            for shown in (receipt, desk, page):
                assert "주민의 시계" in shown and "부서의 시계" in shown
            assert sign_in(None).get("/clocks/").status_code == 200

    def test_a_private_one_opens_with_the_receipt_alone(self, city, sign_in):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
            Matter.objects.filter(pk=matter.pk).update(disclosure="private")
            assert sign_in(None).get(f"/clocks/{matter.number}/").status_code == 404
            assert sign_in(None).get(f"/clocks/{matter.number}.json").status_code == 404
            author = sign_in(city.author)
            where = author.get(f"/receipt/of/{matter.number}/")["Location"]
            found = author.get(f"{where}clock.json")
            assert found.status_code == 200 and clock_file.read(found.content).count().due
            assert author.get(f"{where}clock/").status_code == 200
            assert sign_in(None).get(f"{where}clock.json").status_code == 404

    def test_the_page_needs_no_more_queries_for_many_transfers(
        self, city, sign_in, django_assert_max_num_queries
    ):
        matter = moved(city)
        with clock.at(BEGIN + timedelta(days=6)):
            sign_in(None).get(f"/clocks/{matter.number}/")
            with django_assert_max_num_queries(30):
                sign_in(None).get(f"/clocks/{matter.number}/")


class TestFile:
    def test_anyone_recomputes_both_dates_without_the_site(self, city, tmp_path, sign_in):
        matter = moved(city)
        with clock.at(BEGIN + timedelta(days=7)):
            outages.recount(
                outages.declare(
                    actor=system("test"),
                    start=BEGIN + timedelta(days=6),
                    end=BEGIN + timedelta(days=6, hours=23),
                    reason="전산실 화재",
                    source="시 누리집",
                )
            )
            text = sign_in(None).get(f"/clocks/{matter.number}.json").content
        row = Clock.objects.get(matter=matter)
        read = clock_file.read(text)
        stands = read.count()
        assert read.agrees(stands) and (stands.due, stands.office_due) == (row.due_at, row.office_due_at)
        file = tmp_path / "clock.json"
        file.write_bytes(text)
        call_command("deadline", str(file))
        alone = subprocess.run(
            [sys.executable, "-c", ALONE, str(file)],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONPATH": "src"},
        )
        assert alone.returncode == 0, alone.stderr
        assert stands.due.isoformat(" ") in alone.stdout and stands.office_due.isoformat(" ") in alone.stdout

    def test_it_holds_no_words_and_no_names(self, city):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
            clocks.pause(
                actor=make.actor(city.officer), matter=matter, reason_code="hearing", reason="비밀스러운 사정"
            )
            text = json.dumps(
                clock_files.file_of(matter, Clock.objects.get(matter=matter)), ensure_ascii=False
            )
        assert "비밀스러운" not in text and city.officer.name not in text and matter.title not in text

    def test_a_date_that_was_tampered_with_is_found(self, city, tmp_path):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
            data = clock_files.file_of(matter, Clock.objects.get(matter=matter))
        data["stated"]["due"] = "2026-09-01T23:59:59+09:00"
        file = tmp_path / "clock.json"
        file.write_text(json.dumps(data))
        with pytest.raises(SystemExit) as left:
            call_command("deadline", str(file))
        assert left.value.code == 1

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            (lambda data: data.pop("events"), "events"),
            (lambda data: data.update(schema="x"), "schema"),
            (lambda data: data["events"][0].update(at="yesterday"), "events[0].at"),
            (lambda data: data["events"][0].update(amount=10**9), "calendar"),
            (lambda data: data["events"][0].update(kind="paused", reason="supplement"), "events"),
            (lambda data: data["calendar"].update(hours=[["18:00", "09:00"]]), "calendar.hours"),
            (lambda data: data["calendar"].update(to="2026-03-05"), "calendar"),
            (lambda data: data["rule"].update(extensions=-1), "rule.extensions"),
        ],
    )
    def test_a_file_that_will_not_do_says_where(self, city, change, place):
        with clock.at(BEGIN):
            matter = city.matter("assigned")
            data = clock_files.file_of(matter, Clock.objects.get(matter=matter))
        change(data)
        with pytest.raises(clock_file.ClockFileError) as caught:
            clock_file.read(json.dumps(data)).count()
        assert caught.value.place == place


ALONE = """
import sys
for name in ("django", "holidays", "icalendar"):
    sys.modules[name] = None
sys.argv = ["deadline", sys.argv[1]]
import runpy
runpy.run_module("madang.kernel.logic", run_name="__main__")
"""


class TestLimits:
    def test_each_stay_against_its_limit(self):
        def at(text: str) -> datetime:
            return datetime.fromisoformat(text).replace(tzinfo=clock.SEOUL)

        stays = [
            Stay("host", "city", at("2026-03-03 10:00"), at("2026-03-03 11:00"), is_intake=True),
            Stay("roads", "city", at("2026-03-03 11:00"), at("2026-03-03 15:00")),
            Stay("parks", "city", at("2026-03-03 15:00"), at("2026-03-05 09:00")),
            Stay("province", "province", at("2026-03-05 09:00"), None),
        ]
        limits = {"to_owner": 1, "within_agency": 3, "to_another_agency": 8}
        found = passings(
            stays, limits, calendar(), owed_since=stays[0].start, now=at("2026-03-06 09:00"), waits=False
        )
        assert [it and (it.within, it.is_late, it.spent) for it in found] == [
            ("to_owner", False, timedelta(hours=1)),
            ("within_agency", False, timedelta(hours=3)),
            ("to_another_agency", True, timedelta(hours=11)),
            None,
        ]
        waiting = passings(
            stays[:1], limits, calendar(), owed_since=None, now=at("2026-03-06 09:00"), waits=True
        )
        assert waiting == [None]

    def test_lateness_is_shown_and_the_rule_is_not_checked(self, city, sign_in):
        with clock.at(BEGIN):
            matter = city.matter("triage")
        with clock.at(BEGIN + timedelta(hours=5)):
            held, rule = two_clocks.held_by(matter, list(queries.transfers_of(matter)))
            assert held[0].passing.is_late and not rule.checked
            assert Rule.objects.filter(code="matters.transfer_limits").count() == 0  # looking writes nothing
            page = sign_in(None).get(f"/clocks/{matter.number}/").content.decode()
            assert "늦음" in page


def test_officials_have_the_due_dates_of_their_desk_in_their_calendar(city):
    from madang.commons.matters import dates

    with clock.at(BEGIN):
        matter = city.matter("assigned")
        items = dates.of_desk(make.actor(city.officer))
        assert [item.start for item in items] == [matter.due_at]
        assert dates.of_desk(make.actor(city.stranger)) == []
    with in_days(0):
        assert dates.of_desk(make.actor(city.author)) == []
