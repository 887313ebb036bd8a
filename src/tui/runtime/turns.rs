//! Whose turn it is to open a flow.
//!
//! The list's sweep, a filter, a search, an export and whatever of them was
//! cancelled a moment ago would each keep all cores busy. Together they would have
//! more threads than there are cores; a thread that holds a lock (that on the
//! program's memory, that on its address space) would wait behind the others, and a
//! key behind it. So they take turns, a flow at a time, first come, first served.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use mishark_core::ordered::cores;

/// Turns for as many at a time as there are cores.
pub(super) struct Turns {
    queue: Mutex<Queue>,
    moved: Condvar,
}

struct Queue {
    /// The number that who comes next gets.
    next: u64,
    /// Whose number is below this one has, or had, a turn.
    called: u64,
}

/// Somebody's turn; it ends when this is dropped.
pub(super) struct Turn<'a>(&'a Turns);

impl Default for Turns {
    fn default() -> Self {
        Self::of(cores())
    }
}

impl Turns {
    fn of(places: usize) -> Self {
        Self {
            queue: Mutex::new(Queue {
                next: 0,
                called: places as u64,
            }),
            moved: Condvar::new(),
        }
    }

    /// Waits until it is one's turn.
    pub(super) fn take(&self) -> Turn<'_> {
        let mut queue = self.lock();
        let number = queue.next;
        queue.next += 1;
        while number >= queue.called {
            let waited = self.moved.wait(queue);
            queue = waited.unwrap_or_else(PoisonError::into_inner);
        }
        Turn(self)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing that may panic is done under it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.called += 1;
        let is_awaited = queue.next >= queue.called;
        drop(queue);
        if is_awaited {
            // Each knows its own number only.
            self.0.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn no_more_than_the_places_are_taken_and_all_come_to_their_turn() {
        for places in 1..4 {
            let turns = Turns::of(places);
            let [inside, most, done] = [(); 3].map(|()| AtomicUsize::new(0));
            thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            let _turn = turns.take();
                            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            done.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            assert!(most.into_inner() <= places);
            assert_eq!(done.into_inner(), 300);
        }
    }

    #[test]
    fn who_comes_first_is_first_though_the_other_asks_at_once_again() {
        let turns = Turns::of(1);
        let first = turns.take();
        let order = Mutex::new(Vec::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let _turn = turns.take();
                order.lock().unwrap().push("the one that waited");
            });
            while turns.lock().next < 2 {
                thread::sleep(Duration::from_micros(100));
            }
            drop(first);
            let _again = turns.take();
            order.lock().unwrap().push("the one that had it");
        });
        assert_eq!(
            order.into_inner().unwrap(),
            ["the one that waited", "the one that had it"]
        );
    }

    #[test]
    fn a_turn_ends_with_a_panic() {
        let turns = Turns::of(1);
        let stumbled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _turn = turns.take();
            panic!("in its turn");
        }));
        assert!(stumbled.is_err());
        let _turn = turns.take();
    }
}
