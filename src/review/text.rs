//! Text of reports made safe for where it is shown: a page, a terminal, a column of a given width.
//!
//! A report may hold anything: tags, control characters that recolour a terminal, marks that turn the direction of
//! writing. What is shown here is the same text with these made visible; what is stored is never changed.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text that stands for itself in HTML and XML, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// True for characters that are not seen but change how others are: controls, marks of direction, joiners, tags.
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` in one line, with blanks for line ends and tabs and invisible characters told by number: `<U+202E>`.
pub fn one_line(text: &str) -> String {
    shown(text, |_| false)
}

/// The same with line ends and tabs kept.
pub fn lines(text: &str) -> String {
    shown(text, |c| matches!(c, '\n' | '\r' | '\t'))
}

fn shown(text: &str, keep: fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if !is_invisible(c) || keep(c) => shown.push(c),
            '\n' | '\r' | '\t' => shown.push(' '),
            c => shown.push_str(&format!("<U+{:04X}>", u32::from(c))),
        }
    }
    shown
}

/// Columns that `text` takes in a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` cut or filled up with blanks to exactly `columns` columns; what is cut ends in `…`.
pub fn fit(text: &str, columns: usize) -> String {
    let mut fitted = cut(text, columns);
    fitted.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&fitted))));
    fitted
}

/// `text` cut to at most `columns` columns; what is cut ends in `…`.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1; // the dots
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// The first `most` characters of `text`; what is cut ends in `…`.
pub fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_report_is_markup() {
        assert_eq!(escape("<a href='x' id=\"y\">&"), "&lt;a href=&#39;x&#39; id=&quot;y&quot;&gt;&amp;");
    }

    #[test]
    fn what_is_not_seen_is_told() {
        assert_eq!(one_line("红\u{1b}[31m字\n第二\u{202e}行\u{0}"), "红<U+001B>[31m字 第二<U+202E>行<U+0000>");
        assert_eq!(lines("一\r\n二\u{feff}"), "一\r\n二<U+FEFF>");
        assert_eq!(one_line("作业，3—6年级 %"), "作业，3—6年级 %");
    }

    #[test]
    fn columns_line_up() {
        for text in ["", "a", "作业", "作业a管理", "青禾镇启明小学", "e\u{301}a"] {
            assert_eq!(width(&fit(text, 7)), 7, "{text}");
        }
        assert_eq!(fit("作业管理", 6), "作业… ");
        assert_eq!(cut("作业", 4), "作业");
        assert_eq!(shorten("作业管理", 2), "作业…");
    }
}
