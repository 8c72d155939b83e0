"""The companion's short code (同行人短码): the numbers are those of OpenSSL, so that every phone makes the same."""

from __future__ import annotations

from fieldcheck.rules.companion import code_check, companion_key, proof, proof_holds


def test_a_code_makes_a_proof_for_one_visit_and_one_person_and_its_check_makes_none() -> None:
    key = companion_key("424242", "00" * 16)
    assert key == "75924d47849ad8d659b28023b8671f357b1bb08c02bf95b0447985b82b3fa875"
    made = proof(key, "v", "i")
    assert made == "e8b1d6168cd74c7f1400dc0affb598f8e4a109c689f718a3c448abbb4e91f243"
    assert proof_holds(made, key, "v", "i")
    assert not any(proof_holds(made, *other) for other in (
        (key, "w", "i"), (key, "v", "j"), (companion_key("424243", "00" * 16), "v", "i"), (code_check(key), "v", "i")))
    assert not proof_holds("é", key, "v", "i")
