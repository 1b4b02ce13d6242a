"""What forms of the pages share: fields that are named, bounded and explain themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_SEATS = 1_000_000_000
LONGEST_NAME = 200


class PageForm(forms.Form):
    """Labels without a colon; errors beside their fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)


def name_field(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_NAME,
        error_messages={
            "required": _("Write a name."),
            "max_length": _("Use at most %(limit_value)d characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **more,
    )


def seats_field(label: Any, **more: Any) -> forms.IntegerField:
    too_much = _("Write a whole number from 0 to 1,000,000,000.")
    messages = {"required": too_much, "invalid": too_much, "min_value": too_much, "max_value": too_much}
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST_SEATS,
        localize=False,
        error_messages=messages,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        **more,
    )
