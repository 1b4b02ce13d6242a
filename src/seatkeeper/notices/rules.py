"""Decisions about notices and mail on plain values: no database, no clock."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from seatkeeper.licensing.ends import End
from seatkeeper.licensing.models import Operation
from seatkeeper.notices.models import Kind

LARGE = 1_000  # changes, above which an operation's end is worth a notice
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
SERVER_PAUSE, LONGEST_SERVER_PAUSE = timedelta(seconds=15), timedelta(minutes=15)
TRIED_FOR = timedelta(days=4)  # then a mail that the server puts off is given up
LONGEST_TROUBLE = 500


def kind_of(operation: Operation, end: End) -> Kind | None:
    """What to tell of it; None: nothing. One person by form or join link is none."""
    is_file = operation.verb == "import"
    if is_file and operation.source in ("form", "join"):
        return None
    match end:
        case End.CANCELLED:  # by a person, who knows
            return None
        case End.HELD:
            return Kind.HELD
        case End.REFUSED:
            return Kind.REFUSED
        case End.GIVEN_UP:
            return Kind.GIVEN_UP
        case End.CHECKED:
            return Kind.CHECKED
        case End.REPORTED:
            return Kind.PROBLEMS if operation.counts.get("problems") else Kind.DONE
    return Kind.DONE if not is_file and operation.planned_changes > LARGE else None


class Answer(Enum):
    """What a mail server's refusal means."""

    LATER = "later"  # this mail, after a pause
    NEVER = "never"  # this mail
    SERVER = "server"  # all mail, after a pause


@dataclass(frozen=True, slots=True)
class Refusal:
    """What to do about a mail that did not go out, and why it did not."""

    answer: Answer
    trouble: str


def judge(error: Exception) -> Refusal:
    """RFC 5321 section 4.2.1: 4yz may be tried again, 5yz may not. What is about the sender concerns all mail."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _said in error.recipients.values()]
            said = "; ".join(_words(code, text) for code, text in error.recipients.values())
            return _refusal(Answer.NEVER if all(_is_final(code) for code in codes) else Answer.LATER, said)
        case smtplib.SMTPDataError():
            said = _words(error.smtp_code, error.smtp_error)
            return _refusal(Answer.NEVER if _is_final(error.smtp_code) else Answer.LATER, said)
        case smtplib.SMTPResponseException():  # the sender, the password, the greeting
            return _refusal(Answer.SERVER, _words(error.smtp_code, error.smtp_error))
        case smtplib.SMTPServerDisconnected():  # maybe because of this very mail
            return _refusal(Answer.LATER, str(error))
        case OSError():  # also the rest of smtplib's
            return _refusal(Answer.SERVER, error.strerror or str(error))
        case ValueError():  # also BadHeaderError and UnicodeError
            return _refusal(Answer.NEVER, f"not fit to be sent: {error}")
    return _refusal(Answer.LATER, f"{type(error).__name__}: {error}")


def pause_after(attempts: int) -> timedelta:
    """Twice as long after each attempt at a mail."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 16)), LONGEST_PAUSE)


def server_pause_after(failures: int) -> timedelta:
    return min(SERVER_PAUSE * (1 << min(failures - 1, 16)), LONGEST_SERVER_PAUSE)


def one_line(text: str) -> str:
    """Fit for a header: what can be seen, on one line."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _is_final(code: int) -> bool:
    return code >= 500


def _words(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"


def _refusal(answer: Answer, trouble: str) -> Refusal:
    return Refusal(answer, one_line(trouble)[:LONGEST_TROUBLE])
