"""The people of the demo city, as the sign-in page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "haedam-demo-2026"  # noqa: S105 - printed on purpose; exists only where MADANG_DEMO=1


@dataclass(frozen=True, slots=True)
class DemoAccount:
    email: str
    name: str
    does: str | Promise


ACCOUNTS = (
    DemoAccount("resident@haedam.example", "한하늘", _("Resident: writes, supports, follows")),
    DemoAccount("neighbour@haedam.example", "이바다", _("Another resident")),
    DemoAccount("group@haedam.example", "박다온", _("Speaks for a residents' group")),
    DemoAccount("triage@haedam.example", "정나루", _("Triage official, Citizen Participation")),
    DemoAccount("intake@haedam.example", "문마중", _("Takes in calls and paper, Citizen Participation")),
    DemoAccount("moderator@haedam.example", "오새벽", _("Moderator, Citizen Participation")),
    DemoAccount("facilitator@haedam.example", "문아라", _("Facilitator, Citizen Participation")),
    DemoAccount("analyst@haedam.example", "배한결", _("Analyst, Citizen Participation")),
    DemoAccount("coder@haedam.example", "노을", _("Codes answers, Citizen Participation")),
    DemoAccount("second-coder@haedam.example", "도담", _("Codes answers too, Citizen Participation")),
    DemoAccount("participation-head@haedam.example", "민가온", _("Approver, Citizen Participation")),
    DemoAccount("administrator@haedam.example", "고은결", _("Administrator of Haedam City")),
    DemoAccount("officer@haedam.example", "최두루", _("Officer in charge, Transport Policy")),
    DemoAccount("approver@haedam.example", "윤가람", _("Approver, Transport Policy")),
    DemoAccount("parks@haedam.example", "임솔", _("Officer in charge, Parks and Climate")),
    DemoAccount("parks-head@haedam.example", "강미르", _("Approver, Parks and Climate")),
    DemoAccount("safety@haedam.example", "도윤슬", _("Officer in charge, Safety")),
    DemoAccount("safety-head@haedam.example", "남바른", _("Approver, Safety")),
    DemoAccount("arbiter@haedam.example", "서예나", _("Arbiter, Ombudsman")),
)
