//! The main content of a web page as text: scripts, navigation, side columns and footers left out, tables kept.
//!
//! The tokenizer is html5gum, which follows the standard on any input in linear time; no tree is built. What is content
//! is told the way readers' views do: the innermost element that holds nearly all running text of the page, less the
//! blocks in it that are mostly links. What only a style sheet hides is not known here; what is struck out or hidden by
//! an attribute is left out, for 65 struck out before 72 would read 6572.

use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// Elements whose content is never text of the report.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "nav", "aside", "footer", "iframe", "svg", "select", "button",
    "textarea", "object", "title",
];
/// Elements without an end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements that stand inside a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "img", "ins", "kbd",
    "label", "mark", "q", "rp", "rt", "ruby", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u",
    "var", "wbr",
];
/// Elements inside a line whose content is left out.
const STRUCK: &[&str] = &["del", "s", "strike"];
/// Elements whose end tag may be missing: a new one of the kind ends the old.
const SELF_ENDING: &[&str] = &["p", "li", "dt", "dd", "tr", "td", "th"];
/// Elements that may be the one that holds the content.
const CONTAINERS: &[&str] = &["body", "div", "article", "main", "section", "td", "center", "form"];
/// Share of the page's running text that the content must hold.
const CONTENT_SHARE: f64 = 0.75;
/// Share of its characters in links from which a block is navigation.
const LINK_SHARE: f64 = 0.5;
/// Elements deeper than this count as inside the one at this depth: no report is nested so, an attack is.
const DEEPEST: usize = 256;

/// A line of the page.
struct Block {
    text: String,
    /// Characters of it that stand in links.
    linked: usize,
    /// True for `h1` to `h3`.
    heading: bool,
}

/// A place in the page: the blocks between an element's start and its end.
struct Container {
    first: usize,
    end: usize,
    /// Characters of running text in it.
    running: usize,
}

