"""The key an extension is published with, and the signed packages (CRX3) that Chromium-based browsers install.

The format is Chromium's ``components/crx_file/crx3.proto``: ``Cr24``, the number 3, the length of a header, the
header, a zip. The header holds the public key, the extension's id, and a signature over both the id and the zip: RSA
with PKCS #1 v1.5 and SHA-256, in which nothing is random, so the same key and zip give the same package. The id is
the first half of the public key's SHA-256, in the letters a to p for the digits 0 to f: the key decides it for good.
"""

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from crx3 import creator, id_util
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tools.transpile import BuildError

KEY_BITS = 2048
# Readable for anybody but its owner.
_FOR_OTHERS = 0o077


@dataclass(frozen=True)
class Key:
    """A private key in a file, and the public one that stands in every package."""

    file: Path
    public: bytes

    @property
    def extension_id(self) -> str:
        """The id of every extension that is signed with this key."""
        letters: str = id_util.convert_hex_crx_id_to_alphabet(id_util.calc_crx_id_by_public_key(self.public).hex())
        return letters


def make_key(file: Path) -> Key:
    """Make a key, in a file that its owner alone may read, and that was not there before.

    Raises:
        BuildError: if there is such a file, which is left as it is, or it cannot be written.
    """
    private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        # Made with its mode, so that there is no moment at which others could read it.
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BuildError(f"{file} is there already, and a key is never overwritten. Name another with --out.") from None
    except OSError as error:
        raise BuildError(f"The key could not be written to {file}: {error.strerror}.") from None
    try:
        with os.fdopen(number, "wb") as output:
            output.write(text)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise BuildError(f"The key could not be written to {file}: {error.strerror}.") from None
    return _key(file, private)


def read_key(file: Path) -> Key:
    """Read a key to sign with.

    Raises:
        BuildError: why it will not do, and what would.
    """
    if not file.exists():
        raise BuildError(f"There is no key {file}. Make one, once: python3 build.py key --out {_typed(file)}")
    try:
        text = file.read_bytes()
        # As ssh does. Windows says nothing of the kind in a file's mode.
        if os.name == "posix" and file.stat().st_mode & _FOR_OTHERS:
            raise BuildError(
                f"Others on this machine may read the key {file}, and whoever has it can sign updates in your name. "
                f"Run this, then try again:\n    chmod 600 {_typed(file)}"
            )
    except OSError as error:
        raise BuildError(f"The key {file} could not be read: {error.strerror}.") from None
    try:
        private = load_pem_private_key(text, password=None)
    except TypeError:
        raise BuildError(
            f"The key {file} is protected by a passphrase. Sign with a copy that has none:\n"
            f"    openssl pkey -in {_typed(file)} -out {_typed(file.with_stem(file.stem + '-plain'))}"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        if b"PUBLIC KEY-----" in text:
            raise BuildError(f"{file} is a public key. Packages are signed with the private one.") from None
        raise BuildError(f"{file} is not a private key in PEM format (-----BEGIN PRIVATE KEY-----).") from None
    if not isinstance(private, rsa.RSAPrivateKey):
        raise BuildError(f"{file} is not an RSA key. Make a key: python3 build.py key")
    if private.key_size < KEY_BITS:
        raise BuildError(
            f"{file} has {private.key_size} bits, and {KEY_BITS} or more are needed. Make a key: python3 build.py key"
        )
    return _key(file, private)


def sign(archive: Path, key: Key, package: Path) -> None:
    """Write a package: the archive, signed with the key."""
    creator.create_crx_file(str(archive), str(key.file), str(package))


def _key(file: Path, private: rsa.RSAPrivateKey) -> Key:
    return Key(file, private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def _typed(file: Path) -> str:
    """A file's name as it is typed into a shell."""
    return shlex.quote(str(file))
