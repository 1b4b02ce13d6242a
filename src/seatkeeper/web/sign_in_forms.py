"""Sign-in: allauth's forms, in our words, and for learners too who have no account yet."""

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, ResetPasswordForm
from allauth.core import context, ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seatkeeper.accounts.services.learner_sign_in import account_for_code

LONGEST_ADDRESS = 254


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["login"])
        self.fields["password"].widget.attrs.pop("placeholder", None)


class AskForPasswordForm(ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields["email"])


def _in_our_words(field: forms.Field) -> None:
    field.label = _("E-mail address")
    field.widget.attrs.pop("placeholder", None)


class AskForCodeForm(forms.Form):
    """`_user` is whom the code is for; nobody, for an address that nobody has: the answer is the same."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=LONGEST_ADDRESS,
        error_messages=dict.fromkeys(("required", "invalid", "max_length"), gettext_lazy("Write your e-mail address.")),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise ValidationError(_("Too many codes were asked for. Try again in some minutes."))
        self._user = account_for_code(email)
        return email


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].error_messages["required"] = _("Write the code.")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError as error:
            raise ValidationError(_("This is not the code. After five tries ask for a new one.")) from error
