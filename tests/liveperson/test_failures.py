"""What needs a network to happen; everything else is tested over HTTP, in test_transport."""

from __future__ import annotations

import ssl

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError

from lpconf.liveperson.errors import OutcomeUnknown
from lpconf.liveperson.exchange import Answer, Call
from lpconf.liveperson.failures import no_answer, refusal
from lpconf.model.errors import AccessError
from lpconf.model.policy import Waits
from tests.canary import CANARY

WRITE = Call("PUT", "https://va.ac.liveperson.net", "/x", changes=True)


def wrapped(reason: Exception) -> MaxRetryError:
    return MaxRetryError(None, "/x", reason)  # type: ignore[arg-type]


UNKNOWN_HOST = NameResolutionError("va.ac.liveperson.net", HTTPConnection("x"), OSError())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (requests.ConnectionError(wrapped(UNKNOWN_HOST)), "the host name is not known"),
        (requests.ConnectTimeout(wrapped(ConnectTimeoutError("slow"))), "no connection within 10 s"),
    ],
)
def test_a_write_that_never_left_is_about_access(error: Exception, says: str) -> None:
    found = no_answer(WRITE, error, Waits())
    assert isinstance(found, AccessError)
    assert str(found).startswith(f"PUT /x failed: {says}.\nThe host is va.ac.liveperson.net.\n")


@pytest.mark.parametrize("error", [ValueError(CANARY), requests.RequestException(CANARY)])
def test_a_failure_that_nobody_knows_leaves_a_write_open_and_is_not_quoted(error: Exception) -> None:
    found = no_answer(WRITE, error, Waits())
    assert isinstance(found, OutcomeUnknown)
    assert CANARY not in str(found)


def test_what_everybody_may_read_of_it_names_no_host() -> None:
    untrusted = ssl.SSLCertVerificationError(1, "Hostname mismatch")
    untrusted.verify_message = "Hostname mismatch, certificate is not valid for 'va.ac.liveperson.net'."

    told = [
        no_answer(WRITE, error, Waits()).in_public
        for error in (requests.exceptions.SSLError(untrusted), requests.ConnectionError(wrapped(UNKNOWN_HOST)))
    ]

    assert told == [
        "LivePerson was not reached: the certificate is not trusted.",
        "LivePerson was not reached: the host name is not known.",
    ]


@pytest.mark.parametrize(
    ("base_url", "who"),
    [
        ("https://va.ac.liveperson.net", "LivePerson"),
        ("https://gateway.example.com", "LivePerson"),
        ("http://127.0.0.1:8080", "The sandbox"),
        ("http://[::1]:8080", "The sandbox"),
    ],
)
def test_it_says_who_answered(base_url: str, who: str) -> None:
    call = Call("PUT", base_url, "/x", changes=True)
    refused = refusal(call, Answer(400, body=b'{"error": {"message": "bad name"}}'))
    assert str(refused) == f"PUT /x was refused (400).\n{who} says: bad name."
    assert f"PUT /x was sent. {who} failed (503)." in str(refusal(call, Answer(503)))
    assert refusal(call, Answer(403)).in_public.startswith(f"{who} does not allow a request")
