"""Lists of communes: what is recognised, and every problem at once with line, column and remedy."""

from __future__ import annotations

from codecs import BOM_UTF8
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.core.errors import TopologyError
from twin.territory.draft.commune import Role
from twin.territory.draft.commune_list import land
from twin.territory.draft.commune_list.commune_table import read_communes

TOWNS = """name,role,households,businesses,latitude,longitude
Castres,town,17808,2698,43.60527,2.24088
Labruguière,town,2739,415,43.53862,2.26270
Navès,village,288,44,43.56560,2.22326
"""
FRENCH = """Nom;Rôle;Ménages;Entreprises;Lat;Lon
Castres;ville;17 808;2698;43,60527;2,24088
Labruguière;ville;2739;415;43,53862;2,26270
Navès;village;288;44;43,56560;2,22326
"""


def problems(text: str) -> list[str]:
    """The problems of a list, as they are shown."""
    with pytest.raises(TopologyError) as fault:
        read_communes(text.encode(), "c.csv")
    return [str(each) for each in fault.value.problems]


@pytest.mark.parametrize(("content", "encoding", "separator"), [
    (TOWNS.encode(), "UTF-8", "commas"),
    (BOM_UTF8 + TOWNS.encode(), "UTF-8 with a byte order mark", "commas"),
    (FRENCH.encode("cp1252"), "Windows-1252", "semicolons"),
    (FRENCH.replace(";", "\t").encode("utf-16"), "UTF-16", "tabs"),
    (TOWNS.replace("\n", "\r\n").replace("Castres", '"Castres"').encode(), "UTF-8", "commas"),
    (FRENCH.replace("17 808", "17\u202f808").encode(), "UTF-8", "semicolons"),
])
def test_one_list_is_the_same_however_it_is_saved(content: bytes, encoding: str, separator: str) -> None:
    """Encodings, separators, decimal commas, thousands and headings of spreadsheets."""
    listed = read_communes(content, "c.csv")
    assert listed.notes[0] == f"read as {encoding}, cells separated by {separator}"
    assert listed.communes == read_communes(TOWNS.encode(), "c.csv").communes
    castres, _, naves = listed.communes
    assert (castres.title, castres.role, castres.households, castres.position) == (
        "Castres", Role.TOWN, 17808, (43.60527, 2.24088))
    assert (naves.title, naves.role, naves.businesses) == ("Navès", Role.VILLAGE, 44)


def test_all_problems_are_told_at_once() -> None:
    """Missing, doubled and misspelt communes; figures, roles; positions swapped or on the wrong side of Greenwich."""
    assert problems("""name;role;households;latitude;longitude;town
Castres;town;17808;43.60527;2.24088;
Castrès;towm;0;43.6;2.24;
Mazamet;town;4222;2.37360;43.49275;
;village;12;;;Masamet
Labruguière;town;2739;43.53862;-2.2627;
Noailhac;village;x;43.5;;
Lagarrigue;village;5;95;2.2;
Boissezon;village;5;;;
Valdurenque;village;7;43.56874;2.30829;
""") == [
        'c.csv:3:1 name: "Castrès" stands in line 2 too as "Castres"; keep one of them, or tell them apart by their '
        "names",
        'c.csv:3:9 role: "towm" is not a role; did you mean town?',
        "c.csv:3:14 households: has no households; give their number, or leave the commune out",
        'c.csv:4:19 latitude: "Mazamet" would lie 6122 km from the middle of the other communes; latitude and '
        "longitude look swapped",
        "c.csv:5:1 name: is missing; name the commune",
        'c.csv:5:15 town: "Masamet" is no town of this list; did you mean Mazamet?',
        'c.csv:6:23 latitude: "Labruguière" would lie 362.9 km from the middle of the other communes; the longitude '
        "seems to lack its minus sign, or to have one too many",
        'c.csv:7:18 households: "x" is not a whole number up to 10,000,000; write for example 1195',
        "c.csv:7:25 longitude: is missing; give both, in degrees, or none of them",
        "c.csv:8:22 latitude: 95 is more than 90 degrees; latitude and longitude look swapped",
        'c.csv:9:21 latitude: "Boissezon" has neither a position nor a town; give its latitude and longitude, or name '
        "its town",
    ]


