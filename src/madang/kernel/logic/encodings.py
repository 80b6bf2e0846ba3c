"""Finding out how a text file is encoded."""

from __future__ import annotations


def decoded(data: bytes) -> tuple[str, str] | None:
    """Text and encoding: UTF-8 (with or without mark), UTF-16 with mark, else CP949; None if none fits.

    The whole file is tried, not its first bytes: a CP949 word late in a file has misled many importers.
    """
    candidates = ["utf-8-sig", "cp949"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        candidates = ["utf-16"]
    for encoding in candidates:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None
