"""A client of the YAML language server, over stdio: what an editor does, and no more.

Every wait is on a message of the server and has an end.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
VERSION = "2.0.0"
LONGEST = 60.0
"""Seconds to wait for a message."""

_INSTALL = f"npm install --prefix .venv/node --no-save --no-package-lock yaml-language-server@{VERSION}"


def executable() -> Path:
    """The server's start script. Fails the test where it is not installed, with how to."""
    modules = Path(os.environ.get("LPCONF_TEST_NODE_MODULES") or ROOT / ".venv" / "node" / "node_modules")
    found = modules / "yaml-language-server" / "bin" / "yaml-language-server"
    if shutil.which("node") is None:
        pytest.fail("These tests need node, version 20 or later.")
    if not found.is_file():
        pytest.fail(f"These tests need the YAML language server: {_INSTALL}")
    return found


@dataclass
class LanguageServer:
    """A running server. `settings` are those of its section `yaml`."""

    process: subprocess.Popen[bytes]
    settings: dict[str, Any]
    _messages: queue.Queue[dict[str, Any] | None] = field(default_factory=queue.Queue)
    _diagnostics: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _last: int = 0

    def read(self) -> None:
        """Pass on what the server says until it ends. Runs in a thread."""
        assert self.process.stdout is not None
        while (message := _read_message(self.process.stdout)) is not None:
            self._messages.put(message)
        self._messages.put(None)

    def request(self, method: str, **params: Any) -> Any:
        """Ask the server, and give its answer."""
        self._last += 1
        self._send({"id": self._last, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self._last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def tell(self, method: str, **params: Any) -> None:
        """Tell the server something that it does not answer."""
        self._send({"method": method, "params": params})

    def open(self, file: Path, text: str) -> None:
        """Open a document."""
        self._diagnostics.pop(file.as_uri(), None)
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def diagnostics(self, file: Path) -> list[dict[str, Any]]:
        """What is marked in an open document."""
        while file.as_uri() not in self._diagnostics:
            self._next()
        return self._diagnostics[file.as_uri()]

    def close(self, file: Path) -> None:
        """Close a document."""
        self.tell("textDocument/didClose", textDocument={"uri": file.as_uri()})

    def _next(self) -> dict[str, Any]:
        """The next message. Questions of the server are answered on the way, diagnostics kept."""
        message = self._messages.get(timeout=LONGEST)
        assert message is not None, "the language server has ended"
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, message: dict[str, Any]) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.settings if each.get("section") == "yaml" else {} for each in message["params"]["items"]]
        return None

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()


def _read_message(stream: IO[bytes]) -> dict[str, Any] | None:
    length = 0
    while line := stream.readline():
        if line == b"\r\n":
            message: dict[str, Any] = json.loads(stream.read(length))
            return message
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return None


@contextmanager
def language_server(root: Path, schemas: dict[str, list[str]]) -> Iterator[LanguageServer]:
    """A server for a folder. `schemas` maps addresses of schemas to the files that they are for."""
    settings = {
        "schemas": schemas,
        "schemaStore": {"enable": False},
        "validate": True,
        "hover": True,
        "completion": True,
    }
    # Whatever it tried to fetch it would not get: nothing listens there.
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    process = subprocess.Popen(
        ["node", str(executable()), "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    server = LanguageServer(process, settings)
    reader = threading.Thread(target=server.read)
    reader.start()
    try:
        markdown = ["markdown", "plaintext"]
        server.request(
            "initialize",
            processId=os.getpid(),
            rootUri=root.as_uri(),
            workspaceFolders=[{"uri": root.as_uri(), "name": "root"}],
            capabilities={
                "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
                "textDocument": {
                    "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": markdown}},
                    "hover": {"contentFormat": markdown},
                    "publishDiagnostics": {},
                },
            },
        )
        server.tell("initialized")
        server.tell("workspace/didChangeConfiguration", settings={"yaml": settings})
        yield server
        server.request("shutdown")
        server.tell("exit")
        assert process.wait(timeout=LONGEST) == 0
    finally:
        process.kill()
        process.wait(timeout=LONGEST)
        reader.join(timeout=LONGEST)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
