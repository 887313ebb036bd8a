//! What is chosen from a list: sessions, devices, templates and their blanks.

use crate::text::clean;
use crate::tui::app::{App, Overlay, Pane};
use crate::tui::effect::Drafted;
use crate::tui::overlay::{Ask, FindList, Item, Pick};

impl App {
    pub(in crate::tui::app) fn choose_session(&mut self) {
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

    pub(in crate::tui::app) fn choose_template(&mut self) {
        let items = crate::template::ALL.iter().map(|template| Item {
            pick: Some(Pick::Template(template.name)),
            keys: template.name.to_owned(),
            words: template.about.to_owned(),
        });
        let list = FindList::new("new request", items.collect(), true);
        self.overlays.push(Overlay::Palette(list));
    }

    /// The devices that the captures tell of.
    pub(in crate::tui::app) fn devices(&mut self) {
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

    pub(in crate::tui::app) fn picked(&mut self, pick: Pick) {
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
    pub(in crate::tui::app) fn ask_blank(&mut self) {
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
}
