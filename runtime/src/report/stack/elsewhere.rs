//! Where nothing is known of frames: the unwinder walks.

use super::Spot;
use super::steps::{Step, Way};

pub(super) const fn here() -> Option<Spot> {
    None
}

pub(super) const fn word(_place: usize) -> usize {
    0
}

pub(super) const fn code(_place: usize) -> usize {
    0
}

pub(super) const fn has_unloaded() -> bool {
    false
}

#[cfg(unix)]
pub(crate) const fn before_fork() {}

#[cfg(unix)]
pub(crate) const fn after_fork() {}

pub(super) const fn step(_address: usize) -> Step {
    Step {
        function: 0,
        way: Way::Hard,
    }
}
