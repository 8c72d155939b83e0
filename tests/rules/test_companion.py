"""The companion's short code (同行人短码): the numbers are those of OpenSSL, so that every phone makes the same."""

from __future__ import annotations

from fieldcheck.rules.companion import OLD_ROUNDS, ROUNDS, code_check, code_holds, companion_key, proof, proof_holds


def test_a_code_makes_a_proof_for_one_visit_and_one_person_and_its_check_makes_none() -> None:
    key = companion_key("424242", "00" * 16, OLD_ROUNDS)
    assert key == "75924d47849ad8d659b28023b8671f357b1bb08c02bf95b0447985b82b3fa875"
    made = proof(key, "v", "i")
    assert made == "e8b1d6168cd74c7f1400dc0affb598f8e4a109c689f718a3c448abbb4e91f243"
    assert proof_holds(made, key, "v", "i")
    assert not any(proof_holds(made, *other) for other in (
        (key, "w", "i"), (key, "v", "j"), (companion_key("424243", "00" * 16, OLD_ROUNDS), "v", "i"), (code_check(key), "v", "i")))
    assert not proof_holds("é", key, "v", "i")


def test_a_code_is_eight_characters_that_nobody_mistakes_or_six_digits_as_they_were() -> None:
    assert all(map(code_holds, ("KHMX4729", "424242")))
    assert not any(map(code_holds, ("khmx4729", "KHMX472", "KHMX47290", "KHMX472O", "42424", "4242422", "")))
    assert companion_key("KHMX4729", "00" * 16, ROUNDS) != companion_key("KHMX4729", "00" * 16, OLD_ROUNDS)
