"""How a till knows that a server with a certificate of the shop's own is the right one.

The certificate of the shop's authority is fetched once, over a connection that nobody vouches for, and believed only if
it has the pin that came with the enrolment code.  From then on nothing but that authority is believed.
"""

from __future__ import annotations

import ssl
from typing import Final

import httpx

from sync.client.errors import OfflineError, UntrustedError
from sync.protocol.typed import is_pinned

_SECONDS: Final = 10.0
_MOST_BYTES: Final = 16 << 10


def fetch_authority(url: str, pin: str) -> str:
    """The certificate of the authority that has this pin, as PEM.  Raises `OfflineError` or `UntrustedError`."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        with (
            httpx.Client(verify=anybody, trust_env=False, timeout=_SECONDS) as client,
            client.stream("GET", f"{url}/v1/authority") as response,
        ):
            text = ""
            for part in response.iter_text():
                text += part
                if len(text) > _MOST_BYTES:
                    break
    except httpx.HTTPError as error:
        raise OfflineError(type(error).__name__) from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UntrustedError("ConnectError") from error
    if not is_pinned(text, pin):
        raise UntrustedError("ConnectError")
    return text


def context_for(authority: str) -> ssl.SSLContext | bool:
    """What a link checks servers against: a shop's authority alone, or, where there is none, what this machine does."""
    return ssl.create_default_context(cadata=authority) if authority else True


def untrusted(error: BaseException) -> UntrustedError | None:
    """What a failed connection says of the server's certificate; None where it failed for another reason."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, ssl.SSLCertVerificationError):
            return UntrustedError("ConnectError", expired=at.verify_code == _EXPIRED)
        at = at.__cause__ or at.__context__
    return None


_EXPIRED: Final = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED."""
