"""A CSV file is read as people write it, and refused with its line where it cannot be."""

import numpy as np
import pytest

from regtrack.data.tables.csv_file import read_csv
from regtrack.errors import DataError

PLAIN = "size,colour\n1.5,red\n2,\nNA,blue\n"


def write(tmp_path, content, name="mine.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


READ = {
    "commas": PLAIN.encode(),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "decimal commas": PLAIN.replace(",", ";").replace("1.5", "1,5").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "pipes": PLAIN.replace(",", "|").encode(),
    "Windows line ends": PLAIN.replace("\n", "\r\n").encode(),
    "byte order mark": b"\xef\xbb\xbf" + PLAIN.encode(),
    "UTF-16": PLAIN.encode("utf-16"),
    "spaces": b" size , colour\n 1.5, red\n2 ,\nNA, blue \n",
    "quotes": b'"size","colour"\n"1.5","red"\n2,""\nNA,"blue"\n',
    "empty lines": PLAIN.replace("\n", "\n\n").encode() + b"  \n",
    "no end of line": PLAIN.rstrip().encode(),
}


@pytest.mark.parametrize("case", READ)
def test_one_table_in_many_writings(case, tmp_path):
    """Separators, line ends, marks, spaces and quotes of the same table give the same columns."""
    size, colour = read_csv(write(tmp_path, READ[case]))
    assert (size.name, colour.name) == ("size", "colour")
    np.testing.assert_array_equal(size.numbers, [1.5, 2, np.nan])
    assert (colour.text, colour.numbers) == (["red", "", "blue"], None)
    assert size.read_as_missing == {"NA"}
    assert size.comma == (case == "decimal commas")


def test_what_a_column_is_is_read_off_its_cells(tmp_path):
    """Booleans, numbers, dates, text and question marks are told apart; zeros in front stay in the text."""
    path = write(
        tmp_path,
        "flag,code,when,hour,word,gap,big\nTrue,007,2020-01-31,12:30,ab,?,1e3\nfalse,12,2020-02-01,08:05,?,,-2\n",
    )
    flag, code, when, hour, word, gap, big = read_csv(path)
    assert (flag.is_boolean, flag.numbers.tolist()) == (True, [1.0, 0.0])
    assert (code.numbers.tolist(), code.text) == ([7.0, 12.0], ["007", "12"])
    assert (when.wrong, hour.wrong, word.wrong) == ("dates", "dates", "")
    assert (word.text, word.n_missing) == (["ab", ""], 1)
    assert (gap.n_missing, gap.is_constant()) == (2, True)
    assert big.numbers.tolist() == [1000.0, -2.0]


@pytest.mark.parametrize(
    "date",
    ["2020-01-31", "31.01.2020", "1/31/20", "2020/1/3", "2020-01-31 12:30:00", "2020-01-31T12:30:00Z", "31 Jan 2020",
     "January 31, 2020", "12:30", "12:30:59.5"],
)  # fmt: skip
def test_dates_are_known(date, tmp_path):
    """Ten common writings of a date or a time of day."""
    [column, _] = read_csv(write(tmp_path, f"when;x\n{date};1\n"))
    assert column.wrong == "dates"


@pytest.mark.parametrize("word", ["May", "1.2.3.4", "2020-13", "v1.2", "10-20", "a 31 Jan 2020"])
def test_what_only_resembles_a_date_is_text(word, tmp_path):
    """A month's name, an address, an age group are categories."""
    [column, _] = read_csv(write(tmp_path, f"word;x\n{word};1\n"))
    assert (column.wrong, column.numbers) == ("", None)


def test_a_chosen_separator_and_encoding_are_used(tmp_path):
    """Latin-1 with slashes is read when told so."""
    path = write(tmp_path, "größe/x\nweiß/1\n", encoding="latin-1")
    assert [column.name for column in read_csv(path, separator="/", encoding="latin-1")] == ["größe", "x"]


def test_a_cell_may_hold_the_separator_and_a_line_end(tmp_path):
    """Quoted cells keep commas, quotes and line ends, also odd ones."""
    [a, b] = read_csv(write(tmp_path, 'a,b\n"1,2","say ""x""\nand\u2028go"\n3,4\n'))
    assert (a.text, b.text) == (["1,2", "3"], ['say "x"\nand\u2028go', "4"])


REFUSED = {
    "empty": (b"", "received an empty file"),
    "header only": (b"a,b\n", "received no rows"),
    "a short line": (b"a,b\n1,2\n3\n", "Expected 2 cells in each line"),
    "a long line": (b"a,b\n1,2\n3,4,5\n", "received 3 in line 3 (separator ',')"),
    "an open quote": (b'a,b\n1,"2\n3,4\n', "cannot be read at line 3"),
    "a name twice": (b"a,b,a\n1,2,3\n", "received a more than once"),
    "Latin-1": ("a,b\n1,2\nü,3\n".encode("latin-1"), "received another byte in line 3 (0xfc); give its encoding"),
    "a spreadsheet": (
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xb1\xff\x00",
        "received another byte in line 1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_with_its_place(case, tmp_path):
    """Lines of another length, open quotes, other encodings and repeated names are named, never mended in silence."""
    content, message = REFUSED[case]
    path = write(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read_csv(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_unknown_encoding_is_refused(tmp_path):
    """An encoding that Python does not know is named."""
    with pytest.raises(DataError, match="an encoding that Python knows, received 'klingon'"):
        read_csv(write(tmp_path, PLAIN), encoding="klingon")


def test_a_header_cell_without_name_is_numbered(tmp_path):
    """The index that pandas saves in front has no name, and is called as pandas calls it."""
    assert [column.name for column in read_csv(write(tmp_path, ",a\n0,5\n1,6\n"))] == ["Unnamed: 0", "a"]
