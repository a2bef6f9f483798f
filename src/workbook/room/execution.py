"""Running a lesson's code cells and handing their outputs to the page, one after another."""

from __future__ import annotations

import html
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

from nbclient.exceptions import CellExecutionError
from voila.execute import VoilaExecutor

from ..i18n import _

log = logging.getLogger("workbook.room")
LONGEST = 60  # seconds for one cell; a form takes milliseconds


def _data(output: Any) -> str:
    """An output as Voila's front end reads it from the page."""
    text = json.dumps({**output, "trusted": True}).replace("<", "\\u003c")
    return f'<script type="application/vnd.voila.cell-output+json">{text}</script>'


def part(index: int, outputs: list[Any], failed: bool) -> str:
    """What a cell adds to the page: its outputs, and the call that puts them in their place."""
    inside = ""
    for output in outputs:
        if output.output_type in {"display_data", "execute_result"}:
            inside += f"<div>{_data(output)}</div>"
        elif output.output_type == "stream" and output.name == "stdout":
            inside += f"<pre>{html.escape(output.text)}</pre>"
    if failed:
        inside += "<p class='room-trouble' role='alert'>{}</p>".format(
            html.escape(_("This part could not be shown. Your saved answers are safe: reload the page to try again."))
        )
    return f'<div hidden id="made-{index}">{inside}</div><script>workbook.place({index})</script>\n'


async def connect(notebook: Any, kernel: Any) -> Any:
    """Voila's executor of ``notebook``, connected to ``kernel``; raises RuntimeError when that has died."""
    executor = VoilaExecutor(notebook, km=kernel, timeout=LONGEST, record_timing=False, show_tracebacks=False)
    executor.kc = await executor.async_start_new_kernel_client()
    return executor


async def run(executor: Any) -> AsyncIterator[str]:
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
            yield part(index, cell.get("outputs", []), failed)
    finally:
        executor.kc.stop_channels()
