"""Totals are made of what is new: rows say what was not counted yet."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


def count_once(apps, schema_editor):
    """The last full count: rows that are there already are taken as counted, so the totals must hold them."""
    Idea = apps.get_model("square", "Idea")
    Support = apps.get_model("square", "Support")
    Comment = apps.get_model("square", "Comment")

    def total(rows):
        counts = rows.filter(idea=OuterRef("pk")).order_by().values("idea").annotate(n=Count("pk")).values("n")
        return Coalesce(Subquery(counts), 0)

    Idea.objects.using(schema_editor.connection.alias).update(
        support_total=total(Support.objects.filter(withdrawn_at__isnull=True)),
        comment_total=total(Comment.objects.filter(state="shown")),
    )


class Migration(migrations.Migration):
    dependencies = [("square", "0002_levels")]

    operations = [
        *[
            operation
            for model in ("support", "comment")
            for operation in (
                # Without a value first, so that rows of before are counted ones and no row is rewritten.
                migrations.AddField(model, "uncounted", models.SmallIntegerField(blank=True, null=True)),
                migrations.AlterField(
                    model, "uncounted", models.SmallIntegerField(blank=True, default=1, null=True)
                ),
                migrations.AddIndex(
                    model,
                    models.Index(
                        fields=["idea"], name=f"{model}_uncounted", condition=Q(uncounted__isnull=False)
                    ),
                ),
            )
        ],
        migrations.AlterField("support", "changed_at", models.DateTimeField()),
        migrations.AlterField(
            "support",
            "idea",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="supports",
                to="square.idea",
            ),
        ),
        migrations.RunPython(count_once, migrations.RunPython.noop, elidable=True),
    ]
