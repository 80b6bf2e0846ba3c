"""Replies belong to the matter they answer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0004_kiosks'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='about',
            field=models.CharField(blank=True, help_text='The matter that a reply belongs to.', max_length=80),
        ),
        migrations.AlterField(
            model_name='message',
            name='letter',
            field=models.CharField(blank=True, choices=[('', ''), ('ask', 'Asked: is this yours?'), ('large', 'Told: too large'), ('empty', 'Told: no text in it'), ('where', 'Told: which address to use'), ('refused', 'Told: why it is not taken in'), ('receipt', 'Receipt sent'), ('other', 'Told: reply from the address that the mail went to')], default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('new', 'Not looked at yet'), ('asked', 'The sender was asked to confirm'), ('filed', 'Filed'), ('told', 'The sender was told what to do'), ('reply', 'A reply to one of our mails'), ('added', 'Added to what it answers'), ('ignored', 'Sent by a machine: not answered'), ('disowned', 'The sender did not write it'), ('expired', 'Never confirmed'), ('failed', 'Could not be read')], default='new', max_length=10),
        ),
    ]
