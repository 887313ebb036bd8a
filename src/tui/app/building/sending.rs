//! Signing, showing what was signed, asking, and sending.

use std::sync::Arc;

use super::dry_run::dry_run;
use crate::tui::action::{Action, Context};
use crate::tui::app::{App, Confirmed, Job, Lane, Overlay};
use crate::tui::builder::named;
use crate::tui::effect::Signing;
use crate::tui::outgoing::{Outgoing, Sender};
use crate::tui::overlay::Reader;
use crate::tui::words;
use mishark_core::replay::{
    Draft, Effect, Fault, Item, Problem, Refusal, SendError, SignedRequest, effect,
};
use mishark_core::text::clean;

impl App {
    /// Signs the draft, to be shown or sent.
    pub(super) fn sign(&mut self, then: Signing) {
        let Some(builder) = &self.builder else {
            return;
        };
        if self.sending.is_some() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let report = builder.report();
        let is_other = |fault: &&Problem| !matches!(fault.fault, Fault::NotJson(_));
        let other = report.faults().find(is_other).map(Problem::to_string);
        let no_json = report.faults().next().map(|fault| fault.fault.to_string());
        match (other, no_json) {
            (Some(fault), _) => self.fail(fault),
            (None, Some(fault)) => {
                self.confirm(words::sign_no_json(&fault), Confirmed::Sign(then));
            }
            (None, None) => self.sign_draft(builder.draft().clone(), then),
        }
    }

    /// Signs a plaintext that is no JSON, since the user means it: the next
    /// time is asked for again.
    pub(in crate::tui::app) fn sign_all_the_same(&mut self, then: Signing) {
        let Some(builder) = &self.builder else {
            return;
        };
        let mut draft = builder.draft().clone();
        draft.any_data = true;
        self.sign_draft(draft, then);
    }

    fn sign_draft(&mut self, draft: Draft, then: Signing) {
        let ring = self.rows.workspace().ring();
        let Some(session) = draft.session.and_then(|id| ring.find_id(id)) else {
            self.fail(words::NO_SESSION);
            return;
        };
        let item = Item::Draft(Box::new(draft), Box::new(session.clone()));
        match then {
            Signing::Show => self.start(Job::Sign(item)),
            Signing::Send => self.ask_to_send_draft(item),
        }
    }

    /// Shows what would be sent.
    pub(in crate::tui::app) fn signed(&mut self, signed: Result<Arc<SignedRequest>, SendError>) {
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        let text = dry_run(&signed, &self.endpoint, self.mask().as_deref());
        let reader = Reader::new(words::DRY_RUN, text);
        let reader = reader.of_request(signed, self.dry_run_hints());
        self.overlays.push(Overlay::Reader(reader));
    }

    /// What stands for a secret in a dry run, unless they are shown.
    fn mask(&self) -> Option<String> {
        let key = self.key_of(Action::Reveal, Context::DryRun);
        (!self.reveal).then(|| words::dry_masked(&key))
    }

    fn dry_run_hints(&self) -> String {
        let key = |action| self.key_of(action, Context::DryRun);
        words::dry_run_keys(
            &key(Action::Send),
            &key(Action::Reveal),
            &key(Action::Close),
        )
    }

    /// What a key does to a dry run: it sends the very request that is shown, or
    /// shows its secrets.
    pub(in crate::tui::app) fn dry_run_action(&mut self, action: Action) {
        if action == Action::Reveal {
            self.act(action, None);
            let (endpoint, mask) = (&self.endpoint, self.mask());
            if let Some(Overlay::Reader(reader)) = self.overlays.last_mut()
                && let Some(request) = &reader.request
            {
                let text = dry_run(request, endpoint, mask.as_deref());
                reader.replace(text);
            }
        } else if action == Action::Send
            && let Some(Overlay::Reader(reader)) = self.overlays.pop()
            && let Some(request) = reader.request
        {
            self.ask_to_send_draft(Item::Signed(request));
        }
    }

