//! Step 4, findings to rows, statistics, copies and district tables.
//!
//! [`rows`] turns what was found in one file into the rows of the tables, [`stats`] computes what a report says of
//! itself, [`brief`] takes down what the district view needs of it ([`digest`]). Nothing of these looks at more than one
//! file: what needs many comes after, from the digests alone, in [`district`] (who reported, which period, copies, and
//! the district's tables). [`roster`], [`periods`], [`norms`], [`clause`], [`terms`], [`wording`] and [`copies`] are its
//! parts.

pub mod brief;
pub mod clause;
pub mod code;
pub mod copies;
pub mod digest;
pub mod district;
pub mod norms;
pub mod periods;
pub mod phrases;
pub mod quantity;
pub mod roster;
pub mod rows;
pub mod stats;
pub mod terms;
pub mod wording;
