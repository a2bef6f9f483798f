"""What tests of attacks share: a course with secrets in it, a room whose limits can be lowered, and a scripted page."""

from __future__ import annotations

import asyncio
import http.client
import json
import struct
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

import crowd
import form_sample
import room_many
import sample
from room_many import Browser, RoomServer
from workbook import content, release

V1 = "v1.kernel.websocket.jupyter.org"
SECRETS = (
    "It carries what must go", "Speed is no need", "Because the waste has to go", "Names the need behind",
    "Thinks of the season", "hidden-in-the-keys",
)  # fmt: skip
"""Words of the keys, feedback, models and rubrics of what a trainer marks."""
ISLAND = """  - id: island
    title: The island
    summary: One lesson about an island.
    objectives:
      rest: Rest a while
    lessons:
      - {id: rest, title: Rest, minutes: 5}
"""
LOWER = (
    "import json, threading, time\n"
    "from workbook.room import desk, everybody, limits\n"
    "def lower(file):\n"
    "    while True:\n"
    "        time.sleep(0.05)\n"
    "        try: wanted = json.loads(file.read_text())\n"
    "        except (OSError, ValueError): continue\n"
    "        for module in (desk, everybody, limits):\n"
    "            for name in set(wanted) & set(vars(module)): setattr(module, name, wanted[name])\n"
    "threading.Thread(target=lower, args=(Path(sys.argv[2]).parent / 'limits.json',), daemon=True).start()\n"
)
"""Sets limits of the real server while it runs, so that what happens beyond them can be seen on any machine."""


def course(root: Path) -> Path:
    """The course of ``form_sample`` with a second unit, pictures, and keys where a checkout has them."""
    form_sample.build(root)
    text = "# Rest\n\nOnly text.\n\n![A palm](figures/palm.svg)\n"
    sample.write(root, {"course/course.yml": sample.COURSE + ISLAND, "course/island/rest.md": sample.HEAD + text})
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="5"/></svg>'
    sample.write(root, {f"course/{unit}/figures/palm.svg": svg for unit in ("harbour", "island")})
    sample.write(root, dict(release.files(content.load(root))))
    return sample.write(root, {"build/gradebook.db": "hidden-in-the-keys"})


def room(folder: Path) -> RoomServer:
    """A room of that course, which is not started yet."""
    serve = room_many.SERVE.replace("kernels.SWEEP = 1\n", "kernels.SWEEP = 1\n" + LOWER)
    return room_many.new(folder, course=course, serve=serve)


def lower(server: RoomServer, **limits: Any) -> None:
    """Set limits of the running server, such as ``LEAST``."""
    file = server.home.parent / "limits.json"
    file.with_suffix(".new").write_text(json.dumps(limits), encoding="utf-8")
    file.with_suffix(".new").replace(file)


