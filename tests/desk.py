"""People at the desk for tests: a world's accounts, signed in through the real sign-in page."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.world import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def form_token(client: FlaskClient, address: str) -> str:
    """The CSRF token of the first form on a page."""
    found = TOKEN.search(client.get(address).get_data(as_text=True))
    assert found, f"no form on {address}"
    return found[1]


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: Any) -> Any:
    """Fill in and send the sign-in form; the answer."""
    data = {"name": name, "password": password, "csrf_token": form_token(client, "/sign-in"), **more.pop("fields", {})}
    return client.post("/sign-in", data=data, **more)


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A browser in which this account is signed in."""
    client = app.test_client()
    assert sign_in(client, name).status_code == 302
    return client


def send_form(client: FlaskClient, page: str, address: str, **fields: str) -> Any:
    """Send a form of a page, with the token that the page carries."""
    return client.post(address, data={"csrf_token": form_token(client, page), **fields})
