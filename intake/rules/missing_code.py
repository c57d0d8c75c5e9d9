"""Generated functions that collect what is missing, as a number with one bit per item.

An item is missing in one of two ways: `asked` when a leaf on it is unknown (then whatever its
own ask_if misses is missing too), and `named` when a derived value that needs it is unknown.
"""

from collections.abc import Iterable, Iterator

from intake.rules.conditions import Condition, DerivedIs
from intake.rules.expressions import Expressions


class MissingCode:
    """Writes one function per composite condition; a leaf needs none."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.positions = expressions.questionnaire.positions
        self.names: dict[Condition, str] = {}
        self.source: list[str] = []

    def item_bits(self, leaf: Condition) -> int:
        """`asked` bits below, `named` bits above all items."""
        shift = len(self.positions) if isinstance(leaf, DerivedIs) else 0
        return sum(1 << self.positions[item] + shift for item in leaf.items())

    def call(self, condition: Condition) -> str:
        """An expression for what a condition misses; 0 unless it is unknown."""
        if condition.parts():
            return f"{self.function(condition)}(y, p, u)"
        return f"({self.item_bits(condition):#x} if {self.expressions.unknown(condition)} else 0)"

    def function(self, condition: Condition) -> str:
        if condition not in self.names:
            body = list(self.body(condition))
            self.names[condition] = f"missing_{len(self.names)}"
            self.source += [f"def {self.names[condition]}(y, p, u):", *body, ""]
        return self.names[condition]

    def body(self, condition: Condition) -> Iterator[str]:
        yield f"    if not ({self.expressions.unknown(condition)}):"
        yield "        return 0"
        yield from self.union(condition.parts())

    def union(self, parts: Iterable[Condition]) -> Iterator[str]:
        """Statements that return the union over the unknown parts."""
        by_items: dict[int, int] = {}
        composite: list[Condition] = []
        for part in parts:
            mask = self.expressions.bit(part)
            if mask is None:
                composite.append(part)
            else:
                items = self.item_bits(part)
                by_items[items] = by_items.get(items, 0) | mask
        yield "    m = 0"
        for items, mask in by_items.items():
            yield f"    if u & {mask:#x}:"
            yield f"        m |= {items:#x}"
        for part in composite:
            yield f"    m |= {self.call(part)}"
        yield "    return m"
