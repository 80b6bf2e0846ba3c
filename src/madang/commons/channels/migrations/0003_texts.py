"""Text messages, and the numbers they came from."""

import django.db.models.deletion
import madang.kernel.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0002_mails'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Number',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', madang.kernel.fields.SealedField(max_length=120, purpose='number', unique=True)),
                ('is_connected', models.BooleanField(default=False, help_text='The user is an account of a person, not made for it.')),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(choices=[('filed', 'Filed'), ('commented', 'Comment'), ('supported', 'Support'), ('back', 'Support taken back'), ('told', 'The sender was told what to do'), ('refused', 'Refused, with the reason'), ('stopped', 'Stop and start'), ('silent', 'Not answered: the number said stop'), ('flood', 'Not answered: too many in a day')], max_length=10)),
                ('target', models.CharField(blank=True, max_length=100)),
                ('language', models.CharField(default='ko', max_length=2)),
                ('filed_as', models.CharField(blank=True, max_length=80)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('received_at', models.DateTimeField()),
                ('sealed_reply', models.TextField(blank=True)),
                ('reply_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('number', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='texts', to='channels.number')),
            ],
            options={
                'ordering': ['-received_at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='number',
            index=models.Index(fields=['last_at'], name='number_by_silence'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.CheckConstraint(condition=models.Q(('is_connected', False), ('user__isnull', False), _connector='OR'), name='number_connected_has_user'),
        ),
        migrations.AddIndex(
            model_name='text',
            index=models.Index(condition=models.Q(('reply_at__isnull', False)), fields=['reply_at'], name='text_to_answer'),
        ),
        migrations.AddIndex(
            model_name='text',
            index=models.Index(fields=['number', 'received_at'], name='text_by_number'),
        ),
    ]