    fn ask_to_send_draft(&mut self, item: Item) {
        if let Some(builder) = &self.builder {
            let effect = builder.report().effect.clone();
            self.ask_to_send(item, Sender::Builder(builder.original), &effect);
        }
    }

    /// Sends it, unless that has to be asked for: a write, or credentials that
    /// go where they do not belong.
    fn ask_to_send(&mut self, item: Item, sender: Sender, effect: &Effect) {
        if self.sending.is_some() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let request = match item.preview() {
            Ok(request) => request,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        let refusal = self.endpoint.check(&request).err();
        let confirm = refusal.as_ref().and_then(Refusal::host).map(str::to_owned);
        if let (Some(refusal), None) = (&refusal, &confirm) {
            self.sent_badly(&SendError::Refused(refusal.clone()), false);
            return;
        }
        let outgoing = Outgoing::new(vec![item], sender, effect.is_write());
        if refusal.is_none() && !request.is_exact() && !effect.is_write() {
            self.send(outgoing);
            return;
        }
        let question = self.question(&request, effect, refusal.as_ref());
        self.ask_before(question, outgoing, confirm.into_iter().collect());
    }

    /// Asks before requests are sent; the hosts are confirmed by a yes.
    pub(super) fn ask_before(&mut self, question: String, outgoing: Outgoing, hosts: Vec<String>) {
        let then = Confirmed::Send {
            outgoing: Box::new(outgoing),
            confirm: hosts,
        };
        self.confirm(question, then);
    }

    /// Host, account and effect, with the devices' names.
    fn question(
        &self,
        request: &SignedRequest,
        effect: &Effect,
        refusal: Option<&Refusal>,
    ) -> String {
        let path = request.target().split('?').next().unwrap_or_default();
        let to = format!(
            "{} {}{}",
            request.method(),
            self.endpoint.base_of(request),
            clean(path),
        );
        let what = named(&effect.to_string(), self.rows.directory(), &effect.devices);
        words::ask_to_send(
            &to,
            &clean(&request.whose()),
            effect.is_write(),
            &what,
            request.is_exact(),
            refusal.map(ToString::to_string).as_deref(),
        )
    }

    pub(in crate::tui::app) fn send_confirmed(&mut self, outgoing: Outgoing, hosts: Vec<String>) {
        for host in hosts {
            self.endpoint.confirm(&host);
        }
        self.send(outgoing);
    }

    pub(super) fn send(&mut self, outgoing: Outgoing) {
        let Outgoing { items, sending } = outgoing;
        if let (Sender::Builder(_), Some(builder)) = (&sending.sender, &mut self.builder) {
            builder.set_sending();
        }
        self.sending = Some(sending);
        self.start(Job::Send {
            items,
            endpoint: Box::new(self.endpoint.clone()),
            pause: self.settings.batch_pause,
            workspace: self.rows.workspace().clone(),
        });
    }

    /// Sends the recorded bytes of the chosen flow once more, after asking.
    pub(in crate::tui::app) fn exact_resend(&mut self) {
        let Some(shown) = &self.shown else {
            self.fail(words::NO_FLOW);
            return;
        };
        let Some(flow) = &shown.flow else {
            self.fail(words::NO_FLOW);
            return;
        };
        let data = shown.decoded.request.plaintext.clone().unwrap_or_default();
        let base = flow.request.url.authority();
        // Only to say what it does: the recorded bytes are what is sent.
        let draft = Draft::new(&format!("https://{base}"), flow.request.url.path(), data);
        match SignedRequest::exact(flow) {
            Ok(request) => {
                let sender = Sender::Exact(self.rows.root_of(shown.row));
                self.ask_to_send(Item::Signed(request.into()), sender, &effect(&draft));
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Lets go of what is on its way; tells whether there was anything.
    pub(in crate::tui::app) fn cancel_sending(&mut self) -> bool {
        let is_sending = self.sending.is_some();
        if is_sending {
            self.cancel(Lane::Send);
        }
        is_sending
    }
}
