//! Nobody reads what the program says, or the disk of the log is full: what is done and the exit code stay the same.

use crate::vocabulary::{Folder, ingest, rows};
use huizong::publish::warehouse;
use huizong::tables::DocumentRow;
use std::fs::File;
use std::process::{Command, Stdio};

/// A stream of the program.
#[derive(Clone, Copy, Debug, PartialEq)]
enum To {
    Kept,
    /// A disk that is full.
    Full,
    /// A pipe that nobody reads.
    Closed,
}

impl To {
    fn stdio(self) -> Stdio {
        match self {
            To::Kept => Stdio::piped(),
            To::Full => File::options().write(true).open("/dev/full").unwrap().into(),
            To::Closed => std::io::pipe().unwrap().1.into(),
        }
    }
}

/// Exit code and what was said on both streams.
fn run(arguments: &[&str], out: To, err: To) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    let output = command.args(arguments).stdin(Stdio::null()).stdout(out.stdio()).stderr(err.stdio()).output().unwrap();
    let told = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!told.contains("panicked"), "{arguments:?}: {told}");
    (output.status.code().unwrap(), told)
}

/// Reports, of which one can't be used, and where the warehouse will be.
fn office() -> (Folder, [String; 2]) {
    let folder = Folder::new();
    for n in 0..12 {
        folder.put(&format!("in/{n}.txt"), format!("第{n}小学双减工作汇报\n\n每天书面作业不超过50分钟。\n"));
    }
    folder.put("in/empty.txt", "");
    let paths = ["in", "w"].map(|path| folder.at(path).to_str().unwrap().to_owned());
    (folder, paths)
}

#[test]
fn a_log_that_cannot_be_written_stops_no_night() {
    let (folder, [input, w]) = office();
    let mut last = None;
    for (log, err) in [("text", To::Full), ("json", To::Full), ("text", To::Closed), ("json", To::Closed)] {
        let arguments = ["--log", log, "ingest", &input, "--warehouse", &w, "--full"];
        assert_eq!(run(&arguments, To::Kept, err).0, 3, "{log} {err:?}");
        let run = warehouse::current(&folder.at("w")).unwrap();
        assert_eq!(rows::<DocumentRow>(&folder.at("w")).len(), 12);
        assert_ne!(last.replace(run.clone()), Some(run), "{log} {err:?}: nothing new was published");
        assert_eq!(std::fs::read_dir(folder.at("w/.staging")).map_or(0, Iterator::count), 0);
    }
    assert_eq!(run(&["ingest", "--no-such-option"], To::Kept, To::Full).0, 2);
    assert_eq!(run(&["--lang", "en", "--log", "json", "ingest"], To::Kept, To::Closed).0, 2);
    assert_eq!(run(&["status", "--warehouse", &input], To::Kept, To::Closed).0, 5);
}

#[test]
fn a_summary_that_nobody_reads_stops_no_night() {
    let (folder, [input, w]) = office();
    let arguments = ["ingest", &input, "--warehouse", &w, "--quiet", "--json"];
    assert_eq!(run(&arguments, To::Closed, To::Kept), (3, String::new()));
    assert_eq!(rows::<DocumentRow>(&folder.at("w")).len(), 12);
    let (code, told) = run(&arguments, To::Full, To::Kept);
    assert_eq!(code, 1);
    assert!(told.starts_with("错误：写不了 标准输出：磁盘已满"), "{told}");
    let (_, told) = run(&[&["--lang", "en"], &arguments[..]].concat(), To::Full, To::Kept);
    assert!(told.starts_with("error: standard output can't be written: the disk"), "{told}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_mistake_and_a_full_disk_is_told() {
    let (folder, [input, w]) = office();
    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 3);
    let report = folder.at("in/1.txt");
    let report = report.to_str().unwrap();
    let xlsx = folder.at("x.xlsx");
    for arguments in [
        &["rules", "list"][..],
        &["runs", "list", "--warehouse", &w],
        &["doctor", &input, "--warehouse", &w],
        &["check", "--warehouse", &w],
        &["status", "--warehouse", &w],
        &["compare", "current", "current", "--warehouse", &w],
        &["facts", "--warehouse", &w],
        &["explain", report],
        &["export", "--warehouse", &w, "--output", xlsx.to_str().unwrap()],
        &["--help"],
    ] {
        for err in [To::Kept, To::Closed] {
            assert_eq!(run(arguments, To::Closed, err), (0, String::new()), "{arguments:?}");
        }
        let (code, told) = run(arguments, To::Full, To::Kept);
        if *arguments != ["--help"] {
            assert_eq!(code, 1, "{arguments:?}");
            assert!(told.contains("标准输出") && told.contains("磁盘已满"), "{arguments:?}: {told}");
        }
    }
    assert!(xlsx.exists());
    // What is judged is judged, heard or not.
    let stale = ["status", "--warehouse", &w, "--max-age", "0s"];
    assert_eq!(run(&stale, To::Closed, To::Closed).0, 4);
}

#[test]
fn an_endless_input_ends_with_its_reader() {
    let mut yes = Command::new("yes").arg("不超过60分钟").stdout(Stdio::piped()).spawn().unwrap();
    let mut quantities = Command::new(env!("CARGO_BIN_EXE_huizong"));
    let lines = Stdio::from(yes.stdout.take().unwrap());
    let output = quantities.arg("quantities").stdin(lines).stdout(To::Closed.stdio()).output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    // It holds the other end of the pipe.
    drop(quantities);
    yes.wait().unwrap();
}
