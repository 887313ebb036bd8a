//! Signing, showing what was signed, asking, and sending.

use std::sync::Arc;

use super::dry_run::dry_run;
use crate::tui::action::{Action, Context};
use crate::tui::app::{App, Confirmed, Job, Lane, Overlay};
use crate::tui::builder::named;
use crate::tui::effect::{Outgoing, Signing};
use crate::tui::overlay::{DryRun, Reader};
use crate::tui::words;
use mishark_core::replay::{
    Draft, Fault, Problem, Refusal, SendError, SignError, SignedRequest, effect,
};
use mishark_core::text::clean;

impl App {
    /// Signs the draft, to be shown or sent.
    pub(super) fn sign(&mut self, then: Signing) {
        let Some(builder) = &self.builder else {
            return;
        };
        if self.is_sending() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let report = builder.report();
        let is_other = |fault: &&Problem| !matches!(fault.fault, Fault::NotJson(_));
        let other = report.faults().find(is_other).map(Problem::to_string);
        let no_json = report.faults().next().map(|fault| fault.fault.to_string());
        match (other, no_json) {
            (Some(fault), _) => self.fail(fault),
            (None, Some(fault)) => self.overlays.push(Overlay::Confirm {
                question: words::sign_no_json(&fault),
                then: Confirmed::Sign(then),
            }),
            (None, None) => self.start_signing(builder.draft().clone(), then),
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
        self.start_signing(draft, then);
    }

    fn start_signing(&mut self, draft: Draft, then: Signing) {
        let ring = self.rows.workspace().ring();
        let Some(session) = draft.session.and_then(|id| ring.find_id(id)) else {
            self.fail(words::NO_SESSION);
            return;
        };
        let session = Box::new(session.clone());
        self.start(Job::Sign {
            draft: Box::new(draft),
            session,
            then,
        });
    }

    pub(in crate::tui::app) fn signed(
        &mut self,
        signed: Result<Arc<SignedRequest>, SignError>,
        then: Signing,
    ) {
        if let Signing::Batch(row) = then {
            self.batch_signed(row, signed);
            return;
        }
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        match then {
            Signing::Batch(_) => {}
            Signing::Show => {
                let text = dry_run(&signed, &self.endpoint, self.mask().as_deref());
                self.overlays.push(Overlay::DryRun(Box::new(DryRun {
                    request: signed,
                    reader: Reader::new(words::DRY_RUN, text).with_hints(self.dry_run_hints()),
                })));
            }
            Signing::Send => self.ask_to_send_draft(signed),
        }
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
            if let Some(Overlay::DryRun(shown)) = self.overlays.last_mut() {
                let text = dry_run(&shown.request, endpoint, mask.as_deref());
                shown.reader.replace(text);
            }
        } else if action == Action::Send
            && let Some(Overlay::DryRun(shown)) = self.overlays.pop()
        {
            self.ask_to_send_draft(shown.request);
        }
    }

    /// Sends the signed draft, unless that has to be asked for.
    fn ask_to_send_draft(&mut self, request: Arc<SignedRequest>) {
        if let Some(builder) = &self.builder {
            let outgoing = Outgoing {
                request,
                original: builder.original,
                effect: builder.report().effect.clone(),
            };
            self.ask_to_send(outgoing);
        }
    }

    /// Sends it, unless that has to be asked for: a write, or credentials that
    /// go where they do not belong.
    fn ask_to_send(&mut self, outgoing: Outgoing) {
        if self.is_sending() {
            self.fail(words::ONE_AT_A_TIME);
            return;
        }
        let request = &outgoing.request;
        let refusal = self.endpoint.check(request).err();
        if let Some(refusal) = &refusal
            && refusal.host().is_none()
        {
            self.sent_badly(&SendError::Refused(refusal.clone()));
            return;
        }
        let has_to_be_asked = request.is_exact() || outgoing.effect.is_write();
        if !has_to_be_asked && refusal.is_none() {
            self.send(outgoing);
            return;
        }
        let question = self.question(&outgoing, refusal.as_ref());
        let confirm = refusal.and_then(|refusal| refusal.host().map(str::to_owned));
        self.overlays.push(Overlay::Confirm {
            question,
            then: Confirmed::Send {
                outgoing: Box::new(outgoing),
                confirm,
            },
        });
    }

    /// Host, account and effect, with the devices' names.
    pub(super) fn question(&self, outgoing: &Outgoing, refusal: Option<&Refusal>) -> String {
        let Outgoing {
            request, effect, ..
        } = outgoing;
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

    pub(in crate::tui::app) fn send_confirmed(&mut self, outgoing: Outgoing, host: Option<String>) {
        if let Some(host) = host {
            self.endpoint.confirm(&host);
        }
        self.send(outgoing);
    }

    pub(super) fn send(&mut self, outgoing: Outgoing) {
        if self.batch.is_none()
            && !outgoing.request.is_exact()
            && let Some(builder) = &mut self.builder
        {
            builder.set_sending();
        }
        self.sending = true;
        self.sending_as = outgoing.request.session();
        self.start(Job::Send {
            request: outgoing.request,
            endpoint: Box::new(self.endpoint.clone()),
            workspace: self.rows.workspace().clone(),
            original: outgoing.original,
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
            Ok(request) => self.ask_to_send(Outgoing {
                request: Arc::new(request),
                original: Some(self.rows.root_of(shown.row)),
                effect: effect(&draft),
            }),
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Whether a request is on its way, or a batch between two of them.
    pub(in crate::tui::app) fn is_sending(&self) -> bool {
        self.sending || self.batch.is_some()
    }

    /// Nobody will say what became of what is on its way.
    pub(in crate::tui::app) fn sending_stumbled(&mut self, why: &str) {
        self.sending = false;
        if let Some(builder) = &mut self.builder {
            builder.sending = false;
        }
        self.end_batch(why);
    }

    pub(in crate::tui::app) fn cancel_sending(&mut self) -> bool {
        if self.batch.is_some() {
            self.cancel(Lane::Send);
            self.end_batch(words::BATCH_CANCELLED);
            return true;
        }
        if self.sending {
            self.cancel(Lane::Send);
        }
        self.sending
    }
}
