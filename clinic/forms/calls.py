"""What is typed about urgent calls: a therapist's report, the admin's settings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from clinic.models import OnCall, TaskEvent, User

Kind = TaskEvent.Kind
DONE = [Kind.CALLED, Kind.SENT, Kind.NOT_REACHED, Kind.AGAIN, Kind.NO_CALL]


class ReportForm(forms.Form):
    """What was done about a call. `key` makes the same form sent twice one report."""

    key = forms.UUIDField()
    done = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in DONE],
        error_messages={
            "required": "Choose what was done",
            "invalid_choice": "Choose what was done",
        },
    )
    again = forms.TimeField(required=False, error_messages={"invalid": "Enter a time like 14:30"})
    words = forms.CharField(required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if (
            given.get("done") == Kind.AGAIN
            and not given.get("again")
            and "again" not in self.errors
        ):
            self.add_error("again", "Enter the time of the next try")
        if given.get("done") == Kind.NO_CALL and not given.get("words"):
            self.add_error("words", "Say why no call is needed")
        return given

    def again_at(self, now: datetime, latest: datetime, zone: ZoneInfo) -> datetime | None:
        """When the clinic's clock next shows what was typed, as far as `latest`; else the time of
        today, to be refused."""
        if self.cleaned_data["done"] != Kind.AGAIN:
            return None
        day = now.astimezone(zone).date()
        today = datetime.combine(day, self.cleaned_data["again"], tzinfo=zone)
        tomorrow = today + timedelta(days=1)
        # The second is another on the night when the clocks go back.
        times = (today, today.replace(fold=1), tomorrow)
        return next((at for at in times if now < at <= latest), today)


class OnCallForm(forms.Form):
    """How long a call may wait, and who is asked beside the patient's therapist."""

    emergency_minutes = forms.IntegerField(
        label="Minutes until an emergency goes to the next", min_value=5, max_value=240
    )
    same_day_minutes = forms.IntegerField(
        label="Minutes until a same-day call goes to the next", min_value=15, max_value=1440
    )
    fallback_email = forms.EmailField(
        label="Fallback address",
        required=False,
        help_text="Is written to, too, whenever a call was not taken in time.",
        error_messages={"invalid": "Enter an e-mail address like name@example.org"},
    )

    def __init__(self, *args: Any, therapists: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.therapists = {str(each.pk): each for each in therapists}
        choices = [("", "Nobody"), *((key, each.name) for key, each in self.therapists.items())]
        self.fields["duty"] = forms.ChoiceField(
            label="Therapist on duty",
            help_text="Is asked when the patient’s own therapist has no visits that day.",
            choices=choices,
            required=False,
        )
        self.fields["fallback"] = forms.ChoiceField(
            label="Fallback therapist",
            help_text="Is asked after those two. After that, every other therapist in turn.",
            choices=choices,
            required=False,
        )
        self.order_fields(["emergency_minutes", "same_day_minutes", "duty", "fallback"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("duty") and given.get("duty") == given.get("fallback"):
            raise ValidationError("Choose two different therapists: the fallback is asked next")
        return given

    def values(self) -> dict[str, Any]:
        """As the command keeps them."""
        given = self.cleaned_data
        chosen = {name: self.therapists.get(given[name]) for name in ("duty", "fallback")}
        minutes = {name: given[name] for name in ("emergency_minutes", "same_day_minutes")}
        return {**minutes, **chosen, "fallback_email": given["fallback_email"] or None}


def typed_in(rules: OnCall) -> dict[str, Any]:
    """The form's initial values."""
    return {
        "emergency_minutes": rules.emergency_minutes,
        "same_day_minutes": rules.same_day_minutes,
        "duty": rules.duty_id or "",
        "fallback": rules.fallback_id or "",
        "fallback_email": rules.fallback_email or "",
    }
