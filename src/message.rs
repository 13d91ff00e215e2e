//! What the program says to people, in both languages, and the errors that end a command.
//!
//! A message is a sentence that names the thing, the place and the repair. Machine keys (reason codes, JSON) are
//! English everywhere and are not made here.
//!
//! An error of our own is a [`Message`], or [`Tell::tell`] puts one before an error of somebody else. Both are concrete
//! types, since what anyhow's own `context` adds can't be found again in the chain of causes, and would be told in one
//! language.

use crate::cli::Lang;
use crate::publish::state::Damaged;
use serde_json::{Map, Value};
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::Path;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing to be done.
    Info,
    /// Somebody should look at it some time.
    Warn,
    /// It ended the program.
    Error,
}

/// Defines the kinds of messages: name, machine code, level.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $level:ident;)*) => {
        /// What kind of message it is: fixed, for programs that read the log.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// Machine code, as in `--log json`.
            pub fn code(self) -> &'static str {
                match self {
                    $(Code::$name => $code,)*
                }
            }

            /// How much it matters.
            pub fn level(self) -> Level {
                match self {
                    $(Code::$name => Level::$level,)*
                }
            }
        }
    };
}

codes! {
    /// So many files are read.
    Progress = "progress", Info;
    /// What was read and found.
    Summary = "summary", Info;
    /// How many files are new, changed, moved, gone.
    Compared = "compared", Info;
    /// A file that differs from the last run (dry run).
    Difference = "difference", Info;
    /// Personal data that was covered.
    PersonalMasked = "personal_masked", Info;
    /// The run is the current one.
    Published = "published", Info;
    /// Nothing was published, as asked.
    DryRun = "dry_run", Info;
    /// A file that was rejected by this run.
    FileRejected = "file_rejected", Warn;
    /// How many files were not used.
    Rejected = "rejected", Warn;
    /// The last run can't be used, everything is read anew.
    ReadAnew = "read_anew", Warn;
    /// Verdicts of the spot-check can't be read.
    VerdictsUnreadable = "verdicts_unreadable", Warn;
    /// A panic, in one file or of the program.
    Panic = "panic", Error;
    /// A mistake in arguments or configuration.
    Usage = "usage", Error;
    /// Another process writes to the warehouse.
    Busy = "busy", Error;
    /// No file was found.
    NoInput = "no_input", Error;
    /// Far less than last time.
    LessThanBefore = "less_than_before", Error;
    /// Rows that break their contract.
    Unsound = "unsound", Error;
    /// A signal asked to stop.
    Stopped = "stopped", Error;
    /// The disk is full.
    DiskFull = "disk_full", Error;
    /// A file or folder can't be written for another reason.
    Unwritable = "unwritable", Error;
    /// Anything else.
    Failed = "failed", Error;
}

/// A sentence in both languages; as an error it also carries the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What kind.
    pub code: Code,
    /// Counts, paths and names in it, for programs: never `time`, `level`, `code`, `message` or `exit`.
    pub fields: Map<String, Value>,
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
        Message { code: Code::Failed, fields: Map::new(), zh: zh.into(), en: en.into(), exit: 1 }
    }

    /// A mistake where `path` was written, in words for people who look after the machine.
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        let shown = path.display().to_string();
        Message::unwritable_as([&shown, &shown], error).with("path", shown)
    }

    /// The same of what has no path; its name in both languages.
    pub fn unwritable_as([zh, en]: [&str; 2], error: &io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Message::new(
                format!("写不了 {zh}：磁盘已满或配额用完。请腾出磁盘空间（如 huizong runs prune 删除旧的汇总）后再运行"),
                format!("{en} can't be written: the disk or the quota is full. Free space (huizong runs prune removes old runs) and run again"),
            )
            .code(Code::DiskFull),
            ErrorKind::NotFound => Message::new(
                format!("写不了 {zh}：没有这个文件夹。请检查路径"),
                format!("{en} can't be written: there is no such folder. Check the path"),
            )
            .code(Code::Unwritable),
            ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => Message::new(
                format!("写不了 {zh}：正被别的程序打开。请关闭那个程序后再运行"),
                format!("{en} can't be written: another program has it open. Close that program and run again"),
            )
            .code(Code::Unwritable),
            ErrorKind::ReadOnlyFilesystem => Message::new(
                format!("写不了 {zh}：磁盘是只读的。请以可写方式重新挂载，或换一个文件夹"),
                format!("{en} can't be written: its disk is read-only. Mount it writable or choose another folder"),
            )
            .code(Code::Unwritable),
            ErrorKind::PermissionDenied => Message::new(
                format!("写不了 {zh}：没有权限。请把文件夹的写权限交给运行 huizong 的用户"),
                format!("{en} can't be written: permission denied. Let the user who runs huizong write there"),
            )
            .code(Code::Unwritable),
            _ => Message::new(
                format!("写不了 {zh}：{error}。请检查磁盘空间和文件夹的权限"),
                format!("{en} can't be written: {error}. Check the disk space and the permissions of the folder"),
            )
            .code(Code::Unwritable),
        }
    }

    /// A folder that can't be made, before the reason of the system.
    pub fn no_folder(path: &Path) -> Self {
        let shown = path.display();
        Message::new(format!("建不了文件夹 {shown}"), format!("folder {shown} can't be made"))
    }

    /// A file that can't be read, before the reason of the system; `what` is its kind in both languages, and may be
    /// empty.
    pub fn unread(what: [&str; 2], path: &Path) -> Self {
        let (zh, en, shown) = (what[0], what[1], path.display());
        let gap = if en.is_empty() { "" } else { " " };
        Message::new(format!("读不了{zh} {shown}"), format!("{en}{gap}{shown} can't be read"))
    }

    /// A file of the warehouse that can't be read, before the reason of the system.
    pub fn unreached(path: &Path) -> Self {
        let shown = path.display();
        Message::new(format!("读不到 {shown}"), format!("{shown} can't be read"))
    }

    /// Something that was written and can't be understood: what it is, and how it is written, in both languages.
    pub fn unclear([zh, en]: [&str; 2], text: &str, [like_zh, like_en]: [&str; 2]) -> Self {
        Message::new(
            format!("{zh}“{text}”读不懂，请写成 {like_zh}"),
            format!("{en} \"{text}\" can't be read, write it like {like_en}"),
        )
    }

    /// A mistake in arguments or configuration: exit code 2.
    pub fn usage(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Message::new(zh, en).misuse()
    }

    /// The same as a mistake in arguments or configuration.
    pub fn misuse(self) -> Self {
        self.exit(2).code(Code::Usage)
    }

    /// The same with what to do about it, in both languages.
    pub fn repair(self, [zh, en]: [&str; 2]) -> Self {
        Message { zh: format!("{}：{zh}", self.zh), en: format!("{}: {en}", self.en), ..self }
    }

    /// The same with another exit code.
    pub fn exit(self, exit: u8) -> Self {
        Message { exit, ..self }
    }

    /// The same of another kind.
    pub fn code(self, code: Code) -> Self {
        Message { code, ..self }
    }

    /// The same with a field for programs.
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
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

