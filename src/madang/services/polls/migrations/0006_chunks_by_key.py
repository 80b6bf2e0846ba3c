"""A part of an analysis says from which answer to which it goes, instead of how many come before it."""

from typing import Any

from django.db import migrations, models

PART = 2_000  # answers of a part when this was written


def give_keys(apps: Any, schema_editor: Any) -> None:
    """Parts that wait while the site is upgraded are read as they were ordered."""
    database = schema_editor.connection.alias
    chunks = apps.get_model("polls", "Chunk").objects.using(database)
    replies = apps.get_model("polls", "Reply").objects.using(database)
    for analysis, poll in set(chunks.values_list("analysis_id", "analysis__poll_id")):
        said = replies.filter(
            question__poll=poll, question__is_headline=True, response__is_withdrawn=False
        )
        keys = list(said.order_by("response_id").values_list("response_id", flat=True))
        for at in range(0, len(keys), PART):
            part = keys[at : at + PART]
            chunks.filter(analysis=analysis, number=at // PART).update(first=part[0], last=part[-1])


class Migration(migrations.Migration):
    dependencies = [("polls", "0005_readers")]

    operations = [
        migrations.AddField(
            model_name="chunk",
            name="first",
            field=models.BigIntegerField(default=0, help_text="Random key of its first answer."),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="chunk",
            name="last",
            field=models.BigIntegerField(default=0, help_text="Random key of its last answer."),
            preserve_default=False,
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
    ]
