//! Arguments to library to exit code.

use clap::Parser;
use huizong::cli::{self, Cli, Command, Lang, LogForm};
use huizong::console::{self, Console};
use huizong::message::Message;
use huizong::output::{Output, WhenUnread};
use huizong::{invent, pipeline, review, stop};
use std::io::{BufWriter, Write};
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
    let mut out = Output::new(std::io::stdout().lock(), when_unread(&cli.command));
    let done = run(&cli, &console, &mut out);
    ExitCode::from(out.end(done).unwrap_or_else(|error| console.fail(&error)))
}

/// Commands that only list things have nothing more to do when nobody reads them.
fn when_unread(command: &Command) -> WhenUnread {
    match command {
        Command::Explain(_) | Command::Facts(_) | Command::Quantities | Command::Compare(_) => WhenUnread::End,
        Command::Rules(cli::Rules::List) | Command::Runs(cli::Runs::List { .. }) => WhenUnread::End,
        _ => WhenUnread::GoOn,
    }
}

fn run(cli: &Cli, console: &Console, out: &mut impl Write) -> anyhow::Result<u8> {
    match &cli.command {
        Command::Ingest(options) => ingest(options, &Console { quiet: options.quiet, ..*console }, out),
        Command::Explain(options) => review::explain::explain(options, out).map(|()| 0),
        Command::Check(options) => review::check::command(options, out),
        Command::Runs(options) => review::runs::command(options, out).map(|()| 0),
        Command::Status(options) => review::status::command(options, out),
        Command::Doctor(options) => review::status::doctor(options, cli.lang, out),
        Command::Compare(options) => review::compare::command(options, out).map(|()| 0),
        Command::Rules(options) => review::rules::command(options, out),
        Command::Quantities => review::quantities::quantities(std::io::stdin().lock(), BufWriter::new(out)).map(|()| 0),
        Command::SpotCheck(options) => review::spot_check::command(options, &mut std::io::stdin().lock(), out),
        Command::Dictionary(options) => review::dictionary::command(options).map(|()| 0),
        Command::Facts(options) => {
            let mut out = BufWriter::new(out);
            review::facts::command(options, &mut out)?;
            Ok(out.flush().map(|()| 0)?)
        }
        Command::Bulletin(options) => review::bulletin::command(options, out).map(|()| 0),
        Command::Export(options) => review::export::command(options, out).map(|()| 0),
        Command::InventDistrict(options) => invent::write(options).map(|()| 0),
    }
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
        console::put(&message.en);
        return ExitCode::from(message.exit);
    }
    ExitCode::from(Console { lang, log: LogForm::Json, quiet: false }.fail(&message.into()))
}

fn ingest(options: &cli::Ingest, console: &Console, out: &mut impl Write) -> anyhow::Result<u8> {
    stop::listen()?;
    let summary = pipeline::ingest(options, console)?;
    for line in summary.lines(&options.warehouse.display().to_string()) {
        console.say(&line);
    }
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&summary)?)?;
    }
    Ok(summary.exit_code())
}
