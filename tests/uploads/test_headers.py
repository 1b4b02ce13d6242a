"""What the header of a file may hold: docs/how-to/csv-file.md, Headers."""

import pytest

from seatkeeper.directory.attributes import STANDARD
from seatkeeper.directory.models import Attribute
from seatkeeper.licensing.models import Operation, OperationStatus
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.layout import fold_header, notes_on, understand
from seatkeeper.uploads.messages import note, refusal
from seatkeeper.uploads.models import Upload
from tests import factories
from tests.uploads import files

POOLS = {"default/learning": 1, "sales emea/pro plus": 2}
KEY_COLUMNS = [
    ("invited_email_address", "email"),
    ("primary_email_address", "email"),
    ("email", "email"),
    ("unique_user_id", "user_id"),
    ("employee_id", "user_id"),
    ("employee_user_id", "user_id"),
    ("unique_id", "user_id"),
    ("existing_email_address", "existing_email"),
    ("new_unique_user_id", "new_user_id"),
]
VALUE_COLUMNS = [(name, name) for name in STANDARD] + [
    ("first_name", "preferred_first_name"),
    ("last_name", "preferred_last_name"),
    ("title", "work_title"),
    ("department", "department_name"),
    ("preferred_language", "language"),
]
LICENSE_COLUMNS = [
    ("default_license_learning_status", "default/learning"),
    ("license_learning_status", "default/learning"),
    ("Sales EMEA_license_Pro Plus_status", "sales emea/pro plus"),
]


def roles(*header: str, without_groups: bool = False) -> list[tuple[str, str]]:
    columns = understand(["email", *header], pools=POOLS, without_groups=without_groups)
    return [(column.role, column.key) for column in columns[1:]]


def refused(*header: str) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        understand(header, pools=POOLS, without_groups=False)
    return caught.value


@pytest.mark.parametrize(
    "dressed", [str, str.upper, str.title, lambda name: f"  {name}\t", lambda name: name.replace("_", " _ ")]
)
@pytest.mark.parametrize(("name", "role"), KEY_COLUMNS)
def test_every_spelling_of_a_key_is_known_in_any_dress(name: str, role: str, dressed: type[str]) -> None:
    header = [dressed(name)] if role in ("email", "user_id") else ["email" if role != "email" else "employee_id", dressed(name)]

    assert understand(header, pools={}, without_groups=False)[-1].role == role


@pytest.mark.parametrize("dressed", [str, str.upper, lambda name: f"\ufeff {name} ", lambda name: name.replace("_", "_ ")])
@pytest.mark.parametrize(("name", "key"), VALUE_COLUMNS)
def test_every_spelling_of_a_value_is_known_in_any_dress(name: str, key: str, dressed: type[str]) -> None:
    assert roles(dressed(name)) == [("value", key)]


def test_the_names_of_all_standard_columns_are_those_of_the_rules() -> None:
    assert set(STANDARD) == set(
        "preferred_first_name preferred_last_name work_title department_name job_function job_level worker_type country_code"
        " start_date location manager_primary_email_address manager_unique_user_id worker_status language".split()
    )


@pytest.mark.parametrize("dressed", [str, str.upper, lambda name: name.replace("_license_", "_license _")])
@pytest.mark.parametrize(("name", "key"), LICENSE_COLUMNS)
def test_a_license_column_names_its_pool_in_any_dress(name: str, key: str, dressed: type[str]) -> None:
    column = understand(["email", dressed(name)], pools=POOLS, without_groups=False)[1]

    assert (column.role, column.key, column.pool_id) == ("license", key, POOLS[key])


def test_the_stray_blank_of_the_public_article_is_no_fault() -> None:
    assert fold_header("[Budget Group]_license _[License Type]_status") == "[budget group]_license_[license type]_status"


