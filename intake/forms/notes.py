"""What the therapist types into a note, and the texts kept for it."""

from typing import Any

from django import forms

from intake.merging import Seen
from intake.soap import KEYS, PARTS

LONGEST, LONGEST_BLOCK = 20_000, 4_000


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

    @property
    def parts(self) -> dict[str, str]:
        """What was sent, by part."""
        return {key: self.cleaned_data[key] for key in KEYS if key in self.data}

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
