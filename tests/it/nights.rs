//! Night after night: whatever happens to the files, a run that carries over has the rows of a run that reads everything.

use crate::vocabulary::Folder;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use huizong::cli::{Cli, Command, Ingest, Lang, LogForm};
use huizong::console::Console;
use huizong::pipeline::{self, Engine};
use huizong::publish::{parquet, warehouse};
use huizong::rules::RuleFiles;
use huizong::summary::Summary;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

/// Built once for all tests.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(&RuleFiles::built_in()).unwrap());

/// Sequences of edits, each of [`STEPS`] nights.
const SEQUENCES: u64 = 3;
const STEPS: usize = 3;

/// Sentences that reports are made of.
const SENTENCES: &[&str] = &[
    "三至六年级每天书面作业不超过60分钟。",
    "学校成立了双减工作领导小组，由校长任组长。",
    "课后服务参加学生412人，参与率达到96.5%。",
    "存在的问题：部分教师作业设计能力不足。",
    "学生每天睡眠时间要求达到10小时。",
    "手机一律不得带入课堂，由班主任统一保管。",
    "下一步将开展作业设计评比，每学期不少于2次。",
    "家长反映晚托时间偏短，经整改已延长至18:00。",
    "全校共有XX名学生参加体育锻炼，每天锻炼1小时。",
    "学校每周公示一次作业，接受家长监督。",
    "我校建立了阅读角，每班图书不少于50册。",
    "校外培训机构宣传材料进入校园的问题尚未杜绝。",
];

/// Numbers that look random and are the same every time.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn options(input: &Path, warehouse: &Path, more: &[&str]) -> Ingest {
    use clap::Parser;
    let paths = ["huizong", "ingest", input.to_str().unwrap(), "--warehouse", warehouse.to_str().unwrap(), "--quiet"];
    match Cli::parse_from([&paths[..], more].concat()).command {
        Command::Ingest(options) => options,
        other => panic!("{other:?}"),
    }
}

fn ingest(input: &Path, warehouse: &Path, more: &[&str]) -> Summary {
    // As if a while had passed since the files were edited: their times can be trusted then.
    ingest_at(SystemTime::now() + Duration::from_secs(60), input, warehouse, more)
}

fn ingest_at(time: SystemTime, input: &Path, warehouse: &Path, more: &[&str]) -> Summary {
    let console = Console { lang: Lang::Zh, log: LogForm::Text, quiet: true };
    pipeline::ingest_at(time, &options(input, warehouse, more), &console, Some(&ENGINE)).unwrap()
}

/// All rows of the current run as text, by table, without the columns that tell of runs; sorted.
fn rows(warehouse: &Path) -> BTreeMap<&'static str, Vec<String>> {
    let run = warehouse::current(warehouse).unwrap();
    let mut tables = BTreeMap::new();
    for (table, _) in huizong::tables::all().into_iter().filter(|(table, _)| *table != "runs") {
        let mut rows = Vec::new();
        for part in parquet::parts(&run.join(table)).unwrap() {
            for batch in parquet::batches(&part).unwrap() {
                let batch = batch.unwrap();
                let formats: Vec<(String, ArrayFormatter)> = batch
                    .schema_ref()
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .filter(|(field, _)| field.name() != "run_id")
                    .map(|(f, column)| {
                        (f.name().clone(), ArrayFormatter::try_new(column, &FormatOptions::new()).unwrap())
                    })
                    .collect();
                rows.extend((0..batch.num_rows()).map(|row| {
                    formats.iter().map(|(name, format)| format!("{name}={} ", format.value(row))).collect::<String>()
                }));
            }
        }
        rows.sort();
        tables.insert(table, rows);
    }
    tables
}

/// A folder of reports that somebody edits.
struct Edited {
    folder: Folder,
    /// Paths below `in`.
    files: Vec<String>,
    random: Random,
    made: usize,
}

impl Edited {
    fn new(seed: u64) -> Self {
        let mut edited = Edited { folder: Folder::new(), files: Vec::new(), random: Random(seed), made: 0 };
        for _ in 0..20 + edited.random.below(20) {
            edited.add();
        }
        edited
    }

