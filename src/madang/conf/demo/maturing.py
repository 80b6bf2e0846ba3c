"""How ideas mature in Haedam: a topic of two ideas, a text in versions, amendments accepted and refused."""

from __future__ import annotations

from datetime import timedelta

from madang.commons.matters.domain import disputes
from madang.commons.matters.models import Effect
from madang.conf.demo.story import Teller, acting_as, days_ago, office
from madang.kernel import actors, clock
from madang.services.square.domain import amendments, syntheses, topics, versions
from madang.services.square.models import Amendment, Idea


def _propose(t: Teller, idea: Idea, who: int, body: str, reason: str) -> Amendment:
    idea.matter.refresh_from_db()
    return amendments.propose(
        actor=actors.person(t.crowd[who]),
        idea=idea,
        base=versions.number_of(idea),
        title=idea.matter.title,
        body=body,
        reason=reason,
    )


def night_buses(t: Teller) -> None:
    """A topic of two ideas: versions, one amendment accepted, one refused, one waiting."""
    with days_ago(24):
        late = t.file(
            "막차를 밤 12시까지 늘려 주세요",
            "야간 근무를 마치면 버스가 끊겨 택시를 탑니다. 병원과 공단을 지나는 노선만이라도 막차를 늦춰 주세요.",
            category="traffic",
            by="resident",
            place="해담공단",
        )
    with days_ago(23):
        call = t.file(
            "밤에는 부르면 오는 작은 버스를 다니게 해 주세요",
            "밤 버스를 모든 노선에 두기 어렵다면, 전화나 앱으로 부르는 작은 버스가 여러 동네를 돌면 됩니다.",
            category="traffic",
            by="neighbour",
        )
    with days_ago(18):
        t.support(late, 5)
        t.support(call, 4, skip=3)
    with days_ago(15):
        topic, _filed = topics.gather(
            actor=acting_as("facilitator"),
            ideas=[late, call],
            title="밤늦게 일하는 사람도 집에 갈 수 있는 버스",
            body="두 제안 모두 밤 10시 이후 이동을 말합니다.\n\n"
            "막차를 늦추는 방법과 부르면 오는 작은 버스 가운데 어디에 무엇이 맞는지 함께 정합니다.\n\n"
            "석 달 동안 시험 운행을 하고 결과를 공개합니다.",
            reason="같은 시간대의 같은 불편을 다루고, 한 노선을 두고 함께 검토해야 합니다.",
        )
    with days_ago(11):
        first = _propose(
            t,
            topic,
            4,
            "두 제안 모두 밤 10시 이후 이동을 말합니다.\n\n"
            "병원과 공단을 지나는 두 노선은 막차를 늦추고, 나머지 동네는 부르면 오는 작은 버스가 맡습니다.\n\n"
            "석 달 동안 시험 운행을 하고 결과를 공개합니다.",
            "어디에 무엇이 맞는지 나누어 적어야 비용을 따질 수 있습니다.",
        )
    with days_ago(9):
        title, merged = amendments.rebased(first)
        amendments.accept(
            actor=acting_as("resident"),
            amendment=first,
            base=1,
            title=title,
            body=merged.text,
            answer="공단 근무표와도 맞습니다. 그대로 받습니다.",
        )
    with days_ago(8):
        topic = Idea.objects.select_related("matter").get(pk=topic.pk)
        second = _propose(
            t,
            topic,
            9,
            topic.matter.body.replace("석 달 동안", "일주일 동안"),
            "비용이 걱정되니 짧게 해 보면 좋겠습니다.",
        )
    with days_ago(6):
        amendments.refuse(
            actor=acting_as("neighbour"),
            amendment=second,
            reason="일주일로는 근무 교대가 한 번도 돌지 않아 이용을 알 수 없습니다.",
        )
    with days_ago(4):
        versions.write(
            actor=acting_as("facilitator"),
            idea=Idea.objects.select_related("matter", "process").get(pk=topic.pk),
            base=2,
            title=topic.matter.title,
            body=topic.matter.body + "\n\n요금은 낮 버스와 같게 하고, 이용 기록은 통계로만 남깁니다.",
            reason="댓글에서 여러 번 나온 요금과 개인정보 물음에 답을 넣었습니다.",
        )
    with days_ago(2):
        topic = Idea.objects.select_related("matter").get(pk=topic.pk)
        _propose(
            t,
            topic,
            14,
            topic.matter.body.replace("전화나 앱", "전화, 앱 또는 정류장 단추")
            + "\n\n휠체어를 탄 사람도 탈 수 있어야 합니다.",
            "작은 버스에 휠체어 자리가 없으면 또 다른 차별이 됩니다.",
        )


