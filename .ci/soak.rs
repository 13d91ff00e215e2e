//! The long tests of what befalls a nightly run: `cargo test --release --test soak -- [kills N] [nights N] [disk N] [TARGET N]…`.
//!
//! `kills` kills that many nights at random moments, `nights` compares that many random sequences of edits with full
//! runs, `disk` fills a small disk at that many points (it mounts one, so it must be root). A target of mutated inputs
//! (files, personal, decode, html, clean, split, quantities, roster, rules) gets that many, none of which may take a
//! second, or all that an hour allows with `3600s`; they begin at number `--from`. The short ones run in `cargo test`.

#![allow(clippy::unwrap_used)] // a test that panics has said what it has to say
#![allow(dead_code)] // the short tests use more of these modules

#[path = "../tests/it/faults.rs"]
mod faults;
#[path = "../tests/it/mutants.rs"]
mod mutants;
#[path = "../tests/it/mutations.rs"]
mod mutations;
#[path = "../tests/it/nights.rs"]
mod nights;
#[path = "../tests/it/vocabulary.rs"]
mod vocabulary;

use faults::{Nights, command, texts};
use std::process::Command;
use std::time::{Duration, Instant};

/// Nights in a sequence of edits.
const STEPS: usize = 4;

/// Mutated inputs between two lines that tell how far it is.
const TOLD: u64 = 10_000;

/// What to do where nothing is asked for.
const ALL: &str = "kills 200 nights 1000 disk 50 files 1000000 personal 100000 decode 100000 html 100000 clean 100000 \
                   split 100000 quantities 100000 roster 100000 rules 1000";

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let all = || ALL.split_whitespace().collect();
    let arguments: Vec<&str> = if given.is_empty() { all() } else { given.iter().map(String::as_str).collect() };
    let mut from = 0;
    for pair in arguments.chunks_exact(2) {
        let (what, amount) = (pair[0], pair[1]);
        let clock = Instant::now();
        let count = || amount.parse::<u64>().unwrap();
        match what {
            "--from" => {
                from = count();
                continue;
            }
            "kills" => {
                let published = faults::kill_nights(count(), true);
                println!("{amount} nights killed, {published} of them after publication: no run broken, no row lost");
            }
            "nights" => {
                for seed in 0..count() {
                    nights::check_sequence(seed, STEPS);
                    if seed % 50 == 49 {
                        println!("{} sequences of edits", seed + 1);
                    }
                }
                println!("{amount} sequences of {STEPS} nights: the rows of full runs");
            }
            "disk" => {
                let failed = fill_disk(count());
                println!(
                    "a disk with room for {amount} sizes: {failed} nights failed cleanly, the others went through"
                );
            }
            target => mutate(target, from, amount),
        }
        println!("    in {:.0} s", clock.elapsed().as_secs_f64());
    }
}

/// Mutated inputs for a target: a number of them, or as many as fit into a time (`3600s`).
fn mutate(target: &str, from: u64, amount: &str) {
    assert!(mutations::targets().any(|known| known == target), "{target}: kills, nights, disk or a target");
    let clock = Instant::now();
    let (count, time) = match amount.strip_suffix('s') {
        Some(seconds) => (u64::MAX - from, Duration::from_secs(seconds.parse().unwrap())),
        None => (amount.parse().unwrap(), Duration::MAX),
    };
    let step = if target == "rules" { TOLD / 100 } else { TOLD };
    let mut done = 0;
    while done < count && clock.elapsed() < time {
        let next = step.min(count - done);
        let (took, number) = mutations::mutate(target, from + done, next, Duration::from_secs(1));
        done += next;
        println!("{target}: {done} inputs; the slowest, {number}, took {took:?}");
    }
}

/// Nights on a disk that has room for ever more bytes, at `points` sizes; gives how many of them failed.
fn fill_disk(points: u64) -> u64 {
    let mut nights = Nights::new();
    let disk = nights.folder.at("w");
    let kept = nights.folder.at("kept");
    std::fs::rename(&disk, &kept).unwrap();
    std::fs::create_dir(&disk).unwrap();
    let run =
        |program: &str, arguments: &[&str]| assert!(Command::new(program).args(arguments).status().unwrap().success());
    let at = disk.to_str().unwrap().to_owned();
    run("mount", &["-t", "tmpfs", "-o", "size=4m", "tmpfs", &at]);
    run("cp", &["-a", &format!("{}/.", kept.to_str().unwrap()), &at]);
    let mut failed = 0;
    for point in 0..points {
        let before = texts(&nights.warehouse());
        // All but some KiB of the disk is filled by something else.
        let free = point * 900 / points;
        let _ = std::fs::write(disk.join("ballast"), vec![0; 4 << 20]);
        let ballast = std::fs::metadata(disk.join("ballast")).unwrap().len();
        std::fs::write(disk.join("ballast"), vec![0; (ballast / 4096 * 4096).saturating_sub(free * 1024) as usize])
            .unwrap();
        nights.edit();
        let output = command(&nights.input(), &nights.warehouse()).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        std::fs::remove_file(disk.join("ballast")).unwrap();
        let place = format!("{free} KiB free");
        let published = nights.is_whole(&before, &place);
        match output.status.code() {
            Some(0) => assert!(published, "{place}"),
            Some(1) => {
                failed += 1;
                // Only the copy of open.sql is written after the run was published; the next night mends it.
                assert!(!published || told.contains("open.sql"), "{place}: {told}");
                assert!(told.contains("磁盘已满") && told.contains("磁盘空间"), "{place}: {told}");
            }
            code => panic!("{place}: exit code {code:?}: {told}"),
        }
        nights.next_night_is_clean(&place);
        run(env!("CARGO_BIN_EXE_huizong"), &["runs", "prune", "--keep", "2", "--warehouse", &at]);
    }
    run("umount", &[&at]);
    failed
}
