//! Publication: a run is seen whole or not at all, and can be read back, checked, rolled back and removed.

use crate::temp::TempDir;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use huizong::message::Message;
use huizong::publish::columns::Row;
use huizong::publish::contract::SCHEMA_VERSION;
use huizong::publish::manifest::Manifest;
use huizong::publish::parquet::{self, encode};
use huizong::publish::part::GroupSource;
use huizong::publish::run::{Publication, Sealed};
use huizong::publish::warehouse::{self, BUSY, Warehouse, WhenBusy};
use huizong::review::check::check;
use huizong::review::runs;
use huizong::tables::{self, DocumentRow, DocumentStatsRow, MeasureRow, Rows, RunRow, SourceTextRow, TermRow};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

const TEXT: &str = "我校成立了领导小组。\n每天公示作业。\n";

pub fn document(path: &str) -> DocumentRow {
    DocumentRow {
        doc_id: format!("doc of {path}"),
        source_path: path.to_owned(),
        source_sha256: "0".repeat(64),
        part: 1,
        start: 0,
        end: 18,
        title: None,
        school_id: None,
        school_name: None,
        school_candidates: None,
        district: None,
        level: Some("school".to_owned()),
        stage: None,
        doc_kind: Some("report".to_owned()),
        on_topic: true,
        period: None,
        report_date: Some(18_950),
        format: "text".to_owned(),
        encoding: "UTF-8".to_owned(),
        script: "hans".to_owned(),
        n_chars: 18,
        n_sentences: 2,
        n_tokens: 8,
        n_figures: 0,
        n_measures: 1,
        n_problems: 0,
        n_masked: 0,
        n_repairs: 0,
        n_damaged: 0,
        n_refused: 0,
        n_personal_phones: None,
        n_personal_ids: None,
        n_personal_accounts: None,
        n_personal_names: None,
        spun: false,
        copied_share: 0.0,
        copy_group: None,
        superseded_by: None,
        counted: true,
        run_id: "r".to_owned(),
    }
}

pub fn stats(path: &str) -> DocumentStatsRow {
    DocumentStatsRow {
        doc_id: format!("doc of {path}"),
        source_path: path.to_owned(),
        n_chars: 16,
        n_han: 14,
        n_digits: 0,
        n_sentences: 2,
        mean_sentence_chars: 8.0,
        median_sentence_chars: 8.0,
        n_tokens: 8,
        n_types: 8,
        type_token_ratio: 1.0,
        field_words_per_1000: 0.0,
        n_sentences_background: 0,
        n_sentences_measures: 2,
        n_sentences_results: 0,
        n_sentences_problems: 0,
        n_sentences_next_steps: 0,
        n_sentences_other: 0,
        measure_sentence_share: 0.5,
        figure_sentence_share: 0.0,
        problem_sentence_share: 0.0,
        figures_per_1000_chars: 0.0,
        fill_rate: None,
        repaired_share: 0.0,
        damaged_share: 0.0,
        template_share: 0.0,
        own_share: 1.0,
        reading_pages: 0.1,
        run_id: "r".to_owned(),
    }
}

pub fn measure(path: &str) -> MeasureRow {
    MeasureRow {
        fact_id: format!("fact of {path}"),
        run_id: "r".to_owned(),
        doc_id: format!("doc of {path}"),
        source_path: path.to_owned(),
        start: 11,
        end: 17,
        quote: "每天公示作业".to_owned(),
        unit_text: None,
        section: None,
        rule_id: "measures.test".to_owned(),
        confidence: 0.9,
        status: "ongoing".to_owned(),
        topic: "homework".to_owned(),
        topics: "homework".to_owned(),
        actor: None,
        action: None,
        object: None,
    }
}

