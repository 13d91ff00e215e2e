//! The folder of a warehouse: what lies where, who may write, and which run is the current one.
//!
//! ```text
//! DIR/.lock            held while somebody writes
//! DIR/.staging/        runs that are being written; what is left there by a killed process is removed by the next one
//! DIR/runs/RUN_ID/     complete runs, never changed
//! DIR/current          -> runs/RUN_ID, the one pointer, replaced by a rename
//! DIR/open.sql         copy of the current run's own
//! ```
//!
//! A reader calls [`current`] once and then reads that run's folder. Readers need no lock: nothing that they can reach
//! is ever written to.

use crate::message::{Code, Message, Tell};
use anyhow::{Result, bail};
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Name of the file in a run and in the warehouse that opens the tables in DuckDB.
pub const OPEN_SQL: &str = "open.sql";

/// Exit code where somebody else is writing to the warehouse, as `sysexits.h` has it for "try again later".
pub const BUSY: u8 = 75;

fn busy(warehouse: &Path) -> Message {
    let warehouse = warehouse.display();
    Message::new(
        format!("另一个进程正在写汇总库 {warehouse}：请等它结束，或加 --wait 等候"),
        format!(
            "Another process is writing to the warehouse {warehouse}: try again when it has finished, or use --wait"
        ),
    )
    .code(Code::Busy)
    .exit(BUSY)
}

fn undeleted(path: &Path) -> Message {
    let shown = path.display();
    Message::new(format!("删不掉 {shown}"), format!("{shown} can't be removed"))
}

/// A run that the warehouse does not have.
pub fn no_run(root: &Path, id: &str) -> Message {
    let root = root.display();
    Message::usage(
        format!("汇总库 {root} 里没有完整的汇总 {id}：请用 huizong runs list 查看"),
        format!("the warehouse {root} has no complete run {id}: see huizong runs list"),
    )
}

/// A link to a folder that is not there is no place for a new warehouse: more likely its disk is not mounted.
pub fn leads_somewhere(root: &Path) -> Result<()> {
    let Some(to) = fs::read_link(root).ok().filter(|_| !root.exists()) else { return Ok(()) };
    let (shown, to) = (root.display(), to.display());
    bail!(Message::new(
        format!("汇总库 {shown} 是一个链接，指向的 {to} 不存在：请检查路径和挂载"),
        format!("the warehouse {shown} is a link to {to}, which is not there: check the path and the mount"),
    ))
}

/// What to do where the warehouse is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenBusy {
    /// Give up with exit code [`BUSY`].
    Fail,
    /// Wait until it is free.
    Wait,
}

impl WhenBusy {
    /// As the option `--wait` says.
    pub fn from_wait(wait: bool) -> Self {
        if wait { WhenBusy::Wait } else { WhenBusy::Fail }
    }
}

/// A warehouse that this process alone may write to, as long as the value lives.
#[derive(Debug)]
pub struct Warehouse {
    /// Absolute, without links.
    root: PathBuf,
    /// The operating system takes the lock back when the process ends in whatever way, so a lock is never stale.
    _lock: File,
}

impl Warehouse {
    /// Opens the warehouse for writing, creates it where there is none, and clears up what a killed process left.
    pub fn open(root: &Path, when_busy: WhenBusy) -> Result<Self> {
        leads_somewhere(root)?;
        fs::create_dir_all(root.join("runs")).map_err(|e| Message::unwritable(root, &e))?;
        let root = fs::canonicalize(root).tell(|| {
            let shown = root.display();
            Message::new(format!("找不到汇总库 {shown}"), format!("the warehouse {shown} can't be found"))
        })?;
        // Asked first: what is in the way of the pointer would be found only when a whole run is written.
        current_id(&root)?;
        let path = root.join(".lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = lock.map_err(|e| Message::unwritable(&path, &e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if when_busy == WhenBusy::Wait => lock.lock()?,
            Err(TryLockError::WouldBlock) => return Err(busy(&root).into()),
            Err(TryLockError::Error(e)) => {
                let shown = path.display();
                return Err(e).tell(|| Message::new(format!("锁不住 {shown}"), format!("{shown} can't be locked")));
            }
        }
        let warehouse = Warehouse { root, _lock: lock };
        warehouse.clear_up()?;
        Ok(warehouse)
    }

    /// Removes what a process that was killed left unfinished, and finishes what is only a copy where that can be done: a
    /// disk that is full must not keep anybody from making room.
    fn clear_up(&self) -> Result<()> {
        let staging = self.staging();
        if staging.exists() {
            fs::remove_dir_all(&staging).tell(|| {
                let shown = staging.display();
                Message::new(format!("删不掉未完成的 {shown}"), format!("the unfinished {shown} can't be removed"))
            })?;
        }
        let _ = self.mend();
        Ok(())
    }