/// An error with what it means to the user.
#[derive(Debug)]
struct Told {
    message: Message,
    cause: anyhow::Error,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Told {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// Tells in both languages what went wrong.
pub trait Tell<T> {
    /// The value; where there is none, an error that says `message` before its cause.
    fn tell(self, message: impl FnOnce() -> Message) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> Tell<T> for Result<T, E> {
    fn tell(self, message: impl FnOnce() -> Message) -> anyhow::Result<T> {
        self.map_err(|error| Told { message: message(), cause: error.into() }.into())
    }
}

impl<T> Tell<T> for Option<T> {
    fn tell(self, message: impl FnOnce() -> Message) -> anyhow::Result<T> {
        self.ok_or_else(|| message().into())
    }
}

/// What we have to say of a link in a chain of causes; nothing where it is somebody else's, such as the system's.
fn own<'a>(link: &'a (dyn std::error::Error + 'static)) -> Option<&'a Message> {
    let told = || link.downcast_ref::<Told>().map(|told| &told.message);
    let damaged = || link.downcast_ref::<Damaged>().map(|damaged| &damaged.message);
    link.downcast_ref::<Message>().or_else(told).or_else(damaged)
}

/// An error with its causes as one message. The outermost message that asks for a code or an exit code of its own has
/// it.
pub fn told(error: &anyhow::Error) -> Message {
    let text = |lang| {
        let links = error.chain().map(|link| own(link).map_or_else(|| link.to_string(), |m| m.told(lang).to_owned()));
        links.collect::<Vec<_>>().join(": ")
    };
    let plain = Message::new(text(Lang::Zh), text(Lang::En));
    let asks = |message: &&Message| (message.code, message.exit) != (plain.code, plain.exit);
    match error.chain().filter_map(own).find(asks) {
        Some(message) => Message { zh: plain.zh, en: plain.en, ..message.clone() },
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_code_of_its_own_that_the_readme_lists() {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        let readme = include_str!("../README.md");
        for code in codes {
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            assert!(readme.contains(&format!("`{code}`")), "README does not list {code}");
        }
    }

    #[test]
    fn every_link_of_an_error_is_told_in_the_language_of_the_user() {
        let system = || io::Error::from_raw_os_error(2);
        let inner: anyhow::Result<()> = Err(system()).tell(|| Message::usage("里层", "inner").with("path", "a"));
        let error = inner.tell(|| Message::new("外层", "outer")).unwrap_err();
        let told = told(&error);
        assert_eq!(told.zh, format!("外层: 里层: {}", system()));
        assert_eq!(told.en, format!("outer: inner: {}", system()));
        assert_eq!((told.code, told.exit, &told.fields["path"]), (Code::Usage, 2, &"a".into()));
        assert_eq!(format!("{error:#}"), told.zh);
        assert!(error.chain().any(|link| link.is::<io::Error>()));
        assert_eq!(super::told(&None::<()>.tell(|| Message::new("无", "none")).unwrap_err()).en, "none");
    }

    #[test]
    fn what_cannot_be_written_is_told_with_path_and_repair() {
        // As the system numbers them on Linux: no space, read-only, not permitted, quota, file too large.
        for (number, code, words) in [
            (28, Code::DiskFull, ["磁盘已满", "full"]),
            (122, Code::DiskFull, ["配额", "quota"]),
            (30, Code::Unwritable, ["只读", "read-only"]),
            (13, Code::Unwritable, ["没有权限", "permission denied"]),
            (27, Code::Unwritable, ["磁盘空间", "disk space"]),
        ] {
            let message = Message::unwritable(Path::new("/data/库/x"), &io::Error::from_raw_os_error(number));
            assert_eq!((message.code, message.exit), (code, 1));
            for (text, word) in [&message.zh, &message.en].into_iter().zip(words) {
                assert!(text.contains("/data/库/x") && text.contains(word), "{text}");
            }
        }
    }
}
