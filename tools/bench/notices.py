"""One event for a hundred thousand followers: how long, how much memory, how long another task waits meanwhile."""

from __future__ import annotations

import resource
import time

FOLLOWERS = 100_000


def run() -> None:
    from madang.commons.notices import jobs
    from madang.commons.notices.domain import telling
    from madang.commons.notices.models import Delivery, Event, Follow
    from madang.kernel import manifest

    def resolve(references):
        return {one: manifest.Link("bench", "/bench/") for one in references}

    manifest.register(manifest.Feature(name="bench", label="bench", resolve={"bench": resolve}))
    Follow.objects.bulk_create(
        (Follow(address=f"b{n}@example.org", reference="bench:1", why="follower") for n in range(FOLLOWERS)),
        batch_size=1_000,
    )
    event = Event.objects.create(reference="bench:1", kind="bench", title="bench")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, turns = time.perf_counter(), []
    while not telling.is_told(event.pk):
        turn = time.perf_counter()
        telling.fan_out(event.pk, batches=jobs.TURN)
        turns.append(time.perf_counter() - turn)
    took = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert Delivery.objects.filter(event=event).count() == FOLLOWERS
    print("| one event, 100,000 followers | |\n|---|---|")
    print(f"| all told | {took:.1f} s, {FOLLOWERS / took:,.0f}/s |")
    print(f"| longest turn another task waits for | {max(turns):.2f} s of {len(turns)} turns |")
    print(f"| memory grown by | {grown:.0f} MB |")
