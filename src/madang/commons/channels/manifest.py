"""What the channels offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.channels.domain import replies
from madang.commons.channels.models import Batch
from madang.commons.notices import api as notices
from madang.kernel.manifest import Feature, Link, register


def batches(references: Iterable[str]) -> dict[str, Link]:
    """Batches of paper forms lead to their public count."""
    numbers = [reference.removeprefix("batch:") for reference in references]
    return {
        batch.reference: Link(
            _("Paper forms %(number)s") % {"number": batch.number},
            reverse("paper_count") + f"#{batch.number}",
        )
        for batch in Batch.objects.filter(number__in=numbers)
    }


notices.register_reply_address(replies.reply_to)
register(Feature(name="channels", label=gettext_lazy("Channels"), resolve={"batch": batches}))
