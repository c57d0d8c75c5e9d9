"""Model fields that the database only sees sealed (decision D-03)."""

from typing import Any

import orjson
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class Sealed(bytes):
    """A value as the database holds it."""


class OpenedOnRead(DeferredAttribute):
    """Opens the sealed value when somebody asks for it: only then is the row known.

    `__set__` makes Python ask here instead of taking the sealed value from the instance.
    """

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            field: SealedField = self.field  # type: ignore[assignment]
            value = field.open(value, row=instance.pk, clinic=instance.clinic_id)
            instance.__dict__[field.attname] = value
        return value


class SealedField(models.Field):
    """Base: sealed to table, column, row and clinic, so a value copied elsewhere does not open.

    The row therefore needs a primary key made in Python and a `clinic`. What has no row to bind to
    (`update()`, `bulk_update()`, a filter) is refused.
    """

    descriptor_class = OpenedOnRead

    def get_internal_type(self) -> str:
        return "BinaryField"

    def bound_to(self, row: object, clinic: int) -> bytes:
        """The associated data of one cell."""
        return f"{self.model._meta.db_table}.{self.column}:{row}:{clinic}".encode()

    def open(self, value: bytes, *, row: object, clinic: int) -> Any:
        """Decrypt one cell, for readers of `values()` who hold no instance."""
        return self.from_bytes(
            settings.FIELD_KEYRING.open(bytes(value), self.bound_to(row, clinic))
        )

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> Any:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: Any, add: bool) -> Sealed | None:
        raw = model_instance.__dict__.get(self.attname)
        if raw is None or isinstance(raw, Sealed):
            return raw
        bound_to = self.bound_to(model_instance.pk, model_instance.clinic_id)
        return Sealed(settings.FIELD_KEYRING.seal(self.to_bytes(raw), bound_to))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} can only be written by saving its row.")
        return value if value is None else bytes(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is sealed: nothing can be searched in it.")
        return super().get_lookup(lookup_name)

    def to_bytes(self, value: Any) -> bytes:
        raise TypeError("Use SealedText or SealedJSON.")

    def from_bytes(self, value: bytes) -> Any:
        raise TypeError("Use SealedText or SealedJSON.")


class SealedText(SealedField):
    """Text."""

    def to_bytes(self, value: str) -> bytes:
        return value.encode()

    def from_bytes(self, value: bytes) -> str:
        return value.decode()


class SealedJSON(SealedField):
    """Whatever JSON can hold."""

    def to_bytes(self, value: Any) -> bytes:
        return orjson.dumps(value)

    def from_bytes(self, value: bytes) -> Any:
        return orjson.loads(value)
