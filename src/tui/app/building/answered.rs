//! What came of a request: its answer under its original, in words, and what
//! it tells of the session.

use crate::tui::action::Action;
use crate::tui::answered::Answered;
use crate::tui::app::App;
use crate::tui::builder::Note;
use crate::tui::outgoing::{Sender, Sending};
use crate::tui::overlay::Verdict;
use crate::tui::theme::Role;
use crate::tui::words;
use mishark_core::flow::Moment;
use mishark_core::protocol::key::KeyId;
use mishark_core::replay::{Answer, End, SendError, TlsFault};

/// An answer that joined the list.
pub(super) struct Joined {
    pub(super) row: u32,
    pub(super) answer: Option<Answer>,
    pub(super) status: String,
}

impl App {
    /// One of the requests on their way was answered, or not.
    pub(in crate::tui::app) fn sent(
        &mut self,
        at: usize,
        outcome: Result<Box<Answered>, SendError>,
    ) {
        let Some(sending) = &mut self.sending else {
            return;
        };
        sending.done += 1;
        let writes = sending.writes;
        let original = match &sending.sender {
            Sender::Builder(original) => *original,
            Sender::Exact(row) => Some(*row),
            Sender::Marked(batch) => {
                if let Some(row) = batch.rows.get(at).copied() {
                    self.batch_sent(row, outcome);
                }
                return;
            }
        };
        let is_builders = matches!(sending.sender, Sender::Builder(_));
        if let (true, Some(builder)) = (is_builders, &mut self.builder) {
            builder.set_sent(outcome.is_ok());
        }
        let answered = match outcome {
            Ok(answered) => *answered,
            Err(error) if is_builders => {
                self.sent_badly(&error, writes);
                return;
            }
            Err(error) => {
                self.fail(format!("{error}. {}", error.hint(writes)));
                return;
            }
        };
        let took = answered.flow.duration_ms;
        let joined = self.join(answered, original);
        self.flows.want(joined.row);
        let number = self.number_of(joined.row);
        let mut notes = vec![Note {
            text: words::replay_is(&number, &joined.status, took),
            role: Role::Title,
        }];
        notes.extend(Self::notes_of(&joined));
        if let Some(builder) = &mut self.builder {
            builder.notes = notes;
        }
        self.tell(words::answered(&number, &joined.status));
        if let Some(original) = original {
            let before = self.rows.row(original).id;
            let after = self.rows.row(joined.row).id;
            self.compare(before, after, true);
        }
    }

    /// Nothing is being sent any more.
    pub(in crate::tui::app) fn sending_ended(&mut self, end: End) {
        let Some(sending) = self.sending.take() else {
            return;
        };
        let Sender::Marked(batch) = sending.sender else {
            return;
        };
        let why = match end {
            End::Done => String::new(),
            End::Refused => batch.last.clone(),
            End::NoAnswer => words::BATCH_NO_ANSWER.to_owned(),
            End::Cancelled => words::BATCH_CANCELLED.to_owned(),
        };
        self.report(batch, &why);
    }

    /// Nobody will say what became of what is on its way.
    pub(in crate::tui::app) fn sending_stumbled(&mut self, why: &str) {
        if let Some(builder) = &mut self.builder {
            builder.set_sent(false);
        }
        if let Some(Sending {
            sender: Sender::Marked(batch),
            ..
        }) = self.sending.take()
        {
            self.report(batch, why);
        }
    }

    /// The user did not want it sent.
    pub(in crate::tui::app) fn not_sent(&mut self, sending: Sending) {
        if let Sender::Marked(batch) = sending.sender {
            self.report(batch, words::BATCH_UNCONFIRMED);
        }
    }

    /// Puts an answer under its original.
    pub(super) fn join(&mut self, answered: Answered, original: Option<u32>) -> Joined {
        let Answered {
            flow,
            session,
            answer,
            digest,
        } = answered;
        if let (Some(answer), Some(session)) = (&answer, session) {
            self.judge(session, answer, flow.started);
        }
        let status = flow.response.as_ref().and_then(|response| response.status);
        let row = self.rows.add_replay(flow, original);
        self.rows.learn(self.rows.row(row).id, digest);
        self.flows.invalidate();
        self.decide_rest();
        Joined {
            row,
            answer,
            status: status.map_or_else(|| words::NO_STATUS.to_owned(), |status| status.to_string()),
        }
    }

    fn judge(&mut self, session: KeyId, answer: &Answer, at: Option<Moment>) {
        let accepted = match answer {
            Answer::Fine | Answer::Pending(_) | Answer::Refused(_) => true,
            Answer::BadSignature { .. } | Answer::BadToken(_) => false,
            // The others say nothing of who asked.
            _ => return,
        };
        let why = if accepted {
            String::new()
        } else {
            answer.to_string()
        };
        let verdict = Verdict { accepted, why, at };
        self.verdicts.insert(session, verdict);
    }

    /// What an answer says, why, and what to do about it.
    fn notes_of(joined: &Joined) -> Vec<Note> {
        let Some(answer) = &joined.answer else {
            return Vec::new();
        };
        let note = |text: String, role| Note { text, role };
        let mut notes = Vec::new();
        let role = match answer {
            Answer::Fine => Role::Good,
            Answer::Pending(_) => Role::Warn,
            Answer::Refused(verdict) if verdict.is_partly() => Role::Warn,
            _ => Role::Bad,
        };
        notes.push(note(answer.to_string(), role));
        let hint = answer.hint();
        if !hint.is_empty() {
            notes.push(note(hint, Role::Dim));
        }
        notes
    }

    /// Says why no answer came. The draft is what it was.
    pub(super) fn sent_badly(&mut self, error: &SendError, writes: bool) {
        let text = error.to_string();
        let hint = match error {
            SendError::Tls {
                fault: TlsFault::UnknownIssuer | TlsFault::SelfSigned,
                ..
            } => words::trust_authority(Action::SetCertificates.words()),
            error => error.hint(writes).to_owned(),
        };
        if let Some(builder) = &mut self.builder {
            builder.notes = vec![Note {
                text: text.clone(),
                role: Role::Bad,
            }];
            if !hint.is_empty() {
                builder.notes.push(Note {
                    text: hint,
                    role: Role::Dim,
                });
            }
        }
        self.fail(text);
    }
}
