//! Arguments to library to exit code.

use clap::Parser;
use huizong::cli::{Cli, Command};
use huizong::{invent, message, pipeline, review};
use std::io::BufWriter;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Ingest(options) => pipeline::ingest(options).map(|summary| summary.exit_code()),
        Command::Explain(options) => review::explain::explain(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Check(options) => review::check::command(options, &mut std::io::stdout().lock()),
        Command::Runs(options) => review::runs::command(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Quantities => {
            review::quantities::quantities(std::io::stdin().lock(), BufWriter::new(std::io::stdout().lock()))
                .map(|()| 0)
        }
        Command::InventDistrict(options) => invent::write(options).map(|()| 0),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let (text, exit) = message::told(&error, cli.lang);
            eprintln!("错误：{text}");
            ExitCode::from(exit)
        }
    }
}
