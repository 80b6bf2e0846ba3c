"""Addresses and stop tokens that stand plain are sealed."""

import madang.commons.notices.models.following
import madang.kernel.fields
from django.db import migrations

from madang.kernel.fields import seal_column


def seal(apps, schema_editor):
    seal_column(apps.get_model("notices", "Follow"), "address", schema_editor.connection.alias)
    seal_column(apps.get_model("notices", "Follow"), "token", schema_editor.connection.alias)
    seal_column(apps.get_model("notices", "Delivery"), "address", schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0002_rhythms_hooks_calendars'),
    ]

    operations = [
        migrations.AlterField(
            model_name='delivery',
            name='address',
            field=madang.kernel.fields.SealedEmailField(max_length=1100, purpose='address'),
        ),
        migrations.AlterField(
            model_name='follow',
            name='address',
            field=madang.kernel.fields.SealedEmailField(blank=True, max_length=1100, null=True, purpose='address'),
        ),
        migrations.AlterField(
            model_name='follow',
            name='token',
            field=madang.kernel.fields.SealedField(default=madang.commons.notices.models.following.new_token, max_length=100, purpose='stop', unique=True),
        ),
        migrations.AlterField(
            model_name='preference',
            name='address',
            field=madang.kernel.fields.SealedEmailField(blank=True, max_length=1100, null=True, purpose='address', unique=True),
        ),
        migrations.AlterField(
            model_name='preference',
            name='token',
            field=madang.kernel.fields.SealedField(default=madang.commons.notices.models.following.new_token, max_length=100, purpose='stop', unique=True),
        ),
        migrations.AlterField(
            model_name='preference',
            name='calendar_token',
            field=madang.kernel.fields.SealedField(blank=True, max_length=100, null=True, purpose='calendar', unique=True),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
