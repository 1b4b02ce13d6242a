"""What the audit log says is said in words."""

import re
from pathlib import Path

import seatkeeper
from seatkeeper.directory.models import OrganizationSettings
from seatkeeper.web.audit_wording import ACTS

SOURCE = Path(seatkeeper.__file__).parent
SETTINGS = {field.name for field in OrganizationSettings._meta.get_fields()} - {"organization"}


def test_every_act_that_is_logged_has_words() -> None:
    texts = [path.read_text() for path in SOURCE.rglob("*.py")]
    logged = {
        act
        for text in texts
        for act in re.findall(r"""\baction="([a-z_]+(?:\.[a-z_]+|_out))"|"((?:admin|profile)\.[a-z_]+ed)\"""", text)
    }
    acts = {one or other for one, other in logged} | {f"settings.{name}_changed" for name in SETTINGS}

    assert {"sign_in.done", "admin.ended", "profile.disconnected"} < acts
    assert acts - set(ACTS) == set()
