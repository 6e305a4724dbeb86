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


def columns(path, **parts):
    return read_csv(path, **parts).columns()


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
    size, colour = columns(write(tmp_path, READ[case]))
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
    flag, code, when, hour, word, gap, big = columns(path)
    assert (flag.is_boolean, flag.numbers.tolist()) == (True, [1.0, 0.0])
    assert (code.numbers.tolist(), code.text) == ([7.0, 12.0], ["007", "12"])
    assert (when.wrong, hour.wrong, word.wrong) == ("dates", "dates or times", "")
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
    [column, _] = columns(write(tmp_path, f"when;x\n{date};1\n"))
    assert column.wrong == ("dates or times" if date[2] == ":" else "dates")


@pytest.mark.parametrize("word", ["May", "1.2.3.4", "2020-13", "v1.2", "10-20", "a 31 Jan 2020"])
def test_what_only_resembles_a_date_is_text(word, tmp_path):
    """A month's name, an address, an age group are categories."""
    [column, _] = columns(write(tmp_path, f"word;x\n{word};1\n"))
    assert (column.wrong, column.numbers) == ("", None)


def test_a_chosen_separator_and_encoding_are_used(tmp_path):
    """Latin-1 with slashes is read when told so."""
    path = write(tmp_path, "größe/x\nweiß/1\n", encoding="latin-1")
    assert [column.name for column in columns(path, separator="/", encoding="latin-1")] == ["größe", "x"]


def test_a_cell_may_hold_the_separator_and_a_line_end(tmp_path):
    """Quoted cells keep commas, quotes and line ends, also odd ones."""
    [a, b] = columns(write(tmp_path, 'a,b\n"1,2","say ""x""\nand\u2028go"\n3,4\n'))
    assert (a.text, b.text) == (["1,2", "3"], ['say "x"\nand\u2028go', "4"])


REFUSED = {
    "empty": (b"", "received an empty file"),
    "header only": (b"a,b\n", "received no rows"),
    "a short line": (b"a,b\n1,2\n3\n", "Expected 2 cells in each line"),
    "a long line": (b"a,b\n1,2\n3,4,5\n", "received 3 in line 3 (separator ',')"),
    "a header too long": (b"a,b,c\n1,2\n3,4\n", "received 3 in its header (line 1) and 2 cells in every line below"),
    "a header with its separator in a name": (
        b"id,name, first,x\n1,a,2\n2,b,3\n",
        "quoting a name that holds the separator",
    ),
    "a header two short": (b"a,b\n1,2,3,4\n3,4,5,6\n", "received 2 in its header (line 1) and 4 cells"),
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
    assert [column.name for column in columns(write(tmp_path, ",a\n0,5\n1,6\n"))] == ["Unnamed: 0", "a"]


SHAPED = {
    "a title": ("Sales of 2024\n\na,b,c\n1,2,x\n3,4,y\n", ["line 1 above the header ('Sales of 2024') left out; the header is line 3"]),
    "a spreadsheet's title": ("Sales,,\nof 2024,,\na,b,c\n1,2,x\n3,4,y\n",
                              ["lines 1 to 2 above the header ('Sales') left out; the header is line 3"]),
    "a comment": ("# made by, me\na,b,c\n1,2,x\n3,4,y\n", ["line 1 above the header ('# made by me') left out; the header is line 2"]),
    "Excel's line": ("sep=;\na;b;c\n1;2;x\n3;4;y\n", []),
    "R's row names": ("a,b,c\nr1,1,2,x\nr2,3,4,y\n",
                      ["the header names 3 columns of 4: the first cell of each line ('r1', ...) was taken for the row's name "
                       "and left out"]),
    "an empty end of every line": ("a,b,c\n1,2,x,\n3,4,y,\n", []),
    "an empty end of the header": ("a,b,c,\n1,2,x\n3,4,y\n", []),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPED)
def test_what_stands_around_a_table_is_left_out_and_said(case, tmp_path):
    """Titles, comments, sep= lines, row names and empty ends: the same three columns, with a note of what was left out."""
    content, notes = SHAPED[case]
    table = read_csv(write(tmp_path, content))
    a, b, c = table.columns()
    assert ([a.name, b.name, c.name], list(table.notes)) == (["a", "b", "c"], notes)
    assert (a.numbers.tolist(), b.numbers.tolist(), c.text) == ([1, 3], [2, 4], ["x", "y"])


def test_a_place_is_the_line_of_the_file(tmp_path):
    """With a sep= line, a title, an empty line and a cell over two lines, a row's line is what an editor shows."""
    content = 'sep=;\nTitle\na;b;c\n1;2;"x\ny"\n\n3;4;z\n'
    [a, _, _] = columns(write(tmp_path, content))
    assert [a.place(0), a.place(1)] == ["line 4", "line 7"]


NO_HEADER = {
    "iris": "5.1,3.5,setosa\n4.9,3.0,setosa\n6.0,2.2,virginica\n5.0,3.3,virginica\n",
    "numbers": "6,148,0.6\n1,85,0.3\n8,183,0.9\n5,150,0.5\n6,90,0.7\n",
    "letters": "p,x,s\ne,x,s\np,y,f\ne,x,f\np,x,f\n",
}
NAMES = {
    "years": "country,2019,2020\nfr,5,3000\nde,2019,8\nit,3,1\n",
    "wavelengths": "400.5,401.0,402.5\n0.1,0.2,0.3\n0.2,0.3,0.1\n",
    "pixels": "0,1,2\n5,1,0\n0,3,9\n",
    "all text": "cap,ring\np,x\np,x\ne,x\n",
    "text of its own in every row": "a,b\nann,1\nbob,2\n",
}


@pytest.mark.parametrize("case", NO_HEADER)
def test_a_first_line_that_looks_like_an_example_is_asked_about(case, tmp_path):
    """No example becomes column names in silence; both answers are taken."""
    path = write(tmp_path, NO_HEADER[case])
    with pytest.raises(DataError, match=r"received what looks like an example in line 1 .*&header=no"):
        read_csv(path)
    lines = NO_HEADER[case].splitlines()
    assert read_csv(path, header="yes").names == lines[0].split(",")
    table = read_csv(path, header="no")
    assert table.names == ["column 1", "column 2", "column 3"]
    assert [row.cells for row in table.rows] == [line.split(",") for line in lines]


@pytest.mark.parametrize("case", NAMES)
def test_names_that_are_numbers_or_short_words_are_names(case, tmp_path):
    """Years, wavelengths, numbered pixels and letters are a header."""
    assert read_csv(write(tmp_path, NAMES[case])).names == NAMES[case].splitlines()[0].split(",")
