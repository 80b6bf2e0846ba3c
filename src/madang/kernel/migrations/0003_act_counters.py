from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_identity")]

    operations = [
        migrations.CreateModel(
            name="ActCount",
            fields=[
                ("action", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField()),
            ],
        ),
    ]
