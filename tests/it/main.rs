//! What the program promises, tested through its public surface: files and arguments in, rows and messages out.

#![allow(clippy::unwrap_used)] // a test that panics has said what it has to say

mod bulletin;
mod bulletin_files;
mod changes;
mod comparators;
mod county;
mod determinism;
mod district;
mod errors;
mod exports;
mod faults;
mod gate;
mod gather;
mod inputs;
mod labelled;
mod layout;
mod log;
mod mutants;
mod mutations;
mod nights;
mod office;
mod operate;
mod personal;
mod publish;
mod resilience;
mod runs;
mod spot_check;
mod streams;
mod temp;
mod text;
mod tidy;
mod vocabulary;
