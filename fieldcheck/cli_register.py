"""``fieldcheck register``: the register (区划名册) of counties, townships and villages."""

from __future__ import annotations

import json
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any, Callable

import click

from .actions.import_register import import_register
from .cli_data import Data, data_option, json_option, now
from .cli_words import column, group, option, problems_said, say
from .problems import Problem
from .rules.link_file import LinkFileFault, links_csv, proposal_row, read_links
from .rules.register import Register
from .rules.register_difference import difference
from .rules.register_faults import Fault, errors
from .rules.register_reader import REGISTER_FILES, Reading, read_register
from .rules.scope import scope
from .rules.unit_links import Link
from .store import registers

ACTOR = "cli"
KIND_WIDTH = 16
SHIPPED = Path(__file__).resolve().parent / "register_data" / "jingzhou"


@group(help="help.register")
def register() -> None:
    """The noun; its verbs follow."""


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds FOLDER and how to read it; the command gets a ``Reading``."""

    @wraps(command)
    def read(folder: Path, edition: str | None, datum: str | None, allow_overlaps: bool, **others: Any) -> None:
        command(reading=read_folder(folder, edition, datum, allow_overlaps), **others)

    for parameter in (
        click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path)),
        option("--edition", help="option.edition"),
        option("--datum", help="option.datum"),
        option("--allow-overlaps", is_flag=True, help="option.allow_overlaps"),
        json_option,
    ):
        read = parameter(read)
    return read


@register.command(help="help.register.check")
@reading_options
def check(reading: Reading, as_json: bool) -> None:
    """Name every fault of a register by file and row; exit 1 if one would stop an import."""
    if as_json:
        click.echo(json.dumps(_document(reading), ensure_ascii=False))
    else:
        _print_faults(reading)
        if reading.register:
            _print_counts(reading)
    raise SystemExit(0 if reading.register else 1)


@register.command("import", help="help.register.import")
@reading_options
@option("--links", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="option.links")
@option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="option.links_date")
@data_option
def import_command(reading: Reading, links: Path | None, day: datetime | None, as_json: bool, data: Data) -> None:
    """Import a register. An error stops it and nothing is changed, exit 1; warnings do not stop it."""
    data.need()
    new = reading.register is not None and _import(data, reading, _links(links, day), now())
    if as_json:
        click.echo(json.dumps({**_document(reading), "imported": new}, ensure_ascii=False))
    else:
        _print_faults(reading)
        if reading.register:
            _print_counts(reading)
            click.echo(say("register.imported" if new else "register.held", hash=reading.register.hash))
        else:
            click.echo(say("register.refused"), err=True)
    raise SystemExit(0 if reading.register else 1)


@register.command(help="help.register.diff")
@reading_options
@option("--csv", "as_csv", is_flag=True, help="option.links_csv")
@option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="option.links_date")
@data_option
def diff(reading: Reading, as_csv: bool, day: datetime | None, as_json: bool, data: Data) -> None:
    """What differs between the current register and the one in FOLDER, as links to review; changes nothing."""
    data.need()
    current = registers.current_register(data.db)
    if current is None:
        raise click.ClickException(say("register.unknown"))
    if reading.register is None:
        _print_faults(reading)
        raise SystemExit(1)
    rows = [proposal_row(one, f"{day:%Y-%m-%d}" if day else "") for one in difference(current, reading.register)]
    if as_json:
        click.echo(json.dumps({"before": current.hash, "after": reading.register.hash, "links": rows}, ensure_ascii=False))
    elif as_csv:
        click.echo(links_csv(rows), nl=False)
    else:
        _print_difference(rows, current, reading.register)


@register.command(help="help.register.show")
@click.argument("hash", required=False)
@data_option
@json_option
def show(hash: str | None, data: Data, as_json: bool) -> None:
    """The current register, or the one whose HASH begins so: edition, counts, sources, townships in scope."""
    data.need()
    found = [known for known in registers.hashes(data.db) if known.startswith(hash or "")]
    if not found or (hash and len(found) > 1):
        raise click.ClickException(say("register.unknown"))
    about = registers.about(data.db, found[-1])
    held = registers.register_of(data.db, found[-1])
    in_scope = scope(held)
    if as_json:
        click.echo(json.dumps({**about, "scope": in_scope.document()}, ensure_ascii=False))
        return
    click.echo(say("register.shown", **{**about, **about["counts"]}))
    for line in about["attribution"]:
        click.echo("  " + say(line["key"], **line["values"]))
    click.echo(say("register.scope", included=len(in_scope.included), excluded=len(in_scope.excluded)))
    for county in held.of_level("county"):
        below = [unit for unit in held.of_level("township") if unit.parent == county.unit]
        click.echo(f"{county.code}  {county.name}  {len(below)}")


def read_folder(folder: Path, edition: str | None = None, datum: str | None = None, allow_overlaps: bool = False) -> Reading:
    """The register in a folder, with every fault."""
    files = {name: (folder / name).read_bytes() for name in REGISTER_FILES if (folder / name).is_file()}
    return read_register(files, edition or folder.resolve().name, datum, allow_overlaps)


def import_shipped(data: Data, now: datetime) -> None:
    """Import the register that ships with the program: Jingzhou (荆州), with approximate outlines."""
    reading = read_folder(SHIPPED)
    assert reading.register is not None, reading.faults
    import_register(data.db, data.config.data, data.keys, reading.register, ACTOR, now)


def _links(file: Path | None, day: datetime | None) -> list[Link]:
    with problems_said():
        try:
            return read_links(file.read_bytes(), f"{day:%Y-%m-%d}" if day else "") if file else []
        except LinkFileFault as fault:
            raise Problem("link_malformed", n=fault.row, code=file.name if file else "") from None


def _import(data: Data, reading: Reading, links: list[Link], at: datetime) -> bool:
    with problems_said():
        return import_register(data.db, data.config.data, data.keys, reading.register, ACTOR, at, links)


def _document(reading: Reading) -> dict[str, Any]:
    found = reading.register
    return {
        "faults": [{**fault.document(), "says": _sentence(fault)} for fault in reading.faults],
        "register": found and {"hash": found.hash, "edition": found.edition, "counts": found.counts},
        "scope": found and _scope_by_code(reading),
    }


def _scope_by_code(reading: Reading) -> dict[str, Any]:
    # Before an import units have no lasting ids, so codes name them here.
    codes = {unit.unit: unit.code for unit in reading.register.of_level("township")}
    found = scope(reading.register, reading.exclusions)
    return {"included": [codes[unit] for unit in found.included],
            "excluded": [{"code": codes[entry.unit], "reason": entry.reason} for entry in found.excluded]}


def _print_faults(reading: Reading) -> None:
    for fault in reading.faults:
        where = f"{fault.file}:{fault.row}" if fault.row else fault.file
        click.echo(f"{where}  {say('register.' + fault.severity)}  {_sentence(fault)}  [{fault.code}]")
    wrong = len(errors(reading.faults))
    click.echo(say("register.faults", errors=wrong, warnings=len(reading.faults) - wrong))


def _print_difference(rows: list[dict[str, Any]], before: Register, after: Register) -> None:
    names = {side: {unit.code: unit.name for unit in held.units} for side, held in (("from", before), ("to", after))}
    for row in rows:
        ends = (", ".join(f"{code} {names[side][code]}" for code in row[side]) or "–" for side in ("from", "to"))
        sure = "" if row["sure"] else "  " + say("difference.unsure")
        click.echo(f"{column(say('difference.' + row['kind']), KIND_WIDTH)} {' → '.join(ends)}  ({say('difference.' + row['why'])}){sure}")
        if row["villages"]:
            click.echo("    " + ", ".join(f"{code} {names['from'][code]}" for code in row["villages"]))
    click.echo(say("difference.counted", n=len(rows), unsure=sum(not row["sure"] for row in rows)))


def _print_counts(reading: Reading) -> None:
    found = scope(reading.register, reading.exclusions)
    click.echo(say("register.read", edition=reading.register.edition, **reading.register.counts))
    click.echo(say("register.scope", included=len(found.included), excluded=len(found.excluded)))


def _sentence(fault: Fault) -> str:
    return say(fault.key, **fault.values)
