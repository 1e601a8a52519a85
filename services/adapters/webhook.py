"""Telling another system of an event: one POST over HTTPS, to an address that was looked at before.

The name is resolved once, every address it has is checked, and the connection goes to the one that was checked,
so that a name cannot point inside the network after the check. Redirects are not followed, the body of the
answer is not read, and everything together, the look-up too, has DEADLINE seconds.
"""

import contextlib
import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from services.adapters.errors import IntegrationError

DEADLINE = 15.0  # seconds for one delivery
# IPv6 addresses that a gateway turns into the IPv4 address they hold, which may be one inside the network:
# NAT64 (RFC 6052), IPv4-compatible (RFC 4291, 2.5.5.1), IPv4-translated (RFC 2765). No receiver needs one.
EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class WebhookRefused(IntegrationError):
    """The address is not one that may be told anything; the message says why, fit for its owner."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=False)


class WebhookUnreachable(IntegrationError):
    def __init__(self) -> None:
        super().__init__("the receiver of a webhook does not answer", retryable=True)


def check(url: str, *, private: bool) -> None:
    """Whether `url` may be a receiver at all; nothing is resolved yet. `private` allows addresses inside the
    network, and plain http to this machine. Raises WebhookRefused."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WebhookRefused("This is not an address.") from None
    if not host or parts.username or parts.password or parts.fragment:
        raise WebhookRefused(
            "Give a plain address such as https://intake.clinic.example/verbatim, without a name "
            "or password in it."
        )
    on_loopback = private and host in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback):
        raise WebhookRefused("The address must begin with https://.")
    literal = _literal(host)
    if literal is not None and not private and not _is_public(literal):
        raise WebhookRefused("This address is inside a private network, which is not allowed here.")


def post(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> int:
    """The status that was answered. Raises WebhookRefused, WebhookUnreachable."""
    check(url, private=private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    until = time.monotonic() + DEADLINE
    address = _resolved(host, port, DEADLINE, private=private)
    connection = _Pinned(host, port, address, _left(until), tls=parts.scheme == "https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    watchdog = threading.Timer(_left(until), connection.abort)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("POST", path, body, {"user-agent": "Verbatim", **headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise WebhookUnreachable from error
    finally:
        watchdog.cancel()
        connection.close()


def _left(until: float) -> float:
    """Seconds, never none: a timeout of 0 means not to wait at all, and fails in other ways."""
    return max(until - time.monotonic(), 0.001)


class _Pinned(http.client.HTTPConnection):
    """Speaks to `address` and to nothing else, whatever the name says by now, and only until it is aborted.

    The timeout of the socket is for each read: a receiver that sends a byte now and then would never meet it.
    """

    def __init__(self, host: str, port: int, address: str, seconds: float, *, tls: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address, self._tls = address, tls
        self._is_over = False

    def connect(self) -> None:
        self._hold(socket.create_connection((self._address, self.port), self.timeout))
        if self._tls:
            context = ssl.create_default_context()
            secured = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._hold(secured)
            secured.do_handshake()

    def abort(self) -> None:
        """Ends what goes on, whether the connection is being made, secured or used. From another thread."""
        self._is_over = True
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):  # it ended by itself
                # not SSLSocket's own: that one drops the encryption under the thread that uses it
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def _hold(self, sock: socket.socket) -> None:
        """From here on `abort` finds it; if that came before, this raises."""
        self.sock = sock
        if self._is_over:
            raise TimeoutError


def _resolved(host: str, port: int, seconds: float, *, private: bool) -> str:
    addresses = _looked_up(host, port, seconds)
    if not private and not all(_is_public(ipaddress.ip_address(each)) for each in addresses):
        raise WebhookRefused("This address is inside a private network, which is not allowed here.")
    return addresses[0]


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """In a thread of its own, which is left behind when it takes too long: a look-up cannot be ended."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(entry[4][0]) for entry in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=look, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise WebhookUnreachable from None
    if isinstance(answer, Exception):
        raise WebhookUnreachable from answer
    return answer


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in EMBEDDING):
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
