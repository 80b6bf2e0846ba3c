from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0009_public_list'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='covered_at',
            field=models.DateTimeField(blank=True, help_text='Since when only its author and the offices see it.', null=True),
        ),
    ]
