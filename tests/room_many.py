"""A real server of a room for tests, and participants who talk to it as browsers do."""

from __future__ import annotations

import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import room_sample
from serving import Server, free_port
from workbook.answers import Owner
from workbook.answers.participants import Roll
from workbook.room.kept import Place

SERVE = (
    "import sys; from pathlib import Path\n"
    "from workbook.places import Session\n"
    "from workbook.room import kernels, serve_room\n"
    "kernels.SWEEP = 1\n"
    "session = Session(root=Path(sys.argv[1]), home=sys.argv[2])\n"
    "sys.exit(serve_room(session, name='kigali', port=int(sys.argv[3]), status_port=int(sys.argv[4]), "
    "loopback=True, open_browser=False, keeper='The Ministry', **eval(sys.argv[5])))\n"
)
WHO = "import os\nprint(os.environ['WORKBOOK_OWNER'], os.environ['WORKBOOK_OWNER_KIND'], os.environ['WORKBOOK_ALONE'], '.')"


@dataclass
class RoomServer(Server):
    """The server of a room: ``desk`` is the facilitator's address, without the key."""

    desk_port: int = field(default_factory=free_port)

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def said(self) -> str:
        return (self.home.parent / "server.log").read_text(encoding="utf-8")

    @property
    def code(self) -> str:
        return re.findall(r"type the code (\S+)", self.said)[-1]

    @property
    def key(self) -> str:
        return re.findall(r"this computer only: \S+/#(\w+)", self.said)[-1]


def make(root: Path) -> Path:
    """The sample's course, with a lesson that tells whom its kernel serves."""
    room_sample.make(root)
    cell = {"cell_type": "code", "id": "who", "metadata": {}, "execution_count": None, "outputs": [], "source": WHO}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    lesson = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (root / "course" / "second" / "who.ipynb").write_text(json.dumps(lesson), encoding="utf-8")
    data = room_sample.course_data()
    data["units"][1]["lessons"].append({"id": "who", "title": "Who", "minutes": 1, "exercises": []})
    (root / "course" / "course.json").write_text(json.dumps(data), encoding="utf-8")
    return root


def new(
    folder: Path, home: str = "", *, course: Callable[[Path], Path] = make, serve: str = SERVE, **wishes: Any
) -> RoomServer:
    """A server of the sample's course that is not started yet; ``home``: where it keeps rooms, a folder by default.

    ``course`` makes another course, ``serve`` is the code that serves it.
    """
    root = course(folder / "course-folder")
    server = RoomServer(root, folder / "home", list, ready="/health")

    def command(port: int) -> list[str]:
        words = [str(root), home or str(server.home), str(port), str(server.desk_port), repr(wishes)]
        return [sys.executable, "-c", serve, *words]

    server.command = command
    return server


@contextmanager
def running(server: RoomServer) -> Iterator[RoomServer]:
    """It serves until the tests of a module are done; nothing may have broken in it meanwhile."""
    server.start()
    yield server
    server.stop()
    assert "Traceback" not in server.said


def owner(server: RoomServer, name: str) -> Owner:
    """Who has joined by that name."""
    roll = Roll(Place(str(server.home), "kigali").url, "kigali")
    (one,) = [one for one in roll.people() if one.name == name]
    roll.home.close()
    return one.owner


class Answer:
    """What came back: ``status``, ``text``, ``url`` after redirects, and headers."""

    def __init__(self, found: Any) -> None:
        self.status, self.url, self.headers = found.status, found.url, found.headers
        self.body: bytes = found.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Browser:
    """Keeps cookies, follows redirects, sends a form with its token."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str, **headers: str) -> Answer:
        return self._send(urllib.request.Request(self.url + path), headers)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Answer:
        data = urllib.parse.urlencode(form or {}, doseq=True).encode()
        return self._send(urllib.request.Request(self.url + path, data=data), headers)

    def _send(self, request: urllib.request.Request, headers: dict[str, str]) -> Answer:
        for name, value in {"Accept": "text/html", **headers}.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with self._opener.open(request, timeout=60) as found:
                return Answer(found)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error)

    def token(self, path: str) -> str:
        found = re.search(r'name="_xsrf" value="([^"]+)"', self.get(path).text)
        assert found, "the page has no form"
        return found[1]

    def submit(self, page: str, form: dict[str, Any], to: str = "") -> Answer:
        """Open a page and send its form."""
        return self.post(to or page, {"_xsrf": self.token(page), **form})

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    def header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies().items())


class Participant(Browser):
    """Somebody who has joined; ``code`` is their return code."""

    def __init__(self, server: RoomServer, name: str, **more: Any) -> None:
        super().__init__(server.url)
        answer = self.submit("/join", {"act": "join", "code": server.code, "name": name, **more})
        assert answer.status == 200, answer.text
        found = re.search(r"<strong>([0-9A-Z]{4}-[0-9A-Z]{4})</strong>", answer.text)
        assert found, answer.text
        self.code = found[1]


class Facilitator(Browser):
    """Whoever has the key of the status page."""

    def __init__(self, server: RoomServer) -> None:
        super().__init__(server.desk)
        assert self.submit("/", {"key": server.key}, "/enter").status == 200

    def act(self, act: str, **more: str) -> Answer:
        return self.submit("/", {"act": act, **more}, "/act")
