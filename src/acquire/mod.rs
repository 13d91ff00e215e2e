//! Step 1, files to clean text: [`read`] finds and reads, [`decode`] turns bytes into text, [`clean`] repairs it.
//! [`personal`] covers personal data in between, where it is asked for. What can't be used leaves with a [`reject::Reason`].

pub mod clean;
pub mod decode;
pub mod personal;
pub mod read;
pub mod reject;
