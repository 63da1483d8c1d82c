//! Real processes, ended in every way, against the inbox.

mod configuration;
mod ends;
mod load;
mod no_op;
mod program;
mod runtimes;
mod trouble;
