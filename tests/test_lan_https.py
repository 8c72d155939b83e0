"""A trial on a local network: a phone that trusts the authority of this installation reaches it by HTTPS, and only so."""

from __future__ import annotations

import http.client
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from fieldcheck import lan_https
from fieldcheck.doctor import CERTIFICATE_ENDS_SOON
from tests.cli.typed import CHINESE, run
from tests.server_process import ServerProcess
from tests.world import World

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NAMES = ["192.168.2.7", "office.local", "127.0.0.1", "localhost"]


def test_a_certificate_names_this_computer_and_lasts_no_longer_than_phones_take(tmp_path: Path) -> None:
    made = lan_https.certificates(tmp_path / "https", NAMES, NOW)
    certificate = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in named] == NAMES
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=398)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(made.authority.read_bytes()))
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "https").iterdir()} == {0o600}


@pytest.mark.parametrize(("names", "later", "renewed"), [
    (NAMES, timedelta(days=10), False), (NAMES[1:], timedelta(0), False), ([*NAMES, "192.168.2.8"], timedelta(0), True),
    (NAMES, lan_https.CERTIFICATE_LASTS - CERTIFICATE_ENDS_SOON, True)])
def test_a_certificate_is_renewed_for_a_new_name_or_before_it_ends_and_phones_trust_it_as_before(
        names: list[str], later: timedelta, renewed: bool, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in lan_https.certificates(tmp_path / "https", NAMES, NOW)]
    again = [path.read_bytes() for path in lan_https.certificates(tmp_path / "https", names, NOW + later)]
    assert again[2] == first[2] and (again[:2] != first[:2]) == renewed


@pytest.mark.parametrize(("name", "trusted"), [
    ("127.0.0.1", True), ("office.local", True), ("192.168.77.1", True), ("bank.example", False), ("203.0.113.5", False)])
def test_what_a_thief_of_the_authoritys_key_signs_for_somebody_else_phones_refuse(
        name: str, trusted: bool, tmp_path: Path) -> None:
    made = lan_https.certificates(tmp_path / "https", NAMES, datetime.now(UTC))
    lan_https._make_certificate(tmp_path / "https", [name], datetime.now(UTC))
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(made.certificate, made.key)
    server = serving.wrap_bio(here, there, server_side=True)
    phone = ssl.create_default_context(cafile=made.authority).wrap_bio(there, here, server_hostname=name)

    def shake() -> None:
        for side in (phone, server, phone):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()

    if trusted:
        shake()
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            shake()


def test_a_name_that_the_authority_may_not_speak_for_makes_another_one(tmp_path: Path) -> None:
    first = lan_https.certificates(tmp_path / "https", NAMES, NOW).authority.read_bytes()
    again = lan_https.certificates(tmp_path / "https", ["203.0.113.5", *NAMES], NOW).authority.read_bytes()
    assert again != first
    assert lan_https.certificates(tmp_path / "https", NAMES, NOW).authority.read_bytes() == again


@pytest.mark.parametrize(("spoken", "first"), [("zh-CN", "让手机信任这台服务器"), ("en", "Make this phone trust the server")])
def test_the_helper_hands_out_the_authority_and_says_in_both_languages_how_to_trust_it(
        spoken: str, first: str, tmp_path: Path) -> None:
    made = lan_https.certificates(tmp_path / "https", NAMES, NOW)
    client = lan_https.helper(made.authority, "https://192.168.2.7:8000").test_client()
    page = client.get("/", headers={"Accept-Language": spoken}).text
    assert page.index(first) < page.index("证书信任设置") and "Certificate Trust Settings" in page
    assert "https://192.168.2.7:8000/phone/" in page
    fetched = client.get(f"/{lan_https.CA_FILE}")
    assert fetched.data == made.authority.read_bytes() and fetched.mimetype == "application/x-x509-ca-cert"
    assert client.get("/ca.key").status_code == client.get("/../ca.key").status_code == 404


def test_whoever_trusts_the_authority_reaches_the_server_and_nobody_else_is_deceived(tmp_path: Path) -> None:
    World(tmp_path / "data")
    server = ServerProcess(tmp_path / "data", https=True)
    server.start()
    try:
        trusting = ssl.create_default_context(cafile=tmp_path / "data" / "https" / "ca.crt")
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20, context=trusting)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            http.client.HTTPSConnection("127.0.0.1", server.port, timeout=20).connect()
    finally:
        server.stop()


def test_a_demonstration_stays_on_this_computer_by_https_too(tmp_path: Path) -> None:
    (tmp_path / "DEMO").write_text("")
    (tmp_path / "fieldcheck.db").write_text("")
    told = run("serve", "--https", "--host", "0.0.0.0", "--data", tmp_path, language=CHINESE)
    assert told.exit_code == 1 and "演示数据只能在本机打开" in told.output and not (tmp_path / "https").exists()
