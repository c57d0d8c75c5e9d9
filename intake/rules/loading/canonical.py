"""One spelling for a document, so that equal content has an equal hash."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> str:
    """JSON with sorted keys and no spaces; lists keep their order, which has meaning."""
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )


def content_hash(document: Any) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()
