"""Moderation of what teams show; a conflict without its kind once the juror has left."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hackathons', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='team',
            name='hidden_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='team',
            name='hidden_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='team',
            name='hidden_why',
            field=models.CharField(blank=True, choices=[('personal', 'Personal data of others'), ('insult', 'Insult or hate'), ('advert', 'It is advertising'), ('unlawful', 'Against the law')], max_length=10),
        ),
        migrations.AlterField(
            model_name='conflict',
            name='kind',
            field=models.CharField(blank=True, choices=[('own', 'I belong to the team or have helped it'), ('employer', 'We work for the same employer'), ('family', 'Family or close friends')], help_text='Empty once the juror has left.', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_why', '')), models.Q(models.Q(('hidden_why', ''), _negated=True), ('hidden_at__isnull', False), ('hidden_by__isnull', False)), _connector='OR'), name='team_hidden_has_moment'),
        ),
    ]
