"""Key fields: a key as text, or the file that it lies in."""

from __future__ import annotations

from pathlib import Path

from lpconf.config.document import Value
from lpconf.config.files import Files
from lpconf.config.problems import BadValueError
from lpconf.resources.public_key import NotAPublicKeyError, parse


def key_text(value: Value, folder: Path, files: Files) -> str:
    """The key as one line of base64. Reads the file that `{file: ...}` names below `folder`.

    Raises BadValueError, whose words hold nothing of the value or of the file.
    """
    text = _file_text(files.read_key_file(folder, value["file"])) if isinstance(value, dict) else str(value)
    try:
        return parse(text).text
    except NotAPublicKeyError as error:
        where = "the file that this names does not hold an RSA public key: " if isinstance(value, dict) else ""
        code = "key.private" if error.private else "key.format"
        raise BadValueError(code, f"{where}{error.message}", error.hint) from None


def _file_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadValueError(
            "key.file",
            "the file that this names is not text",
            "If it is a public key as DER, use what this prints: openssl rsa -pubin -inform DER -in key.der -pubout",
        ) from None
