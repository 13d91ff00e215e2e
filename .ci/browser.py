"""Drives the spot-check page in headless Chromium: keys, note, undo, reload, second reviewer, export, hostile text, size.

    browser.py BINARY [SCREENSHOT_FOLDER]

Needs Chromium (Debian: apt-get install chromium) and the Python package playwright, which drives it; no browser is
downloaded. Says plainly why it is skipped where there is no Chromium; any other trouble is an error.
"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "sample_corpus"
OPEN_SECONDS = 2.0
MOST_BYTES = 3_000_000

HOSTILE = (
    "<script>document.title='被攻击'</script>小学“双减”工作总结\n"
    "我校\"每天\"书面作业'不超过'60分钟</script><img src=x onerror=\"document.title='被攻击'\">。\n"
    "\u202e学生睡眠达到9小时\u202c，参与率达到98%。\n"
    + "我校坚持" + "开展课外阅读和体育活动，" * 420 + "每天锻炼1小时。\n"
    "作业设计水平不高，部分教师{{data}}${alert(1)}经验不足。\n"
)


class Check:
    def __init__(self, binary, shots):
        self.binary, self.shots = binary, shots
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix="huizong-browser-"))
        self.trouble = []

    def huizong(self, *arguments, codes=(0,)):
        done = subprocess.run([self.binary, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode in codes, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def open(self, context, path):
        page = context.new_page()
        page.on("console", lambda message: self.trouble.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        page.on("request", lambda request: self.request(request.url))
        page.goto(path.as_uri())
        return page

    def request(self, url):
        if not url.startswith(("file:", "blob:")):
            self.trouble.append(f"asked for {url[:80]}")

    def begin(self, page, name):
        page.fill("#name", name)
        page.keyboard.press("Enter")
        page.wait_for_selector("#work:not([hidden])")

    def resume(self, page, name, count):
        """After a reload the verdicts are there. Chromium may give the page a new process before a file's storage has
        reached that: then the name is asked for again, or the next reload has them."""
        for _ in range(5):
            page.reload()
            if page.is_hidden("#work"):
                self.begin(page, name)
            if text(page, "#count") == count:
                return
        raise AssertionError(f"after a reload {text(page, '#count')} instead of {count}")

    def shot(self, page, name):
        if self.shots:
            page.screenshot(path=str(self.shots / f"{name}.png"))

    def export(self, page, button, folder):
        with page.expect_download() as download:
            page.click(button)
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path


def text(page, selector):
    return page.text_content(selector)


def verdicts_by_key(check, browser, warehouse):
    """A scripted reviewer judges a batch of 60 and 15; all of it comes back in the report."""
    batch = check.temp / "batch"
    check.huizong("spot-check", "draw", "--warehouse", warehouse, "--output", batch, "--size", 60, "--missed", 15)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = check.open(context, batch / "核对.html")
    check.shot(page, "1-start")
    check.begin(page, "张三")
    check.shot(page, "2-item")
    assert text(page, "#count") == "已核 0 / 75"
    assert page.locator("#text mark").count() >= 1
    quote = json.loads((batch / "batch.json").read_text())["items"][0]["quote"]
    assert text(page, "#text mark") == text(page, "#quote") == quote

    page.keyboard.press("1")
    page.keyboard.press("3")
    page.keyboard.press("Backspace")
    assert text(page, "#count") == "已核 1 / 75", "undo takes the last one back"
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.fill("#corrected", "60")
    page.keyboard.press("Escape")
    page.keyboard.press("9")
    page.keyboard.type("不超过123是限额，“不是”实际,\"x\"")
    check.shot(page, "3-wrong")
    page.keyboard.press("Escape")
    # A key of an input method is none of ours.
    page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: '1', code: 'Digit1', isComposing: true}))")
    assert text(page, "#count") == "已核 2 / 75"
    page.keyboard.press("Enter")

    check.resume(page, "张三", "已核 2 / 75")
    page.close()
    page = check.open(context, batch / "核对.html")
    check.begin(page, "张三")
    assert text(page, "#count") == "已核 2 / 75", "and after the page was closed"
    for i in range(3, 76):
        wrong = i % 10 == 0
        page.keyboard.press("2" if wrong else "1")
        if wrong:
            page.keyboard.press("1")
            page.keyboard.press("0")
    assert text(page, "#count") == "已核 75 / 75", text(page, "#count")
    check.shot(page, "4-done")
    lines, table = check.export(page, "#jsonl", batch), check.export(page, "#csv", check.temp)
    assert lines.name == "verdicts-张三.jsonl", lines.name
    assert table.read_bytes().startswith("\ufeff批次,编号".encode())

    # The second reviewer sees nothing of the first.
    page.click("#leave")
    check.begin(page, "李四")
    assert text(page, "#count") == "已核 0 / 75"
    assert page.locator("#items .right, #items .wrong").count() == 0
    for i in range(1, 31):
        page.keyboard.press("3" if i == 30 else "1")
    check.export(page, "#jsonl", batch)
    context.close()

    said = check.huizong("spot-check", "import", batch, "--warehouse", warehouse)
    assert "导入 105 条" in said, said
    said = check.huizong("spot-check", "import", batch, table, "--warehouse", warehouse)
    assert "导入 0 条，已有 75 条" in said, said
    report = check.huizong("spot-check", "report", "--warehouse", warehouse)
    for part in ["张三 75 条", "共同核对 30 条", "限额当成实际 1", "数值错 6", "漏了数据 1"]:
        assert part in report, f"{part} in\n{report}"
    notes = [json.loads(line) for line in lines.read_text().splitlines()]
    wrong = next(line for line in notes if line["error_type"] == "limit")
    assert (wrong["corrected"], wrong["note"]) == ("60", "不超过123是限额，“不是”实际,\"x\""), wrong
    assert collections.Counter(line["verdict"] for line in notes) == {"right": 67, "wrong": 8}


def five_hundred(check, browser, warehouse):
    """500 findings open in time and stay small."""
    batch = check.temp / "large"
    check.huizong("spot-check", "draw", "--warehouse", warehouse, "--output", batch, "--size", 500, "--per-body", 60)
    path = batch / "核对.html"
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    # The best of three: another job on the machine is not the page's fault.
    seconds, size = [], path.stat().st_size
    for _ in range(3):
        started = time.monotonic()
        page = check.open(context, path)
        check.begin(page, "王五")
        seconds.append(time.monotonic() - started)
    seconds = min(seconds)
    assert seconds < OPEN_SECONDS and size < MOST_BYTES, f"{seconds:.2f} s, {size} bytes"
    assert page.locator("#items button").count() >= 500
    check.shot(page, "5-large")
    started = time.monotonic()
    for _ in range(50):
        page.keyboard.press("1")
    each = (time.monotonic() - started) / 50
    context.close()
    return f"500 findings: {size / 1e6:.2f} MB, first item after {seconds:.2f} s, {each * 1000:.0f} ms a verdict"


def hostile(check, browser):
    """Text that would run, break out or turn the writing stays text."""
    folder, warehouse, batch = (check.temp / name for name in ("hostile", "hostile-warehouse", "hostile-batch"))
    folder.mkdir()
    (folder / "<b>'\"&坏名字.txt").write_text(HOSTILE)
    check.huizong("ingest", folder, "--warehouse", warehouse, "--quiet")
    check.huizong("spot-check", "draw", "--warehouse", warehouse, "--output", batch)
    # The splitter cuts endless sentences; the page must bear one all the same.
    content = json.loads((batch / "batch.json").read_text())
    items, document = content["items"], content["documents"][0]
    long, at = items[0], document["text"].index("我校坚持") + 3
    quote = document["text"][at : at + 5000]
    long.update(quote=quote, unit_text=quote, start=document["start"] + at, end=document["start"] + at + 5000)
    document.update(body="<b>白杨\u202e小学</b>", title='"\'</title><script>alert(2)</script>')
    (batch / "batch.json").write_text(json.dumps(content, ensure_ascii=False))
    check.huizong("spot-check", "review", batch, "--html", batch / "hostile.html")
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = check.open(context, batch / "hostile.html")
    check.begin(page, "<img src=x onerror=alert(1)>")
    for number, item in enumerate(items):
        shown = "".join(page.locator("#text mark").all_text_contents())
        assert shown.replace("□", "") == item["quote"].replace("\u202e", "").replace("\u202c", ""), item
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
        if number < 3:
            check.shot(page, f"6-hostile-{number}")
        page.keyboard.press("1")
    assert "被攻击" not in page.title(), page.title()
    assert page.locator("#work img, #work script").count() == 0
    assert "\u202e" not in text(page, "#text")
    context.close()


def main():
    binary = sys.argv[1]
    shots = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if chromium is None:
        print("browser check SKIPPED: no Chromium here; install it (apt-get install chromium) to run the check")
        return
    from playwright.sync_api import sync_playwright

    check = Check(binary, shots)
    try:
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
            warehouse = check.temp / "warehouse"
            check.huizong("ingest", CORPUS, "--warehouse", warehouse, "--quiet", codes=(3,))
            told = five_hundred(check, browser, warehouse)
            verdicts_by_key(check, browser, warehouse)
            hostile(check, browser)
            browser.close()
    finally:
        shutil.rmtree(check.temp, ignore_errors=True)
    assert not check.trouble, check.trouble
    print(f"browser check good; {told}; nothing asked of the network, nothing on the console")


if __name__ == "__main__":
    main()
