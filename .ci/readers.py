"""Reads a warehouse as analysts do, with none of our code: DuckDB, Polars, pyarrow and pandas must agree on every table.

Usage: readers.py WAREHOUSE. Any disagreement ends it with a message that names the table, the reader and the value.
"""

import json
import sys
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow.compute
import pyarrow.parquet

QUOTED = ["figures", "measures", "problems", "refusals", "repairs"]


def main(warehouse: Path) -> None:
    # Resolved once: a reader that goes through the link each time can mix two runs.
    run = (warehouse / "current").resolve(strict=True)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["run_id"] == run.name
    for table, files in manifest["tables"].items():
        on_disk = sorted(path.name for path in (run / table).glob("*.parquet"))
        assert on_disk == [file["name"] for file in files["files"]], f"{table}: files differ from the manifest"
        agree(run, table, files["rows"])
    print(f"{len(manifest['tables'])} tables: DuckDB, Polars, pyarrow and pandas agree")
    opened_in_duckdb(warehouse, run, manifest["tables"])
    quotes(run)


def agree(run: Path, table: str, rows: int) -> None:
    """Row count, columns, and a few aggregates of each column, by four readers."""
    glob = str(run / table / "*.parquet")
    arrow = pyarrow.parquet.read_table(run / table)
    by_polars = polars.read_parquet(glob)
    by_pandas = pandas.read_parquet(run / table)
    by_duckdb = duckdb.sql(f"SELECT * FROM read_parquet('{glob}')")
    seen = {
        "duckdb": by_duckdb.aggregate("count(*)").fetchall()[0][0],
        "polars": by_polars.height,
        "pyarrow": arrow.num_rows,
        "pandas": len(by_pandas),
    }
    assert set(seen.values()) == {rows}, f"{table}: the manifest says {rows} rows, readers see {seen}"
    columns = arrow.column_names
    assert columns == by_duckdb.columns == by_polars.columns == list(by_pandas.columns), f"{table}: columns differ"
    for column in columns:
        quoted = '"' + column + '"'
        kind = arrow.schema.field(column).type
        nulls = {
            "duckdb": by_duckdb.aggregate(f"count(*) - count({quoted})").fetchall()[0][0],
            "polars": by_polars[column].null_count(),
            "pyarrow": arrow[column].null_count,
            "pandas": int(by_pandas[column].isna().sum()),
        }
        assert len(set(nulls.values())) == 1, f"{table}.{column}: nulls differ: {nulls}"
        if pyarrow.types.is_string(kind):
            measures = {
                "duckdb": by_duckdb.aggregate(f"coalesce(sum(length({quoted})), 0)").fetchall()[0][0],
                "polars": by_polars[column].str.len_chars().sum(),
                "pyarrow": pyarrow.compute.sum(pyarrow.compute.utf8_length(arrow[column])).as_py() or 0,
                "pandas": sum(len(value) for value in by_pandas[column].dropna()),
            }
        elif pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind):
            measures = {
                "duckdb": by_duckdb.aggregate(f"coalesce(sum({quoted}), 0)").fetchall()[0][0],
                "polars": by_polars[column].sum(),
                "pyarrow": pyarrow.compute.sum(arrow[column]).as_py() or 0,
                "pandas": by_pandas[column].sum(),
            }
        else:
            assert pyarrow.types.is_boolean(kind) or pyarrow.types.is_date32(kind) or kind == pyarrow.timestamp("us"), (
                f"{table}.{column}: {kind} is not a type that every reader shows right"
            )
            continue
        first = float(measures["pyarrow"])
        # Sums of floats depend on the order in which a reader adds.
        tolerance = 1e-9 * max(1.0, abs(first))
        assert all(abs(float(value) - first) <= tolerance for value in measures.values()), f"{table}.{column}: {measures}"


def opened_in_duckdb(warehouse: Path, run: Path, tables: dict) -> None:
    """open.sql gives a view for each table, one with Chinese names, and a comment on every column of both."""
    sql = (warehouse / "open.sql").read_text(encoding="utf-8")
    assert str(run) in sql and "/current/" not in sql, "open.sql must name the run itself"
    connection = duckdb.connect()
    connection.execute(sql)
    views = [name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()]
    assert set(tables) <= set(views) and len(views) == 2 * len(tables), f"views: {views}"
    for view in views:
        rows = connection.execute(f'SELECT count(*) FROM "{view}"').fetchall()[0][0]
        assert view not in tables or rows == tables[view]["rows"], f"{view}: {rows} rows"
    silent = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    ).fetchall()
    assert not silent, f"columns without a comment: {silent}"
    kinds = connection.execute('SELECT "性质", count(*) FROM "数据" GROUP BY ALL ORDER BY ALL').fetchall()
    print(f"open.sql: {len(views)} views; 数据 by 性质: {kinds}")


def quotes(run: Path) -> None:
    """Every quote is the slice of the source text, by Python's own slicing."""
    texts = dict(polars.read_parquet(run / "source_texts" / "*.parquet").select("source_path", "text").iter_rows())
    checked = 0
    for table in QUOTED:
        rows = polars.read_parquet(run / table / "*.parquet").select("source_path", "start", "end", "quote")
        for path, start, end, quote in rows.iter_rows():
            assert texts[path][start:end] == quote, f"{table}: {path} {start}-{end} is not {quote!r}"
            checked += 1
    print(f"{checked} quotes are the slices of their source texts")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
