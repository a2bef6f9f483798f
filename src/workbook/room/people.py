"""Whom a request serves: the one person of a self-paced course, or whoever has joined a room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..answers import Owner
from .pages import Site
from .progress import Reader, Visited


@dataclass(frozen=True)
class Person:
    """One person, or a group at one device. ``site`` is the course as far as it is open to them, ``environment`` what
    their kernels are told."""

    owner: Owner
    site: Site
    answered: Reader
    visits: Visited
    environment: Mapping[str, str]


class People(Protocol):
    """Everybody whom a server serves."""

    def of(self, handler: Any) -> Person | None:
        """Who sent this request; None when nobody knows."""
        ...


@dataclass(frozen=True)
class OnePerson:
    """A server of one person: whoever asks is that person."""

    person: Person

    def of(self, handler: Any) -> Person:
        return self.person
