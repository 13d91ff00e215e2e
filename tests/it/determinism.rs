//! Same files and rules, same rows, whatever the number of threads.

use crate::vocabulary::{Folder, ingest};
use huizong::publish::{manifest::Manifest, warehouse};
use std::path::Path;

/// Names and hashes of the part files of all tables that do not tell when and by which run.
fn tables(warehouse: &Path) -> Vec<(String, String, u64)> {
    let manifest = Manifest::read(&warehouse::current(warehouse).unwrap()).unwrap();
    manifest
        .tables
        .iter()
        .filter(|(table, _)| *table != "runs")
        .flat_map(|(table, files)| files.files.iter().map(move |f| (table.clone(), f.name.clone(), f.rows)))
        .collect()
}

#[test]
fn threads_do_not_change_the_rows() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus/12_work_plan");
    let folder = Folder::new();
    for i in 0..3 {
        for entry in std::fs::read_dir(&corpus).unwrap() {
            let path = entry.unwrap().path();
            folder
                .put(&format!("in/{i}/{}", path.file_name().unwrap().to_str().unwrap()), std::fs::read(&path).unwrap());
        }
    }
    for threads in ["1", "2"] {
        assert_eq!(ingest(&folder.at("in"), &folder.at(threads), &["--jobs", threads]), 0);
    }
    assert_eq!(tables(&folder.at("1")), tables(&folder.at("2")));
    for table in ["figures", "measures", "problems", "terms", "similar_reports"] {
        let text = |threads: &str| {
            let run = warehouse::current(&folder.at(threads)).unwrap();
            let id = run.file_name().unwrap().to_str().unwrap().to_owned();
            let batches = huizong::publish::parquet::parts(&run.join(table)).unwrap().into_iter().flat_map(|part| {
                huizong::publish::parquet::batches(&part).unwrap().map(|batch| format!("{:?}", batch.unwrap()))
            });
            batches.collect::<String>().replace(&id, "RUN")
        };
        assert_eq!(text("1"), text("2"), "{table}");
    }
}
