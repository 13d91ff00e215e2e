//! A graceful stop: SIGINT and SIGTERM set a mark, and long work looks at it between two steps.

use crate::message::{Code, Message};
use anyhow::{Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// The signal that asked to stop; 0 where none did.
static ASKED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// Listens from now on. A second signal of the same kind ends the program at once, as it would without this.
pub fn listen() -> Result<()> {
    let asked = ASKED.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        let before = Arc::new(std::sync::atomic::AtomicBool::new(false));
        signal_hook::flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&before))?;
        signal_hook::flag::register(signal, before)?;
        signal_hook::flag::register_usize(signal, Arc::clone(asked), signal as usize)?;
    }
    Ok(())
}

/// Fails where a signal asked to stop, with the exit code 128 + its number.
pub fn check() -> Result<()> {
    match ASKED.get().map_or(0, |asked| asked.load(Ordering::Relaxed)) {
        0 => Ok(()),
        signal => bail!(
            Message::new(
                "已按要求停止：没有发布，上一次汇总保持不变",
                "stopped as asked: nothing was published, the last run stays"
            )
            .code(Code::Stopped)
            .exit(128 + signal as u8)
        ),
    }
}
