"""SIGKILL in the middle of supporting and of counting: what was accepted is there once, and the total is right.

`tools/bench crashes` does the same a hundred times with whole sites and whole databases.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from madang.kernel.models import User
from madang.services.square.domain import counting, ideas
from madang.services.square.models import Idea, Support
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=True)

# A web process that accepts supports and a worker that counts them, in one process so that one signal ends
# both wherever they are.
CHILD = """
import sys, threading
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from madang.kernel import actors
from madang.kernel.models import User
from madang.services.square.domain import counting, ideas
from madang.services.square.models import Idea
def count():
    while True:
        counting.settle()
threading.Thread(target=count, daemon=True).start()
idea = Idea.objects.get(pk=int(sys.argv[2]))
for user in User.objects.filter(email__startswith=sys.argv[3]).order_by("pk"):
    if ideas.support(actor=actors.person(user), idea=idea):
        print(user.pk, flush=True)
"""


@pytest.mark.parametrize("kill_at", [1, 7, 23])
def test_killed_at_the_nth_support(kill_at: int) -> None:
    idea = make.idea(make.process(threshold=10_000))
    User.objects.bulk_create([User(email=f"crowd{place}@example.org") for place in range(400)])
    name = str(connection.settings_dict["NAME"])
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, name, str(idea.pk), "crowd"], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "madang.conf.settings", "PYTHONPATH": "src"},
    )  # fmt: skip
    assert child.stdout is not None
    accepted = [int(child.stdout.readline()) for _ in range(kill_at)]
    child.send_signal(signal.SIGKILL)
    # What it said before it died counts too.
    accepted += [int(line) for line in child.stdout.read().splitlines() if line]
    child.wait(30)
    child.stdout.close()
    rows = list(Support.objects.filter(idea=idea).values_list("supporter", flat=True))
    assert set(accepted) <= set(rows) and len(rows) == len(set(rows))
    assert counting.supports_now([idea.pk])[idea.pk] == len(rows)
    ideas.tally()
    assert Idea.objects.get(pk=idea.pk).support_total == len(rows)
