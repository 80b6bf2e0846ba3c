"""A city opens its center in the browser, and takes a case in with nothing else entered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.matters.models import Matter
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Organisation, Role, Rule
from madang.kernel.queries import rule_in_force
from madang.services.casework.domain import centers, filing
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Case, Center
from tests.casework import made
from tests.factories import OrganisationFactory, UserFactory, official

pytestmark = pytest.mark.django_db
SAID = {
    "title_ko": "새길시 민원센터",
    "title_en": "Saegil Complaint Center",
    "code": "saegil",
    "phone": "02-120",
}


@pytest.fixture
def host() -> Organisation:
    return OrganisationFactory(code="saegil-desk", parent=OrganisationFactory(code="saegil"))


@pytest.fixture
def administrator(client: Client, host: Organisation) -> Client:
    client.force_login(official(Role.ADMIN, host.parent))
    return client


def test_a_center_is_opened_with_one_form_and_takes_cases_in_at_once(
    administrator: Client, host: Organisation
) -> None:
    url = reverse("desk_center_new")
    assert administrator.get(reverse("desk_center_first"))["Location"] == url
    assert host.name_ko in administrator.get(url).content.decode()
    answer = administrator.post(url, SAID | {"host": host.pk})
    assert answer["Location"] == reverse("desk_center", args=["categories"])
    center = Center.objects.get()
    assert (center.host, center.code, center.phone) == (host, "saegil", "02-120")
    assert Audit.objects.get(action="casework.center.open").target == center.reference
    for code in CaseType.values:
        assert rule_in_force(f"casework.type.{code}").valid_from == clock.today()
    made = filing.file_case(
        actor=actors.person(UserFactory()), center=center, title="보안등 고장", body="골목이 캄캄합니다."
    )
    matter = Matter.objects.get(pk=made.case.pk)
    assert matter.due_at is not None and matter.responsible == host


def test_rules_that_stand_are_left_alone(host: Organisation) -> None:
    admin = actors.person(official(Role.ADMIN, host))
    made.center().delete()
    before = set(Rule.objects.filter(code__startswith="casework.type.").values_list("pk", flat=True))
    about = {name: SAID[name] for name in ("title_ko", "title_en", "code")}
    centers.set_up(actor=admin, host=host, **about)
    assert set(Rule.objects.filter(code__startswith="casework.type.").values_list("pk", flat=True)) == before


def test_there_is_one_center(administrator: Client, host: Organisation) -> None:
    centers.set_up(actor=actors.system("test"), host=host, **SAID)
    assert administrator.get(reverse("desk_center_new"))["Location"] == reverse("desk_center_first")
    with pytest.raises(RefusedError) as refused:
        centers.set_up(actor=actors.system("test"), host=host, **SAID | {"code": "second"})
    assert refused.value.status == 409 and Center.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"code": "한글"}, {"code": ""}, {"title_ko": " "}, {"host": "999999"}])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    administrator: Client, host: Organisation, wrong: dict[str, Any]
) -> None:
    answer = administrator.post(reverse("desk_center_new"), SAID | {"host": host.pk} | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Saegil Complaint Center" in page and "error" in page
    assert not Center.objects.exists() and not Rule.objects.filter(code__startswith="casework.").exists()


def test_nobody_else_opens_or_changes_it(client: Client, host: Organisation) -> None:
    other = OrganisationFactory(code="elsewhere")
    for who in (UserFactory(), official(Role.TRIAGE, host), official(Role.ADMIN, other)):
        client.force_login(who)
        client.post(reverse("desk_center_new"), SAID | {"host": host.pk})
        with pytest.raises(RefusedError):
            centers.set_up(actor=actors.person(who), host=host, **SAID)
    assert not Center.objects.exists()
    center = centers.set_up(actor=actors.system("test"), host=host, **SAID)
    client.force_login(official(Role.ADMIN, other))
    changed = {"title_ko": "바뀐 이름", "title_en": "Changed", "phone": ""}
    assert client.post(reverse("desk_center_about"), changed).status_code == 403
    center.refresh_from_db()
    assert center.title_en == SAID["title_en"]


def test_a_closed_center_says_so_and_takes_nothing_in(administrator: Client, host: Organisation) -> None:
    center = centers.set_up(actor=actors.system("test"), host=host, **SAID)
    about = reverse("desk_center_about")
    changed = {"title_ko": "새길시 민원실", "title_en": "Saegil Desk", "phone": "02-121"}
    assert administrator.post(about, changed).status_code == 302
    center.refresh_from_db()
    assert (center.title_ko, center.is_open) == ("새길시 민원실", False)
    with pytest.raises(RefusedError):
        filing.file_case(actor=actors.system("test"), center=center, title="고장", body="등이 꺼졌어요.")
    assert not Case.objects.exists()
    administrator.post(about, changed | {"is_open": "on"})
    administrator.post(about, changed | {"is_open": "on"})
    assert Audit.objects.filter(action="casework.center.amend").count() == 2  # the third said nothing new
