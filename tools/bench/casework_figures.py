"""The figures at a million cases: how long the worker counts each sheet, and how long a page takes.

`DATABASE_URL=postgres://… python tools/bench/casework_figures.py [CASES]`, on a database of its own that was migrated and
is otherwise empty; the rows are written by the database itself (`generate_series`) and are far from a real city's.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))
CASES, OFFICES, PAGES = 1_000_000, 40, 60

FILL = """
INSERT INTO matters_matter (id, kind, number, state, disclosure, title, body, language, origin, group_name, channel, author_label,
    author_left, code_hash, filed_at, rule_id, host_id, responsible_id, transfers, due_at, disposition, ended_at)
SELECT n, 'complaint', 'CP-B' || n, CASE WHEN n %% 20 = 0 THEN 'assigned' ELSE 'answered' END,
    CASE WHEN n %% 3 = 0 THEN 'public' ELSE 'private' END, 'case ' || n, repeat('words of a case ', 20), 'ko', 'individual', '', 'web', '',
    false, md5(n::text) || md5((n + 7)::text), now() - (n %% 500) * interval '1 day' - (n %% 1440) * interval '1 minute',
    %(rule)s, %(host)s, (ARRAY[%(offices)s])[1 + n %% {offices}], CASE WHEN n %% 11 = 0 THEN 2 ELSE 0 END,
    now() + (n %% 9 - 4) * interval '1 day', CASE WHEN n %% 20 = 0 THEN '' ELSE 'rejected' END,
    CASE WHEN n %% 20 = 0 THEN NULL ELSE now() END
FROM generate_series(1, %(cases)s) n;
INSERT INTO casework_case (matter_id, center_id, type, proposed_type, answers, address, district, is_anonymous, lat, long)
SELECT n, %(center)s, (ARRAY['hazard','grievance','other','query_law','suggestion'])[1 + n %% 5], '', '{{}}', '',
    (ARRAY['11010','11020','11030','11040'])[1 + n %% 4], false, 37.4 + (n %% 1000) * 0.0002, 126.8 + (n %% 997) * 0.0003
FROM generate_series(1, %(cases)s) n;
INSERT INTO matters_clock (matter_id, rule_id, state, started_at, due_at, stopped_at, extensions)
SELECT id, rule_id, CASE WHEN state = 'answered' THEN 'stopped' ELSE 'running' END, filed_at, filed_at + interval '14 days',
    CASE WHEN state = 'answered' THEN date_trunc('second', filed_at + (id %% 16) * interval '1 day') END, 0 FROM matters_matter;
INSERT INTO matters_answer (matter_id, version, office_id, state, disposition, reason, next_step, drafted_by_id, drafted_at, published_at, return_note,
    approved_by_id)
SELECT m.id, 1, m.responsible_id, 'published', 'rejected', 'reason', '', %(user)s, c.stopped_at, c.stopped_at, '', %(other)s
FROM matters_matter m JOIN matters_clock c ON c.matter_id = m.id WHERE m.state = 'answered';
INSERT INTO matters_assignment (matter_id, organisation_id, started_at, ended_at, reason_code, reason)
SELECT m.id, (ARRAY[%(offices)s])[1 + (m.id * (k + 1)) %% {offices}], m.filed_at + k * interval '2 days',
    CASE WHEN k < m.transfers THEN m.filed_at + (k + 1) * interval '2 days' END, '', ''
FROM matters_matter m, generate_series(0, 2) k WHERE k <= m.transfers;
ANALYZE;
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.conf.settings")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from madang.kernel import clock
    from madang.kernel.actors import system
    from madang.kernel.models import Organisation, User
    from madang.services.casework import similar
    from madang.services.casework.domain import sheets, types
    from madang.services.casework.models import Case, Center

    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    if not Case.objects.exists():
        day = clock.today()
        types.enact(actor=system("bench"), rows=types.shipped(), valid_from=day.replace(year=day.year - 2))
        office = {"valid_from": day.replace(year=day.year - 3), "kind": "office"}
        host = Organisation.objects.create(code="host", name_ko="창구", name_en="Desk", **office)
        made = [
            Organisation.objects.create(code=f"o{at}", name_ko=f"부서 {at}", name_en=f"Office {at}", **office)
            for at in range(OFFICES)
        ]
        center = Center.objects.create(code="bench", title_ko="시험", title_en="Bench", host=host)
        users = [User.objects.create(email=f"b{at}@bench.invalid") for at in range(2)]
        fill = FILL.format(offices=OFFICES).replace("%(offices)s", ",".join(str(one.pk) for one in made))
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                fill,
                {
                    "cases": cases, "rule": types.rule_of("grievance").pk, "host": host.pk, "center": center.pk,
                    "user": users[0].pk, "other": users[1].pk,
                },
            )  # fmt: skip
        print(f"{cases:,} cases written in {time.perf_counter() - began:.0f} s", flush=True)
    center = Center.objects.get(code="bench")
    print("| sheet | seconds |\n|---|---|")
    for code, sheet in sheets.SHEETS.items():
        began = time.perf_counter()
        sheet(center, clock.now())
        print(f"| {code} | {time.perf_counter() - began:.2f} |", flush=True)
    sheets.count(center)
    client, took = Client(headers={"host": "localhost"}), []
    assert client.get("/en/cases/figures/").status_code == 200
    for _ in range(PAGES):
        began = time.perf_counter()
        client.get("/en/cases/figures/")
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"\n/cases/figures/: median {statistics.median(took):.0f} ms, p95 {sorted(took)[int(PAGES * 0.95)]:.0f} ms"
    )
    took = []
    for at in range(20):
        began = time.perf_counter()
        similar.similar(f"case {at}", "words of a case", point=(37.45 + at * 0.005, 126.9), district="11010")
        took.append((time.perf_counter() - began) * 1000)
    print(
        f"similar cases: median {statistics.median(took):.0f} ms, slowest {max(took):.0f} ms (search index empty)"
    )


if __name__ == "__main__":
    main()
