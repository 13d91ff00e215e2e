//! Why a source file is not used: one fixed code and one sentence for each reason, in both languages.
//!
//! The codes are what table `rejects` publishes; a new reason is a new row here and in its schema.

use crate::document::{Reject, SourceFile};
use crate::message::Message;

/// Told where a command that is about one file can't use it; `zh` is all that is said in Chinese.
pub fn not_used(reject: &Reject, zh: String) -> Message {
    let Reject { source_path, reason, .. } = reject;
    let why = Reason::ALL.into_iter().find(|known| known.code() == *reason).map_or("it can't be used", Reason::english);
    Message::new(zh, format!("{source_path}: {why} ({reason})"))
}

/// Why a file, or a place where files should be, was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The file has no bytes.
    Empty,
    /// The file has bytes but no text: blanks only, or a page without content.
    NoText,
    /// Not text, and no format that is known.
    Binary,
    /// A format that is known and has no reader (yet): Word, PDF, archives, tables, pictures.
    UnsupportedFormat,
    /// Text, but too much of it can't be decoded.
    Undecodable,
    /// More bytes than a report may have.
    TooLarge,
    /// Reading failed.
    Unreadable,
    /// The system forbids reading.
    PermissionDenied,
    /// It was there when the folder was listed and is gone now, or an input does not exist.
    NotFound,
    /// It was being written while it was read.
    Changing,
    /// A link to nothing.
    BrokenLink,
    /// A link to a folder that holds the link.
    LinkLoop,
    /// A link to a folder or file that is read under its own name.
    AlreadyRead,
    /// A pipe, a device or a socket.
    SpecialFile,
    /// Two files would have one name in the tables.
    NameClash,
    /// It took longer than one file may.
    TimeLimit,
    /// The program itself failed on it.
    Panic,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 17] = [
        Reason::Empty,
        Reason::NoText,
        Reason::Binary,
        Reason::UnsupportedFormat,
        Reason::Undecodable,
        Reason::TooLarge,
        Reason::Unreadable,
        Reason::PermissionDenied,
        Reason::NotFound,
        Reason::Changing,
        Reason::BrokenLink,
        Reason::LinkLoop,
        Reason::AlreadyRead,
        Reason::SpecialFile,
        Reason::NameClash,
        Reason::TimeLimit,
        Reason::Panic,
    ];

    /// Machine name, as in column `reason`.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Empty => "empty",
            Reason::NoText => "no_text",
            Reason::Binary => "binary",
            Reason::UnsupportedFormat => "unsupported_format",
            Reason::Undecodable => "undecodable",
            Reason::TooLarge => "too_large",
            Reason::Unreadable => "unreadable",
            Reason::PermissionDenied => "permission_denied",
            Reason::NotFound => "not_found",
            Reason::Changing => "changing",
            Reason::BrokenLink => "broken_link",
            Reason::LinkLoop => "link_loop",
            Reason::AlreadyRead => "already_read",
            Reason::SpecialFile => "special_file",
            Reason::NameClash => "name_clash",
            Reason::TimeLimit => "time_limit",
            Reason::Panic => "internal",
        }
    }

    /// What is wrong and what to do about it.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::Empty => "文件是空的（0 字节），请学校重新报送",
            Reason::NoText => "文件里没有正文文字，请核对是否交错了文件",
            Reason::Binary => "不是文本文件，也认不出是什么格式，请另存为文本后再报送",
            Reason::UnsupportedFormat => "暂不能读取这种格式，请另存为文本（.txt）或网页后再报送",
            Reason::Undecodable => "乱码太多，无法还原成文字，请学校重新导出（建议 UTF-8 编码）",
            Reason::TooLarge => "文件过大，超过单个文件上限，请拆分后再报送",
            Reason::Unreadable => "读取出错，请检查磁盘或网络盘后重试",
            Reason::PermissionDenied => "没有读取权限，请管理员放开权限后重试",
            Reason::NotFound => "找不到文件（不存在，或读取前已被移走），请核对路径",
            Reason::Changing => "读取时文件正在被写入，请等写完后重试",
            Reason::BrokenLink => "链接指向的文件不存在，请重建链接或删除它",
            Reason::LinkLoop => "链接指回了它所在的文件夹，已跳过，请删除这个链接",
            Reason::AlreadyRead => "链接指向的内容已用它自己的名字读过，不再重复读取",
            Reason::SpecialFile => "不是普通文件（管道、设备或套接字），不予打开，请移出报送文件夹",
            Reason::TimeLimit => "读得太久，已放弃（下一晚会再试），请拆分后再报送，或加大 --file-seconds",
            Reason::Panic => "程序处理它时出错（其他文件不受影响），请把文件交给开发人员",
            Reason::NameClash => "与另一文件在表中重名，请改名后重试",
        }
    }

    /// The same in English, as a part of a sentence.
    pub fn english(self) -> &'static str {
        match self {
            Reason::Empty => "the file is empty (0 bytes), ask the school for it again",
            Reason::NoText => "the file has no text, check that it is the right one",
            Reason::Binary => "no text, and no format that is known, save it as text",
            Reason::UnsupportedFormat => "a format that can't be read yet, save it as text (.txt) or as a web page",
            Reason::Undecodable => "too much of it can't be decoded, ask the school to export it again (best as UTF-8)",
            Reason::TooLarge => "the file is larger than one file may be, divide it",
            Reason::Unreadable => "reading failed, check the disk or the network drive and try again",
            Reason::PermissionDenied => "permission to read is denied, ask the administrator for it and try again",
            Reason::NotFound => "the file is not there (or was moved away before it was read), check the path",
            Reason::Changing => "the file was being written while it was read, try again when it is finished",
            Reason::BrokenLink => "the link leads to nothing, make it anew or delete it",
            Reason::LinkLoop => "the link leads to the folder that it stands in, delete it",
            Reason::AlreadyRead => "what the link leads to was read under its own name and is not read again",
            Reason::SpecialFile => "no ordinary file (a pipe, device or socket), move it out of the folder",
            Reason::TimeLimit => "reading took too long and was given up, divide it or raise --file-seconds",
            Reason::Panic => "the program failed on it, send the file to the developers",
            Reason::NameClash => "another file has the same name in the tables, rename it and try again",
        }
    }

    /// The reject of `source_path` for this reason; `what` tells what was seen, and may be empty.
    pub fn reject(self, source_path: &str, what: &str) -> Reject {
        let seen = if what.is_empty() { String::new() } else { format!("（{what}）") };
        Reject {
            source_path: source_path.to_owned(),
            reason: self.code(),
            detail: format!("{source_path}：{}{seen}。", self.sentence()),
        }
    }

    /// [`Reason::reject`] for a file.
    pub fn of(self, file: &SourceFile, what: &str) -> Reject {
        self.reject(&file.source_path, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_contract_knows_every_reason() {
        let contract = include_str!("../../schemas/rejects.odcs.yaml");
        for reason in Reason::ALL {
            assert!(contract.contains(&format!("                - {}\n", reason.code())), "{}", reason.code());
            assert!(contract.contains(&format!("              {}: ", reason.code())), "{} has no label", reason.code());
        }
    }

    #[test]
    fn every_reason_has_a_code_and_a_sentence_of_its_own() {
        let codes: BTreeSet<_> = Reason::ALL.iter().map(|r| r.code()).collect();
        let sentences: BTreeSet<_> = Reason::ALL.iter().map(|r| r.sentence()).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
        assert_eq!(sentences.len(), Reason::ALL.len());
        assert_eq!(Reason::ALL.iter().map(|r| r.english()).collect::<BTreeSet<_>>().len(), Reason::ALL.len());
        assert!(codes.iter().all(|c| c.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
    }
}
