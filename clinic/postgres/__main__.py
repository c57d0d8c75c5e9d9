"""The command line: `python -m clinic.postgres NAME [--reset] [--fast] -- COMMAND…`."""

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
from urllib.parse import urlsplit

from clinic.postgres import Server, running
from clinic.postgres.processes import Unavailable, stop_with_parent


def _given(*, reset: bool) -> Server | None:
    """The server that the environment names."""
    url, owner = os.environ.get("DATABASE_URL"), os.environ.get("OWNER_DATABASE_URL")
    if not url:
        return None
    if not owner:
        raise Unavailable(
            "DATABASE_URL is set: set OWNER_DATABASE_URL, the role that migrates, too."
        )
    if reset:
        raise Unavailable("DATABASE_URL is set: only a server started here can be started over.")
    place = urlsplit(url)
    where = f"{place.path[1:]} at {place.hostname or place.query or 'the default socket'}"
    return Server(f"the database {where} (DATABASE_URL), starting none", url, owner)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Passes on what asks us to stop, except what the terminal has sent to the command already."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(signum: int, _frame: object) -> None:
        if child is None:
            early.append(signum)  # the command is just being started
        elif signum != signal.SIGINT or not _is_at_terminal():
            child.send_signal(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, pass_on)
    try:
        stops = stop_with_parent(signal.SIGTERM)
        child = subprocess.Popen(command, env=environment, preexec_fn=stops)
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}.") from error
    for missed in early:
        child.send_signal(missed)
    status = child.wait()
    return status if status >= 0 else 128 - status


def _is_at_terminal() -> bool:
    with contextlib.suppress(OSError), open("/dev/tty") as terminal:
        return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    return False


def _asked(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    cut = words.index("--") if "--" in words else len(words)
    parser = argparse.ArgumentParser(
        "python -m clinic.postgres", usage="%(prog)s NAME [--reset] [--fast] -- COMMAND…"
    )
    parser.add_argument("name", help="such as demo or test; each has its own data")
    parser.add_argument("--reset", action="store_true", help="start over with empty data")
    parser.add_argument("--fast", action="store_true", help="do not survive a power cut (tests)")
    options, command = parser.parse_args(words[:cut]), words[cut + 1 :]
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", options.name):
        parser.error("NAME is a word of small letters, digits and hyphens.")
    if not command:
        parser.error("say after -- which command to run.")
    return options, command


def main(words: list[str]) -> int:
    options, command = _asked(words)
    try:
        given = _given(reset=options.reset)
        ours = running(options.name, reset=options.reset, fast=options.fast)
        with contextlib.nullcontext(given) if given else ours as server:
            print(f"Using {server.described}", flush=True)
            return _run(command, server.environment)
    except Unavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
