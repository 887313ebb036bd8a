//! Calls that can be made without having captured them: a name, what they do,
//! and the plaintext with blanks to fill in.
//!
//! One table, [`ALL`]. The plaintexts are those of the public clients.

use crate::json::{self, escape};

/// A call with blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name on the command line: `prop-get`.
    pub name: &'static str,
    /// What it does, in a few words.
    pub about: &'static str,
    /// The path; `{did}` is a blank.
    pub path: &'static str,
    /// The plaintext; `{did}` is a blank. Braces of JSON never hold a word
    /// alone.
    pub data: &'static str,
    /// The blanks, in the order one asks for them.
    pub blanks: &'static [Blank],
}

/// A value to fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blank {
    /// Its name: `did`.
    pub name: &'static str,
    /// How it is written into JSON.
    pub kind: BlankKind,
    /// What it is unless something is filled in, written as JSON; `None` if it
    /// must be.
    pub usual: Option<&'static str>,
}

/// How a value is written into JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlankKind {
    /// Any JSON, as it is: `true`, `26.5`, `"auto"`, `[]`.
    Json,
    /// A whole number, as it is.
    Number,
    /// A text, put into quotes.
    Text,
}

/// Why a template could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// A blank was left.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The value is no whole number.
    #[error("{0} is no whole number")]
    NotNumber(&'static str),
    /// The value is no JSON.
    #[error("{name} is no JSON: {error}")]
    NotJson {
        /// The blank.
        name: &'static str,
        /// Where and why.
        error: json::Error,
    },
    /// The value can not stand in a path.
    #[error("{0} has characters that a path can not have")]
    NotForPath(&'static str),
    /// The template has no such blank.
    #[error("there is no {name} in {template}")]
    Unknown {
        /// What was given.
        name: String,
        /// The template's name.
        template: &'static str,
    },
}

/// A call with its blanks filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The path.
    pub path: String,
    /// The plaintext.
    pub data: String,
}

const fn must(name: &'static str, kind: BlankKind) -> Blank {
    Blank {
        name,
        kind,
        usual: None,
    }
}

const fn may(name: &'static str, kind: BlankKind, usual: &'static str) -> Blank {
    Blank {
        name,
        kind,
        usual: Some(usual),
    }
}

const DID: Blank = must("did", BlankKind::Text);
const SIID: Blank = must("siid", BlankKind::Number);
const PIID: Blank = must("piid", BlankKind::Number);
const LIMIT: Blank = may("limit", BlankKind::Number, "200");
const START_DID: Blank = may("start_did", BlankKind::Text, "\"\"");

