//! The bulletin as a document, and the pages that schools get back.

use crate::bulletin::{district, harmless};
use crate::office::{HOSTILE, Made, parse};
use huizong::cli::Command;
use huizong::review::{bulletin, text};
use huizong::tables::{DocumentRow, FigureRow};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

fn write(made: &Made, more: &[&str]) {
    let warehouse = made.path("w");
    let arguments = ["bulletin", "--warehouse", &warehouse].into_iter().chain(more.iter().copied());
    let Command::Bulletin(options) = parse(arguments) else { panic!("a bulletin") };
    bulletin::command(&options, &mut Vec::new()).unwrap();
}

/// Parts of a document by name.
fn parts(bytes: Vec<u8>) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let part = |i| {
        let mut file = zip.by_index(i).unwrap();
        let mut xml = String::new();
        file.read_to_string(&mut xml).unwrap();
        (file.name().unwrap().into_owned(), xml)
    };
    (0..7).map(part).collect()
}

/// Every element is closed, in order, and text holds nothing that XML has no place for.
fn well_formed(name: &str, xml: &str) {
    let mut open = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("{name}: {piece}"));
        assert!(
            !text.contains(['"', '\'']) && text.matches('&').count() <= text.matches(';').count(),
            "{name}: {text}"
        );
        assert!(!text.chars().any(|c| text::is_invisible(c) && c != '\n'), "{name}: {text}");
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{name}"),
            None if tag.ends_with('/') || tag.starts_with('?') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

#[test]
fn the_document_is_well_formed_and_says_the_same() {
    for made in [Made::of([HOSTILE], None), district(12, 1, true)] {
        let path = made.path("b.docx");
        write(&made, &["--output", &path, "--issuer", "教育局<&>\u{b}", "--number", "第\"1\"期"]);
        let bytes = fs::read(&path).unwrap();
        write(&made, &["--output", &path, "--issuer", "教育局<&>\u{b}", "--number", "第\"1\"期"]);
        assert_eq!(bytes, fs::read(&path).unwrap(), "the same run gives the same bytes");
        let parts = parts(bytes);
        parts.iter().for_each(|(name, xml)| well_formed(name, xml));
        let text = &parts["word/document.xml"];
        let b = bulletin::of_run(&made.run()).unwrap();
        assert!(
            text.contains(&b.head.run_id)
                && text.contains("本期未抽查")
                && text.contains("&lt;&amp;&gt;&lt;U+000B&gt;")
        );
        for row in &b.five {
            let cells = [row.valued, row.only_told, row.untold, row.problems];
            let of_row = text.split("<w:tr>").find(|tr| tr.contains(&format!(">{}</w:t>", row.label))).unwrap();
            assert!(cells.iter().all(|n| of_row.contains(&format!(">{n}</w:t>"))), "{of_row}");
        }
        // A4 and the margins of GB/T 9704, in twentieths of a point.
        assert!(text.contains("w:w=\"11906\" w:h=\"16838\"") && text.contains("w:top=\"2097\""), "{text}");
    }
}

/// The files of a folder, without the hidden list of what was written there.
fn pages(folder: &str) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.')).collect()
}

#[test]
fn every_school_gets_a_page_of_its_own() {
    let made = district(12, 2, true);
    let folder = made.path("schools");
    write(&made, &["--schools", &folder]);
    let pages: Vec<(String, String)> = pages(&folder)
        .into_iter()
        .map(|name| Path::new(&folder).join(name))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    assert_eq!(pages.len(), 12);
    pages.iter().for_each(|(_, page)| harmless(page));
    let absent = bulletin::of_run(&made.run()).unwrap().reporting.names;
    for name in absent.missing.iter().chain(&absent.unreadable).chain(&absent.off_topic) {
        let (_, page) = pages.iter().find(|(stem, _)| stem.ends_with(name.as_str())).unwrap();
        assert!(page.contains("没有读到"), "{name}");
    }
    let documents: Vec<DocumentRow> = made.rows();
    let read = documents.iter().filter(|d| d.on_topic && d.superseded_by.is_none()).map(|d| &d.doc_id);
    let read: BTreeSet<&String> = read.collect();
    let masked = made.rows::<FigureRow>().into_iter().filter(|f| f.masked && read.contains(&f.doc_id));
    let masked: Vec<FigureRow> = masked.filter(|f| f.source_path.contains("秋")).collect();
    let told =
        |f: &FigureRow| pages.iter().any(|(_, page)| page.contains(&format!("<td class=\"n\">{}</td>", f.start + 1)));
    assert!(masked.iter().all(told), "an open XX is not told");
}

#[test]
fn names_that_no_file_system_takes_are_no_problem() {
    let made = Made::of(
        [HOSTILE, ("2022秋/b.txt", "../../etc/小学2022年秋季学期“双减”总结\n三至六年级每天书面作业XX分钟。\n")],
        None,
    );
    let folder = made.path("schools");
    write(&made, &["--schools", &folder]);
    let names = pages(&folder);
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        assert!(name.trim_end_matches(".html").chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'), "{name}");
        harmless(&fs::read_to_string(format!("{folder}/{name}")).unwrap());
    }
}

/// A command of the spot-check with what is typed.
fn spot_check(arguments: &[&str], typed: &str) {
    let Command::SpotCheck(options) = parse([&["spot-check"], arguments].concat()) else { panic!("a spot-check") };
    huizong::review::spot_check::command(&options, &mut typed.as_bytes(), &mut Vec::new()).unwrap();
}

#[test]
fn the_bulletin_says_what_people_checked() {
    let made = district(12, 1, true);
    let (warehouse, batch, page) = (made.path("w"), made.path("batch"), made.path("b.html"));
    fs::write(
        made.path("must"),
        bulletin::printed_facts(&made.run()).unwrap().into_iter().collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    let must = made.path("must");
    let draw = ["draw", "--warehouse", &warehouse, "--output", &batch, "--size", "5", "--missed", "0", "--must", &must];
    spot_check(&draw, "");
    write(&made, &["--output", &page]);
    assert!(fs::read_to_string(&page).unwrap().contains("本期未抽查"), "drawn is not checked");
    spot_check(&["review", &batch, "--reviewer", "甲"], &"1\n".repeat(200));
    spot_check(&["import", &batch, "--warehouse", &warehouse], "");
    write(&made, &["--output", &page]);
    let told = fs::read_to_string(&page).unwrap();
    assert!(
        told.contains("错误0条") && !told.contains("本期未抽查") && !told.contains("class=\"unchecked\""),
        "{told}"
    );
    spot_check(&["review", &batch, "--reviewer", "乙"], &"2\n\n\n\n".repeat(200));
    spot_check(&["review", &batch, "--reviewer", "丙"], &"2\n\n\n\n".repeat(200));
    spot_check(&["import", &batch, "--warehouse", &warehouse], "");
    write(&made, &["--output", &page]);
    let told = fs::read_to_string(&page).unwrap();
    assert!(told.contains("改正前请勿发出") && told.contains("class=\"unchecked\""), "{told}");
}
