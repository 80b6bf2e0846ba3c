"""The turn of the day in Seoul, the demo at any hour, and files of rows that come in broken or twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock
from madang.kernel.models import Audit, Outbox
from madang.services.square.domain import ideas, importing
from madang.services.square.models import ImportedRow, Support
from tests import factories as make
from tests.square.test_importing import GOOD, write

MOMENTS = (
    "2026-11-24 00:00:00", "2026-11-23 23:59:59", "2026-11-22 08:59:59", "2026-12-31 23:30:00", "2028-02-29 12:00:00",
    "2027-01-01 00:00:01", "2026-09-25 03:00:00",
)  # fmt: skip


def seoul(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=clock.SEOUL)


@pytest.mark.once
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.django_db
def test_the_demo_loads_at_any_hour_and_once(moment: str) -> None:
    with clock.at(seoul(moment)) as now:
        call_command("demo", quiet=True)
        before = (
            Matter.objects.count(),
            Audit.objects.count(),
            Support.objects.count(),
            Outbox.objects.count(),
        )
        call_command("demo", quiet=True)
        assert (
            Matter.objects.count(),
            Audit.objects.count(),
            Support.objects.count(),
            Outbox.objects.count(),
        ) == before
        assert before[0] > 10
        assert not Audit.objects.filter(at__gt=now).exists()
        assert not Matter.objects.filter(filed_at__gt=now).exists()
        for row in Clock.objects.filter(stopped_at__isnull=False):
            assert row.started_at <= row.stopped_at


@pytest.mark.parametrize(
    ("hour", "month"), [("2026-11-30 23:59:59", "2611"), ("2026-12-01 00:00:00", "2612")]
)
@pytest.mark.django_db
def test_the_month_of_a_number_turns_at_midnight_in_seoul(hour: str, month: str, client: Any) -> None:
    made = make.process()
    with clock.at(seoul(hour)):
        idea = make.idea(made)
        assert idea.matter.number[3:7] == month
        assert clock.today() == seoul(hour).date()
        for _ in range(3):
            ideas.support(actor=make.actor(make.UserFactory()), idea=idea)
        ideas.tally()
        due = Clock.objects.get(matter_id=idea.pk).due_at
        day = clock.seoul(due).date()
        # Thirty days after the day in Seoul, moved to the next working day at most.
        assert timedelta(days=30) <= day - seoul(hour).date() <= timedelta(days=34)
        for url in ("/", "/ideas/", f"/ideas/{idea.matter.number}/clock/", "/late/", "/figures/"):
            assert client.get(url).status_code == 200


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.django_db
def test_a_table_with_every_line_end_quotes_and_a_mark(end: str, tmp_path: Path) -> None:
    head = ",".join(importing.COLUMNS)
    words = {"title": '따옴표 "있는" 제목, 쉼표도', "body": f"첫 줄{end}둘째 줄 <b>{end}셋째"}
    cells = ",".join(
        '"' + str((GOOD | words).get(name, "")).replace('"', '""') + '"' for name in importing.COLUMNS
    )
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{head}{end}{cells}{end}".encode())
    report = importing.run(path, lambda done, total: None)
    assert (report.kept, report.bad) == (1, [])
    matter = Matter.objects.get()
    assert matter.title == words["title"]
    assert [line.strip() for line in matter.body.splitlines()] == ["첫 줄", "둘째 줄 <b>", "셋째"]


CHILD = """
import sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from madang.services.square.domain import importing
importing.BATCH = 5
importing.run(Path(sys.argv[2]), lambda done, total: print(done, flush=True))
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_again_and_again_ends_whole(tmp_path: Path) -> None:
    rows = [GOOD | {"title": f"제안 {n % 17}", "body": f"내용 {n % 17}"} for n in range(60)]
    path = write(tmp_path / "a.csv", *rows)
    name = str(connection.settings_dict["NAME"])
    for lines in (2, 3, 4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, name, str(path)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "madang.conf.settings", "PYTHONPATH": "src"},
        )  # fmt: skip
        assert child.stdout is not None
        for _ in range(lines):
            assert child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=10)
        child.stdout.close()
    known = ImportedRow.objects.count()
    report = importing.run(path, lambda done, total: None)
    assert (report.kept + report.already, report.bad) == (60, [])
    assert 0 < known <= 60
    assert ImportedRow.objects.count() == Matter.objects.count() == 60
    assert Matter.objects.exclude(state="merged").count() == 17
    assert Outbox.objects.filter(audit__action="matters.matter.import").count() == 60
