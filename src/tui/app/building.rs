//! The builder: from a flow to a draft, signed, sent, and compared.

use std::path::PathBuf;
use std::sync::Arc;

use super::{App, Confirmed, Effect, Job, Lane, Overlay, Pane};
use crate::decode::Options;
use crate::replay::{
    Answer, Cookie, CookieValue, Draft, Language, NoDraft, SendError, SessionPart, SignError,
    SignedRequest,
};
use crate::text::clean;
use crate::tui::action::Action;
use crate::tui::builder::{Builder, Note, Part, named};
use crate::tui::effect::{Drafted, Signing};
use crate::tui::overlay::{Ask, BoxFor, FindList, Item, Pick, Reader};
use crate::tui::theme::Role;
use crate::tui::view::{Move, Viewport};
use crate::tui::words;
use crate::workspace::FlowId;

/// How many changes the builder shows; the rest is in the comparison.
const CHANGES: usize = 8;

impl App {
    pub(super) fn builder_action(&mut self, action: Action, count: Option<usize>) {
        let times = count.unwrap_or(1);
        let viewport = self.builder_viewport();
        let Some(builder) = &mut self.builder else {
            return;
        };
        let motion = match action {
            Action::Edit => {
                self.edit_part();
                return;
            }
            Action::EditText => {
                self.edit_box(BoxFor::Data);
                return;
            }
            Action::Undo => {
                if !builder.undo() {
                    self.tell("nothing to undo");
                }
                return;
            }
            Action::Restore => {
                builder.restore();
                return;
            }
            Action::ToggleGzip => {
                builder.edit(|draft| {
                    let wanted = draft.wants_gzip();
                    draft.set_gzip(!wanted);
                });
                return;
            }
            Action::DryRun => {
                self.sign(Signing::Show);
                return;
            }
            Action::Send => {
                self.sign(Signing::Send);
                return;
            }
            Action::Down => Move::Down(times),
            Action::Up => Move::Up(times),
            Action::HalfDown => Move::HalfDown,
            Action::HalfUp => Move::HalfUp,
            Action::PageDown => Move::PageDown,
            Action::PageUp => Move::PageUp,
            Action::Top => Move::Top,
            Action::Bottom => Move::Bottom,
            Action::In => Move::In,
            Action::Out => Move::Out,
            Action::Toggle => Move::Toggle,
            _ => return,
        };
        builder.apply(motion, viewport);
    }

    /// Asks for a draft of the chosen flow.
    pub(super) fn draft(&mut self, then: Drafted) {
        let chosen = self.flows.selected();
        let flow = chosen.map(|row| self.rows.row(row).id);
        let loaded = self.rows.workspace().captures().len();
        let flow = flow.filter(|id| id.capture < loaded);
        if flow.is_none() && !matches!(then, Drafted::Template { .. }) {
            self.fail(words::NO_FLOW);
            return;
        }
        self.start(Job::Draft {
            workspace: self.rows.workspace().clone(),
            flow,
            row: chosen,
            then,
        });
    }

    pub(super) fn drafted(
        &mut self,
        row: Option<u32>,
        draft: Result<Box<Draft>, NoDraft>,
        then: Drafted,
    ) {
        let draft = match draft {
            Ok(draft) => *draft,
            Err(error) => {
                self.fail(error.to_string());
                return;
            }
        };
        match then {
            Drafted::Build => self.build(draft, row),
            Drafted::Send => {
                self.build(draft, row);
                self.sign(Signing::Send);
            }
            Drafted::Template { path, data } => {
                let draft = draft.another(&path, data.into_bytes());
                self.build(draft, None);
            }
        }
    }

    fn build(&mut self, draft: Draft, original: Option<u32>) {
        // The original of a replay is what it was made of in the end.
        let original = original.map(|row| match self.rows.is_replay(row) {
            true => self.rows.row(row).original.unwrap_or(row),
            false => row,
        });
        self.builder = Some(Builder::new(draft, original));
        self.choice.builder = true;
        self.focus_on(Pane::Builder);
    }