/// The rows of one file with one report with one measure.
pub fn rows(path: &str) -> Rows {
    let text = SourceTextRow {
        source_path: path.to_owned(),
        source_sha256: "0".repeat(64),
        format: "text".to_owned(),
        encoding: "UTF-8".to_owned(),
        n_chars: 19,
        text: TEXT.to_owned(),
        run_id: "r".to_owned(),
    };
    Rows {
        documents: vec![document(path)],
        document_stats: vec![stats(path)],
        measures: vec![measure(path)],
        source_texts: vec![text],
        ..Rows::default()
    }
}

fn run_row(run_id: &str, publication: &Publication) -> RunRow {
    let count = |table| publication.rows(table) as i64;
    RunRow {
        run_id: run_id.to_owned(),
        started_utc: 0,
        finished_utc: 1,
        tool_version: "0".to_owned(),
        rules_version: String::new(),
        dictionary_version: String::new(),
        schema_version: SCHEMA_VERSION.to_owned(),
        n_files: count("source_texts"),
        n_bytes: 0,
        n_rejects: count("rejects"),
        n_documents: count("documents"),
        n_figures: count("figures"),
        n_measures: count("measures"),
        n_problems: count("problems"),
        n_terms: count("terms"),
    }
}

pub fn write_part(publication: &Publication, number: u32, rows: &Rows) -> anyhow::Result<()> {
    for wrong in publication.gate.wrong_with(&format!("part-{number:05}.parquet"), rows, &rows.batches()) {
        publication.gate.violated(&wrong.table, wrong.code, wrong.detail);
    }
    let new = GroupSource::New { old: None, dropped: HashSet::new(), rows: rows.batches().into() };
    publication.write_part(number, None, &[new])?;
    publication.write(number, &rows.documents)?;
    publication.write(number, &rows.document_stats)?;
    publication.write(number, &rows.rejects)
}

fn seal(root: &Path, run_id: &str, batches: &[Rows]) -> Sealed {
    let warehouse = Warehouse::open(root, WhenBusy::Fail).unwrap();
    let publication = Publication::begin(warehouse, run_id).unwrap();
    // Backwards: the order in which batches finish must not matter.
    for (number, rows) in batches.iter().enumerate().rev() {
        write_part(&publication, number as u32, rows).unwrap();
    }
    let row = run_row(run_id, &publication);
    publication.seal(&row, &"summary").unwrap()
}

fn publish(root: &Path, run_id: &str, batches: &[Rows]) -> PathBuf {
    seal(root, run_id, batches).publish().unwrap()
}

#[test]
fn a_published_run_is_whole_and_reads_back_in_order() {
    let dir = TempDir::new();
    let run = publish(&dir, "r1", &[rows("a.txt"), rows("b.txt")]);
    assert_eq!(warehouse::current(&dir).unwrap(), run);
    assert_eq!(parquet::read::<MeasureRow>(&run).unwrap(), [measure("a.txt"), measure("b.txt")]);
    let manifest = Manifest::read(&run).unwrap();
    assert_eq!(manifest.rows("documents"), Some(2));
    for (table, schema) in tables::all() {
        let parts = parquet::parts(&run.join(table)).unwrap();
        assert!(!parts.is_empty(), "{table} has a file even without rows");
        assert_eq!(parquet::schema(&parts[0]).unwrap().fields(), schema.fields(), "{table}");
        assert_eq!(parts.len(), manifest.tables[table].files.len(), "{table}");
    }
    assert_eq!(fs::read(dir.join("open.sql")).unwrap(), fs::read(run.join("open.sql")).unwrap());
    assert_eq!(fs::read_dir(dir.join(".staging")).unwrap().count(), 0);
    assert_eq!(check(&run).unwrap(), []);
}

#[test]
fn a_row_may_refer_to_a_later_row_of_its_table() {
    let dir = TempDir::new();
    let mut first = rows("a.txt");
    first.documents[0].superseded_by = Some("doc of b.txt".to_owned());
    assert_eq!(check(&publish(&dir, "r1", &[first.clone(), rows("b.txt")])).unwrap(), []);
    assert_ne!(check(&publish(&dir, "r2", &[first])).unwrap(), []);
}

