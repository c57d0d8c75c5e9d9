"""Writes docs/states.md from the tables of states; `--check` fails when it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

from clinic.states import MESSAGE, TASK, States
from intake.states import LINK, NOTE, RESPONSE

ALL = (LINK, RESPONSE, TASK, NOTE, MESSAGE)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "states.md"
HEAD = """\
# States

<!-- Written by `make docs` from clinic/states.py and intake/states.py. Change those, not this. -->

What may follow what. A cell is the state that an act leads to; where there is none the act is
refused, in the sentence below the table. The database holds each state together with its times.
`{holder}` stands for the name of whoever has the task.
"""


def render() -> str:
    return (
        "\n".join([HEAD, *(line for states in ALL for line in (*told(states), ""))]).rstrip() + "\n"
    )


def told(states: States) -> Iterator[str]:
    yield from (f"## {states.noun}", "", states.about, f"It begins {states.begins}.", "")
    yield from (f"- **{name}**: {meaning}." for name, meaning in states.states.items())
    yield from ("", f"| what happens | {' | '.join(states.states)} |")
    yield "|---" * (len(states.states) + 1) + "|"
    for act, meaning in states.acts.items():
        cells = [states.moves.get((state, act), "refused") for state in states.states]
        yield f"| {meaning} | {' | '.join(cells)} |"
    yield ""
    for sentence in dict.fromkeys(states.refusals.values()):
        where = sorted({state for (state, _), said in states.refusals.items() if said == sentence})
        yield f"- Refused when {', '.join(where)}: “{sentence}”"


def main(arguments: list[str]) -> int:
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if arguments == ["--check"]:
        stale = written != render()
        print("docs/states.md is stale: run `make docs`." if stale else "docs/states.md is fresh.")
        return int(stale)
    PAGE.write_text(render(), encoding="utf-8")
    print(f"Wrote docs/states.md, {len(ALL)} tables.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
