"""Field encryption and blind indexes (decision D-03). Pure: keys come in as arguments.

A sealed value is: format byte, length of the key id, key id, 12-byte nonce, AES-256-GCM ciphertext.
"""

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
NONCE_BYTES = 12


class KeyMissing(Exception):
    """The keys are unreadable, or a value names a key that is not among them."""


class Tampered(Exception):
    """The value was changed, moved to another row, or sealed with another key of the same id."""


@dataclass(frozen=True)
class Keyring:
    """AES keys by id. The first one seals; every one of them opens."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read `id:base64,id:base64`; each key has 32 bytes."""
        keys = []
        for part in filter(None, text.split(",")):
            key_id, _, encoded = part.strip().partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise KeyMissing(f"Field key {key_id!r} is not base64.") from error
            if len(key) != 32 or not key_id:
                raise KeyMissing(f"Field key {key_id!r} needs an id and 32 bytes.")
            keys.append((key_id, key))
        if not keys:
            raise KeyMissing("FIELD_KEYS holds no key.")
        return cls(tuple(keys))

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt `plain`; only a reader who names the same `bound_to` can open it."""
        key_id, key = self.keys[0]
        nonce = os.urandom(NONCE_BYTES)
        head = FORMAT + bytes([len(key_id)]) + key_id.encode()
        return head + nonce + AESGCM(key).encrypt(nonce, plain, head + bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Decrypt. Raises KeyMissing or Tampered; never returns what was not sealed."""
        if len(sealed) < 2 or sealed[:1] != FORMAT:
            raise Tampered("Not a sealed value.")
        end = 2 + sealed[1]
        head, nonce, body = (
            sealed[:end],
            sealed[end : end + NONCE_BYTES],
            sealed[end + NONCE_BYTES :],
        )
        key = dict(self.keys).get(head[2:].decode(errors="replace"))
        if key is None:
            raise KeyMissing("A value is sealed with a key that FIELD_KEYS does not hold.")
        try:
            return AESGCM(key).decrypt(nonce, body, head + bound_to)
        except (InvalidTag, ValueError) as error:
            raise Tampered("A sealed value does not open in this place.") from error


def blind_index(text: str, *, key: str, purpose: str) -> bytes:
    """An HMAC to find an encrypted value by its exact text, blind to case and spaces."""
    folded = "".join(text.casefold().split())
    return hmac.digest(key.encode(), f"{purpose}:{folded}".encode(), hashlib.sha256)
