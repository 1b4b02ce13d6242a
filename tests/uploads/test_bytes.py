"""How a file may be written: docs/how-to/csv-file.md, Bytes."""

import codecs
from pathlib import Path

import pytest

from seatkeeper.directory.models import Learner
from seatkeeper.uploads.dialect import find_delimiter, find_encoding, open_text
from seatkeeper.uploads.errors import FileRefused
from seatkeeper.uploads.lines import FIELD_LIMIT_CHARACTERS, batches
from seatkeeper.uploads.results import problem_rows, results_path
from tests import factories
from tests.uploads import files

TABLE = "email{d}first_name{d}location{n}ana@corp.example{d}Zoë{d}São Paulo{n}bo@corp.example{d}Łukasz{d}東京{n}"
WESTERN = TABLE.replace("Łukasz", "Märta").replace("東京", "Århus")


def read(content: bytes, folder: Path, delimiter: str = ",", size: int = 2) -> list[tuple[int, object]]:
    path = folder / "file.csv"
    path.write_bytes(content)
    with open_text(path, find_encoding(path)) as text:
        return [row for batch in batches(text, delimiter, size) for row in zip(batch.lines, batch.rows, strict=True)]


def rows(content: bytes, folder: Path, size: int = 2) -> list[tuple[int, object]]:
    return [(line, row if isinstance(row, list) else "fault") for line, row in read(content, folder, size=size)]


@pytest.mark.django_db
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)],
)
def test_every_way_of_writing_a_file_says_the_same(delimiter: str, newline: str, encoding: str, mark: bytes) -> None:
    acme = factories.organization()
    content = mark + TABLE.format(d=delimiter, n=newline).encode(encoding)

    operation = factories.import_csv(acme, content)

    assert operation.counts["added"] == 2
    assert factories.learner(acme, files.ANA).attributes == {"preferred_first_name": "Zoë", "location": "São Paulo"}
    assert factories.learner(acme, files.BO).attributes == {"preferred_first_name": "Łukasz", "location": "東京"}
    assert files.upload_of(operation).notes == []
    assert [row["first_name"] for row in files.results(operation)] == ["Zoë", "Łukasz"]


@pytest.mark.django_db
def test_windows_1252_is_assumed_where_it_is_no_utf8_and_noted() -> None:
    acme = factories.organization()

    operation = factories.import_csv(acme, WESTERN.format(d=";", n="\r\n").encode("cp1252"))

    assert factories.learner(acme, files.BO).attributes == {"preferred_first_name": "Märta", "location": "Århus"}
    assert files.upload_of(operation).notes == [{"code": "encoding_assumed", "column": "cp1252"}]


@pytest.mark.django_db
def test_a_few_stray_bytes_in_utf8_are_problems_of_their_rows_alone() -> None:
    acme = factories.organization()
    content = "email,first_name\nana@corp.example,Zoë Åström-Øre\nbo@corp.example,?\ncy@corp.example,Ünal\n".encode()

    operation = factories.import_csv(acme, content.replace(b"?", b"M\xfcller"))

    assert files.emails(acme) == {files.ANA, files.CY}
    assert files.problems(operation) == [("3", "ENCODING")]
    assert "first_name" in files.results(operation)[1]["message"]


@pytest.mark.django_db
def test_the_results_of_a_file_with_stray_bytes_uploaded_again_are_the_same_problem() -> None:
    acme = factories.organization()
    content = "email,first_name\nana@corp.example,Zoë Åström-Øre\n".encode() + b"bo@corp.example,M\xfcller\n"
    first = factories.import_csv(acme, content)

    second = factories.import_csv(acme, results_path(first).read_bytes())

    assert files.answers(second) == [("unchanged", ""), ("problem", "ENCODING")]
    assert files.emails(acme) == {files.ANA}


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_nul_is_a_problem_of_its_row(encoding: str) -> None:
    acme = factories.organization()
    content = "email,first_name\nana@corp.example,Zo\0ë\nbo@corp.example,Bö\n"

    operation = factories.import_csv(acme, content.encode(encoding))

    assert files.answers(operation) == [("problem", "ENCODING"), ("added", "")]
    assert files.emails(acme) == {files.BO}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", [b"email,first\0name", b"email,attribute_\0", b"\0email,title", b"email,Pr\xe9nom", b"email,attribute_\xff"]
)
def test_a_header_with_bytes_that_are_no_text_refuses_the_file(header: bytes) -> None:
    acme = factories.organization()
    sound = "\nana@corp.example,Zoë Åström-Øre Ñandú\n".encode()

    with pytest.raises(FileRefused) as caught:
        factories.receive(acme, header + sound)

    assert caught.value.problem == "EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"x" * 100,
        b"\x89PNG\r\n\x1a\n" + b"x" * 100,
        b"%PDF-1.7\n" + b"x" * 100,
        "email\nana@corp.example\n".encode("utf-16-le"),
        "email\nana@corp.example\n".encode("utf-32"),
        b"email,\x00\x01\x02\x00\x00\x00\x00\x00\x00",
    ],
)
def test_a_file_that_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused) as caught:
        factories.receive(factories.organization(), content)

    assert caught.value.problem == "EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR"


