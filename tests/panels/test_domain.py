"""The ceremony through the database: who may do what, in which order, and what a refusal leaves behind."""

from __future__ import annotations

import pytest

from madang.commons.panels import verify_lot
from madang.commons.panels.bundle import bundle
from madang.commons.panels.domain import lots, making, preparing, seats
from madang.commons.panels.models import Candidate, Panel, Round, Seat
from madang.kernel.actors import Actor, system
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, Role
from tests.factories import OrganisationFactory, UserFactory, actor, official
from tests.panels.support import ROLES, House, csv_of, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def refused(code: str, act, **kwargs) -> RefusedError:
    """The act is refused with this code, and nothing was written."""
    before = (Audit.objects.count(), list(Round.objects.values_list("state", "seed")), Seat.objects.count())
    with pytest.raises(RefusedError) as caught:
        act(**kwargs)
    assert caught.value.code == code
    after = (Audit.objects.count(), list(Round.objects.values_list("state", "seed")), Seat.objects.count())
    assert before == after
    return caught.value


def test_the_drawn_panel_follows_from_digest_root_and_dice(house: House) -> None:
    round_ = house.drawn()
    seed = verify_lot.seed_of(round_.digest, round_.root, ["1" * 10, "2" * 10])
    number = verify_lot.number_of(seed, len(round_.frozen["panels"]))
    assert (round_.seed, round_.drawn, round_.panel.state) == (seed, number, "seated")
    wanted = {round_.people[at] for at in round_.frozen["panels"][number - 1]}
    assert set(round_.seats.values_list("candidate_id", flat=True)) == wanted
    acts = list(Audit.objects.filter(target=round_.reference).order_by("pk").values_list("action", flat=True))
    assert acts == [
        f"panels.round.{step}" for step in ("order", "make", "freeze", "open", "throw", "throw", "draw")
    ]
    assert verify_lot.digest(round_.frozen) in str(round_.entry.audit.payload)


def test_the_freeze_stands_in_the_log_before_the_root_that_is_used(house: House) -> None:
    round_ = house.opened()
    entry = Outbox.objects.get(pk=round_.entry_id)
    assert entry.index is not None and entry.index < int(round_.log.split("\n")[1])
    assert round_.log.split("\n")[2] == round_.root


def test_no_dice_before_the_log_moved_on(house: House) -> None:
    round_ = house.frozen()
    refused("lot.not_logged", lots.open_, actor=system("lot"), round_=round_)
    refused("flow.state", lots.throw, actor=actor(house.witnesses[0]), round_=round_, dice="1" * 10)


def test_nothing_is_drawn_before_the_freeze(house: House) -> None:
    round_ = house.prepared()
    refused("flow.state", lots.open_, actor=system("lot"), round_=round_) if round_.entry_id else None
    refused("lot.not_logged", lots.open_, actor=system("lot"), round_=round_)
    refused("flow.state", lots.throw, actor=actor(house.witnesses[0]), round_=round_, dice="1" * 10)


def test_the_preparer_does_not_freeze_and_an_officer_neither(house: House) -> None:
    both = official(Role.OFFICER, house.host)
    round_ = house.make(house.planned(), actor=actor(house.approver))
    refused("four_eyes", lots.freeze, actor=actor(house.approver), round_=round_)
    refused("mandate.approver", lots.freeze, actor=actor(both), round_=round_)
    elsewhere = official(Role.APPROVER, OrganisationFactory(code="elsewhere"))
    refused("mandate.approver", lots.freeze, actor=actor(elsewhere), round_=round_)
    assert house_freeze(official(Role.APPROVER, house.host), round_).state == "frozen"


def house_freeze(user, round_: Round) -> Round:
    return lots.freeze(actor=actor(user), round_=round_)


def test_the_office_cannot_type_a_seed(house: House) -> None:
    round_ = house.opened()
    for user in (house.preparer, house.approver):
        refused("witness.office", lots.throw, actor=actor(user), round_=round_, dice="1" * 10)
    refused("witness.unknown", lots.throw, actor=actor(UserFactory()), round_=round_, dice="1" * 10)
    refused("witness.unknown", lots.throw, actor=Actor(), round_=round_, dice="1" * 10)
    # A witness who is hired by the office meanwhile is none any more.
    official_now = house.witnesses[0]
    from madang.kernel.models import Mandate, Post
    from tests.factories import START

    post = Post.objects.get(organisation=house.host, role=Role.OFFICER)
    Mandate.objects.create(user=official_now, post=post, valid_from=START)
    refused("witness.office", lots.throw, actor=actor(official_now), round_=round_, dice="1" * 10)


