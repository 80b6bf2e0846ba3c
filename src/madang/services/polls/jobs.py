"""Periodic work of polls."""

from __future__ import annotations

from madang.kernel.jobs import every
from madang.services.polls.domain import analysing, editions, files, polls, readers, suggesting, tasks


@every(20, "polls.close_ended", by_date=True)
def close_ended() -> int:
    """Polls whose end has come."""
    return polls.close_ended()


@every(600, "polls.remind", by_date=True)
def remind() -> int:
    """Polls that close within a day."""
    return polls.remind()


@every(3600, "polls.files")
def sweep_files() -> int:
    """Files that belong to no reply."""
    return files.sweep()


@every(3, "polls.words", everywhere=True)
def read_words() -> int:
    """Words of closed polls, in a process of its own: the tokenizer's memory is given back when it ends."""
    if not analysing.is_due():
        return 0
    return readers.start()


@every(60, "polls.look_back")
def look_back() -> int:
    """Every so many answers that one person coded, a second one looks at some of them."""
    return tasks.look_back()


@every(5, "polls.learn")
def learn() -> int:
    """What analysts asked the machine to learn."""
    return suggesting.learn_waiting()


@every(2, "polls.publish")
def publish() -> int:
    """Editions of reports that were ordered."""
    return editions.publish_waiting()
