//! The gate of an ingest: rows that break their contract are never published, and a file of such rows is left out.

use crate::publish::{document, measure, rows, stats, write_part};
use crate::temp::TempDir;
use huizong::gather::digest::Digest;
use huizong::message::Message;
use huizong::publish::gate;
use huizong::publish::run::Publication;
use huizong::publish::warehouse::{self, Warehouse, WhenBusy};
use huizong::tables::Rows;
use std::fs;

/// What the gate of an ingest finds in the rows of one file, after something was done to them.
fn at_the_gate(breach: impl Fn(&mut Rows)) -> (TempDir, Vec<(String, &'static str)>, anyhow::Result<()>) {
    let dir = TempDir::new();
    let mut rows = rows("a.txt");
    let digest = Digest { document: rows.documents[0].clone(), stats: rows.document_stats[0].clone(), ..digest() };
    rows.digests = vec![digest];
    breach(&mut rows);
    let publication = Publication::begin(Warehouse::open(&dir, WhenBusy::Fail).unwrap(), "r1").unwrap();
    publication.gate.expect_documents(rows.digests.iter().map(|digest| digest.document.doc_id.as_str()));
    write_part(&publication, 0, &rows).unwrap();
    let sound = gate::sound(&publication);
    let file = dir.join("failed/r1.json");
    let told: Vec<serde_json::Value> = match fs::read(file) {
        Ok(report) => serde_json::from_slice(&report).unwrap(),
        Err(_) => Vec::new(),
    };
    let codes = ["file", "schema", "duplicate", "orphan", "value", "limit", "span", "quote", "count"];
    let code = |value: &serde_json::Value| *codes.iter().find(|code| **code == value["code"]).unwrap();
    let found = told.iter().map(|v| (v["table"].as_str().unwrap().to_owned(), code(v))).collect();
    (dir, found, sound)
}

fn digest() -> Digest {
    let (document, stats) = (document("a.txt"), stats("a.txt"));
    Digest {
        document,
        stats,
        head: String::new(),
        tail: String::new(),
        sentences: Default::default(),
        figures: Vec::new(),
        measures: Vec::new(),
        problems: Vec::new(),
        checks: Vec::new(),
        terms: Default::default(),
    }
}

#[test]
fn rows_that_break_a_contract_are_never_published() {
    let (_dir, found, sound) = at_the_gate(|_| ());
    assert_eq!(found, []);
    sound.unwrap();
    type Breach = fn(&mut Rows);
    let breaches: [(&str, &str, Breach); 9] = [
        ("quote", "measures", |rows| rows.measures[0].quote = "每周公示作业".to_owned()),
        ("span", "measures", |rows| rows.measures[0].end = 99),
        ("orphan", "measures", |rows| rows.measures[0].doc_id = "nobody's".to_owned()),
        ("orphan", "document_stats", |rows| rows.document_stats[0].doc_id = "nobody's".to_owned()),
        ("value", "measures", |rows| rows.measures[0].status = "someday".to_owned()),
        ("limit", "measures", |rows| rows.measures[0].confidence = 1.5),
        ("limit", "document_stats", |rows| rows.document_stats[0].own_share = f64::NAN),
        ("duplicate", "measures", |rows| rows.measures.push(measure("a.txt"))),
        ("count", "documents", |rows| rows.digests[0].document.n_figures = 3),
    ];
    for (code, table, breach) in breaches {
        let (dir, found, sound) = at_the_gate(breach);
        assert!(found.contains(&(table.to_owned(), code)), "{code} in {table}: {found:?}");
        assert_eq!(sound.unwrap_err().downcast_ref::<Message>().unwrap().exit, 4, "{code} in {table}");
        assert!(warehouse::current_id(&dir).unwrap().is_none());
    }
}

/// A mistake of the program costs the file that it was made on, and no other, unless there are many.
#[test]
fn a_file_whose_rows_are_wrong_is_left_out() {
    let dir = TempDir::new();
    let publication = Publication::begin(Warehouse::open(&dir, WhenBusy::Fail).unwrap(), "r1").unwrap();
    let mut wrong = rows("a.txt");
    let digest =
        |rows: &Rows| Digest { document: rows.documents[0].clone(), stats: rows.document_stats[0].clone(), ..digest() };
    wrong.digests = vec![digest(&wrong)];
    wrong.measures[0].end = 99;
    let mut sound = rows("b.txt");
    sound.digests = vec![digest(&sound)];
    let violations = publication.looked_at(0, &wrong).unwrap_err();
    assert_eq!(violations[0].code, "span");
    publication.looked_at(0, &sound).unwrap();
    // What was left out is not remembered: the same file, read again and sound, is no duplicate.
    for _ in 0..16 {
        publication.gate.left_out("a.txt", &violations);
    }
    assert_eq!(publication.gate.violations().len(), 0);
    publication.gate.left_out("c.txt", &violations);
    assert_eq!(publication.gate.violations().len(), 1);
}
