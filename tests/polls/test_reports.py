"""A report: what it counts, when it may be published, and that an edition stays as it is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.polls import printing, reading, tables
from madang.services.polls.domain import analysing, composing, publishing
from madang.services.polls.models import Poll, Reply, Report, Response, Suggestion
from tests.factories import UserFactory, actor, official
from tests.polls.asking import FREE, office, opened
from tests.polls.reporting import AGES, SCALE, closed, coded, ruled

pytestmark = pytest.mark.django_db


def published(poll: Poll, analyst: object, *, words: bool = True, after: int = 0) -> Report:
    analysis = None
    if words:
        analysis = analysing.order(actor=actor(analyst), poll=poll)  # type: ignore[arg-type]
        analysing.work()
        analysis.refresh_from_db()
    return publishing.publish(
        actor=actor(analyst),  # type: ignore[arg-type]
        poll=poll,
        codebook=poll.codebooks.first(),
        analysis=analysis,
        after=after,
    )


def test_two_readers_count_where_they_agree_and_a_ruling_before_both() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    book = coded(poll, double=8, differ=3)
    assert reading.how(book) == {"single": 16, "agreed": 5, "ruled": 0, "open": 3}
    first = Response.objects.filter(poll=poll).order_by("pk")[0]
    ruled(book, first, "efficiency", analyst)
    table = composing.compose(poll=poll, codebook=book)["coded"]["table"]
    counted = {code["key"]: code["count"] for group in table["groups"] for code in group["codes"]}
    assert counted["efficiency"] == 1
    assert table["denominator"] == 22
    assert table["uncoded"] == 2


def test_what_a_machine_suggests_counts_nowhere() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    book = coded(poll)
    before = composing.compose(poll=poll, codebook=book)
    for response in Response.objects.filter(poll=poll):
        Suggestion.objects.create(
            codebook=book, response=response, ranking=[["efficiency", 0.99]], confidence=0.99, model="x"
        )
    assert composing.compose(poll=poll, codebook=book) == before


def test_an_edition_is_published_with_its_digest_in_the_log_and_stays() -> None:
    host, analyst = office()
    poll = closed(FREE, SCALE, AGES, lead=(host, analyst))
    book = coded(poll)
    made = published(poll, analyst)
    assert (made.edition, made.poll.refresh_from_db() or made.poll.state) == (1, "published")
    act = Audit.objects.get(action="polls.poll.publish")
    assert act.payload["data"] == {
        "edition": 1,
        "bundle_sha256": made.digest,
        "body_sha256": composing.digest(made.body),
    }
    ruled(book, Response.objects.filter(poll=poll).order_by("pk")[0], "efficiency", analyst)
    later = published(poll, analyst, words=False, after=1)
    first = Report.objects.get(edition=1)
    assert later.edition == 2
    assert first.body == made.body
    assert first.body["coded"]["table"] != later.body["coded"]["table"]


def test_somebody_who_was_overtaken_publishes_nothing() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    coded(poll)
    published(poll, analyst, words=False)
    with pytest.raises(RefusedError) as refused:
        published(poll, analyst, words=False, after=0)
    assert refused.value.code == "polls.overtaken"
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("stranger", "mandate.polls"),
        ("nothing", "polls.nothing"),
        ("agreement", "polls.agreement"),
        ("draft book", "polls.codebook_open"),
        ("another poll", "polls.other_poll"),
        ("changed", "polls.changed"),
    ],
)
def test_a_refusal_publishes_nothing(case: str, code: str) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    book = None if case == "nothing" else coded(poll, double=8, differ=8 if case == "agreement" else 0)
    if case == "draft book" and book:
        book.state = "draft"
        book.save()
    if case == "another poll":
        poll = closed(lead=(host, analyst))
    analysis = None
    if case == "changed":
        analysis = analysing.order(actor=actor(analyst), poll=poll)
        analysing.work()
        analysis.refresh_from_db()
        reply = Reply.objects.filter(response__poll=poll).first()
        assert reply is not None
        Reply.objects.filter(pk=reply.pk).update(value="다른 말")
    who = UserFactory() if case == "stranger" else analyst
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as refused:
        publishing.publish(actor=actor(who), poll=poll, codebook=book, analysis=analysis, after=0)
    assert refused.value.code == code
    assert not Report.objects.exists()
    assert Poll.objects.get(pk=poll.pk).state == "closed"
    assert Audit.objects.count() == before


def test_groups_of_few_people_are_not_shown() -> None:
    host, analyst = office()
    poll = closed(FREE, AGES, lead=(host, analyst))
    question = poll.questions.get(is_trait=True)
    young = Response.objects.filter(poll=poll).order_by("pk")[:2]
    for response in young:
        response.traits.create(question=question, value=question.options[0]["code"])
    group = composing.compose(poll=poll, codebook=coded(poll))["groups"][0]
    shown = {column["key"]: column["denominator"] for column in group["columns"]}
    assert question.options[0]["code"] not in shown
    assert 2 not in shown.values()


def test_the_report_is_read_by_everybody_in_every_form(client: Client, tmp_path: Path) -> None:
    host, analyst = office()
    poll = closed(FREE, SCALE, AGES, lead=(host, analyst), answers=60)
    coded(poll)
    made = published(poll, analyst)
    base = f"/polls/{poll.code}/report/"
    page = client.get(base).content.decode()
    assert "공정하고 투명한 정부" in page
    assert made.digest in page
    assert client.get(f"/en{base}1/").status_code == 200
    words = client.get(f"{base}1/words/", {"word": "정부"}).content.decode()
    assert "<mark>정부</mark>" in words
    assert client.get(f"{base}1/words/", {"pair": "<script>~x"}).status_code == 200
    assert client.get(f"{base}1/codebook/").status_code == 200
    for name in tables.names(made.body):
        rows = list(csv.reader(io.StringIO(client.get(f"{base}1/{name}.csv").content.decode("utf-8-sig"))))
        assert len(rows) > 1, name
        assert len({len(row) for row in rows}) == 1, name
    assert client.get(f"{base}1/nothing.csv").status_code == 404
    assert client.get(f"{base}2/").status_code == 404
    assert client.get(f"{base}1/report.pdf").content.startswith(b"%PDF")
    bundle = b"".join(client.get(f"{base}1/bundle.zip").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        packed.extractall(tmp_path)
    ran = subprocess.run(
        [sys.executable, "rerun.py", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin"},
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert made.digest in ran.stdout
    texts = [json.loads(line)["text"] for line in (tmp_path / "data/answers.jsonl").read_text().splitlines()]
    assert sum(text is not None for text in texts) == 30
    (tmp_path / "data/codings.jsonl").write_bytes(
        (tmp_path / "data/codings.jsonl").read_bytes().replace(b"proactive", b"efficiency", 1)
    )
    told = subprocess.run([sys.executable, "rerun.py", "."], cwd=tmp_path, capture_output=True, text=True)
    assert told.returncode != 0


def test_the_page_of_an_old_edition_speaks_of_no_readme_that_its_bundle_lacks(client: Client) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    coded(poll)
    made = published(poll, analyst, words=False)
    path = f"/en/polls/{poll.code}/report/1/"
    assert "README says which table" in client.get(path).content.decode()
    # As editions were written before their bundles held a README and the report.
    Report.objects.filter(pk=made.pk).update(
        body={name: value for name, value in made.body.items() if name != "texts"}
    )
    page = client.get(path).content.decode()
    assert "README" not in page
    assert "compares them with this report" not in page
    assert "a changed answer is noticed" in page


def test_the_same_edition_prints_the_same_bytes() -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    coded(poll)
    made = published(poll, analyst, words=False)
    prints = [
        printing.pdf(
            made.body, edition=1, digest=made.digest, published_at=clock.seoul(made.published_at), address="x"
        )
        for _ in range(2)
    ]
    assert prints[0] == prints[1]


def test_there_is_no_report_before_one_is_published(client: Client) -> None:
    host, analyst = office()
    poll = opened(lead=(host, analyst))
    assert client.get(f"/polls/{poll.code}/report/").status_code == 404


def test_the_desk_has_words_read(client: Client) -> None:
    host, analyst = office()
    poll = closed(lead=(host, analyst))
    coded(poll)
    desk = f"/desk/polls/{poll.code}/report/"
    client.force_login(analyst)
    assert client.post(desk, {"act": "words", "phrases": "", "around": "정부"}).status_code == 302
    assert "every 2s" in client.get(f"{desk}progress/").content.decode()
    analysing.work()
    assert "every 2s" not in client.get(f"{desk}progress/").content.decode()
    assert "미리 보기" in client.get(f"{desk}preview/").content.decode()
    too_long = client.post(desk, {"act": "words", "phrases": "가" * 61, "around": "정부"})
    assert too_long.status_code == 422
    assert "가" * 61 in too_long.content.decode()


def test_another_office_sees_no_desk_and_no_preview(client: Client) -> None:
    poll = closed()
    client.force_login(official(Role.ANALYST, office()[0]))
    for part in ("", "preview/", "progress/"):
        assert client.get(f"/desk/polls/{poll.code}/report/{part}").status_code == 404
