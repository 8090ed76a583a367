"""A brand: its keys and tokens, and its own servers on loopback. PyJWT signs; the simulator does without it."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER = "https://idp.brand.example"
SUBJECT = "5e9ee96c-226e-44b6-ac51-b1dfe494ba10"

Json = Any


class Signer:
    """A brand's RSA key."""

    def __init__(self, bits: int = 2048) -> None:
        self.key = rsa.generate_private_key(65537, bits)

    @cached_property
    def der(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def pasted(self) -> str:
        """As the connector's field wants it."""
        return base64.b64encode(self.der).decode()

    def jwk(self, kid: str | None = None) -> Json:
        numbers = self.key.public_key().public_numbers()
        n, e = (
            base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).rstrip(b"=").decode()
            for value in (numbers.n, numbers.e)
        )
        return {"kty": "RSA", "n": n, "e": e, **({"kid": kid} if kid else {})}

    def token(self, now: float, headers: Json = None, without: Json = (), **claims: Json) -> str:
        """A token that is good for ten minutes, unless the claims say otherwise."""
        full = {"iss": ISSUER, "sub": SUBJECT, "iat": int(now), "exp": int(now) + 600, **claims}
        for name in without:
            del full[name]
        return raw_token(self.key, {"alg": "RS256", "typ": "JWT", **(headers or {})}, json.dumps(full).encode())


def raw_token(key: rsa.RSAPrivateKey, header: Json, payload: bytes) -> str:
    """Any bytes as payload, signed with RS256 whatever the header says."""
    signed = f"{segment(json.dumps(header).encode())}.{segment(payload)}"
    signature = jwt.get_algorithm_by_name("RS256").sign(signed.encode(), key)
    return f"{signed}.{segment(signature)}"


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims_of(token: str) -> Json:
    """What a token says, unverified."""
    return jwt.decode(token, options={"verify_signature": False})


@dataclass
class BrandServer:
    """The brand's token endpoint and key set, which answer whatever `status` and `body` say."""

    url: str
    status: int = 200
    body: bytes = b"{}"
    location: str = ""
    coding: str = ""
    hold: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str, dict[str, str], dict[str, list[str]]]] = field(default_factory=list)

    def answers(self, body: Json, status: int = 200) -> None:
        self.body, self.status = json.dumps(body).encode(), status


@contextmanager
def serving() -> Iterator[BrandServer]:
    """A brand's server. It waits with an answer for as long as `hold` is not set."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            brand.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, form))
            brand.hold.wait()
            self.send_response(brand.status)
            if brand.location:
                self.send_header("Location", brand.location)
            if brand.coding:
                self.send_header("Content-Encoding", brand.coding)
            self.send_header("Content-Length", str(len(brand.body)))
            self.end_headers()
            self.wfile.write(brand.body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Json) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Json, client_address: Json) -> None:
            """Who did not wait for the answer is gone."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        brand = BrandServer(f"http://127.0.0.1:{server.server_address[1]}")
        brand.hold.set()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield brand
        finally:
            brand.hold.set()
            server.shutdown()
            thread.join()
