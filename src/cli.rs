//! The command line: arguments only, no logic.

mod operate;
mod spot_check;

pub use operate::{Check, Compare, Doctor, Runs, Status};
pub use spot_check::{Draw, SpotCheck, SpotCheckReport};

use crate::message::Message;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// 汇总：把学校上报的双减、五项管理材料变成可核对的数据表
#[derive(Debug, Parser)]
#[command(name = "huizong", version, max_term_width = 100)]
pub struct Cli {
    /// 信息的语言 (language of messages)
    #[arg(long, global = true, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// 标准错误上的信息写成什么：text 给人看，json 每行一个对象，给收集日志的程序
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub log: LogForm,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Form of messages on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// Sentences.
    Text,
    /// One JSON object in a line.
    Json,
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
    /// 监测：当前的汇总有多旧，之后有没有失败的（退出码 0 正常，4 过期或核对不通过，5 没有汇总）
    Status(Status),
    /// 预检：规则、名单、材料、汇总库是否都能用，不改动任何东西
    Doctor(Doctor),
    /// 比较两次汇总：按表和规则列出新增、减少、改变、移位的行
    Compare(Compare),
    /// 规则：列出规则文件、检验例句、用标注过的报告打分
    #[command(subcommand)]
    Rules(Rules),
    /// 抽查核对：抽取样本，核对，导入结论，报告准确率
    #[command(subcommand)]
    SpotCheck(SpotCheck),
    /// 生成数据字典：一个网页，说明每张表每一列的类型、单位、取值和含义
    Dictionary(Dictionary),
    /// 通报：一页 A4 的网页，或供发文的 DOCX；每校一页的反馈
    Bulletin(Bulletin),
    /// 查事实：按学校、主题、指标、文字筛选举措、数据、问题，看表格或输出 CSV、JSON
    Facts(Facts),
    /// 导出给没有查询工具的人：一个文件夹的 CSV，或一个 XLSX 工作簿
    Export(Export),
    /// 编造一个答案已知的区县，供测试和测速
    #[command(hide = true)]
    InventDistrict(InventDistrict),
}

/// `huizong dictionary`
#[derive(Debug, Args)]
pub struct Dictionary {
    /// 写到哪个文件，如 数据字典.html
    #[arg(long)]
    pub output: PathBuf,
}

/// `huizong bulletin`
#[derive(Debug, Args)]
pub struct Bulletin {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 哪一次汇总（默认是当前的一次）
    #[arg(long)]
    pub run: Option<String>,
    /// 写到哪个文件：.html（看）、.docx（发文）、.json（所有的数，给程序）
    #[arg(long)]
    pub output: Option<PathBuf>,
    /// 每校一页的反馈写到哪个文件夹：读到了什么、缺什么、哪些 XX 没填
    #[arg(long)]
    pub schools: Option<PathBuf>,
    /// 报送期，如 2022年秋季学期（默认是最近的一期；没有名单而报送期不一时合在一起）
    #[arg(long)]
    pub period: Option<String>,
    /// 区县（默认全部）
    #[arg(long)]
    pub district: Option<String>,
    /// 发文单位，如 临川县教育局
    #[arg(long)]
    pub issuer: Option<String>,
    /// 期号，如 第3期
    #[arg(long)]
    pub number: Option<String>,
}

/// `huizong facts`
#[derive(Debug, Args)]
pub struct Facts {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 哪一次汇总（默认是当前的一次）
    #[arg(long)]
    pub run: Option<String>,
    /// 只看一类：数据、举措或问题
    #[arg(long, value_enum)]
    pub kind: Option<FactKind>,
    /// 性质、进展或状态，如 实际、规定、目标；已完成、计划；现存、已解决
    #[arg(long)]
    pub state: Option<String>,
    /// 指标，如 书面作业时长、课后服务
    #[arg(long)]
    pub indicator: Option<String>,
    /// 主题，如 作业管理、睡眠
    #[arg(long)]
    pub topic: Option<String>,
    /// 单位名称（含这几个字）或学校编号
    #[arg(long)]
    pub school: Option<String>,
    /// 报送期，如 2022-autumn、2022年秋季学期
    #[arg(long)]
    pub period: Option<String>,
    /// 来文路径（含这几个字）
    #[arg(long)]
    pub file: Option<String>,
    /// 句子（含这几个字）
    #[arg(long)]
    pub text: Option<String>,
    /// 规则（以此开头），如 problem.lack
    #[arg(long)]
    pub rule: Option<String>,
    /// 可信度低于这个数的
    #[arg(long)]
    pub below: Option<f64>,
    /// 只看没有填的 XX
    #[arg(long)]
    pub masked: bool,
    /// 只看计入统计的报告：不含雷同、被替换、内容无关的
    #[arg(long)]
    pub counted: bool,
    /// 遮盖个人信息（电话、身份证号、邮箱和账号、学生姓名）
    #[arg(long)]
    pub mask_personal: bool,
    /// 最多列出多少条，0 为全部（表格默认 50，CSV、JSON 默认全部）
    #[arg(long)]
    pub limit: Option<usize>,
    /// 输出的形式
    #[arg(long, value_enum, default_value = "table")]
    pub format: FactFormat,
    /// 表格的宽度，以半角字符计（默认取环境变量 COLUMNS，没有则为 120）
    #[arg(long)]
    pub width: Option<usize>,
}

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FactKind {
    /// Table `figures`.
    #[value(name = "数据", alias = "figures")]
    Figures,
    /// Table `measures`.
    #[value(name = "举措", alias = "measures")]
    Measures,
    /// Table `problems`.
    #[value(name = "问题", alias = "problems")]
    Problems,
}

