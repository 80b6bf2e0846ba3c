"""Whose word is enough: a policy after c2sp.org/tlog-policy. It names logs, witnesses, groups and the quorum."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from madang.commons.ledger.logic.cosign import WitnessKey
from madang.commons.ledger.logic.note import NoteError, VerifierKey

NONE = "none"
_SPACE = re.compile(r"[ \t]+")
_COUNT = re.compile(r"[1-9][0-9]{0,2}")


class PolicyError(ValueError):
    """A policy that cannot be read; says which line and why."""


@dataclass(frozen=True)
class Witness:
    """One witness of a policy. `url` is where it takes checkpoints, empty if it is only verified."""

    name: str
    key: WitnessKey
    url: str = ""


@dataclass
class Policy:
    """`groups` maps a name to how many of which members must have cosigned."""

    logs: list[VerifierKey] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    def met_by(self, keys: Collection[WitnessKey]) -> bool:
        """Whether cosignatures of these keys are enough."""
        return self.quorum == NONE or self._has(self.quorum, keys)

    def _has(self, name: str, keys: Collection[WitnessKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name].key in keys
        count, members = self.groups[name]
        return sum(self._has(member, keys) for member in members) >= count

    @property
    def keys(self) -> list[WitnessKey]:
        """The keys of all witnesses."""
        return [witness.key for witness in self.witnesses.values()]

    @property
    def least(self) -> int:
        """The smallest number of witnesses that can be enough."""
        return 0 if self.quorum == NONE else self._least(self.quorum)

    def _least(self, name: str) -> int:
        if name in self.witnesses:
            return 1
        count, members = self.groups[name]
        return sum(sorted(self._least(member) for member in members)[:count])

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy file. Raises `PolicyError`."""
        if any(letter < " " and letter not in "\t\n" for letter in text) or "\x7f" in text:
            raise PolicyError("a policy holds no control characters")
        policy, quorums, used = cls(), 0, set[str]()
        for number, line in enumerate(text.split("\n"), 1):
            words = _SPACE.split(line.strip(" \t"))
            if words == [""] or words[0].startswith("#"):
                continue
            try:
                if words[0] == "quorum":
                    quorums += 1
                policy._take(words, used)
            except (NoteError, PolicyError) as error:
                raise PolicyError(f"line {number}: {error}") from error
        if quorums != 1:
            raise PolicyError("a policy has exactly one quorum line")
        return policy

    def _take(self, words: list[str], used: set[str]) -> None:
        match words:
            case ["log", key] | ["log", key, _]:
                log = VerifierKey.parse(key)
                if any(log.public == other.public for other in self.logs):
                    raise PolicyError("this log is named twice")
                self.logs.append(log)
            case ["witness", name, key] | ["witness", name, key, _]:
                self._fresh(name)
                url = words[3].rstrip("/") if len(words) > 3 else ""
                if url and not url.startswith(("https://", "http://")):
                    raise PolicyError("the address of a witness begins with https://")
                witness = Witness(name, WitnessKey.parse(key), url)
                if any(witness.key.public == other.public for other in self.keys):
                    raise PolicyError("this witness is named twice")
                self.witnesses[name] = witness
            case ["group", name, count, *members] if members:
                self._fresh(name)
                for member in members:
                    self._known(member)
                    if member in used:
                        raise PolicyError(f"{member} stands in two places")
                    used.add(member)
                size = {"all": len(members), "any": 1}.get(count)
                if size is None:
                    if not _COUNT.fullmatch(count) or int(count) > len(members):
                        raise PolicyError("the number of a group is from 1 to its members, or all, or any")
                    size = int(count)
                self.groups[name] = (size, tuple(members))
            case ["quorum", name]:
                if name != NONE:
                    self._known(name)
                self.quorum = name
            case _:
                raise PolicyError("not a line of a policy")

    def _fresh(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise PolicyError(f"the name {name} is taken")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError(f"{name} is not defined above")
