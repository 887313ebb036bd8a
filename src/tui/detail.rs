//! Panes 2 and 3: one side of the chosen flow, in tabs.

use super::parts::{Half, Tab};
use super::shown::Shown;
use super::view::View;

mod draw;
mod explain;

pub use draw::{DetailView, body_area, frame_title, proof};

/// Bytes that a tab is made of at once: that takes less than a frame.
const AT_ONCE: usize = 256 << 10;

/// One side of the chosen flow.
pub struct Detail {
    /// Which side.
    pub half: Half,
    tab: Tab,
    views: [Option<View>; 6],
    /// What a worker makes of the flow that is shown.
    making: Option<Tab>,
}

impl Detail {
    /// An empty pane.
    pub fn new(half: Half) -> Self {
        Self {
            half,
            tab: Tab::Plaintext,
            views: Default::default(),
            making: None,
        }
    }

    /// The tab that is shown.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// What is shown of the tab, if it has anything to show.
    pub fn view(&self) -> Option<&View> {
        self.views[self.tab as usize].as_ref()
    }

    /// The same, to move in.
    pub fn view_mut(&mut self) -> Option<&mut View> {
        self.views[self.tab as usize].as_mut()
    }

    /// Whether a worker makes what the tab shows.
    pub fn is_making(&self) -> bool {
        self.making == Some(self.tab)
    }

    /// Takes another flow; the tab stays. Returns a tab that a worker should
    /// make, as the other changes do.
    #[must_use]
    pub fn take(
        &mut self,
        shown: Option<&Shown>,
        plaintext: Option<View>,
        reveal: bool,
    ) -> Option<Tab> {
        self.views = Default::default();
        self.making = None;
        self.views[Tab::Plaintext as usize] = plaintext;
        self.make(shown, reveal)
    }

    /// Goes to a tab.
    #[must_use]
    pub fn go_to(&mut self, tab: Tab, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        self.tab = tab;
        self.make(shown, reveal)
    }

    /// Goes to the next tab that has something to show, or the one before. A
    /// tab that only a worker can make counts as one that has.
    #[must_use]
    pub fn turn(&mut self, forward: bool, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        let tabs = Tab::ALL.len();
        let step = if forward { 1 } else { tabs - 1 };
        let mut place = self.tab as usize;
        for _ in 0..tabs {
            place = (place + step) % tabs;
            self.tab = Tab::ALL[place];
            let wish = self.make(shown, reveal);
            if self.views[place].is_some() || self.is_making() || self.tab == Tab::Plaintext {
                return wish;
            }
        }
        None
    }

    /// Masks or shows secrets: what was made with the other in mind goes.
    #[must_use]
    pub fn revealed(&mut self, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        self.views[Tab::Hex as usize] = None;
        self.making = None;
        self.make(shown, reveal)
    }

    /// Takes a tab that a worker made; without a view it has nothing to show.
    pub fn made(&mut self, tab: Tab, view: Option<View>) {
        self.making = self.making.filter(|making| *making != tab);
        self.views[tab as usize] = view;
    }

    /// A worker will not make it after all.
    pub fn not_made(&mut self) {
        self.making = None;
    }

    /// Makes what the tab shows, if that is not there yet and takes no longer
    /// than a frame.
    fn make(&mut self, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        let shown = shown?;
        if self.views[self.tab as usize].is_some() || self.is_making() {
            return None;
        }
        if shown.weight(self.half, self.tab) > AT_ONCE {
            self.making = Some(self.tab);
            return self.making;
        }
        self.views[self.tab as usize] = shown.view_of(self.half, self.tab, reveal);
        None
    }
}
