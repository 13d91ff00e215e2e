//! `huizong rules`: which rule files there are, whether their examples come out, and how the rules do on marked reports.

use super::score;
use super::spot_check::examples;
use crate::cli;
use crate::pipeline::Engine;
use crate::rules::{FILES, RuleFiles};
use anyhow::Result;
use std::io::Write;

/// Runs the command; the exit code is 1 where an example fails.
pub fn command(options: &cli::Rules, out: &mut impl Write) -> Result<u8> {
    match options {
        cli::Rules::List => list(out),
        cli::Rules::Test { rules } => test(&RuleFiles::for_option(rules.as_deref())?, out),
        cli::Rules::Score { truth, folder, rules, errors } => {
            let engine = Engine::new(&RuleFiles::for_option(rules.as_deref())?)?;
            let score = score::score(&engine, folder, &score::read(truth)?)?;
            score.print(*errors, out)?;
            Ok(0)
        }
    }
}

fn list(out: &mut impl Write) -> Result<u8> {
    writeln!(out, "把同名文件放进一个文件夹，用 --rules 指定；id 相同的规则替换内置规则，其他的添加。内置规则文件：")?;
    for (name, about) in FILES {
        writeln!(out, "  {name:32} {about}")?;
    }
    Ok(0)
}

fn test(rules: &RuleFiles, out: &mut impl Write) -> Result<u8> {
    let engine = Engine::new(rules)?;
    let mut failures = engine.failures(rules)?;
    failures.extend(examples::failures(&engine, rules)?);
    for failure in &failures {
        writeln!(out, "{} 规则 {}：例句「{}」", failure.file, failure.rule, failure.example)?;
        writeln!(out, "    应为 {}，实为 {}", failure.expected, failure.got)?;
    }
    match failures.len() {
        0 => writeln!(out, "所有规则的例句都符合")?,
        n => writeln!(out, "{n} 个例句不符合：请改规则或改例句")?,
    }
    Ok(u8::from(!failures.is_empty()))
}
