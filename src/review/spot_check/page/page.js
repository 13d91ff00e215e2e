"use strict";
// The offline page of a batch: shows items in order, takes verdicts by digit keys, keeps them in this browser under
// batch and reviewer, and hands them over as a file. It asks nothing of any network. All text from outside is put in
// as text, never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // What an earlier batch has settled need not be judged again.
  data.items = data.items.filter((one) => !one.settled);
  const $ = (id) => document.getElementById(id);
  const PREFIX = "huizong-spot-check:" + data.batch_id + ":";

  let reviewer = "";
  // verdicts: by item {verdict, error_type, corrected, note, judged_at, judged}; log: what undo takes back, oldest first.
  let state = { verdicts: {}, log: [], at: 0 };
  let at = 0;
  // True between a 错误 and the next item: digits choose the type of error.
  let choosing = false;

  const now = () => new Date().toISOString().slice(0, 19) + "Z";

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function pairs(list, entries) {
    list.replaceChildren(...entries.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
  }

  // ---- what is kept

  function load(name) {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(PREFIX + name));
    } catch {
      warn("浏览器不让本页保存，关闭前务必导出");
    }
    return kept && kept.verdicts ? kept : { verdicts: {}, log: [], at: 0 };
  }

  function save() {
    state.at = at;
    try {
      localStorage.setItem(PREFIX + reviewer, JSON.stringify(state));
    } catch {
      warn("没能保存到浏览器，请马上导出");
    }
  }

  function warn(text) {
    $("warning").textContent = text;
  }

  const item = () => data.items[at];
  const said = (id) => state.verdicts[id] || { verdict: "", error_type: null, corrected: null, note: null, judged: false };
  const done = () => data.items.filter((one) => said(one.id).verdict).length;

  function change(id, changes) {
    state.verdicts[id] = { ...said(id), ...changes, judged_at: now() };
    save();
  }

  // ---- what is shown

  function showText() {
    const one = item();
    const document_ = data.documents[one.document];
    const title = element("b", (document_.body || "（单位不详）") + (document_.title ? "　" + document_.title : ""));
    const place = document_.path + "　第 " + one.start + "–" + one.end + " 字　SHA-256 " + document_.sha256.slice(0, 12);
    $("source").replaceChildren(title, element("span", one.section ? place + "　章节 " + one.section : place));
    // Every place where the look of the text changes, each once; between two of them it is one piece.
    const cuts = new Set([0, document_.text.length, ...one.span, ...one.sentence]);
    for (const [from, to] of document_.others) cuts.add(from).add(to);
    const edges = [...cuts].sort((a, b) => a - b);
    const inside = ([from, to], edge) => from <= edge && edge < to;
    const pieces = document.createDocumentFragment();
    let mark = null;
    let other = 0;
    for (let i = 0; i + 1 < edges.length; i++) {
      const [from, to] = [edges[i], edges[i + 1]];
      const text = document_.text.slice(from, to);
      while (other < document_.others.length && document_.others[other][1] <= from) other++;
      const faint = other < document_.others.length && inside(document_.others[other], from);
      if (inside(one.span, from)) {
        const piece = element("mark", text);
        mark = mark || piece;
        pieces.append(piece);
      } else if (inside(one.sentence, from) || faint) {
        const classes = [inside(one.sentence, from) ? "sentence" : "", faint ? "other" : ""];
        pieces.append(element("span", text, classes.join(" ").trim()));
      } else {
        pieces.append(text);
      }
    }
    $("text").replaceChildren(pieces);
    if (mark) mark.scrollIntoView({ block: "center" });
  }

  function showCard() {
    const one = item();
    const verdict = said(one.id);
    const head = [element("span", one.kind_label, "kind")];
    if (one.must) head.push(element("span", "上简报必核", "must"));
    head.push(element("span", one.rule + (one.confidence === null ? "" : "　可信度 " + one.confidence.toFixed(2)), "rule"));
    $("head").replaceChildren(...head);
    $("quote").textContent = one.quote;
    pairs($("told"), one.told);
    $("question").textContent = one.kind === "missed" ? "这一句里有没有漏掉的事实？没有漏掉按 1。" : "按原文，以上各项都对吗？";
    for (const button of $("verdicts").children) {
      const [, code, label] = data.verdicts.find(([, name]) => name === button.className);
      button.setAttribute("aria-pressed", verdict.verdict === code);
      const words = one.kind === "missed" ? { right: "没有漏", wrong: "漏了" } : {};
      button.lastChild.textContent = " " + (words[code] || label);
    }
    $("wrong").hidden = verdict.verdict !== "wrong";
    $("errors").replaceChildren(...errors().map(([code, label], i) => {
      const button = element("button");
      button.type = "button";
      button.append(element("kbd", String(i + 1)), " " + label);
      button.setAttribute("aria-pressed", verdict.error_type === code);
      button.addEventListener("click", () => setError(code));
      return button;
    }));
    $("corrected").value = verdict.corrected || "";
    $("note").value = verdict.note || "";
  }

  function showProgress() {
    const n = done();
    $("bar").max = data.items.length;
    $("bar").value = n;
    $("count").textContent = "已核 " + n + " / " + data.items.length;
    [...$("items").children].forEach((cell, i) => {
      cell.className = said(data.items[i].id).verdict + (i === at ? " here" : "");
    });
    $("items").children[at].scrollIntoView({ block: "nearest" });
    const left = data.items.length - n;
    $("legend").textContent = left === 0 ? "全部核完了，请导出结果交给汇总的人。" : "第 " + (at + 1) + " 条　1 正确　2 错误　3 存疑　0 跳过　← → 翻看";
  }

  function show() {
    choosing = said(item().id).verdict === "wrong";
    showText();
    showCard();
    showProgress();
    // A browser may hand over what was kept a moment late: nothing judged must not be written over it.
    if (Object.keys(state.verdicts).length > 0) save();
  }

  const errors = () => (item().kind === "missed" ? data.missed : data.errors);

  // ---- what is done

  function go(to) {
    at = Math.min(Math.max(to, 0), data.items.length - 1);
    if (document.activeElement) document.activeElement.blur();
    show();
  }

  // The next item without a verdict, from the beginning again where none follows.
  function goOn() {
    const open = (one) => !said(one.id).verdict;
    const after = data.items.findIndex((one, i) => i > at && open(one));
    const first = data.items.findIndex(open);
    go(after >= 0 ? after : first >= 0 ? first : at);
  }

  function judge(verdict) {
    const id = item().id;
    state.log.push([id, state.verdicts[id] || null]);
    const keep = verdict === "wrong" ? {} : { error_type: null, corrected: null };
    change(id, { ...keep, verdict, judged: true });
    if (verdict === "wrong") {
      show();
      $("note").scrollIntoView({ block: "nearest" });
    } else {
      goOn();
    }
  }

  function setError(code) {
    change(item().id, { error_type: code });
    showCard();
  }

  function undo() {
    const last = state.log.pop();
    if (!last) return;
    const [id, before] = last;
    // What was exported before is taken back by an empty verdict.
    state.verdicts[id] = { ...(before || { ...said(id), verdict: "", error_type: null, corrected: null }), judged: true, judged_at: now() };
    go(data.items.findIndex((one) => one.id === id));
  }

  // ---- what is handed over

  function lines() {
    return data.items.filter((one) => said(one.id).judged).map((one) => {
      const { verdict, error_type, corrected, note, judged_at } = said(one.id);
      const source_sha256 = data.documents[one.document].sha256;
      return { batch_id: data.batch_id, item_id: one.id, source_sha256, verdict, error_type, corrected: corrected || null,
        note: note || null, reviewer, judged_at };
    });
  }

  function hand(name, type, text) {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const fileName = (ending) => "verdicts-" + reviewer.replace(/[^\p{L}\p{N}_-]/gu, "_") + ending;

  function exportLines() {
    hand(fileName(".jsonl"), "application/x-ndjson", lines().map((line) => JSON.stringify(line) + "\n").join(""));
  }

  function exportTable() {
    const names = new Map([...data.errors, ...data.missed, ...data.verdicts.map(([, code, label]) => [code, label])]);
    const cell = (value) => {
      // A spreadsheet would take it for a formula.
      const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
      return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
    };
    const row = (cells) => cells.map((value) => cell(value === null || value === undefined ? "" : String(value))).join(",") + "\r\n";
    const head = row([...data.headers.map(([, label]) => label), "原文"]);
    const rows = lines().map((line) => {
      const cells = data.headers.map(([name]) => {
        const value = line[name];
        return name === "verdict" || name === "error_type" ? names.get(value) || value : value;
      });
      return row([...cells, data.items.find((one) => one.id === line.item_id).quote]);
    });
    hand(fileName(".csv"), "text/csv", "\ufeff" + head + rows.join(""));
  }

  // ---- keys

  function onKey(event) {
    if ($("work").hidden || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const field = event.target.closest("input, textarea");
    if (field) {
      if (event.key === "Escape") field.blur();
      if (event.key === "Enter" && field.id === "corrected") goOn();
      return;
    }
    const digit = /^(Digit|Numpad)\d$/.test(event.code) && !event.shiftKey ? event.code.slice(-1) : null;
    const key = digit || event.key;
    const take = (act) => {
      event.preventDefault();
      act();
    };
    if (choosing && digit === "0") return take(goOn);
    if (choosing && digit && errors()[Number(digit) - 1]) {
      return take(() => setError(errors()[Number(digit) - 1][0]));
    }
    const verdict = data.verdicts.find(([code]) => code === key);
    if (verdict) return take(() => judge(verdict[1]));
    const focus = event.target.closest("button");
    if (key === "Enter" && !focus) return take(goOn);
    if (key === "ArrowLeft") return take(() => go(at - 1));
    if (key === "ArrowRight") return take(() => go(at + 1));
    if (key === "9" || key === "n" || key === "N") return take(() => $("note").focus());
    if (key === "Backspace" || key === "u" || key === "U") return take(undo);
  }

  // ---- beginning

  function begin(name) {
    reviewer = name.trim();
    if (!reviewer || data.items.length === 0) return;
    state = load(reviewer);
    try {
      sessionStorage.setItem(PREFIX, reviewer);
    } catch { /* told when verdicts can't be kept either */ }
    $("who").textContent = "核对人 " + reviewer;
    $("start").hidden = true;
    $("work").hidden = false;
    const linked = data.items.findIndex((one) => "#" + one.id === location.hash);
    at = linked >= 0 ? linked : Math.min(state.at || 0, data.items.length - 1);
    show();
  }

  function leave() {
    try {
      sessionStorage.removeItem(PREFIX);
    } catch { /* nothing was kept */ }
    $("work").hidden = true;
    $("start").hidden = false;
    $("name").value = "";
    $("name").focus();
  }

  for (const [digit, code, label] of data.verdicts) {
    const button = element("button", undefined, code);
    button.type = "button";
    button.append(element("kbd", digit), " " + label);
    button.addEventListener("click", () => judge(code));
    $("verdicts").append(button);
  }
  data.items.forEach((one, i) => {
    const cell = element("button");
    cell.type = "button";
    cell.tabIndex = -1;
    cell.title = i + 1 + " " + one.kind_label;
    $("items").append(cell);
  });
  $("items").addEventListener("click", (event) => {
    const i = [...$("items").children].indexOf(event.target);
    if (i >= 0) go(i);
  });
  $("corrected").addEventListener("input", () => change(item().id, { corrected: $("corrected").value }));
  $("note").addEventListener("input", () => change(item().id, { note: $("note").value }));
  $("previous").addEventListener("click", () => go(at - 1));
  $("next").addEventListener("click", () => go(at + 1));
  $("undo").addEventListener("click", undo);
  $("jsonl").addEventListener("click", exportLines);
  $("csv").addEventListener("click", exportTable);
  $("leave").addEventListener("click", leave);
  $("start").addEventListener("submit", (event) => {
    event.preventDefault();
    begin($("name").value);
  });
  document.addEventListener("keydown", onKey);
  pairs($("about"), data.about);
  if (data.items.length === 0) $("about").before(element("p", "这一批没有需要核对的条目。"));
  let last = null;
  try {
    last = sessionStorage.getItem(PREFIX);
  } catch { /* told when verdicts can't be kept */ }
  if (last) {
    begin(last);
  } else {
    $("name").focus();
  }
})();
