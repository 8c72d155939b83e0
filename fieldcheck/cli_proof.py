"""``fieldcheck verify``, ``fieldcheck log`` and ``fieldcheck coverage certify``: what a third party can hold against us."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any, Iterator

import click
from click.core import ParameterSource

from sync.log_head import LogHead, NotALine, read_line

from .actions.certify_coverage import certify_coverage
from .actions.sign_log_head import sign_log_head
from .actions.verify_certificate import Read, read_certificate, read_key, signed_elsewhere, verify_certificate
from .actions.verify_log import Doubt, carried, grown_since, verify_log
from .cli_data import Data, data_option, json_option, now, out_options, write_out
from .cli_draw import DRAWS, CertificateOrDraws, verify_draws
from .cli_words import SpokenCommand, group, option, problems_said, say
from .store import log_heads, rounds
from .store.figures import figures

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(cls=SpokenCommand, help="help.verify")
@click.argument("certificate", required=False, type=CertificateOrDraws(exists=True, dir_okay=False, path_type=Path),
                metavar="[CERTIFICATE | draw]")
@option("--round", "round_id", metavar="ROUND", help="option.round_draws")
@data_option
@json_option
@option("--since", metavar="LINE", help="option.since")
@option("--key", type=FILE, help="option.key")
@click.pass_context
def verify(context: click.Context, certificate: Path | None, round_id: str | None, data: Data, as_json: bool, since: str | None,
           key: Path | None) -> None:
    """Recompute everything that the log claims, its draws alone, or a coverage certificate; exit 1 and name the first doubt.

    A certificate is checked by itself unless ``--data`` is given; then it is also reckoned anew from the log.
    """
    if certificate == DRAWS:
        data.need()
        verify_draws(data, round_id, as_json)
    alone = certificate is not None and context.get_parameter_source("data") == ParameterSource.DEFAULT
    read = _read(certificate, key) if certificate else None
    line = _line(since) if since else None
    if not alone:
        data.need()
    ours = not alone and key is None
    doubt = next(_doubts(data, read, line, alone, ours), None)
    if as_json:
        click.echo(json.dumps({"doubt": doubt and doubt._asdict(), **_signed_by(read)}, ensure_ascii=False))
    elif doubt is not None:
        click.echo(say("verify.doubt", says=say(f"doubt.{doubt.code}"), code=doubt.code, where=doubt.where))
    else:
        _say_that_it_holds(data, read, line, alone)
    raise SystemExit(1 if doubt else 0)


def _doubts(data: Data, read: Read | None, line: LogHead | None, alone: bool, ours: bool) -> Iterator[Doubt]:
    if not alone:
        yield from verify_log(data.db, data.config.data, data.keys)
    if line is not None and not alone:
        yield from grown_since(data.db, line)
    if read is not None:
        for fault in chain(signed_elsewhere(read, data.keys) if ours else (), verify_certificate(read.claims, None if alone else data.db)):
            yield Doubt(f"certificate_{fault.code}", fault.where, "")
    if alone and read is not None and line is not None:
        # Whoever asks stops at the first doubt, so the claims are known to be of their shape here.
        yield from carried(read.claims["log"], line)


def _say_that_it_holds(data: Data, read: Read | None, line: LogHead | None, alone: bool) -> None:
    if not alone:
        click.echo(say("verify.clean", **figures(data.db)))
    if line is not None:
        click.echo(say("verify.grown", date=line.date, size=line.size))
    if read is not None:
        scope, classes = read.claims["scope"], read.claims["classes"]
        click.echo(say("verify.certificate", round=read.claims["round"]["name"], date=read.claims["date"], n=scope["in_scope"],
                       covered=classes["covered"] + classes["covered_both"], both=classes["covered_both"]))
        click.echo(say("verify.alone" if alone else "verify.recomputed", key=read.signer))


def _read(path: Path, key: Path | None) -> Read:
    with problems_said():
        return read_certificate(path.read_bytes(), read_key(key.read_bytes()) if key else None)


def _line(since: str) -> LogHead:
    try:
        return read_line(since)
    except NotALine:
        raise click.ClickException(say("verify.no_line")) from None


def _signed_by(read: Read | None) -> dict[str, Any]:
    return {"signed_by": read.signer} if read else {}


@group("log", help="help.log")
def log_group() -> None:
    """The noun; its verbs follow."""


@log_group.command("head", help="help.log.head")
@data_option
@json_option
def head(data: Data, as_json: bool) -> None:
    """Sign the head of the log as it is now and print its line; none where the log is no longer what an earlier line said."""
    data.need()
    doubt = next(grown_since(data.db, *(kept.head for kept in log_heads.every(data.db))), None)
    if doubt is not None:
        raise click.ClickException(say("log.head.doubt", says=say(f"doubt.{doubt.code}"), code=doubt.code, where=doubt.where))
    kept = sign_log_head(data.db, data.keys, now())
    click.echo(json.dumps(kept.head._asdict() | {"signed": kept.signed}) if as_json else kept.head.line())


@log_group.command("heads", help="help.log.heads")
@data_option
@json_option
def heads(data: Data, as_json: bool) -> None:
    """Every head that was signed, oldest first."""
    data.need()
    found = log_heads.every(data.db)
    if as_json:
        click.echo(json.dumps([kept.head._asdict() | {"at": kept.at, "signed": kept.signed} for kept in found]))
        return
    for kept in found:
        click.echo(kept.head.line())


@click.command("certify", cls=SpokenCommand, help="help.coverage.certify")
@option("--round", "round_id", metavar="ROUND", help="option.round")
@out_options(required=False)
@data_option
def certify(round_id: str | None, out: Path | None, replace: bool, data: Data) -> None:
    """Write the coverage certificate of a round, to a file or to standard output."""
    data.need()
    with problems_said():
        opened = rounds.asked_for(data.db, round_id)
        certificate = certify_coverage(data.db, data.keys, opened["round"], now())
    text = json.dumps(certificate, indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        write_out(out, text.encode(), replace)
