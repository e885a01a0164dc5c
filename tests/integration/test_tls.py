"""A server with a certificate of the shop's own: the till that has its pin connects, and nobody else is believed."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography import x509

from posapp.application.ports import SystemClock, SystemEntropy
from posapp.bootstrap import carrying
from posapp.bootstrap.folders import TillFolder
from posapp.bootstrap.shops import Shops
from posapp.storage.key_store import DATABASE_KEY, SECRET_BYTES, FileKeyStore
from sync.client.errors import OfflineError, UntrustedError
from sync.client.link import Link
from sync.client.trust import context_for, fetch_authority
from sync.protocol.messages import ChallengeReply, ChallengeRequest
from sync.protocol.typed import is_pinned, pin_of
from sync.server import certificates, devices
from sync.server.certificates import LocalTls
from sync.server.errors import Refusal, StorageError
from tests.integration.served_tills import found, opened
from tests.integration.sync_world import MERCHANT
from tests.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


NOW = datetime.now(UTC)
HOSTS = ["127.0.0.1", "localhost", "::1"]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path / "server")
    found(made)
    yield made
    made.stop()


def new_shops(folder: Path) -> Shops:
    # Its secrets are files, never those of the developer's own key ring.
    FileKeyStore(folder / "keys").put(DATABASE_KEY, SystemEntropy().bytes(SECRET_BYTES))
    return Shops(TillFolder(folder), SystemClock(), SystemEntropy())


def code_of(server: ServerProcess) -> str:
    with opened(server) as context:
        return LocalTls(server.folder).with_pin(devices.new_code(context, MERCHANT, "S1", 1))


def address(server: ServerProcess) -> str:
    return f"https://127.0.0.1:{server.port}"


def asks(link: Link) -> None:
    try:
        link.post("/v1/challenge", ChallengeRequest(MERCHANT, bytes(16)), ChallengeReply)
    finally:
        link.close()


def link_by(server: ServerProcess, authority: str) -> Link:
    return Link(address(server), verify=context_for(authority))


def test_a_till_joins_with_the_pin_behind_its_code_and_stays_connected(server: ServerProcess, tmp_path: Path) -> None:
    printed = server.run("certificates", *HOSTS)
    server.start()
    code = server.run("enrolment-code", "--store", "S1", "--till", "1")
    assert code.rpartition("/")[2] in printed
    shops = new_shops(tmp_path / "till")
    till = carrying.join(shops, address(server), code.lower())
    assert till.identity.shop_name == "Demo"
    asks(carrying.link_to_server(till))
    shops.close()
    # The server's certificate is renewed by the same authority: no till needs to be told.
    server.run("certificates", *HOSTS)
    server.stop()
    server.start()
    again = Shops(TillFolder(tmp_path / "till"), SystemClock(), SystemEntropy())
    till_again = again.open_till()
    assert till_again is not None
    asks(carrying.link_to_server(till_again))
    again.close()


def test_another_authority_is_not_believed(server: ServerProcess, tmp_path: Path) -> None:
    certificates.make(server.folder, HOSTS, NOW)
    other = tmp_path / "other"
    certificates.make(other, HOSTS, NOW)
    wrong = LocalTls(other).with_pin(code_of(server).partition("/")[0])
    server.start()
    shops = new_shops(tmp_path / "till")
    with pytest.raises(UntrustedError) as error:
        carrying.join(shops, address(server), wrong)
    assert "certificate is another" in error.value.english
    assert "证书不符" in error.value.chinese
    shops.close()
    # Nor later: who has joined believes no server that another authority vouches for, though it has the address.
    with pytest.raises(UntrustedError, match="not the shop's server"):
        asks(link_by(server, LocalTls(other).authority_pem()))
    asks(link_by(server, LocalTls(server.folder).authority_pem()))


def test_without_a_pin_a_certificate_of_ones_own_is_not_believed(server: ServerProcess, tmp_path: Path) -> None:
    certificates.make(server.folder, HOSTS, NOW)
    server.start()
    shops = new_shops(tmp_path / "till")
    with pytest.raises(UntrustedError):
        carrying.join(shops, address(server), code_of(server).partition("/")[0])
    shops.close()


def test_a_certificate_that_has_run_out_is_said_to_have(server: ServerProcess) -> None:
    certificates.make(server.folder, HOSTS, NOW - timedelta(days=400))
    server.start()
    with pytest.raises(UntrustedError) as error:
        asks(link_by(server, LocalTls(server.folder).authority_pem()))
    assert "has expired" in error.value.english
    assert "已过期" in error.value.chinese


def test_a_certificate_for_another_address_is_not_believed(server: ServerProcess) -> None:
    certificates.make(server.folder, ["192.0.2.1", "till.example"], NOW)
    server.start()
    with pytest.raises(UntrustedError, match="not the shop's server"):
        asks(link_by(server, LocalTls(server.folder).authority_pem()))


def test_plain_words_where_https_is_spoken_and_the_other_way_round(server: ServerProcess, tmp_path: Path) -> None:
    server.start()
    with pytest.raises(OfflineError):
        fetch_authority(address(server), "0" * 20)
    plain = Link(server.url)
    assert plain.alive()
    plain.close()
    answer = httpx.get(f"{server.url}/v1/authority", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    server.stop()
    certificates.make(server.folder, HOSTS, NOW)
    server.start()
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.sendall(b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        sock.settimeout(30)
        assert not sock.recv(100).startswith(b"HTTP/1.1 200")
    assert tmp_path.exists()


def test_keys_are_for_their_owner_and_the_authority_stays(tmp_path: Path) -> None:
    pin = certificates.make(tmp_path, ["a.example"], NOW)
    files = LocalTls(tmp_path)
    first = files.certificate.read_bytes()
    assert certificates.make(tmp_path, ["a.example", "10.0.0.1"], NOW) == pin == pin_of(files.authority_pem())
    assert files.certificate.read_bytes() != first
    for path in (files.key, files.authority_key):
        assert path.stat().st_mode & 0o777 == 0o600
    names = x509.load_pem_x509_certificate(files.certificate.read_bytes()).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert [str(each.value) for each in names.value] == ["a.example", "10.0.0.1"]
    with pytest.raises(Refusal):
        certificates.make(tmp_path, [], NOW)
    files.authority_key.write_text("torn")
    with pytest.raises(StorageError):
        certificates.make(tmp_path, ["a.example"], NOW)


def test_a_pin_is_known_however_it_is_typed(tmp_path: Path) -> None:
    pin = certificates.make(tmp_path, ["a.example"], NOW)
    pem = LocalTls(tmp_path).authority_pem()
    assert len(pin) == 24
    for typed in (pin, pin.lower(), pin.replace("-", " "), pin.replace("0", "O").replace("1", "l"), f"  {pin}\n"):
        assert is_pinned(pem, typed)
    for other in ("", pin[:-1], f"{pin}0", pin[::-1] if pin[::-1] != pin else "0" * 20):
        assert not is_pinned(pem, other)
    assert not is_pinned("<html>", pin)


def test_half_of_a_certificate_is_refused(server: ServerProcess) -> None:
    server.options = ("--tls-cert", "/nowhere.pem")
    with pytest.raises(AssertionError, match="go together"):
        server.start()
