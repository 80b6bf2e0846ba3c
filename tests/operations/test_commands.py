"""What an administrator can mend ends in a sentence and a number, never in a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.core.management import get_commands
from django.db import connection

from madang.conf import cli
from madang.conf.operations import maintenance
from tests.operations.sites import ROOT, Site

WRITING = [
    ["holiday", "2027-05-03", "--source", "Cabinet decision"],
    ["outage", "begin", "--reason", "Power", "--source", "Notice 1"],
    ["ledger", "sequence"],
    ["clearsessions"],
]


def attempt(site: Site, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "madang.conf.cli", *arguments],
        env={**site.environment(), **more},
        capture_output=True,
        text=True,
        timeout=120,
        cwd=site.home,
    )


@pytest.fixture
def site(new_site) -> Site:
    made = new_site("home")
    made.home.mkdir()
    return made


@pytest.mark.once
def test_held_still_every_command_says_so_in_both_languages(site, lay):
    lay(site)
    site.python(
        "from madang.kernel.actors import system; from madang.kernel.domain import days; import datetime as d\n"
        "days.declare(actor=system('test'), day=d.date(2027, 5, 4), name_ko='쉬는 날', name_en='Off', source='x')"
    )
    (site.home / maintenance.NAME).write_text("restore\n")
    known = get_commands()
    said = []
    for arguments in WRITING:
        assert arguments[0] in known
        done = attempt(site, *arguments)
        assert "Traceback" not in done.stderr, f"{arguments}: {done.stderr}"
        if "held still" in done.stderr:
            assert done.returncode == 75
            assert "멈춰 있습니다" in done.stderr
            said.append(arguments[0])
    assert {"holiday", "outage", "ledger"} <= set(said)
    assert "held still" in attempt(site, "holiday", *WRITING[0][1:], "--traceback").stderr
    (site.home / maintenance.NAME).unlink()
    assert attempt(site, *WRITING[0]).returncode == 0
    assert attempt(site, "ledger", "sequence").returncode == 0


def test_an_empty_place_is_named_and_nothing_is_made_of_it(site):
    for arguments in (["holiday", "2027-05-03", "--source", "x"], ["ledger", "status"], ["outage", "list"]):
        done = attempt(site, *arguments)
        assert done.returncode == 1, done.stderr
        assert "madang migrate" in done.stderr
        assert str(site.home) in done.stderr
        assert "Traceback" not in done.stderr
    if connection.vendor == "sqlite":
        fresh = Site(site.home.with_name("fresh"))
        fresh.home.mkdir()
        done = attempt(fresh, "backup", str(fresh.home.with_name("backups")))
        assert done.returncode == 1
        assert "There is no database" in done.stderr
        assert not [path for path in fresh.home.with_name("backups").iterdir() if path.name != ".lock"]


def test_a_server_that_is_away_is_named(site):
    done = attempt(site, "ledger", "status", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 75
    assert "Try again when it is back" in done.stderr
    assert "돌아온 뒤" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.once
def test_a_file_that_is_wrong_is_named_in_both_languages(site, lay, tmp_path):
    """Missing, a folder, in CP949, no text at all: what to do, and never a traceback."""
    lay(site)
    korean, noise, nowhere = tmp_path / "cp949.txt", tmp_path / "noise", str(tmp_path / "nowhere")
    korean.write_bytes("이름,생년월일\n홍길동,1990-01-01\n".encode("cp949"))
    noise.write_bytes(bytes(range(128, 256)) * 9)
    tries = [
        ["registry", "import", nowhere],
        ["import", "square", nowhere],
        ["ledger", "verify", nowhere],
        ["ledger", "verify", str(korean)],
        ["ledger", "verify", str(noise), "--key", nowhere],
        ["ledger", "audit", "--log", nowhere, "--key", str(noise)],
        ["lot", "verify", str(korean)],
        ["restore", nowhere, "--published", nowhere],
    ]
    for arguments in tries:
        done = attempt(site, *arguments)
        assert done.returncode in (1, 2), arguments
        assert "Traceback" not in done.stderr, arguments
        assert re.search("[가-힣]", done.stderr), f"{arguments}: {done.stderr}"
        assert re.search("[a-z]{3} [a-z]{2}", done.stderr), f"{arguments}: {done.stderr}"
    key = attempt(site, "ledger", "verify", str(korean), "--key", "ledger/key.pub").stderr
    assert "cannot be read" in key and "ledger/key.pub" in key  # the file is not there; it is not a wrong key
    assert "Nothing was changed" in attempt(site, "restore", nowhere, "--published", nowhere).stderr


@pytest.mark.once
def test_what_was_typed_wrongly_is_said_in_both_languages(site):
    tries = {
        ("holiday", "2027-05-03"): ("--source", 2),
        ("holiday", "3 May", "--source", "x"): ("2026-11-29", 2),
        ("holiday", "2027-05-03", "--source"): ("--source", 2),
        ("ledger", "sequence", "--limit", "many"): ("whole number", 2),
        ("ledger", "sign"): ("sequence", 2),
        ("backup", "here", "--keep", "x"): ("x", 2),
        ("outage", "undo", "last", "--reason", "y"): ("whole number", 2),
        ("outage", "declare", "--from", "noon", "--to", "x", "--reason", "y", "--source", "z"): ("noon", 2),
        ("restore", "--replace=no"): ("--replace", 2),
        ("migrate", "--nothing-like-it"): ("--nothing-like-it", 2),
        ("hoilday",): ("holiday", 1),
    }
    for arguments, (named, code) in tries.items():
        done = attempt(site, *arguments)
        assert done.returncode == code, f"{arguments}: {done.stderr}"
        assert named in done.stderr, f"{arguments}: {done.stderr}"
        assert "Traceback" not in done.stderr
        assert re.search("[가-힣]{2}", done.stderr), f"{arguments}: {done.stderr}"
        assert "help" in done.stderr, f"{arguments}: {done.stderr}"
    assert not [path for path in site.home.iterdir() if path.suffix == ".sqlite3"]


def test_a_home_that_cannot_be_and_a_full_disk_are_named(site, tmp_path):
    """/dev/full takes nothing; a file stands where the home should be."""
    (tmp_path / "file").write_text("")
    done = attempt(site, "check", MADANG_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "MADANG_HOME" in done.stderr and "쓸 수 없습니다" in done.stderr and "Traceback" not in done.stderr
    with pytest.raises(SystemExit) as end, open("/dev/full", "wb", buffering=0) as full:
        try:
            full.write(b"x")
        except OSError as error:
            cli._explain_file(error)
    assert end.value.code == 75


def test_root_leaves_no_files_in_the_home_of_another(site):
    if os.geteuid():
        pytest.skip("only root can try")
    os.chown(site.home, 65534, 65534)
    done = attempt(site, "migrate")
    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert not list(site.home.iterdir())


def test_the_wrapper_runs_a_command_as_the_services_do(tmp_path):
    """`deploy/madang`: values are taken as they stand, whatever a shell would make of them."""
    settings = tmp_path / "madang.env"
    settings.write_text(
        '# words\nMAIL_FROM=Our City <ideas@example.org>\nQUOTED="a b"\nODD=$(touch made) `x` $HOME \r\n\n'
    )
    program = tmp_path / "bin"
    program.write_text('#!/bin/sh\nprintf "%s|" "$MAIL_FROM" "$QUOTED" "$ODD" "$@"\nid -un\numask\npwd\n')
    program.chmod(0o755)
    tmp_path.chmod(0o755)
    me = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    done = subprocess.run(
        [str(ROOT / "deploy" / "madang"), "outage", "declare", "--reason", "A fire; two words"],
        env={
            "PATH": os.environ["PATH"],
            "MADANG_ENV": str(settings),
            "MADANG_PROGRAM": str(program),
            "MADANG_USER": me,
        },
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    words = done.stdout.split("|")
    assert words[:3] == ["Our City <ideas@example.org>", "a b", "$(touch made) `x` $HOME"], done.stderr
    assert words[3:7] == ["outage", "declare", "--reason", "A fire; two words"]
    assert words[7].split() == [me, "0077", str(tmp_path)]
    assert not (tmp_path / "made").exists()
