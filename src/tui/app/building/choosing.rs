//! What is chosen from a list: sessions, devices, templates and their blanks.

use super::EMPTY_PATH;
use crate::tui::app::{App, Job, Pane};
use crate::tui::asked::Ask;
use crate::tui::effect::{Drafted, Point};
use crate::tui::overlay::{Item, Pick};
use crate::tui::words;
use mishark_core::call;
use mishark_core::template;
use mishark_core::text::clean;
use mishark_core::workspace::FlowId;

/// How many of the latest calls are looked through for the numbers of
/// properties: more than a person's day with the app has.
const LOOKED_THROUGH: usize = 500;

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
            self.fail(words::NO_SESSION_KNOWN);
            return;
        }
        self.list(words::CHOOSE_A_SESSION, items);
    }

    pub(in crate::tui::app) fn choose_template(&mut self) {
        let templates = template::ALL.iter().map(|template| Item {
            pick: Some(Pick::Template(template.name)),
            keys: template.name.to_owned(),
            words: template.about.to_owned(),
        });
        let empty = Item {
            pick: Some(Pick::EmptyCall),
            keys: words::EMPTY_CALL.to_owned(),
            words: words::EMPTY_CALL_ABOUT.to_owned(),
        };
        let items = templates.chain([empty]).collect();
        self.list(words::NEW_REQUEST, items);
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
                    Some(true) => words::ONLINE,
                    Some(false) => words::OFFLINE,
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
            self.fail(words::NO_DEVICE_KNOWN);
            return;
        }
        self.list(words::DEVICES, items);
    }

    pub(in crate::tui::app) fn picked(&mut self, pick: Pick) {
        match pick {
            Pick::Action(action) => self.act(action, None),
            Pick::Device(place) => {
                let device = self.rows.directory().devices().get(place);
                if let Some(device) = device {
                    let text = format!("did:=\"{}\"", device.did);
                    self.filtering.remember(&text);
                    self.set_filter_text(text);
                    self.focus_on(Pane::Flows);
                }
            }
            Pick::EmptyCall => self.draft(Drafted::Template {
                path: EMPTY_PATH.to_owned(),
                data: "{}".to_owned(),
            }),
            Pick::Session(id) => {
                if let Some(builder) = &mut self.builder {
                    builder.edit(|draft| draft.session = Some(id));
                }
            }
            Pick::Template(name) => {
                self.blanks = Some((name, Vec::new()));
                self.look_for_points();
                self.ask_blank();
            }
        }
    }

    /// Asks for the next blank of a template; without one left, builds it.
    pub(in crate::tui::app) fn ask_blank(&mut self) {
        let Some((name, values)) = &self.blanks else {
            return;
        };
        let Some(template) = template::find(name) else {
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
            "siid" => self.known_numbers(|point| (point.siid, None)),
            "piid" => self.known_numbers(|point| match point.is_action {
                true => (0, None),
                false => (point.iid, Some(point.siid)),
            }),
            "aiid" => self.known_numbers(|point| match point.is_action {
                true => (point.iid, Some(point.siid)),
                false => (0, None),
            }),
            "value" => self.possible_values(),
            _ => Vec::new(),
        }
    }

    /// The values that the chosen property can have, by its spec; of a range
    /// its ends.
    fn possible_values(&self) -> Vec<(String, String)> {
        let number = |blank| self.filled(blank)?.parse().ok();
        let (Some(did), Some(siid), Some(piid)) =
            (self.filled("did"), number("siid"), number("piid"))
        else {
            return Vec::new();
        };
        let Some(property) = self.rows.directory().property(did, siid, piid) else {
            return Vec::new();
        };
        let name = &property.name;
        if &*property.format == "bool" {
            return ["true", "false"]
                .map(|value| (value.to_owned(), name.to_string()))
                .into();
        }
        let listed = property.values.iter();
        let mut values: Vec<(String, String)> = listed
            .map(|(value, meaning)| (value.to_string(), meaning.to_string()))
            .collect();
        if let Some([least, greatest, step]) = &property.range {
            let about = words::range(least, greatest, step);
            values.push((least.to_string(), about.clone()));
            values.push((greatest.to_string(), about));
        }
        values
    }

    /// What was filled in so far for a blank.
    fn filled(&self, blank: &str) -> Option<&str> {
        let (name, values) = self.blanks.as_ref()?;
        let template = template::find(name)?;
        let at = template.blanks.iter().position(|one| one.name == blank)?;
        values.get(at).map(String::as_str)
    }

    /// The numbers of the device that was chosen, by its spec and by what the
    /// captures ask of it, with their names; a number that is 0 is none, one
    /// with a siid is that of the service that was chosen.
    fn known_numbers(
        &self,
        number: impl Fn(&Point) -> (u32, Option<u32>),
    ) -> Vec<(String, String)> {
        let Some(did) = self.filled("did") else {
            return Vec::new();
        };
        let siid = self.filled("siid").and_then(|siid| siid.parse().ok());
        let spec = self.rows.directory().spec_of(did);
        let of_spec = spec.into_iter().flat_map(|spec| {
            let properties = spec.properties().iter().map(|property| {
                let name = format!("{} {}", property.service, property.name);
                (property.siid, property.iid, false, name)
            });
            let actions = spec.actions().iter().map(|action| {
                let name = format!("{} {}", action.service, action.name);
                (action.siid, action.iid, true, name)
            });
            properties.chain(actions)
        });
        let of_spec = of_spec.map(|(siid, iid, is_action, name)| {
            let point = Point {
                did: did.to_owned(),
                siid,
                iid,
                is_action,
            };
            (point, name)
        });
        let seen = self.points.iter().filter(|point| point.did == did);
        let seen = seen.map(|point| (point.clone(), words::SEEN_IN_CAPTURE.to_owned()));
        let mut known: Vec<(u32, String)> = Vec::new();
        for (point, name) in of_spec.chain(seen) {
            let (number, of) = number(&point);
            let is_wanted = number > 0 && (of.is_none() || siid.is_none() || of == siid);
            if is_wanted && known.iter().all(|(other, _)| *other != number) {
                known.push((number, name));
            }
        }
        known.sort_by_key(|(number, _)| *number);
        let known = known.into_iter();
        known
            .map(|(number, name)| (number.to_string(), name))
            .collect()
    }

    /// Asks for the properties and actions that the captures name.
    fn look_for_points(&mut self) {
        let loaded = self.rows.workspace().captures().len();
        let is_call = |row: &u32| {
            let path = &self.rows.entry(*row).path;
            matches!(call::short(path), "prop/get" | "prop/set" | "action")
        };
        let rows = (0..self.rows.len() as u32).rev().filter(is_call);
        let flows: Vec<FlowId> = rows
            .map(|row| self.rows.row(row).id)
            .filter(|id| id.capture < loaded)
            .take(LOOKED_THROUGH)
            .collect();
        self.start(Job::Points {
            workspace: self.rows.workspace().clone(),
            flows,
        });
    }

    /// Takes the properties and actions that the captures name; they are
    /// offered from the next blank on.
    pub(in crate::tui::app) fn take_points(&mut self, points: Vec<Point>) {
        self.points = points;
    }
}
