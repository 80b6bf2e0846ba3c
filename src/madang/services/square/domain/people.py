"""Two accounts that turn out to be one person."""

from __future__ import annotations

from django.db import transaction

from madang.kernel import clock
from madang.kernel.models import User
from madang.services.square.domain import counting
from madang.services.square.models import Comment, Support


@transaction.atomic
def join(*, one: User, into: User) -> int:
    """What `one` supported and said is `into`'s from now on; where both stood behind an idea, it counts once.

    An idea that `into` wrote herself is not supported by her a second time. Returns how many supports moved.
    """
    now, moved = clock.now(), 0
    for row in Support.objects.select_for_update().filter(supporter=one).select_related("idea__matter"):
        hers = Support.objects.select_for_update().filter(idea=row.idea_id, supporter=into).first()
        if hers is None and row.idea.matter.author_id != into.pk:
            Support.objects.filter(pk=row.pk).update(supporter=into, changed_at=now)
            moved += 1
            continue
        if row.withdrawn_at is None:
            Support.objects.filter(pk=row.pk).update(
                withdrawn_at=now, changed_at=now, uncounted=counting.more(-1)
            )
            if hers is not None and hers.withdrawn_at is not None:
                Support.objects.filter(pk=hers.pk).update(
                    withdrawn_at=None, changed_at=now, uncounted=counting.more(1)
                )
                moved += 1
    Comment.objects.filter(author=one).update(author=into)
    return moved
