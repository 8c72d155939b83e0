"""The phone's app says nothing of where or what for: its name, sign, titles and addresses are neutral, and it sends no notices."""

from __future__ import annotations

import json
import re

import pytest

from tests.house.source_tree import ROOT
from tests.world import World

NAMES = {"zh": "走访记录", "en": "Visit notes"}
SHELL = ("/phone/", "/manifest.webmanifest", "/static/icons/icon.svg")


def real_places() -> set[str]:
    """Every county and township of the register that ships with the project."""
    folder = ROOT / "fieldcheck/register_data/jingzhou"
    return {place["properties"]["name"] for name in ("townships", "counties")
            for place in json.loads((folder / f"{name}.geojson").read_text("utf-8"))["features"]}


@pytest.mark.parametrize("language", list(NAMES))
def test_name_sign_title_and_address_are_neutral(world: World, language: str) -> None:
    client = world.app.test_client()
    client.set_cookie("fc_language", language)
    manifest = client.get("/manifest.webmanifest").get_json()
    assert (manifest["name"], manifest["short_name"], manifest["start_url"]) == (NAMES[language], NAMES[language], "/phone/")
    page = client.get("/phone/").text
    assert re.findall("<title>(.*?)</title>", page) == [NAMES[language]]
    for address in SHELL:
        with client.get(address) as answer:
            said = answer.text
        assert not [word for word in ("暗访", "巡查", "扶贫", "fieldcheck", "covert", "inspect", "演示镇") if word in said], address


def test_no_place_of_the_register_stands_in_what_every_phone_keeps() -> None:
    places = real_places()
    assert len(places) > 100
    kept = [*(ROOT / "static/texts").glob("*/phone.json"), *(ROOT / "static/texts").glob("*/common.json"), *(ROOT / "static/js/ui").rglob("*.js")]
    found = [f"{path.name}: {place}" for path in kept for place in places if place in path.read_text("utf-8")]
    assert found == []


def test_the_app_sends_no_notices_and_puts_nothing_into_addresses_and_titles() -> None:
    phone = [path for part in ("ui", "store", "sync", "device") for path in (ROOT / "static/js" / part).rglob("*.js")]
    sources = {path.name: path.read_text("utf-8") for path in [*phone, ROOT / "static/js/main.js", ROOT / "static/js/sw.js"]}
    for word in ("showNotification", "new Notification", "requestPermission", "pushManager", "setAppBadge"):
        assert not [name for name, text in sources.items() if word in text], word
    steps = [step for text in sources.values() for step in re.findall(r"(?:push|replace)State\(([^;]*)\);", text)]
    assert steps and all(re.fullmatch(r"[\w.\[\]]+, ''(, window\.location\.pathname)?", step) for step in steps), steps
    titles = [said for text in sources.values() for said in re.findall(r"document\.title = (.*);", text)]
    assert titles == ["app.t('phone_name')"]
    assert {json.loads((ROOT / f"static/texts/{language}/common.json").read_text("utf-8"))["phone_name"] for language in NAMES} == set(NAMES.values())