    fn text(&mut self) -> Vec<u8> {
        match self.random.below(12) {
            0 => Vec::new(),
            1 => vec![0, 159, 146, 150, 0, 0, 1, 2],
            _ => {
                let school = ["明德小学", "青禾中学", "石桥小学", "望江幼儿园"][self.random.below(4)];
                let mut text = format!("{school}双减工作汇报\n\n");
                for _ in 0..1 + self.random.below(6) {
                    text.push_str(SENTENCES[self.random.below(SENTENCES.len())]);
                    text.push_str(["", "\n"][self.random.below(2)]);
                }
                text.into_bytes()
            }
        }
    }

    fn write(&mut self, path: &str) {
        let text = self.text();
        self.folder.put(&format!("in/{path}"), text);
    }

    fn add(&mut self) {
        self.made += 1;
        let extension = ["txt", "txt", "md", "html"][self.random.below(4)];
        let path = format!("{}/{}.{extension}", ["东区", "西区", "2023年秋季"][self.random.below(3)], self.made);
        self.write(&path);
        self.files.push(path);
    }

    fn some(&mut self) -> Option<usize> {
        (!self.files.is_empty()).then(|| self.random.below(self.files.len()))
    }

    fn edit(&mut self) {
        let Some(at) = self.some() else { return self.add() };
        let path = self.files[at].clone();
        let disk = self.folder.at("in").join(&path);
        match self.random.below(9) {
            0 | 1 => self.add(),
            2 | 3 => self.write(&path),
            4 => {
                std::fs::remove_file(disk).unwrap();
                self.files.swap_remove(at);
            }
            5 => {
                self.made += 1;
                let to = format!("搬来/{}.txt", self.made);
                std::fs::create_dir_all(self.folder.at("in/搬来")).unwrap();
                std::fs::rename(disk, self.folder.at("in").join(&to)).unwrap();
                self.files[at] = to;
            }
            // Touched: other times, the same content.
            6 => std::fs::write(&disk, std::fs::read(&disk).unwrap()).unwrap(),
            // Two files change names.
            7 => {
                let other = self.folder.at("in").join(&self.files[self.random.below(self.files.len())]);
                let aside = self.folder.at("aside");
                std::fs::rename(&disk, &aside).unwrap();
                if other.exists() {
                    std::fs::rename(&other, &disk).unwrap();
                    std::fs::rename(&aside, &other).unwrap();
                } else {
                    std::fs::rename(&aside, &disk).unwrap();
                }
            }
            // A whole folder goes.
            _ => {
                let gone = path.split('/').next().unwrap().to_owned();
                if self.files.iter().any(|file| !file.starts_with(&gone)) && self.random.below(4) == 0 {
                    std::fs::remove_dir_all(self.folder.at("in").join(&gone)).unwrap();
                    self.files.retain(|file| !file.starts_with(&gone));
                }
            }
        }
    }
}

/// One sequence of nights; after each, the rows are those of a run that reads everything.
pub fn check_sequence(seed: u64, steps: usize) {
    let mut edited = Edited::new(seed);
    let (input, warehouse) = (edited.folder.at("in"), edited.folder.at("w"));
    for step in 0..=steps {
        let night = ingest(&input, &warehouse, &["--allow-less"]);
        let full = ingest(&input, &edited.folder.at("full"), &["--allow-less", "--full"]);
        let place = format!("sequence {seed}, night {step}");
        assert_eq!(night.n_files, night.n_new + night.n_changed + night.n_moved + night.n_carried, "{place}");
        assert_eq!(full.n_carried, 0, "{place}: nothing is carried over to a full run");
        let differ = |s: &Summary| [s.n_new, s.n_changed, s.n_moved, s.n_removed];
        assert_eq!(differ(&full), differ(&night), "{place}: what differs does so whatever made the rows");
        let (rows, expected) = (rows(&warehouse), rows(&edited.folder.at("full")));
        for (table, expected) in &expected {
            assert_eq!(&rows[table], expected, "{place}: table {table}");
        }
        let counts = |summary: Summary| (summary.n_masked, summary.refusals_by_reason, summary.rejects_by_reason);
        assert_eq!(counts(night), counts(full), "{place}");
        for _ in 0..1 + edited.random.below(5) {
            edited.edit();
        }
    }
    let run = warehouse::current(&warehouse).unwrap();
    assert_eq!(huizong::review::check::check(&run).unwrap(), [], "sequence {seed}");
}

#[test]
fn a_night_has_the_rows_of_a_full_run() {
    for seed in 0..SEQUENCES {
        check_sequence(seed, STEPS);
    }
}

