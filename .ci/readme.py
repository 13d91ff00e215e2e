"""Runs the commands of README.md whose answers depend on nothing but the sample corpus, and compares the answers.

Usage: readme.py HUIZONG [--update]. HUIZONG is the program. Times and run ids differ from run to run and are left out;
--update writes the answers into README.md, for a person to read the difference.
"""

import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
# The commands that are held against the program; others tell of runs on other materials and of what people judged.
HELD = ["huizong ingest sample_corpus --warehouse warehouse", "huizong facts ", "huizong export "]
VARYING = re.compile(r"用时 [0-9.]+ 秒|20[0-9]{6}T[0-9]{6}Z-[0-9a-f]{4}")


def main(huizong: Path, update: bool) -> None:
    told = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sample_corpus").symlink_to(ROOT / "sample_corpus")
        blocks = re.split(r"(?m)^(```\n)", told)
        for i, block in enumerate(blocks):
            if block.startswith("$ huizong "):
                blocks[i] = answered(block, huizong, Path(folder))
    now = "".join(blocks)
    if update:
        README.write_text(now, encoding="utf-8")
    elif now != told:
        lines = "\n".join(difflib.unified_diff(told.splitlines(), now.splitlines(), "README.md", "the program", "", "", 0, ""))
        sys.exit(f"README.md tells other answers than the program gives; if these are right: readme.py HUIZONG --update\n{lines}")
    print("README.md: the answers of its examples are those of the program")


def answered(block: str, huizong: Path, folder: Path) -> str:
    """The block with the answers that the program gives to its held commands."""
    lines, at = [], 0
    told = block.splitlines()
    while at < len(told):
        command = told[at]
        end = at + 1
        while end < len(told) and not told[end].startswith("$ "):
            end += 1
        answer = told[at + 1 : end]
        words = re.sub(r"\s+#.*", "", command.removeprefix("$ "))
        if any(words.startswith(held) for held in HELD):
            got = output(words, huizong, folder)
            same = [VARYING.sub("", line) for line in got] == [VARYING.sub("", line) for line in answer]
            answer = answer if same else got
        lines += [command, *answer]
        at = end
    return "".join(line + "\n" for line in lines)


def output(words: str, huizong: Path, folder: Path) -> list:
    done = subprocess.run([str(huizong), *words.split()[1:]], cwd=folder, capture_output=True, text=True)
    # 3: published, with some files rejected; the corpus has such files on purpose.
    assert done.returncode in (0, 3), f"{words}: exit code {done.returncode}: {done.stderr}"
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if not line.startswith("已读 ")]


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--update"]):
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), bool(sys.argv[2:]))
