//! Threads that wait for work.
//!
//! To start a thread takes memory, and so the lock on the program's memory, which
//! workers hold again and again: beside busy ones that takes milliseconds, in which
//! a key would wait. So a thread that has done its work waits for more.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Work = Box<dyn FnOnce() + Send>;

/// Threads of the same priority. They end with the pool, as soon as their work
/// does; nobody waits for that.
pub(super) struct Pool {
    name: &'static str,
    niceness: i32,
    sender: Sender<Work>,
    receiver: Arc<Mutex<Receiver<Work>>>,
    /// How many threads have nothing to do.
    idle: Arc<AtomicUsize>,
}

impl Pool {
    /// A pool of so many threads, and of more as soon as they are needed. See
    /// [`lower_priority`] for the niceness.
    pub(super) fn new(name: &'static str, niceness: i32, threads: usize) -> Self {
        let (sender, receiver) = channel();
        let pool = Self {
            name,
            niceness,
            sender,
            receiver: Arc::new(Mutex::new(receiver)),
            idle: Arc::default(),
        };
        for _ in 0..threads {
            // If none can be had, the first work says so.
            let _ = pool.add_thread();
        }
        pool
    }

    /// Gives work, which must not panic, to a thread that has none; starts one if
    /// all have.
    pub(super) fn start(&self, work: Work) -> io::Result<()> {
        if self.idle.load(Ordering::SeqCst) == 0 {
            self.add_thread()?;
        }
        self.idle.fetch_sub(1, Ordering::SeqCst);
        // It cannot fail: the pool has the receiver as well.
        let _ = self.sender.send(work);
        Ok(())
    }

    fn add_thread(&self) -> io::Result<()> {
        let (receiver, idle) = (Arc::clone(&self.receiver), Arc::clone(&self.idle));
        let niceness = self.niceness;
        let serve = move || {
            lower_priority(niceness);
            loop {
                let next = receiver.lock().unwrap_or_else(PoisonError::into_inner);
                let Ok(work) = next.recv() else { return };
                drop(next);
                work();
                idle.fetch_add(1, Ordering::SeqCst);
            }
        };
        let builder = thread::Builder::new().name(self.name.to_owned());
        builder.spawn(serve)?;
        self.idle.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// Lets what is more urgent go first where all cores are busy: a thread that is
/// nicer by 5 has a third of what one has that is not, by 10 a tenth. Threads that
/// this one starts do as it does.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn lower_priority(niceness: i32) {
    use rustix::process::{getpriority_process, setpriority_process};
    // Here priorities are those of threads, and `None` is this one. If they cannot
    // be had, nothing is lost but some milliseconds.
    if niceness > 0
        && let Ok(ours) = getpriority_process(None)
    {
        let _ = setpriority_process(None, ours + niceness);
    }
}

/// Elsewhere priorities are those of whole programs.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn lower_priority(_niceness: i32) {}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn work_is_done_side_by_side_and_threads_are_used_again() {
        let pool = Pool::new("test", 0, 0);
        let (say, said) = channel();
        let mut threads = Vec::new();
        for _ in 0..3 {
            // Two that need each other: none can be done after the other.
            let (there, here) = channel();
            let (back, answer) = channel();
            let one = say.clone();
            let other = say.clone();
            pool.start(Box::new(move || {
                there.send(()).unwrap();
                let () = answer.recv().unwrap();
                one.send(thread::current().id()).unwrap();
            }))
            .unwrap();
            pool.start(Box::new(move || {
                let () = here.recv().unwrap();
                back.send(()).unwrap();
                other.send(thread::current().id()).unwrap();
            }))
            .unwrap();
            threads.extend([said.recv().unwrap(), said.recv().unwrap()]);
            // Until both are idle again.
            while pool.idle.load(Ordering::SeqCst) < 2 {
                thread::yield_now();
            }
        }
        threads.sort_by_key(|id| format!("{id:?}"));
        threads.dedup();
        assert_eq!(threads.len(), 2);
    }

    #[test]
    fn threads_end_with_the_pool() {
        let pool = Pool::new("test", 0, 3);
        let shared = Arc::downgrade(&pool.receiver);
        drop(pool);
        while shared.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
