//! How many flows are opened at a time.
//!
//! The list's sweep, a filter, a search, an export and whatever of them was
//! cancelled a moment ago would each keep all cores busy. Together they would have
//! more threads than there are cores; a thread that holds a lock (that on the
//! program's memory, that on its address space) would wait behind the others, and a
//! key behind it. So each flow takes a permit, first come, first served.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use mishark_core::ordered::cores;

/// A fair semaphore: as many permits as there are cores.
pub(super) struct Semaphore {
    queue: Mutex<Queue>,
    moved: Condvar,
}

struct Queue {
    /// The number that who comes next gets.
    next: u64,
    /// Whose number is below this one has, or had, a permit.
    admitted: u64,
}

/// The right to open a flow, until it is dropped.
pub(super) struct Permit<'a>(&'a Semaphore);

impl Default for Semaphore {
    fn default() -> Self {
        Self::of(cores())
    }
}

impl Semaphore {
    fn of(permits: usize) -> Self {
        Self {
            queue: Mutex::new(Queue {
                next: 0,
                admitted: permits as u64,
            }),
            moved: Condvar::new(),
        }
    }

    /// Waits for a permit.
    pub(super) fn acquire(&self) -> Permit<'_> {
        let mut queue = self.lock();
        let number = queue.next;
        queue.next += 1;
        while number >= queue.admitted {
            let waited = self.moved.wait(queue);
            queue = waited.unwrap_or_else(PoisonError::into_inner);
        }
        Permit(self)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing that may panic is done under it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.admitted += 1;
        let is_awaited = queue.next >= queue.admitted;
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
    fn no_more_permits_are_out_than_there_are_and_all_get_theirs() {
        for permits in 1..4 {
            let semaphore = Semaphore::of(permits);
            let [inside, most, done] = [(); 3].map(|()| AtomicUsize::new(0));
            thread::scope(|scope| {
                for _ in 0..6 {
                    scope.spawn(|| {
                        for _ in 0..50 {
                            let _permit = semaphore.acquire();
                            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
                            most.fetch_max(now, Ordering::SeqCst);
                            thread::yield_now();
                            inside.fetch_sub(1, Ordering::SeqCst);
                            done.fetch_add(1, Ordering::SeqCst);
                        }
                    });
                }
            });
            assert!(most.into_inner() <= permits);
            assert_eq!(done.into_inner(), 300);
        }
    }

    #[test]
    fn who_comes_first_is_first_though_the_other_asks_at_once_again() {
        let semaphore = Semaphore::of(1);
        let first = semaphore.acquire();
        let order = Mutex::new(Vec::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let _permit = semaphore.acquire();
                order.lock().unwrap().push("the one that waited");
            });
            while semaphore.lock().next < 2 {
                thread::sleep(Duration::from_micros(100));
            }
            drop(first);
            let _again = semaphore.acquire();
            order.lock().unwrap().push("the one that had it");
        });
        assert_eq!(
            order.into_inner().unwrap(),
            ["the one that waited", "the one that had it"]
        );
    }

    #[test]
    fn a_permit_ends_with_a_panic() {
        let semaphore = Semaphore::of(1);
        let stumbled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _permit = semaphore.acquire();
            panic!("with a permit");
        }));
        assert!(stumbled.is_err());
        let _permit = semaphore.acquire();
    }
}
