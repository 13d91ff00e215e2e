//! Arguments to library to exit code.

use clap::Parser;
use huizong::cli::{self, Cli, Command, Lang, LogForm};
use huizong::console::Console;
use huizong::message::Message;
use huizong::{invent, pipeline, review, stop};
use std::io::BufWriter;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(error),
    };
    let console = Console { lang: cli.lang, log: cli.log, quiet: false };
    console.log_panics();
    let done = match &cli.command {
        Command::Ingest(options) => ingest(options, &Console { quiet: options.quiet, ..console }),
        Command::Explain(options) => review::explain::explain(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Check(options) => review::check::command(options, &mut std::io::stdout().lock()),
        Command::Runs(options) => review::runs::command(options, &mut std::io::stdout().lock()).map(|()| 0),
        Command::Status(options) => review::status::command(options, &mut std::io::stdout().lock()),
        Command::Doctor(options) => review::status::doctor(options, cli.lang, &mut std::io::stdout().lock()),
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
    ExitCode::from(done.unwrap_or_else(|error| console.fail(&error)))
}

/// A command line that can't be read, or that asks for help: told as clap tells it, but our own words in the language of
/// the user; and where the log is for programs, as a line of it.
fn misused(error: clap::Error) -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let has = |option: &str, value: &str| {
        arguments.iter().any(|argument| *argument == format!("{option}={value}"))
            || arguments.windows(2).any(|pair| pair[0] == option && pair[1] == value)
    };
    let lang = if has("--lang", "en") { Lang::En } else { Lang::Zh };
    let own = std::error::Error::source(&error).and_then(|own| own.downcast_ref::<Message>());
    let own = own.filter(|_| lang == Lang::En);
    let for_programs = has("--log", "json");
    if !error.use_stderr() || (!for_programs && own.is_none()) {
        error.exit();
    }
    let zh = error.render().to_string();
    let en = own.map_or_else(|| zh.clone(), |own| zh.replace(&own.zh, &own.en));
    let message = Message::usage(zh.trim(), en.trim());
    if !for_programs {
        eprintln!("{}", message.en);
        return ExitCode::from(message.exit);
    }
    ExitCode::from(Console { lang, log: LogForm::Json, quiet: false }.fail(&message.into()))
}

fn ingest(options: &cli::Ingest, console: &Console) -> anyhow::Result<u8> {
    stop::listen()?;
    let summary = pipeline::ingest(options, console)?;
    for line in summary.lines(&options.warehouse.display().to_string()) {
        console.say(&line);
    }
    if options.json {
        println!("{}", serde_json::to_string(&summary)?);
    }
    Ok(summary.exit_code())
}