def test_a_position_at_sea_is_told() -> None:
    """Sète with two digits of its latitude exchanged, in a list along the coast; Sein and Helgoland are islands."""
    rows = ["name;role;households;latitude;longitude;position", "Sète;town;18000;43.04;3.697;"]
    near = ["Agde;town;9000;43.311;3.476;", "Frontignan;village;8000;43.448;3.756;", "Balaruc;village;3000;43.44;3.68;"]
    assert problems("\n".join([*rows, *near])) == [
        'c.csv:2:17 latitude: "Sète" would lie at sea, at 43.04 degrees north and 3.697 east; check its latitude and '
        'longitude; for a small island, write "island" into a column "position"']
    for row in ("Sein;town;120;48.037;-4.85;", "Helgoland;town;600;54.18;7.89;Island, gazetteer"):
        assert read_communes(f"{rows[0]}\n{row}".encode(), "c.csv")
    assert "would lie at sea" in problems(f"{rows[0]}\nHelgoland;town;600;54.18;7.89;gazetteer")[0]


def test_the_land_is_the_one_named() -> None:
    """What comes from elsewhere carries its checksum."""
    guide = Path(__file__).parents[2] / "CONTRIBUTING.md"
    assert sha256(land.RUNS.read_bytes()).hexdigest() in guide.read_text()


def test_a_header_that_lacks_a_column_names_it() -> None:
    """A misspelt title gets the nearest; one that is not there is named with those that are."""
    first, second, third, fourth = problems("nam,housholds\nx,1")
    assert first.startswith('c.csv:1:1 latitude: there is no column "latitude"; add it to the header; the columns are')
    assert second.startswith('c.csv:1:1 longitude: there is no column "longitude"')
    assert third == 'c.csv:1:1 name: "nam" is not a known column; did you mean name, nom?'
    assert fourth.startswith('c.csv:1:5 households: "housholds" is not a known column; did you mean households')


@pytest.mark.parametrize(("text", "problem"), [
    ("", "c.csv: is empty"),
    ("name,households,lat,lon\n", "c.csv: has 0 communes"),
    ("name,households,lat,lon\nA,5,43,6,2,2\n",
     "c.csv:2:10: has 6 cells, the header 4; where commas separate cells, put numbers with a decimal comma in "
     "quotation marks"),
    ('name;households;lat;lon\n"A"B;5;43;2', "c.csv:2:1: has a quotation mark that does not end with its cell"),
    ("name,households,lat,lon,Latitude\nA,5,43,2,43", 'c.csv:1:25 latitude: "lat" and "Latitude" are the same column'),
    ("name,role,households,lat,lon\nA,village,5,43,2", "c.csv role: no commune is a town"),
    ("name,role,households,lat,lon\nA,town,5,,", 'c.csv:2:10 latitude: town "A" has no position'),
])
def test_a_list_that_cannot_be_used_says_why(text: str, problem: str) -> None:
    """With the place."""
    assert problems(text)[0].startswith(problem)


def test_what_a_list_does_not_say_is_assumed() -> None:
    """Roles by size, businesses in proportion to households, households from population."""
    listed = read_communes(b"name,population,lat,lon,code\nA,9600,43.6,2.2,1\nB,960,43.6,2.3,2\n", "c.csv")
    large, small = listed.communes
    assert (large.role, large.households, large.businesses) == (Role.TOWN, 4000, 606)
    assert small.role is Role.VILLAGE
    assert small.basis == ("position from c.csv; households assumed from population; businesses assumed; role assumed")
    assert listed.notes[1] == "columns that are not used: code"


@given(st.binary(max_size=300) | st.text(alphabet='abc,;\t"\n\r 1.5é', max_size=200).map(
    lambda text: b"name;households;lat;lon\n" + text.encode()))
def test_no_bytes_are_an_accident(content: bytes) -> None:
    """Any file is read or refused with problems."""
    try:
        assert read_communes(content, "c.csv").communes
    except TopologyError as fault:
        assert fault.problems
