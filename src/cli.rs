//! The command line: arguments only, no logic.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// 汇总：把学校上报的双减、五项管理材料变成可核对的数据表
#[derive(Debug, Parser)]
#[command(name = "huizong", version, about, max_term_width = 100)]
pub struct Cli {
    /// 信息的语言 (language of messages)
    #[arg(long, global = true, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Language of messages to people; machine keys are English in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 读入材料，提取事实，发布一次新的汇总
    Ingest(Ingest),
    /// 逐句说明一个文件是怎样读的：清洗后的文字、词、规则、结果、舍去的原因
    Explain(Explain),
    /// 核对一次汇总是否合乎数据契约（schemas/）：文件、主键、引用、取值、原文位置、数目
    Check(Check),
    /// 列出各次汇总，回退，清理
    #[command(subcommand)]
    Runs(Runs),
    /// 从标准输入逐行识别数字，每行输出一行 JSON
    Quantities,
    /// 规则：列出规则文件、检验例句、用标注过的报告打分
    #[command(subcommand)]
    Rules(Rules),
    /// 生成数据字典：一个网页，说明每张表每一列的类型、单位、取值和含义
    Dictionary(Dictionary),
    /// 编造一个答案已知的区县，供测试和测速
    #[command(hide = true)]
    InventDistrict(InventDistrict),
}

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

/// `huizong dictionary`
#[derive(Debug, Args)]
pub struct Dictionary {
    /// 写到哪个文件，如 数据字典.html
    #[arg(long)]
    pub output: PathBuf,
}

/// `huizong invent-district`
#[derive(Debug, Args)]
pub struct InventDistrict {
    /// 写到哪个文件夹：reports/、roster.csv、truth.json
    pub output: PathBuf,
    /// 学校数
    #[arg(long, default_value_t = 300)]
    pub schools: usize,
    /// 报送期数
    #[arg(long, default_value_t = 2)]
    pub periods: usize,
    /// 随机种子
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// `huizong ingest`
#[derive(Debug, Args)]
pub struct Ingest {
    /// 材料所在的文件夹或文件
    #[arg(required = true)]
    pub inputs: Vec<PathBuf>,
    /// 汇总库所在的文件夹（没有就新建）
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 学校名单（CSV：编号,学校名称,简称,区县,乡镇,学段,学生数,教师数）
    #[arg(long)]
    pub roster: Option<PathBuf>,
    /// 这批材料的报送期，如 2021年秋季学期、2023-11；不写则从路径和文中读取
    #[arg(long)]
    pub period: Option<String>,
    /// 报送截止日，如 2023-12-31：之后的报告算迟交，之前没交的算待交
    #[arg(long)]
    pub due: Option<String>,
    /// 另一个进程正在写这个汇总库时等候，而不是以 75 退出
    #[arg(long)]
    pub wait: bool,
    /// 本区县自己的规则文件夹，补充或替换内置规则
    #[arg(long)]
    pub rules: Option<PathBuf>,
    /// 同时使用的线程数（默认等于处理器数）
    #[arg(long)]
    pub jobs: Option<usize>,
    /// 全部重新读取，不沿用上一次的结果（目前每次都全部读取）
    #[arg(long)]
    pub full: bool,
    /// 试运行：照常读取和检查，但不发布
    #[arg(long)]
    pub dry_run: bool,
    /// 报告数比上次少一半以上也照常发布
    #[arg(long)]
    pub allow_less: bool,
    /// 成功时不显示任何信息
    #[arg(long)]
    pub quiet: bool,
    /// 标准输出最后一行给出 JSON 摘要
    #[arg(long)]
    pub json: bool,
}

/// `huizong explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// 要说明的文件
    pub file: PathBuf,
    /// 本区县自己的规则文件夹
    #[arg(long)]
    pub rules: Option<PathBuf>,
}

/// `huizong rules`
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// 列出可以补充或替换的规则文件
    List,
    /// 检验规则旁边的例句
    Test {
        /// 本区县自己的规则文件夹
        #[arg(long)]
        rules: Option<PathBuf>,
    },
    /// 用标注过的报告给规则打分
    Score {
        /// 标注文件（每行一句的 JSON）
        truth: PathBuf,
        /// 标注的报告所在的文件夹
        folder: PathBuf,
        /// 本区县自己的规则文件夹
        #[arg(long)]
        rules: Option<PathBuf>,
        /// 最多列出多少处差错
        #[arg(long, default_value_t = 0)]
        errors: usize,
    },
}
