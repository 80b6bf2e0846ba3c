"""Support and comments by phone: the caller's code, an operator's act, the person's own list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from madang.commons.channels.domain import calling, persons
from madang.commons.channels.models import CallingCode, CallingUse
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Idea, Support
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(hall) -> Idea:
    return make.idea(hall.process)


def call(client: Client, idea: Idea, code: str, **typed: str):
    data = {"number": idea.matter.number, "act": "support", "code": code, "read_back": "on"}
    return client.post(reverse("channels_calls"), data | typed)


def test_an_operator_enters_support_and_does_not_learn_for_whom(hall, sign_in, idea):
    caller = make.UserFactory(name="한결")
    her = Client()
    her.force_login(caller)
    code = re.search(
        r"<code>(\w{4}-\w{4})</code>", her.post(reverse("means"), {"act": "code"}).content.decode()
    )[1]
    client = sign_in(hall.operators[0])
    for _double in range(2):
        answer = client.post(
            reverse("channels_calls"),
            {
                "number": idea.matter.number.lower(),
                "act": "support",
                "code": code.lower().replace("0", "o"),
                "read_back": "on",
            },
            follow=True,
        )
        assert answer.status_code == 200
        assert "한결" not in answer.content.decode()
    ideas.tally()
    given = Support.objects.get()
    assert (given.supporter, given.channel) == (caller, "phone")
    assert Idea.objects.get().support_total == 1
    act = Audit.objects.filter(action="channels.calling.enter").first()
    assert act.actor == hall.operators[0]
    assert act.payload["data"] == {"act": "support"}
    assert not act.is_public
    page = her.get(reverse("means")).content.decode()
    assert idea.matter.title in page
    assert code not in page
    assert call(client, idea, code, act="unsupport").status_code == 302
    ideas.tally()
    assert Idea.objects.get().support_total == 0


def test_a_comment_by_phone_shows_its_means(hall, sign_in, idea):
    caller = make.UserFactory(name="한결")
    code = calling.make(actor=make.actor(caller))
    client = sign_in(hall.operators[0])
    assert call(client, idea, code, act="question", body="").status_code == 422
    assert call(client, idea, code, act="question", body="언제부터인가요?").status_code == 302
    said = Comment.objects.get()
    assert (said.author, said.channel, said.stance) == (caller, "phone", "question")
    assert "전화 접수" in Client().get(reverse("item", args=[idea.matter.number])).content.decode()


@pytest.mark.parametrize("wrong", ["AAAA-BBBB", "short", "", "replaced", "old", "dropped", "left"])
def test_a_code_that_does_not_hold_changes_nothing(hall, sign_in, idea, wrong):
    caller = make.UserFactory()
    actor = make.actor(caller)
    code = calling.make(actor=actor)
    if wrong == "replaced":
        calling.make(actor=actor)
    elif wrong == "dropped":
        calling.drop(actor=actor)
    elif wrong == "left":
        caller.is_active = False
        caller.save()
    elif wrong != "old":
        code = wrong
    with clock.at(clock.now() + (calling.LASTS + timedelta(days=1) if wrong == "old" else timedelta())):
        answer = call(sign_in(hall.operators[0]), idea, code)
    assert answer.status_code == 422
    assert not Support.objects.exists()
    assert not CallingUse.objects.exists()
    assert not Audit.objects.filter(action="channels.calling.enter").exists()
    if len(code) > 4:
        assert f'value="{code}"' not in answer.content.decode()


def test_an_operator_cannot_guess_codes(hall, sign_in, idea):
    client = sign_in(hall.operators[0])
    answers = [call(client, idea, f"AAAA-BB{n:02}").status_code for n in range(13)]
    assert answers[-1] == 429
    assert not Support.objects.exists()


def test_the_same_rights_and_no_more(hall, sign_in, idea):
    author = make.UserFactory()
    own = make.idea(hall.process, author=author)
    code = calling.make(actor=make.actor(author))
    client = sign_in(hall.operators[0])
    assert "내" in call(client, own, code).content.decode()  # her own idea: she counts as its author
    hall.process.cells.update(can_support=False)
    assert call(client, idea, code).status_code == 422
    assert not Support.objects.exists()


def test_only_who_takes_in_for_the_office_and_never_for_herself(hall, sign_in, idea):
    code = calling.make(actor=make.actor(make.UserFactory()))
    for who in (hall.stranger, make.official("officer", hall.host)):
        assert call(sign_in(who), idea, code).status_code in (403, 422)
    mine = calling.make(actor=make.actor(hall.operators[0]))
    with pytest.raises(RefusedError) as refused:
        calling.enter(
            operator=make.actor(hall.operators[0]), code=mine, number=idea.matter.number, act="support"
        )
    assert refused.value.code == "calling.own"
    assert not Support.objects.exists()


def test_no_code_stands_in_the_database_and_leaving_erases_all_of_it(hall, idea):
    from madang.portal import leaving

    caller = make.UserFactory()
    code = calling.make(actor=make.actor(caller))
    calling.enter(operator=make.actor(hall.operators[0]), code=code, number=idea.matter.number, act="support")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {CallingCode._meta.db_table}")  # noqa: S608 - our own table
        assert code.replace("-", "") not in repr(cursor.fetchall())
    assert persons.own_data(caller.pk)["by_phone"][0]["about"] == idea.matter.reference
    leaving.leave(actor=make.actor(caller), user=caller)
    assert not CallingCode.objects.exists()
    assert not CallingUse.objects.exists()
