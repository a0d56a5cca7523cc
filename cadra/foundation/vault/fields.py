"""The database column of a sealed value."""

from typing import Any

from django.db import models


class SealedField(models.BinaryField):
    """Holds ciphertext (bytea) made by `vault.seal`; reads as bytes or None. It cannot be searched."""

    empty_strings_allowed = False

    def __init__(self, **options: Any) -> None:
        options.setdefault("null", True)
        options.setdefault("editable", False)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        if options.get("null"):
            del options["null"]
        return name, path, args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        """Whatever buffer the driver gives, as bytes."""
        return None if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only presence can be asked: equality of ciphertexts means nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
