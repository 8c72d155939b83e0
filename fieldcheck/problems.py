"""The one table of errors: stable code, HTTP status. A retired code stays listed, so it is never used again.

The words stand in ``static/texts/<language>/problem.json`` under ``<code>.title``, ``.detail`` and ``.next``: what
was wrong, and what to do now. Rendered in one place (``app.py``) as RFC 9457 problem documents or as a page.
"""

from __future__ import annotations

from typing import Any

PROBLEMS: dict[str, int] = {
    # any request
    "bad_request": 400,
    "body_malformed": 400,
    "body_cut": 400,
    "not_signed_in": 401,
    "not_permitted": 403,
    "form_expired": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "length_required": 411,
    "body_too_large": 413,
    "content_type_unsupported": 415,
    "storage_full": 507,
    "act_too_long": 422,
    "internal": 500,
    "phone_too_busy": 429,
    # devices
    "auth_missing": 401,
    "auth_forged": 401,
    "auth_stale": 401,
    "auth_foreign": 401,
    "device_unknown": 401,
    "device_revoked": 403,
    "device_unconfirmed": 403,
    "certificate_forged": 400,
    "token_unknown": 404,
    "token_used": 410,
    "token_expired": 410,
    "key_malformed": 400,
    "point_malformed": 400,
    "point_cannot_tell": 400,
    # segments: answers inside a 200 response (sync/intake.py); the status is that of the request's own kind
    "segment_unreadable": 422,
    "segment_malformed": 422,
    "segment_forged": 422,
    "segment_foreign": 422,
    "chain_broken": 422,
    "chain_gap": 409,
    "chain_forked": 409,
    "quarantine_full": 429,
    # the desk
    "round_unknown": 404,
    "round_not_draft": 409,
    "round_unnamed": 400,
    "round_setting": 400,
    "round_not_active": 409,
    "round_not_closing": 409,
    "gap_covered": 409,
    "next_round_missing": 409,
    "round_gaps_open": 409,
    "exclusion_incomplete": 400,
    "waiver_incomplete": 400,
    "waiver_wrong": 400,
    "coverage_certificate_unreadable": 400,
    "coverage_certificate_forged": 400,
    "no_round": 404,
    "no_register": 409,
    "exclusion_unknown": 400,
    "link_malformed": 400,
    "link_undated": 400,
    "link_unit_unknown": 400,
    "link_twice": 400,
    "edition_stale": 409,
    "edition_not_kept": 404,
    "edition_held": 409,
    "edition_loses_township": 409,
    "edition_adds_township": 409,
    "demo_evidence": 409,
    "unit_unknown": 404,
    "draw_uncommitted": 409,
    "draws_used_up": 409,
    "draw_units_none": 409,
    "draw_people_few": 409,
    "draw_public_missing": 400,
    "draw_day_past": 400,
    "draw_unknown": 404,
    "draw_not_standing": 409,
    "redraw_unknown": 404,
    "redraw_settled": 409,
    "redraw_waiting": 409,
    "second_person": 403,
    "plan_not_revealed": 409,
    "plan_not_needed": 403,
    "fork_unknown": 404,
    "fork_settled": 409,
    "reason_missing": 400,
    "reason_too_long": 400,
    "rescue_malformed": 400,
    "rescue_record_damaged": 422,
    # review
    "visit_unknown": 404,
    "visit_decided": 409,
    "visit_unconfirmed": 409,
    "visit_recused": 409,
    "place_unconfirmed": 409,
    "review_unopened": 409,
    "answers_undecided": 409,
    "answer_changed": 409,
    "review_fix_missing": 400,
    "review_note_long": 400,
    # findings
    "finding_unknown": 404,
    "finding_state": 409,
    "finding_referred_only": 409,
    "finding_text_missing": 400,
    "finding_text_long": 400,
    # people
    "sign_in_wrong": 401,
    "sign_in_wait": 429,
    "too_many_tries": 429,
    "second_factor_wrong": 401,
    "second_factor_unreadable": 409,
    "account_unknown": 404,
    "account_malformed": 400,
    "account_team": 400,
    "account_team_fixed": 409,
    "account_name_taken": 409,
    "password_weak": 400,
    # private records
    "household_unknown": 404,
    "record_unknown": 404,
    "record_kind_wrong": 400,
    "record_erased": 410,
    "hold_stands": 409,
    "hold_unknown": 404,
    # an installation
    "database_newer": 503,
    "key_changed": 503,
    "key_rotation_unfinished": 503,
    # backup and restore, on the command line
    "backup_place_taken": 409,
    "backup_place_inside": 409,
    "backup_unreadable": 422,
    "backup_damaged": 422,
    "restore_place_taken": 409,
    # photos: the transfer (tus 1.0.0), then what was transferred
    "tus_version_unsupported": 412,
    "upload_header_malformed": 400,
    "upload_limit_reached": 429,
    "upload_unknown": 404,
    "upload_expired": 410,
    "upload_locked": 423,
    "upload_offset_wrong": 409,
    "upload_length_differs": 409,
    "upload_beyond_length": 413,
    "photo_too_large": 413,
    "photo_hash_mismatch": 422,
    "photo_not_opened": 422,
    "photo_differs": 422,
    "photo_type_unsupported": 415,
    "photo_disguised": 422,
    "photo_carries_more": 422,
    "photo_too_many_pixels": 422,
    "photo_truncated": 422,
    "photo_undecodable": 422,
    "photo_not_held": 404,
    "photo_erased": 410,
    "photo_waits_for_message": 409,
}


class Problem(Exception):
    """A refusal with a stable code; ``details`` fill the placeholders of its sentences. Nothing was stored."""

    def __init__(self, code: str, /, **details: Any) -> None:
        if code not in PROBLEMS:
            raise KeyError(code)
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def status(self) -> int:
        """The HTTP status."""
        return PROBLEMS[self.code]
