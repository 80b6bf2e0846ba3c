"""What rows of before this version would have written: the turnout of open votes, and which proposals were taken further."""

from django.db import migrations


def count(apps, schema_editor):
    """From now on only what arrives is added, so the turnout of an open vote begins with every ballot."""
    alias = schema_editor.connection.alias
    pots = apps.get_model("budgeting", "Pot").objects.using(alias)
    ballots = apps.get_model("budgeting", "Ballot").objects.using(alias)
    for pot in pots.filter(round__state__in=("ballot", "voting")):
        pots.filter(pk=pot.pk).update(turnout=ballots.filter(pot=pot.pk).count())


def look_back(apps, schema_editor):
    """Eligible or in a project now; or its last end began where an office had taken it further."""
    alias = schema_editor.connection.alias
    proposals = apps.get_model("budgeting", "Proposal").objects.using(alias)
    acts = apps.get_model("kernel", "Audit").objects.using(alias)
    proposals.filter(state__in=("eligible", "joined")).update(was_eligible=True)
    ended = proposals.filter(state__in=("dropped", "withdrawn")).values_list("pk", "matter__number")
    for key, number in ended.iterator():
        ends = acts.filter(
            target=f"proposal:{number}",
            action__in=("budgeting.proposal.drop", "budgeting.proposal.withdraw"),
        )
        last = ends.order_by("-pk").first()
        if last is not None and last.before == "eligible":
            proposals.filter(pk=key).update(was_eligible=True)


class Migration(migrations.Migration):
    dependencies = [
        ("budgeting", "0008_who_votes_where"),
        ("kernel", "0010_where_and_when_born"),
        ("matters", "0006_channels"),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.RunPython(look_back, migrations.RunPython.noop),
    ]
