# 打开汇总库的几个例子：在 VS Code、Jupyter、Spyder 里按 # %% 一格一格地运行，或者 python explore.py 汇总库。
# 需要 polars（pandas 的写法在最后一格）。每格开头是要回答的问题；口径同 schemas/queries。

# %% 打开：先把 current 解析成具体的一次汇总，再读它，就不会在发布的瞬间读到两次汇总的混合
import sys
from pathlib import Path

import polars as pl

warehouse = Path(sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else "warehouse")
run = (warehouse / "current").resolve(strict=True)
# 别的文件夹（state）是程序自己用的，里面没有表
folders = sorted({path.parent for path in run.glob("*/*.parquet")})
tables = {folder.name: pl.read_parquet(folder / "*.parquet") for folder in folders}
documents, figures, problems = tables["documents"], tables["figures"], tables["problems"]
print(f"{run.name}：{documents.height} 份报告，{figures.height} 条数据，{problems.height} 条问题")

# %% 每列是什么意思？
dictionary = tables["data_dictionary"]
print(dictionary.filter(pl.col("table_name") == "figures").select("column_name", "column_label", "meaning"))

# %% 代码的中文名，如 homework_minutes 书面作业时长
def labels(table: str, column: str) -> dict[str, str]:
    cell = dictionary.filter((pl.col("table_name") == table) & (pl.col("column_name") == column))["valid_values"][0]
    return dict(value.split(" ", 1) for value in cell.split("；"))


indicator, topic = labels("figures", "indicator"), labels("problems", "topic")

# %% 各项指标的实测值：只要“实际”，不要规定、目标、未填的 XX；雷同的报告只计第一份
counted = documents.filter("counted").select("doc_id", "school_name", "period", "district")
measured = figures.drop("period").join(counted, on="doc_id").filter(
    (pl.col("kind") == "actual") & ~pl.col("masked") & pl.col("value").is_not_null()
    & pl.col("holds_now")  # 不要变化前的旧值、变化量和以前的数
    & pl.col("comparator").is_in(["eq", "approx", "range"])
)
print(
    measured.group_by("indicator", "scope", "unit")
    .agg(报告数=pl.col("doc_id").n_unique(), 最小=pl.col("value").min(), 中位数=pl.col("value").median(), 最大=pl.col("value").max())
    .with_columns(指标=pl.col("indicator").replace(indicator))
    .sort("报告数", "指标", "unit", descending=[True, False, False], nulls_last=True)
    .head(10)
)

# %% 哪类问题最多？按报告数，不按句数
print(
    problems.filter(pl.col("status") == "own")
    .join(counted, on="doc_id")
    .group_by("topic")
    .agg(报告数=pl.col("doc_id").n_unique(), 条数=pl.len(), 一句原文=pl.col("quote").first())
    .with_columns(主题=pl.col("topic").replace(topic))
    .sort("报告数", "主题", descending=[True, False])
    .head(5)
)

# %% 引文就是原文的切片：位置按码位计，Python 的字符串也是
texts = dict(tables["source_texts"].select("source_path", "text").iter_rows())
for path, start, end, quote in figures.select("source_path", "start", "end", "quote").head(100).iter_rows():
    assert texts[path][start:end] == quote

# %% 用 pandas 读也一样
try:
    import pandas as pd
except ImportError:
    print("没有装 pandas")
else:
    frame = pd.read_parquet(run / "problems")
    print(frame.groupby("status").size())