/// All templates, those that read first.
pub const ALL: [Template; 16] = [
    Template {
        name: "homes",
        about: "list homes and rooms",
        path: "/app/v2/homeroom/gethome",
        data: r#"{"fg":true,"fetch_share":true,"fetch_share_dev":true,"limit":{limit},"app_ver":7}"#,
        blanks: &[may("limit", BlankKind::Number, "300")],
    },
    Template {
        name: "devices",
        about: "list all devices, the old way",
        path: "/app/home/device_list",
        data: r#"{"getVirtualModel":true,"getHuamiDevices":1,"get_split_device":false,"support_smart_home":true}"#,
        blanks: &[],
    },
    Template {
        name: "devices-page",
        about: "list devices, a page at a time",
        path: "/app/v2/home/device_list_page",
        data: r#"{"getVirtualModel":true,"getHuamiDevices":1,"get_split_device":false,"support_smart_home":true,"get_cariot_device":true,"get_third_device":true,"limit":{limit},"start_did":{start_did}}"#,
        blanks: &[LIMIT, START_DID],
    },
    Template {
        name: "home-devices",
        about: "list the devices of one home",
        path: "/app/v2/home/home_device_list",
        data: r#"{"home_owner":{home_owner},"home_id":{home_id},"limit":{limit},"start_did":{start_did},"get_split_device":true,"support_smart_home":true}"#,
        blanks: &[
            must("home_id", BlankKind::Number),
            must("home_owner", BlankKind::Number),
            LIMIT,
            START_DID,
        ],
    },
    Template {
        name: "device-info",
        about: "ask for one device",
        path: "/app/device/deviceinfo",
        data: r#"{"did":{did}}"#,
        blanks: &[DID],
    },
    Template {
        name: "prop-get",
        about: "read a property",
        path: "/app/miotspec/prop/get",
        data: r#"{"params":[{"did":{did},"siid":{siid},"piid":{piid}}]}"#,
        blanks: &[DID, SIID, PIID],
    },
    Template {
        name: "device-data",
        about: "read a device's history",
        path: "/app/user/get_user_device_data",
        data: r#"{"did":{did},"key":{key},"type":{type},"time_start":{time_start},"time_end":{time_end},"limit":{limit}}"#,
        blanks: &[
            DID,
            must("key", BlankKind::Text),
            may("type", BlankKind::Text, "\"prop\""),
            may("time_start", BlankKind::Number, "0"),
            may("time_end", BlankKind::Number, "9999999999"),
            may("limit", BlankKind::Number, "50"),
        ],
    },
    Template {
        name: "statistics",
        about: "read a property's sums by day",
        path: "/app/v2/user/statistics",
        data: r#"{"did":{did},"key":{key},"data_type":{data_type},"limit":{limit},"time_start":{time_start},"time_end":{time_end}}"#,
        blanks: &[
            DID,
            must("key", BlankKind::Text),
            may("data_type", BlankKind::Text, "\"stat_day_v3\""),
            may("limit", BlankKind::Number, "31"),
            may("time_start", BlankKind::Number, "0"),
            may("time_end", BlankKind::Number, "9999999999"),
        ],
    },
    Template {
        name: "beacon-key",
        about: "ask for a Bluetooth device's key",
        path: "/app/v2/device/blt_get_beaconkey",
        data: r#"{"did":{did},"pdid":1}"#,
        blanks: &[DID],
    },
    Template {
        name: "scenes",
        about: "list a home's scenes",
        path: "/app/appgateway/miot/appsceneservice/AppSceneService/GetSceneList",
        data: r#"{"home_id":{home_id}}"#,
        blanks: &[must("home_id", BlankKind::Text)],
    },
    Template {
        name: "messages",
        about: "ask for kinds of messages: whether a session still works",
        path: "/app/v2/message/v2/typelist",
        data: "{}",
        blanks: &[],
    },
    Template {
        name: "rpc",
        about: "call a device's own method",
        path: "/app/home/rpc/{did}",
        data: r#"{"id":1,"method":{method},"params":{params}}"#,
        blanks: &[
            DID,
            must("method", BlankKind::Text),
            may("params", BlankKind::Json, "[]"),
        ],
    },
    Template {
        name: "prop-set",
        about: "set a property",
        path: "/app/miotspec/prop/set",
        data: r#"{"params":[{"did":{did},"siid":{siid},"piid":{piid},"value":{value}}]}"#,
        blanks: &[DID, SIID, PIID, must("value", BlankKind::Json)],
    },
    Template {
        name: "action",
        about: "let a device do something",
        path: "/app/miotspec/action",
        data: r#"{"params":{"did":{did},"siid":{siid},"aiid":{aiid},"in":{in}}}"#,
        blanks: &[
            DID,
            SIID,
            must("aiid", BlankKind::Number),
            may("in", BlankKind::Json, "[]"),
        ],
    },
    Template {
        name: "run-scene",
        about: "run a scene",
        path: "/app/appgateway/miot/appsceneservice/AppSceneService/RunScene",
        data: r#"{"scene_id":{scene_id},"trigger_key":"user.click"}"#,
        blanks: &[must("scene_id", BlankKind::Text)],
    },
    Template {
        name: "edit-scene",
        about: "write a whole scene, as the list returned it",
        path: "/app/appgateway/miot/appsceneservice/AppSceneService/Edit",
        data: "{scene}",
        blanks: &[must("scene", BlankKind::Json)],
    },
];

