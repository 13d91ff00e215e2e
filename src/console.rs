//! Where progress and messages go: a bar on a terminal, plain lines elsewhere, nothing when told to be quiet.
//!
//! All of it goes to standard error; standard output belongs to what was asked for.

use crate::cli::Lang;
use crate::message::Message;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// Language of messages.
    pub lang: Lang,
    /// Says nothing but errors.
    pub quiet: bool,
}

impl Console {
    /// Says one line.
    pub fn say(&self, message: &Message) {
        if !self.quiet {
            eprintln!("{}", message.told(self.lang));
        }
    }

    /// Shows the progress of a long work of `total` steps.
    pub fn progress(&self, total: u64) -> Progress {
        let on_terminal = std::io::stderr().is_terminal() && !self.quiet;
        let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_style(
            ProgressStyle::with_template("{bar:30} {pos}/{len} {percent}% {eta} {msg}").expect("a fixed template"),
        );
        let lines = !on_terminal && !self.quiet && total > 0;
        Progress { console: *self, bar, lines, total, done: AtomicU64::new(0) }
    }
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
            self.console
                .say(&Message::new(format!("已读 {after}/{total} 个文件"), format!("read {after} of {total} files")));
        }
    }

    /// The work is over.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