/// The page's title and main content; none where it has no text.
pub(super) fn main_content(page: &str) -> Option<String> {
    let mut reader = PageReader::default();
    for token in Tokenizer::new(page) {
        match token {
            Ok(Token::StartTag(tag)) => reader.start(&tag),
            Ok(Token::EndTag(tag)) => reader.end(&tag.name),
            Ok(Token::String(text)) => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    reader.flush();
    reader.close(0);
    content(&reader)
}

fn content(reader: &PageReader) -> Option<String> {
    let all = reader.blocks.iter().map(Block::running).sum::<usize>();
    let holds_it = |c: &&Container| c.running as f64 >= CONTENT_SHARE * all as f64;
    let innermost = reader.containers.iter().filter(holds_it).min_by_key(|c| (c.end - c.first, c.first));
    let (first, end) = innermost.map_or((0, reader.blocks.len()), |c| (c.first, c.end));
    let kept: Vec<&Block> = reader.blocks[first..end].iter().filter(|block| !block.is_navigation()).collect();
    if kept.is_empty() {
        return None;
    }
    let heading = if kept.iter().any(|block| block.heading) {
        None
    } else {
        let before = reader.blocks[..first].iter().rev().find(|block| block.heading).map(|block| block.text.as_str());
        before
            .or_else(|| title(&reader.title))
            .filter(|title| !kept.iter().take(3).any(|block| block.text.contains(title)))
    };
    let lines: Vec<&str> = heading.into_iter().chain(kept.iter().map(|block| block.text.as_str())).collect();
    Some(lines.join("\n"))
}

/// The title without the name of the site after it.
fn title(title: &str) -> Option<&str> {
    let first = title.split(['_', '|', '—', '–']).next()?.split(" - ").next()?.trim();
    (!first.is_empty()).then_some(first)
}

/// White space that was read and not yet written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    #[default]
    None,
    Blank,
    /// With a line end in it, or a tab.
    LineEnd,
}

#[derive(Default)]
struct PageReader {
    blocks: Vec<Block>,
    containers: Vec<Container>,
    title: String,
    /// Open elements that are no void ones: name, and first block.
    open: Vec<(HtmlString, usize)>,
    /// Depth of `open` from which all is left out.
    skipped_from: Option<usize>,
    /// Items so far of the open ordered lists.
    counters: Vec<Option<usize>>,
    line: String,
    space: Space,
    linked: usize,
    in_link: bool,
    /// True within a table row after its first cell.
    in_row: bool,
}

impl PageReader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = name_of(&tag.name);
        let inline = INLINE.contains(&name) || STRUCK.contains(&name);
        if SELF_ENDING.contains(&name) {
            self.end_same(&tag.name);
        }
        if !inline {
            self.begin_block(name);
        }
        if VOID.contains(&name) || tag.self_closing {
            return;
        }
        self.in_link |= name == "a";
        let hidden = tag.attributes.iter().any(|(key, value)| match name_of(key) {
            "hidden" => true,
            "style" => hides(&String::from_utf8_lossy(value)),
            _ => false,
        });
        let left_out = hidden || SKIPPED.contains(&name) || STRUCK.contains(&name);
        if self.open.len() < DEEPEST && (!inline || left_out) {
            if self.skipped_from.is_none() && left_out {
                self.skipped_from = Some(self.open.len());
            }
            self.open.push((tag.name.clone(), self.blocks.len()));
        }
    }

    /// Ends an open element of the same name that nothing but such elements is open in.
    fn end_same(&mut self, tag: &HtmlString) {
        let within = |(open, _): &&(HtmlString, usize)| SELF_ENDING.contains(&name_of(open));
        let depth = self.open.iter().rev().take_while(within).position(|(open, _)| open == tag);
        if let Some(up) = depth {
            self.flush_unless_cell(name_of(tag));
            self.close(self.open.len() - 1 - up);
        }
    }

    /// A cell goes on in its row's line; anything else begins a line of its own.
    fn begin_block(&mut self, name: &str) {
        match name {
            "td" | "th" if self.in_row && !self.line.trim().is_empty() => self.line.push_str(" | "),
            "td" | "th" => self.in_row = true,
            _ => {
                self.flush();
                self.in_row = false;
            }
        }
        match name {
            "ol" => self.counters.push(Some(0)),
            "ul" => self.counters.push(None),
            "li" => {
                if let Some(Some(count)) = self.counters.last_mut() {
                    *count += 1;
                    self.line = format!("{count}. ");
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: &HtmlString) {
        let name = name_of(tag);
        if name == "a" {
            self.in_link = false;
        }
        if !INLINE.contains(&name) && !STRUCK.contains(&name) {
            self.flush_unless_cell(name);
            self.in_link = false;
        }
        if matches!(name, "ol" | "ul") {
            self.counters.pop();
        }
        // An end tag without its start is passed over, and one closes what was left open inside it.
        if let Some(depth) = self.open.iter().rposition(|(open, _)| open == tag) {
            self.close(depth);
        }
    }

    fn close(&mut self, depth: usize) {
        for (tag, first) in self.open.drain(depth..) {
            if CONTAINERS.contains(&name_of(&tag)) {
                let running = self.blocks[first..].iter().map(Block::running).sum();
                self.containers.push(Container { first, end: self.blocks.len(), running });
            }
        }
        if self.skipped_from.is_some_and(|from| self.open.len() <= from) {
            self.skipped_from = None;
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped_from.is_some() {
            if self.open.last().is_some_and(|(tag, _)| name_of(tag) == "title") {
                self.title.push_str(text.trim());
            }
            return;
        }
        let before = self.line.len();
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                self.space = self.space.max(if c == ' ' { Space::Blank } else { Space::LineEnd });
                continue;
            }
            // A line end between hanzi is none of the author's, nor is the indent behind it.
            let between_hanzi = !c.is_ascii() && self.line.ends_with(|c: char| !c.is_ascii());
            let told = match std::mem::take(&mut self.space) {
                Space::None => false,
                Space::Blank => true,
                Space::LineEnd => !between_hanzi,
            };
            if told && !self.line.ends_with([' ', '\n']) {
                self.line.push(' ');
            }
            self.line.push(c);
        }
        if self.in_link {
            self.linked += self.line[before..].chars().count();
        }
    }

    fn flush_unless_cell(&mut self, name: &str) {
        if !matches!(name, "td" | "th") {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.space = Space::None;
        let text = line.trim_matches([' ', '\t', '\u{A0}']);
        let linked = std::mem::take(&mut self.linked);
        if !text.is_empty() {
            let heading = self.open.iter().rev().take(3).any(|(tag, _)| matches!(name_of(tag), "h1" | "h2" | "h3"));
            self.blocks.push(Block { text: text.to_owned(), linked, heading });
        }
    }
}

impl Block {
    fn is_navigation(&self) -> bool {
        self.linked as f64 > LINK_SHARE * self.text.chars().count() as f64
    }

    /// Characters of running text: a line with punctuation that is not mostly links, or a row of a table.
    fn running(&self) -> usize {
        let runs = self.text.contains(['。', '，', '；', '、', ';', ',']) || self.text.contains(" | ");
        if runs && !self.is_navigation() { self.text.chars().count() } else { 0 }
    }
}

fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    ["display:none", "visibility:hidden", "line-through"].iter().any(|hidden| style.contains(hidden))
}

fn name_of(name: &HtmlString) -> &str {
    std::str::from_utf8(name).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html><head><title>工作动态 - 柳河小学</title><style>p{}</style><script>var a='。，'</script></head>
<body><div class=top>欢迎您，今天是星期五</div><ul class=nav><li><a href=/>首页</a><li><a href=/x>概况</a></ul>
<div id=main><h1>双减工作汇报</h1><p>学校每天公示作业，<b>三年级</b>不超过<del>65</del>60分钟；
教师全部参加。</p><ol><li>成立小组，定期检查；</li><li>公示作业，接受监督。</li></ol>
<table><tr><th>年级</th><th>人数</th></tr><tr><td>三年级</td><td>45人</td></tr></table>
<p style='display: none'>盗版必究，</p><p><a href=/y>相关：某校汇报，某校总结</a></p></div>
<div class=foot>版权所有：柳河小学</div></body></html>";

    #[test]
    fn the_content_is_kept_and_the_rest_is_not() {
        let text = main_content(PAGE).expect("the page has text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "双减工作汇报",
                "学校每天公示作业，三年级不超过60分钟；教师全部参加。",
                "1. 成立小组，定期检查；",
                "2. 公示作业，接受监督。",
                "年级 | 人数",
                "三年级 | 45人",
            ]
        );
    }

    #[test]
    fn line_ends_in_a_paragraph_are_none_of_the_authors() {
        let page = "<p>书面作业\n    时间控制在 <b>60</b>\n分钟；满意 \n率\n  95%</p>";
        assert_eq!(main_content(page).as_deref(), Some("书面作业时间控制在 60 分钟；满意率 95%"));
    }

    #[test]
    fn old_pages_of_tables_and_broken_ones_are_read() {
        let old = "<table><tr><td width=200><a>通知</a><br><a>简报</a></td><td><p>各校落实作业公示制度，</p><p>家长满意率95%，比上年提高。</td></tr></table>";
        assert_eq!(main_content(old).as_deref(), Some("各校落实作业公示制度，\n家长满意率95%，比上年提高。"));
        assert_eq!(main_content("<p>一句话").as_deref(), Some("一句话"));
        assert_eq!(main_content("<html><script>x()</script>"), None);
        assert_eq!(main_content(&"<div>".repeat(100_000)), None);
        assert!(main_content(&format!("{}双减，{}", "<div>".repeat(5_000), "</p>".repeat(5_000))).is_some());
    }
}
