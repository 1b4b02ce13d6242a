"""A real mail server in a thread, which answers as a test wishes."""

import asyncio
import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port

START_SECONDS = 60.0  # where many tests share few processors


@dataclass
class PostOffice:
    """What came in, and what is answered to whom."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)  # of the envelopes
    refuses: dict[str, str] = field(default_factory=dict)  # by recipient, at RCPT
    answers: list[str] = field(default_factory=list)  # to the next messages; then yes
    ponders_seconds: float = 0.0  # after it has a message, before it says so

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            message = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.came.append(message)
            self.senders.append(str(envelope.mail_from))
            await asyncio.sleep(self.ponders_seconds)
        return answer

    def to(self) -> list[str]:
        return [str(message["To"]) for message in self.came]

    def text(self, place: int = 0) -> str:
        return _part(self.came[place], "plain")

    def html(self, place: int = 0) -> str:
        return _part(self.came[place], "html")


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    office = PostOffice(port=free_port())
    controller = Controller(
        office, hostname="127.0.0.1", port=office.port, server_hostname="localhost", ready_timeout=START_SECONDS
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
