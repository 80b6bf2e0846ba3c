"""Sessions of release 0.1 go on: their rows get the name under which `kernel.sessions` looks for them."""

from django.db import migrations
from django.db.models.functions import Length

from madang.kernel.sessions import stored

COOKIE_KEY = 32  # characters; rows of `kernel.sessions` and of the API's repeats have 40


def rename(apps, schema_editor):
    rows = apps.get_model("sessions", "Session").objects.using(schema_editor.connection.alias)
    old = rows.annotate(size=Length("session_key")).filter(size=COOKIE_KEY)
    for key in list(old.values_list("session_key", flat=True)):
        rows.filter(session_key=key).update(session_key=stored(key))


class Migration(migrations.Migration):
    dependencies = [("sessions", "0001_initial")]
    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