/// The template of that name.
pub fn find(name: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.name == name)
}

impl Template {
    /// Fills the blanks by name.
    ///
    /// ```
    /// let template = mishark_core::template::find("prop-set").unwrap();
    /// let values = [("did", "500000001"), ("siid", "2"), ("piid", "1"), ("value", "false")];
    /// let call = template.fill(&values)?;
    /// assert_eq!(call.path, "/app/miotspec/prop/set");
    /// assert_eq!(
    ///     call.data,
    ///     r#"{"params":[{"did":"500000001","siid":2,"piid":1,"value":false}]}"#,
    /// );
    /// # Ok::<(), mishark_core::template::FillError>(())
    /// ```
    ///
    /// # Errors
    /// If a value is missing, is not what the blank takes, or fills no blank.
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<Filled, FillError> {
        if let Some((name, _)) = values.iter().find(|(name, _)| self.blank(name).is_none()) {
            return Err(FillError::Unknown {
                name: (*name).to_owned(),
                template: self.name,
            });
        }
        let (mut path, mut data) = (self.path.to_owned(), Vec::new());
        let mut written = Vec::with_capacity(self.blanks.len());
        for blank in self.blanks {
            let value = values.iter().find(|(name, _)| *name == blank.name);
            let value = match value {
                Some((_, value)) => value,
                None => match blank.usual {
                    Some(usual) => {
                        written.push((blank.name, usual.to_owned()));
                        continue;
                    }
                    None => return Err(FillError::Missing(blank.name)),
                },
            };
            let mark = format!("{{{}}}", blank.name);
            if path.contains(&mark) {
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
                if value.is_empty() || !value.bytes().all(is_plain) {
                    return Err(FillError::NotForPath(blank.name));
                }
                path = path.replace(&mark, value);
            }
            written.push((blank.name, blank.write(value)?));
        }
        // In one pass, so that a value that looks like a blank is none.
        let mut rest = self.data;
        while let Some((before, name, after)) = next_blank(rest) {
            data.push(before.to_owned());
            let value = written.iter().find(|(blank, _)| *blank == name);
            data.push(match value {
                Some((_, value)) => value.clone(),
                None => format!("{{{name}}}"),
            });
            rest = after;
        }
        data.push(rest.to_owned());
        Ok(Filled {
            path,
            data: data.concat(),
        })
    }

    /// The call with its blanks as they usually are, and nothing (`""`, `0`,
    /// `null`) in those that must be filled: a beginning to edit.
    pub fn skeleton(&self) -> Filled {
        let mut data = String::new();
        let mut rest = self.data;
        while let Some((before, name, after)) = next_blank(rest) {
            data.push_str(before);
            let blank = self.blank(name);
            data.push_str(match blank.map(|blank| (blank.usual, blank.kind)) {
                Some((Some(usual), _)) => usual,
                Some((None, BlankKind::Number)) => "0",
                Some((None, BlankKind::Text)) => "\"\"",
                Some((None, BlankKind::Json)) | None => "null",
            });
            rest = after;
        }
        data.push_str(rest);
        let mut path = self.path.to_owned();
        for blank in self.blanks {
            path = path.replace(&format!("{{{}}}", blank.name), "");
        }
        Filled { path, data }
    }

    fn blank(&self, name: &str) -> Option<&Blank> {
        self.blanks.iter().find(|blank| blank.name == name)
    }
}

impl Blank {
    /// The value as JSON.
    fn write(&self, value: &str) -> Result<String, FillError> {
        match self.kind {
            BlankKind::Text => Ok(format!("\"{}\"", escape(value))),
            BlankKind::Number => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                let is_number = json::check(value.as_bytes()).is_ok()
                    && digits.bytes().all(|byte| byte.is_ascii_digit());
                match is_number {
                    true => Ok(value.to_owned()),
                    false => Err(FillError::NotNumber(self.name)),
                }
            }
            BlankKind::Json => match json::check(value.as_bytes()) {
                Ok(document) => Ok(document.as_str().trim().to_owned()),
                Err(error) => Err(FillError::NotJson {
                    name: self.name,
                    error,
                }),
            },
        }
    }
}

