"""The schema of what visits are held against: registered with the others of ``migrations.py``, of which it is a part."""

from __future__ import annotations

from sqlite_utils import Database

from .migrations import migrations


@migrations()
def m030_held_against_others(db: Database) -> None:
    """Spots and lessons are folds of the visits; what photos look like is none."""
    for statement in (
        """CREATE TABLE household_spots (round TEXT NOT NULL, cell_x INTEGER NOT NULL, cell_y INTEGER NOT NULL, visit TEXT NOT NULL,
           household TEXT NOT NULL, number INTEGER NOT NULL, lon REAL NOT NULL, lat REAL NOT NULL, acc REAL NOT NULL,
           PRIMARY KEY (round, cell_x, cell_y, visit, household)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX household_spots_by_visit ON household_spots (visit)",
        """CREATE TABLE village_lessons (visit TEXT PRIMARY KEY, village TEXT NOT NULL, unit TEXT NOT NULL, team TEXT,
           lon REAL NOT NULL, lat REAL NOT NULL, error_m INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
        "CREATE INDEX village_lessons_by_unit ON village_lessons (unit, village)",
        "CREATE TABLE photo_likenesses (sealed_sha256 TEXT PRIMARY KEY, hash TEXT NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE photo_bands (round TEXT NOT NULL, band INTEGER NOT NULL, bits INTEGER NOT NULL, sealed_sha256 TEXT NOT NULL,
           PRIMARY KEY (round, band, bits, sealed_sha256)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX photo_bands_by_photo ON photo_bands (sealed_sha256)",
        """CREATE TABLE photo_pairs (one TEXT NOT NULL, other TEXT NOT NULL, bits INTEGER NOT NULL,
           PRIMARY KEY (one, other)) STRICT, WITHOUT ROWID""",
        "CREATE INDEX photo_pairs_by_other ON photo_pairs (other)",
        # Photos that are held already are looked at as well.
        """INSERT OR IGNORE INTO jobs (kind, argument, due, asked, tries)
           SELECT 'make_previews', sealed_sha256, verified_at, 1, 0 FROM photos
           WHERE state = 'verified' AND code IS NULL AND erased_at IS NULL""",
    ):
        db.execute(statement)


@migrations()
def m031_visit_rounds(db: Database) -> None:
    """Which rounds a visit's lines ever named: by its last line alone, one that arrives after the close could take it away."""
    for statement in (
        """CREATE TABLE visit_rounds (round TEXT NOT NULL, visit TEXT NOT NULL, PRIMARY KEY (round, visit)) STRICT, WITHOUT ROWID""",
        """INSERT OR IGNORE INTO visit_rounds (round, visit)
           SELECT json_extract(line, '$.body.round'), visit FROM messages
           WHERE kind IN ('visit.opened', 'visit.joined') AND visit IS NOT NULL AND json_valid(line)
             AND json_type(line, '$.body.round') = 'text'""",
    ):
        db.execute(statement)
