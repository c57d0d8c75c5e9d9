"""What the therapist types into a note, and the texts kept for it."""

from typing import Any

from django import forms

from intake.merging import Seen
from intake.soap import KEYS, PARTS
from intake.wishes import DAYS, MINUTES, USUAL_MINUTES, WISH, WITH

LONGEST, LONGEST_BLOCK = 20_000, 4_000
# A follow-up: when, how long, with whom.
AGAIN = ("again_days", "again_minutes", "again_with")
CHOICES = (
    [("", "no follow-up"), *((str(days), f"in {name}") for days, name in DAYS.items())],
    [(str(minutes), f"{minutes} minutes") for minutes in MINUTES],
    list(WITH.items()),
)


class TextBox(forms.CharField):
    """Long text. A browser sends its line ends as two characters; one is kept."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class NoteForm(forms.Form):
    """The parts of a note, as far as the page asked for them."""

    seen = forms.CharField(required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            self.fields[part.key] = TextBox(required=False, max_length=LONGEST, label=part.name)
        for name, choices in zip(AGAIN, CHOICES, strict=True):
            self.fields[name] = forms.ChoiceField(required=False, choices=choices)

    @property
    def parts(self) -> dict[str, str]:
        """What was sent, by part; with the follow-up that is wanted, if it was asked for."""
        sent = {key: self.cleaned_data[key] for key in KEYS if key in self.data}
        return sent | ({WISH: self.wish} if "again_days" in self.data else {})

    @property
    def wish(self) -> str:
        """The three choices in one, as `intake.wishes` reads it."""
        days, minutes, whom = (self.cleaned_data[name] for name in AGAIN)
        return f"{days} {minutes or USUAL_MINUTES} {whom or 'same'}" if days else ""

    @property
    def drawn(self) -> Seen:
        """What the page was drawn from."""
        return Seen.read(self.cleaned_data["seen"])


class BlockForm(forms.Form):
    """A text block: a name, and the parts that it fills."""

    name = forms.CharField(
        max_length=60,
        label="Name",
        error_messages={"required": "Enter a name for the block"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_shared = forms.BooleanField(required=False, label="For all therapists of the clinic")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in PARTS:
            self.fields[part.key] = TextBox(
                required=False,
                max_length=LONGEST_BLOCK,
                label=part.name,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.order_fields(["name", *KEYS, "is_shared"])

    @property
    def texts(self) -> dict[str, str]:
        """The parts that it fills."""
        return {key: text for key in KEYS if (text := self.cleaned_data.get(key))}

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.texts:
            self.add_error(KEYS[0], "Write a text for at least one part")
        return self.cleaned_data
