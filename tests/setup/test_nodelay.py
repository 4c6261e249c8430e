"""The server's extension that sends what a kernel says at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_server.extension.utils import get_metadata
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from trialsim.widgets import nodelay

NAME = "kernel_websocket_connection_class"


class Usual:
    """Stands for the server's own connection."""

    def __init__(self, websocket_handler: Any) -> None:
        self.websocket_handler = websocket_handler

    async def connect(self) -> str:
        """Say what was set before it was connected."""
        return f"connected after {self.websocket_handler.set}"


class Handler:
    """Stands for the handler of one socket."""

    set: str = "nothing"

    def set_nodelay(self, value: bool) -> None:
        """Keep what was asked for."""
        self.set = f"nodelay {value}"


def test_it_is_an_extension_as_the_server_knows_them() -> None:
    """The server finds the one point of the extension, in the module that its settings name."""
    module, points = get_metadata(nodelay.__name__)
    assert module is nodelay
    assert points == [{"module": nodelay.__name__}]


def test_the_usual_connection_no_longer_waits() -> None:
    """Whatever connection the server has, it is told not to wait before it is connected, and else stays as it is."""
    server = SimpleNamespace(web_app=SimpleNamespace(settings={NAME: Usual}))
    nodelay._load_jupyter_server_extension(server)
    made = server.web_app.settings[NAME](websocket_handler=Handler())
    assert isinstance(made, Usual)
    # Step by step: where a browser test ran before, a loop of its own is running.
    with pytest.raises(StopIteration) as done:
        made.connect().send(None)
    assert done.value.value == "connected after nodelay True"


def test_the_server_still_asks_its_settings() -> None:
    """Jupyter's handler takes the connection from the setting that is replaced; a socket can be told not to wait."""
    handler: Any = SimpleNamespace(settings={NAME: Usual})
    found: Any = KernelWebsocketHandler.kernel_websocket_connection_class
    assert found.fget(handler) is Usual
    assert callable(KernelWebsocketHandler.set_nodelay)
