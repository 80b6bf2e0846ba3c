import django.db.models
from django.db import migrations

STATES = [
    ("filed", "Filed"),
    ("asked", "The sender was asked whether to file it"),
    ("commented", "Comment"),
    ("supported", "Support"),
    ("back", "Support taken back"),
    ("told", "The sender was told what to do"),
    ("refused", "Refused, with the reason"),
    ("stopped", "Stop and start"),
    ("silent", "Not answered: the number said stop"),
    ("called", "The caller was told what was entered by phone"),
    ("flood", "Not answered: too many in a day"),
]


class Migration(migrations.Migration):
    """Words by text message wait for their sender's yes."""

    dependencies = [("channels", "0007_called")]

    operations = [
        migrations.AddField("text", "sealed_words", django.db.models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AlterField("text", "state", django.db.models.CharField(choices=STATES, max_length=10)),
    ]
