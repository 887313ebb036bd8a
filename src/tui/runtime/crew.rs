//! Threads that stand ready for work.
//!
//! To start a thread takes memory, and so the lock on the program's memory, which
//! workers hold again and again: beside busy ones that takes milliseconds, in which
//! a key would wait. So a thread that has done its work waits for more.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

type Work = Box<dyn FnOnce() + Send>;

/// Threads of the same patience.
pub(super) struct Crew {
    name: &'static str,
    patience: i32,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    came: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    /// How many threads have nothing to do.
    idle: usize,
    is_over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic is done under it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Crew {
    /// A crew without a thread. See [`give_way`] for their patience.
    pub(super) fn new(name: &'static str, patience: i32) -> Self {
        Self {
            name,
            patience,
            shared: Arc::default(),
        }
    }

    /// Has so many threads stand ready.
    pub(super) fn stand_ready(&self, threads: usize) {
        for _ in 0..threads {
            // If none can be had, the first work says so.
            let _ = self.hire();
        }
    }

    /// Gives work to a thread that has none, and starts one if all have.
    pub(super) fn start(&self, work: Work) -> io::Result<()> {
        let mut state = self.shared.lock();
        if state.idle <= state.waiting.len() {
            drop(state);
            self.hire()?;
            state = self.shared.lock();
        }
        state.waiting.push_back(work);
        drop(state);
        self.shared.came.notify_one();
        Ok(())
    }

    fn hire(&self) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let patience = self.patience;
        // It is idle from now on: it looks for work as soon as it runs.
        self.shared.lock().idle += 1;
        let run = move || {
            give_way(patience);
            serve(&shared);
        };
        let hired = thread::Builder::new().name(self.name.to_owned()).spawn(run);
        if hired.is_err() {
            self.shared.lock().idle -= 1;
        }
        hired.map(drop)
    }
}

impl Drop for Crew {
    /// Threads end when their work does; nobody waits for that.
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.came.notify_all();
    }
}

/// Works until the crew is over. `work` must not panic.
fn serve(shared: &Shared) {
    let mut state = shared.lock();
    while !state.is_over {
        if let Some(work) = state.waiting.pop_front() {
            state.idle -= 1;
            drop(state);
            work();
            state = shared.lock();
            state.idle += 1;
        } else {
            let waited = shared.came.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Lets what is more urgent go first where all cores are busy: a thread that is
/// nicer by 5 has a third of what one has that is not, by 10 a tenth. Threads that
/// this one starts do as it does.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn give_way(patience: i32) {
    use rustix::process::{getpriority_process, setpriority_process};
    // Here priorities are those of threads, and `None` is this one. If they can not
    // be had, nothing is lost but some milliseconds.
    if patience > 0
        && let Ok(ours) = getpriority_process(None)
    {
        let _ = setpriority_process(None, ours + patience);
    }
}

/// Elsewhere priorities are those of whole programs.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn give_way(_patience: i32) {}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn work_is_done_side_by_side_and_threads_are_used_again() {
        let crew = Crew::new("test", 0);
        let (say, said) = channel();
        let mut threads = Vec::new();
        for _ in 0..3 {
            // Two that need each other: none can be done after the other.
            let (there, here) = channel();
            let (back, answer) = channel();
            let one = say.clone();
            let other = say.clone();
            crew.start(Box::new(move || {
                there.send(()).unwrap();
                let () = answer.recv().unwrap();
                one.send(thread::current().id()).unwrap();
            }))
            .unwrap();
            crew.start(Box::new(move || {
                let () = here.recv().unwrap();
                back.send(()).unwrap();
                other.send(thread::current().id()).unwrap();
            }))
            .unwrap();
            threads.extend([said.recv().unwrap(), said.recv().unwrap()]);
            // Until both are idle again.
            while crew.shared.lock().idle < 2 {
                thread::yield_now();
            }
        }
        threads.sort_by_key(|id| format!("{id:?}"));
        threads.dedup();
        assert_eq!(threads.len(), 2);
    }

    #[test]
    fn threads_end_with_the_crew() {
        let crew = Crew::new("test", 0);
        crew.stand_ready(3);
        let shared = Arc::downgrade(&crew.shared);
        drop(crew);
        while shared.strong_count() > 0 {
            thread::yield_now();
        }
    }
}
