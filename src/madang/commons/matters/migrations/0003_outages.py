

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('kernel', '0001_initial'),
        ('matters', '0002_contacts_confirmed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='clockevent',
            name='until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='clockevent',
            name='kind',
            field=models.CharField(choices=[('started', 'Started'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('extended', 'Extended'), ('stopped', 'Stopped'), ('outage', 'Outage'), ('undone', 'Undone')], max_length=8),
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(max_length=300)),
                ('source', models.CharField(max_length=300)),
                ('declared_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_reason', models.CharField(blank=True, max_length=300)),
                ('counted_at', models.DateTimeField(blank=True, null=True)),
                ('moved', models.PositiveIntegerField(default=0, help_text='Due dates that it moved')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.rule')),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
            },
        ),
        migrations.AddField(
            model_name='clockevent',
            name='outage',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matters.outage'),
        ),
        migrations.AddConstraint(
            model_name='clockevent',
            constraint=models.UniqueConstraint(condition=models.Q(('outage__isnull', False)), fields=('clock', 'outage', 'kind'), name='clock_event_outage_once'),
        ),
        migrations.AddConstraint(
            model_name='clockevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'outage'), _negated=True), models.Q(('outage__isnull', False), ('until__isnull', False)), _connector='OR'), name='clock_event_outage_has_end'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='outage_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='outage',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_at__isnull', True), ('undone_at__isnull', True)), fields=('starts_at',), name='outage_open_once'),
        ),
    ]
