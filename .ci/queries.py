"""Runs every query of schemas/queries in DuckDB on a freshly invented district and on the sample corpus.

Usage: queries.py HUIZONG [--update]. HUIZONG is the program. The answers must be those of schemas/queries/expected.json;
--update writes that file anew, for a person to read its differences before they are committed. What the generator knows
is compared with its own truth besides, so that an update can't make a wrong answer the expected one.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
QUERIES = ROOT / "schemas" / "queries"
EXPECTED = QUERIES / "expected.json"
SCHOOLS, PERIODS, SEED = 60, 2, 12


def main(huizong: Path, update: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        district = Path(folder) / "district"
        sizes = ["--schools", str(SCHOOLS), "--periods", str(PERIODS), "--seed", str(SEED)]
        run([huizong, "invent-district", district, *sizes])
        roster = ["--roster", district / "roster.csv"]
        of_district = answers(huizong, district / "reports", Path(folder) / "warehouse", roster)
        of_sample = answers(huizong, ROOT / "sample_corpus", Path(folder) / "sample", [])
        truth = json.loads((district / "truth.json").read_text(encoding="utf-8"))
    against_truth(of_district, truth)
    silent = [name for name, answer in of_district.items() if not answer["rows"] and not of_sample[name]["rows"]]
    assert not silent, f"queries without an answer on either corpus: {silent}"
    told = {"district": of_district, "sample_corpus": of_sample}
    if update:
        EXPECTED.write_text(as_json(told), encoding="utf-8")
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    for corpus, queries in told.items():
        assert set(expected[corpus]) == set(queries), f"{corpus}: queries and expected answers differ in name"
        for name, answer in queries.items():
            same(f"{corpus} {name}", answer, expected[corpus][name])
    rows = sum(len(answer["rows"]) for queries in told.values() for answer in queries.values())
    print(f"{len(of_district)} queries on {len(told)} corpora: {rows} rows as expected")


def run(command: list) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    # 3: published, with some files rejected; both corpora have such files on purpose.
    assert done.returncode in (0, 3), f"{command}: exit code {done.returncode}: {done.stderr}"


def answers(huizong: Path, reports: Path, warehouse: Path, more: list) -> dict:
    """Name of each query to its columns and rows."""
    run([huizong, "ingest", reports, "--warehouse", warehouse, "--quiet", *more])
    connection = duckdb.connect()
    connection.execute((warehouse / "open.sql").read_text(encoding="utf-8"))
    told = {}
    for path in sorted(QUERIES.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        head = sql.splitlines()[:2]
        assert head[0].startswith("-- 问：") and head[1].startswith("-- 读法："), f"{path.name}: question and reading first"
        answer = connection.execute(sql)
        told[path.stem] = {"columns": [c[0] for c in answer.description], "rows": [list(r) for r in answer.fetchall()]}
    # As they look after a journey through JSON.
    return json.loads(json.dumps(told))


def same(place: str, told: dict, expected: dict) -> None:
    assert told["columns"] == expected["columns"], f"{place}: columns {told['columns']}"
    for i, (row, wanted) in enumerate(zip(told["rows"], expected["rows"])):
        assert row == wanted, f"{place}: row {i} is {row}, expected {wanted}; if that is right: queries.py HUIZONG --update"
    assert len(told["rows"]) == len(expected["rows"]), f"{place}: {len(told['rows'])} rows, {len(expected['rows'])} expected"


def against_truth(told: dict, truth: dict) -> None:
    """Answers that follow from what was planted."""

    def column(name: str, *columns: str) -> list:
        answer = told[name]
        places = [answer["columns"].index(c) for c in columns]
        return sorted(tuple(row[p] for p in places) for row in answer["rows"])

    submissions = truth["submissions"]
    states = {"missing": "未交", "unreadable": "打不开", "off_topic": "不是这类材料"}
    absent = [(s["period"], states[s["state"]]) for s in submissions if s["state"] in states]
    absent += [(s["period"], "被替换") for s in submissions if s["superseded_path"]]
    assert column("07_who_is_missing", "报送期", "情形") == sorted(absent), "07: not those that are missing"
    masked = {}
    for figure in truth["figures"]:
        place = (figure["period"], figure["source_path"])
        masked[place] = masked.get(place, 0) + figure["masked"]
    masked = sorted((period, n) for (period, _), n in masked.items() if n)
    assert column("05_who_left_numbers_out", "报送期", "未填") == masked, "05: not those that left XX"
    planted = sorted((c["kind"] == "whole",) for c in truth["copies"])
    copied = column("04_who_copied_whom", "整篇")
    assert len(copied) >= len(planted) and copied.count((True,)) >= planted.count((True,)), "04: copies are missing"


def as_json(told: dict) -> str:
    """One row a line, so that a difference can be read."""
    corpora = []
    for corpus, queries in told.items():
        parts = []
        for name, answer in queries.items():
            rows = ",\n".join("        " + json.dumps(row, ensure_ascii=False) for row in answer["rows"])
            rows = f"[\n{rows}\n      ]" if rows else "[]"
            columns = json.dumps(answer["columns"], ensure_ascii=False)
            parts.append(f'    "{name}": {{\n      "columns": {columns},\n      "rows": {rows}\n    }}')
        corpora.append(f'  "{corpus}": {{\n' + ",\n".join(parts) + "\n  }")
    return "{\n" + ",\n".join(corpora) + "\n}\n"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]):
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), bool(sys.argv[2:]))
