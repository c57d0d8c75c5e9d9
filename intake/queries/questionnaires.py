"""Published packs as values. A published row never changes, so each is built once a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock

from intake.languages import in_every_language
from intake.models import PackVersion, Response
from intake.plainer import in_plain_words
from intake.rules.compiled import Find, compile_pack
from intake.rules.pack import Pack, build_pack, load_pack
from intake.rules.questions import Questionnaire
from intake.voices import VOICES, in_voice


@dataclass(frozen=True)
class Published:
    """A published pack: its row, its value and its compiled rules.

    `told` is the same pack as patients read it, `asked` its questions by whom they are asked of.
    """

    id: int
    questionnaire_id: int
    pack: Pack
    find: Find
    told: Pack
    asked: Mapping[str, Questionnaire]


class NothingPublished(Exception):
    """No pack is published: `manage.py publish_pack` was not run."""


BUILDING = Lock()


def get_published(pack_id: int) -> Published:
    """One published pack by its row, built by the first thread that asks while others wait."""
    with BUILDING:
        return build_published(pack_id)


@cache
def build_published(pack_id: int) -> Published:
    """Spoken in every language and voice, and compiled."""
    row = PackVersion.objects.select_related("questionnaire").get(pk=pack_id)
    pack = load_pack()
    if (row.content_hash, row.questionnaire.content_hash) != (
        pack.content_hash,
        pack.questionnaire.content_hash,
    ):
        pack = build_pack({**row.content, "items": row.questionnaire.content})
    pack = in_every_language(pack)
    told = in_plain_words(pack)
    asked = {voice: in_voice(told.questionnaire, voice) for voice in VOICES}
    return Published(row.pk, row.questionnaire_id, pack, compile_pack(pack), told, asked)


def get_newest(questionnaire_id: int | None = None) -> Published:
    """The pack in force: the newest, or the newest that reads this questionnaire."""
    rows = PackVersion.objects.order_by("-published_at", "-id")
    if questionnaire_id is not None:
        rows = rows.filter(questionnaire_id=questionnaire_id)
    newest = rows.values_list("pk", flat=True).first()
    if newest is None:
        raise NothingPublished("Run `manage.py publish_pack` first.")
    return get_published(newest)


def get_pack_for(response: Response) -> Published:
    """The pack that reads an open response; no statement when it was fetched `with_pack`."""
    if response.newest_pack_id is not None:
        return get_published(response.newest_pack_id)
    return get_newest(response.questionnaire_id)


def read_with(response: Response) -> Published:
    """The pack it was submitted under; while it is open, the one that reads it now."""
    return get_published(response.pack_id) if response.pack_id else get_pack_for(response)