def disputed_stops(t: Teller) -> None:
    """A promise reported as done is disputed; the office has replied, the arbiter decides."""
    effect = Effect.objects.get(state="done", matter__title__startswith="버스 정류장에 점자")
    with days_ago(12):
        row = disputes.open_one(
            actor=actors.person(t.crowd[3]),
            effect=effect,
            reason="복지관 앞 정류장의 음성 안내기가 사흘째 켜지지 않습니다. 단추를 눌러도 소리가 나지 않습니다.",
        )
    with days_ago(5):
        disputes.reply(
            actor=acting_as("officer"),
            dispute=row,
            words="현장을 확인하니 전원 부품이 고장 나 있었습니다. 부품을 주문했고 다음 주에 바꿉니다.",
        )


GROUPS = """dimension,group,population,participants
나이,19–34세,21000,9
나이,35–64세,48000,31
나이,65세 이상,19000,3
지역,구시가지,18000,29
지역,솔마을,33000,8
지역,해담공단,37000,6
"""


def empty_houses(t: Teller) -> None:
    """A synthesis: two sides, one promise, one reply to the side that did not get its way, and who was missing."""
    idea = Idea.objects.select_related("matter").get(matter__title__startswith="빈집을 청년")
    against, for_it = (idea.comments.get(stance=stance) for stance in ("against", "for"))
    helper = acting_as("facilitator")
    with days_ago(18):
        syntheses.save(
            actor=helper,
            idea=idea,
            summary="빈집을 그대로 두면 위험하다는 말과, 집주인의 뜻이 먼저라는 말이 있었습니다. "
            "둘 다 동의를 받는 절차를 분명히 하라고 했습니다.",
        )
        syntheses.save_groups(
            actor=helper,
            idea=idea,
            data=GROUPS.encode(),
            source="체험용으로 지어낸 수 · Numbers made up for this demo",
        )
        syntheses.save_cluster(
            actor=helper,
            idea=idea,
            order=None,
            title="비어 있는 집이 위험하다",
            said="불이 날 뻔한 일이 있었고, 사람이 드나들면 안전해진다고 했습니다.",
            references=[idea.matter.reference, for_it.reference],
            reply="adopted",
            reason="동의를 받지 못한 집도 위험은 같으므로 안전 점검은 모두 합니다.",
            promise="빈집 24채의 전기와 가스를 끊고 담장을 점검합니다.",
            owner=office("safety"),
            promised_on=(clock.now() + timedelta(days=45)).date(),
        )
        syntheses.save_cluster(
            actor=helper,
            idea=idea,
            order=None,
            title="집주인이 반대하면 하지 말아야 한다",
            said="동의 없이 집을 쓰는 것은 옳지 않으니 모든 집주인의 동의를 받은 뒤에 시작하라고 했습니다.",
            references=[against.reference],
            reply="rejected",
            reason="동의하지 않은 집은 쓰지 않습니다. 다만 모두의 동의를 기다리면 동의한 6채도 시작할 수 없어 "
            "먼저 시작합니다.",
        )
        row = syntheses.in_work(idea)
        if row is not None:
            syntheses.submit(actor=helper, synthesis=row)
    with days_ago(16):
        row = syntheses.in_work(idea)
        if row is not None:
            syntheses.publish(actor=acting_as("approver"), synthesis=row)


CHAPTERS = (night_buses, disputed_stops, empty_houses)
