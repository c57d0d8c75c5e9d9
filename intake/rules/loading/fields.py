"""Typed fields out of a document, collecting every reason before refusing."""

from collections.abc import Iterable, Mapping
from typing import Any

from intake.rules.problems import Invalid

Raw = Mapping[str, Any]


class Fields:
    """Reads one mapping. A bad field yields an empty value and a reason; `finish` refuses."""

    def __init__(self, raw: object) -> None:
        if not isinstance(raw, Mapping):
            raise Invalid("is not a mapping")
        self.raw: Raw = raw
        self.reasons: list[str] = []

    def finish(self) -> None:
        if self.reasons:
            raise Invalid(*self.reasons)

    def _typed(self, key: str, kind: type, name: str, empty: Any, required: bool) -> Any:
        value = self.raw.get(key)
        if value is None and not required:
            return None
        if type(value) is not kind:
            missing = value is None
            self.reasons.append(f"has no '{key}'" if missing else f"'{key}' is not {name}")
            return empty
        return value

    def text(self, key: str) -> str:
        value: str = self._typed(key, str, "text", "", required=True)
        if isinstance(self.raw.get(key), str) and not value.strip():
            self.reasons.append(f"'{key}' is empty")
        return value

    def optional_text(self, key: str) -> str | None:
        return self.text(key) if self.raw.get(key) is not None else None

    def whole(self, key: str) -> int:
        value: int = self._typed(key, int, "a whole number", 0, required=True)
        return value

    def optional_whole(self, key: str) -> int | None:
        value: int | None = self._typed(key, int, "a whole number", None, required=False)
        return value

    def flag(self, key: str) -> bool:
        """False when absent."""
        return bool(self._typed(key, bool, "true or false", False, required=False))

    def number(self, key: str) -> float | None:
        value = self.raw.get(key)
        if value is None or type(value) in (int, float):
            return value
        self.reasons.append(f"'{key}' is not a number")
        return None

    def mapping(self, key: str) -> Raw:
        value: Raw = self._typed(key, dict, "a mapping", {}, required=True)
        return value

    def entries(self, key: str) -> list[Any]:
        value: list[Any] = self._typed(key, list, "a list", [], required=True)
        return value

    def optional_entries(self, key: str) -> list[Any]:
        return self.entries(key) if self.raw.get(key) is not None else []

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of ids or sentences; empty when absent."""
        values = self.optional_entries(key)
        if all(type(value) is str for value in values):
            return tuple(values)
        self.reasons.append(f"'{key}' is not a list of texts")
        return ()

    def translated(self, pattern: str, languages: Iterable[str]) -> dict[str, str]:
        """One text per language; `pattern` is the key with {} where the language stands."""
        keys = {language: pattern.format(language) for language in languages}
        present = {language: self.raw.get(key) for language, key in keys.items()}
        for language, text in present.items():
            if not isinstance(text, str) or not text.strip():
                self.reasons.append(f"has no text '{keys[language]}'")
        return {language: text for language, text in present.items() if isinstance(text, str)}

    def optional_translated(self, pattern: str, languages: Iterable[str]) -> dict[str, str]:
        """All languages or none."""
        languages = tuple(languages)
        if not any(pattern.format(language) in self.raw for language in languages):
            return {}
        return self.translated(pattern, languages)
