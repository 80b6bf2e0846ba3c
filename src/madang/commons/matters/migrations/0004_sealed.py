"""Addresses that stand plain are sealed."""

import madang.kernel.fields
from django.db import migrations

from madang.kernel.fields import seal_column


def seal(apps, schema_editor):
    seal_column(apps.get_model("matters", "Contact"), "email", schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0003_outages'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contact',
            name='email',
            field=madang.kernel.fields.SealedEmailField(max_length=1100, purpose='address'),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
