"""Every command's way when all is well: what it prints in each format, and its exit code."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from seatkeeper.accounts.models import Account, Membership
from seatkeeper.directory.models import Learner
from seatkeeper.usage.models import Fact, Source, WaitingFact
from tests.cli.conftest import PEOPLE, Command

SUMMARY = (
    "operation", "status", "rows", "problems", "unassigned", "invited", "activated", "added", "updated", "unchanged",
    "skipped", "seats_freed",
)  # fmt: skip

# Run one after the other on `acme`; each prints an object or a list with at least these keys.
OBJECTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("pools", "add", "--type", "coding", "--seats", "5"): ("key", "activation", "seats", "taken", "held", "invited", "free"),
    ("pools", "change", "default/learning", "--seats", "9"): ("key", "seats", "free"),
    ("pools", "change", "default/learning", "--gives-at-sign-in"): ("key", "seats", "free"),
    ("import", "{file}"): (*SUMMARY, "file", "results"),
    ("import", "{file}", "--preview"): SUMMARY,
    ("unassign", "--email", "ana@corp.example"): SUMMARY,
    ("unassign", "--all", "--preview"): SUMMARY,
    ("assign", "--email", "ana@corp.example", "--pool", "default/learning"): SUMMARY,
    ("reassign", "--email", "bo@corp.example", "--to", "default/coding"): SUMMARY,
    ("assign", "--email", "di@corp.example", "--pool", "default/coding"): SUMMARY,
    ("activate", "--email", "di@corp.example"): SUMMARY,
    ("operations", "show", "1"): (*SUMMARY, "source", "actor", "planned_at"),
    ("operations", "apply", "1"): SUMMARY,
    ("operations", "resume", "1"): SUMMARY,
    ("operations", "undo", "7"): (*SUMMARY, "undoes"),
    ("operations", "cancel", "3"): SUMMARY,
    ("learner", "ana@corp.example"): ("email", "licenses", "groups", "history"),
    ("groups", "add", "Sales EMEA"): ("group",),
    ("groups", "join", "sales emea", "--all"): SUMMARY,
    ("groups", "leave", "Sales EMEA", "--email", "bo@corp.example"): SUMMARY,
    ("admins", "add", "kim@corp.example"): ("email", "link"),
    ("admins", "add", "lee@corp.example", "--may", "manage-users", "--group", "Sales EMEA"): ("email", "link"),
    ("admins", "link", "kim@corp.example"): ("email", "link"),
    ("admins", "end", "lee@corp.example"): ("email", "status"),
    ("check",): ("ok", "pools", "gaps"),
    ("upgrade",): ("status",),
}
LISTS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("pools", "list"): ("key", "activation", "seats", "taken", "held", "invited", "free"),
    ("operations", "list"): ("operation", "verb", "status", "about", "source", "actor"),
    ("operations",): ("operation", "verb", "status", "about", "source", "actor"),
    ("learners", "--filter", "department:Sales"): ("email", "name", "status"),
    ("groups", "list"): ("name", "members"),
    ("admins", "list"): ("email", "role", "permissions"),
}


@pytest.mark.parametrize("output_format", ["json", "csv", "table"])
def test_every_command_prints_in_every_format(command: Command, acme: Path, output_format: str) -> None:
    for arguments, keys in (OBJECTS | LISTS).items():
        said = [argument.format(file=acme) for argument in arguments]
        done = command(*said, "--format", output_format)

        assert done.exit_code == 0, (said, done)
        assert set(keys) <= set(keys_of(done.stdout, output_format, is_list=arguments in LISTS)), (said, done.stdout)
    assert command("check").json()["ok"]


def keys_of(output: str, output_format: str, *, is_list: bool) -> list[str]:
    match output_format:
        case "json":
            printed = json.loads(output)
            return list(printed[0] if is_list else printed)
        case "csv":
            return next(csv.reader(io.StringIO(output)))
        case _:
            return AnyKey()


class AnyKey(list[str]):
    """Tables leave out what is empty and name things for people."""

    def __iter__(self) -> Any:
        return iter({key for keys in (OBJECTS | LISTS).values() for key in keys})


def test_what_an_import_prints(command: Command, acme: Path, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(
        "invited_email_address,department_name,license_learning_status\n"
        "ana@corp.example,Finance,inactive\nbo@corp.example,Sales,active\nnobody,,\neve@corp.example,,active\n"
    )

    done = command("import", file, "--results", tmp_path / "results.csv", "--reason", "they left")

    assert done.exit_code == 3
    printed = done.json()
    assert {key: printed[key] for key in SUMMARY} == {
        "operation": 2, "status": "done", "rows": 4, "problems": 1, "unassigned": 1, "invited": 0, "activated": 1,
        "added": 1, "updated": 1, "unchanged": 1, "skipped": 0, "seats_freed": 1,
    }  # fmt: skip
    assert printed["results"] == str(tmp_path / "results.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "results.csv").read_text())))
    assert [row["status"] for row in rows] == ["unassigned", "unchanged", "problem", "activated"]
    assert command("operations", "show", "2").json()["reason"] == "they left"


def test_results_that_find_no_room_where_they_are_wanted_stay_in_the_home(command: Command, acme: Path) -> None:
    done = command("import", acme, "--results", "/dev/full")

    assert (done.exit_code, done.json()["unchanged"]) == (3, 4)
    assert "/dev/full can't be written: No space left on device" in done.stderr
    assert Path(done.json()["results"]).read_text().count("unchanged") == 4


def test_a_preview_leaves_its_plan_and_apply_carries_exactly_that_out(command: Command, acme: Path) -> None:
    preview = command("unassign", "--filter", "department:Sales", "--preview")
    assert (preview.exit_code, preview.json()["status"], preview.json()["unassigned"]) == (0, "planned", 2)
    assert command("pools", "list").json()[0]["taken"] == 3
    command("unassign", "--email", "bo@corp.example")

    done = command("operations", "apply", "2")

    assert (done.exit_code, done.json()["unassigned"], done.json()["skipped"]) == (3, 1, 1)
    (skipped,) = command("operations", "show", "2").json()["skipped_changes"]
    assert (skipped["learner"], skipped["reason"], skipped["by_operation"]) == ("bo@corp.example", "changed_since", 3)


def test_a_previewed_file_is_applied(command: Command, acme: Path, tmp_path: Path) -> None:
    file = tmp_path / "leavers.csv"
    file.write_text("invited_email_address,license_learning_status\nana@corp.example,inactive\n")
    assert command("import", file, "--preview").json()["status"] == "planned"
    assert command("operations", "resume", "2").json()["status"] == "planned"

    first, again = (command("operations", "apply", "2").json() for _ in range(2))

    assert first == again
    assert (first["status"], first["unassigned"]) == ("done", 1)
    assert command("pools", "list").json()[0]["taken"] == 2


def test_pools_list_in_numbers(command: Command, acme: Path) -> None:
    assert command("pools", "list").json() == [
        {
            "key": "default/learning",
            "activation": "immediate",
            "seats": 10,
            "taken": 3,
            "held": 0,
            "waiting": 0,
            "invited": 0,
            "free": 7,
            "alerts": [75, 95],
        }
    ]


def test_check_prints_the_proof(command: Command, acme: Path) -> None:
    proof = command("check").json()

    assert proof["ok"] is True
    assert [(pool["taken"], pool["ledger"]) for pool in proof["pools"]] == [(3, 3)]


def test_check_exits_1_where_the_books_are_wrong(command: Command, acme: Path) -> None:
    from seatkeeper.licensing.models import LicensePool

    LicensePool.objects.update(seats_taken=4)

    wrong = command("check")

    assert (wrong.exit_code, wrong.json()["ok"], wrong.json()["gaps"][0]["code"]) == (1, False, "seats_taken_wrong")


@pytest.mark.parametrize(
    ("who", "unassigned"),
    [
        (("--email", "ana@corp.example", "--email", "BO@corp.example"), 2),
        (("--filter", "department:Sales"), 2),
        (("--filter", "department:Sales", "--except", "bo@corp.example"), 1),
        (("--all",), 3),
        (("--all", "--except", "ana@corp.example", "--except", "di@corp.example"), 2),
        (("--all", "--pool", "default/learning"), 3),
    ],
)
def test_whom_an_act_is_for(command: Command, acme: Path, who: tuple[str, ...], unassigned: int) -> None:
    done = command("unassign", *who, "--reason", "gone")

    assert (done.exit_code, done.json()["unassigned"], done.json()["seats_freed"]) == (0, unassigned, unassigned)
    assert command("pools", "list").json()[0]["taken"] == 3 - unassigned


def test_an_export_is_imported_unchanged(command: Command, acme: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert command("export", "--output", out).exit_code == 0
    assert command("export").stdout == out.read_text()
    assert len(out.read_text().splitlines()) == 5

    again = command("import", out).json()

    assert (again["rows"], again["unchanged"], again["problems"]) == (4, 4, 0)


def test_an_export_of_some_people_columns_and_pools(command: Command, acme: Path) -> None:
    command("pools", "add", "--type", "coding", "--seats", "1")
    command("groups", "add", "Everyone")
    command("groups", "join", "everyone", "--all")

    wanted = ("--pool", "default/coding", "--column", "invited_email_address", "--groups")
    out = command("export", "--filter", "department:Legal", *wanted, *wanted).stdout

    assert out.splitlines() == [
        "invited_email_address,default_license_coding_status,groups",
        "cy@corp.example,inactive,Everyone",
        "di@corp.example,inactive,Everyone",
    ]


@pytest.mark.parametrize("column", ["department_name", "unique_user_id"])
def test_an_export_of_a_column_names_the_people_and_is_imported_unchanged(
    command: Command, acme: Path, tmp_path: Path, column: str
) -> None:
    out = tmp_path / "out.csv"
    command("export", "--column", column, "--output", out)
    assert out.read_text().startswith(f"invited_email_address,{column},default_license_learning_status\n")

    again = command("import", out).json()

    assert (again["rows"], again["unchanged"], again["problems"]) == (4, 4, 0)


def test_an_export_keeps_the_order_in_which_columns_were_asked_for(command: Command, acme: Path) -> None:
    out = command("export", "--column", "department_name", "--column", "Invited_Email_Address").stdout
    assert out.startswith("department_name,invited_email_address,")


def test_undo_of_an_undo_and_what_it_names(command: Command, acme: Path) -> None:
    command("unassign", "--all")
    undone = command("operations", "undo", "2").json()
    assert (undone["operation"], undone["undoes"], undone["activated"]) == (3, 2, 3)

    back = command("operations", "undo", "3").json()

    assert (back["undoes"], back["unassigned"]) == (3, 3)
    assert command("pools", "list").json()[0]["taken"] == 0


def test_two_profiles_are_merged_as_previewed_and_that_is_undone(command: Command, acme: Path) -> None:
    planned = command("merge", "ana@corp.example", "bo@corp.example", "--preview")
    assert "default/learning: active and active become active" in planned.stderr
    number = planned.json()["operation"]
    done = command("operations", "apply", str(number)).json()
    assert (done["removed"], done["seats_freed"], done["unassigned"]) == (1, 1, 0)
    assert command("learner", "ana@corp.example").exit_code == 1
    assert command("check").exit_code == 0
    assert command("operations", "undo", str(number)).exit_code == 0
    assert command("learner", "ana@corp.example").exit_code == 0


def test_a_profile_is_disconnected(command: Command, acme: Path) -> None:
    ana = Learner.objects.get(email="ana@corp.example")
    account = Account.objects.create_user("at-home@corp.example")
    Membership.objects.create(organization_id=ana.organization_id, account=account, learner=ana)
    assert command("disconnect", "ana@corp.example").json() == {"disconnected": "ana@corp.example"}
    assert not Membership.objects.filter(learner=ana).exists()


def test_a_learner_with_licenses_groups_and_history(command: Command, acme: Path) -> None:
    command("unassign", "--email", "ana@corp.example", "--reason", "left on Friday")

    ana = command("learner", "Ana@corp.example").json()

    assert ana["email"] == "ana@corp.example"
    assert ana["licenses"][0]["status"] == "no license"
    assert "left on Friday" in json.dumps(ana["licenses"])
    assert len(ana["history"]) == 3


def test_values_of_a_learner_stand_in_one_order_on_both_databases(command: Command, acme: Path, tmp_path: Path) -> None:
    file = tmp_path / "more.csv"
    wanted = ("preferred_first_name", "department_name", "country_code", "location", "attribute_area", "attribute_b")
    header = ",".join(("email", *sorted(wanted, reverse=True)))
    file.write_text(f"{header}\nana@corp.example,Anna,Graz,Legal,AT,2,1\n")
    command("import", file)

    ana = command("learner", "ana@corp.example").json()

    assert list(ana) == ["email", "unique_user_id", *wanted, "groups", "licenses", "history"]
    change = next(entry for entry in ana["history"] if entry["what"] == "updated")
    assert list(change["after"]) == list(change["before"]) == list(wanted)


def test_sample_fills_an_empty_organization(command: Command) -> None:
    command("init", "--organization", "Acme")

    done = command("sample", "--learners", "60")

    assert (done.exit_code, done.json()["learners"]) == (0, 60)
    assert command("check").json()["ok"]
    assert Fact.objects.filter(source=Source.SAMPLE).count() > 60
    assert not WaitingFact.objects.exists()
    assert command("sample", "--learners", "60").exit_code == 2


def test_options_stand_before_and_after_the_commands_name(command: Command, acme: Path) -> None:
    command("init", "--organization", "Beta")
    command("--organization", "beta", "pools", "add", "--type", "learning", "--seats", "1")

    seats = [
        command("--organization", "beta", "--format", "csv", "pools", "list").stdout,
        command("pools", "list", "--organization", "beta", "--format", "csv").stdout,
        command(
            "--organization", "acme", "--format", "json", "pools", "list", "--organization", "beta", "--format", "csv"
        ).stdout,
    ]

    assert seats[0].startswith("key,activation,seats")
    assert seats == [seats[0]] * 3
    assert command("--organization", "gamma", "--format", "json", "init").json()["organization"] == "gamma"


def test_the_help_of_the_group_names_the_exit_codes(command: Command) -> None:
    for arguments in (("--help",), ("-h",), ("pools", "add", "--help")):
        assert command(*arguments).exit_code == 0
    assert "0 done, 1 refused, 2 wrong usage, 3 done" in command("--help").stdout
    assert command("--version").stdout.startswith("seatkeeper")


def test_people_of_the_file_are_in_the_directory(command: Command, acme: Path) -> None:
    rows = command("learners", "--limit", "2", "--format", "json").json()

    assert [row["email"] for row in rows] == [line.split(",")[0] for line in PEOPLE.splitlines()[1:3]]
    assert "None." in command("learners", "--filter", "department:Nowhere", "--format", "table").stdout


def test_a_file_whose_name_is_no_text_is_imported_under_a_readable_one(command: Command, acme: Path) -> None:
    file = acme.with_name("caf\udce9.csv")
    file.write_bytes(acme.read_bytes())

    done = command("import", file, "--format", "json")

    assert (done.exit_code, done.json()["file"]) == (0, "caf\ufffd.csv")