    /// Makes `open.sql` that of the current run, where it is not.
    pub fn mend(&self) -> Result<()> {
        match current(&self.root) {
            Ok(run) if fs::read(run.join(OPEN_SQL)).ok() != fs::read(self.root.join(OPEN_SQL)).ok() => {
                let new = self.new_open_sql(&run)?;
                self.show_open_sql(&new)
            }
            _ => Ok(()),
        }
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where runs are written before they are complete.
    pub fn staging(&self) -> PathBuf {
        self.root.join(".staging")
    }

    /// The folder of a complete run.
    pub fn run(&self, run_id: &str) -> PathBuf {
        self.root.join("runs").join(run_id)
    }

    /// Makes a complete run the current one: readers see the run before until the one rename in here, and this run
    /// after it. All that needs room on the disk is written before.
    pub fn point_at(&self, run_id: &str) -> Result<()> {
        // By its name alone: a path would lead out of this warehouse.
        if !run_ids(&self.root)?.iter().any(|known| known == run_id) {
            bail!(no_run(&self.root, run_id));
        }
        let open_sql = self.new_open_sql(&self.run(run_id))?;
        let new = self.root.join(".current.new");
        match fs::remove_file(&new) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).tell(|| undeleted(&new));
            }
            _ => {}
        }
        std::os::unix::fs::symlink(Path::new("runs").join(run_id), &new)
            .and_then(|()| fs::rename(&new, self.root.join("current")))
            .map_err(|e| Message::unwritable(&self.root.join("current"), &e))?;
        sync_dir(&self.root)?;
        self.show_open_sql(&open_sql)
    }

    /// Writes the copy of a run's script, not yet under its name.
    fn new_open_sql(&self, run: &Path) -> Result<PathBuf> {
        let from = run.join(OPEN_SQL);
        let sql = fs::read(&from).tell(|| Message::unreached(&from))?;
        let new = self.root.join(".open.sql.new");
        write_synced(&new, &sql)?;
        Ok(new)
    }

    fn show_open_sql(&self, new: &Path) -> Result<()> {
        fs::rename(new, self.root.join(OPEN_SQL)).map_err(|e| Message::unwritable(new, &e))?;
        sync_dir(&self.root)
    }

    /// Removes a complete run that is not the current one.
    pub fn remove(&self, run_id: &str) -> Result<()> {
        if current_id(&self.root)?.as_deref() == Some(run_id) {
            bail!(Message::new(
                format!("{run_id} 是当前的汇总，不能删除"),
                format!("{run_id} is the current run and can't be removed"),
            ));
        }
        // Out of `runs` first: a removal that is interrupted leaves no half run there.
        fs::create_dir_all(self.staging())?;
        let doomed = self.staging().join(run_id);
        fs::rename(self.run(run_id), &doomed)
            .tell(|| Message::new(format!("没有汇总 {run_id}"), format!("there is no run {run_id}")))?;
        fs::remove_dir_all(&doomed).tell(|| undeleted(&doomed))
    }

    /// `id`, or where that is not above the ids of all runs that ended here, well or not, the next one above them: runs
    /// are in the order of their ids, and nights may begin in the same second, and clocks are set back.
    pub fn free_run_id(&self, id: &str) -> String {
        let names = |folder: &str| fs::read_dir(self.root.join(folder)).into_iter().flatten().flatten();
        let all = names("runs").chain(names(super::gate::FAILED)).map(|entry| entry.file_name());
        let all = all.map(|name| name.to_string_lossy().trim_end_matches(".json").to_owned());
        match all.filter(|name| is_run_id(name)).max() {
            Some(last) if last.as_str() >= id => next_run_id(&last),
            _ => id.to_owned(),
        }
    }
}

/// True for names as [`new_run_id`] gives them: 20261122T030405Z-1f2e.
fn is_run_id(name: &str) -> bool {
    let form = |(at, b): (usize, u8)| if at == 8 { b == b'T' } else { b.is_ascii_digit() };
    let time = name.split_once("Z-").filter(|(time, _)| time.len() == 15);
    time.is_some_and(|(time, rest)| time.bytes().enumerate().all(form) && !rest.is_empty())
}

/// The id right above `last`.
fn next_run_id(last: &str) -> String {
    let (time, suffix) = last.rsplit_once('-').unwrap_or((last, ""));
    let next = u64::from_str_radix(suffix, 16).ok().and_then(|n| n.checked_add(1));
    match next.map(|next| format!("{next:0width$x}", width = suffix.len())) {
        Some(next) if next.len() == suffix.len() => format!("{time}-{next}"),
        // No such number has so few digits: a longer name sorts behind.
        _ => format!("{last}0"),
    }
}

/// The folder of the current run, by its own name: a reader that keeps it never sees two runs mixed.
pub fn current(root: &Path) -> Result<PathBuf> {
    let shown = root.display();
    let id = current_id(root)?.tell(|| {
        Message::new(
            format!("汇总库 {shown} 还没有汇总：请先运行 huizong ingest"),
            format!("the warehouse {shown} has no run yet: run huizong ingest first"),
        )
    })?;
    let run = fs::canonicalize(root)?.join("runs").join(id);
    if !run.is_dir() {
        let to = run.display();
        bail!(Message::new(
            format!("汇总库 {shown} 的 current 指向不存在的 {to}：请用 huizong runs rollback 指向一次完整的汇总"),
            format!(
                "current of the warehouse {shown} leads to {to}, which is not there: lead it to a complete run with huizong runs rollback"
            ),
        ));
    }
    Ok(run)
}

