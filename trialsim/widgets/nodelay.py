"""Server extension: send kernel messages without Nagle's delay, so that what the kernel says is shown at once.

A kernel answers in three messages: busy, the answer, idle. Unless told otherwise, the server's socket holds the second
back until the browser has acknowledged the first, which a browser does after up to 40 ms: longer than a picture takes.

It is named in ``jupyter_server_config.json``. As an extension it can fail without stopping the server.
"""

from __future__ import annotations

from typing import Any

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Put a connection in place of the usual one that does not wait (TCP_NODELAY)."""
    name = "kernel_websocket_connection_class"
    usual = server.web_app.settings[name]

    class WithoutDelay(usual):  # type: ignore[misc, valid-type]
        """The server's own connection of a browser and a kernel."""

        async def connect(self) -> Any:
            self.websocket_handler.set_nodelay(True)
            return await super().connect()

    server.web_app.settings[name] = WithoutDelay