/// Part files of the current run that are the very files of run `before`.
fn shared(warehouse: &Path, before: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let inode = |path: &Path| std::fs::metadata(path).map(|meta| meta.ino()).ok();
    let run = warehouse::current(warehouse).unwrap();
    let files = walkdir::WalkDir::new(&run).into_iter().map(|entry| entry.unwrap().into_path());
    let below = |path: &Path| path.strip_prefix(&run).unwrap().to_owned();
    files
        .filter(|path| path.is_file() && inode(path) == inode(&before.join(below(path))))
        .map(|path| below(&path).to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn what_happened_to_the_files_is_counted_and_what_did_not_change_is_shared() {
    let folder = Folder::new();
    let (input, warehouse) = (folder.at("in"), folder.at("w"));
    for i in 0..70 {
        folder.put(
            &format!("in/{i:02}.txt"),
            format!("明德小学第{i}分校双减工作汇报\n\n{}", SENTENCES[i % SENTENCES.len()]),
        );
    }
    folder.put("in/broken.txt", [0u8, 159, 146, 150, 0, 0, 1, 2]);
    let counts = |s: &Summary| [s.n_new, s.n_changed, s.n_moved, s.n_removed, s.n_carried];
    let first = ingest(&input, &warehouse, &[]);
    assert_eq!(counts(&first), [71, 0, 0, 0, 0]);
    let run = warehouse::current(&warehouse).unwrap();

    let quiet = ingest(&input, &warehouse, &[]);
    assert_eq!(counts(&quiet), [0, 0, 0, 0, 71]);
    assert_eq!((quiet.n_figures, quiet.n_rejects), (first.n_figures, 1));
    let all = shared(&warehouse, &run);
    for table in
        huizong::tables::all().iter().map(|(table, _)| table).filter(|table| !["runs", "rule_checks"].contains(table))
    {
        assert!(all.contains(&format!("{table}/part-00000.parquet")), "{table}: {all:?}");
    }

    std::fs::write(folder.at("in/00.txt"), SENTENCES[1]).unwrap();
    std::fs::remove_file(folder.at("in/01.txt")).unwrap();
    std::fs::rename(folder.at("in/02.txt"), folder.at("in/two.txt")).unwrap();
    folder.put("in/new.txt", SENTENCES[2]);
    let dry = ingest(&input, &warehouse, &["--dry-run"]);
    let third = ingest(&input, &warehouse, &[]);
    assert_eq!(counts(&third), [1, 1, 1, 1, 68]);
    assert_eq!(counts(&dry), counts(&third));
    let expected = ingest(&input, &folder.at("full"), &[]);
    assert_eq!(expected.n_carried, 0);
    assert_eq!(rows(&warehouse), rows(&folder.at("full")));
}

/// A clock that is set back may give a night the name of an earlier one.
#[test]
fn nights_of_the_same_moment_are_runs_of_their_own() {
    let folder = Folder::new();
    let (input, warehouse) = (folder.at("in"), folder.at("w"));
    folder.put("in/a.txt", SENTENCES[0]);
    let now = SystemTime::now();
    let runs: Vec<String> = (0..3).map(|_| ingest_at(now, &input, &warehouse, &[]).run_id).collect();
    assert_eq!(warehouse::current_id(&warehouse).unwrap().as_ref(), runs.last());
    let mut names: Vec<String> = std::fs::read_dir(folder.at("w/runs"))
        .unwrap()
        .map(|run| run.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut expected = runs;
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn a_damaged_run_costs_a_full_night_and_no_row() {
    let folder = Folder::new();
    let (input, warehouse) = (folder.at("in"), folder.at("w"));
    folder.put("in/a.txt", SENTENCES[0]);
    folder.put("in/b.txt", SENTENCES[1]);
    for file in
        ["state/files.bin", "state/digests-00000.bin", "figures/part-00000.parquet", "documents/part-00000.parquet"]
    {
        ingest(&input, &warehouse, &["--full"]);
        let path = warehouse::current(&warehouse).unwrap().join(file);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let night = ingest(&input, &warehouse, &[]);
        // What the night before knew of its files is lost with one of these alone.
        let n_new = if file == "state/files.bin" { 2 } else { 0 };
        assert_eq!((night.n_new, night.n_carried, night.n_documents), (n_new, 0, 2), "{file}");
        let quiet = ingest(&input, &warehouse, &[]);
        assert_eq!((quiet.n_new, quiet.n_carried, quiet.n_documents), (0, 2, 2), "{file}");
    }
}
