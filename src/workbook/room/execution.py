"""Running a lesson's code cells and handing what they made to the page, one after another."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from html import escape
from queue import Empty
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
    client = executor.kc = kernel.client()
    client.allow_stdin = False
    client.start_channels(stdin=False, hb=False)  # the server learns by itself when a kernel dies
    look_again_after_sending(client.shell_channel)
    try:
        await hears(client)
    except RuntimeError:
        client.stop_channels()
        raise
    return executor


async def hears(client: Any) -> None:
    """Wait until the kernel's news arrive; raises RuntimeError when it dies before.

    A kernel welcomes whoever subscribes. jupyter_client asks it how it is instead, and waits 0.2 s more for nothing.
    """
    wait, until = 1.0, time.monotonic() + LONGEST
    while True:
        try:
            await client.iopub_channel.get_msg(timeout=wait)
        except Empty:
            if not await client.is_alive() or time.monotonic() > until:
                raise RuntimeError("the kernel does not answer") from None
            client.kernel_info()  # whatever it says, it says to us
        else:
            return


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
        # The executor refers to itself and lives until Python looks for such; the scripts of all its forms need not.
        executor.widget_state.clear()
        executor.widget_buffers.clear()
