"""Generated code for the patterns of a pack: verdicts first, evidence for those that are yes."""

from collections.abc import Iterable, Iterator

from intake.rules.conditions import Condition
from intake.rules.expressions import Expressions
from intake.rules.missing_code import MissingCode
from intake.rules.pack import Pack
from intake.rules.patterns import URGENCY_RANK, Line, Pattern, Thresholds

Code = Iterator[str]


def conditions_of(pattern: Pattern) -> list[Condition]:
    escalations = [condition for _, condition in pattern.escalations]
    return [pattern.condition, *escalations, *(line.condition for line in pattern.lines)]


class PatternCode:
    """Writes `find` and its helpers; `source` is the whole module."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        asked = [item.ask_if for item in pack.questionnaire.items if item.ask_if is not None]
        conditions = [part for pattern in pack.patterns for part in conditions_of(pattern)]
        self.expressions = Expressions(pack.questionnaire, [*asked, *conditions])
        self.missing = MissingCode(self.expressions)

    def source(self) -> str:
        find = list(self.find())
        evidence = [
            line
            for number, pattern in enumerate(self.pack.patterns)
            for line in (*self.lines_missing(number, pattern), *self.evidence(number, pattern))
        ]
        table = ", ".join(f"evidence_{number}" for number in range(len(self.pack.patterns)))
        parts = [*self.missing.source, *evidence, f"EVIDENCE = ({table},)", "", *find]
        return "\n".join(parts) + "\n"

    def find(self) -> Code:
        width = self.expressions.bits.width
        yield "def find(answers, ruled_out=()):"
        yield "    b = read(answers)"
        yield f"    y = b & {(1 << width) - 1:#x}"
        yield f"    p = b >> {width}"
        yield "    v = answers.values"
        yield "    hidden = []"
        yield from self.ask_ifs()
        yield "    u = p ^ y"
        yield "    f = 0"
        yield "    cannot = []"
        for number, pattern in enumerate(self.pack.patterns):
            yield from self.verdict(number, pattern)
        yield "    return gather(f, cannot, y, p, u, hidden, ruled_out)"

    def ask_ifs(self) -> Code:
        """Items that do not apply, and those of which it is not known yet whether they do."""
        bits, positions = self.expressions.bits, self.pack.questionnaire.positions
        for item in self.pack.questionnaire.items:
            if item.ask_if is None:
                continue
            flips = bits.not_asked(item.link_id)
            y, p = flips & ((1 << bits.width) - 1), flips >> bits.width
            own, missed = 1 << positions[item.link_id], self.missing.call(item.ask_if)
            yield f"    if not ({self.expressions.possible(item.ask_if)}):"
            yield f"        if {item.link_id!r} not in v:"
            yield f"            {f'y ^= {y:#x}; ' if y else ''}p ^= {p:#x}"
            yield f"    elif not ({self.expressions.yes(item.ask_if)}):"
            yield "        u = p ^ y"
            yield f"        hidden.append(({own:#x}, spread({missed}, hidden)))"

    def verdict(self, number: int, pattern: Pattern) -> Code:
        yes, missed = self.expressions.yes(pattern.condition), self.missing.call(pattern.condition)
        yield f"    if {self.expressions.possible(pattern.condition)}:  # {pattern.id!r}"
        if pattern.thresholds is not None:
            least = pattern.thresholds.possible
            yield f"      if {self.points(pattern, above='p', below='y')} >= {least}:"
            yes = f"({yes}) and {self.points(pattern, above='y', below='y')} >= {least}"
            missed = f"{missed} | missing_lines_{number}(y, p, u)"
        yield f"        if {yes}:"
        yield f"            f |= {1 << number:#x}"
        yield "        else:"
        yield f"            cannot.append(CannotTell({pattern.id!r}, named({missed}, hidden)))"

    def points(self, pattern: Pattern, *, above: str, below: str) -> str:
        """The sum of the points, positive ones read off one number, negative ones off the other."""
        terms = [
            *self.terms(pattern.supports, above, "p" if above == "y" else "y"),
            *self.terms(pattern.contradicts, below, "p" if below == "y" else "y"),
        ]
        return " + ".join(terms) or "0"

    def terms(self, lines: Iterable[Line], rail: str, other: str) -> Code:
        """Leaves with equal points are counted together; a leaf used twice counts twice."""
        together: dict[int, int] = {}
        for line in lines:
            mask, points = self.expressions.bit(line.condition), line.points or 0
            if mask is None or together.get(points, 0) & mask:
                holds = self.expressions.holds(line.condition, rail, other)
                yield f"({points} if {holds} else 0)"
            else:
                together[points] = together.get(points, 0) | mask
        for points, mask in together.items():
            yield f"{points} * ({rail} & {mask:#x}).bit_count()"

    def lines_missing(self, number: int, pattern: Pattern) -> Code:
        yield f"def missing_lines_{number}(y, p, u):"
        yield from self.missing.union(line.condition for line in pattern.lines)
        yield ""

    def evidence(self, number: int, pattern: Pattern) -> Code:
        """The finding of a pattern that is yes."""
        scored = pattern.thresholds is not None
        yield f"def evidence_{number}(y, p, u, hidden):"
        yield from self.lines_that_hold("for_lines", pattern.supports)
        yield from self.lines_that_hold("against_lines", pattern.contradicts)
        if pattern.thresholds is not None:
            yield from self.scores(pattern, pattern.thresholds)
        yield from self.urgency(pattern)
        scores = "tier, score, low, high, firm" if scored else "None, None, None, None, None"
        missing = f"named(missing_lines_{number}(y, p, u), hidden)"
        yield f"    return Finding({pattern.id!r}, {pattern.group!r}, urgency, {scores},"
        yield "        tuple(for_lines), tuple(against_lines),"
        yield f"        {missing}, tuple(rises), {pattern.tests!r})"
        yield ""

    def lines_that_hold(self, name: str, lines: Iterable[Line]) -> Code:
        yield f"    {name} = []"
        for line in lines:
            yield f"    if {self.expressions.yes(line.condition)}:"
            yield f"        {name}.append({line.id!r})"

    def scores(self, pattern: Pattern, thresholds: Thresholds) -> Code:
        yield f"    score = {self.points(pattern, above='y', below='y')}"
        yield f"    low = {self.points(pattern, above='y', below='p')}"
        yield f"    high = {self.points(pattern, above='p', below='y')}"
        possible, some, strong = thresholds.possible, thresholds.some, thresholds.strong
        yield f"    if score >= {strong}:"
        yield f"        tier, firm = 'strong', low >= {strong}"
        yield f"    elif score >= {some}:"
        yield f"        tier, firm = 'some', low >= {some} and high < {strong}"
        yield "    else:"
        yield f"        tier, firm = 'possible', low >= {possible} and high < {some}"

    def urgency(self, pattern: Pattern) -> Code:
        """Raised by each escalation that is yes; what is only possible stays routine."""
        rises = [
            (to, condition)
            for to, condition in pattern.escalations
            if URGENCY_RANK[to] > URGENCY_RANK[pattern.urgency]
        ]
        yield f"    urgency, rises = {pattern.urgency!r}, []"
        for to, condition in rises:
            yield f"    if {self.expressions.yes(condition)}:"
            yield f"        urgency = {to!r}"
        for to, condition in rises:
            lesser = tuple(name for name, rank in URGENCY_RANK.items() if rank < URGENCY_RANK[to])
            yield f"    if urgency in {lesser!r} and {self.expressions.unknown(condition)}:"
            missed = f"named({self.missing.call(condition)}, hidden)"
            yield f"        rises.append(CouldRise({to!r}, {missed}))"
        if pattern.thresholds is not None:
            yield "    if tier == 'possible':"
            yield "        urgency, rises = 'routine', []"