@pytest.mark.parametrize(
    "dice", ["", "1", "1" * 9, "1" * 11, "0123456123", "7" * 10, "１" * 10, "11111 11111"]
)
def test_dice_are_ten_digits_from_one_to_six(house: House, dice: str) -> None:
    refused("lot.dice", lots.throw, actor=actor(house.witnesses[0]), round_=house.opened(), dice=dice)


def test_nobody_throws_or_draws_twice(house: House) -> None:
    round_ = lots.throw(actor=actor(house.witnesses[0]), round_=house.opened(), dice="1" * 10)
    refused("lot.thrown", lots.throw, actor=actor(house.witnesses[0]), round_=round_, dice="2" * 10)
    done = lots.throw(actor=actor(house.witnesses[1]), round_=round_, dice="2" * 10)
    for user in house.witnesses:
        refused("flow.state", lots.throw, actor=actor(user), round_=done, dice="3" * 10)
    refused("flow.state", lots.void, actor=actor(house.approver), round_=done, reason="Other people, please.")
    refused("panels.full", making.order, actor=house.officer, panel=done.panel, witnesses=house.witnesses)


def test_witnesses_are_two_and_from_outside(house: House) -> None:
    panel = house.planned()
    one = house.witnesses[0]
    refused("panels.witnesses", making.order, actor=house.officer, panel=panel, witnesses=[one])
    refused("panels.witnesses", making.order, actor=house.officer, panel=panel, witnesses=[one, one])
    refused("witness.office", making.order, actor=house.officer, panel=panel, witnesses=[one, house.approver])
    refused("mandate.office", making.order, actor=actor(one), panel=panel, witnesses=house.witnesses)


def test_register_and_quotas_stay_once_a_lottery_is_made(house: House) -> None:
    round_ = house.prepared()
    panel = round_.panel
    with pytest.raises(RefusedError) as caught:
        preparing.upload(actor=house.officer, panel=panel, data=csv_of(people(30, seed=9)))
    assert caught.value.code == "panels.prepared"
    bounds = {row.pk: (1, 0, 10) for row in panel.quotas.all()}
    refused("panels.prepared", preparing.plan, actor=house.officer, panel=panel, bounds=bounds, source="x")
    refused("panels.under_way", making.order, actor=house.officer, panel=panel, witnesses=house.witnesses)
    lots.void(actor=actor(house.approver), round_=round_, reason="명부를 다시 받습니다.")
    assert preparing.plan(actor=house.officer, panel=panel, bounds=bounds, source="x").source == "x"


def test_a_register_replaces_the_one_before_and_its_file_is_erased(house: House) -> None:
    panel = house.registered()
    assert (panel.upload, panel.candidates.count(), panel.register_read) == ("", 60, 60)
    preparing.upload(
        actor=house.officer, panel=panel, data=csv_of(people(40, seed=3)).decode().encode("cp949")
    )
    panel.refresh_from_db()
    assert "주민" not in panel.upload
    panel = preparing.take(actor=house.officer, panel=panel, roles=ROLES, age="")
    assert panel.candidates.count() == 40


def test_quotas_that_cannot_be_met_are_named(house: House) -> None:
    rows = people(60)
    for row in rows[3:]:
        row[3] = "남"
    panel = house.registered(rows)
    women = sum(row[3] == "여" for row in rows)
    bounds = {row.pk: (1, 0, 10) for row in panel.quotas.all()}
    for row in panel.quotas.filter(feature="성별"):
        bounds[row.pk] = (1, 5, 5)
    panel = preparing.plan(actor=house.officer, panel=panel, bounds=bounds, source="x")
    failed = house.make(panel)
    values = {quota.pk: quota.value for quota in panel.quotas.all()}
    found = {values[quota]: (low, high) for quota, low, high in failed.shortage}
    assert found == {"여": (women, 5), "남": (5, 10 - women)}
    assert (failed.state, failed.trouble, failed.frozen) == ("failed", "panels.shortage", {})
    # The office changes the quotas and orders again: the number is not lost.
    bounds |= {row.pk: (1, 0, 10) for row in panel.quotas.filter(feature="성별")}
    preparing.plan(actor=house.officer, panel=panel, bounds=bounds, source="x")
    again = house.make(panel)
    assert (again.pk, again.number, again.state, again.shortage) == (failed.pk, 1, "prepared", [])
    assert again.witnesses.count() == 2


