"""Words of a poll read by 1, 2 and 4 workers on PostgreSQL and Redis: how long it takes, that the result is the same, and what a kill costs.

`WORDS_QUEUE=40000` answers (10,000 where it is not given), made as in `words`. In the last row the first process that reads is killed in the
middle of its second part.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from cluster import cluster, free_port
from hot import site
from report import table
from words import real_titles, recombined


def run(root: Path) -> None:
    real = real_titles(root)
    if not real:
        return
    texts = recombined(real, int(os.environ.get("WORDS_QUEUE", "10000")))
    with cluster() as server:
        os.environ["DATABASE_URL"] = server.url
        os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/9")
        from supports import django_ready

        django_ready()
        poll, analyst = _poll(texts)
        rows, digests = [], set()
        for workers, kill in [(1, False), (2, False), (4, False), (2, True)]:
            with site(root, free_port(), WORKERS=str(workers)):
                row, digest = _row(poll, analyst, workers, kill=kill)
            digests.add(digest)
            rows.append([f"{len(texts):,}", *row])
            print(*rows[-1], digest[:12], flush=True)
    assert len(digests) == 1, digests
    columns = [
        "answers",
        "workers",
        "a reader killed",
        "read s",
        "put together s",
        "all s",
        "answers/s",
        "load",
    ]
    table("Words of a poll through the workers (PostgreSQL, Redis); one digest", columns, rows)


def _poll(texts: list[str]) -> tuple[Any, Any]:
    """A closed poll of the demo's city with these answers, and an analyst of its office."""
    from madang.kernel import clock
    from madang.kernel.actors import Actor
    from madang.kernel.models import Mandate, Role
    from madang.services.polls.domain import polls
    from madang.services.polls.domain.questions import Draft
    from madang.services.polls.models import Reply, Response

    lead = Mandate.objects.filter(post__role=Role.ANALYST).select_related("user", "post__organisation")[0]
    analyst = Actor(user=lead.user)
    poll = polls.create(
        actor=analyst,
        host=lead.post.organisation,
        questions=(Draft("text", "한마디로?", "In a word?", is_required=True, is_headline=True),),
        title_ko="잰 설문",
        title_en="Measured poll",
        consent_ko="재는 데만 씁니다.",
        consent_en="Used to measure only.",
        closes_at=clock.now() + timedelta(days=7),
    )
    poll = polls.open_(actor=analyst, poll=poll)
    question = poll.questions.get(is_headline=True)
    day = clock.now().date()
    made = [Response(poll=poll, day=day, may_quote=at % 2 == 0) for at in range(len(texts))]
    Response.objects.bulk_create(made, batch_size=5_000)
    Reply.objects.bulk_create(
        (Reply(response=one, question=question, value=text) for one, text in zip(made, texts, strict=True)),
        batch_size=5_000,
    )
    return polls.close(actor=analyst, poll=poll), analyst


def _row(poll: Any, analyst: Any, workers: int, *, kill: bool) -> tuple[list[object], str]:
    from madang.services.polls.domain import analysing
    from madang.services.polls.models import Analysis, Chunk

    began = time.perf_counter()
    analysis = analysing.order(actor=analyst, poll=poll)
    read = 0.0
    while True:
        now = Analysis.objects.get(pk=analysis.pk)
        if not read and now.done == now.total:
            read = time.perf_counter() - began
        if now.state in ("done", "failed"):
            break
        if kill and now.done >= 2:
            named = (
                Chunk.objects.filter(analysis=now, read=None)
                .exclude(taken_by="")
                .values_list("taken_by", flat=True)
            )
            victim = next((pid for name in named if (pid := _process(name))), None)
            if victim is not None:
                os.kill(victim, signal.SIGKILL)
                kill = False
                print(f"killed {victim} after {now.done} of {now.total} parts", flush=True)
        time.sleep(0.05)
    spent = time.perf_counter() - began
    assert now.state == "done", (now.error, now.trouble)
    was_killed = now.trouble == "killed"
    load = f"{os.getloadavg()[0]:.1f}"
    row = [workers, "yes" if was_killed else "", f"{read:.1f}", f"{spent - read:.1f}", f"{spent:.1f}"]
    return [*row, f"{now.result['input']['answers'] / spent:,.0f}", load], now.digest


def _process(name: str) -> int | None:
    """The process that reads under this name."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if name.encode() in (entry / "cmdline").read_bytes():
                return int(entry.name)
    return None