/// How findings are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FactFormat {
    /// Columns that line up in a terminal.
    Table,
    /// CSV with a byte order mark and Chinese headers.
    Csv,
    /// One JSON object in a line, with machine names.
    Json,
}

/// `huizong export`
#[derive(Debug, Args)]
pub struct Export {
    /// 汇总库所在的文件夹
    #[arg(long)]
    pub warehouse: PathBuf,
    /// 哪一次汇总（默认是当前的一次）
    #[arg(long)]
    pub run: Option<String>,
    /// 写到哪里：文件夹（CSV）或以 .xlsx 结尾的文件
    #[arg(long)]
    pub output: PathBuf,
    /// 只导出这些表（可写多次），如 数据、问题、school_summary
    #[arg(long)]
    pub table: Vec<String>,
    /// 遮盖个人信息（电话、身份证号、邮箱和账号、学生姓名），并说出遮盖了多少处
    #[arg(long)]
    pub mask_personal: bool,
    /// CSV 不加字节顺序标记（给程序读时用）
    #[arg(long)]
    pub no_bom: bool,
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
    /// 报送截止日，如 2023-12-31：之后的报告算迟交，之前没交的算待交。只管 --period 那一期；不写 --period 就是到那天
    /// 已经开始的最后一期
    #[arg(long)]
    pub due: Option<String>,
    /// 另一个进程正在写这个汇总库时等候，而不是以 75 退出
    #[arg(long)]
    pub wait: bool,
    /// 本区县自己的规则文件夹，补充或替换内置规则
    #[arg(long)]
    pub rules: Option<PathBuf>,
    /// 同时使用的线程数（默认等于处理器数）
    #[arg(long, value_parser = jobs)]
    pub jobs: Option<usize>,
    /// 全部重新读取，不沿用上一次的结果
    #[arg(long)]
    pub full: bool,
    /// 试运行：照常读取和检查，列出新增、改动、移动、删除的文件，但不发布
    #[arg(long)]
    pub dry_run: bool,
    /// 遮盖个人信息（电话、身份证号、邮箱和账号、学生姓名）：每个字换成 █，之后的一切都看不到原字
    #[arg(long)]
    pub mask_personal: bool,
    /// 一个文件最多读几秒，超过的拒收（time_limit）；0 为不限
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub file_seconds: f64,
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

impl Ingest {
    /// How long one file may take; none is as long as it takes.
    pub fn file_limit(&self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.file_seconds).ok().filter(|limit| !limit.is_zero())
    }
}

/// More threads than any machine of an office has processors; each of them holds a file.
const MOST_JOBS: usize = 512;

fn jobs(text: &str) -> Result<usize, Message> {
    let jobs = text.parse().ok().filter(|jobs| *jobs <= MOST_JOBS);
    jobs.ok_or_else(|| {
        let en = format!("must be a number of threads, at most {MOST_JOBS}; 0 is one for each processor");
        Message::usage(format!("应是线程数，不超过 {MOST_JOBS}；0 为等于处理器数"), en)
    })
}

fn seconds(text: &str) -> Result<f64, Message> {
    let seconds = text.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0);
    seconds.ok_or_else(|| {
        let en = "must be a number of seconds, not less than 0, such as 60 or 0.5; 0 is no limit";
        Message::usage("应是不小于 0 的秒数，如 60、0.5；0 为不限", en)
    })
}

/// `huizong explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// 要说明的文件
    pub file: PathBuf,
    /// 遮盖个人信息，与 ingest --mask-personal 相同
    #[arg(long)]
    pub mask_personal: bool,
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