    /// Edits the part the cursor is on, in the way that suits it.
    fn edit_part(&mut self) {
        let Some(builder) = &mut self.builder else {
            return;
        };
        match builder.part() {
            Part::Session => self.choose_session(),
            Part::Base => self.ask(Ask::Base),
            Part::Path => self.ask(Ask::Path),
            Part::Style => builder.edit(next_style),
            Part::Headers => self.edit_box(BoxFor::Headers),
            Part::Cookies => self.edit_box(BoxFor::Cookies),
            Part::Params => self.edit_box(BoxFor::Params),
            Part::Data => match builder.value() {
                Some(_) => self.ask(Ask::Value),
                None if builder.data().position().1 <= 1 => self.edit_box(BoxFor::Data),
                None => {
                    let viewport = self.builder_viewport();
                    if let Some(builder) = &mut self.builder {
                        builder.apply(Move::Toggle, viewport);
                    }
                }
            },
        }
    }

    fn edit_box(&mut self, purpose: BoxFor) {
        let Some(builder) = &self.builder else { return };
        let draft = builder.draft();
        let text = match purpose {
            BoxFor::Cookies => lines(draft.cookies.iter().map(|cookie| match &cookie.value {
                CookieValue::Session(part) => format!("{}=<{}>", cookie.name, part.name()),
                CookieValue::Text(text) => format!("{}={text}", cookie.name),
            })),
            BoxFor::Data => String::from_utf8_lossy(draft.data().unwrap_or_default()).into_owned(),
            BoxFor::Headers => lines(
                draft
                    .headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}")),
            ),
            BoxFor::Params => lines(
                draft
                    .others()
                    .map(|(name, value)| format!("{name}={}", String::from_utf8_lossy(value))),
            ),
            BoxFor::Paste => String::new(),
        };
        self.overlays.push(Overlay::edit(purpose, &text));
    }

    /// Takes the text of a box.
    pub(super) fn take_box(&mut self, purpose: BoxFor, text: &str) {
        if purpose == BoxFor::Paste {
            self.take_pasted(text);
            return;
        }
        let Some(builder) = &mut self.builder else {
            return;
        };
        let pairs = |separator: char| {
            text.lines()
                .filter(|line| !line.trim().is_empty())
                .filter_map(move |line| line.split_once(separator))
                .map(|(name, value)| (name.trim().to_owned(), value.to_owned()))
                .collect::<Vec<_>>()
        };
        match purpose {
            BoxFor::Cookies => {
                let cookies = pairs('=').into_iter().map(|(name, value)| {
                    let part = [
                        SessionPart::CUserId,
                        SessionPart::ServiceToken,
                        SessionPart::UserId,
                    ]
                    .into_iter()
                    .find(|part| value == format!("<{}>", part.name()));
                    let value = part.map_or(CookieValue::Text(value), CookieValue::Session);
                    Cookie { name, value }
                });
                let cookies: Vec<Cookie> = cookies.collect();
                builder.edit(|draft| draft.cookies = cookies);
            }
            BoxFor::Data => builder.edit(|draft| draft.set_data(text.as_bytes().to_vec())),
            BoxFor::Headers => {
                let headers = pairs(':').into_iter();
                let headers = headers
                    .map(|(name, value)| (name, value.trim().to_owned()))
                    .collect();
                builder.edit(|draft| draft.headers = headers);
            }
            BoxFor::Params => {
                let others = pairs('=');
                builder.edit(|draft| {
                    draft.params.retain(|(name, _)| name == "data");
                    let others = others.into_iter();
                    draft
                        .params
                        .extend(others.map(|(name, value)| (name, value.into_bytes())));
                });
            }
            BoxFor::Paste => {}
        }
    }

    /// What a prompt about the builder begins with.
    pub(super) fn builder_line(&self, ask: Ask) -> String {
        let Some(builder) = &self.builder else {
            return String::new();
        };
        let draft = builder.draft();
        match ask {
            Ask::Base => draft.base.clone(),
            Ask::Path if draft.query.is_empty() => format!("{} {}", draft.method, draft.path),
            Ask::Path => format!("{} {}?{}", draft.method, draft.path, draft.query),
            Ask::Value => builder.value().map(|(_, value)| value).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Takes a line about the builder.
    pub(super) fn take_builder_line(&mut self, ask: Ask, text: &str) -> Result<(), String> {
        let text = text.trim();
        let Some(builder) = &mut self.builder else {
            return Ok(());
        };
        match ask {
            Ask::Base => {
                crate::replay::Base::parse(text).map_err(|error| error.to_string())?;
                builder.edit(|draft| draft.base = text.trim_end_matches('/').to_owned());
            }
            Ask::Path => {
                let (method, target) = text.split_once(' ').unwrap_or(("POST", text));
                let (path, query) = target.trim().split_once('?').unwrap_or((target.trim(), ""));
                if !path.starts_with('/') {
                    return Err("a path begins with /".to_owned());
                }
                builder.edit(|draft| {
                    draft.method = method.to_ascii_uppercase();
                    draft.path = path.to_owned();
                    draft.query = query.to_owned();
                });
            }
            Ask::Value => {
                if let Some((pointer, _)) = builder.value() {
                    builder
                        .set_value(&pointer, text)
                        .map_err(|error| error.to_string())?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn choose_session(&mut self) {
        let sessions = self.rows.workspace().ring().sessions().iter();
        let items: Vec<Item> = sessions
            .map(|session| Item {
                pick: Some(Pick::Session(session.id())),
                keys: session.id().to_string(),
                words: clean(&session.label()).into_owned(),
            })
            .collect();
        if items.is_empty() {
            self.fail("no session is known; S adds one");
            return;
        }
        self.overlays
            .push(Overlay::Palette(FindList::new("session", items, true)));
    }

    pub(super) fn choose_template(&mut self) {
        let items = crate::template::ALL.iter().map(|template| Item {
            pick: Some(Pick::Template(template.name)),
            keys: template.name.to_owned(),
            words: template.about.to_owned(),
        });
        let list = FindList::new("new request", items.collect(), true);
        self.overlays.push(Overlay::Palette(list));
    }

    /// The devices that the captures tell of.
    pub(super) fn devices(&mut self) {
        let directory = self.rows.directory();
        let items: Vec<Item> = directory
            .devices()
            .iter()
            .enumerate()
            .map(|(place, device)| {
                let room = directory.room_of(&device.did);
                let room = room.map_or("", |room| &*room.name);
                let online = match device.online {
                    Some(true) => "online",
                    Some(false) => "offline",
                    None => "",
                };
                let words = format!(
                    "{}  {}  {room}  {online}",
                    device.did,
                    device.model.as_deref().unwrap_or("-"),
                );
                Item {
                    pick: Some(Pick::Device(place)),
                    keys: clean(device.name.as_deref().unwrap_or("-")).into_owned(),
                    words: clean(&words).into_owned(),
                }
            })
            .collect();
        if items.is_empty() {
            self.fail("no capture tells of a device yet");
            return;
        }
        self.overlays
            .push(Overlay::Palette(FindList::new("devices", items, true)));
    }

    pub(super) fn picked(&mut self, pick: Pick) {
        match pick {
            Pick::Action(action) => self.act(action, None),
            Pick::Device(place) => {
                let device = self.rows.directory().devices().get(place);
                if let Some(device) = device {
                    let text = format!("did:=\"{}\"", device.did);
                    self.remember_filter(&text);
                    self.set_filter_text(text);
                    self.focus_on(Pane::Flows);
                }
            }
            Pick::Session(id) => {
                if let Some(builder) = &mut self.builder {
                    builder.edit(|draft| draft.session = Some(id));
                }
            }
            Pick::Template(name) => {
                self.blanks = Some((name, Vec::new()));
                self.ask_blank();
            }
        }
    }

    /// Asks for the next blank of a template; without one left, builds it.
    pub(super) fn ask_blank(&mut self) {
        let Some((name, values)) = &self.blanks else {
            return;
        };
        let Some(template) = crate::template::find(name) else {
            return;
        };
        if let Some(blank) = template.blanks.get(values.len()) {
            let choices = self.known_values(blank.name);
            self.ask_with(
                Ask::Blank,
                blank.name,
                blank.usual.unwrap_or_default(),
                choices,
            );
            return;
        }
        let filled: Vec<(&str, &str)> = template
            .blanks
            .iter()
            .zip(values)
            .filter(|(_, value)| !value.is_empty())
            .map(|(blank, value)| (blank.name, value.as_str()))
            .collect();
        match template.fill(&filled) {
            Ok(filled) => {
                let (path, data) = (filled.path, filled.data);
                self.blanks = None;
                self.draft(Drafted::Template { path, data });
            }
            Err(error) => {
                self.blanks = None;
                self.fail(error.to_string());
            }
        }
    }

    /// Values that the captures themselves know for a blank, with their names.
    fn known_values(&self, blank: &str) -> Vec<(String, String)> {
        let directory = self.rows.directory();
        match blank {
            "did" => directory
                .devices()
                .iter()
                .map(|device| {
                    let name = device.name.as_deref().unwrap_or_default();
                    let model = device.model.as_deref().unwrap_or_default();
                    (device.did.to_string(), format!("{name} {model}"))
                })
                .collect(),
            "home_id" => directory
                .homes()
                .iter()
                .map(|home| (home.id.to_string(), home.name.to_string()))
                .collect(),
            "scene_id" => directory
                .scenes()
                .iter()
                .map(|scene| (scene.id.to_string(), scene.name.to_string()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Signs the draft, to be shown or sent.
    fn sign(&mut self, then: Signing) {
        let Some(builder) = &mut self.builder else {
            return;
        };
        if builder.sending {
            self.fail("one is on its way; Esc cancels it");
            return;
        }
        let fault = builder.report().faults().next();
        let fault = fault.map(|fault| format!("{}: {}", fault.field.name(), fault.fault));
        let draft = builder.draft().clone();
        if let Some(fault) = fault {
            self.fail(fault);
            return;
        }
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

    pub(super) fn signed(&mut self, signed: Result<Arc<SignedRequest>, SignError>, then: Signing) {
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
                let text = dry_run(&signed, self.reveal);
                self.overlays.push(Overlay::Reader(Reader::new(
                    "dry run: nothing was sent",
                    text,
                )));
            }
            Signing::Send => self.ask_to_send(signed),
        }
    }

    /// Sends it, unless that has to be asked for: a write, or credentials that
    /// go where they do not belong.
    fn ask_to_send(&mut self, signed: Arc<SignedRequest>) {
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

    pub(super) fn send_confirmed(&mut self, signed: Arc<SignedRequest>, host: Option<String>) {
        if let Some(host) = host {
            self.endpoint.confirm(&host);
        }
        self.send(signed);
    }

    fn send(&mut self, request: Arc<SignedRequest>) {
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

    pub(super) fn sent(
        &mut self,
        original: Option<u32>,
        outcome: Result<Box<crate::flow::Flow>, SendError>,
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
        let decoded =
            crate::decode::decode(&flow, self.rows.workspace().ring(), Options::default());
        let answer = Answer::of(&flow, &decoded);
        let status = flow.response.as_ref().and_then(|response| response.status);
        let took = flow.duration_ms;
        let row = self.rows.add_replay(flow.clone(), original);
        let id = self.rows.row(row).id;
        self.rows
            .learn(id, crate::tui::rows::Digest::of(Some(&flow), &decoded));
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

    fn sent_badly(&mut self, text: String, hint: &'static str) {
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
    pub(super) fn exact_resend(&mut self) {
        let Some(flow) = self.shown.as_ref().and_then(|shown| shown.flow.as_ref()) else {
            self.fail(words::NO_FLOW);
            return;
        };
        match SignedRequest::exact(flow) {
            Ok(request) => self.ask_to_send(Arc::new(request)),
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Compares a replay with its original, or the two flows that are marked.
    pub(super) fn diff(&mut self) {
        let loaded = self.rows.workspace().captures().len();
        let marked: Vec<FlowId> = (0..self.rows.len() as u32)
            .filter(|row| self.rows.row(*row).marked)
            .map(|row| self.rows.row(row).id)
            .filter(|id| id.capture < loaded)
            .collect();
        if let [first, second] = marked[..] {
            self.compare(first, second, false);
            return;
        }
        let chosen = self.flows.selected();
        let replay = chosen.filter(|row| self.rows.is_replay(*row));
        let original = replay.and_then(|row| self.rows.row(row).original);
        match (replay, original) {
            (Some(replay), Some(original)) => {
                self.compare(self.rows.row(original).id, self.rows.row(replay).id, false);
            }
            _ => self.fail("mark two flows, or choose a replay, to compare"),
        }
    }

    fn compare(&mut self, before: FlowId, after: FlowId, for_builder: bool) {
        self.start(Job::Diff {
            workspace: self.rows.workspace().clone(),
            before,
            after,
            for_builder,
        });
    }

    pub(super) fn compared(&mut self, lines: Vec<String>, for_builder: bool) {
        if !for_builder {
            self.overlays.push(Overlay::Reader(Reader::new(
                "what changed",
                lines.join("\n"),
            )));
            return;
        }
        let Some(builder) = &mut self.builder else {
            return;
        };
        let more = lines.len().saturating_sub(CHANGES);
        builder
            .notes
            .extend(lines.into_iter().take(CHANGES).map(|text| Note {
                role: if text.starts_with(['~', '+', '-']) {
                    Role::Warn
                } else {
                    Role::Dim
                },
                text,
            }));
        if more > 0 {
            builder.notes.push(Note {
                text: format!("… {more} more: = on the replay shows all"),
                role: Role::Dim,
            });
        }
    }

    /// Copies a program that signs and sends the shown flow anew.
    pub(super) fn copy_script(&mut self, action: Action) {
        let language = match action {
            Action::CopyScriptJs => Language::JavaScript,
            Action::CopyScriptShell => Language::Shell,
            _ => Language::Python,
        };
        if self.focus == Pane::Builder
            && let Some(builder) = &self.builder
        {
            match crate::replay::as_script(builder.draft(), language) {
                Ok(text) => self.effects.push(Effect::Copy {
                    what: "program",
                    text,
                }),
                Err(error) => self.fail(error.to_string()),
            }
            return;
        }
        self.copy_form(crate::tui::effect::TextForm::Script(language));
    }

    /// Saves the session that the cursor is on, which only its owner can read.
    pub(super) fn save_session(&mut self, path: PathBuf) {
        let ring = self.rows.workspace().ring();
        let session = self
            .overlays
            .iter()
            .rev()
            .find_map(|overlay| match overlay {
                Overlay::Sessions(sessions) => sessions.chosen(ring),
                _ => None,
            });
        let Some(session) = session.cloned() else {
            return;
        };
        self.start(Job::SaveSession {
            session: Box::new(session),
            path,
        });
    }

    pub(super) fn cancel_sending(&mut self) -> bool {
        if self.sending {
            self.cancel(Lane::Send);
        }
        self.sending
    }

    pub(super) fn builder_viewport(&self) -> Viewport {
        let places = self.places();
        let inside = places
            .map(|places| places.inside(Pane::Builder))
            .unwrap_or_default();
        let height = self
            .builder
            .as_ref()
            .map_or(0, |builder| crate::tui::builder::heights(inside, builder).1);
        Viewport {
            width: inside.width,
            height,
            reveal: self.reveal,
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// The next of the ways a client may sign: the app's, its imitators', and the
/// form that is signed only.
fn next_style(draft: &mut Draft) {
    use crate::protocol::request::{KeystreamMode, Scheme};
    match (draft.style.scheme, draft.style.keystream) {
        (Scheme::Rc4, KeystreamMode::Fresh) => draft.set_scheme(Scheme::Hmac),
        (Scheme::Rc4, _) => draft.style.keystream = KeystreamMode::Fresh,
        (Scheme::Hmac, _) => {
            draft.set_scheme(Scheme::Rc4);
            draft.style.keystream = KeystreamMode::Chained;
        }
    }
}

/// What would be sent, and the strings that were signed. Secrets in them only
/// if they are to be seen.
fn dry_run(signed: &SignedRequest, reveal: bool) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        text.push_str(&format!("{name:<12} {}\n", clean(value)));
    };
    line("request", &format!("{} {}", signed.method(), signed.base()));
    line("as", &signed.whose());
    line("signed path", signed.signed_path().unwrap_or_default());
    line(
        "nonce",
        signed.nonce().map(|nonce| nonce.text()).unwrap_or_default(),
    );
    line("signature", signed.signature().unwrap_or_default());
    line(
        "rc4_hash",
        signed.rc4_hash().unwrap_or("none: this form has no hash"),
    );
    let secret = signed.signed_nonce().unwrap_or_default();
    let shown = |string: Option<&[u8]>| {
        let string = String::from_utf8_lossy(string.unwrap_or_default()).into_owned();
        if reveal || secret.is_empty() {
            string
        } else {
            string.replace(secret, "<signed nonce>")
        }
    };
    line("signed", &shown(signed.signature_string()));
    if signed.rc4_hash_string().is_some() {
        line("hashed", &shown(signed.rc4_hash_string()));
    }
    line("form", "");
    if let Some(form) = signed.form() {
        for field in form.fields() {
            let value = String::from_utf8_lossy(field.value());
            let hidden = crate::redact::is_secret(field.name()) && !reveal;
            line(
                &format!("  {}", field.name()),
                if hidden {
                    "<masked: . shows it>"
                } else {
                    &value
                },
            );
        }
    }
    line("headers", "");
    for (name, value) in signed.headers() {
        let hidden = crate::redact::is_secret(name) && !reveal;
        line(
            &format!("  {name}:"),
            if hidden {
                "<masked: . shows it>"
            } else {
                value
            },
        );
    }
    text
}
