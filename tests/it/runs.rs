//! Going back, pruning and restoring: what those do who look after a warehouse, with a full disk, copies and clocks that
//! were set back.

use crate::vocabulary::{Folder, huizong};
use huizong::publish::warehouse::{self, Warehouse, WhenBusy};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

/// A warehouse of some nights.
struct Office(Folder);

impl Office {
    fn new(nights: usize) -> Self {
        let office = Office(Folder::new());
        (0..nights).for_each(|n| assert_eq!(office.night(n).0, 0));
        office
    }

    fn night(&self, n: usize) -> (i32, String) {
        self.0.put("in/a.txt", format!("第{n}小学双减工作汇报\n\n每天书面作业不超过50分钟。\n"));
        self.run("ingest @/in --warehouse @/w --quiet")
    }

    /// Exit code and all that was said; `@` is the folder.
    fn run(&self, command: &str) -> (i32, String) {
        let folder = self.0.at("");
        let folder = folder.to_str().unwrap().trim_end_matches('/');
        let words: Vec<String> = command.split(' ').map(|word| word.replace('@', folder)).collect();
        let output = huizong(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), told.replace(folder, "@"))
    }

    fn current(&self) -> PathBuf {
        warehouse::current(&self.0.at("w")).unwrap()
    }

    fn ids(&self) -> Vec<String> {
        warehouse::run_ids(&self.0.at("w")).unwrap()
    }

    fn open_sql(&self) -> String {
        fs::read_to_string(self.0.at("w/open.sql")).unwrap()
    }
}

#[test]
fn going_back_on_a_full_disk_changes_nothing_and_pruning_makes_room() {
    let office = Office::new(4);
    let (current, ids) = (office.current(), office.ids());
    // A device that is always full, in the place of the file that is written.
    let full = office.0.at("w/.open.sql.new");
    symlink("/dev/full", &full).unwrap();
    let (code, told) = office.run("runs rollback --warehouse @/w");
    assert!(code == 1 && told.contains("磁盘已满"), "{told}");
    assert_eq!(office.current(), current);
    assert!(office.open_sql().contains(&ids[3]));
    // As an older version or a crash would leave it: the copy of another run.
    fs::write(office.0.at("w/open.sql"), "of another run").unwrap();
    let (code, told) = office.run("runs prune --keep 2 --warehouse @/w");
    assert!(code == 1 && told.contains(&format!("已删除 {}", ids[0])) && told.contains("磁盘已满"), "{told}");
    assert_eq!(office.ids(), ids[2..]);
    fs::remove_file(full).unwrap();
    assert_eq!(office.run("runs prune --keep 2 --warehouse @/w").0, 0);
    assert!(office.open_sql().contains(&ids[3]), "mended");
    assert_eq!(office.run("runs rollback --warehouse @/w").0, 0);
    assert!(office.current().ends_with(&ids[2]) && office.open_sql().contains(&ids[2]));
}

#[test]
fn a_run_is_one_of_this_warehouse() {
    let office = Office::new(2);
    let current = office.current();
    for id in ["../runs/x", "../../w/runs", ".", "..", "", &format!("../runs/{}", office.ids()[0])] {
        for command in ["runs rollback", "check --run", "export --output @/x --run", "compare current"] {
            let (code, told) = office.run(&format!("{command} {id} --warehouse @/w"));
            assert_eq!(code, 2, "{command} {id}: {told}");
        }
    }
    assert_eq!(office.current(), current);
    // By name, and as compare names them.
    for id in ["current", "previous", &office.ids()[0]] {
        assert_eq!(office.run(&format!("check --run {id} --warehouse @/w")).0, 0);
        assert_eq!(office.run(&format!("facts --run {id} --warehouse @/w")).0, 0);
    }
}

#[test]
fn a_pointer_that_became_a_folder_is_told_before_anything_is_written() {
    let office = Office::new(2);
    let (run, ids) = (office.current(), office.ids());
    fs::remove_file(office.0.at("w/current")).unwrap();
    fs::create_dir(office.0.at("w/current")).unwrap();
    fs::copy(run.join("manifest.json"), office.0.at("w/current/manifest.json")).unwrap();
    let commands = ["ingest @/in --warehouse @/w", "runs list --warehouse @/w", "status --warehouse @/w"];
    for command in commands {
        let (code, told) = office.run(command);
        assert!(code == 1 && told.contains("请删除 current 这个文件夹"), "{command}: {told}");
    }
    assert_eq!(office.run("doctor @/in --warehouse @/w").0, 2);
    assert_eq!(office.ids(), ids, "nothing is left behind");
    // As it was told.
    fs::remove_dir_all(office.0.at("w/current")).unwrap();
    assert_eq!(office.run("runs rollback --warehouse @/w").0, 0);
    assert_eq!(office.current(), run);
}

