"""The line between a widget and its page, for tests without a browser."""

from __future__ import annotations

import json
from typing import Any

from comm.base_comm import BaseComm


class Line(BaseComm):
    """The line to the browser, written down."""

    sent: list[dict[str, Any]] = []

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        if data and data.get("method") == "custom":
            # As on the wire: whatever is not JSON fails here.
            Line.sent.append(json.loads(json.dumps(data["content"])))
