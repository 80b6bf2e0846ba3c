"""What a backup says of itself. It is written last: a folder without it is not a backup."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from madang.conf.operations import files
from madang.conf.operations.errors import OperationError

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`counts`: rows by table. `log`: origin, size and root of the public log. `keys`: whether the keys are in it."""

    format: int
    version: str
    at: str
    engine: str
    keys: bool
    log: dict[str, str | int]
    migrations: list[str]
    counts: dict[str, int]
    files: dict[str, files.Digest]

    def write(self, folder: Path) -> None:
        files.sync(folder)
        aside = folder / f".{NAME}"
        aside.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        aside.chmod(0o600)
        aside.replace(folder / NAME)
        files.sync(folder)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises OperationError if it is none, or of a format not known here."""
    try:
        value = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if value["format"] != FORMAT:
            raise OperationError(
                f"{folder} was made by another release (format {value['format']}). Restore it with that release.",
                f"{folder}은(는) 다른 버전에서 만든 백업입니다. 그 버전으로 복원하세요.",
            )
        return Manifest(**value)
    except FileNotFoundError as error:
        raise OperationError(
            f"{folder} is not a whole backup: it has no {NAME}. Take another one.",
            f"{folder}은(는) 완전한 백업이 아닙니다({NAME} 없음). 다른 백업을 고르세요.",
        ) from error
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise OperationError(
            f"{folder / NAME} cannot be read ({error}). Take another backup.",
            f"{folder / NAME} 파일을 읽을 수 없습니다. 다른 백업을 고르세요.",
        ) from error


def verify(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its digest. Raises OperationError naming the first that differs or is missing."""
    for name, expected in manifest.files.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute() or not path.is_file():
            found = None
        else:
            found = files.digest(path)
        if found != expected:
            raise OperationError(
                f"The backup is damaged: {name} is missing or was changed. Nothing was restored. Take another backup.",
                f"백업이 손상되었습니다: {name} 파일이 없거나 바뀌었습니다. 아무것도 복원하지 않았습니다. "
                "다른 백업을 고르세요.",
            )
