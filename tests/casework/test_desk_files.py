"""Files that the public is not to see: covered by the office with a reason, kept for its author, shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madang.commons.matters import figures
from madang.commons.matters.domain import attachments
from madang.commons.matters.models import Attachment
from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox
from madang.services.casework.domain import forwarding
from madang.services.casework.models import Forward, Peer
from tests.casework import made
from tests.factories import UserFactory

WHY = "차량 번호가 보입니다."


@pytest.fixture
def work(db: Any, picture: Callable[[], SimpleUploadedFile]) -> Any:
    office, officer, _approver = made.office("lights")
    _other, stranger, _third = made.office("else")
    town = made.center()
    made.route(town, office)
    author = UserFactory()
    filed = made.filed(town, by=author)
    file = attachments.attach(matter=filed.case.matter, upload=picture())
    return filed.case, file, officer, stranger, author


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opens(client: Client, file: Attachment) -> bool:
    answer = client.get(reverse("file", args=[file.pk]))
    for close in answer._resource_closers:
        close()
    return answer.status_code == 200


def places(case: Any, file: Attachment) -> list[bool]:
    """Whether a stranger finds it: the file itself, the page of the case, Open311, what goes to other servers."""
    address = reverse("file", args=[file.pk])
    client = Client()
    peer, _new = Peer.objects.get_or_create(name="other", center=case.center, url="https://311.example.org")
    sent = forwarding.fields_of(Forward(case=case, peer=peer, service_code="001"))
    return [
        opens(client, file),
        address in client.get(reverse("case", args=[case.ref])).content.decode(),
        address in client.get(f"/open311/v2/requests/{case.ref}.json").content.decode(),
        address in sent["media_url"],
    ]


def test_a_covered_file_is_nowhere_for_the_public_and_stays_for_its_author_and_the_office(work: Any) -> None:
    case, file, officer, _stranger, author = work
    assert all(places(case, file))
    attachments.cover(actor=officer, attachment=file, reason=WHY)
    assert not any(places(case, file))
    for user in (author, officer.user):
        assert opens(signed_in(user), file)
    assert (
        reverse("file", args=[file.pk])
        in signed_in(author).get(reverse("case", args=[case.ref])).content.decode()
    )
    assert [one["name"] for one in figures.own_data(author.pk)[0]["files"]] == [file.name]
    act = Audit.objects.get(action="matters.matter.cover_file")
    assert act.is_public and act.target == case.reference
    assert not any(file.name.encode() in bytes(one.leaf or b"") for one in Outbox.objects.all())
    assert WHY in Client().get(reverse("case", args=[case.ref])).content.decode()

    attachments.uncover(actor=officer, attachment=file, reason="번호를 가려서 다시 받았습니다.")
    assert all(places(case, file))


@pytest.mark.parametrize(
    ("who", "reason", "code"),
    [("stranger", WHY, "mandate.office"), ("nobody", WHY, "mandate.office"), ("author", WHY, "mandate.office"),
     ("officer", "  ", "file.reason")],
)  # fmt: skip
def test_refused_covering_changes_nothing(work: Any, who: str, reason: str, code: str) -> None:
    _case, file, officer, stranger, author = work
    actor = {
        "officer": officer,
        "stranger": stranger,
        "author": actors.person(author),
        "nobody": actors.person(None),
    }[who]
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as refused:
        attachments.cover(actor=actor, attachment=file, reason=reason)
    assert refused.value.code == code
    assert Attachment.objects.get().covered_at is None and Audit.objects.count() == before


def test_two_windows_cover_once(work: Any) -> None:
    _case, file, officer, _stranger, _author = work
    attachments.cover(actor=officer, attachment=file, reason=WHY)
    with pytest.raises(RefusedError) as refused:
        attachments.cover(actor=officer, attachment=file, reason=WHY)
    assert refused.value.code == "file.covered" and refused.value.status == 409
    assert Audit.objects.filter(action="matters.matter.cover_file").count() == 1


def test_the_desk_covers_and_shows_again_and_keeps_what_was_typed(work: Any) -> None:
    case, file, officer, stranger, _author = work
    desk, beside = signed_in(officer.user), reverse("desk_work", args=[case.pk])
    typed = {"cover_file-file": file.pk, "cover_file-reason": ""}
    refused = desk.post(f"{beside}cover-file/", typed)
    assert refused.status_code == 422 and Attachment.objects.get().covered_at is None
    assert desk.post(f"{beside}cover-file/", typed | {"cover_file-reason": WHY}).status_code == 302
    page = desk.get(beside).content.decode()
    assert Attachment.objects.get().covered_at is not None
    assert f"{beside}show-file/" in page and f"{beside}cover-file/" not in page
    again = {"show_file-file": file.pk, "show_file-reason": "가린 사진입니다."}
    assert signed_in(stranger.user).post(f"{beside}show-file/", again).status_code in (403, 404)
    assert Attachment.objects.get().covered_at is not None
    assert desk.post(f"{beside}show-file/", again).status_code == 302
    assert Attachment.objects.get().covered_at is None
