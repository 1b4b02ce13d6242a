"""Settings: each part by itself, each change in the audit log."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from seatkeeper.accounts.models import Account, AuditEntry
from seatkeeper.directory import time_zones
from seatkeeper.directory.models import Organization, OrganizationSettings
from seatkeeper.directory.time_zones import zone_of
from seatkeeper.licensing.models import Books

GOOD = {
    "brake": {"percent": "2.5", "at_least": "100"},
    "language": {"language": "en"},
    "time_zone": {"time_zone": "Europe/Berlin"},
    "invitation": {"invitation_subject": "Come\nin", "invitation_text": "Hi {name}: {link}"},
    "contact": {"contact": "help@acme.example"},
}
SHOWN = {
    "brake": "2.5",
    "language": 'value="en" selected',
    "time_zone": 'value="Europe/Berlin" selected',
    "invitation": "Come in",
    "contact": "help@acme",
}


@pytest.mark.parametrize("what", GOOD)
def test_each_part_is_saved_once_and_logged_once(owner: Client, acme: Organization, what: str) -> None:
    for _ in range(2):
        assert owner.post(f"/admin-center/settings/{what}/", GOOD[what]).status_code == 302
    assert AuditEntry.objects.count() == (2 if what == "invitation" else 1)
    assert AuditEntry.objects.filter(actor="owner@acme.example").count() == AuditEntry.objects.count()
    page = owner.get("/admin-center/settings/").content.decode()
    assert SHOWN[what] in page


def test_the_brake_and_the_words_are_kept(owner: Client, acme: Organization) -> None:
    for what, data in GOOD.items():
        owner.post(f"/admin-center/settings/{what}/", data)
    books = Books.objects.get(organization=acme)
    assert (books.brake_percent, books.brake_at_least) == (Decimal("2.5"), 100)
    kept = OrganizationSettings.objects.get(organization=acme)
    assert (kept.language, kept.contact, kept.invitation_text) == ("en", "help@acme.example", "Hi {name}: {link}")


def test_a_preview_saves_nothing(owner: Client, acme: Organization) -> None:
    answer = owner.post("/admin-center/settings/invitation/", GOOD["invitation"] | {"preview": "1"})
    assert "Hi Ana Müller: https://…" in answer.content.decode()
    assert not OrganizationSettings.objects.exists()


@pytest.mark.parametrize(
    ("what", "data", "says"),
    [
        ("brake", {"percent": "101", "at_least": "1"}, "0 to 100"),
        ("brake", {"percent": "NaN", "at_least": "1"}, "0 to 100"),
        ("brake", {"percent": "2", "at_least": "-1"}, "whole number"),
        ("language", {"language": "xx"}, "Choose a language"),
        ("time_zone", {"time_zone": "Berlin"}, "Choose a time zone"),
        ("time_zone", {"time_zone": "../etc/passwd"}, "Choose a time zone"),
        ("invitation", {"invitation_text": "Come"}, "nobody can activate"),
        ("contact", {"contact": "javascript:alert(1)"}, "https://"),
        ("contact", {"contact": "javascript://x.example/%0aalert(1)"}, "https://"),
    ],
)
def test_bad_input_gets_a_sentence(owner: Client, what: str, data: dict[str, str], says: str) -> None:
    answer = owner.post(f"/admin-center/settings/{what}/", data)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("own", "of_home", "of_browser", "shown"),
    [("en", "de", "de", "en"), ("", "de", "en", "de"), ("", "", "de", "de"), ("xx", "yy", "en", "en")],
)
def test_the_own_language_wins_then_the_organizations_then_the_browsers(
    owner: Client, acme: Organization, settings: Settings, own: str, of_home: str, of_browser: str, shown: str
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    Account.objects.update(language=own)
    OrganizationSettings.objects.create(organization=acme, language=of_home)
    page = owner.get("/admin-center/users/", headers={"Accept-Language": of_browser}).content.decode()
    assert f'<html lang="{shown}"' in page


def test_pages_show_times_in_the_organizations_time_zone(
    owner: Client, acme: Organization, other_organization_admin: Client
) -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    for organization in Organization.objects.all():
        AuditEntry.objects.create(organization=organization, at=at, actor="somebody", action="sign_out")
    owner.post("/admin-center/settings/time_zone/", GOOD["time_zone"])
    assert "2 July 2026, 00:30" in owner.get("/admin-center/audit/").content.decode()
    assert "1 July 2026, 22:30" in other_organization_admin.get("/admin-center/audit/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


def test_rooms_that_keep_days_hear_of_a_new_time_zone_and_can_stop_it(
    owner: Client, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, str]] = []
    monkeypatch.setattr(
        time_zones, "_registered", [lambda organization: told.append((organization, str(zone_of(organization))))]
    )
    for _ in range(2):
        owner.post("/admin-center/settings/time_zone/", GOOD["time_zone"])
    assert told == [(acme.id, "Europe/Berlin")]

    monkeypatch.setattr(time_zones, "_registered", [lambda organization: 1 // 0])
    with pytest.raises(ZeroDivisionError):
        owner.post("/admin-center/settings/time_zone/", {"time_zone": "Asia/Tokyo"})
    assert str(zone_of(acme.id)) == "Europe/Berlin"
    assert AuditEntry.objects.count() == 1


def test_html_in_the_invitation_is_text(owner: Client) -> None:
    data = {"invitation_text": "<script>alert(1)</script>{link}", "preview": "1"}
    assert "<script>alert" not in owner.post("/admin-center/settings/invitation/", data).content.decode()


def test_who_is_limited_to_groups_finds_no_settings(sub_admin_of_group: Client) -> None:
    assert sub_admin_of_group.get("/admin-center/settings/").status_code == 404
    for what, data in GOOD.items():
        assert sub_admin_of_group.post(f"/admin-center/settings/{what}/", data).status_code == 404
    assert not AuditEntry.objects.exists()


def test_wrong_method_and_unknown_part(owner: Client) -> None:
    assert owner.get("/admin-center/settings/brake/").status_code == 405
    assert owner.post("/admin-center/settings/").status_code == 405
    assert owner.post("/admin-center/settings/else/").status_code == 404
