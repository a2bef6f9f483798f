"""The server for one self-paced learner: a Voila with its own doors, settings, port and end."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory
from tornado.httpserver import HTTPServer
from voila.app import Voila
from voila.configuration import VoilaConfiguration

from ..errors import WorkbookError
from ..i18n import _
from ..places import Session
from . import forks, handlers, kernels, lessons, outline, pages, ports, progress
from .answered import mark, own_folder, owner_of, reader, told
from .frontend import Frontend
from .people import OnePerson, People, Person

log = logging.getLogger("workbook.room")
WARM = 1.5  # seconds after the start: whoever opens a browser at once comes first


class Room(Voila):  # type: ignore[misc]
    """Serves one learner's session. Reads no configuration file of Voila, and writes to ``folder`` only."""

    def __init__(self, session: Session, folder: Path, **given: Any) -> None:
        super().__init__(**given)
        self.session, self.folder = session, folder
        self.course_root = session.root.resolve()
        self.log_level = logging.ERROR
        self.log.setLevel(logging.ERROR)  # else each message of each kernel is written into a log that nobody keeps
        self.root_dir = str(folder)
        self.template_paths = [str(pages.TEMPLATES)]
        self.voila_configuration = VoilaConfiguration(
            parent=self,
            kernel_spec_manager_class=kernels.OneSpec,
            multi_kernel_manager_class=kernels.Listening,
            allow_template_override="NO",
            allow_theme_override="NO",
        )
        self.ready: Callable[[], None] = lambda: None
        self.stop_serving: Callable[[], None] = lambda: None
        self.stopping: Callable[[], bool] = lambda: False

    def init_settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = super().init_settings()
        frontend = Frontend(self.base_url)
        site = pages.Site(outline.load(self.course_root), self.base_url, frontend.address)
        settings |= {
            "site": site,
            "frontend": frontend,
            "course_root": self.course_root,
            "people": self._people(site),
            "kernels": self._kernels(),
            # only this machine, and only by its own names: a foreign site cannot reach in by a name it controls
            "allow_remote_access": False,
            "local_hostnames": ["localhost", "127.0.0.1"],
            "xsrf_cookies": True,
            "serve_traceback": False,
            "log_function": lambda handler: None,
            # pages carry the HTML of their forms, which packs to a sixth
            "compress_response": True,
            # what a form draws anew packs as well; a fast level is enough for it
            "websocket_compression_options": {"compression_level": 2, "mem_level": 6},
            # what a page may send is less (see messages.py) and more is refused in words; beyond this the line is cut
            "websocket_max_message_size": 16 * 1024 * 1024,
        }
        return settings

    def _people(self, site: pages.Site) -> People:
        """Whom this server serves: one person, whoever asks."""
        owner = owner_of(self.session)
        environment = told(self.session)
        own = dataclasses.replace(site, course=outline.load(self.course_root, owner.id), learner=mark(environment))
        visits = progress.Visits(self.folder, owner.id)
        return OnePerson(Person(owner, own, reader(self.session), visits, environment))

    def _kernels(self) -> kernels.Kernels:
        """What makes kernels: by fork where that is possible, in the folder of this run's connections."""
        environment, server = told(self.session), None
        if forks.possible():
            socket = Path(self.connection_dir) / "forks"
            self.kernel_spec_manager.forks = str(socket)
            server = forks.ForkServer(socket, self.course_root, os.environ | environment)
        return kernels.Kernels(self.kernel_manager, str(self.folder), server=server, ahead=environment)

    def init_handlers(self) -> list[tuple[Any, ...]]:
        return handlers.handlers(self.base_url)

    def serve(self, sock: socket.socket) -> None:
        """Answer on ``sock`` until Ctrl-C, SIGTERM or the closing of the terminal; then end every kernel."""
        self.connection_dir = tempfile.mkdtemp(prefix="wb-")
        # Sockets in a folder of our own instead of ports: no race for a port. Their path has a length limit (104).
        local = sys.platform != "win32" and len(self.connection_dir) < 40
        self.config.KernelManager.transport = "ipc" if local else "tcp"
        # A kernel started again would know nothing of the page's forms; a reload brings a new one with all answers.
        self.config.KernelManager.autorestart = False
        self.config.MultiKernelManager.kernel_manager_class = f"{kernels.__name__}.{kernels.Silent.__name__}"
        try:
            asyncio.run(self._serve(sock))
        except KeyboardInterrupt:
            pass
        finally:
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _warm(self, site: pages.Site) -> None:
        """Make the first lesson's page for nobody: loads readers, lookups and templates that the first to come would
        have to wait for, most of a second."""
        KernelProvisionerFactory.instance(parent=self.kernel_manager)
        for leaf in site.course.lessons[:1]:
            with contextlib.suppress(OSError, ValueError):
                _notebook, page = lessons.read(self.course_root, leaf.path, self.base_url)
                pages.lesson(site, leaf, page, progress.Count(0, 0))

    def _listen(self, sock: socket.socket) -> list[HTTPServer]:
        """Answer on ``sock``; to be called in the running event loop."""
        server = HTTPServer(self.app)
        server.add_socket(sock)
        return [server]

    async def _serve(self, sock: socket.socket) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is None:
                continue
            try:
                loop.add_signal_handler(number, stop.set)
            except NotImplementedError:  # Windows
                with contextlib.suppress(ValueError):
                    signal.signal(number, lambda *_args: loop.call_soon_threadsafe(stop.set))
        settings = self.init_settings()
        self.app = handlers.Doors(self.init_handlers(), **settings)
        self.stop_serving, self.stopping = stop.set, stop.is_set
        servers = self._listen(sock)
        settings["kernels"].begin()
        self.ready()
        loop.call_later(WARM, self._warm, settings["site"])
        try:
            # a short sleep beside the event lets Windows notice Ctrl-C
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 1 if sys.platform == "win32" else None)
        finally:
            for name in (log.name, "tornado.general"):  # pages cut off by the end are no news
                logging.getLogger(name).setLevel(logging.CRITICAL)
            for server in servers:
                server.stop()
            await settings["kernels"].stop()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*(one.close_all_connections() for one in servers)), 2)


def open_in_browser(url: str) -> None:
    """Open ``url`` where there is a graphical browser; a text browser would take over the terminal."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if type(browser) is not webbrowser.GenericBrowser:
        threading.Thread(target=browser.open, args=(url,), daemon=True).start()


def serve(session: Session, port: int, *, open_browser: bool) -> int:
    """See :func:`workbook.room.serve`."""
    outline.load(session.root)  # says what is wrong before anything starts
    sock = ports.take(port)
    folder = own_folder(session)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sock.close()
        raise WorkbookError(
            _("The folder for your answers, {folder}, cannot be made: {error}.").format(
                folder=folder, error=error.strerror
            )
        ) from error
    url = f"http://{ports.HOST}:{sock.getsockname()[1]}/"
    room = Room(session, folder)

    def ready() -> None:
        print(_("The course is open at {url}").format(url=url), flush=True)
        print(_("To stop it, press Ctrl-C here."), flush=True)
        if open_browser:
            open_in_browser(url)

    room.ready = ready
    try:
        room.serve(sock)
    finally:
        sock.close()
    print(_("Stopped. Your answers are in {folder}").format(folder=session.home or folder), flush=True)
    return 0
