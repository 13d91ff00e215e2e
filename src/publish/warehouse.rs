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
    Message::new(
        format!("汇总库 {root} 里没有汇总 {id}：请用 huizong runs list 查看"),
        format!("the warehouse {root} has no run {id}: see huizong runs list"),
    )
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
        fs::create_dir_all(root.join("runs")).map_err(|e| Message::unwritable(root, &e))?;
        let root = fs::canonicalize(root).tell(|| {
            let shown = root.display();
            Message::new(format!("找不到汇总库 {shown}"), format!("the warehouse {shown} can't be found"))
        })?;
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

    /// Removes what a process that was killed left unfinished, and finishes what is only a copy.
    fn clear_up(&self) -> Result<()> {
        let staging = self.staging();
        if staging.exists() {
            fs::remove_dir_all(&staging).tell(|| {
                let shown = staging.display();
                Message::new(format!("删不掉未完成的 {shown}"), format!("the unfinished {shown} can't be removed"))
            })?;
        }
        match current(&self.root) {
            Ok(run) if fs::read(run.join(OPEN_SQL)).ok() != fs::read(self.root.join(OPEN_SQL)).ok() => {
                self.copy_open_sql(&run)
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
    /// after it.
    pub fn point_at(&self, run_id: &str) -> Result<()> {
        let run = self.run(run_id);
        if !run.join("manifest.json").is_file() {
            let root = self.root.display();
            bail!(Message::new(
                format!("汇总库 {root} 里没有完整的汇总 {run_id}：请用 huizong runs list 查看"),
                format!("the warehouse {root} has no complete run {run_id}: see huizong runs list"),
            ));
        }
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
        self.copy_open_sql(&run)
    }

    fn copy_open_sql(&self, run: &Path) -> Result<()> {
        let from = run.join(OPEN_SQL);
        let sql = fs::read(&from).tell(|| Message::unreached(&from))?;
        let new = self.root.join(".open.sql.new");
        write_synced(&new, &sql)?;
        fs::rename(&new, self.root.join(OPEN_SQL)).map_err(|e| Message::unwritable(&new, &e))?;
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

    /// `id`, or the next one that no run here has: nights may begin at the same moment, and clocks are set back.
    pub fn free_run_id(&self, id: &str) -> String {
        let (time, suffix) = id.rsplit_once('-').unwrap_or((id, ""));
        let first = u16::from_str_radix(suffix, 16).unwrap_or_default();
        let next = (1..=u16::MAX).map(|n| format!("{time}-{:04x}", first.wrapping_add(n)));
        std::iter::once(id.to_owned()).chain(next).find(|id| !self.run(id).exists()).unwrap_or_else(|| id.to_owned())
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
