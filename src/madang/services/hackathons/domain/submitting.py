"""What teams hand in: versions until the deadline, none after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain.attachments import MAX_FILES, SUFFIX, Clean
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.hackathons.models import Submission, SubmissionFile, Team

LINKS_MOST = 5
LINK_MOST = 300


def read_links(typed: str) -> list[str]:
    """One https address a line.

    Raises:
        RefusedError: 422 with the line that is none.
    """
    found: list[str] = []
    for line in filter(None, (line.strip() for line in typed.splitlines())):
        try:
            parts = urlsplit(line)
            is_good = parts.scheme == "https" and "." in (parts.hostname or "") and not parts.username
        except ValueError:
            is_good = False
        if not is_good or len(line) > LINK_MOST or any(c.isspace() or c in "<>\"'" for c in line):
            raise RefusedError(
                _("“%(line)s” is not an address that begins with https://. Put one on each line.")
                % {"line": line[:60]},
                "submission.link",
                status=422,
            )
        found.append(line)
    if len(found) > LINKS_MOST:
        raise RefusedError(_("You can give five links."), "submission.links", status=422)
    return list(dict.fromkeys(found))


def digest_of(title: str, body: str, links: Sequence[str], files: Sequence[str]) -> str:
    """SHA-256 over words, links and the digests of the files, in one written form."""
    whole = json.dumps([title, body, list(links), sorted(files)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


@transaction.atomic
def hand_in(
    *,
    actor: Actor,
    team: Team,
    title: str,
    body: str,
    links: Sequence[str] = (),
    keep: Sequence[int] = (),
    uploads: Sequence[Clean] = (),
) -> Submission:
    """Hand in the next version.

    Args:
        keep: keys of files of the version before that stay.
        uploads: new files, cleaned.

    Raises:
        RefusedError: 403 from the first second of the deadline on, and for others than members.
    """
    fresh = Team.objects.select_for_update(of=("self",)).select_related("hackathon").get(pk=team.pk)
    policy.require("hackathons.submission.hand_in", actor, fresh)
    last = fresh.submissions.last()
    kept = list(last.files.filter(pk__in=keep)) if last is not None else []
    if len(kept) + len(uploads) > MAX_FILES:
        raise RefusedError(_("You can add three files."), "submission.files", status=422)
    files = [*kept, *(_stored(fresh, clean) for clean in uploads)]
    made = Submission.objects.create(
        team=fresh,
        version=last.version + 1 if last is not None else 1,
        title=title,
        body=body,
        links=list(links),
        digest=digest_of(title, body, links, [one.sha256 for one in files]),
        by=actor.account,
        at=clock.now(),
    )
    made.files.set(files)
    payload: dict[str, Any] = {"version": made.version, "content": made.digest}
    audit.record(
        actor=actor,
        action="hackathons.submission.hand_in",
        target=fresh.reference,
        is_public=fresh.is_public,
        payload=payload,
    )
    return made


def _stored(team: Team, clean: Clean) -> SubmissionFile:
    digest, suffix = hashlib.sha256(clean.data).hexdigest(), SUFFIX[clean.content_type]
    row = SubmissionFile(
        team=team,
        name=(PurePath(clean.name).stem or "file") + suffix,
        content_type=clean.content_type,
        size=len(clean.data),
        sha256=digest,
    )
    row.file.save(f"{digest[:32]}{suffix}", ContentFile(clean.data), save=True)
    return row