def test_blanks_within_a_name_are_told_apart_from_no_blanks() -> None:
    assert refused("email", "SalesEMEA_license_Pro Plus_status").problem == "EIS_UPLOAD_FILE_UNKNOWN_POOL_VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        (["email", "Email "], "Email "),
        (["email", "primary_email_address"], "primary_email_address"),
        (["employee_id", "unique_user_id"], "unique_user_id"),
        (["email", "title", "Work _Title"], "Work _Title"),
        (["email", "attribute_Cost Center", "ATTRIBUTE_cost center"], "ATTRIBUTE_cost center"),
        (["email", "license_learning_status", "default_license_learning_status"], "default_license_learning_status"),
        (["email", "Kostenstelle", "kostenstelle"], "kostenstelle"),
        (["email", "status", "Status"], "Status"),
    ],
)
def test_a_header_met_twice_refuses_the_file_and_names_it(header: list[str], column: str) -> None:
    error = refused(*header)

    assert (error.problem, error.column) == ("EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR", column)


def test_columns_without_a_name_may_be_many() -> None:
    assert roles("", " ", "title", "") == [("ignored", ""), ("ignored", ""), ("value", "work_title"), ("ignored", "")]


def test_an_unknown_pool_refuses_the_file_and_names_it() -> None:
    error = refused("email", "legal_license_learning_status")

    assert (error.problem, error.detail) == ("EIS_UPLOAD_FILE_UNKNOWN_POOL_VALIDATION_ERROR", "legal/learning")
    assert "legal/learning" in refusal(error.problem, column=error.column, detail=error.detail)


@pytest.mark.parametrize(
    "header", [["first_name", "license_learning_status"], ["existing_email_address"], ["new_unique_user_id"]]
)
def test_a_file_without_a_key_column_is_refused(header: list[str]) -> None:
    error = refused(*header)

    assert error.problem == "EIS_UPLOAD_FILE_KEY_COLUMN_VALIDATION_ERROR"
    assert header[0] in refusal(error.problem, column="", detail=error.detail)


@pytest.mark.parametrize("name", ["Group", "groups", "group", "GROUPS", " Groups "])
def test_a_group_column_refuses_the_file_with_the_reason_and_the_remedy(name: str) -> None:
    error = refused("email", name)

    text = refusal(error.problem, column=error.column, detail=error.detail)
    assert error.problem == "EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR"
    assert text.startswith("EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR in column groups")
    assert "import --without-groups" in text


def test_a_group_column_can_be_left_out_and_is_noted() -> None:
    columns = understand(["email", "Group"], pools={}, without_groups=True)

    assert columns[1].role == "groups"
    assert notes_on(columns) == [{"code": "groups_left_out", "column": "Group"}]


@pytest.mark.parametrize("name", ["line", "Status", "CODE", "message "])
def test_the_columns_of_a_results_file_are_ignored_without_a_note(name: str) -> None:
    columns = understand(["email", name], pools={}, without_groups=False)

    assert columns[1].role == "result"
    assert notes_on(columns) == []


@pytest.mark.parametrize("name", ["permission_admin", "Group_Permission_Sales", "permission _ reports", " PERMISSION_x"])
def test_permission_columns_are_not_acted_on_and_noted(name: str) -> None:
    columns = understand(["email", name], pools={}, without_groups=False)

    (entry,) = notes_on(columns)
    assert entry["code"] == "permissions_not_acted_on"
    assert "admins are named in the product" in note(entry)


@pytest.mark.parametrize(
    "name", ["Kostenstelle", "attribute_", "my_permission_slip", "licence_learning_status", "license_status"]
)
def test_any_other_column_is_ignored_and_noted(name: str) -> None:
    columns = understand(["email", name], pools=POOLS, without_groups=False)

    assert columns[1].role == "ignored"
    assert notes_on(columns) == [{"code": "column_ignored", "column": name}]


def test_an_attribute_may_be_named_like_a_license_column() -> None:
    assert roles("attribute_license_learning_status") == [("value", "attribute_license_learning_status")]


