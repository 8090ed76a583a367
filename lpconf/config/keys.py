"""Key fields: a key as text, or the file that it lies in."""

from __future__ import annotations

from pathlib import Path

from lpconf.config.document import Value
from lpconf.config.files import Files
from lpconf.config.problems import BadValueError
from lpconf.resources.public_key import NotAPublicKeyError, parse

_NO_VARIABLES = ("variables do not work in key fields", "Write the key itself, or {file: keys/idp.pub.pem}.")
_NOT_FILLED_IN = (
    "it holds ${, as a template does that is not filled in",
    "Put the key itself into the file. lpconf fills in no variables there.",
)


def key_text(value: Value, folder: Path, files: Files) -> str:
    """The key as one line of base64. Reads the file that `{file: ...}` names below `folder`.

    Raises BadValueError, whose words hold nothing of the value or of the file.
    """
    from_file = isinstance(value, dict)
    text = _file_text(files.read_key_file(folder, value["file"])) if from_file else str(value)
    try:
        return parse(text).text
    except NotAPublicKeyError as error:
        code = "key.private" if error.private else "key.format"
        message, hint = error.message, error.hint
        if "${" in text and not error.private:
            message, hint = _NOT_FILLED_IN if from_file else _NO_VARIABLES
        where = "the file that this names does not hold an RSA public key: " if from_file else ""
        raise BadValueError(code, f"{where}{message}", hint) from None


def _file_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadValueError(
            "key.file",
            "the file that this names is not text",
            "If it is a public key as DER, use what this prints: openssl rsa -pubin -inform DER -in key.der -pubout",
        ) from None
