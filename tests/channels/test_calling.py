"""Support and comments by phone: the caller's code or number, an operator's act, the person's own list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from madang.commons.channels.domain import calling, persons
from madang.commons.channels.models import CallingCode, CallingUse, Number, Text
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


# --- a caller without an account ------------------------------------------------------------------------

PHONE = "010-2345-6789"


def call_by_number(client: Client, idea: Idea, phone: str = PHONE, **typed: str):
    data = {"phone": phone, "seen": "shown", "consented": "on"}
    return call(client, idea, "", **(data | typed))


def text(words: str, sender: str = PHONE) -> None:
    from madang.commons.channels import providers
    from madang.commons.channels.domain import texts

    texts.receive(message=providers.Incoming(key=words + sender, sender=sender, words=words), provider="test")


def total(idea: Idea) -> int:
    ideas.tally()
    return Idea.objects.get(pk=idea.pk).support_total


def test_a_caller_without_an_account_counts_once_by_her_number(hall, sign_in, idea):
    client = sign_in(hall.operators[0])
    for written in (PHONE, "+82 10 2345 6789", "01023456789"):
        answer = call_by_number(client, idea, written)
        assert answer.status_code == 302
    assert total(idea) == 1
    given = Support.objects.get()
    assert (given.channel, given.supporter.email.endswith("number.invalid")) == ("phone", True)
    assert Number.objects.get().user == given.supporter
    text(f"공감 {idea.matter.number}")  # the same person by another means
    assert total(idea) == 1
    assert call_by_number(sign_in(hall.operators[1]), idea, "02-123-4567").status_code == 302
    assert total(idea) == 2
    assert call_by_number(client, idea, act="unsupport").status_code == 302
    assert total(idea) == 1


def test_the_log_holds_what_the_operator_did_and_not_for_whom(hall, sign_in, idea):
    call_by_number(sign_in(hall.operators[0]), idea, seen="called_back")
    act = Audit.objects.get(action="channels.calling.enter")
    assert (act.actor, act.is_public) == (hall.operators[0], False)
    assert act.payload["data"] == {"act": "support", "by": "number", "seen": "called_back"}
    for model in (Audit, Number, CallingUse, Text):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 - our own table
            assert "23456789" not in repr(cursor.fetchall())


def test_a_comment_of_a_caller_without_an_account_stands_with_its_means(hall, sign_in, idea):
    assert (
        call_by_number(sign_in(hall.operators[0]), idea, act="against", body="길이 너무 좁아요.").status_code
        == 302
    )
    assert (Comment.objects.get().channel, Comment.objects.get().stance) == ("phone", "against")
    page = Client().get(reverse("item", args=[idea.matter.number])).content.decode()
    assert "길이 너무 좁아요." in page
    assert "2345" not in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone": "1234"}, "phone"),
        ({"phone": ""}, "code"),
        ({"code": "AAAA-BBBB"}, "code"),
        ({"seen": ""}, "seen"),
        ({"seen": "guessed"}, "seen"),
        ({"consented": ""}, "consented"),
        ({"read_back": ""}, "read_back"),
        ({"number": "ID-2611-99999-1"}, "number"),
    ],
)
def test_what_is_missing_is_asked_for_and_changes_nothing(hall, sign_in, idea, typed, field):
    answer = call(
        sign_in(hall.operators[0]),
        idea,
        typed.pop("code", ""),
        **({"phone": PHONE, "seen": "shown", "consented": "on"} | typed),
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if "phone" not in typed:
        assert PHONE in answer.content.decode()
    assert not Number.objects.exists()
    assert not Support.objects.exists()
    assert not Audit.objects.filter(action="channels.calling.enter").exists()


def test_the_rules_of_the_place_hold_for_a_number(hall, sign_in, idea):
    client = sign_in(hall.operators[0])
    hall.process.cells.update(support_level="resident")
    assert call_by_number(client, idea).status_code == 422
    hall.process.cells.update(support_level="contact", can_support=False)
    assert call_by_number(client, idea).status_code == 422
    assert call_by_number(sign_in(hall.stranger), idea).status_code in (403, 422)
    assert not Support.objects.exists()
    assert not Number.objects.exists()


def test_a_number_never_acts_for_an_account(hall, sign_in, idea):
    owner = make.UserFactory()
    Number.objects.create(
        number="+821023456789", user=owner, is_connected=True, first_at=clock.now(), last_at=clock.now()
    )
    client = sign_in(hall.operators[0])
    answer = call_by_number(client, idea)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["phone"])
    assert not Support.objects.exists()
    assert [call_by_number(client, idea).status_code for _try in range(12)][-1] == 429


def test_one_operator_enters_so_many_numbers_in_an_hour(hall, sign_in, idea):
    client = sign_in(hall.operators[0])
    answers = [call_by_number(client, idea, f"010-2345-{n:04}").status_code for n in range(62)]
    assert (answers[0], answers[-1]) == (302, 429)
    assert Support.objects.count() == answers.count(302) <= 60


def test_the_number_is_told_and_its_holder_can_object(hall, sign_in, idea, settings):
    from madang.commons.channels import providers
    from madang.commons.channels.domain import texts

    settings.SMS_PROVIDER = "sandbox"
    client = sign_in(hall.operators[0])
    for _double in range(2):
        call_by_number(client, idea)
    call_by_number(client, idea, "02-123-4567")  # a line at home takes none
    assert texts.answer() == 1
    sandbox = providers.sandbox()
    assert sandbox is not None
    (told,) = sandbox.messages()
    assert (told["way"], told["number"]) == ("out", "+821023456789")
    assert f"공감취소 {idea.matter.number}" in told["words"]
    text(f"공감취소 {idea.matter.number}")
    assert total(idea) == 1  # the other caller's
    text("그만")
    call_by_number(client, idea)  # she speaks for herself, and is not written to
    assert total(idea) == 2
    assert not Text.objects.filter(state="called", reply_at__isnull=False).exists()


def test_what_was_entered_for_a_number_becomes_the_accounts_once(hall, sign_in, idea):
    from madang.commons.channels.domain import texts

    call_by_number(sign_in(hall.operators[0]), idea)
    owner = make.UserFactory()
    code = texts.new_link(owner)
    text(f"연결 {code}")
    assert Support.objects.get().supporter == owner
    assert total(idea) == 1
    assert [row["act"] for row in persons.own_data(owner.pk)["by_phone"]] == ["support"]


def test_a_silent_number_is_forgotten_when_nothing_of_it_counts(hall, sign_in, idea):
    from madang.commons.channels.domain import texts

    client = sign_in(hall.operators[0])
    call_by_number(client, idea)
    with clock.at(clock.now() + timedelta(days=31)):
        assert texts.forget() == 0
        call_by_number(client, idea, act="unsupport")
    with clock.at(clock.now() + timedelta(days=63)):
        assert texts.forget() == 1
    assert not Number.objects.exists()
    assert not CallingUse.objects.exists()


def test_a_comment_entered_twice_by_one_form_stands_once(hall, sign_in, idea):
    """A double click, or the same form sent again after Back."""
    client = sign_in(hall.operators[0])
    page = client.get(reverse("channels_calls")).content.decode()
    form = {
        "ticket": re.search(r'name="ticket" value="([^"]+)"', page)[1],
        "phone": "010-2222-3333",
        "seen": "shown",
        "consented": "on",
        "act": "question",
        "body": "언제부터 다니나요?",
    }
    assert [call(client, idea, "", **form).status_code for _double in range(3)] == [302] * 3
    assert (Comment.objects.count(), CallingUse.objects.count()) == (1, 1)
    assert Audit.objects.filter(action="channels.calling.enter").count() == 1
    # The next caller on a form that was not fetched anew is somebody else, and counts.
    assert call(client, idea, "", **form | {"phone": "010-2222-4444"}).status_code == 302
    assert Comment.objects.count() == 2
