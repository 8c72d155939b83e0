"""What signs and seals: ``fieldcheck/jose.py``."""

from __future__ import annotations

from random import Random

from fieldcheck import jose

CLAIMS = {"device": "d", "from": 1}


def test_the_same_key_and_claims_give_the_same_signature_and_it_verifies() -> None:
    key = jose.new_key("sig")
    first, again = (jose.sign(CLAIMS, key, "fc-segment") for _ in range(2))
    assert first == again and jose.verify(first, jose.public_jwk(key), "fc-segment") == CLAIMS


def test_the_same_dice_give_the_same_key_and_the_same_ciphertext() -> None:
    key, same, other = (jose.new_key("enc", Random(seed).randbytes) for seed in (1, 1, 2))
    assert key.as_dict(private=True) == same.as_dict(private=True) != other.as_dict(private=True)
    sealed, again, third = (jose.encrypt(b"a line", jose.public_jwk(key), Random(seed).randbytes) for seed in (3, 3, 4))
    assert sealed == again != third and jose.decrypt(sealed, key) == jose.decrypt(third, key) == b"a line"


def test_without_dice_no_two_keys_and_no_two_ciphertexts_are_the_same() -> None:
    key = jose.new_key("enc")
    assert key.thumbprint() != jose.new_key("enc").thumbprint()
    first, second = (jose.encrypt(b"a line", jose.public_jwk(key)).split(".") for _ in range(2))
    assert all(one != other for one, other in zip(first, second, strict=True))
