//! Signing, asking, sending, and what came of it.

use std::sync::Arc;

use super::dry_run::dry_run;
use crate::decode::{Options, decode};
use crate::flow::Flow;
use crate::replay::{Answer, Draft, Fault, Problem, SendError, SignError, SignedRequest};
use crate::text::clean;
use crate::tui::action::{Action, Context};
use crate::tui::app::{App, Confirmed, Job, Lane, Overlay};
use crate::tui::builder::{Note, named};
use crate::tui::effect::Signing;
use crate::tui::overlay::{DryRun, Reader};
use crate::tui::rows::Digest;
use crate::tui::theme::Role;
use crate::tui::words;

impl App {
    /// Signs the draft, to be shown or sent.
    pub(super) fn sign(&mut self, then: Signing) {
        let Some(builder) = &self.builder else {
            return;
        };
        if self.sending {
            self.fail("one is on its way; Esc cancels it");
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
            self.fail("no session to sign with: Enter on session chooses one, S adds one");
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
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        if let Some(builder) = &mut self.builder {
            builder.signed = Some(Arc::clone(&signed));
        }
        match then {
            Signing::Show => {
                let text = dry_run(&signed, &self.endpoint, self.reveal);
                self.overlays.push(Overlay::DryRun(Box::new(DryRun {
                    request: signed,
                    reader: Reader::new(words::DRY_RUN, text).with_hints(self.dry_run_hints()),
                })));
            }
            Signing::Send => self.ask_to_send(signed),
        }
    }

    fn dry_run_hints(&self) -> String {
        let key = |action| self.key_of(action, Context::DryRun);
        format!(
            "{} send  {} secrets  {} close",
            key(Action::Send),
            key(Action::Reveal),
            key(Action::Close)
        )
    }

    /// What a key does to a dry run: it sends the very request that is shown, or
    /// shows its secrets.
    pub(in crate::tui::app) fn dry_run_action(&mut self, action: Action) {
        if action == Action::Reveal {
            self.act(action, None);
            let (endpoint, reveal) = (&self.endpoint, self.reveal);
            if let Some(Overlay::DryRun(shown)) = self.overlays.last_mut() {
                let text = dry_run(&shown.request, endpoint, reveal);
                shown.reader.replace(text);
            }
        } else if action == Action::Send
            && let Some(Overlay::DryRun(shown)) = self.overlays.pop()
        {
            self.ask_to_send(shown.request);
        }
    }

    /// Sends it, unless that has to be asked for: a write, or credentials that
    /// go where they do not belong.
    pub(super) fn ask_to_send(&mut self, signed: Arc<SignedRequest>) {
        let effect = self
            .builder
            .as_ref()
            .map(|builder| builder.report().effect.clone());
        let is_write = signed.is_exact() || effect.as_ref().is_none_or(|effect| effect.is_write());
        let refusal = self.endpoint.check(&signed).err();
        if let Some(refusal) = &refusal
            && refusal.host().is_none()
        {
            let text = SendError::Refused(refusal.clone()).to_string();
            self.sent_badly(text, "");
            return;
        }
        if !is_write && refusal.is_none() {
            self.send(signed);
            return;
        }
        let mut question = format!(
            "{} {}{}\nas {}\n",
            signed.method(),
            self.endpoint.base_of(&signed),
            clean(signed.target().split('?').next().unwrap_or_default()),
            clean(&signed.whose()),
        );
        if let Some(effect) = &effect {
            let what = named(&effect.to_string(), self.rows.directory(), &effect.devices);
            let verb = if effect.is_write() {
                "This changes things"
            } else {
                "This only reads"
            };
            question.push_str(&format!("{verb}: {what}\n"));
        }
        if signed.is_exact() {
            question.push_str("Experiment: the recorded nonce and signature are sent once more.\n");
        }
        if let Some(refusal) = &refusal {
            question.push_str(&format!("{refusal}.\n"));
        }
        question.push_str("Send it?");
        let host = refusal.and_then(|refusal| refusal.host().map(str::to_owned));
        self.overlays.push(Overlay::Confirm {
            question,
            then: Confirmed::Send {
                request: signed,
                confirm: host,
            },
        });
    }

    pub(in crate::tui::app) fn send_confirmed(
        &mut self,
        signed: Arc<SignedRequest>,
        host: Option<String>,
    ) {
        if let Some(host) = host {
            self.endpoint.confirm(&host);
        }
        self.send(signed);
    }

    pub(super) fn send(&mut self, request: Arc<SignedRequest>) {
        let original = self.builder.as_ref().and_then(|builder| builder.original);
        if let Some(builder) = &mut self.builder {
            builder.sending = true;
            builder.notes.clear();
        }
        self.sending = true;
        self.start(Job::Send {
            request,
            endpoint: Box::new(self.endpoint.clone()),
            original,
        });
    }

    pub(in crate::tui::app) fn sent(
        &mut self,
        original: Option<u32>,
        outcome: Result<Box<Flow>, SendError>,
    ) {
        self.sending = false;
        if let Some(builder) = &mut self.builder {
            builder.sending = false;
        }
        let flow = match outcome {
            Ok(flow) => *flow,
            Err(error) => {
                let text = error.to_string();
                self.sent_badly(text, error.hint());
                return;
            }
        };
        let decoded = decode(&flow, self.rows.workspace().ring(), Options::default());
        let answer = Answer::of(&flow, &decoded);
        let status = flow.response.as_ref().and_then(|response| response.status);
        let took = flow.duration_ms;
        let row = self.rows.add_replay(flow.clone(), original);
        let id = self.rows.row(row).id;
        self.rows.learn(id, Digest::of(Some(&flow), &decoded));
        self.flows.narrow.extend(&self.rows);
        self.flows.invalidate();
        self.flows.want(row);
        let number = self.rows.replay_number(row);
        let status = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        let took = took.map_or_else(String::new, |ms| format!("  {ms:.0} ms"));
        let mut notes = vec![Note {
            text: format!("replay .{number}  {status}{took}"),
            role: Role::Title,
        }];
        if let Some(answer) = &answer {
            let role = if answer.is_fine() {
                Role::Good
            } else {
                Role::Bad
            };
            notes.push(Note {
                text: answer.to_string(),
                role,
            });
            let hint = answer.hint();
            if !hint.is_empty() {
                notes.push(Note {
                    text: hint,
                    role: Role::Dim,
                });
            }
        }
        if let Some(builder) = &mut self.builder {
            builder.notes = notes;
        }
        self.tell(format!("answered: replay .{number}, status {status}"));
        if let Some(original) = original {
            self.compare(self.rows.row(original).id, id, true);
        }
    }

    pub(super) fn sent_badly(&mut self, text: String, hint: &'static str) {
        if let Some(builder) = &mut self.builder {
            builder.notes = vec![Note {
                text: text.clone(),
                role: Role::Bad,
            }];
            if !hint.is_empty() {
                builder.notes.push(Note {
                    text: hint.to_owned(),
                    role: Role::Dim,
                });
            }
        }
        self.fail(text);
    }

    /// Sends the recorded bytes of the chosen flow once more, after asking.
    pub(in crate::tui::app) fn exact_resend(&mut self) {
        let Some(flow) = self.shown.as_ref().and_then(|shown| shown.flow.as_ref()) else {
            self.fail(words::NO_FLOW);
            return;
        };
        match SignedRequest::exact(flow) {
            Ok(request) => self.ask_to_send(Arc::new(request)),
            Err(error) => self.fail(error.to_string()),
        }
    }

    pub(in crate::tui::app) fn cancel_sending(&mut self) -> bool {
        if self.sending {
            self.cancel(Lane::Send);
        }
        self.sending
    }
}
