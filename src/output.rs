//! Standard output, whose reader may go away and whose disk may be full.
//!
//! A reader that has seen enough, such as `head`, is no mistake: a command that only lists things ends quietly, and one
//! that does or judges something goes on, so that what it does is done and its exit code is true. Any other failure is
//! told once, at the end, as what it is; a command that does something has done it by then.

use crate::message::Message;
use anyhow::Result;
use std::io::{self, ErrorKind, Write};

/// What to do when nobody reads any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenUnread {
    /// End: what is listed is for the reader alone.
    End,
    /// Go on without being heard: the command does something, or its exit code says something.
    GoOn,
}

/// A stream that remembers how it failed.
#[derive(Debug)]
pub struct Output<W: Write> {
    to: W,
    when_unread: WhenUnread,
    /// Nobody reads any more.
    closed: bool,
    /// Why it can't be written.
    failed: Option<Message>,
}

impl<W: Write> Output<W> {
    /// Around a stream.
    pub fn new(to: W, when_unread: WhenUnread) -> Self {
        Output { to, when_unread, closed: false, failed: None }
    }

    /// How the command ends that did `done` and wrote here.
    pub fn end(mut self, done: Result<u8>) -> Result<u8> {
        let flushed = self.to.flush();
        let _ = self.seen(flushed, ());
        let goes_on = self.when_unread == WhenUnread::GoOn;
        match self.failed {
            // What went wrong with the work itself says more.
            Some(message) if done.is_ok() || !goes_on => Err(message.into()),
            None if self.closed && !goes_on => Ok(0),
            _ => done,
        }
    }

    fn seen<T>(&mut self, result: io::Result<T>, unheard: T) -> io::Result<T> {
        let error = match result {
            Err(error) if error.kind() != ErrorKind::Interrupted => error,
            result => return result,
        };
        match error.kind() {
            ErrorKind::BrokenPipe => self.closed = true,
            _ => self.failed = Some(Message::unwritable_as(["标准输出", "standard output"], &error)),
        }
        if self.when_unread == WhenUnread::GoOn { Ok(unheard) } else { Err(error) }
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.when_unread == WhenUnread::GoOn && (self.closed || self.failed.is_some()) {
            return Ok(bytes.len());
        }
        let written = self.to.write(bytes);
        self.seen(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.flush();
        self.seen(flushed, ())
    }
}
