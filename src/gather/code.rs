//! Short words that repeat without end: the codes of kinds, topics and units, kept once each.
//!
//! The digests of a whole district lie in memory together; as strings, the codes in them would weigh more than all else.
//! Only what comes from a list belongs in here (codes of the contract, units of the rules), never free text: what is
//! kept once is kept until the program ends.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::{LazyLock, Mutex};

/// A code; as small and as cheap to copy as a number, and read like a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static &'static str);

static KNOWN: LazyLock<Mutex<FxHashMap<&'static str, Code>>> = LazyLock::new(Mutex::default);

impl Code {
    /// The code as it is written.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl Default for Code {
    fn default() -> Self {
        Code(&"")
    }
}

thread_local! {
    /// What this thread has asked for: a district's digests hold millions of codes.
    static ASKED: RefCell<FxHashMap<&'static str, Code>> = RefCell::default();
}

impl From<&str> for Code {
    fn from(code: &str) -> Self {
        ASKED.with_borrow_mut(|asked| {
            if let Some(known) = asked.get(code) {
                return *known;
            }
            let mut known = KNOWN.lock().expect("no thread panics while it holds the list");
            let found = known.get(code).copied().unwrap_or_else(|| {
                let kept: &'static str = Box::leak(code.into());
                Code(Box::leak(Box::new(kept)))
            });
            known.insert(found.0, found);
            asked.insert(found.0, found);
            found
        })
    }
}

impl Deref for Code {
    type Target = str;
    fn deref(&self) -> &str {
        self.0
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        *self.0 == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&str>::deserialize(deserializer).map(Code::from)
    }
}
