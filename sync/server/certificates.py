"""A certificate authority of a shop's own, for servers without a domain: tills trust it by its pin and nothing else.

The authority lasts ten years, so that tills need not be told again; the server's certificate lasts 397 days and is
renewed by the same command.  Keys lie beside the server's other secrets, readable by their owner alone.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sync.protocol.typed import PIN_MARK, pin_of
from sync.server.errors import Refusal, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_AUTHORITY_DAYS: Final = 3_653
_SERVER_DAYS: Final = 397
_EARLY: Final = timedelta(days=1)
_OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class LocalTls:
    """The four files of a data folder."""

    data: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate; it is no secret, and tills fetch it."""
        return self.data / "tls-authority.pem"

    @property
    def authority_key(self) -> Path:
        """Its key."""
        return self.data / "tls-authority.key"

    @property
    def certificate(self) -> Path:
        """The server's certificate."""
        return self.data / "tls-server.pem"

    @property
    def key(self) -> Path:
        """Its key."""
        return self.data / "tls-server.key"

    def authority_pem(self) -> str:
        """The authority's certificate; empty where there is none."""
        return self.authority.read_text("ascii") if self.authority.exists() else ""

    def with_pin(self, code: str) -> str:
        """An enrolment code with the authority's pin behind it, where there is an authority."""
        pem = self.authority_pem()
        return f"{code}{PIN_MARK}{pin_of(pem)}" if pem else code


def make(data: Path, hosts: Sequence[str], now: datetime) -> str:
    """Make the authority where there is none, and a new certificate of the server for these names and addresses.

    Returns the authority's pin.  Raises `Refusal` where no host is given, `StorageError` where the authority's files
    cannot be read.
    """
    if not hosts:
        raise Refusal("say under which name or address tills reach it", "请说明收银机访问服务器的名称或地址", "host")
    files = LocalTls(data)
    data.mkdir(parents=True, exist_ok=True)
    if not files.authority.exists():
        _make_authority(files, now)
    try:
        authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
        authority_key = load_pem_private_key(files.authority_key.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise StorageError("the authority cannot be read / 无法读取本地证书") from error
    if not isinstance(authority_key, ec.EllipticCurvePrivateKey):
        raise StorageError("the authority's key is of another kind / 本地证书密钥类型不符")
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(hosts[0], authority.subject, key, now, _SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
    )  # fmt: skip
    _write(files.key, _private(key))
    _write(files.certificate, builder.sign(authority_key, SHA256()).public_bytes(Encoding.PEM))
    return pin_of(files.authority_pem())


def _make_authority(files: LocalTls, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "posapp shop authority")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        _builder("posapp shop authority", name, key, now, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    _write(files.authority_key, _private(key))
    _write(files.authority, builder.sign(key, SHA256()).public_bytes(Encoding.PEM))


def _builder(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A till's clock may be behind.
        .not_valid_before(now - _EARLY)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole, for its owner alone."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
