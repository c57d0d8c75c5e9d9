"""Log lines as JSON: what happened, never to whom. No token, name or answer gets in."""

import json
import logging
import re
from types import TracebackType

TOKEN = re.compile(r"/i/[^/\s\"']+")


class JsonFormatter(logging.Formatter):
    """One JSON object a line. The text of an exception may quote data, so only its type is kept."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "logger": record.name,
            "message": TOKEN.sub("/i/…", record.getMessage()),
        }
        for name in ("request_id", "count", "seconds", "state"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            line["where"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def places(traceback: TracebackType | None) -> list[str]:
    """File and line of the innermost frames: enough to find the fault, without its values."""
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return found[-5:]