#[test]
fn a_warehouse_behind_a_link_to_nothing_is_told() {
    let office = Office::new(0);
    symlink("away", office.0.at("w")).unwrap();
    let (code, told) = office.night(1);
    assert!(code == 1 && told.contains("指向的 away 不存在"), "{told}");
    assert_eq!(office.run("doctor @/in --warehouse @/w").0, 2);
}

#[test]
fn a_backup_is_restored_by_its_folder() {
    let office = Office::new(1);
    let run = office.current();
    let id = office.ids()[0].clone();
    let copied = std::process::Command::new("cp").arg("-r").arg(&run).arg(office.0.at("backup")).status().unwrap();
    assert!(copied.success());
    fs::remove_dir_all(office.0.at("w")).unwrap();
    fs::create_dir_all(office.0.at("w/runs")).unwrap();
    fs::rename(office.0.at("backup"), office.0.at("w/runs").join(&id)).unwrap();
    let (code, told) = office.run(&format!("runs rollback {id} --warehouse @/w"));
    assert_eq!(code, 0, "{told}");
    assert_eq!(office.run("check --warehouse @/w").0, 0);
    assert_eq!(office.night(1), (0, String::new()));
}

#[test]
fn freshness_is_that_of_the_run_not_of_its_files() {
    let office = Office::new(1);
    let status = |max: &str| office.run(&format!("status --warehouse @/w --max-age {max}"));
    let manifest = fs::File::options().write(true).open(office.current().join("manifest.json")).unwrap();
    let day = std::time::Duration::from_secs(86_400);
    for time in [std::time::SystemTime::now() - 9 * day, std::time::SystemTime::now() + 9 * day] {
        manifest.set_modified(time).unwrap();
        assert_eq!(status("1h").0, 0);
    }
    // A run of a later day, from a clock that was ahead.
    let (run, time) = (office.current().join("runs/part-00000.parquet"), std::time::SystemTime::now() + day);
    let mut row = huizong::publish::parquet::read::<huizong::tables::RunRow>(&office.current()).unwrap().remove(0);
    row.finished_utc = warehouse::micros(time);
    let batch = huizong::publish::columns::Row::to_batch(&[row]);
    fs::remove_file(&run).unwrap();
    fs::write(&run, huizong::publish::parquet::encode(&batch).unwrap()).unwrap();
    let (code, told) = status("1h");
    assert!(code == 4 && told.contains("在将来"), "{told}");

    for file in ["summary.json", "manifest.json"] {
        fs::remove_file(office.current().join(file)).unwrap();
        let (code, told) = status("1h");
        let words = [file, "不完整", "huizong runs rollback"];
        assert!(code == 1 && words.iter().all(|word| told.contains(word)), "{told}");
    }
}

#[test]
fn runs_are_in_their_order_whatever_the_clock_says() {
    let office = Office::new(1);
    // A night whose clock was years ahead.
    let [id] = &office.ids()[..] else { panic!("one run") };
    let ahead = "29991231T235959Z-ffff".to_owned();
    fs::rename(office.current(), office.0.at("w/runs").join(&ahead)).unwrap();
    fs::remove_file(office.0.at("w/current")).unwrap();
    assert_ne!(*id, ahead);
    assert_eq!(office.run(&format!("runs rollback {ahead} --warehouse @/w")).0, 0);
    (1..4).for_each(|n| assert_eq!(office.night(n).0, 0));
    let ids = office.ids();
    assert_eq!((ids.len(), &ids[0]), (4, &ahead));
    assert!(office.current().ends_with(&ids[3]), "{ids:?}");
    assert_eq!(office.run("runs rollback --warehouse @/w").0, 0);
    assert!(office.current().ends_with(&ids[2]));
    let warehouse = Warehouse::open(&office.0.at("w"), WhenBusy::Fail).unwrap();
    assert!(warehouse.free_run_id("20261122T000000Z-0000") > ids[3]);
}
