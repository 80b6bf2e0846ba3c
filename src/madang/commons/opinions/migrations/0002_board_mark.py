from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("opinions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="board",
            name="mark",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Random, another one after each change of the tables.",
                max_length=16,
            ),
        ),
    ]