def raw(
    server: RoomServer, method: str, path: str, cookies: str = "", body: bytes | None = None, **more: str
) -> tuple[int, str]:
    """Ask for exactly this path, which no client tidies up; status and text."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        line.putrequest(method, path, skip_accept_encoding=True)
        told = {
            "Cookie": cookies,
            "Accept": "text/html",
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if body is not None:
            told.setdefault("Content-Length", str(len(body)))
        for name, value in told.items():
            line.putheader(name, value)
        line.endheaders(body)
        answer = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        line.close()


@dataclass
class Line(crowd.Participant):
    """A page whose script says what it likes. ``protocol`` is that of our own pages; empty for Jupyter's older one."""

    protocol: str = V1
    heard_kinds: set[str] = field(default_factory=set)
    printed: list[str] = field(default_factory=list)
    number: int = 0

    async def _connect(self) -> None:
        self.line = await self.reach()

    async def reach(self, session: str = "", cookies: str | None = None) -> WebSocketClientConnection:
        """A further connection to this page's kernel."""
        session = session or uuid.uuid4().hex
        address = f"{self.url.replace('http', 'ws', 1)}/api/kernels/{self.kernel}/channels?session_id={session}"
        headers = {**self.headers, "Origin": self.url} | ({} if cookies is None else {"Cookie": cookies})
        asked = HTTPRequest(address, headers=headers, connect_timeout=20)
        protocols = [self.protocol] if self.protocol else None
        return await websocket_connect(asked, subprotocols=protocols, max_message_size=crowd.BIGGEST)

    async def send(self, kind: str, content: Any, **more: Any) -> str:
        """Send a message in this line's protocol; ``more`` may set ``channel``, ``buffers`` and parts of the header."""
        channel, buffers = more.pop("channel", "shell"), more.pop("buffers", [])
        id = uuid.uuid4().hex
        header = {"msg_id": id, "msg_type": kind, "session": "s", "username": "p", "version": "5.3", **more}
        parts = {"header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}, "content": content}
        assert self.line is not None
        await self.line.write_message(*self.packed(channel, parts, buffers))
        return id

    def packed(self, channel: Any, parts: dict[str, Any], buffers: list[bytes]) -> tuple[bytes | str, bool]:
        """A message as bytes or text, and whether it is binary."""
        if self.protocol:
            whole = [str(channel).encode(), *(json.dumps(part).encode() for part in parts.values()), *buffers]
            at = [8 * (len(whole) + 2)]
            for part in whole:
                at.append(at[-1] + len(part))
            return struct.pack(f"<{len(at) + 1}Q", len(at), *at) + b"".join(whole), True
        text = json.dumps({**parts, "channel": channel, "buffers": []})
        if not buffers:
            return text, False
        whole = [text.encode(), *buffers]
        at = [4 * (len(whole) + 1)]
        for part in whole[:-1]:
            at.append(at[-1] + len(part))
        return struct.pack(f"!{len(at) + 1}I", len(whole), *at) + b"".join(whole), True

    async def heard(self) -> dict[str, Any]:
        """The next message, without its buffers."""
        assert self.line is not None
        sent = await self.line.read_message()
        if sent is None:
            raise ConnectionError("the server closed the line")
        if isinstance(sent, bytes) and self.protocol:
            at = struct.unpack_from(f"<{int.from_bytes(sent[:8], 'little')}Q", sent, 8)
            names = ("header", "parent_header", "metadata", "content")
            message = {name: json.loads(sent[at[n + 1] : at[n + 2]]) for n, name in enumerate(names)}
            message["msg_type"] = message["header"]["msg_type"]
        else:
            text = sent[slice(*struct.unpack_from("!2I", sent, 4))].decode() if isinstance(sent, bytes) else sent
            message = json.loads(text)
        self.heard_kinds.add(message["header"]["msg_type"])
        if message["header"]["msg_type"] in ("stream", "error"):
            self.printed.append(json.dumps(message["content"]))
        return message

    def form(self, exercise: str) -> str:
        """The widget that shows an exercise."""
        for id, one in self.states.items():
            if one["state"].get("about", {}).get("exercise") == exercise:
                return id
        raise AssertionError(f"no form of {exercise}")

    async def tell(self, comm: str, said: dict[str, Any]) -> str:
        """Tell a form something, without waiting."""
        return await self.send("comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": said}})

    async def ask(self, comm: str, **said: Any) -> dict[str, Any]:
        """Tell a form something, and hear its answer."""
        self.number += 1
        await self.tell(comm, {**said, "id": self.number})
        async with asyncio.timeout(20):
            while True:
                content = (await self.heard())["content"]
                if content.get("comm_id") == comm and content["data"].get("method") == "custom":
                    answer: dict[str, Any] = content["data"]["content"]
                    if answer.get("id") == self.number:
                        return answer

    async def lives(self) -> bool:
        """Whether a form of the page still answers."""
        return (await self.ask(self.form("harbour/counts"), t="beat", seq=0))["t"] == "beat"


async def page(browser: Browser, path: str = "/harbour/wishes", protocol: str = V1) -> Line:
    """Open a lesson as ``browser``."""
    line = Line(browser.url, {"Cookie": browser.header(), "Accept": "text/html"}, protocol=protocol)
    await line.open(path)
    return line