#[test]
fn readers_see_nothing_of_a_run_that_is_not_published() {
    let dir = TempDir::new();
    let first = publish(&dir, "r1", &[rows("a.txt")]);
    let sealed = seal(&dir, "r2", &[rows("b.txt")]);
    assert!(sealed.path().join("manifest.json").exists(), "a gate can look at it");
    assert_eq!(warehouse::current(&dir).unwrap(), first);
    assert_eq!(warehouse::run_ids(&dir).unwrap(), ["r1"]);
    drop(sealed);
    assert_eq!(fs::read_dir(dir.join(".staging")).unwrap().count(), 0);
    assert_eq!(check(&first).unwrap(), []);
}

#[test]
fn a_failing_write_leaves_the_last_run() {
    let dir = TempDir::new();
    let first = publish(&dir, "r1", &[rows("a.txt")]);
    let warehouse = Warehouse::open(&dir, WhenBusy::Fail).unwrap();
    let publication = Publication::begin(warehouse, "r2").unwrap();
    fs::remove_dir_all(dir.join(".staging/r2/measures")).unwrap();
    let error = write_part(&publication, 0, &rows("b.txt")).unwrap_err();
    assert!(format!("{error:#}").contains("measures/part-00000.parquet"), "{error:#}");
    drop(publication);
    assert_eq!(fs::read_dir(dir.join(".staging")).unwrap().count(), 0);
    assert_eq!(warehouse::current(&dir).unwrap(), first);
}

#[test]
fn one_writer_at_a_time_and_no_stale_lock() {
    let dir = TempDir::new();
    let first = Warehouse::open(&dir, WhenBusy::Fail).unwrap();
    let error = Warehouse::open(&dir, WhenBusy::Fail).unwrap_err();
    assert_eq!(error.downcast_ref::<Message>().unwrap().exit, BUSY);
    let root = dir.to_path_buf();
    let waiting = std::thread::spawn(move || Warehouse::open(&root, WhenBusy::Wait).map(drop).is_ok());
    drop(first);
    assert!(waiting.join().unwrap());
}

#[test]
fn what_a_killed_process_left_is_put_right() {
    let dir = TempDir::new();
    let run = publish(&dir, "r1", &[rows("a.txt")]);
    fs::create_dir_all(dir.join(".staging/r2/figures")).unwrap();
    fs::write(dir.join(".current.new"), "").unwrap();
    fs::write(dir.join("open.sql"), "of an earlier run").unwrap();
    drop(Warehouse::open(&dir, WhenBusy::Fail).unwrap());
    assert!(!dir.join(".staging").exists());
    assert_eq!(fs::read(dir.join("open.sql")).unwrap(), fs::read(run.join("open.sql")).unwrap());
    let second = publish(&dir, "r2", &[rows("a.txt")]);
    assert_eq!(warehouse::current(&dir).unwrap(), second);
}

#[test]
fn runs_are_listed_rolled_back_and_removed() {
    let dir = TempDir::new();
    assert!(warehouse::current(&dir).is_err(), "nothing published yet");
    for id in ["r1", "r2", "r3"] {
        publish(&dir, id, &[rows("a.txt")]);
    }
    let listed = runs::list(&dir).unwrap();
    let shown: Vec<_> = listed.iter().map(|run| (run.row.run_id.as_str(), run.current)).collect();
    assert_eq!(shown, [("r1", false), ("r2", false), ("r3", true)]);

    let warehouse = Warehouse::open(&dir, WhenBusy::Fail).unwrap();
    assert_eq!(runs::roll_back(&warehouse, None).unwrap(), "r2");
    assert_eq!(runs::roll_back(&warehouse, Some("r1")).unwrap(), "r1");
    assert!(fs::read_to_string(dir.join("open.sql")).unwrap().contains("/runs/r1/"));
    assert!(runs::roll_back(&warehouse, Some("r9")).is_err());
    assert!(runs::roll_back(&warehouse, None).is_err(), "nothing is older than r1");
    assert_eq!(warehouse::current_id(&dir).unwrap().unwrap(), "r1");

    assert_eq!(runs::prune(&warehouse, 1).unwrap(), ["r2"], "the current run stays, however old");
    assert_eq!(warehouse::run_ids(&dir).unwrap(), ["r1", "r3"]);
}

