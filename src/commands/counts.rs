//! How many flows are in each state.

use mishark_core::decode::State;

/// A number for each state.
#[derive(Debug, Default)]
pub(super) struct Counts([usize; State::ALL.len()]);

impl Counts {
    /// One more flow in that state.
    pub(super) fn add(&mut self, state: State) {
        for (known, count) in State::ALL.into_iter().zip(&mut self.0) {
            *count += usize::from(known == state);
        }
    }

    /// All states with their numbers, in the order they are shown in.
    pub(super) fn iter(&self) -> impl Iterator<Item = (State, usize)> + '_ {
        State::ALL.into_iter().zip(self.0)
    }

    /// How many flows are in that state.
    pub(super) fn of(&self, state: State) -> usize {
        self.iter()
            .filter(|(known, _)| *known == state)
            .map(|(_, count)| count)
            .sum()
    }

    /// How many flows there are in all.
    pub(super) fn total(&self) -> usize {
        self.0.iter().sum()
    }
}
