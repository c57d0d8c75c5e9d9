"""What the admin changes of the clinic itself."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clinic.access import Actor
from clinic.commands.audit import record
from clinic.models import Clinic, ClinicTexts, OnCall
from clinic.queries.on_call import get_on_call
from clinic.walls import in_transaction

OF_THE_CLINIC = ("name", "phone", "emergency_number", "urgent_line", "age_of_consent", "hours")


@in_transaction
def save_texts(*, by: Actor, at: datetime, content: Mapping[str, Any]) -> ClinicTexts:
    """Keep a new version of the clinic's texts; what was agreed to before keeps the older one.

    `content` is what `ClinicTexts.content` holds. Saving the same again changes nothing.
    """
    clinic = Clinic.objects.select_for_update().get(pk=by.own_clinic_id)
    newest = ClinicTexts.objects.filter(clinic=clinic).order_by("-number").first()
    if newest and newest.content == content:
        return newest
    for name in OF_THE_CLINIC:
        setattr(clinic, name, content[name])
    clinic.save(update_fields=OF_THE_CLINIC)
    texts = ClinicTexts.objects.create(
        clinic=clinic,
        number=newest.number + 1 if newest else 1,
        content=dict(content),
        content_hash=hash_of(content),
        by_id=by.user_id,
        at=at,
    )
    record(by=by, action="saved", subject=texts)
    return texts


def hash_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as sorted JSON, in hex."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


@in_transaction
def save_on_call(*, by: Actor, values: Mapping[str, Any]) -> OnCall:
    """Who is asked for urgent calls and how long they may wait, from the next call on."""
    Clinic.objects.select_for_update().get(pk=by.own_clinic_id)
    rules = get_on_call(by.own_clinic_id)
    for name, value in values.items():
        setattr(rules, name, value)
    rules.save()
    record(by=by, action="saved", subject=rules)
    return rules
