//! Arguments to library to exit code.

fn main() {}
