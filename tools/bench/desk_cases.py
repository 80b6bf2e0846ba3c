"""The pages of cases with very many rows: `DATABASE_URL=postgres://… python tools/bench desk_cases [ROWS]`.

On an empty, migrated PostgreSQL database (it is left filled). ROWS cases (1,000,000 unless given), of which 10,000 are
open at one office, the rest answered at forty others. Pages are asked of Django's test client in this process: the whole
request with its template, without a server.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from report import ms, quantile, table

OPEN, ROUNDS = 10_000, 40

FILL = """
INSERT INTO matters_matter (kind, number, state, disclosure, title, body, language, origin, group_name, channel, author_label,
  author_left, code_hash, filed_at, rule_id, host_id, responsible_id, officer_id, transfers, due_at, disposition, ended_at)
SELECT 'complaint', 'CP-BENCH-' || n, CASE WHEN n <= %(open)s THEN 'assigned' ELSE 'answered' END, 'public',
  'Lamp ' || n || ' is out', 'It has been dark in this street for ' || n || ' days.', 'en', 'individual', '', 'web', '', false,
  md5('a' || n) || md5('b' || n), now() - (n %% 300) * interval '1 day' - (n::bigint * 7919 %% 86400) * interval '1 second', %(rule)s, %(host)s,
  CASE WHEN n <= %(open)s THEN %(office)s ELSE (%(others)s::bigint[])[1 + n %% 40] END,
  CASE WHEN n %% 3 = 0 THEN %(officer)s::bigint END, 0,
  CASE WHEN n <= %(open)s THEN now() + ((n %% 40) - 10) * interval '1 day' END,
  CASE WHEN n <= %(open)s THEN '' ELSE 'rejected' END, CASE WHEN n <= %(open)s THEN NULL ELSE now() END
FROM generate_series(1, %(rows)s) n
"""
CASES = """
INSERT INTO casework_case (matter_id, center_id, type, proposed_type, category_id, answers, address, district, is_anonymous)
SELECT id, %(center)s, (ARRAY['grievance','other','hazard','suggestion'])[1 + id %% 4], '',
  (%(categories)s::bigint[])[1 + id %% 8], '{}', 'Street ' || id %% 5000, '', false
FROM matters_matter WHERE number LIKE 'CP-BENCH-%%'
"""
ASSIGNED = """
INSERT INTO matters_assignment (matter_id, organisation_id, started_at, reason_code, reason)
SELECT id, responsible_id, filed_at, '', '' FROM matters_matter WHERE number LIKE 'CP-BENCH-%%'
"""


def run() -> None:
    rows = next((int(one) for one in sys.argv[1:] if one.isdigit()), 1_000_000)
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    wanted = _fill(connection, rows)
    client = Client(headers={"accept-language": "en"})
    client.force_login(wanted["user"], backend="django.contrib.auth.backends.ModelBackend")
    desk, case = "/en/desk/cases/", wanted["case"]
    pages = {
        "desk, late": f"{desk}?tab=late",
        "desk, all open": f"{desk}?tab=all",
        "desk, held up": f"{desk}?tab=stuck",
        "desk, by category": f"{desk}?tab=all&category=c3",
        "desk, by type, late, mine": f"{desk}?tab=all&type=hazard&late=1&mine=1",
        "desk, oldest first": f"{desk}?tab=all&order=filed",
        "desk, words": f"{desk}?tab=all&q=Lamp+99",
        "desk, last page": f"{desk}?tab=all&before=2999-01-01T00:00:00%2B00:00~1",
        "desk, a case": f"{desk}{case.pk}/",
        "desk, beside a case": f"{desk}{case.pk}/beside/",
        "public board": "/en/cases/",
        "public board, open": "/en/cases/?state=open",
        "public board, by category": "/en/cases/?category=c3",
        "public board, words": "/en/cases/?q=Lamp",
        "public board, page 2": "/en/cases/?page=2",
        "public, a case": f"/en/cases/{case.ref}/",
    }
    found = []
    for name, url in pages.items():
        assert client.get(url).status_code == 200, (url, client.get(url).status_code)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        queries = len(seen)  # now: the next request clears the list
        times = []
        for _round in range(ROUNDS):
            began = time.perf_counter()
            client.get(url)
            times.append(time.perf_counter() - began)
        found.append([name, str(queries), ms(quantile(times, 0.5)), ms(quantile(times, 0.95)), "200"])
        print(" | ".join(found[-1]), flush=True)
    heading = f"Cases: {rows:,}, {OPEN:,} of them open at the office of the desk"
    table(heading, ["page", "queries", "p50", "p95", "goal"], found)


def _fill(connection: Any, rows: int) -> dict[str, Any]:
    from datetime import date

    from madang.kernel import clock
    from madang.kernel.actors import system
    from madang.kernel.models import Mandate, Organisation, Post, Rule, User
    from madang.services.casework.domain import types
    from madang.services.casework.models import Category, Center

    def office(code: str) -> Organisation:
        return Organisation.objects.get_or_create(
            code=code, defaults={"name_ko": code, "name_en": code, "valid_from": date(2020, 1, 1)}
        )[0]

    types.enact(actor=system("bench"), rows=types.shipped(), valid_from=date(2020, 1, 1))
    host, mine, others = office("bench-host"), office("bench"), [office(f"bench-{n}") for n in range(40)]
    user, _new = User.objects.get_or_create(email="bench@example.org", defaults={"name": "Bench"})
    post, _new = Post.objects.get_or_create(
        organisation=mine, role="officer", title_ko="담당", title_en="Officer"
    )
    Mandate.objects.get_or_create(user=user, post=post, defaults={"valid_from": clock.now()})
    center, _new = Center.objects.get_or_create(
        code="bench", defaults={"title_ko": "시험", "title_en": "Bench", "host": host}
    )
    categories = [
        Category.objects.get_or_create(
            center=center, code=f"c{n}", defaults={"name_ko": f"c{n}", "name_en": f"c{n}"}
        )[0]
        for n in range(8)
    ]
    values = {
        "rows": rows,
        "open": OPEN,
        "rule": Rule.objects.filter(code="casework.type.grievance").latest("version").pk,
        "host": host.pk,
        "office": mine.pk,
        "others": [one.pk for one in others],
        "officer": user.pk,
        "center": center.pk,
        "categories": [one.pk for one in categories],
    }
    from madang.services.casework.models import Case

    if not Case.objects.filter(center=center).exists():
        with connection.cursor() as cursor:
            for statement in (FILL, CASES, ASSIGNED):
                cursor.execute(statement, values)
            cursor.execute("ANALYZE")
    return {"user": user, "case": _filed(center, user, mine)}


def _filed(center: Any, user: Any, office: Any) -> Any:
    """One case that went the real way in, with its clock and its office."""
    from datetime import date

    from madang.kernel import actors
    from madang.services.casework.domain import filing
    from madang.services.casework.models import RoutingRule

    RoutingRule.objects.get_or_create(
        center=center, category=None, district="", office=office, defaults={"valid_from": date(2020, 1, 1)}
    )
    words = {
        "title": "Lamp is out",
        "body": "It has been dark in this street for a week.",
        "address": "Street 7",
    }
    category = center.categories.first()
    return filing.file_case(
        actor=actors.person(user),
        center=center,
        category=category,
        is_public=True,
        case_type="grievance",
        **words,
    ).case
