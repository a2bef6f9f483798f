"""Codes that people read aloud and type: short, one case, no letters and digits that look alike or make words."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

LETTERS: Final = "CDFGHJKMNPQRTWXY34679"
ROOM, RETURN = 6, 8
"""Length of a room's code (one of 86 million) and of a return code (one of 38 thousand million)."""


def new(length: int) -> str:
    """A new code."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def shown(code: str) -> str:
    """A code as people see it, in two halves: ``CDF-GHJ``."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def typed(text: str) -> str:
    """A code from what somebody typed: case, spaces and hyphens do not count."""
    return "".join(c for c in text.upper()[:100] if c.isascii() and c.isalnum())


def same(one: str, other: str) -> bool:
    """Whether two codes are the same, in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def hashed(key: bytes, id: str, code: str) -> str:
    """What is stored of a return code: whoever has the database, but not the room's ``key``, cannot find the code."""
    return hmac.new(key, f"{id} {code}".encode(), hashlib.sha256).hexdigest()
