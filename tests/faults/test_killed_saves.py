"""The server is killed in the middle of saves: what was acknowledged is there."""

import random
import threading
import time

from intake.models import Response
from tests.factories.clinics import inside
from tests.factories.intakes import begin
from tests.factories.visits import make_visit, open_link
from tests.faults.web import Web, serving

KILLS = 50


class Writer(threading.Thread):
    """Somebody who types: one number after the other, each sent again until it is acknowledged."""

    def __init__(self, web: Web, key: str) -> None:
        super().__init__(daemon=True)
        self.web, self.key = web, key
        self.acknowledged = 0
        self.is_over = False

    def run(self) -> None:
        while not self.is_over:
            if self.web.save(self.key, f"words {self.acknowledged + 1}"):
                self.acknowledged += 1


def saved(response: Response) -> int:
    """The number in the database now."""
    with inside(response.clinic_id):
        words = Response.objects.get(pk=response.pk).answers.get("problem.words", "words 0")
    return int(words.split()[1])


def lost_in(kills: int, application: str, tmp_path, desk, ash) -> tuple[int, int]:
    """How often something acknowledged was gone after a kill, and how much was acknowledged."""
    visits = [make_visit(desk, ash) for _ in range(2)]
    drafts = [begin(desk, visit) for visit in visits]
    lost, dice = 0, random.Random(50)
    with serving(application, tmp_path / "web.log") as web:
        writers = [Writer(web, open_link(visit)) for visit in visits]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            wait_for_progress(writers)
            time.sleep(dice.uniform(0, 0.05))
            web.kill_workers()
            for writer, draft in zip(writers, drafts, strict=True):
                promised = writer.acknowledged
                lost += saved(draft) < promised
        for writer in writers:
            writer.is_over = True
        for writer in writers:
            writer.join(timeout=60)
    return lost, sum(writer.acknowledged for writer in writers)


def wait_for_progress(writers: list[Writer]) -> None:
    """Until each of them was acknowledged once more: a kill of an idle server shows nothing."""
    before = [writer.acknowledged for writer in writers]
    deadline = time.monotonic() + 60
    while any(w.acknowledged <= b for w, b in zip(writers, before, strict=True)):
        assert time.monotonic() < deadline, "nothing is acknowledged any more"
        time.sleep(0.005)


def test_nothing_acknowledged_is_lost_in_fifty_kills(committed, desk, ash, tmp_path):
    lost, acknowledged = lost_in(KILLS, "clinic.wsgi", tmp_path, desk, ash)
    assert acknowledged >= 2 * KILLS
    assert lost == 0


def test_a_server_that_acknowledges_before_it_saves_does_lose(committed, desk, ash, tmp_path):
    """The control: the same kills show it."""
    lost, _acknowledged = lost_in(10, "tests.faults.early", tmp_path, desk, ash)
    assert lost > 0