@pytest.mark.django_db
def test_a_file_larger_than_the_limit_is_refused(settings: object) -> None:
    settings.UPLOAD_MAX_BYTES = 30  # type: ignore[attr-defined]
    acme = factories.organization()
    factories.import_csv(acme, "email\nana@corp.example\n")

    with pytest.raises(FileRefused) as caught:
        factories.import_csv(acme, "email\nana@corp.example\nbo@corp.example\n")

    assert caught.value.problem == "EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR"


@pytest.mark.django_db
def test_a_file_of_more_rows_than_the_limit_changes_nothing(settings: object) -> None:
    settings.UPLOAD_MAX_ROWS, settings.STAGE_ROWS = 2, 1  # type: ignore[attr-defined]
    acme = factories.organization()
    factories.import_csv(acme, "email\nana@corp.example\n\n\nbo@corp.example\n")

    with pytest.raises(FileRefused) as caught:
        factories.import_csv(acme, "email\ncy@corp.example\ndi@corp.example\ned@corp.example\n")

    assert caught.value.problem == "EIS_UPLOAD_FILE_TOO_LARGE_VALIDATION_ERROR"
    assert files.emails(acme) == {files.ANA, files.BO}


@pytest.mark.django_db
def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(FileRefused) as caught:
        factories.receive(factories.organization(), b"email\n" + b"a@b.example," * (1 << 20))

    assert caught.value.problem == "EIS_UPLOAD_FILE_ENCODING_VALIDATION_ERROR"


