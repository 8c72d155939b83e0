"""The schema, one migration a noun, each applied once and whole. Tables are STRICT; times are RFC 3339 UTC text.

What is a fold of the log is said beside each table: ``fieldcheck rebuild --check`` makes those anew and compares.
"""
from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("fieldcheck")


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)


@migrations()
def m001_log(db: Database) -> None:
    """The log itself: signed segments and their exact lines. Never a fold, never changed."""
    _run(
        db,
        """CREATE TABLE segments (log_index INTEGER PRIMARY KEY, chain TEXT NOT NULL, device TEXT NOT NULL,
           first INTEGER NOT NULL, last INTEGER NOT NULL, signed_from INTEGER NOT NULL, prev TEXT NOT NULL,
           head TEXT NOT NULL, signature TEXT NOT NULL, receipt TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        "CREATE UNIQUE INDEX segments_by_chain ON segments (chain, last)",
        """CREATE TABLE messages (chain TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
           log_index INTEGER NOT NULL REFERENCES segments (log_index), kind TEXT, visit TEXT, line TEXT NOT NULL,
           PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX messages_by_visit ON messages (visit, log_index, seq) WHERE visit IS NOT NULL",
        "CREATE INDEX messages_by_entry ON messages (log_index, seq)",
    )


@migrations()
def m002_private_records(db: Database) -> None:
    """Names, respondents, free text: sealed with a key of their own, erasable; a tombstone stays."""
    _run(
        db,
        """CREATE TABLE private_records (hash TEXT PRIMARY KEY, log_index INTEGER NOT NULL, sealed BLOB,
           erased_at TEXT, erased_reason TEXT) STRICT""",
    )


@migrations()
def m003_quarantine(db: Database) -> None:
    """Segments that verify but must not enter the log by themselves: forks and what revoked phones still hold."""
    _run(
        db,
        """CREATE TABLE quarantine (id TEXT PRIMARY KEY, device TEXT NOT NULL, jwe TEXT NOT NULL, code TEXT NOT NULL,
           first INTEGER NOT NULL, last INTEGER NOT NULL, prev TEXT NOT NULL, head TEXT NOT NULL, at TEXT NOT NULL,
           settled TEXT, settled_at TEXT, reason TEXT) STRICT""",
        "CREATE INDEX quarantine_by_device ON quarantine (device, head)",
    )


@migrations()
def m004_devices(db: Database) -> None:
    """``devices`` is a fold of device.enrolled / device.revoked; the other two are not."""
    _run(
        db,
        """CREATE TABLE devices (device TEXT PRIMARY KEY, inspector TEXT NOT NULL, team TEXT, name TEXT NOT NULL,
           signing_key TEXT NOT NULL, transport_key TEXT NOT NULL, predecessor TEXT, enrolled_at TEXT NOT NULL,
           revoked_at TEXT, revoked_reason TEXT) STRICT""",
        """CREATE TABLE device_states (device TEXT PRIMARY KEY, state TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
        """CREATE TABLE invitations (token_hash TEXT PRIMARY KEY, code_hash TEXT NOT NULL UNIQUE,
           account TEXT NOT NULL, created_by TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
           used_at TEXT, device TEXT) STRICT""",
    )


@migrations()
def m005_rounds(db: Database) -> None:
    """Folds of round.opened and assignment.made."""
    _run(
        db,
        """CREATE TABLE rounds (round TEXT PRIMARY KEY, name TEXT NOT NULL, register TEXT NOT NULL,
           starts TEXT NOT NULL, ends TEXT NOT NULL, checklist TEXT NOT NULL, params TEXT NOT NULL,
           opened_at TEXT NOT NULL) STRICT""",
        """CREATE TABLE round_units (round TEXT NOT NULL, unit TEXT NOT NULL, reason TEXT,
           PRIMARY KEY (round, unit)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE assignments (assignment TEXT PRIMARY KEY, round TEXT NOT NULL, team TEXT NOT NULL,
           unit TEXT NOT NULL, village TEXT, members TEXT NOT NULL, reveal_at TEXT NOT NULL,
           made_at TEXT NOT NULL) STRICT""",
    )


@migrations()
def m006_visits(db: Database) -> None:
    """Folds of the visits' messages: the visit, what its photos claim to be, what is odd about its messages."""
    _run(
        db,
        """CREATE TABLE visits (visit TEXT PRIMARY KEY, round TEXT, unit TEXT, team TEXT, state TEXT NOT NULL,
           opened_at TEXT, summary TEXT NOT NULL, doc TEXT NOT NULL) STRICT""",
        "CREATE INDEX visits_by_unit ON visits (round, unit)",
        """CREATE TABLE photo_claims (sealed_sha256 TEXT NOT NULL, photo TEXT NOT NULL, visit TEXT, device TEXT NOT NULL,
           sha256 TEXT NOT NULL, size INTEGER NOT NULL, key TEXT NOT NULL, mime TEXT NOT NULL, width INTEGER NOT NULL,
           height INTEGER NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (sealed_sha256, photo, device)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX photo_claims_by_visit ON photo_claims (visit)",
        """CREATE TABLE message_flags (chain TEXT NOT NULL, seq INTEGER NOT NULL, flag TEXT NOT NULL, visit TEXT,
           PRIMARY KEY (chain, seq, flag)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE coverage (round TEXT NOT NULL, unit TEXT NOT NULL, status TEXT NOT NULL, doc TEXT NOT NULL,
           PRIMARY KEY (round, unit)) STRICT, WITHOUT ROWID""",
    )


@migrations()
def m007_people(db: Database) -> None:
    """Accounts, server-side sessions (by the token's hash) and wrong tries. No folds."""
    _run(
        db,
        """CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE,
           display_name TEXT NOT NULL, password_hash TEXT NOT NULL,
           role TEXT NOT NULL
             CHECK (role IN ('inspector', 'leader', 'supervisor', 'county', 'topic', 'auditor', 'admin')),
           team TEXT CHECK (team IN ('A', 'B')), disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
           demo INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1)), created_at TEXT NOT NULL,
           CHECK ((team IS NOT NULL) = (role IN ('inspector', 'leader')))) STRICT""",
        """CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id),
           created_at TEXT NOT NULL, expires_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
        "CREATE INDEX sessions_by_account ON sessions (account)",
        """CREATE TABLE sign_in_failures (name TEXT NOT NULL COLLATE NOCASE, address TEXT NOT NULL,
           failures INTEGER NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (name, address)) STRICT, WITHOUT ROWID""",
    )


@migrations()
def m008_photos(db: Database) -> None:
    """What arrived of photos, and their receipts. No folds: the log holds what photos claim to be, not their bytes."""
    _run(
        db,
        """CREATE TABLE uploads (id TEXT PRIMARY KEY, device TEXT NOT NULL, sealed_sha256 TEXT NOT NULL,
           length INTEGER NOT NULL CHECK (length > 0), metadata TEXT NOT NULL, created_at TEXT NOT NULL,
           expires_at TEXT NOT NULL, finished_at TEXT, UNIQUE (device, sealed_sha256)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX uploads_by_expiry ON uploads (expires_at)",
        """CREATE TABLE photos (sealed_sha256 TEXT PRIMARY KEY, device TEXT NOT NULL, size INTEGER NOT NULL,
           state TEXT NOT NULL CHECK (state IN ('waiting', 'verified', 'refused')), code TEXT, details TEXT NOT NULL,
           mime TEXT, width INTEGER, height INTEGER, received_at TEXT NOT NULL, verified_at TEXT, receipt TEXT,
           CHECK ((state = 'verified') = (receipt IS NOT NULL))) STRICT, WITHOUT ROWID""",
        "CREATE INDEX photos_waiting ON photos (device) WHERE state = 'waiting'",
    )


@migrations()
def m009_registers(db: Database) -> None:
    """Registers (区划名册) by the hash of their content. No folds: each stands whole in ``registers/<hash>.json.gz``."""
    _run(
        db,
        """CREATE TABLE registers (hash TEXT PRIMARY KEY, edition TEXT NOT NULL, imported_at TEXT NOT NULL,
           datum TEXT NOT NULL, sources TEXT NOT NULL, attribution TEXT NOT NULL, counts TEXT NOT NULL) STRICT""",
        """CREATE TABLE units (register TEXT NOT NULL REFERENCES registers (hash), unit TEXT NOT NULL,
           level TEXT NOT NULL CHECK (level IN ('county', 'township', 'village')), code TEXT NOT NULL,
           name TEXT NOT NULL, kind TEXT NOT NULL, parent TEXT, parent_code TEXT, seat_lon REAL, seat_lat REAL,
           boundary_error_m REAL NOT NULL, confidence TEXT, listed_households INTEGER, outline TEXT,
           outline_simple TEXT, PRIMARY KEY (register, unit), UNIQUE (register, level, code),
           CHECK ((parent IS NULL) = (level = 'county'))) STRICT""",
        "CREATE INDEX units_by_parent ON units (register, parent, code)",
    )


@migrations()
def m010_review(db: Database) -> None:
    """Keys of companions' codes, no fold; and the same picture is looked for in all visits."""
    _run(
        db,
        """CREATE TABLE companion_keys (number INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id),
           salt TEXT NOT NULL, key TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
        "CREATE INDEX companion_keys_by_account ON companion_keys (account, number)",
        "CREATE INDEX photo_claims_by_picture ON photo_claims (sha256)",
        "CREATE INDEX visits_by_state ON visits (round, state)",
    )


@migrations()
def m011_jobs(db: Database) -> None:
    """Work that no request waits for, and what an installation remembers about itself. No folds."""
    _run(
        db,
        """CREATE TABLE jobs (kind TEXT NOT NULL, argument TEXT NOT NULL, due TEXT NOT NULL, asked INTEGER NOT NULL,
           tries INTEGER NOT NULL, leased_until TEXT, fault TEXT, PRIMARY KEY (kind, argument)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX jobs_by_due ON jobs (due)",
        "CREATE TABLE installation (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    )


@migrations()
def m012_photos_of_a_phone(db: Database) -> None:
    """Which photos of a phone are not here is asked each time it syncs."""
    _run(db, "CREATE INDEX photo_claims_by_device ON photo_claims (device, photo)")


@migrations()
def m013_latin_names(db: Database) -> None:
    """Names in machine pinyin, made when a register is taken in; one taken in earlier has none."""
    _run(db, "ALTER TABLE units ADD COLUMN latin TEXT")


@migrations()
def m014_inspectors_of_a_visit(db: Database) -> None:
    """A fold of the visits: a flag compares a visit with the other visits of its inspectors, not with the round."""
    _run(
        db,
        """CREATE TABLE visit_inspectors (inspector TEXT NOT NULL, visit TEXT NOT NULL,
           PRIMARY KEY (inspector, visit)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX visit_inspectors_by_visit ON visit_inspectors (visit)",
        """INSERT OR IGNORE INTO visit_inspectors (inspector, visit)
           SELECT one.value ->> 'id', visit FROM visits, json_each(doc, '$.inspectors') one""",
    )


@migrations()
def m015_returned_phones(db: Database) -> None:
    """Phones that came back by their certificate after a restore, and wait for the office."""
    _run(db, "ALTER TABLE devices ADD COLUMN unconfirmed_since TEXT")


@migrations()
def m016_planned_returns(db: Database) -> None:
    """What inspectors say of their own accord about when they mean to be back. No fold: forgotten the next day."""
    _run(
        db,
        """CREATE TABLE planned_returns (device TEXT PRIMARY KEY, back_at TEXT NOT NULL, unit TEXT, forget_at TEXT NOT NULL) STRICT""",
    )


@migrations()
def m017_line_clocks(db: Database) -> None:
    """When each line of a phone was written, at the earliest and at the latest, in ms since 1970 UTC. A fold."""
    _run(
        db,
        """CREATE TABLE line_clocks (chain TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER, session TEXT, mono INTEGER NOT NULL,
           not_before INTEGER, not_after INTEGER NOT NULL,
           offset_ms INTEGER GENERATED ALWAYS AS (CASE WHEN at > not_after THEN at - not_after
             WHEN at < not_before THEN at - not_before ELSE 0 END) VIRTUAL,
           PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX line_clocks_by_session ON line_clocks (session, chain, seq) WHERE session IS NOT NULL",
    )


@migrations()
def m018_log_heads(db: Database) -> None:
    """Heads of the log as they were said. No fold."""
    _run(
        db,
        """CREATE TABLE log_heads (size INTEGER PRIMARY KEY, date TEXT NOT NULL, head TEXT NOT NULL, at TEXT NOT NULL,
           signed TEXT NOT NULL) STRICT""",
    )


@migrations()
def m019_draws(db: Database) -> None:
    """Draws, what is asked about them, who looked at them, who needs to know: folds of the desk's acts. Recusals are none."""
    _run(
        db,
        """CREATE TABLE draws (batch TEXT PRIMARY KEY, round TEXT NOT NULL, number INTEGER NOT NULL, team TEXT NOT NULL,
           day TEXT NOT NULL, reveal_at TEXT NOT NULL, members TEXT NOT NULL, assignment TEXT NOT NULL UNIQUE, public TEXT NOT NULL,
           sealed TEXT NOT NULL, inputs TEXT NOT NULL, instead_of TEXT, state TEXT NOT NULL DEFAULT 'made'
             CHECK (state IN ('made', 'redrawn', 'handed_back')),
           made_at TEXT NOT NULL, unit TEXT, secret TEXT, path TEXT, revealed_at TEXT, UNIQUE (round, number)) STRICT""",
        "CREATE INDEX draws_unrevealed ON draws (reveal_at) WHERE revealed_at IS NULL",
        """CREATE TABLE redraws (request TEXT PRIMARY KEY, batch TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL,
           public TEXT, asked_by TEXT NOT NULL, asked_at TEXT NOT NULL, settled TEXT, settled_by TEXT, settled_at TEXT) STRICT""",
        """CREATE TABLE plan_views (number INTEGER PRIMARY KEY, round TEXT NOT NULL, batch TEXT NOT NULL, account TEXT NOT NULL,
           what TEXT NOT NULL, listed INTEGER NOT NULL, shown INTEGER NOT NULL, at TEXT NOT NULL) STRICT""",
        """CREATE TABLE plan_readers (round TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (round, account)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE stationed (round TEXT NOT NULL, unit TEXT NOT NULL, PRIMARY KEY (round, unit)) STRICT, WITHOUT ROWID""",
        "CREATE TABLE recusals (account TEXT PRIMARY KEY, sealed BLOB NOT NULL, kept_at TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "ALTER TABLE rounds ADD COLUMN draw_commitment TEXT",
    )


@migrations()
def m020_kept_and_erased(db: Database) -> None:
    """Corrections of private records (no fold), photos that were erased (no fold), and what must be kept: a fold."""
    _run(
        db,
        """CREATE TABLE corrections (hash TEXT NOT NULL REFERENCES private_records (hash), number INTEGER NOT NULL,
           sealed BLOB, actor TEXT NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL,
           PRIMARY KEY (hash, number)) STRICT, WITHOUT ROWID""",
        "ALTER TABLE photos ADD COLUMN erased_at TEXT",
        "ALTER TABLE photos ADD COLUMN erased_reason TEXT",
        """CREATE TABLE holds (subject TEXT PRIMARY KEY, of TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL)
           STRICT, WITHOUT ROWID""",
    )


@migrations()
def m021_datum_checks(db: Database) -> None:
    """In which frame each phone's positions are, by its last test at the known point. A fold."""
    _run(
        db,
        """CREATE TABLE datum_checks (device TEXT PRIMARY KEY, at TEXT NOT NULL, point TEXT NOT NULL, verdict TEXT NOT NULL,
           phone_verdict TEXT NOT NULL, metres INTEGER NOT NULL) STRICT""",
    )


@migrations()
def m022_accounts_kept_safe(db: Database) -> None:
    """Second factors, sessions that can be seen and ended, sign-ins, who looked at what, counted tries; findings. Only the
    last is a fold.
    """
    _run(
        db,
        "ALTER TABLE accounts ADD COLUMN county TEXT",
        "ALTER TABLE sessions ADD COLUMN ends_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN seen_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full' CHECK (stage IN ('second', 'full'))",
        # Whoever is signed in signs in again, under the rules that hold from now on.
        "DELETE FROM sessions",
        """CREATE TABLE sign_ins (number INTEGER PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id), at TEXT NOT NULL,
           outcome TEXT NOT NULL, address TEXT NOT NULL, browser TEXT NOT NULL) STRICT""",
        "CREATE INDEX sign_ins_by_account ON sign_ins (account, number)",
        """CREATE TABLE second_factors (account TEXT PRIMARY KEY REFERENCES accounts (id), sealed BLOB NOT NULL,
           made_at TEXT NOT NULL, confirmed_at TEXT, last_step INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID""",
        """CREATE TABLE recovery_codes (account TEXT NOT NULL REFERENCES accounts (id), hash TEXT NOT NULL, used_at TEXT,
           PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID""",
        """CREATE TABLE access_log (number INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT NOT NULL, what TEXT NOT NULL,
           object TEXT NOT NULL) STRICT""",
        "CREATE INDEX access_log_by_account ON access_log (account, number)",
        "CREATE INDEX access_log_by_object ON access_log (object, number)",
        """CREATE TABLE tries (what TEXT NOT NULL, who TEXT NOT NULL, n INTEGER NOT NULL, since TEXT NOT NULL,
           PRIMARY KEY (what, who)) STRICT, WITHOUT ROWID""",
        # A fold of the desk acts finding.*: what is confirmed, and what a county was handed.
        """CREATE TABLE findings (finding TEXT PRIMARY KEY, visit TEXT NOT NULL, severity TEXT NOT NULL, a9 TEXT,
           summary_private TEXT NOT NULL, confirmed_at TEXT NOT NULL, county TEXT, number INTEGER, disclosure TEXT,
           urgent INTEGER, embargo_until TEXT, handed_over_at TEXT, signed_at TEXT) STRICT, WITHOUT ROWID""",
        "CREATE UNIQUE INDEX findings_of_a_county ON findings (county, number) WHERE county IS NOT NULL",
        "ALTER TABLE companion_keys ADD COLUMN iterations INTEGER NOT NULL DEFAULT 100000",
    )


@migrations()
def m023_rounds_close(db: Database) -> None:
    """Drafts of rounds, gaps that were signed off, and how a round ended: folds of the desk's acts."""
    _run(
        db,
        "CREATE TABLE round_drafts (round TEXT PRIMARY KEY, doc TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE round_gaps (round TEXT NOT NULL, unit TEXT NOT NULL, reason TEXT NOT NULL, signer TEXT NOT NULL,
           at TEXT NOT NULL, PRIMARY KEY (round, unit)) STRICT, WITHOUT ROWID""",
        "ALTER TABLE round_units ADD COLUMN signer TEXT",
        "ALTER TABLE rounds ADD COLUMN state TEXT NOT NULL DEFAULT 'active'",
        "ALTER TABLE rounds ADD COLUMN closing_at TEXT",
        "ALTER TABLE rounds ADD COLUMN closed_at TEXT",
        "ALTER TABLE rounds ADD COLUMN closed_size INTEGER",
        "ALTER TABLE rounds ADD COLUMN claims TEXT",
    )


@migrations()
def m024_sealed_tasks(db: Database) -> None:
    """What a phone without a network opens by a code. No fold: made again from the draw's secret."""
    _run(db, "CREATE TABLE sealed_tasks (batch TEXT PRIMARY KEY, sealed TEXT NOT NULL) STRICT, WITHOUT ROWID")


@migrations()
def m025_identity_confirmed(db: Database) -> None:
    """When a session's holder last showed who they are. Sessions that run already are asked once."""
    _run(db, "ALTER TABLE sessions ADD COLUMN confirmed_at TEXT NOT NULL DEFAULT ''")


@migrations()
def m026_coverage_shows_itself(db: Database) -> None:
    """A township's row holds all that it shows, and every change of a row has a number: no fold, only told onwards."""
    change = """INSERT OR REPLACE INTO coverage_changes (round, unit, number)
                SELECT {row}.round, {row}.unit, coalesce(max(number), 0) + 1 FROM coverage_changes WHERE round = {row}.round"""
    _run(
        db,
        "ALTER TABLE coverage ADD COLUMN shown TEXT",
        """CREATE TABLE coverage_changes (round TEXT NOT NULL, unit TEXT NOT NULL, number INTEGER NOT NULL,
           PRIMARY KEY (round, unit)) STRICT, WITHOUT ROWID""",
        "CREATE UNIQUE INDEX coverage_changes_by_number ON coverage_changes (round, number)",
        "CREATE INDEX coverage_by_status ON coverage (round, status)",
        """INSERT INTO coverage_changes (round, unit, number)
           SELECT round, unit, row_number() OVER (PARTITION BY round ORDER BY unit) FROM coverage""",
        f"CREATE TRIGGER coverage_made AFTER INSERT ON coverage BEGIN {change.format(row='new')}; END",
        f"CREATE TRIGGER coverage_changed AFTER UPDATE ON coverage BEGIN {change.format(row='new')}; END",
        f"CREATE TRIGGER coverage_gone AFTER DELETE ON coverage BEGIN {change.format(row='old')}; END",
    )


@migrations()
def m027_tasks_of_lost_phones(db: Database) -> None:
    """Which lost phone a hand-back is asked for: the fold of redraw.asked."""
    _run(db, "ALTER TABLE redraws ADD COLUMN device TEXT")


@migrations()
def m028_readers_asked(db: Database) -> None:
    """The list of those who need to know that waits for a second person: a fold of plan.readers_asked and what settles it."""
    _run(db, """CREATE TABLE plan_readers_asked (round TEXT PRIMARY KEY, accounts TEXT NOT NULL, asked_by TEXT NOT NULL,
                asked_at TEXT NOT NULL) STRICT, WITHOUT ROWID""")


@migrations()
def m029_units_change(db: Database) -> None:
    """The editions that a round stood on: a fold of units.changed. Units are looked up by id alone too."""
    _run(db, """CREATE TABLE round_editions (round TEXT NOT NULL, size INTEGER NOT NULL, since TEXT NOT NULL, day TEXT NOT NULL,
                register TEXT NOT NULL, links TEXT NOT NULL, parts TEXT NOT NULL, units TEXT NOT NULL,
                PRIMARY KEY (round, size)) STRICT""", "CREATE INDEX units_by_id ON units (unit)")
