"""What the columns of a file mean. Pure: header cells and known pools in, layout out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seatkeeper.directory.attributes import CUSTOM_PREFIX, STANDARD
from seatkeeper.uploads.errors import FileRefused

SPELLINGS = {
    "invited_email_address": "email",
    "primary_email_address": "email",
    "email": "email",
    "unique_user_id": "user_id",
    "employee_id": "user_id",
    "employee_user_id": "user_id",
    "unique_id": "user_id",
    "existing_email_address": "existing_email",
    "new_unique_user_id": "new_user_id",
}
VALUE_SPELLINGS = {key: key for key in STANDARD} | {
    "first_name": "preferred_first_name",
    "last_name": "preferred_last_name",
    "title": "work_title",
    "department": "department_name",
    "preferred_language": "language",
}
GROUP_SPELLINGS = ("group", "groups")
PERMISSION_PREFIXES = ("permission_", "group_permission_")
RESULT_COLUMNS = ("line", "status", "code", "message")
LICENSE = re.compile(r"(?:(?P<budget_group>.+)_)?license_(?P<license_type>.+)_status")
DEFAULT_BUDGET_GROUP = "default"
HEADER_LIMIT_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `role` says what is done with it."""

    name: str  # as the file spells it
    role: str  # email, user_id, existing_email, new_user_id, value, license, result, groups, ignored
    key: str = ""  # the attribute, or the pool's key
    pool_id: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written and what its columns mean."""

    encoding: str
    has_faults: bool
    delimiter: str
    columns: tuple[Column, ...]

    def positions(self, role: str) -> list[int]:
        return [index for index, column in enumerate(self.columns) if column.role == role]

    def position(self, role: str) -> int | None:
        return next(iter(self.positions(role)), None)

    @property
    def pool_ids(self) -> list[int]:
        return [column.pool_id for column in self.columns if column.role == "license"]

    def attribute_names(self) -> dict[str, str]:
        """Custom attributes by key, as the file spells them."""
        return {
            column.key: " ".join(column.name.partition("_")[2].split())
            for column in self.columns
            if column.role == "value" and column.key.startswith(CUSTOM_PREFIX)
        }

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Layout":
        columns = tuple(Column(**column) for column in stored["columns"])
        return cls(**{**stored, "columns": columns})


def fold_header(cell: str) -> str:
    """Case, surrounding blanks, a byte order mark and blanks around `_` make no difference."""
    return re.sub(r"\s*_\s*", "_", re.sub(r"\s+", " ", cell.replace("\ufeff", "").strip().lower()))


def understand(header: Sequence[str], *, pools: Mapping[str, int], without_groups: bool) -> tuple[Column, ...]:
    """What each column of `header` is for. `pools`: id by key (`budget group/license type`).

    Raises:
        FileRefused: a header twice or too long, no key column, an unknown pool, or a group column.
    """
    if max(map(len, header)) > HEADER_LIMIT_CHARACTERS:
        raise FileRefused("EIS_UPLOAD_FILE_HEADER_VALIDATION_ERROR")
    columns = tuple(_column(cell, pools) for cell in header)
    _refuse_repeated(columns)
    if not without_groups and (group := next((c for c in columns if c.role == "groups"), None)):
        raise FileRefused("EIS_UPLOAD_ROW_GROUP_ITEM_VALIDATION_ERROR", column=group.name)
    if not any(column.role in ("email", "user_id") for column in columns):
        raise FileRefused("EIS_UPLOAD_FILE_KEY_COLUMN_VALIDATION_ERROR", detail=", ".join(header)[:200])
    return columns


def notes_on(columns: Sequence[Column]) -> list[dict[str, str]]:
    """What the uploader should know of columns that do nothing."""
    return [
        {"code": _why_ignored(column), "column": column.name}
        for column in columns
        if column.role == "ignored" and column.name.strip()
    ] + [{"code": "groups_left_out", "column": column.name} for column in columns if column.role == "groups"]


def _why_ignored(column: Column) -> str:
    return "permissions_not_acted_on" if fold_header(column.name).startswith(PERMISSION_PREFIXES) else "column_ignored"


def _column(cell: str, pools: Mapping[str, int]) -> Column:
    name, folded = cell.replace("\ufeff", ""), fold_header(cell)
    if folded in SPELLINGS:
        return Column(name, SPELLINGS[folded])
    if folded in VALUE_SPELLINGS:
        return Column(name, "value", VALUE_SPELLINGS[folded])
    if folded in GROUP_SPELLINGS:
        return Column(name, "groups")
    if folded in RESULT_COLUMNS:
        return Column(name, "result", folded)
    if folded.startswith(CUSTOM_PREFIX) and len(folded) > len(CUSTOM_PREFIX):
        return Column(name, "value", folded)
    if license_status := LICENSE.fullmatch(folded):
        return _license_column(name, license_status, pools)
    return Column(name, "ignored")


def _license_column(name: str, found: re.Match[str], pools: Mapping[str, int]) -> Column:
    key = f"{found['budget_group'] or DEFAULT_BUDGET_GROUP}/{found['license_type']}"
    if key not in pools:
        raise FileRefused("EIS_UPLOAD_FILE_UNKNOWN_POOL_VALIDATION_ERROR", column=name, detail=key)
    return Column(name, "license", key, pools[key])


def _refuse_repeated(columns: Sequence[Column]) -> None:
    """Refuse what is met twice after folding: the same header, or two spellings of one column."""
    met: dict[tuple[str, str], str] = {}
    for column in columns:
        identity = (column.role, fold_header(column.name) if column.role == "ignored" else column.key)
        if identity in met and identity != ("ignored", ""):
            raise FileRefused("EIS_UPLOAD_FILE_HEADER_TWICE_VALIDATION_ERROR", column=column.name, detail=met[identity])
        met[identity] = column.name
