//! What the program says to people, in both languages, and the errors that end a command.
//!
//! A message is a sentence that names the thing, the place and the repair. Machine keys (reason codes, JSON) are
//! English everywhere and are not made here.

use crate::cli::Lang;
use std::fmt;

/// A sentence in both languages; as an error it also carries the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
    /// Exit code of the program where this ends it; 1 is an internal error.
    pub exit: u8,
}

impl Message {
    /// A sentence; as an error it exits with 1.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Message { zh: zh.into(), en: en.into(), exit: 1 }
    }

    /// A mistake in arguments or configuration: exit code 2.
    pub fn usage(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Message { exit: 2, ..Message::new(zh, en) }
    }

    /// The same with another exit code.
    pub fn exit(self, exit: u8) -> Self {
        Message { exit, ..self }
    }

    /// In the language of the user.
    pub fn told(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

impl std::error::Error for Message {}

/// An error with its causes as one line, and the exit code that it asks for.
pub fn told(error: &anyhow::Error, lang: Lang) -> (String, u8) {
    let message = error.downcast_ref::<Message>();
    let text = match message {
        Some(message) => {
            // The outermost message may stand before causes that speak for themselves, such as the system's.
            let causes: Vec<String> = error
                .chain()
                .skip_while(|cause| cause.to_string() != message.zh)
                .skip(1)
                .map(|c| c.to_string())
                .collect();
            std::iter::once(message.told(lang).to_owned()).chain(causes).collect::<Vec<_>>().join(": ")
        }
        None => format!("{error:#}"),
    };
    (text, message.map_or(1, |m| m.exit))
}
