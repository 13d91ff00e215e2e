//! Where progress and messages go: a bar on a terminal, plain lines elsewhere, nothing when told to be quiet.
//!
//! All of it goes to standard error; standard output belongs to what was asked for. For programs that collect logs each
//! line is a JSON object instead (`--log json`), and then nothing but such lines is written there, whatever happens.

use crate::cli::{Lang, LogForm};
use crate::message::{self, Code, Level, Message};
use crate::publish::warehouse::iso_utc;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// Language of messages.
    pub lang: Lang,
    /// Form of messages.
    pub log: LogForm,
    /// Says nothing but errors.
    pub quiet: bool,
}

/// A line of the log.
#[derive(Serialize)]
struct Line<'a> {
    time: String,
    level: &'static str,
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    #[serde(flatten)]
    fields: &'a Map<String, Value>,
}

impl Console {
    /// Says one line.
    pub fn say(&self, message: &Message) {
        if !self.quiet {
            self.write(message, None);
        }
    }

    /// Says one line that is only for programs: people find what it tells in the tables.
    pub fn log(&self, message: &Message) {
        if self.log == LogForm::Json {
            self.say(message);
        }
    }

    /// Tells what ended the program, even where it is quiet; gives the exit code.
    pub fn fail(&self, error: &anyhow::Error) -> u8 {
        let message = message::told(error);
        self.write(&message, Some(message.exit));
        message.exit
    }

    /// From now on a panic is a line of the log too.
    pub fn log_panics(&self) {
        if self.log == LogForm::Json {
            let console = *self;
            std::panic::set_hook(Box::new(move |panic| {
                let text = panic.to_string();
                console.write(&Message::new(text.clone(), text).code(Code::Panic), None);
            }));
        }
    }

    fn write(&self, message: &Message, exit: Option<u8>) {
        let text = message.told(self.lang);
        match self.log {
            LogForm::Json => put(&line(message, text, exit)),
            LogForm::Text if exit.is_some() => match self.lang {
                Lang::Zh => put(&format!("错误：{text}")),
                Lang::En => put(&format!("error: {text}")),
            },
            LogForm::Text => put(text),
        }
    }

    /// Shows the progress of a long work of `total` steps.
    pub fn progress(&self, total: u64) -> Progress {
        let on_terminal = std::io::stderr().is_terminal() && !self.quiet && self.log == LogForm::Text;
        let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(
            ProgressStyle::with_template("{bar:30} {pos}/{len} {percent}% {eta} {msg}").expect("a fixed template"),
        );
        let lines = !on_terminal && !self.quiet && total > 0;
        Progress { console: *self, bar, lines, total, done: AtomicU64::new(0) }
    }
}

/// Writes a line to standard error. Where that fails (the disk of the log is full, whoever read it has gone) there is
/// nobody left to be told, and the work goes on: `eprintln!` would panic.
pub fn put(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

fn line(message: &Message, text: &str, exit: Option<u8>) -> String {
    let level = match message.code.level() {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let (time, code) = (iso_utc(SystemTime::now()), message.code.code());
    let line = Line { time, level, code, message: text, exit, fields: &message.fields };
    serde_json::to_string(&line).expect("a line holds only text and numbers")
}

/// A long work under way.
#[derive(Debug)]
pub struct Progress {
    console: Console,
    bar: ProgressBar,
    lines: bool,
    total: u64,
    done: AtomicU64,
}

/// Plain lines in a whole work: one for each tenth.
const LINES: u64 = 10;

impl Progress {
    /// `steps` more are done.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
        let before = self.done.fetch_add(steps, Ordering::Relaxed);
        let after = before + steps;
        if self.lines && self.total >= LINES && before * LINES / self.total != after * LINES / self.total {
            let total = self.total;
            let told = Message::new(format!("已读 {after}/{total} 个文件"), format!("read {after} of {total} files"));
            self.console.say(&told.code(Code::Progress).with("n_read", after).with("n_files", total));
        }
    }

    /// The work is over.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