@pytest.mark.parametrize(("low", "high", "code"), [(4, 4, "panels.sums"), (7, 3, "panels.bounds")])
def test_quotas_that_contradict_themselves_are_refused(house: House, low: int, high: int, code: str) -> None:
    panel = house.registered()
    bounds = {row.pk: (1, low, high) for row in panel.quotas.all()}
    refused(code, preparing.plan, actor=house.officer, panel=panel, bounds=bounds, source="x")


def test_free_seats_are_drawn_anew_under_what_is_left_of_the_quotas(house: House) -> None:
    round_ = house.drawn()
    panel = round_.panel
    gone = list(round_.seats.select_related("round__panel")[:3])
    seats.answer(seat=gone[0], accepts=False)
    seats.note(actor=house.officer, seat=gone[1], step="lapse", reason="두 번 전화했습니다.")
    seats.answer(seat=gone[2], accepts=True)
    gone[2].refresh_from_db()
    seats.note(actor=house.officer, seat=gone[2], step="leave", reason="이사했습니다.")
    again = house.make(panel, relax=True)
    assert (again.number, again.size) == (2, 3)
    assert not {seat.candidate_id for seat in round_.seats.all()} & set(again.people)
    done = house.throw_all(house.open(house.freeze(again)))
    assert done.seats.count() == 3 and done.seed != round_.seed
    seated = Candidate.objects.filter(panel=panel, seat__state__in=making.OCCUPIED)
    assert seated.count() == panel.size
    for quota in panel.quotas.all():
        have = sum(one.values[quota.feature_order] == quota.value_order for one in seated)
        assert quota.low <= have <= quota.high
    steps = verify_lot.check(bundle(done))
    assert {step.status for step in steps} == {"passed"}


def test_only_the_code_or_the_office_answers_for_a_seat(house: House) -> None:
    seat = house.drawn().seats.select_related("round__panel").first()
    assert seat is not None
    assert seats.by_code(seat.code.lower().replace("-", " ")) == seat
    assert seats.by_code("AAAA-AAAA-AAAA-AAAA-AAAA") is None
    refused("mandate.office", seats.note, actor=actor(UserFactory()), seat=seat, step="lapse", reason="x")
    refused("seat.code", seats.note, actor=actor(house.witnesses[0]), seat=seat, step="accept")
    seats.answer(seat=seat, accepts=False)
    refused("flow.state", seats.answer, seat=seat, accepts=True)


def test_the_end_erases_who_they_were_and_the_lot_stays_checkable(house: House) -> None:
    round_ = house.drawn()
    panel = seats.close(actor=house.officer, panel=round_.panel, reason="권고를 냈습니다.")
    for one in Candidate.objects.filter(panel=panel):
        assert (one.name, one.birth, one.contact, one.line) == ("", "", "", 0)
    assert set(Seat.objects.values_list("code", flat=True)) == {""}
    steps = verify_lot.check(bundle(round_))
    assert {step.status for step in steps} == {"passed"}
    assert Panel.objects.get(pk=panel.pk).state == "closed"


def test_a_copy_of_the_database_names_nobody(house: House) -> None:
    from django.db import connection

    house.registered()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, birth, contact FROM panels_candidate")
        rows = cursor.fetchall()
    # What is sealed looks random: of a few letters any may stand in it by chance, of whole values none.
    assert rows and all(value.startswith("sealed:") for row in rows for value in row if value)


def test_people_whom_few_resemble_stay_closed(house: House) -> None:
    round_ = house.drawn(min_cell=6)
    made = bundle(round_)
    values = [tuple(one.values) for one in Candidate.objects.filter(panel=round_.panel)]
    assert 0 < len(made["openings"]) < 60
    for _salt, opened, _home in made["openings"].values():
        assert values.count(tuple(opened)) >= 6
    assert "failed" not in {step.status for step in verify_lot.check(made)}
    text = str(made)
    assert "주민" not in text and "010-" not in text
