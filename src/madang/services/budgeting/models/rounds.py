from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import clock
from madang.kernel.fields import SealedField
from madang.kernel.flow import Flow
from madang.kernel.levels import Level
from madang.kernel.saying import in_language
from madang.services.budgeting.flows import ROUND
from madang.services.budgeting.models.elections import Election


class Round(models.Model):
    """A year's money that residents decide about, from the call for proposals to the last won that was spent.

    Amounts are whole won. Every moment named `…_until` is the first at which it is over. `frozen` is what was announced, and
    does not change; `secret` makes a person's pseudonym among the ballots and is destroyed at closing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        ANNOUNCED = "announced", _("Announced")
        INTAKE = "intake", _("Proposals are taken")
        SCREENING = "screening", _("Offices look at the proposals")
        BALLOT = "ballot", _("The ballot is fixed")
        VOTING = "voting", _("The vote is open")
        COUNTING = "counting", _("Being counted")
        DECIDED = "decided", pgettext_lazy("round", "Decided")
        SETTLED = "settled", _("Settled")
        CALLED_OFF = "called_off", _("Called off")

    class Ballot(models.TextChoices):
        APPROVAL = "approval", _("Choose projects, up to a number")
        KNAPSACK = "knapsack", _("Choose projects, up to the money")
        POINTS = "points", _("Distribute points")
        RANKING = "ranking", _("Rank projects")

    class DistrictBy(models.TextChoices):
        PROOF = "proof", _("What proves that somebody lives here says where")
        WORD = "word", _("Voters say it themselves, once")

    class OnPaper(models.TextChoices):
        """Whether one may also vote at a booth, and what counts of somebody who came by both ways."""

        NONE = "", _("Not at booths")
        FIRST = "first", _("At booths too; whoever has voted online is not handed a ballot")
        BOOTH = "booth", _("At booths too; a ballot from a booth replaces the one cast online")

    flow: ClassVar[Flow] = ROUND

    slug = models.SlugField(unique=True, max_length=40)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    about_ko = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(help_text="Year in whose budget the money stands.")
    whole_budget = models.BigIntegerField(
        null=True, blank=True, help_text="Of the city in that year, for the share that is decided here; won."
    )
    whole_source = models.CharField(max_length=200, blank=True, help_text="Where the whole budget is from.")
    ballot = models.CharField(max_length=8, choices=Ballot.choices, default=Ballot.APPROVAL)
    least = models.PositiveSmallIntegerField(default=1, help_text="Projects a ballot has to name.")
    most = models.PositiveSmallIntegerField(
        default=5, help_text="Projects a ballot may name; not used for a knapsack."
    )
    points = models.PositiveSmallIntegerField(default=0, help_text="Points a ballot distributes.")
    method = models.CharField(
        max_length=60, default="equal-shares.cost.add1", help_text="Key of `enums.METHODS`; it decides."
    )
    tie_order = models.CharField(
        max_length=8, default="cost", help_text="Who is first of equals: one of `logic.ties.ORDERS`."
    )
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.RESIDENT)
    district_by = models.CharField(
        max_length=5,
        choices=DistrictBy.choices,
        default=DistrictBy.PROOF,
        help_text="How it is known who votes in the pot of a district.",
    )
    minimum_age = models.PositiveSmallIntegerField(
        default=0, help_text="Years on the last day of the vote, by proof; 0: no limit."
    )
    on_paper = models.CharField(max_length=5, choices=OnPaper.choices, default=OnPaper.NONE, blank=True)
    intake_from = models.DateTimeField()
    intake_until = models.DateTimeField()
    votes_from = models.DateTimeField()
    votes_until = models.DateTimeField()
    results_on = models.DateField(help_text="Day by which the result is promised.")
    settles_on = models.DateField(help_text="Day by which what was spent is promised to be told.")
    rule = models.ForeignKey(
        "kernel.Rule",
        models.PROTECT,
        related_name="+",
        help_text="How long an office has to answer a proposal, and what may be objected to.",
    )
    frozen: Any = models.JSONField(null=True, blank=True, help_text="What was announced.")
    secret = SealedField(max_length=200, blank=True, purpose="budgeting")
    is_demo = models.BooleanField(default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(
        default=0, help_text="Of the draft; two officials may edit at once."
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="Followers were told that the vote ends within a day."
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-votes_until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(intake_from__lt=F("intake_until"))
                & Q(intake_until__lte=F("votes_from"))
                & Q(votes_from__lt=F("votes_until")),
                name="round_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "called_off"]) | Q(frozen__isnull=False),
                name="round_announced_is_frozen",
            ),
            # Nobody can be linked to a ballot any more: the rule of the house stands in the database.
            models.CheckConstraint(
                condition=~Q(state__in=["counting", "decided", "settled", "called_off"]) | Q(secret=""),
                name="round_closed_has_no_secret",
            ),
            models.CheckConstraint(condition=Q(least__lte=F("most")), name="round_least_and_most"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)

    @property
    def about(self) -> str:
        return in_language(self.about_ko, self.about_en)

    @property
    def reference(self) -> str:
        return f"round:{self.slug}"

    @property
    def is_public(self) -> bool:
        """Announced once; a draft that was called off never was."""
        return self.frozen is not None

    @property
    def answer_days(self) -> int:
        """Calendar days in which an office answers a proposal."""
        days: int = self.rule.body["answer"]["amount"]
        return days

    @property
    def last_day(self) -> date:
        """The last day on which somebody can vote."""
        return clock.seoul(self.votes_until - timedelta(microseconds=1)).date()

    @property
    def born_until(self) -> date | None:
        """Who was born on this day or before is old enough; None where everybody is."""
        if not self.minimum_age:
            return None
        day = self.last_day
        try:
            return day.replace(year=day.year - self.minimum_age)
        except ValueError:  # 29 February: the day after would be too young
            return day.replace(year=day.year - self.minimum_age, day=28)

    def takes_proposals(self, at: datetime) -> bool:
        live = (self.State.ANNOUNCED, self.State.INTAKE)
        return self.state in live and self.intake_from <= at < self.intake_until

    def takes_ballots(self, at: datetime) -> bool:
        live = (self.State.BALLOT, self.State.VOTING)
        return self.state in live and self.votes_from <= at < self.votes_until


class Pot(models.Model):
    """A part of the money, for an area or a theme. Each is voted on and counted by itself.

    `election` is there once the vote has closed: the file of its ballots, as everybody may have it, and its counts.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="pots")
    code = models.CharField(max_length=12, help_text="In addresses: letters, figures, hyphens.")
    order = models.PositiveSmallIntegerField(default=0)
    title_ko = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    amount = models.BigIntegerField(help_text="Won.")
    district = models.CharField(
        max_length=10,
        blank=True,
        help_text="Code of `kernel.places`: who lives there votes. Empty: everybody.",
    )
    election = models.OneToOneField(Election, models.PROTECT, null=True, blank=True, related_name="pot")
    turnout = models.PositiveIntegerField(
        default=0, help_text="Ballots, as known some seconds ago while the vote is open."
    )

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="pot_code_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="pot_has_money"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.code}"

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)
