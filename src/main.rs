//! Arguments to library to exit code.

use clap::Parser;
use huizong::cli::{self, Cli, Command, Lang};
use huizong::console::Console;
use huizong::{invent, message, pipeline, review, stop};
use std::io::BufWriter;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Command::Ingest(options) => ingest(options, cli.lang),
        Command::Explain(options) => review::explain::explain(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Check(options) => review::check::command(options, &mut std::io::stdout().lock()),
        Command::Runs(options) => review::runs::command(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Status(options) => review::status::command(options, &mut std::io::stdout().lock()),
        Command::Doctor(options) => review::status::doctor(options, &mut std::io::stdout().lock()),
        Command::Compare(options) => review::compare::command(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Rules(options) => review::rules::command(options, &mut std::io::stdout().lock()),
        Command::Quantities => {
            review::quantities::quantities(std::io::stdin().lock(), BufWriter::new(std::io::stdout().lock()))
                .map(|()| 0)
        }
        Command::SpotCheck(options) => {
            review::spot_check::command(options, &mut std::io::stdin().lock(), &mut std::io::stdout().lock())
        }
        Command::Dictionary(options) => review::dictionary::command(options).map(|()| 0),
        Command::Facts(options) => review::facts::command(options, &mut BufWriter::new(std::io::stdout().lock())),
        Command::Bulletin(options) => review::bulletin::command(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Export(options) => review::export::command(options, &mut std::io::stdout().lock()).map(|()| 0),
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

fn ingest(options: &cli::Ingest, lang: Lang) -> anyhow::Result<u8> {
    stop::listen()?;
    let console = Console { lang, quiet: options.quiet };
    let summary = pipeline::ingest(options, &console)?;
    for line in summary.lines(&options.warehouse.display().to_string()) {
        console.say(&line);
    }
    if options.json {
        println!("{}", serde_json::to_string(&summary)?);
    }
    Ok(summary.exit_code())
}