#[test]
fn equal_rows_give_equal_files() {
    let (one, two) = (TempDir::new(), TempDir::new());
    let batches = [rows("a.txt"), rows("b.txt")];
    let manifests = [&one, &two].map(|dir| Manifest::read(&publish(dir, "r1", &batches)).unwrap());
    assert_eq!(manifests[0], manifests[1]);
}

#[test]
fn writer_settings_reach_the_file() {
    let terms: Vec<TermRow> = (0..200_000)
        .map(|i| TermRow {
            doc_id: format!("d{:06}", i / 100),
            term: ["作业", "睡眠", "手机"][i % 3].to_owned(),
            pos: None,
            count: 1,
            run_id: "r".to_owned(),
        })
        .collect();
    let dir = TempDir::new();
    fs::create_dir(dir.join("terms")).unwrap();
    let path = dir.join("terms/part-00000.parquet");
    fs::write(&path, encode(&TermRow::to_batch(&terms)).unwrap()).unwrap();
    let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
    let groups = reader.metadata().row_groups();
    assert_eq!(groups.iter().map(|group| group.num_rows()).collect::<Vec<_>>(), [131_072, 68_928]);
    let doc_id = groups[0].column(0);
    assert!(doc_id.bloom_filter_offset().is_some());
    assert!(format!("{:?}", doc_id.compression()).starts_with("ZSTD"));
    assert_eq!(parquet::read::<TermRow>(&dir).unwrap(), terms);

    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    let error = parquet::read::<TermRow>(&dir).unwrap_err();
    assert!(format!("{error:#}").contains("terms/part-00000.parquet"), "a cut file is told by name: {error:#}");
}

/// Each breach is found, under its code, and nothing else is.
#[test]
fn check_finds_each_breach() {
    type Breach = fn(&mut Rows);
    let breaches: [(&str, &str, Breach); 9] = [
        ("quote", "measures", |rows| rows.measures[0].quote = "每周公示作业".to_owned()),
        ("span", "measures", |rows| rows.measures[0].end = 99),
        ("span", "documents", |rows| rows.documents[0].start = 18),
        ("orphan", "measures", |rows| rows.measures[0].doc_id = "nobody's".to_owned()),
        ("value", "measures", |rows| rows.measures[0].status = "someday".to_owned()),
        ("limit", "measures", |rows| rows.measures[0].confidence = 1.5),
        ("limit", "document_stats", |rows| rows.document_stats[0].own_share = f64::NAN),
        ("duplicate", "documents", |rows| rows.documents.push(document("a.txt"))),
        ("count", "documents", |rows| rows.documents[0].n_figures = 3),
    ];
    for (code, table, breach) in breaches {
        let dir = TempDir::new();
        let mut rows = rows("a.txt");
        breach(&mut rows);
        let found = check(&publish(&dir, "r1", &[rows])).unwrap();
        assert!(found.iter().any(|v| v.code == code && v.table == table), "{code} in {table}: {found:?}");
    }
}

#[test]
fn check_finds_changed_and_missing_files() {
    let dir = TempDir::new();
    let run = publish(&dir, "r1", &[rows("a.txt")]);
    let path = run.join("measures/part-00000.parquet");
    let bytes = fs::read(&path).unwrap();
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    for broken in [Some(changed), Some(bytes[..bytes.len() / 2].to_vec()), None] {
        match broken {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let found = check(&run).unwrap();
        assert_eq!(found.iter().map(|v| (&*v.table, v.code)).collect::<Vec<_>>(), [("measures", "file")], "{found:?}");
    }
    fs::write(&path, bytes).unwrap();
    fs::write(run.join("measures/copy.parquet"), "").unwrap();
    assert_eq!(check(&run).unwrap().len(), 1, "a file too many");
}
