//! The command line of those who keep a warehouse running: arguments only, no logic.

use crate::review::status::duration;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// `huizong check`
#[derive(Debug, Args)]
pub struct Check {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 要核对的汇总（默认是当前的一次）
    #[arg(long)]
    pub run: Option<String>,
}

/// `huizong runs`
#[derive(Debug, Subcommand)]
pub enum Runs {
    /// 列出各次汇总，* 是当前的一次
    List {
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
    },
    /// 让较早的一次汇总成为当前的
    Rollback {
        /// 回退到哪一次（默认是当前的前一次）
        run: Option<String>,
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
        /// 另一个进程正在写时等候
        #[arg(long)]
        wait: bool,
    },
    /// 删除旧的汇总，从不删除当前的一次
    Prune {
        /// 保留最新的几次（至少 2，好让正在查询的人读完）
        #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(2..))]
        keep: u16,
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
        /// 另一个进程正在写时等候
        #[arg(long)]
        wait: bool,
    },
}

/// `huizong status`
#[derive(Debug, Args)]
pub struct Status {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 当前的汇总最多可以多旧，如 26h、90m、2d（默认不限）
    #[arg(long, value_parser = duration)]
    pub max_age: Option<Duration>,
    /// 输出一行 JSON
    #[arg(long)]
    pub json: bool,
}

/// `huizong doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// 材料所在的文件夹或文件
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 学校名单
    #[arg(long)]
    pub roster: Option<PathBuf>,
    /// 本区县自己的规则文件夹
    #[arg(long)]
    pub rules: Option<PathBuf>,
}

/// `huizong compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// 较早的一次汇总：编号，或 current、previous
    pub run_a: String,
    /// 较晚的一次汇总：编号，或 current、previous
    pub run_b: String,
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 每张表新增、减少、改变的行各列出多少条
    #[arg(long, default_value_t = 5)]
    pub rows: usize,
    /// 输出一行 JSON
    #[arg(long)]
    pub json: bool,
}
