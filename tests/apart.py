"""Coroutines of tests, in a thread of their own: browser tests leave an event loop running in the main one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run(asking: Coroutine[Any, Any, Any], longest: float = 120) -> Any:
    """What ``asking`` returns; TimeoutError after ``longest`` seconds."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(asking, longest)).result()
