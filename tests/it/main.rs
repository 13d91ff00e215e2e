//! What the program promises, tested through its public surface: files and arguments in, rows and messages out.

mod labelled;
mod tidy;
