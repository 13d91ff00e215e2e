//! Short words that repeat without end: the codes of kinds, topics and units, kept once each.
//!
//! The digests of a whole district lie in memory together; as strings, the codes in them would weigh more than all else.
//! Only what comes from a list belongs in here (codes of the contract, units of the rules), never free text: what is
//! kept once is kept until the program ends.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::Deref;
use std::sync::{LazyLock, RwLock};

/// A code; as small and as cheap to copy as a number, and read like a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static &'static str);

static KNOWN: LazyLock<RwLock<FxHashMap<&'static str, Code>>> = LazyLock::new(RwLock::default);

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

impl From<&str> for Code {
    fn from(code: &str) -> Self {
        const LOCK: &str = "no thread panics while it holds the list";
        if let Some(known) = KNOWN.read().expect(LOCK).get(code) {
            return *known;
        }
        let mut list = KNOWN.write().expect(LOCK);
        // Another thread may have been faster.
        if let Some(known) = list.get(code) {
            return *known;
        }
        let kept: &'static str = Box::leak(code.into());
        let new = Code(Box::leak(Box::new(kept)));
        list.insert(kept, new);
        new
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
