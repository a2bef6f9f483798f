"""Simulated participants for tests and benches; the scripted clients themselves are those of `workbook room rehearse`."""

from __future__ import annotations

import asyncio

from workbook.room.visitor import BIGGEST, HELD, KERNEL, LONGEST, SHOWN, Visitor

Participant = Visitor


async def crowd(participants: list[Participant], path: str) -> list[float]:
    """All open the same page at the same moment; seconds of each, in their order."""
    await asyncio.gather(*(one.open(path) for one in participants))
    return [one.seconds for one in participants]


__all__ = ["BIGGEST", "HELD", "KERNEL", "LONGEST", "SHOWN", "Participant", "crowd"]