/// The text before the first blank, its name, and what comes behind.
fn next_blank(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('{')?;
        let rest = &text[open + 1..];
        let is_word = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
        let length = rest.bytes().take_while(is_word).count();
        if length > 0 && rest[length..].starts_with('}') {
            return Some((&text[..open], &rest[..length], &rest[length + 1..]));
        }
        from = open + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that fits every blank of that name.
    fn value(blank: &Blank) -> &'static str {
        match blank.kind {
            BlankKind::Json => r#"{"a":[1,"{did}"]}"#,
            BlankKind::Number => "42",
            BlankKind::Text => "a.b-1",
        }
    }

    #[test]
    fn every_template_fills_to_json_with_nothing_left_blank() {
        for template in ALL {
            let values: Vec<_> = template
                .blanks
                .iter()
                .map(|it| (it.name, value(it)))
                .collect();
            let filled = template.fill(&values).unwrap();
            json::check(filled.data.as_bytes()).unwrap();
            assert!(!filled.path.contains('{'), "{}", template.name);
            let mut rest = template.data;
            while let Some((_, name, after)) = next_blank(rest) {
                assert!(template.blank(name).is_some(), "{}: {name}", template.name);
                rest = after;
            }
            for blank in template.blanks {
                let mark = format!("{{{}}}", blank.name);
                assert!(template.data.contains(&mark) || template.path.contains(&mark));
                assert_eq!(
                    blank
                        .usual
                        .map(|usual| json::check(usual.as_bytes()).is_ok()),
                    blank.usual.map(|_| true)
                );
            }
        }
    }

    #[test]
    fn a_skeleton_is_json_too_with_nothing_where_something_must_be() {
        for template in ALL {
            json::check(template.skeleton().data.as_bytes()).unwrap();
        }
        let skeleton = find("rpc").unwrap().skeleton();
        assert_eq!(skeleton.path, "/app/home/rpc/");
        assert_eq!(skeleton.data, r#"{"id":1,"method":"","params":[]}"#);
    }

    #[test]
    fn what_may_be_left_out_has_a_usual_value() {
        for template in ALL {
            let must = template.blanks.iter().filter(|blank| blank.usual.is_none());
            let values: Vec<_> = must.map(|blank| (blank.name, value(blank))).collect();
            let filled = template.fill(&values).unwrap();
            json::check(filled.data.as_bytes()).unwrap();
            if !values.is_empty() {
                let missing = template.fill(&values[1..]);
                assert_eq!(missing, Err(FillError::Missing(values[0].0)));
            }
        }
    }

    #[test]
    fn values_are_written_as_what_they_are_or_refused() {
        let set = find("prop-set").unwrap();
        let fill = |did, siid, value| {
            set.fill(&[
                ("did", did),
                ("siid", siid),
                ("piid", "1"),
                ("value", value),
            ])
        };
        let data = fill("say \"hi\"", "2", " \"客厅\" ").unwrap().data;
        assert_eq!(
            data,
            r#"{"params":[{"did":"say \"hi\"","siid":2,"piid":1,"value":"客厅"}]}"#
        );
        for siid in ["2.0", "1e3", "two", "", "01"] {
            assert_eq!(
                fill("1", siid, "1"),
                Err(FillError::NotNumber("siid")),
                "{siid}"
            );
        }
        assert!(matches!(
            fill("1", "2", "on"),
            Err(FillError::NotJson { .. })
        ));
        let rpc = find("rpc").unwrap();
        let slash = rpc.fill(&[("did", "../x"), ("method", "get_prop")]);
        assert_eq!(slash, Err(FillError::NotForPath("did")));
        let unknown = rpc.fill(&[("piid", "1")]).unwrap_err();
        assert_eq!(unknown.to_string(), "there is no piid in rpc");
    }
}
