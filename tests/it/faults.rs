//! What befalls an unattended program: it is killed, the disk fills, a folder can't be written, somebody asks it to stop.
//! The last run stays whole and readable, and the next night is clean.

use crate::vocabulary::{Folder, ingest, rows};
use huizong::publish::warehouse;
use huizong::review::check::check;
use huizong::tables::SourceTextRow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Nights of which each is killed. The soak has more.
const KILLS: u64 = 10;

/// File sizes at which the disk is full.
const FULL_AT_KIB: &[u32] = &[0, 1, 3, 5, 8, 13];

fn report(number: u64) -> String {
    format!(
        "第{number}小学双减工作汇报\n\n一、主要做法\n学校成立了双减工作领导小组，由校长任组长。三至六年级每天书面作业不超过{}分钟。\n\
         课后服务参加学生{}人，参与率达到96.5%。\n二、存在的问题\n部分教师作业设计能力不足。\n三、下一步打算\n开展作业设计评比，每学期不少于2次。\n",
        40 + number % 30,
        300 + number
    )
}

/// An ingest, not started yet.
pub fn command(input: &Path, warehouse: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.arg("ingest").arg(input).arg("--warehouse").arg(warehouse).args(["--quiet", "--allow-less"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Source paths and texts of the current run.
pub fn texts(warehouse: &Path) -> Vec<(String, String)> {
    let mut texts: Vec<_> =
        rows::<SourceTextRow>(warehouse).into_iter().map(|row| (row.source_path, row.text)).collect();
    texts.sort();
    texts
}

/// A folder of reports in which a file is new, one changed and one gone each night.
pub struct Nights {
    pub folder: Folder,
    night: u64,
}

impl Nights {
    pub fn new() -> Self {
        let mut nights = Nights { folder: Folder::new(), night: 0 };
        (0..70).for_each(|n| nights.folder.put(&format!("in/{n}.txt"), report(n)));
        assert_eq!(ingest(&nights.input(), &nights.warehouse(), &[]), 0);
        nights.night = 1;
        nights
    }

    pub fn input(&self) -> PathBuf {
        self.folder.at("in")
    }

    pub fn warehouse(&self) -> PathBuf {
        self.folder.at("w")
    }

    pub fn edit(&mut self) {
        let n = self.night;
        self.folder.put(&format!("in/{}.txt", 1000 + n), report(1000 + n));
        self.folder.put(&format!("in/{}.txt", 35 + n % 35), report(2000 + n));
        let _ = std::fs::remove_file(self.folder.at(&format!("in/{}.txt", n % 35)));
        self.night += 1;
    }

    fn on_disk(&self) -> Vec<(String, String)> {
        let files = std::fs::read_dir(self.input()).unwrap().map(|entry| entry.unwrap());
        let mut texts: Vec<_> =
            files.map(|f| (f.file_name().into_string().unwrap(), std::fs::read_to_string(f.path()).unwrap())).collect();
        texts.sort();
        texts
    }

    /// The current run is whole, and its texts are those of one night: the one before or this one.
    pub fn is_whole(&self, before: &[(String, String)], place: &str) -> bool {
        let run = warehouse::current(&self.warehouse()).unwrap();
        assert_eq!(check(&run).unwrap(), [], "{place}");
        let texts = texts(&self.warehouse());
        assert!(texts == before || texts == self.on_disk(), "{place}: the texts of neither night");
        texts != before
    }

    pub fn next_night_is_clean(&self, place: &str) {
        assert_eq!(ingest(&self.input(), &self.warehouse(), &["--allow-less"]), 0, "{place}");
        assert_eq!(texts(&self.warehouse()), self.on_disk(), "{place}");
        let left = std::fs::read_dir(self.folder.at("w/.staging")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{place}: something is left of a run that failed");
    }
}

/// Kills `rounds` nights at moments spread over their length; gives how many had published already.
pub fn kill_nights(rounds: u64, report_progress: bool) -> u64 {
    let mut nights = Nights::new();
    let clock = Instant::now();
    nights.edit();
    nights.next_night_is_clean("before the first kill");
    let length = clock.elapsed().as_millis() as u64;
    let mut published = 0;
    for round in 0..rounds {
        let before = texts(&nights.warehouse());
        nights.edit();
        let mut child = command(&nights.input(), &nights.warehouse()).spawn().unwrap();
        // Steps of the golden ratio visit the whole length evenly, in no order.
        let moment = (round * 618_034 % 1_000_000) * (length + length / 8) / 1_000_000;
        std::thread::sleep(Duration::from_millis(moment));
        let _ = child.kill();
        child.wait().unwrap();
        published += u64::from(nights.is_whole(&before, &format!("kill {round} after {moment} ms")));
        if report_progress && round % 10 == 9 {
            println!("{} kills, {published} after the run was published", round + 1);
        }
    }
    nights.next_night_is_clean("after the last kill");
    published
}

#[test]
fn a_killed_night_leaves_a_whole_run_and_no_lock() {
    kill_nights(KILLS, false);
}

/// A night on a disk where no file can be longer than so many KiB: writing fails as on a full disk.
fn full_disk_night(nights: &mut Nights, kib: u32) {
    let before = texts(&nights.warehouse());
    let run = warehouse::current(&nights.warehouse()).unwrap();
    nights.edit();
    let program = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
    let inner = command(&nights.input(), &nights.warehouse());
    let output = Command::new("bash")
        .args(["-c", &program, "bash"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .output()
        .unwrap();
    let place = format!("files of at most {kib} KiB");
    assert_eq!(output.status.code(), Some(1), "{place}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("写不了") && told.contains("磁盘空间"), "{place}: {told}");
    assert_eq!(warehouse::current(&nights.warehouse()).unwrap(), run, "{place}");
    nights.is_whole(&before, &place);
    let left = std::fs::read_dir(nights.folder.at("w/.staging")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "{place}: what was written is still there");
}

#[test]
fn a_full_disk_is_told_and_leaves_the_last_run() {
    let mut nights = Nights::new();
    for kib in FULL_AT_KIB {
        full_disk_night(&mut nights, *kib);
    }
    nights.next_night_is_clean("after the full disk");
}

#[test]
fn a_warehouse_that_cannot_be_written_is_told_by_name() {
    let folder = Folder::new();
    folder.put("in/a.txt", report(1));
    folder.put("file", "no folder");
    for warehouse in ["file/w", "file"] {
        let output = command(&folder.at("in"), &folder.at(warehouse)).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{warehouse}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains(warehouse) && told.contains("文件夹"), "{told}");
    }
}

#[test]
fn a_full_disk_is_told_in_both_languages() {
    let folder = Folder::new();
    folder.put("in/a.txt", report(1));
    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 0);
    for (night, lang, words) in [(2, "zh", ["磁盘已满", "腾出磁盘空间"]), (3, "en", ["disk", "Free space"])] {
        folder.put("in/a.txt", report(night));
        // A device that is always full, where the copy of open.sql is written first: the run itself is whole by then.
        std::os::unix::fs::symlink("/dev/full", folder.at("w/.open.sql.new")).unwrap();
        let output = command(&folder.at("in"), &folder.at("w")).args(["--lang", lang]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{lang}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("w/.open.sql.new") && words.iter().all(|word| told.contains(word)), "{told}");
        assert_eq!(check(&warehouse::current(&folder.at("w")).unwrap()).unwrap(), []);
        std::fs::remove_file(folder.at("w/.open.sql.new")).unwrap();
    }
    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 0, "the next night mends it");
}

fn wait_for(what: impl Fn() -> bool, child: &mut Child) {
    let clock = Instant::now();
    while !what() {
        assert!(child.try_wait().unwrap().is_none() && clock.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_night_that_is_asked_to_stop_publishes_nothing() {
    let mut nights = Nights::new();
    let run = warehouse::current(&nights.warehouse()).unwrap();
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        nights.edit();
        let mut child = command(&nights.input(), &nights.warehouse()).arg("--full").spawn().unwrap();
        let staging = nights.folder.at("w/.staging");
        wait_for(|| std::fs::read_dir(&staging).is_ok_and(|mut entries| entries.next().is_some()), &mut child);
        let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{signal}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("已按要求停止"));
        assert_eq!(warehouse::current(&nights.warehouse()).unwrap(), run, "{signal}");
    }
    nights.next_night_is_clean("after the signals");
}