/// The name of the current run, none before the first.
pub fn current_id(root: &Path) -> Result<Option<String>> {
    let link = root.join("current");
    match fs::read_link(&link) {
        Ok(to) => Ok(to.file_name().map(|name| name.to_string_lossy().into_owned())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        // Copies that follow links, archives and shares without links put what it leads to in its place.
        Err(_) if link.symlink_metadata().is_ok_and(|meta| !meta.is_symlink()) => {
            let shown = link.display();
            bail!(Message::new(
                format!(
                    "{shown} 应是指向一次汇总的链接，却是文件夹或文件（多半是拷贝、解压时变的）：请删除 current 这个文件夹（不要删 runs），再运行 huizong runs rollback 指向最近的一次汇总"
                ),
                format!(
                    "{shown} must be a link to a run, but is a folder or file, as some copies and archives make of links: remove it (the folder current, not runs), then huizong runs rollback leads it to the last run"
                ),
            ))
        }
        Err(e) => Err(e).tell(|| {
            let shown = link.display();
            Message::new(format!("读不到指针 {shown}"), format!("pointer {shown} can't be read"))
        }),
    }
}

/// The names of all complete runs, oldest first.
pub fn run_ids(root: &Path) -> Result<Vec<String>> {
    let runs = root.join("runs");
    let entries = fs::read_dir(&runs).tell(|| {
        let shown = root.display();
        Message::new(
            format!("{shown} 不是汇总库：没有 runs 文件夹"),
            format!("{shown} is no warehouse: it has no folder runs"),
        )
    })?;
    let mut ids = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.path().join("manifest.json").is_file() {
            ids.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    ids.sort();
    Ok(ids)
}

/// A name for a run that begins now: sorts by time, and differs between processes that begin in the same second.
pub fn new_run_id(now: SystemTime) -> String {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let suffix = std::process::id() ^ since.subsec_nanos();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date_of(days as i64);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{:02}Z-{:04x}", second % 60, suffix & 0xffff)
}

/// `2026-11-22T03:04:05Z`, as JSON files hold times.
pub fn iso_utc(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let ((year, month, day), second) = (date_of(since as i64 / 86_400), since % 86_400);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// The day of `time`, days since 1970-01-01 UTC.
pub fn days(time: SystemTime) -> i32 {
    (micros(time) / 86_400_000_000) as i32
}

/// Microseconds since 1970-01-01 UTC, as the tables hold times.
pub fn micros(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// Year, month and day of the day that is `days` after 1970-01-01, in the calendar whose years begin in March: there a
/// leap day ends the year, and months before it have a fixed pattern of lengths.
pub fn date_of(days: i64) -> (u64, u64, u64) {
    let days = (days + 719_468).max(0) as u64; // from 0000-03-01
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// Writes a file and waits until it is on the disk.
pub fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    Ok(written.map_err(|e| Message::unwritable(path, &e))?)
}

/// Waits until the names in a folder are on the disk.
pub fn sync_dir(dir: &Path) -> Result<()> {
    Ok(File::open(dir).and_then(|dir| dir.sync_all()).map_err(|e| Message::unwritable(dir, &e))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn an_id_is_above_the_last_one() {
        for (last, next) in [
            ("20261122T030405Z-1f2e", "20261122T030405Z-1f2f"),
            ("20261122T030405Z-00ff", "20261122T030405Z-0100"),
            ("20261122T030405Z-ffff", "20261122T030405Z-ffff0"),
            ("20261122T030405Z-ffff0", "20261122T030405Z-ffff1"),
        ] {
            assert_eq!(next_run_id(last), next);
            assert!(next > last && is_run_id(next));
        }
        for name in ["backup", "20261122", "20261122T030405Z", "20261122T030405Z-", "2026-11-22T0304Z-1"] {
            assert!(!is_run_id(name), "{name}");
        }
        assert!(is_run_id(&new_run_id(SystemTime::now())));
    }

    #[test]
    fn run_ids_carry_the_time() {
        let at = |seconds| new_run_id(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        for (seconds, expected) in [
            (0, "19700101T000000Z-"),
            (951_782_399, "20000228T235959Z-"),
            (951_782_400, "20000229T000000Z-"),
            (951_868_800, "20000301T000000Z-"),
            (1_795_303_518, "20261121T232518Z-"),
            (4_107_542_400, "21000301T000000Z-"),
        ] {
            assert!(at(seconds).starts_with(expected), "{seconds}: {}", at(seconds));
            let iso = iso_utc(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).replace(['-', ':'], "");
            assert_eq!(format!("{iso}-"), expected);
        }
    }
}
