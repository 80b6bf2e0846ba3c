"""The `madang` command: Django's management commands under the product's name.

What an administrator can mend ends in a sentence and a number, never in a traceback: 75 says that the same command
succeeds later (sysexits' EX_TEMPFAIL), 1 that something must be done first, 2 that the command was typed wrongly. `--traceback` shows everything.
"""

from __future__ import annotations

import errno
import os
import pwd
import sys
from pathlib import Path
from typing import NoReturn

TRY_LATER = 75
PASSES_ROOT = frozenset({"help", "version", "--version", "--help"})

HELD = (
    "This installation is held still while it is moved or restored ({why}). Nothing was changed. Try again when that "
    "has ended; after a move, name the new DATABASE_URL. What holds it: the file {file}.\n"
    "이 설치는 옮기거나 복원하는 동안 멈춰 있습니다({why}). 아무것도 바뀌지 않았습니다. 끝난 뒤 다시 실행하고, 옮긴 뒤라면 새 "
    "DATABASE_URL을 지정하세요. 멈춤 표시: {file}"
)
AWAY = (
    "The database cannot be used just now: {why}. Nothing was changed. Try again when it is back.\n"
    "지금 데이터베이스를 쓸 수 없습니다: {why}. 아무것도 바뀌지 않았습니다. 돌아온 뒤 다시 실행하세요."
)
EMPTY = (
    "The database holds no installation of this release ({why}). Is DATABASE_URL right? MADANG_HOME is {home}. If both "
    "are right: madang migrate\n"
    "데이터베이스에 이 버전의 자료가 없습니다({why}). DATABASE_URL을 확인하세요. MADANG_HOME은 {home}입니다. 둘 다 맞으면 다음을 "
    "실행하세요: madang migrate"
)
NO_DATABASE = (
    "DATABASE_URL names a database, user or password that the server refuses: {why}. Make the database (docs/howto/deploy.md, "
    "step 2) or correct DATABASE_URL.\n"
    "DATABASE_URL의 데이터베이스, 사용자 또는 비밀번호를 서버가 받아들이지 않습니다: {why}. 데이터베이스를 만들거나"
    "(docs/howto/deploy.md 2단계) DATABASE_URL을 고치세요."
)
FULL = (
    "There is no room left on the disk: {why}. What was begun is not kept. Make room, then run the same command again.\n"
    "디스크에 빈 공간이 없습니다: {why}. 하던 일은 반영되지 않았습니다. 공간을 확보한 뒤 같은 명령을 다시 실행하세요."
)
CLOSED = (
    "A file cannot be read or written: {why}. MADANG_HOME is {home}. It has to exist on a disk that can be written and to belong "
    "to the user who runs this; so has every file that you name. Mend that, then run the same command again.\n"
    "파일을 읽거나 쓸 수 없습니다: {why}. MADANG_HOME은 {home}입니다. 쓸 수 있는 디스크에 있고 이 명령을 실행하는 사용자의 "
    "것이어야 합니다. 지정한 파일도 마찬가지입니다. 고친 뒤 같은 명령을 다시 실행하세요."
)
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
BARRED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EISDIR, errno.ENOTDIR})
NOT_AS_ROOT = (
    "{home} belongs to the user “{owner}”. What root writes there the site cannot read afterwards. Run the command as that "
    "user; deploy/madang does it, with the settings of the services.\n"
    "{home}의 소유자는 “{owner}”입니다. root로 실행하면 사이트가 읽지 못하는 파일이 생깁니다. 그 사용자로 실행하세요. "
    "deploy/madang을 쓰면 서비스와 같은 설정으로 실행합니다."
)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.conf.settings")
    _refuse_root()
    from django.db import DatabaseError  # settings must be named first

    from madang.conf.typed import Utility

    if "--traceback" in sys.argv:
        Utility(sys.argv).execute()
        return
    try:
        Utility(sys.argv).execute()
    except DatabaseError as error:
        _explain(error)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _explain_file(error)


def _refuse_root() -> None:
    """Root would leave files (a lock, a key, a piece of the log) that the site's own user cannot open."""
    home = os.environ.get("MADANG_HOME")
    if os.geteuid() or not home or not Path(home).is_dir() or PASSES_ROOT & set(sys.argv[1:2]):
        return
    owner = Path(home).stat().st_uid
    if owner:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = str(owner)
        _end(NOT_AS_ROOT.format(home=home, owner=name), 1)


def _explain(error: Exception) -> NoReturn:
    """End with what the administrator can do; a fault of ours keeps its traceback."""
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError

    from madang.conf.operations import maintenance
    from madang.kernel.errors import HeldError

    why = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    if isinstance(error, HeldError):
        file = settings.HOME / maintenance.NAME
        _end(HELD.format(why=maintenance.reason() or "restore", file=file), TRY_LATER)
    if "no such table" in why or (isinstance(error, ProgrammingError) and "does not exist" in why):
        _end(EMPTY.format(why=why, home=settings.HOME), 1)
    if isinstance(error, OperationalError):
        if "disk is full" in why or "No space left" in why:
            _end(FULL.format(why=why), TRY_LATER)
        if "readonly database" in why or "unable to open database file" in why:
            _end(CLOSED.format(why=why, home=settings.HOME), 1)
        if "does not exist" in why or "authentication failed" in why:
            _end(NO_DATABASE.format(why=why), 1)
        _end(AWAY.format(why=why), TRY_LATER)
    raise error


def _explain_file(error: OSError) -> NoReturn:
    """The same for files. Settings may be what failed, so they are not asked here."""
    if error.errno in NO_ROOM:
        _end(FULL.format(why=error), TRY_LATER)
    if error.errno in BARRED:
        _end(CLOSED.format(why=error, home=os.environ.get("MADANG_HOME", "./var")), 1)
    raise error


def _end(words: str, code: int) -> NoReturn:
    sys.stderr.write(f"{words}\n")
    sys.exit(code)


if __name__ == "__main__":
    main()
