//! The long tests of what befalls a nightly run: `cargo test --test soak -- [kills N] [nights N] [disk N]`.
//!
//! `kills` kills that many nights at random moments, `nights` compares that many random sequences of edits with full
//! runs, `disk` fills a small disk at that many points (it mounts one, so it must be root). The short ones run in
//! `cargo test`. Without arguments: 200, 1,000 and 50.

#![allow(clippy::unwrap_used)] // a test that panics has said what it has to say
#![allow(dead_code)] // the short tests use more of these modules

#[path = "../tests/it/faults.rs"]
mod faults;
#[path = "../tests/it/nights.rs"]
mod nights;
#[path = "../tests/it/vocabulary.rs"]
mod vocabulary;

use std::time::Instant;

/// Nights in a sequence of edits.
const STEPS: usize = 4;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<(&str, u64)> =
        arguments.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].parse().unwrap())).collect();
    let what = if given.is_empty() { vec![("kills", 200), ("nights", 1000), ("disk", 50)] } else { given };
    for (what, count) in what {
        let clock = Instant::now();
        match what {
            "kills" => {
                let published = faults::kill_nights(count, true);
                println!("{count} nights killed, {published} of them after publication: no run broken, no row lost");
            }
            "nights" => {
                for seed in 0..count {
                    nights::check_sequence(seed, STEPS);
                    if seed % 50 == 49 {
                        println!("{} sequences of edits", seed + 1);
                    }
                }
                println!("{count} sequences of {STEPS} nights: the rows of full runs");
            }
            "disk" => {
                let failed = faults::fill_disk(count);
                println!("a disk with room for {count} sizes: {failed} nights failed cleanly, the others went through");
            }
            other => panic!("{other}: kills, nights or disk"),
        }
        println!("    in {:.0} s", clock.elapsed().as_secs_f64());
    }
}
