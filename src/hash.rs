//! Hashes that are written down: SHA-256 (FIPS 180-4) in hex, the same in tables, manifests and the state.

use sha2::{Digest, Sha256};

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hash of `bytes`, in hex: two files with the same one have the same content.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
