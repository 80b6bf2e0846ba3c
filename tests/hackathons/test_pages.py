"""What pages show to whom, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.kernel import clock
from madang.services.hackathons.domain import deciding, hosting
from madang.services.hackathons.models import Ballot, Hackathon, Member, Submission, Team
from tests.factories import UserFactory, actor
from tests.hackathons import support as s
from tests.security.conftest import picture

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, address: str) -> Any:
    """An answer read to its end, which closes its file."""
    answer = client.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return answer


def test_a_draft_exists_for_its_office_alone() -> None:
    s.draft()
    for address in ("/hackathons/walk/", "/hackathons/walk/hackathon.json", "/hackathons/walk/vote/"):
        assert Client().get(address).status_code == 404
    assert "걷기 해커톤" not in Client().get("/hackathons/").content.decode()
    assert signed_in(s.facilitator()).get("/hackathons/walk/").status_code == 200


def test_team_founded_joined_and_handed_in_through_the_pages() -> None:
    one = s.opened()
    captain, guest = UserFactory(), UserFactory()
    me, her, nobody = signed_in(captain), signed_in(guest), Client()
    with clock.at(s.OPENS):
        assert nobody.get("/hackathons/walk/teams/new/").status_code == 302
        answer = me.post("/hackathons/walk/teams/new/", {"name": "등불", "about": "짧음"})
        assert answer.status_code == 422
        assert "등불" in answer.content.decode()
        me.post(
            "/hackathons/walk/teams/new/", {"name": "등불", "about": "골목 지도를 만듭니다.", "wanted": "글"}
        )
        team = Team.objects.get()
        home = f"/hackathons/walk/teams/{team.pk}/"
        me.post(home, {"do": "invite", "email": guest.email})
        assert "The team 등불 invites you" in her.get("/en/hackathons/walk/").content.decode()
        assert "invites you" not in signed_in(UserFactory()).get("/en/hackathons/walk/").content.decode()
        assert guest.email not in me.get(home).content.decode()
        row = Member.objects.get(user=guest)
        nobody.post(f"{home}act/", {"do": "accept", "row": row.pk})
        signed_in(UserFactory()).post(f"{home}act/", {"do": "accept", "row": row.pk})
        assert s.fresh(row).state == "invited"
        her.post(f"{home}act/", {"do": "accept", "row": row.pk})
        assert s.fresh(row).state == "joined"
        words = {
            "title": "골목 밝기 지도",
            "body": "주민이 잰 골목의 밝기를 <b>보여</b> 줍니다.",
            "links": "javascript:x",
        }
        assert me.post(f"{home}submission/", words).status_code == 422
        words["links"] = "https://example.org/code"
        me.post(f"{home}submission/", words | {"files": [picture(), picture(kind="JPEG")]})
        made = Submission.objects.get()
        assert made.files.count() == 2
        kept = made.files.first()
        me.post(f"{home}submission/", words | {"keep": [kept.pk]})
        file = f"{home}files/{kept.pk}/"
        assert "골목 밝기 지도" not in nobody.get(home).content.decode()
        assert (nobody.get(file).status_code, read(her, file).status_code) == (404, 200)
        assert nobody.get(f"{home}submission/").status_code == 302
        assert signed_in(UserFactory()).get(f"{home}submission/").status_code == 404
    with clock.at(s.SUBMITS):
        page = nobody.get(home).content.decode()
        assert 'href="https://example.org/code" rel="nofollow ugc noopener"' in page
        assert "&lt;b&gt;" in page
        assert read(nobody, file)["X-Content-Type-Options"] == "nosniff"
        dropped = made.files.last()
        assert nobody.get(f"{home}files/{dropped.pk}/").status_code == 404
        assert me.post(f"{home}submission/", words).status_code == 403
    assert Submission.objects.filter(team=team).count() == 2
    assert one.teams.count() == 1


def test_vote_and_jury_pages() -> None:
    one = s.opened()
    made = s.team(one)
    s.hand_in(made)
    who, other = s.juror(one), s.juror(one)
    s.judged(other, {made: 1})
    voter, judge = signed_in(UserFactory()), signed_in(who.user)
    with clock.at(s.SUBMITS):
        voter.post("/hackathons/walk/vote/", {"team": made.pk})
        assert Ballot.objects.get().teams == [made.pk]
        assert voter.post("/hackathons/walk/vote/", {"team": 10**12}).status_code == 422
        assert voter.get("/hackathons/walk/jury/").status_code == 404
        assert "points" not in Client().get("/hackathons/walk/hackathon.json").content.decode()
        assert judge.post("/hackathons/walk/jury/", {}).status_code == 422  # silence is no declaration
        judge.post("/hackathons/walk/jury/", {f"team_{made.pk}": "none"})
        page = judge.get("/hackathons/walk/jury/").content.decode()
        assert other.user.name not in page  # blind until she has handed in
        criteria = {f"criterion_{row.pk}": 4 for row in one.criteria.all()}
        judge.post(f"/hackathons/walk/jury/{made.pk}/", criteria)
        judge.post("/hackathons/walk/jury/hand-in/")
        assert other.user.name in judge.get("/hackathons/walk/jury/").content.decode()
    assert s.fresh(who).handed_in_at is not None


def test_results_show_how_and_keep_the_kind_of_conflict() -> None:
    one = s.opened()
    first, second = s.team(one, "등불"), s.team(one, "지팡이")
    s.hand_in(first)
    s.hand_in(second)
    a, b = s.juror(one), s.juror(one)
    s.judged(a, {first: 5, second: 2})
    s.judged(b, {first: 3}, conflicts={second.pk: "family"})
    assert Client().get("/hackathons/walk/results/").status_code == 404
    with clock.at(s.JUDGES):
        hosting.advance()
        deciding.decide(actor=actor(s.facilitator()), hackathon=s.fresh(one), reason="쓸모가 큽니다.")
        page = Client().get("/en/hackathons/walk/results/").content.decode()
        assert "Did not score, conflict declared" in page
        for body in (page, Client().get("/hackathons/walk/hackathon.json").content.decode()):
            assert "family" not in body.lower()
        assert Client().get(f"/ideas/{one.awards.get().matter.number}/").status_code == 302
        assert Client().get(f"/en/hackathons/walk/teams/{first.pk}/").status_code == 200


@pytest.mark.parametrize("address", ["/hackathons/", "/hackathons/walk0/"])
def test_thirty_cost_what_one_costs(address: str) -> None:
    def cost() -> int:
        with clock.at(s.OPENS), CaptureQueriesContext(connection) as seen:
            assert Client().get(address).status_code == 200
        return len(seen)

    one = s.opened("walk0")
    s.team(one, "팀")
    cost()
    few = cost()
    Hackathon.objects.bulk_create(
        Hackathon(**{f.attname: getattr(one, f.attname) for f in Hackathon._meta.fields if f.name not in ("id", "slug")}, slug=f"more{n}")
        for n in range(12)
    )  # fmt: skip
    for n in range(12):
        s.team(one, f"팀{n}")
    assert cost() == few


def test_the_desk_makes_opens_and_reports() -> None:
    chief = signed_in(s.facilitator())
    form = {
        "host": s.host().pk, "slug": "night", "title_ko": "밤길", "title_en": "Night", "brief_ko": "찾아 주세요.",
        "brief_en": "Find it.", "opens_at": "2026-03-09T00:00", "forms_until": "2026-03-16T00:00",
        "submits_until": "2026-04-01T00:00", "votes_until": "2026-04-08T00:00", "judges_until": "2026-03-31T00:00",
        "results_on": "2026-04-15", "team_most": 5, "slots_most": 2, "vote_most": 1, "vote_weight": 20,
        "vote_level": "contact", "prizes": 1, "answer_days": 30,
        "criterion_ko_1": "쓸모", "criterion_en_1": "Use", "criterion_weight_1": 100,
    }  # fmt: skip
    with clock.at(s.BORN):
        assert chief.post("/desk/hackathons/", form).status_code == 422
        assert not Hackathon.objects.exists()
        form["judges_until"] = "2026-04-10T00:00"
        chief.post("/desk/hackathons/", form)
        one = Hackathon.objects.get()
        assert one.submits_until == s.SUBMITS
        chief.post("/desk/hackathons/night/", form | {"title_ko": "밤길 해커톤"})
        assert s.fresh(one).title_ko == "밤길 해커톤"
        assert signed_in(UserFactory()).get("/desk/hackathons/night/").status_code == 403
        answer = chief.post("/desk/hackathons/night/act/", {"do": "juror", "email": "nobody@example.org"})
        assert answer.status_code == 422
        chief.post("/desk/hackathons/night/act/", {"do": "juror", "email": UserFactory().email})
        chief.post("/desk/hackathons/night/act/", {"do": "open"})
    assert s.fresh(one).state == Hackathon.State.OPEN
    assert one.jurors.count() == 1
