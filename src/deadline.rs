//! How long one file may take. Work looks at its deadline between two steps and gives the file up where it has passed;
//! nothing is interrupted, so nothing is left half done.

use std::time::{Duration, Instant};

/// When the work on one file must be over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// From now on so long; without a limit never. A limit beyond what the clock can count is none.
    pub fn after(limit: Option<Duration>) -> Self {
        Deadline(limit.and_then(|limit| Instant::now().checked_add(limit)))
    }

    /// True where it has passed. Looks at the clock, so it is not for inner loops.
    pub fn has_passed(self) -> bool {
        self.0.is_some_and(|at| Instant::now() >= at)
    }
}
