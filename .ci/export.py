"""Exports a warehouse and opens the result as people do: CSV in DuckDB, the workbook in openpyxl, schemas/explore.py.

Usage: export.py HUIZONG WAREHOUSE. Every table must be there whole, with Chinese headers, and no cell may be a formula.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import openpyxl

ROOT = Path(__file__).resolve().parent.parent


def main(huizong: Path, warehouse: Path) -> None:
    run = (warehouse / "current").resolve(strict=True)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    rows = {table: files["rows"] for table, files in manifest["tables"].items()}
    dictionary = duckdb.sql(
        f"SELECT table_name, table_label, list(column_label ORDER BY position) FROM '{run}/data_dictionary/*.parquet' GROUP BY ALL"
    ).fetchall()
    labels = {table: (label, columns) for table, label, columns in dictionary}
    with tempfile.TemporaryDirectory() as folder:
        csv_folder, workbook = Path(folder) / "csv", Path(folder) / "all.xlsx"
        for output in (csv_folder, workbook):
            subprocess.run([huizong, "export", "--warehouse", warehouse, "--output", output], check=True, capture_output=True)
        for table, (label, columns) in labels.items():
            by_csv(csv_folder / f"{label}.csv", columns, rows[table])
        unchanged(csv_folder, run)
        by_openpyxl(workbook, labels, rows)
    subprocess.run([sys.executable, ROOT / "schemas" / "explore.py", warehouse], check=True, capture_output=True)
    print(f"{len(labels)} tables exported as CSV and XLSX, opened by DuckDB and openpyxl; explore.py runs")


def by_csv(path: Path, columns: list[str], rows: int) -> None:
    table = duckdb.read_csv(str(path), header=True, all_varchar=True, delimiter=",", quotechar='"', escapechar='"')
    assert table.columns == columns, f"{path.name}: columns {table.columns}"
    read = table.aggregate("count(*)").fetchall()[0][0]
    assert read == rows, f"{path.name}: {read} rows, {rows} in the warehouse"


def unchanged(folder: Path, run: Path) -> None:
    """What is guarded against a spreadsheet is the value with one character before it."""
    table = duckdb.read_csv(str(folder / "数据.csv"), header=True, all_varchar=True, delimiter=",", quotechar='"', escapechar='"')
    told = dict(table.select('trim("数据编号", \'\'\'\'), "原文"').fetchall())
    for fact, quote in duckdb.sql(f"SELECT fact_id, quote FROM '{run}/figures/*.parquet'").fetchall():
        assert told[fact].removeprefix("'") == quote or "<U+" in told[fact], f"{fact}: {told[fact]!r} is not {quote!r}"


def by_openpyxl(path: Path, labels: dict, rows: dict) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "目录" and set(book.sheetnames[1:]) == {label for label, _ in labels.values()}
    for table, (label, columns) in labels.items():
        sheet = book[label]
        assert [cell.value for cell in sheet[1]] == columns, f"sheet {label}: header"
        assert sheet.max_row == max(rows[table], 0) + 1, f"sheet {label}: {sheet.max_row - 1} rows, not {rows[table]}"
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref, f"sheet {label}: no frozen header or no filter"
        formulas = [cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
        assert not formulas, f"sheet {label}: formulas in {formulas[:5]}"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