@pytest.mark.django_db
def test_the_order_of_columns_is_free() -> None:
    acme = factories.organization()
    pool = factories.pool(acme)

    factories.import_csv(acme, "license_learning_status,Title,EMAIL,first_name\nactive,Boss,ana@corp.example,Ana\n")

    assert factories.learner(acme, files.ANA).attributes == {"preferred_first_name": "Ana", "work_title": "Boss"}
    assert files.seats_taken(pool) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "EMPTY"),
        ("\ufeff", "EMPTY"),
        ("\r\n \r\n", "EMPTY"),
        (",,\n,,\n", "EMPTY"),
        ('"",""\nana@corp.example,x\n', "HEADER"),
        ("first_name\nAna\n", "KEY_COLUMN"),
        ("email,Email\na,b\n", "HEADER_TWICE"),
        ("email,gone_license_learning_status\n", "UNKNOWN_POOL"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(content: str, problem: str) -> None:
    acme = factories.organization()

    with pytest.raises(FileRefused) as caught:
        factories.receive(acme, content)

    assert caught.value.problem == f"EIS_UPLOAD_FILE_{problem}_VALIDATION_ERROR"
    assert not Upload.objects.exists()
    assert not Operation.objects.filter(organization=acme).exists()
    assert not _kept_files()


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["", "\n", "\n\n,\n"])
def test_a_file_of_a_header_alone_is_refused_and_its_operation_cancelled(rest: str) -> None:
    acme = factories.organization()

    with pytest.raises(FileRefused) as caught:
        factories.import_csv(acme, "email,first_name" + rest)

    assert caught.value.problem == "EIS_UPLOAD_FILE_EMPTY_VALIDATION_ERROR"
    assert Operation.objects.get(organization=acme).status == OperationStatus.CANCELLED
    assert not _kept_files()


@pytest.mark.django_db
def test_notes_on_columns_are_kept_with_the_upload() -> None:
    acme = factories.organization()

    upload = factories.receive(
        acme, "email,permission_admin,Kostenstelle,groups\nana@corp.example,1,2,3\n", without_groups=True
    )

    assert [(entry["code"], entry["column"]) for entry in upload.notes] == [
        ("permissions_not_acted_on", "permission_admin"),
        ("column_ignored", "Kostenstelle"),
        ("groups_left_out", "groups"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["attribute_Cost Center", " Attribute _ Cost Center ", "ATTRIBUTE_Cost Center"])
def test_an_attribute_is_made_on_first_use_under_the_name_that_the_file_spells(header: str) -> None:
    acme = factories.organization()
    content = f"email,{header}\nana@corp.example,CC-1\n"

    factories.import_csv(acme, content, apply=False)
    assert not Attribute.objects.filter(organization=acme).exists()
    factories.import_csv(acme, content)

    made = Attribute.objects.get(organization=acme)
    assert (made.key, made.name) == ("attribute_cost center", "Cost Center")
    assert fold_header("attribute_" + made.name) == made.key


@pytest.mark.django_db
def test_names_of_attributes_are_told_apart_without_regard_to_case_and_the_first_spelling_stays() -> None:
    acme = factories.organization()
    factories.import_csv(acme, "email,attribute_Cost\nana@corp.example,Aa\n")

    factories.import_csv(acme, "email,ATTRIBUTE_COST\nana@corp.example,AA\n")

    assert Attribute.objects.get(organization=acme).name == "Cost"
    assert factories.learner(acme, files.ANA).attributes == {"attribute_cost": "AA"}


@pytest.mark.django_db
def test_an_attribute_with_a_very_long_name_is_no_crash() -> None:
    acme = factories.organization()
    name = "".join(f"{number}," for number in range(3_000))

    with pytest.raises(FileRefused) as caught:
        factories.import_csv(acme, f'email,"attribute_{name}"\nana@corp.example,x\n')

    assert caught.value.problem == "EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR"


def _kept_files() -> list[str]:
    from django.conf import settings

    folder = settings.UPLOADS_DIRECTORY
    return [file.name for file in folder.iterdir()] if folder.exists() else []
