//! The flows a command works on: all, or those that `--filter` picks.

use anyhow::{Result, anyhow};

use super::learn::{learn, named};
use super::progress::sweep;
use crate::cli::{FilterOption, SpecOption};
use mishark_core::capture::Entry;
use mishark_core::decode::Decoded;
use mishark_core::directory::{Directory, Findings};
use mishark_core::filter::{Facts, Filter, Verdict};
use mishark_core::flow::Flow;
use mishark_core::text::count;
use mishark_core::workspace::{FlowId, Workspace};

/// A filter as typed and parsed; the empty one picks all flows.
pub(super) struct Selection<'a> {
    filter: Filter,
    typed: Option<&'a str>,
    specs: &'a SpecOption,
    /// What the captures teach, if the filter asks for names.
    directory: Option<Directory>,
}

impl<'a> Selection<'a> {
    /// Reads the option.
    ///
    /// # Errors
    /// If it is no filter, with carets under what is wrong.
    pub(super) fn parse(option: &'a FilterOption) -> Result<Self> {
        let typed = option.filter.as_deref();
        let text = typed.unwrap_or_default();
        match Filter::parse(text) {
            Ok(filter) => Ok(Self {
                filter,
                typed,
                specs: &option.spec,
                directory: None,
            }),
            Err(error) => Err(anyhow!("--filter: {error}\n{}", error.draw(text))),
        }
    }

    /// Learns the names in the captures, if the filter may ask for one or they
    /// are wanted anyway. Comes before all that follows.
    pub(super) fn learn(&mut self, workspace: &Workspace, wanted: bool) -> Result<()> {
        if wanted || self.filter.needs_names() {
            self.directory = Some(learn(workspace, self.specs)?);
        }
        Ok(())
    }

    /// What was learnt, if anything was.
    pub(super) fn names(&self) -> Option<&Directory> {
        self.directory.as_ref()
    }

    /// Reads the specs, if the filter may ask for a name. What the captures teach
    /// comes flow by flow then, see [`learn_from`](Self::learn_from).
    pub(super) fn begin(&mut self) -> Result<()> {
        if self.filter.needs_names() {
            self.directory = Some(named(self.specs)?);
        }
        Ok(())
    }

    /// Whether a flow can teach a name that the filter may ask for.
    pub(super) fn learns_from(&self, entry: &Entry) -> bool {
        self.directory.is_some() && Findings::can_come_from(&entry.path)
    }

    /// Learns what an opened flow teaches.
    pub(super) fn learn_from(&mut self, told: FlowId, flow: &Flow, decoded: &Decoded) {
        if let Some(directory) = &mut self.directory
            && let Some(findings) = Findings::of(flow, decoded)
        {
            directory.learn(findings, told);
        }
    }

    /// The flows that may be picked. Those their entries rule out are not
    /// opened at all.
    pub(super) fn candidates<'s>(
        &'s self,
        workspace: &'s Workspace,
    ) -> impl Iterator<Item = FlowId> + Send + 's {
        workspace
            .ids()
            .filter(|id| self.filter.entry(&self.facts(workspace, *id)) != Verdict::No)
    }

    /// Opens the flows that may be picked, makes something of those that are, and
    /// hands that to `sink` in order; returns how many could no longer be read.
    pub(super) fn sweep<T: Send>(
        &self,
        workspace: &Workspace,
        work: impl Fn(FlowId, Option<&Flow>, &Decoded) -> T + Sync,
        mut sink: impl FnMut(FlowId, T),
    ) -> usize {
        let picked = |id, flow: Option<&Flow>, decoded: &Decoded| {
            let is_picked = self.picks(workspace, id, decoded);
            is_picked.then(|| work(id, flow, decoded))
        };
        sweep(workspace, self.candidates(workspace), picked, |id, made| {
            if let Some(made) = made {
                sink(id, made);
            }
        })
    }

    /// Whether a flow is picked, now that it is open.
    pub(super) fn picks(&self, workspace: &Workspace, id: FlowId, decoded: &Decoded) -> bool {
        self.filter.flow(&self.facts(workspace, id), decoded)
    }

    /// [`picks`](Self::picks) for a flow of a capture that is not in a workspace.
    pub(super) fn picks_arrived(&self, capture: &str, entry: &Entry, decoded: &Decoded) -> bool {
        self.filter.flow(&self.facts_of(capture, entry), decoded)
    }

    /// Whether there is a filter at all.
    pub(super) fn is_given(&self) -> bool {
        self.typed.is_some()
    }

    /// How many of all entries it picked, in words.
    pub(super) fn tell(&self, picked: usize, workspace: &Workspace) -> String {
        let all = count(workspace.len(), "entry");
        match self.typed {
            Some(typed) => format!("{picked} of {all} match `{typed}`"),
            None => all,
        }
    }

    fn facts<'s>(&'s self, workspace: &'s Workspace, id: FlowId) -> Facts<'s> {
        let capture = workspace.captures()[id.capture].name();
        self.facts_of(capture, workspace.entry(id))
    }

    fn facts_of<'s>(&'s self, capture: &'s str, entry: &'s Entry) -> Facts<'s> {
        Facts {
            directory: self.directory.as_ref(),
            ..Facts::new(capture, entry)
        }
    }
}
