from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.kernel.saying import in_english


class Role(models.TextChoices):
    """What a post does. A role means something only inside its organisation."""

    TRIAGE = "triage", _("Triage")
    OFFICER = "officer", _("Officer in charge")
    APPROVER = "approver", _("Approver")
    ARBITER = "arbiter", _("Arbiter")
    MODERATOR = "moderator", _("Moderator")
    FACILITATOR = "facilitator", _("Facilitator")
    ADMIN = "admin", _("Administrator")
    PLANNER = "planner", _("Member of a planning group")
    OPERATOR = "operator", _("Intake operator")
    ANALYST = "analyst", _("Analyst")
    CODER = "coder", _("Coder")


# Roles whose holders see what is not public in their office. A facilitator works on what is public, and a member
# of a planning group is a citizen. An operator only takes in what people bring.
SEEING = (Role.TRIAGE, Role.OFFICER, Role.APPROVER, Role.ARBITER, Role.MODERATOR)


class Organisation(models.Model):
    """A body of the government tree with the days it existed. Splits, merges and renames are successors."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("Government")
        BUREAU = "bureau", _("Bureau")
        OFFICE = "office", _("Office")
        COMMITTEE = "committee", _("Committee")

    code = models.SlugField(unique=True)
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OFFICE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["name_ko"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="organisation_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if in_english() else self.name_ko


class Post(models.Model):
    """A seat in an organisation. People come and go; the post keeps its role."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    role = models.CharField(max_length=12, choices=Role.choices)
    title_ko = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "role", "title_ko"], name="post_once_per_office")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.title}"

    @property
    def title(self) -> str:
        return self.title_en if in_english() else self.title_ko


class Mandate(models.Model):
    """A person holds a post from one moment to another. No official act without a mandate valid then."""

    user = models.ForeignKey("kernel.User", models.PROTECT, related_name="mandates")
    post = models.ForeignKey(Post, models.PROTECT, related_name="mandates")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey("kernel.User", models.PROTECT, null=True, blank=True, related_name="+")
    basis = models.CharField(max_length=200, blank=True, help_text="Order or rule the mandate rests on.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="mandate_moments_in_order",
            ),
            models.UniqueConstraint(
                fields=["user", "post"], condition=Q(valid_to__isnull=True), name="mandate_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.post}"
