//! Work spread over all cores whose results come back in order.
//!
//! ```text
//! jobs ──pull──▶ workers ──(number, result)──▶ caller: sink, in order
//!        ▲                                        │
//!        └──────── at most `window` ahead ────────┘
//! ```
//!
//! Indexing and decrypting both run on this: memory stays bounded by the window
//! however large the file, and the sink may stop everything.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many jobs may be pulled ahead of the one the sink waits for, a core.
/// Two keep a core busy while its neighbour is in a long job.
const WINDOW_PER_CORE: u64 = 4;

/// How many threads to use: the machine's cores, or one if it does not tell.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

struct Queue<I> {
    jobs: I,
    pulled: u64,
    delivered: u64,
    stopped: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A worker that panics takes the whole run down through the scope, so a
    // poisoned queue is never read for its content.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` on each of `jobs`, on `threads` threads, and hands the results
/// to `sink` in the order of the jobs until it breaks.
///
/// Jobs are pulled one at a time under a lock, so the iterator may do work of
/// its own (scan a file) while the other threads are busy.
pub fn in_order<J, R>(
    threads: usize,
    jobs: impl Iterator<Item = J> + Send,
    work: impl Fn(J) -> R + Sync,
    mut sink: impl FnMut(R) -> ControlFlow<()>,
) -> ControlFlow<()>
where
    R: Send,
{
    let window = threads as u64 * WINDOW_PER_CORE;
    let queue = Mutex::new(Queue {
        jobs,
        pulled: 0,
        delivered: 0,
        stopped: false,
    });
    let moved = Condvar::new();
    let pull = || {
        let mut queue = lock(&queue);
        while !queue.stopped && queue.pulled >= queue.delivered + window {
            queue = moved.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.stopped {
            return None;
        }
        let job = queue.jobs.next()?;
        queue.pulled += 1;
        Some((queue.pulled - 1, job))
    };
    thread::scope(|scope| {
        let (send, receive) = sync_channel(threads);
        for _ in 0..threads.max(1) {
            let send = send.clone();
            let (pull, work) = (&pull, &work);
            scope.spawn(move || {
                while let Some((number, job)) = pull() {
                    if send.send((number, work(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        let mut flow = ControlFlow::Continue(());
        'receive: for (number, result) in receive.iter() {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                flow = sink(result);
                let mut queue = lock(&queue);
                queue.delivered = next;
                queue.stopped |= flow.is_break();
                moved.notify_all();
                if flow.is_break() {
                    break 'receive;
                }
            }
        }
        drop(receive);
        flow
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_speed() {
        for threads in 1..5 {
            let mut seen = Vec::new();
            let work = |n: u64| {
                thread::sleep(std::time::Duration::from_micros((n * 7) % 50));
                n
            };
            let flow = in_order(threads, 0..200, work, |n| {
                seen.push(n);
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
            assert!(seen.iter().copied().eq(0..200));
        }
    }

    #[test]
    fn a_break_stops_the_workers() {
        let mut seen = 0;
        let flow = in_order(
            3,
            0u64..,
            |n| n,
            |n| {
                seen = n;
                if n == 10 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        assert!(flow.is_break());
        assert_eq!(seen, 10);
    }
}