@pytest.mark.parametrize("place", [(1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_stray_byte_at_the_edge_of_a_block_is_seen(place: int, tmp_path: Path) -> None:
    start = "email,first_name\nana@corp.example,ZoëÅÖ\n".encode()
    filler = b"x" * (place - len(start) - 1)
    path = tmp_path / "file.csv"
    path.write_bytes(start + filler + b"\xc3" + b"\n" + b"y" * (1 << 20))

    encoding = find_encoding(path)

    assert (encoding.name, encoding.has_faults) == ("utf-8", True)


def test_a_letter_cut_by_the_edge_of_a_block_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"email\n" + b"x" * ((1 << 20) - 7) + "ü\n".encode())

    assert find_encoding(path).has_faults is False


def test_a_mark_decides_even_where_bytes_contradict(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(codecs.BOM_UTF8 + b"email,first_name\nana@corp.example,M\xfcller\n")

    encoding = find_encoding(path)

    assert (encoding.name, encoding.assumed, encoding.has_faults) == ("utf-8-sig", False, True)


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("email,first_name", ","),
        ("email;first_name", ";"),
        ("email\tfirst_name", "\t"),
        ("email", ","),
        ('"a,b,c";email', ";"),
        ('email,"attribute_a;b;c;d"', ","),
        ("email;attribute_a,b;title", ";"),
    ],
)
def test_the_delimiter_is_found_from_the_header(header: str, delimiter: str) -> None:
    assert find_delimiter(header + "\r\n") == delimiter


@pytest.mark.django_db
def test_blank_lines_before_the_header_and_a_break_within_it_hide_neither_it_nor_its_delimiter() -> None:
    acme = factories.organization()

    operation = factories.import_csv(acme, '\n\r\n\n"costs, in\nEUR";email;first_name\n1;ana@corp.example;Ana\n2;no;Bo\n')

    assert files.answers(operation) == [("added", ""), ("problem", "EMAIL")]
    assert [row["line"] for row in files.results(operation)] == ["6", "7"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_quoted_line_break_counts_in_line_numbers(newline: str, tmp_path: Path) -> None:
    content = f'email,motto{newline}a,"one{newline}two{newline}{newline}three"{newline}b,x{newline}{newline}"c{newline}",y'

    assert rows(content.encode(), tmp_path) == [
        (1, ["email", "motto"]),
        (2, ["a", f"one{newline}two{newline}{newline}three"]),
        (6, ["b", "x"]),
        (7, []),
        (8, [f"c{newline}", "y"]),
    ]


def test_other_separators_of_unicode_end_no_line(tmp_path: Path) -> None:
    content = "email,motto\na,one\x0btwo\x0c\x1c\x85\u2028\u2029three\nb,x\n"

    assert [line for line, _ in rows(content.encode(), tmp_path)] == [1, 2, 3]


def test_quoting_is_that_of_the_rfc(tmp_path: Path) -> None:
    content = b'a,b\n"say ""hi""","x,y"\n5" pipe,"" \n'

    assert rows(content, tmp_path)[1:] == [(2, ['say "hi"', "x,y"]), (3, ['5" pipe', " "])]


def test_a_cell_as_long_as_may_be_is_read_and_a_longer_one_is_a_fault(tmp_path: Path) -> None:
    longest = "x" * FIELD_LIMIT_CHARACTERS
    content = f"a,b\n1,{longest}\n2,{longest}x\n3,y\n4,{longest}x,z\n5,z\n"

    assert rows(content.encode(), tmp_path) == [
        (1, ["a", "b"]),
        (2, ["1", longest]),
        (3, "fault"),
        (4, ["3", "y"]),
        (5, "fault"),
        (6, ["5", "z"]),
    ]


@pytest.mark.parametrize(("tail", "lines"), [('"x', 1), ('"x\n3,y\n4,z\n', 3), ('"x""', 1), ('"', 1), ('"x\n\n3,y', 3)])
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_quote_that_is_never_closed_is_a_fault_of_its_line_and_of_all_behind_it(
    tail: str, lines: int, size: int, tmp_path: Path
) -> None:
    found = rows(f"a,b\n1,x\n2,{tail}".encode(), tmp_path, size)

    assert found == [(1, ["a", "b"]), (2, ["1", "x"]), *((3 + line, "fault") for line in range(lines))]


@pytest.mark.django_db
def test_a_quote_that_is_never_closed_swallows_no_rows_in_silence() -> None:
    acme = factories.organization()

    operation = factories.import_csv(acme, 'email,title\nana@corp.example,Boss\nbo@corp.example,"Boss\ncy@corp.example,Boss\n')

    assert files.emails(acme) == {files.ANA}
    assert files.problems(operation) == [("3", "UNREADABLE"), ("4", "UNREADABLE")]
    answered = files.results(operation)
    assert [(row["email"], row["title"]) for row in answered[1:]] == [(files.BO, '"Boss'), (files.CY, "Boss")]
    assert "never closed" in answered[1]["message"]
    assert "line 3" in answered[2]["message"]


@pytest.mark.django_db
def test_what_stands_behind_an_open_quote_can_be_corrected_and_uploaded_again() -> None:
    acme = factories.organization()
    first = factories.import_csv(acme, f'email,title\n{files.BO},"Boss, ""too"""\n{files.ANA},"Boss\n{files.CY},Boss\n')
    problems = "".join(problem_rows(results_path(first), ","))

    assert problems.count('"""Boss"') == 1
    second = factories.import_csv(acme, problems.replace('"""Boss"', "Boss"))

    assert (first.counts["problems"], second.counts["problems"]) == (2, 0)
    assert [factories.learner(acme, address).attributes["work_title"] for address in (files.ANA, files.BO, files.CY)] == [
        "Boss",
        'Boss, "too"',
        "Boss",
    ]


@pytest.mark.django_db
def test_a_quote_that_is_closed_too_late_swallows_no_rows_in_silence() -> None:
    acme = factories.organization()
    behind = [f"p{number}@corp.example,{'x' * 1000}" for number in range(200)]

    operation = factories.import_csv(acme, "\n".join(["email,title", f'{files.ANA},"x', *behind, ""]))

    answered = files.results(operation)
    assert [row["line"] for row in answered] == [str(line) for line in range(2, 203)]
    assert {row["email"] for row in answered} == {files.ANA, *(line.partition(",")[0] for line in behind)}
    swallowed = [row for row in answered if row["status"] == "problem"]
    assert 100 < len(swallowed) < 140
    assert all("line 2" in row["message"] for row in swallowed[1:])
    assert {row["status"] for row in answered[len(swallowed) :]} == {"added"}


@pytest.mark.django_db
def test_rows_of_only_delimiters_and_blanks_are_nobody() -> None:
    acme = factories.organization()

    operation = factories.import_csv(acme, "email,first_name\n,\n\nana@corp.example,Ana\n  ,\t\n,,,,\nbo@corp.example,Bo\n\n")

    assert operation.counts["rows"] == 2
    assert (operation.counts["problems"], operation.counts["unchanged"]) == (0, 0)
    assert Learner.objects.filter(organization=acme).count() == 2
    answered = [row for row in files.results(operation) if row["line"]]
    assert [row["line"] for row in answered] == ["4", "7"]
    assert results_path(operation).read_text("utf-8").count("\n") == 8


@pytest.mark.django_db
def test_rows_in_blanks_alone_are_not_counted_in_any_batch(settings: object) -> None:
    settings.STAGE_ROWS = 1  # type: ignore[attr-defined]
    acme = factories.organization()

    operation = factories.import_csv(acme, "email,first_name\n  , \nana@corp.example,Ana\n \t,\n")

    assert operation.counts["rows"] == 1
    assert (operation.counts["problems"], operation.counts["unchanged"]) == (0, 0)
