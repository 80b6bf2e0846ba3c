"""Answers from elsewhere: all of a file or nothing, and every row that cannot be taken is named."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.polls.domain import answer_file, importing
from madang.services.polls.domain.answer_file import FileError, Wish
from madang.services.polls.models import Poll, Reply, Response, Slip, Trait
from tests.factories import OrganisationFactory, actor
from tests.polls import asking

pytestmark = pytest.mark.django_db
WISH = Wish(column="답변", title_ko="옛 설문", title_en="An old poll", source="시험, CC0")


def _bring(tmp_path: Path, content: str | bytes, wish: Wish = WISH) -> tuple[Poll, answer_file.Read | None]:
    host, user = asking.office()
    path = tmp_path / "answers.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return importing.bring_in(actor=actor(user), host=host, path=path, wish=wish)


def _nothing() -> None:
    for model in (Poll, Response, Reply, Trait, Slip):
        assert model.objects.count() == 0
    assert not Audit.objects.filter(action__startswith="polls").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_encodings_quotes_emoji_empty_and_repeated(tmp_path: Path, encoding: str) -> None:
    smile = "" if encoding == "cp949" else "👍"
    rows = f'번호,답변\r\n1,국민이 주인\r\n2,"쉼표, 따옴표 ""둘"" 와\n줄바꿈"\r\n3,\r\n4,국민이  주인\r\n5,OK{smile}\r\n6,국민이 주인\r\n'
    poll, found = _bring(tmp_path, rows.encode(encoding))
    assert found is not None
    assert (found.read, found.empty, found.repeated, found.distinct) == (6, 1, 1, 4)
    assert sorted(Reply.objects.values_list("value", flat=True)) == sorted(
        ["국민이 주인", "국민이 주인", "국민이 주인", '쉼표, 따옴표 "둘" 와\n줄바꿈', f"OK{smile}"]
    )
    assert (poll.state, poll.is_archive, poll.secret, poll.source) == ("closed", True, "", "시험, CC0")
    assert set(Response.objects.values_list("channel", flat=True)) == {"import"}
    act = Audit.objects.get(action="polls.poll.bring_in")
    assert act.is_public
    assert act.payload["data"]["responses_sha256"] == poll.digest


def test_groups_become_traits_and_days_are_kept(tmp_path: Path) -> None:
    wish = Wish(column="답변", groups=("나이",), day="날", source="시험", title_ko="옛 설문")
    poll, _found = _bring(
        tmp_path, "답변,나이,날\n하나,20대,2018-02-01\n둘,,2018-03-05\n셋,30대,2018-02-01\n", wish
    )
    question = poll.questions.get(number=2)
    assert question.is_trait
    assert [option["ko"] for option in question.options] == ["20대", "30대"]
    assert Trait.objects.count() == 2
    assert sorted(str(day) for day in Response.objects.values_list("day", flat=True)) == [
        "2018-02-01", "2018-02-01", "2018-03-05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "wish", "told"),
    [
        ("의견\n하나\n", WISH, ("답변", "의견")),
        ("답변\n\n", WISH, ("답변",)),
        ("", WISH, ("답변",)),
        ("답변\n하나\n", Wish(column="", source="시험"), ("column",)),
        ("답변\n하나\n", Wish(column="답변"), ("licence",)),
        (b"\xff\x00\x80\xfa\xfb\xfc", WISH, ("UTF-8",)),
        (b"PK\x03\x04" + bytes(40), WISH, ("spreadsheet", "CSV (UTF-8)")),
        ("번호;답변\n1;하나\n", WISH, ("semicolons",)),
        ("답변,답변\n하나,둘\n", WISH, ("More than one column", "답변")),
    ],
)
def test_files_that_are_refused(
    tmp_path: Path, content: str | bytes, wish: Wish, told: tuple[str, ...]
) -> None:
    with translation.override("en"):
        with pytest.raises(RefusedError) as refused:
            _bring(tmp_path, content, wish)
        words = str(refused.value)
    for word in told:
        assert word in words
    _nothing()


def test_every_bad_row_is_named_by_line_and_column_and_nothing_is_imported(tmp_path: Path) -> None:
    rows = [
        "답변,날",
        "하나,2018-02-01",
        "둘",
        "셋,언젠가",
        "가" * 100_000 + ",2018-02-01",
        "다섯,2018-02-02",
    ]
    wish = Wish(column="답변", day="날", source="시험")
    with pytest.raises(FileError) as refused:
        _bring(tmp_path, "\n".join(rows), wish)
    assert [one.line for one in refused.value.bad] == [3, 4, 5]
    assert "날" in str(refused.value.bad[1].reason)
    assert "답변" in str(refused.value.bad[2].reason)
    assert "100,000" in str(refused.value.bad[2].reason)
    _nothing()


def test_too_many_groups_are_refused(tmp_path: Path) -> None:
    rows = "\n".join(["답변,이름", *(f"말 {n},이름 {n}" for n in range(41))])
    with pytest.raises(FileError) as refused:
        _bring(tmp_path, rows, Wish(column="답변", groups=("이름",), source="시험"))
    assert "이름" in str(refused.value)
    _nothing()


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    first, _found = _bring(tmp_path, "답변\n하나\n")
    again, found = _bring(tmp_path, "답변\n하나\n")
    assert (again.pk, found, Response.objects.count()) == (first.pk, None, 1)


def test_without_a_mandate_nothing_is_brought_in(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("답변\n하나\n")
    with pytest.raises(RefusedError):
        importing.bring_in(actor=actor(None), host=OrganisationFactory(), path=path, wish=WISH)
    _nothing()


def test_the_desk_page_keeps_what_was_typed_and_names_rows(client: Client) -> None:
    host, user = asking.office()
    client.force_login(user)
    typed = {
        "host": host.pk, "title_ko": "옛 설문", "title_en": "Old", "source": "시험, CC0", "column": "답변",
        "groups": "나이",
    }  # fmt: skip

    def send(content: str, **more: str):
        file = SimpleUploadedFile("a.csv", content.encode())
        return client.post("/desk/polls/bring-in/", {**typed, **more, "file": file})

    wrong = send("답변,나이\n하나,20대\n둘\n")
    page = wrong.content.decode()
    assert wrong.status_code == 422
    assert "옛 설문" in page
    assert "3" in page
    assert send("의견\n하나\n").status_code == 422
    _nothing()
    done = send("답변,나이\n하나,20대\n둘,30대\n")
    poll = Poll.objects.get()
    assert done.url == f"/desk/polls/{poll.code}/"
    assert client.get(done.url).status_code == 200
    assert Client().get(f"/polls/{poll.code}/").status_code == 200


def test_the_command_brings_in_and_refuses(tmp_path: Path) -> None:
    OrganisationFactory(code="top")
    path = tmp_path / "answers.csv"
    path.write_text("answer\none\ntwo\n")
    out = StringIO()
    call_command("import", "poll", str(path), "--column", "answer", "--source", "Test, CC0", stdout=out)
    assert Reply.objects.count() == 2
    path.write_text("answer,x\none\n")
    with pytest.raises(CommandError):
        call_command("import", "poll", str(path), "--column", "answer", "--source", "Test, CC0", stdout=out)
    assert Reply.objects.count() == 2


def test_the_real_titles_of_1st_street(shared_data: Path) -> None:
    host, user = asking.office()
    path = shared_data / "square" / "gwanghwamoon-2020-05-24.csv"
    wish = Wish(column="title", groups=("category", "author_kind"), day="date", source="1st Street, MIT")
    _poll, found = importing.bring_in(actor=actor(user), host=host, path=path, wish=wish)
    assert found is not None
    assert (found.read, len(found.rows), found.distinct, found.empty) == (1840, 1840, 1566, 0)
    assert Trait.objects.count() == 2 * 1840
    once = Wish(column="title", source="1st Street, MIT", distinct=True)
    _poll, found = importing.bring_in(actor=actor(user), host=host, path=path, wish=once)
    assert found is not None
    assert len(found.rows) == 1566
