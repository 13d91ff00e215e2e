"""Every number of the bulletin against a query over the tables, in DuckDB: schemas/bulletin.sql.

Usage: bulletin.py HUIZONG. It runs on an invented district with a roster and two periods, on the same without roster, on
three schools, and on the sample corpus. A number without a query, and a query without a number, are mistakes too. Every
quote must be the words of its source at the place that is told.
"""

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SQL = (ROOT / "schemas" / "bulletin.sql").read_text(encoding="utf-8")
# Not numbers about schools: the place of a quote, and what people checked, which is not in the tables.
NOT_COUNTED = {"place", "looked_at", "right", "wrong", "quotes"}


def main(huizong: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        sizes = {"district": (60, 2, 12), "three schools": (3, 1, 5)}
        compared = 0
        for name, (schools, periods, seed) in sizes.items():
            place = folder / name
            sized = ["--schools", schools, "--periods", periods, "--seed", seed]
            run([huizong, "invent-district", place, *sized])
            roster = ["--roster", place / "roster.csv"]
            compared += check(name, huizong, place / "reports", folder / f"{name} w", roster)
            compared += check(f"{name}, no roster", huizong, place / "reports", folder / f"{name} n", [])
        compared += check("sample corpus", huizong, ROOT / "sample_corpus", folder / "sample", [])
    print(f"{compared} numbers of 5 bulletins equal their queries in schemas/bulletin.sql")


def run(command: list) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode in (0, 3), f"{command}: exit code {done.returncode}: {done.stderr}"


def check(corpus: str, huizong: Path, reports: Path, warehouse: Path, more: list) -> int:
    run([huizong, "ingest", reports, "--warehouse", warehouse, "--quiet", *more])
    output = warehouse / "bulletin.json"
    run([huizong, "bulletin", "--warehouse", warehouse, "--output", output])
    bulletin = json.loads(output.read_text(encoding="utf-8"))
    connection = duckdb.connect()
    connection.execute((warehouse / "open.sql").read_text(encoding="utf-8"))
    head = bulletin["head"]
    for variable in ("period", "all_periods", "period_before"):
        connection.execute(f"SET VARIABLE {variable} = {literal(head[variable])}")
    connection.execute(SQL)
    expected = dict(connection.execute("SELECT name, value FROM bulletin").fetchall())
    told = dict(numbers(bulletin, ""))
    assert len(told) > 80, f"{corpus}: only {len(told)} numbers"
    for name in sorted(expected.keys() | told.keys()):
        same = name in expected and name in told and abs(expected[name] - told[name]) < 1e-9
        assert same, f"{corpus}: {name} is {told.get(name)}, the query says {expected.get(name)}"
    quotes(corpus, bulletin, connection)
    document(corpus, huizong, warehouse, bulletin)
    return len(told)


def literal(value: str | bool | None) -> str:
    if value is None:
        return "NULL::VARCHAR"
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


def numbers(value: object, path: str):
    """Every number by its path; items of a list by their id, else by their place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in NOT_COUNTED:
                yield from numbers(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from numbers(inner, f"{path}.{inner['id'] if isinstance(inner, dict) and 'id' in inner else i}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, float(value)


def quotes(corpus: str, bulletin: dict, connection: duckdb.DuckDBPyConnection) -> None:
    problems = bulletin["problems"]
    printed = {q["fact_id"]: q for q in problems["all"] + [t["quote"] for t in problems["tops"] if t["quote"]]}
    assert bulletin["checked"]["quotes"] == len(printed), f"{corpus}: number of quotes"
    for fact_id, quote in printed.items():
        found = connection.execute(
            "SELECT p.source_path, p.start, p.quote, s.text[p.start + 1 : p.\"end\"] FROM problems p JOIN source_texts s USING (source_path) WHERE fact_id = ?",
            [fact_id],
        ).fetchall()
        path, start, words, original = found[0]
        assert (path, start) == (quote["path"], quote["place"]) and words == original, f"{corpus}: {quote}"
        assert words.startswith(quote["text"].removesuffix("…")), f"{corpus}: {quote} is not {words}"


def document(corpus: str, huizong: Path, warehouse: Path, bulletin: dict) -> None:
    """The DOCX is well-formed XML in all parts, and its tables hold the numbers."""
    output = warehouse / "bulletin.docx"
    run([huizong, "bulletin", "--warehouse", warehouse, "--output", output])
    with zipfile.ZipFile(output) as parts:
        trees = {name: xml.etree.ElementTree.fromstring(parts.read(name)) for name in parts.namelist()}
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    rows = [[("".join(c.itertext())) for c in row.iter(f"{word}tc")] for row in trees["word/document.xml"].iter(f"{word}tr")]
    for row in bulletin["five"]:
        told = [row["label"], *(str(row[key]) for key in ("valued", "only_told", "untold", "problems"))]
        assert told in rows, f"{corpus}: the document has no row {told}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
