"""Suggestions on cases: noted, applied only where a rule allows it, corrected by one click, learned from."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from madang.kernel import actors, clock
from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.kernel.web import once
from madang.services.casework.domain import suggesting
from madang.services.casework.models import CategoryChange, Center, LabelModel, Suggestion
from tests.casework import made
from tests.factories import OrganisationFactory, UserFactory, official

pytestmark = pytest.mark.django_db

TEXTS = {
    "road": ("도로에 구멍이 났어요", "아스팔트가 깨져서 차가 덜컹거려요"),
    "trash": ("쓰레기가 쌓였어요", "골목에 쓰레기봉투가 며칠째 있어요"),
}


def taught(town: Center, count: int = 30) -> None:
    """Cases of two categories, each put there by triage."""
    triage = made.triage_of(town)
    for at in range(count):
        for code, (title, body) in TEXTS.items():
            case = made.case(town, title=f"{title} {at}", body=f"{body} {at}", by=UserFactory())
            suggesting.correct(actor=triage, case=case, category=town.categories.get(code=code))


def town_of_two() -> Center:
    town = made.center()
    made.category(town, "road", keywords="도로,아스팔트", name_ko="도로")
    made.category(town, "trash", keywords="쓰레기,수거", name_ko="쓰레기")
    return town


def test_keywords_suggest_until_there_is_something_to_learn_from() -> None:
    town = town_of_two()
    said = suggesting.suggest(town, "골목에 쓰레기가 많아요", "")
    assert [(one.category.code, one.confidence) for one in said.guesses] == [("trash", None)]
    assert said.source == "keywords"
    assert suggesting.suggest(town, "안녕하세요", "").guesses == ()


def test_what_was_confirmed_teaches_and_the_version_is_reproducible() -> None:
    town = town_of_two()
    assert suggesting.learn(town) is None
    taught(town)
    model = suggesting.learn(town)
    assert model is not None
    assert (model.version, model.cases) == (1, 60)
    said = suggesting.suggest(town, "도로가 파였어요", "아스팔트 구멍")
    assert said.guesses[0].category.code == "road"
    assert said.guesses[0].confidence is not None
    assert said.guesses[0].confidence > 0.7
    # Nothing new was confirmed: no new version, also where it is asked for.
    assert suggesting.learn(town) is None
    assert suggesting.learn(town, force=True) is None
    first = bytes(model.data)
    LabelModel.objects.all().delete()
    again = suggesting.learn(town)
    assert again is not None
    assert (again.digest, bytes(again.data)) == (model.digest, first)


def test_a_correction_by_many_turns_the_suggestion() -> None:
    town = town_of_two()
    taught(town)
    suggesting.learn(town)
    assert suggesting.suggest(town, "가로등이 꺼졌어요", "").source == "v1"
    lamp = made.category(town, "lamp", name_ko="가로등")
    triage = made.triage_of(town)
    for at in range(25):
        case = made.case(town, title=f"가로등이 꺼졌어요 {at}", body="가로등이 깜박여요", by=UserFactory())
        suggesting.correct(actor=triage, case=case, category=lamp)
    model = suggesting.learn(town)
    assert model is not None
    assert model.version == 2
    assert suggesting.suggest(town, "가로등이 꺼졌어요", "").guesses[0].category == lamp


def test_the_worker_notes_what_it_says_and_leaves_the_case_where_it_is() -> None:
    town = town_of_two()
    case = made.case(town, title="쓰레기가 쌓였어요")
    assert suggesting.read_waiting() == 1
    row = Suggestion.objects.get(case=case)
    assert (row.source, row.applied, [code for code, _sure in row.ranking]) == ("keywords", False, ["trash"])
    case.refresh_from_db()
    assert case.category is None
    assert suggesting.read_waiting() == 0


def test_a_rule_lets_what_is_sure_go_on_by_itself_and_the_history_says_so(client: Client) -> None:
    town = town_of_two()
    cleaners = OrganisationFactory(code="cleaners")
    made.route(town, cleaners, category=town.categories.get(code="trash"))
    taught(town)
    suggesting.learn(town)
    suggesting.read_waiting()
    rules.enact(
        actor=actors.system("test"), code=suggesting.RULE, body={"least": 0.8}, valid_from=date(2020, 1, 1)
    )
    sure = made.case(town, title="쓰레기가 쌓였어요", body="쓰레기봉투가 며칠째 골목에 있어요")
    unsure = made.case(town, title="안녕하세요", body="그냥 인사합니다")
    chosen = made.case(town, title="쓰레기가 쌓였어요", category=town.categories.get(code="road"))
    suggesting.read_waiting()
    for case in (sure, unsure, chosen):
        case.refresh_from_db()
    assert sure.category is not None
    assert (sure.category.code, sure.matter.responsible, sure.matter.state) == ("trash", cleaners, "assigned")
    assert unsure.category is None
    assert chosen.category is not None
    assert chosen.category.code == "road"
    row = Suggestion.objects.get(case=sure)
    assert row.applied
    assert row.rule is not None
    act = Audit.objects.get(target=sure.matter.reference, action="casework.case.categorise")
    assert act.actor_system == suggesting.LEARNER
    assert act.payload["data"]["by"] == "v1"
    assert act.payload["data"]["rule"] == "casework.routing:1"
    page = client.get(f"/en/cases/{sure.matter.number}/").content.decode()
    assert "Put into its category by the machine (v1), as rule casework.routing 1 allows" in page
    # What the machine did teaches it nothing.
    assert sure not in suggesting.confirmed(town)


def test_who_does_not_work_on_it_corrects_nothing() -> None:
    town = town_of_two()
    case = made.case(town)
    stranger = actors.person(official(Role.TRIAGE, OrganisationFactory()))
    for somebody in (stranger, actors.person(UserFactory()), actors.person(None)):
        with pytest.raises(RefusedError) as caught:
            suggesting.correct(actor=somebody, case=case, category=town.categories.get(code="road"))
        assert caught.value.status == 403
    case.refresh_from_db()
    assert case.category is None
    assert not CategoryChange.objects.exists()


def test_what_makes_no_sense_is_refused() -> None:
    town = town_of_two()
    triage, road = made.triage_of(town), town.categories.get(code="road")
    other = made.category(made.center("other"), "road")
    case = made.case(town, category=road)
    for category, code in ((road, "case.category_same"), (other, "case.category")):
        with pytest.raises(RefusedError) as caught:
            suggesting.correct(actor=triage, case=case, category=category)
        assert caught.value.code == code
    assert not CategoryChange.objects.exists()


def test_one_click_on_the_case_and_the_page_that_asks(client: Client) -> None:
    town = town_of_two()
    user = official(Role.TRIAGE, town.host)
    case = made.case(town, title="쓰레기가 쌓였어요")
    suggesting.read_waiting()
    address = f"/en/cases/{case.matter.number}/category/"
    assert client.get(address).status_code in (302, 403)
    client.force_login(user)
    page = client.get(f"/en/cases/{case.matter.number}/").content.decode()
    assert "Suggested by keywords" in page
    assert 'name="category" value="trash"' in page
    assert "trash" in client.get(address).content.decode()
    wrong = client.post(address, {"category": "nothing"})
    assert wrong.status_code == 422
    answer = client.post(address, {"category": "trash"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.category is not None
    assert case.category.code == "trash"
    assert CategoryChange.objects.get(case=case).by == user


def test_the_second_look_offers_categories_and_takes_one(client: Client) -> None:
    town_of_two()
    form = {
        "title": "쓰레기가 쌓였어요",
        "body": "골목에 쓰레기봉투가 며칠째 그대로 있어서 냄새가 나요.",
        "disclosure": "private",
    }
    with clock.at(clock.now() - timedelta(minutes=2)):
        form["ticket"] = once.ticket()
    looked = client.post("/en/cases/new/", form)
    assert looked.status_code == 200
    assert 'name="take" value="trash"' in looked.content.decode()
    taken = client.post("/en/cases/new/", form | {"take": "trash"})
    assert taken.context["category"].code == "trash"
    assert 'name="category" value="trash"' in taken.content.decode()
    assert 'name="take"' not in taken.content.decode()
