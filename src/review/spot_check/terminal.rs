//! `huizong spot-check review`: the batch in the terminal, line by line.
//!
//! It asks and reads lines, so it works over ssh and takes its answers from a pipe as well. Every answer is appended to
//! the reviewer's own file at once: a broken connection loses nothing, the next start goes on where it ended, and a
//! second reviewer sees nothing of the first. Nothing is drawn on the screen but lines.

use super::batch::{Batch, Item};
use super::facts::Kind;
use super::verdict::{self, ERRORS, MISSED, VERDICTS, Verdict};
use crate::message::{Message, Tell};
use crate::publish::warehouse::iso_utc;
use crate::review::explain::visible;
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The file of a reviewer in the folder of a batch.
pub fn file(folder: &Path, reviewer: &str) -> PathBuf {
    // A name may hold what no file name may.
    let safe = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    folder.join(format!("verdicts-{}.jsonl", reviewer.chars().map(safe).collect::<String>()))
}

/// Reviews the batch in `folder` until all is judged, `q`, or the end of the input.
pub fn review(folder: &Path, reviewer: &str, input: &mut impl BufRead, out: &mut impl Write) -> Result<()> {
    let batch = Batch::read(folder)?;
    let mut session = Session::open(&batch, folder, reviewer)?;
    writeln!(
        out,
        "批次 {}，共 {} 条，{} 已核 {} 条。",
        batch.batch_id,
        batch.items.len(),
        reviewer,
        session.last.len()
    )?;
    writeln!(out, "1 正确  2 错误  3 存疑  0 跳过  u 撤销上一条  q 退出；数字后面空一格可写备注。")?;
    while let Some(item) = batch.items.iter().find(|item| session.is_open(item)) {
        let number = batch.items.iter().position(|other| other.item_id == item.item_id).unwrap_or_default() + 1;
        show(&batch, item, number, out)?;
        let Some(line) = ask("结论", input, out)? else { break };
        let (key, note) =
            line.split_once([' ', '\u{3000}']).map_or((line.as_str(), ""), |(key, note)| (key, note.trim()));
        match key {
            "q" | "Q" => break,
            "u" | "U" => match session.undo()? {
                Some(item_id) => writeln!(out, "已撤销 {item_id}")?,
                None => writeln!(out, "没有可以撤销的")?,
            },
            _ => match VERDICTS.iter().find(|(digit, ..)| key == digit.to_string() || key == fullwidth(*digit)) {
                Some((_, "wrong", _)) => {
                    let Some((error_type, corrected)) = ask_error(batch.stratum(item).kind, input, out)? else { break };
                    session.judge(item, "wrong", error_type, corrected, note)?;
                }
                Some((_, verdict, _)) => session.judge(item, verdict, None, None, note)?,
                None => writeln!(out, "请输入 1、2、3、0、u 或 q")?,
            },
        }
    }
    let left = batch.items.iter().filter(|item| session.is_open(item)).count();
    writeln!(out, "已核 {} 条，还剩 {left} 条；结果在 {}", session.last.len(), session.path.display())?;
    Ok(())
}

/// The digit as a Chinese input method may give it.
fn fullwidth(digit: char) -> String {
    char::from_u32(u32::from(digit) - u32::from('0') + u32::from('０')).map(String::from).unwrap_or_default()
}

/// A line of the input without the space around it; none at its end.
fn ask(what: &str, input: &mut impl BufRead, out: &mut impl Write) -> Result<Option<String>> {
    write!(out, "{what} > ")?;
    out.flush()?;
    let mut line = String::new();
    if input
        .read_line(&mut line)
        .tell(|| Message::new("读不了输入：请用 UTF-8", "the input can't be read: use UTF-8"))?
        == 0
    {
        writeln!(out)?;
        return Ok(None);
    }
    Ok(Some(line.trim().to_owned()))
}

