"""ipykernel's application without what a form never needs, made in two halves: before a fork, and after it.

A page of memory is shared between kernels until one writes to it, and Python writes to whatever it looks at (it counts
references). Kernel and shell look at very much while they are made, so they are made before the fork: a kernel has
15 MB of its own then, and 27 MB otherwise. Loaded only where a kernel is about to run: it imports all of IPython.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from traitlets import Any as Anything
from traitlets.config import Config
from zmq.eventloop.zmqstream import ZMQStream


class LeanKernelApp(IPKernelApp):  # type: ignore[misc]
    """Reads no settings of the user, runs no start-up files, loads no extensions, opens no debugger's socket."""

    iopub_port: Any
    iopub_socket: Any
    iopub_thread: Any
    made = Anything(None, help="the kernel that was made ahead of a fork")

    @classmethod
    def of_this_process(cls) -> LeanKernelApp:
        """The one application of this process."""
        settings = Config()
        settings.HistoryManager.enabled = False
        # What it warns of (no encryption where kernels talk over ports of this computer) nobody in a room can mend.
        settings.LeanKernelApp.log_level = logging.ERROR
        settings.IPCompleter.use_jedi = False
        # Two threads for each of stdout and stderr, which read what libraries in C print: ours print nothing.
        settings.IPKernelApp.capture_fd_output = False
        app: LeanKernelApp = cls.instance(config=settings)
        app.log.setLevel(logging.ERROR)  # else a record is written for each message, and thrown away
        return app

    def make_ahead(self) -> None:
        """Make kernel and shell, without sockets and threads: they are given after the fork."""
        self.init_profile_dir()
        self.made = self.kernel_class.instance(parent=self, profile_dir=self.profile_dir, log=self.log)
        shown = self.made.shell.display_formatter  # what shows a form makes its ten parts when it is first asked
        _parts = shown.formatters, shown.ipython_display_formatter, shown.mimebundle_formatter
        # Setting an option of a socket asks each base class for its annotations. The first such question changes the
        # class, and Python then visits all classes that come from it, hundreds of them.
        for base in {*zmq.Socket.mro(), *zmq.Context.mro()}:
            getattr(base, "__annotations__", None)

    def init_kernel(self) -> None:
        """Give the kernel that was made ahead its sockets and threads, as ipykernel does when it makes one."""
        if self.made is None:
            super().init_kernel()
            return
        kernel = self.kernel = self.made
        shell_stream = ZMQStream(self.shell_socket, self.shell_channel_thread.io_loop)
        self.shell_channel_thread.shell_stream = shell_stream
        self.control_thread.start()
        self.shell_channel_thread.start()
        kernel.session = self.session
        kernel.shell_stream = shell_stream
        kernel.control_stream = ZMQStream(self.control_socket, self.control_thread.io_loop)
        kernel.debugpy_stream = ZMQStream(self.debugpy_socket, self.control_thread.io_loop)
        kernel.debug_shell_socket = self.debug_shell_socket
        kernel.control_thread, kernel.shell_channel_thread = self.control_thread, self.shell_channel_thread
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel.stdin_socket = self.stdin_socket
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        for shown in (kernel.shell.displayhook, kernel.shell.display_pub):
            shown.session, shown.pub_socket = self.session, self.iopub_socket
        kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def init_profile_dir(self) -> None:
        """Where IPython would look for a person's settings; once is enough."""
        if self.made is None:
            super().init_profile_dir()

    def update_config(self, config: Any) -> None:
        """What was told to start with is told again after files have been read: here none are."""
        if config != self.config:
            super().update_config(config)

    def init_iopub(self, context: Any) -> None:
        """As ipykernel does it, without a port for what processes that a kernel starts print: it starts none."""
        socket = context.socket(zmq.XPUB)
        socket.linger = 1000
        self.iopub_port = self._bind_socket(socket, self.iopub_port)
        self.iopub_thread = IOPubThread(socket, session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def parse_command_line(self, argv: Any = None) -> None:
        """Only ``-f <connection file>``: to read all of ipykernel's arguments means to look at all its settings."""
        self.connection_file = argv[argv.index("-f") + 1]

    def log_connection_info(self) -> None:
        """Nobody reads how to connect; it would fill the terminal of a room."""

    def _nothing(self, *_given: Any, **_named: Any) -> None:
        """Not needed here."""

    load_config_file = init_config_files = init_crash_handler = init_path = _nothing
    init_gui_pylab = init_extensions = init_code = _nothing
    # The server learns from the process itself that it has ended; nobody listens to the beat of its heart.
    init_heartbeat = _nothing
