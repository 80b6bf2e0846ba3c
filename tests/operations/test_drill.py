"""The data centre is lost. What was backed up goes on elsewhere, and every receipt still verifies."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

from tests.operations.sites import Site

LIVE_AND_LOSE = """
import shutil
from pathlib import Path
from django.conf import settings
from madang.commons.ledger import api
from madang.kernel.models import Outbox
call_command("demo", quiet=True)
call_command("ledger", "sequence")
Path("{folder}/receipt.txt").write_text(api.receipt(Outbox.objects.order_by("id").first()))
(settings.HOME / "uploads").mkdir(exist_ok=True)
(settings.HOME / "uploads" / "photo.jpg").write_bytes(b"what somebody sent")
call_command("backup", "{folder}/backups")
# Life goes on after the backup: an act that the public can see in the log.
call_command("holiday", "2026-12-24", source="관보 제1호")
call_command("ledger", "sequence")
shutil.copytree(settings.HOME / "ledger", "{folder}/mirror")
"""
GO_ON = """
import json
from datetime import timedelta
from django.core.management import CommandError
from madang.commons.ledger.sequencer import store
from madang.commons.matters.models import ClockEvent, Outage
from madang.conf.operations import restore
from madang.kernel import clock
try:
    call_command("ledger", "sequence")
    waited = False
except CommandError:
    waited = True
call_command("ledger", "sequence", "--accept-lost-rows")
call_command("ledger", "verify", "{folder}/receipt.txt", "--key", str(store().folder / "key.pub"))
now = clock.now()
times = ["--from", (now - timedelta(days=6)).isoformat(), "--to", now.isoformat()]
call_command("outage", "declare", *times, "--reason", "전산센터 화재", "--source", "공고 제1호")
call_command("holiday", "2026-12-31", source="관보 제2호")
call_command("ledger", "sequence")
call_command("ledger", "audit")
head, lost = restore.compare_log(store())
print(json.dumps({{
    "waited": waited, "size": head.size, "lost": lost, "root_then": store().tree({size}).root().hex(),
    "events": ClockEvent.objects.filter(kind="outage").count(), "moved": Outage.objects.get().moved,
}}))
"""


def test_the_loss_of_the_data_centre(new_site, lay, databases, tmp_path: Path) -> None:
    lost: Site = new_site("lost")
    lay(lost)
    lost.python(LIVE_AND_LOSE.format(folder=tmp_path))
    told = json.loads(next((tmp_path / "backups").glob("madang-*/manifest.json")).read_text())
    size, root = told["log"]["size"], told["log"]["root"]
    published = str(tmp_path / "mirror" / "checkpoint")
    shutil.rmtree(lost.home)
    if lost.url:
        databases.drop(lost.url)

    # Without the newer log, going on would sign a second history.
    here: Site = new_site("elsewhere")
    refused = here.run("restore", str(tmp_path / "backups"), "--published", published, fails=True)
    assert "second history" in refused
    assert "두 갈래" in refused
    assert not (here.home / "ledger").exists()

    # The log's folder survived on a mirror: it is kept, and the command says what the backup lacks.
    shutil.copytree(tmp_path / "mirror", here.home / "ledger")
    said = here.run("restore", str(tmp_path / "backups"), "--published", published)
    assert f"log: kept, {size + 1} entries" in said
    assert "--accept-lost-rows" in said
    assert (here.home / "uploads" / "photo.jpg").read_bytes() == b"what somebody sent"
    assert not (here.home / "maintenance").exists()

    # Receipts from before verify, the outage is declared, clocks stop, acts go on.
    found = json.loads(here.python(GO_ON.format(folder=tmp_path, size=size)).splitlines()[-1])
    assert found["waited"]
    assert found["size"] > size + 1
    assert found["lost"] == 1
    assert bytes.fromhex(found["root_then"]) == base64.b64decode(root)
    assert found["events"] >= found["moved"] > 0


LIVE = """
for day in ("2026-12-21", "2026-12-22", "2026-12-23"):
    call_command("holiday", day, source="관보 제1호")
call_command("ledger", "sequence")
call_command("backup", "{folder}/backups")
call_command("holiday", "2026-12-24", source="관보 제2호")
call_command("ledger", "sequence")
call_command("ledger", "copy", "{folder}/copy")
"""
GO_ON_FROM_A_COPY = """
from madang.commons.ledger.errors import DatabaseBehindError
from madang.commons.ledger.sequencer import sequence, store
try:
    sequence()
    print("went on")
except DatabaseBehindError:
    print("waits")
call_command("ledger", "sequence", "--accept-lost-rows")
call_command("holiday", "2026-12-30", source="관보 제3호")
call_command("ledger", "sequence")
call_command("ledger", "audit")
print(store().head().size)
"""


def test_a_public_copy_of_the_newer_log_is_enough(new_site, lay, tmp_path: Path) -> None:
    """Somebody's copy has neither the private key nor the tiles of earlier sizes; the backup has the key."""
    lost: Site = new_site("lost")
    lay(lost)
    lost.python(LIVE.format(folder=tmp_path))
    here: Site = new_site("elsewhere")
    shutil.copytree(tmp_path / "copy", here.home / "ledger")
    assert not (here.home / "ledger" / "key").exists()

    published = str(tmp_path / "copy" / "checkpoint")
    said = here.run("restore", str(tmp_path / "backups"), "--published", published)
    assert "log: kept, 4 entries" in said
    assert "--accept-lost-rows" in said
    assert (here.home / "ledger" / "key").stat().st_mode & 0o077 == 0

    told = here.python(GO_ON_FROM_A_COPY).split()
    assert told[0] == "waits"
    assert told[-1] == "5"


def test_an_older_checkpoint_is_no_reason_to_refuse(new_site, lay, tmp_path: Path) -> None:
    """The public knows three entries; a copy that has four, and tiles of four alone, continues them."""
    lost: Site = new_site("lost")
    lay(lost)
    lost.python(LIVE.format(folder=tmp_path))
    older = next((tmp_path / "backups").glob("madang-*")) / "ledger" / "checkpoint"
    here: Site = new_site("elsewhere")
    shutil.copytree(tmp_path / "copy", here.home / "ledger")
    assert "kept, 4" in here.run("restore", str(tmp_path / "backups"), "--published", str(older))
