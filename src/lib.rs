//! huizong (汇总): from a folder of reports, as schools send them, to tables of checked facts.
//!
//! # The flow
//!
//! [`pipeline`] shows it on one screen. Each folder of `src` is a step, in alphabetical order:
//!
//! | step | folder | from | to |
//! |---|---|---|---|
//! | 1 | [`acquire`] | files | clean text with the way back to the original |
//! | 2 | [`dissect`] | clean text | reports, sections, units (sentences, headings), words |
//! | 3 | [`extract`] | units | findings: figures, measures, problems |
//! | 4 | [`gather`] | findings | rows, statistics, copies, district tables |
//! | 5 | [`publish`] | rows | Parquet, one atomic run |
//! | 6 | [`review`] | a run | what people do with it: explain, spot-check, compare, check |
//!
//! A file beside the folders is what the steps share: [`document`] and [`finding`] are what flows, [`span`] is the way
//! back to the original, [`tables`] the rows, [`rules`] how rule files are read, [`plan`] what a night carries over from the one before,
//! [`night`] carries it out.
//!
//! # Invariants
//!
//! - Only `acquire::read` and `publish` touch the disk in an ingest; all between is a pure function of bytes and rules,
//!   so the rows do not depend on the number of threads.
//! - A quote is the slice `start..end` of the source text, always.
//! - Whatever is dropped has a fixed reason code and is a row of `rejects` or `refusals`.

pub mod acquire;
pub mod cli;
pub mod console;
pub mod deadline;
pub mod dissect;
pub mod document;
pub mod extract;
pub mod finding;
pub mod gather;
pub mod hanzi;
pub mod hash;
pub mod invent;
pub mod message;
pub mod night;
pub mod output;
pub mod pipeline;
pub mod plan;
pub mod publish;
pub mod review;
pub mod rules;
pub mod span;
pub mod stop;
pub mod summary;
pub mod tables;
