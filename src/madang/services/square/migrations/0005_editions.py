"""Versions of a space; who may file and support stands in the cell; followers hear of a phase once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Now


def begun_are_announced(apps, schema_editor):
    """Nobody is told now of phases that began before anybody could be told."""
    phases = apps.get_model("square", "Phase").objects.using(schema_editor.connection.alias)
    phases.filter(starts_at__lte=Now()).update(announced_at=F("starts_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0005_roles'),
        ('square', '0004_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField()),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked, ready to publish'), ('published', 'In force'), ('superseded', 'Replaced by a later version'), ('discarded', 'Discarded')], default='draft', max_length=12)),
                ('document', models.JSONField()),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, help_text='Why it was published or changed.', max_length=1000)),
                ('short_notice', models.CharField(blank=True, help_text='Why it begins sooner than the period of notice.', max_length=1000)),
            ],
            options={
                'ordering': ['slug', '-number', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='cell',
            name='support_level',
            field=models.CharField(choices=[('anonymous', 'No account needed'), ('contact', 'Confirmed e-mail address'), ('resident', 'Verified resident')], default='contact', max_length=10),
        ),
        migrations.AddField(
            model_name='phase',
            name='announced_at',
            field=models.DateTimeField(blank=True, help_text='When followers of the space were told that it began.', null=True),
        ),
        migrations.AddField(
            model_name='phase',
            name='key',
            field=models.CharField(blank=True, help_text='Its name in the versions of the space', max_length=12),
        ),
        migrations.AlterField(
            model_name='cell',
            name='filing',
            field=models.CharField(choices=[('anyone', 'Anyone, also without an account'), ('account', 'People with an account'), ('resident', 'Verified residents')], default='account', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='phase',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('space', 'key'), name='phase_key_once'),
        ),
        migrations.AddField(
            model_name='edition',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='edition',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation'),
        ),
        migrations.AddField(
            model_name='idea',
            name='edition',
            field=models.ForeignKey(blank=True, help_text='The published version of the space that it was filed under; it stays that one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='square.edition'),
        ),
        migrations.AddField(
            model_name='space',
            name='edition',
            field=models.ForeignKey(blank=True, help_text='The published version in force; empty where the space was made without one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='square.edition'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'checked'])), fields=('slug',), name='edition_open_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'discarded'), _negated=True), fields=('slug', 'number'), name='edition_number_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('slug',), name='edition_in_force_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'superseded']), _negated=True), models.Q(('published_at__isnull', False), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='edition_published_has_digest'),
        ),
        migrations.RunPython(begun_are_announced, migrations.RunPython.noop, elidable=True),
    ]
