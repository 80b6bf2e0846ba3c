"""The means by which supports and comments came in."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('square', '0009_appeals'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='channel',
            field=models.CharField(choices=[('web', 'Web'), ('api', 'App or API'), ('phone', 'Phone'), ('paper', 'Paper'), ('email', 'E-mail'), ('kiosk', 'Kiosk'), ('sms', 'Text message'), ('import', 'Imported')], default='web', max_length=8),
        ),
        migrations.AddField(
            model_name='support',
            name='channel',
            field=models.CharField(choices=[('web', 'Web'), ('api', 'App or API'), ('phone', 'Phone'), ('paper', 'Paper'), ('email', 'E-mail'), ('kiosk', 'Kiosk'), ('sms', 'Text message'), ('import', 'Imported')], default='web', max_length=8),
        ),
    ]