/// What is wrong, and what would be right; both may be left open.
fn ask_error(
    kind: Kind,
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<Option<(Option<&'static str>, Option<String>)>> {
    let errors: &[(&'static str, &str)] = if kind == Kind::Missed { &MISSED } else { &ERRORS };
    let told: Vec<String> = errors.iter().enumerate().map(|(i, (_, label))| format!("{} {label}", i + 1)).collect();
    let Some(line) = ask(&format!("  差错类型（{}）", told.join("  ")), input, out)? else { return Ok(None) };
    let number: Option<usize> = line.parse().ok();
    let error = number.and_then(|n| errors.get(n.checked_sub(1)?)).map(|(code, _)| *code);
    let Some(corrected) = ask("  改为（可不填）", input, out)? else { return Ok(None) };
    Ok(Some((error, Some(corrected).filter(|text| !text.is_empty()))))
}

fn show(batch: &Batch, item: &Item, number: usize, out: &mut impl Write) -> Result<()> {
    let (document, stratum) = (batch.document(item), batch.stratum(item));
    let must = if item.must { "  上简报必核" } else { "" };
    writeln!(out, "\n[{number}/{}] {}{must}  {}", batch.items.len(), stratum.kind.label(), item.item_id)?;
    writeln!(
        out,
        "  {}  {} 第 {}–{} 字",
        visible(document.body.as_deref().unwrap_or("（单位不详）")),
        visible(&document.source_path),
        item.start,
        item.end
    )?;
    if let Some(section) = &item.section {
        writeln!(out, "  章节 {}", visible(section))?;
    }
    writeln!(out, "  {}", visible(&marked(document.start, &document.text, item)))?;
    let told = item.told.iter().map(|(name, value)| format!("{name} {}", visible(value)));
    let confidence = item.confidence.map(|c| format!("可信度 {c:.2}（{}）", stratum.rule_id));
    writeln!(out, "  {}", told.chain(confidence).collect::<Vec<_>>().join("  "))?;
    Ok(())
}

/// Characters shown on either side of the finding.
const AROUND: usize = 60;

/// The finding between 【】 with what stands around it.
fn marked(from: i64, text: &str, item: &Item) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |point: i64| usize::try_from(point - from).unwrap_or_default().min(chars.len());
    let (start, end) = (at(item.start), at(item.end));
    let before: String = chars[start.saturating_sub(AROUND)..start].iter().collect();
    let after: String = chars[end..(end + AROUND).min(chars.len())].iter().collect();
    let cut = |cut: bool| if cut { "…" } else { "" };
    format!("{}{before}【{}】{after}{}", cut(start > AROUND), item.quote, cut(end + AROUND < chars.len()))
}

/// What a reviewer has said so far, on the disk and here.
struct Session<'a> {
    batch: &'a Batch,
    reviewer: String,
    path: PathBuf,
    file: File,
    /// The last word on each item.
    last: HashMap<String, Verdict>,
    /// Items in the order in which they were judged.
    order: Vec<String>,
}

impl<'a> Session<'a> {
    fn open(batch: &'a Batch, folder: &Path, reviewer: &str) -> Result<Self> {
        let reviewer = reviewer.trim();
        if reviewer.is_empty() {
            bail!(Message::new(
                "请用 --reviewer 写明核对人的姓名或代号",
                "say with --reviewer who judges: a name or a code"
            ));
        }
        let path = file(folder, reviewer);
        let known = if path.exists() { verdict::read(&path)? } else { Vec::new() };
        let mut torn = false;
        let mut session = Session {
            batch,
            reviewer: reviewer.to_owned(),
            file: File::options().create(true).append(true).open(&path).map_err(|e| Message::unwritable(&path, &e))?,
            path,
            last: HashMap::new(),
            order: Vec::new(),
        };
        for (_, line) in known {
            match line {
                Ok(verdict) if verdict.batch_id == batch.batch_id => session.remember(verdict),
                Ok(Verdict { batch_id, .. }) => {
                    let shown = session.path.display();
                    bail!(Message::new(
                        format!("{shown} 里有另一批次 {batch_id} 的结果：请把它移开，或换一个 --reviewer"),
                        format!(
                            "{shown} has verdicts on another batch, {batch_id}: move it away, or use another --reviewer"
                        ),
                    ))
                }
                // A line that a broken connection tore is judged again, on a line of its own.
                Err(_) => torn = true,
            }
        }
        if torn {
            session.file.write_all(b"\n")?;
        }
        Ok(session)
    }

    /// True where the reviewer has still to judge an item.
    fn is_open(&self, item: &Item) -> bool {
        !item.settled && !self.last.contains_key(&item.item_id)
    }

    fn remember(&mut self, verdict: Verdict) {
        self.order.retain(|item_id| *item_id != verdict.item_id);
        if verdict.verdict.is_empty() {
            self.last.remove(&verdict.item_id);
        } else {
            self.order.push(verdict.item_id.clone());
            self.last.insert(verdict.item_id.clone(), verdict);
        }
    }

    fn judge(
        &mut self,
        item: &Item,
        verdict: &str,
        error_type: Option<&str>,
        corrected: Option<String>,
        note: &str,
    ) -> Result<()> {
        self.append(Verdict {
            batch_id: self.batch.batch_id.clone(),
            item_id: item.item_id.clone(),
            source_sha256: self.batch.document(item).source_sha256.clone(),
            verdict: verdict.to_owned(),
            error_type: error_type.map(str::to_owned),
            corrected,
            note: Some(note.to_owned()).filter(|note| !note.is_empty()),
            reviewer: self.reviewer.clone(),
            judged_at: iso_utc(SystemTime::now()),
        })
    }

    /// Takes the last verdict back; nothing in the file is removed.
    fn undo(&mut self) -> Result<Option<String>> {
        let Some(item_id) = self.order.last().cloned() else { return Ok(None) };
        let last = self.last[&item_id].clone();
        let empty = Verdict { verdict: String::new(), error_type: None, corrected: None, note: None, ..last };
        self.append(Verdict { judged_at: iso_utc(SystemTime::now()), ..empty })?;
        Ok(Some(item_id))
    }

    fn append(&mut self, verdict: Verdict) -> Result<()> {
        let mut line = serde_json::to_vec(&verdict)?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(|e| Message::unwritable(&self.path, &e))?;
        self.remember(verdict);
        Ok(())
    }
}
