"""HTTPS for a trial on a local network: a certificate authority of this installation, which phones are asked to trust.

Its key signs the certificate of this server and lies in ``https/`` of the data folder, mode 0600. What a thief would sign
with it for anything but this computer's names and private addresses, phones refuse (name constraints, RFC 5280 §4.2.1.10). Phones
fetch the authority's certificate over plain HTTP from a helper on the next port, which gives that and nothing more. In
service a proxy with a public certificate does this work (``docs/in-service.md``).
"""

from __future__ import annotations

import json
import os
import socket
import threading
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask, Response, render_template, request
from werkzeug.serving import WSGIRequestHandler, make_server

from . import texts
from .shipped import shipped

AUTHORITY_LASTS = timedelta(days=730)
#: Phones refuse longer ones: 398 days (Apple, "About upcoming limits on trusted certificates").
CERTIFICATE_LASTS = timedelta(days=390)
RENEWED_BEFORE = timedelta(days=30)
#: Where a local network's addresses lie (RFC 1918, 3927, 4193, 4291): a router may give this computer another one.
LOCAL = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
                               "fc00::/7", "fe80::/10", "::1/128")))
CA_FILE = "fieldcheck-ca.crt"


class Certificates(NamedTuple):
    """The files that the server serves with, and the authority's certificate that phones are given."""

    certificate: Path
    key: Path
    authority: Path


def own_names(host: str) -> list[str]:
    """Addresses and names under which this computer is reached on its network when it listens on ``host``; best first."""
    found = [] if _is_any(host) else [host]
    if _is_any(host):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # of RFC 5737: nothing is sent, the system only chooses its own address
                found.append(probe.getsockname()[0])
            except OSError:
                pass
        found += [f"{socket.gethostname()}.local", socket.gethostname()]
    return list(dict.fromkeys([*found, "127.0.0.1", "localhost"]))


def _is_any(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")


def certificates(folder: Path, names: list[str], now: datetime) -> Certificates:
    """The certificates in ``folder``, made where they are missing, end soon, or lack one of the names.

    A name that the authority may not speak for, a public address say, makes another authority, which phones must trust anew.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    made = Certificates(folder / "server.crt", folder / "server.key", folder / "ca.crt")
    until = ends(made.authority)
    if until is None or until - now < RENEWED_BEFORE or not _may_name(made.authority, names):
        _make_authority(folder, names, now)
        made.certificate.unlink(missing_ok=True)
    until = ends(made.certificate)
    if until is None or until - now < RENEWED_BEFORE or not set(names) <= _names(made.certificate):
        _make_certificate(folder, names, now)
    return made


def ends(path: Path) -> datetime | None:
    """Until when a certificate holds; ``None`` where there is none."""
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (FileNotFoundError, ValueError):
        return None


def _names(path: Path) -> set[str]:
    found = x509.load_pem_x509_certificate(path.read_bytes()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return {str(name.value) for name in found.value}


def _may_name(authority: Path, names: list[str]) -> bool:
    try:
        found = x509.load_pem_x509_certificate(authority.read_bytes()).extensions.get_extension_for_class(x509.NameConstraints)
    except x509.ExtensionNotFound:
        return False
    return set(_permitted(names)) <= set(found.value.permitted_subtrees or ())


def _permitted(names: list[str]) -> list[x509.GeneralName]:
    own = [_alternative(name) for name in names]
    public = [ip_network(name.value) for name in own
              if isinstance(name, x509.IPAddress) and not any(name.value in network for network in LOCAL)]
    return [*(name for name in own if isinstance(name, x509.DNSName)), *map(x509.IPAddress, [*LOCAL, *public])]


def _make_authority(folder: Path, names: list[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"fieldcheck {os.urandom(2).hex()}")])
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (_begun(name, name, key, now, AUTHORITY_LASTS)
                   .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                   .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
                   .add_extension(signs, critical=True).sign(key, SHA256()))
    _write(folder / "ca.key", _pem(key))
    _write(folder / "ca.crt", certificate.public_bytes(Encoding.PEM))


def _make_certificate(folder: Path, names: list[str], now: datetime) -> None:
    authority_key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    # No name of a host: where only addresses stand below, OpenSSL would hold it against the authority's constraints.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fieldcheck server")])
    certificate = (_begun(subject, authority.subject, key, now, CERTIFICATE_LASTS)
                   .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
                   .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
                   .add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
                   .sign(authority_key, SHA256()))  # type: ignore[arg-type]
    _write(folder / "server.key", _pem(key))
    _write(folder / "server.crt", certificate.public_bytes(Encoding.PEM))


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime,
           lasts: timedelta) -> x509.CertificateBuilder:
    # A phone's clock may be behind.
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=2)).not_valid_after(now + lasts))


def _alternative(name: str) -> x509.GeneralName:
    try:
        address: IPv4Address | IPv6Address = ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(address)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)


def helper(authority: Path, origin: str) -> Flask:
    """The page that hands out the authority's certificate and says how a phone comes to trust it."""
    app = Flask("fieldcheck.trust", template_folder=str(shipped("templates")), static_folder=str(shipped("static")))

    @app.get("/")
    def page() -> str:
        spoken = request.accept_languages.best_match(texts.languages()) or texts.DEFAULT_LANGUAGE
        order = sorted(texts.languages(), key=lambda language: language != spoken)
        speakers = [texts.speaker(language, "trust") for language in order]
        return render_template("trust.html", speakers=speakers, phone=f"{origin}/phone/", file=CA_FILE, style=_style())

    @app.get(f"/{CA_FILE}")
    def certificate() -> Response:
        return Response(authority.read_bytes(), mimetype="application/x-x509-ca-cert")

    return app


def _style() -> str:
    try:
        names = json.loads((shipped("static") / "dist" / "manifest.json").read_bytes())
    except FileNotFoundError:
        names = {}
    return f"dist/{names.get('desk.css', 'desk.css')}"


class _Silent(WSGIRequestHandler):
    """Writes no line a request: it would hold the phone's address."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """What werkzeug calls after each answer."""


def serve_helper(app: Flask, host: str, port: int) -> None:
    """Serve the helper in a thread that ends with the process."""
    server = make_server(host, port, app, threaded=True, request_handler=_Silent)
    threading.Thread(target=server.serve_forever, name="fieldcheck-trust", daemon=True).start()
