"""Prints bulletins in headless Chromium: one A4 page each, nothing requested, no complaint of the browser.

    print.py BINARY [FOLDER]

Into FOLDER go the PDFs and, at the size of the paper, a picture of each. Besides corpora with and without roster there is
a district in which everything that can be told is told, with names as long as names get. Needs Chromium and the Python
package playwright, as browser.py does; says plainly why it is skipped where there is no Chromium.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_BYTES = 200_000
# CSS pixels of A4 within the margins of the page's style.
PAPER = {"width": 794, "height": 1123}


def full(folder: pathlib.Path) -> list:
    """Thirty schools with long names that break every norm, leave XX, contradict themselves and copy each other."""
    reports = folder / "reports"
    reports.mkdir(parents=True)
    roster = ["id,name,aliases,district,town,stage,pupils,teachers"]
    problems = [
        "部分教师对作业设计的认识还不够到位布置作业仍以机械重复的抄写练习为主分层不够批改反馈也不及时",
        "课后服务的场地和师资都比较紧张雨雪天气无法开展户外活动课程内容单一难以满足学生多样化的需求",
        "部分家长对双减政策认识不到位担心孩子成绩下降私下给孩子加码购买大量教辅资料和参加校外补习",
        "学校周边仍有无证托管点和隐形变异的学科类培训机构变相补课治理难度较大需要多部门联合执法检查",
        "体育音乐和美术等学科专任教师严重不足部分课程只能由语文和数学教师兼任教学质量难以得到保证",
    ]
    for i in range(30):
        name = f"清水河镇{'东南西北中'[i % 5]}{'甲乙丙丁戊己'[i // 5]}希望九年一贯制学校"
        roster.append(f"S{i:03},{name},,临川县,清水河镇,nine_year,900,60")
        if i % 6 == 5:
            continue
        own = "" if i % 6 == 4 else f"学校本学期召开第{i}次专题会议，校长带队走访了{40 + i}个班级。\n"
        told = "\n".join(f"（{n + 1}）{p}。" for n, p in enumerate(problems[i % 2 :] if own else problems))
        (reports / f"{name}2022年秋季学期双减和五项管理工作情况汇报（定稿）.txt").write_text(
            f"{name}2022年秋季学期“双减”工作情况汇报\n一、主要做法\n{own}"
            f"三至六年级每天书面作业不超过{70 + i}分钟。初中每天书面作业不超过{100 + i}分钟。\n"
            f"经抽查，三至六年级学生书面作业平均用时{61 + i}分钟，初中学生书面作业平均用时{91 + i}分钟。\n"
            f"小学生每天睡眠时间不少于9小时，初中生每天睡眠时间不少于8小时。小学生就寝时间不晚于22:00。\n"
            f"经调查，小学生平均睡眠时间为8.{i % 10}小时。小学上午上课时间为7:50。\n"
            f"学生每天在校体育活动时间不少于40分钟。每学期考试3次。课后服务每天1小时。\n"
            f"参加课后服务的学生有{500 + i}人，参与率为{60 + i}.5%，另有XX人参加兴趣小组，XX人参加社团。\n"
            f"家长满意度达到{70 + i}.2%。全校有教师60人，其中男教师{20 + i}人，女教师30人。\n"
            f"二、存在的问题\n{told}\n",
            encoding="utf-8",
        )
    (folder / "roster.csv").write_text("\n".join(roster), encoding="utf-8")
    return [reports, "--roster", folder / "roster.csv"]


def hostile(folder: pathlib.Path) -> list:
    """Schools whose names and sentences are markup, marks of direction, or have no end."""
    reports = folder / "reports"
    reports.mkdir(parents=True)
    names = ["<script>document.title='x'</script>小学", "\"><img src=x onerror=alert(1)>中学", "\u202e反向\u202c小学", "'};alert(1)//小学"]
    for i, name in enumerate(names):
        (reports / f"{i}.txt").write_text(
            f"{name}2022年秋季学期“双减”工作总结\n三至六年级学生书面作业平均用时{66 + i}分钟。\n参加课后服务的学生占XX%。\n"
            f"存在的问题：{name}的部分家长不配合，'\"<b>认识不到位</b>。\n部分学生{'在家里没有人照看，' * 600}作业拖拉。\n",
            encoding="utf-8",
        )
    return [reports]


def main(binary: str, folder: pathlib.Path | None) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("skipped: no Chromium to print with (Debian: apt-get install chromium fonts-noto-cjk)")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as temp, sync_playwright() as playwright:
        temp = pathlib.Path(temp)
        folder = folder or temp / "printed"
        folder.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        cases = {"full": full(temp / "full"), "hostile": hostile(temp / "hostile"), "sample": [ROOT / "sample_corpus"]}
        for name, sizes in {"district": (60, 2), "three": (3, 1)}.items():
            place = temp / name
            run(binary, "invent-district", place, "--schools", sizes[0], "--periods", sizes[1], "--seed", 12)
            cases[name] = [place / "reports", "--roster", place / "roster.csv"]
        cases["no roster"] = [temp / "district" / "reports"]
        for name, inputs in cases.items():
            warehouse = temp / f"{name} w"
            run(binary, "ingest", *inputs, "--warehouse", warehouse, "--quiet")
            output = folder / f"{name}.html"
            run(binary, "bulletin", "--warehouse", warehouse, "--output", output, "--issuer", "临川县教育局", "--number", "第3期")
            printed(browser, name, output)
        browser.close()
    print(f"{len(cases)} bulletins print on one A4 page each, with nothing requested")


def run(binary: str, *arguments: object) -> None:
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode in (0, 3), f"{arguments}: exit code {done.returncode}: {done.stderr}"


def printed(browser, name: str, path: pathlib.Path) -> None:
    size = path.stat().st_size
    assert size < MOST_BYTES, f"{name}: {size} bytes"
    trouble = []
    page = browser.new_page(viewport=PAPER)
    page.on("console", lambda message: trouble.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("request", lambda request: request.url == path.as_uri() or trouble.append(f"asked for {request.url[:80]}"))
    page.goto(path.as_uri())
    pdf = page.pdf(path=str(path.with_suffix(".pdf")), prefer_css_page_size=True)
    pages = [int(n) for n in re.findall(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)", pdf)] or [pdf.count(b"/Type /Page\n")]
    page.emulate_media(media="print")
    page.screenshot(path=str(path.with_suffix(".png")))
    # What is wider than the page would be cut off on paper.
    wide = page.evaluate("[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(e => e.tagName + ' ' + e.textContent.slice(0, 20))")
    made = page.evaluate("document.querySelectorAll('script, img, iframe, a, main b b').length")
    title = page.title()
    page.close()
    assert title.endswith("工作情况通报") and not made, f"{name}: {title}, {made} elements that are a report's"
    assert not trouble, f"{name}: {trouble}"
    assert max(pages) == 1, f"{name}: {max(pages)} pages"
    assert not wide, f"{name}: wider than its place: {wide}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) == 3 else None)
