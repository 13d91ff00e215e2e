//! The arguments of `huizong spot-check`.

use crate::message::Message;
use crate::review::spot_check::{acceptance, stats};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `huizong spot-check`
#[derive(Debug, Subcommand)]
pub enum SpotCheck {
    /// 从当前的汇总抽取样本，写成一个批次文件夹
    Draw(Draw),
    /// 在终端逐条核对，或写出一个离线的核对网页
    Review {
        /// 批次文件夹
        batch: PathBuf,
        /// 核对人的姓名或代号
        #[arg(long, default_value = "")]
        reviewer: String,
        /// 不在终端核对，只写出网页
        #[arg(long)]
        html: Option<PathBuf>,
    },
    /// 把核对结果导入汇总库（JSONL、CSV 或 Parquet，可以有几个人的）
    Import {
        /// 批次文件夹
        batch: PathBuf,
        /// 核对结果；不写则读批次文件夹里的 verdicts-*
        files: Vec<PathBuf>,
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
        /// 另一个进程正在写时等候
        #[arg(long)]
        wait: bool,
    },
    /// 报告准确率、漏抽率、一致性和接收判定
    Report(SpotCheckReport),
    /// 把确认的差错写成例句，供 rules test 检验
    Examples {
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
        /// 本区县的规则文件夹（文件名是 confirmed_examples.toml；已有的例句保留）
        #[arg(long)]
        output: PathBuf,
    },
    /// 导出全部核对结果
    Export {
        /// 汇总库所在的文件夹
        #[arg(long)]
        warehouse: PathBuf,
        /// 写到哪个文件（.csv、.jsonl 或 .parquet）
        #[arg(long)]
        output: PathBuf,
    },
}

/// `huizong spot-check draw`
#[derive(Debug, Args)]
pub struct Draw {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 批次写到哪个文件夹
    #[arg(long)]
    pub output: PathBuf,
    /// 分层抽取多少条事实
    #[arg(long, default_value_t = 60)]
    pub size: usize,
    /// 抽取多少个没有抽出事实的句子来查漏
    #[arg(long, default_value_t = 20)]
    pub missed: usize,
    /// 随机种子：相同则样本相同
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 同一单位最多抽多少条
    #[arg(long, default_value_t = 10)]
    pub per_body: usize,
    /// 上简报的事实全部必核
    #[arg(long)]
    pub bulletin: bool,
    /// 必核清单：每行一个事实编号
    #[arg(long)]
    pub must: Option<PathBuf>,
    /// 按 GB/T 2828.1 的这个接收质量限（每百条不合格数）配齐各类的样本
    #[arg(long, value_parser = aql)]
    pub aql: Option<f64>,
    /// 本区县自己的规则文件夹，与汇总时相同
    #[arg(long)]
    pub rules: Option<PathBuf>,
}

/// `huizong spot-check report`
#[derive(Debug, Args)]
pub struct SpotCheckReport {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 只看这些批次（默认全部）
    #[arg(long)]
    pub batch: Vec<String>,
    /// 规则的门槛：准确率的单侧 95% 下限要达到多少
    #[arg(long, default_value_t = stats::GATE, value_parser = share)]
    pub gate: f64,
    /// GB/T 2828.1 的接收质量限（每百条不合格数）
    #[arg(long, default_value_t = 4.0, value_parser = aql)]
    pub aql: f64,
}

/// A limit that the standard's tables have.
fn aql(text: &str) -> Result<f64, Message> {
    let value = text.parse().ok().filter(|value| acceptance::LIMITS.contains(value));
    value.ok_or_else(|| {
        let limits = acceptance::LIMITS.map(|limit| limit.to_string());
        let (zh, en) = (limits.join("、"), limits.join(", "));
        Message::usage(format!("应为标准中的一个值：{zh}"), format!("must be a value of the standard: {en}"))
    })
}

fn share(text: &str) -> Result<f64, Message> {
    let value = text.parse().ok().filter(|value| (0.0..1.0).contains(value));
    value.ok_or_else(|| Message::usage("应在 0 与 1 之间", "must be between 0 and 1"))
}
