"""What the system says about a port."""

from __future__ import annotations

import socket

import pytest

from lpconf.sandbox import listening
from lpconf.sandbox.listening import PortInUse, PortRefused


def test_a_port_of_another_program() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortInUse) as caught, listening.listening(port):
            pass
    assert caught.value.port == port


def test_a_port_that_may_not_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not an address of this machine: root may have any port.
    monkeypatch.setattr(listening, "HOST", "192.0.2.1")
    with pytest.raises(PortRefused) as caught, listening.listening(0):
        pass
    assert caught.value.port == 0
    assert caught.value.reason
