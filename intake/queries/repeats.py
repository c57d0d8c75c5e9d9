"""Which times of a group that repeats stand on a page."""

from collections.abc import Mapping

from intake.instruments.items import Form
from intake.merging import Seen


def opened_by(form: Form, sent: Mapping[str, str]) -> frozenset[str]:
    """The further times of groups that stood on a page that was sent, and the one it asks for."""
    on_page = Seen.read(sent.get("seen", "")).stamps.keys()
    found = {
        group
        for group, inner in form.within.items()
        if any(form.by_id[link_id].control in on_page for link_id in inner)
    }
    for group in form.within:
        item = form.by_id[group]
        if sent.get("more") == form.by_id[item.family].control and group not in found:
            return frozenset({*found, group})
    return frozenset(found)
