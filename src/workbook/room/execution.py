"""Running a lesson's code cells and handing what they made to the page, one after another."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from html import escape
from typing import Any

import zmq
from nbclient.exceptions import CellExecutionError
from voila.execute import VoilaExecutor

from ..i18n import _
from .outputs import Page

log = logging.getLogger("workbook.room")
LONGEST = 60  # seconds for one cell; a form takes milliseconds


def news(name: str, value: str = "") -> str:
    """Tells the page's script something while the page arrives (see ``frontend/src/page.js``)."""
    return f'<room-news {name}="{escape(value)}"></room-news>\n'


def part(index: int, outputs: list[str], widgets: str, failed: bool) -> str:
    """What a cell adds to the page: its outputs and widgets, and the word that they are there."""
    inside = "".join(outputs)
    if failed:
        inside += "<p class='room-trouble' role='alert'>{}</p>".format(
            escape(_("This part could not be shown. Your saved answers are safe: reload the page to try again."))
        )
    return f'{widgets}<div hidden id="made-{index}">{inside}</div>{news("cell", str(index))}'


async def connect(notebook: Any, kernel: Any) -> Any:
    """Voila's executor of ``notebook``, connected to ``kernel``; raises RuntimeError when that has died."""
    executor = VoilaExecutor(notebook, km=kernel, timeout=LONGEST, record_timing=False, show_tracebacks=False)
    executor.kc = await executor.async_start_new_kernel_client()
    look_again_after_sending(executor.kc.shell_channel)
    return executor


def look_again_after_sending(channel: Any) -> None:
    """Keep an answer from being overlooked that arrives while a message is sent.

    nbclient tells the kernel what an Output widget shows while it waits for the end of the cell. Sending swallows the
    sign that something has arrived, and the page would wait for LONGEST; asking the socket for its events renews it.
    """
    send = channel.send

    def sent(message: Any) -> None:
        send(message)
        channel.socket.get(zmq.EVENTS)

    channel.send = sent


async def run(executor: Any, page: Page) -> AsyncIterator[str]:
    """The parts of each code cell, as soon as it has run; a cell that fails is told to the log and to the reader."""
    try:
        for index, cell in enumerate(executor.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            failed = False
            try:
                await executor.async_execute_cell(cell, index, store_history=False)
            except (CellExecutionError, TimeoutError, RuntimeError) as error:
                log.error("Cell %s: %s", index, error)
                failed = True
            outputs = [page.shown(output) for output in cell.get("outputs", [])]
            yield part(index, outputs, page.widgets(executor.widget_state, executor.widget_buffers), failed)
    finally:
        executor.kc.stop_channels()
