//! Changes to captured requests, one JSON object a line: a batch.
//!
//! ```text
//! {"entry":13}
//! {"entry":13,"set":{"/params/0/piid":2}}
//! {"entry":14,"data":"{\"params\":[]}"}
//! {"template":"prop-get","values":{"did":"500000001","siid":2,"piid":1}}
//! {"entry":13,"path":"/app/miotspec/prop/get","data":"{}"}
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::draft::Draft;
use super::splice::{SpliceError, splice};
use crate::template::{FillError, find};

/// One line: which request, and what is other about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DraftLine {
    /// The captured entry it starts from; the first one's client, if a template
    /// or a path says what is asked.
    pub entry: Option<usize>,
    /// Another plaintext, byte for byte.
    pub data: Option<String>,
    /// Values to put into the plaintext, by JSON pointer.
    pub set: Vec<(String, String)>,
    /// Another path.
    pub path: Option<String>,
    /// A template's name.
    pub template: Option<String>,
    /// What fills its blanks.
    pub values: Vec<(String, String)>,
}

/// Why a line is none, or does not fit.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no JSON object with these members.
    #[error("{0}")]
    NotALine(#[from] serde_json::Error),
    /// It names neither an entry nor a template nor a path.
    #[error("it names no entry, template or path")]
    Nothing,
    /// There is no such template.
    #[error("there is no template {0:?}")]
    NoTemplate(String),
    /// The template does not take these values.
    #[error("{0}")]
    Fill(#[from] FillError),
    /// A value has no place in the plaintext.
    #[error("{pointer}: {error}")]
    Splice {
        /// Where it should have gone.
        pointer: String,
        /// Why it does not.
        error: SpliceError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    entry: Option<usize>,
    data: Option<String>,
    #[serde(borrow, default)]
    set: BTreeMap<String, &'a RawValue>,
    path: Option<String>,
    template: Option<String>,
    #[serde(borrow, default)]
    values: BTreeMap<String, &'a RawValue>,
}

impl DraftLine {
    /// Reads one line.
    ///
    /// # Errors
    /// If it is no such object, or names nothing to send.
    pub fn parse(line: &str) -> Result<Self, LineError> {
        let written: Written<'_> = serde_json::from_str(line)?;
        if written.entry.is_none() && written.template.is_none() && written.path.is_none() {
            return Err(LineError::Nothing);
        }
        // A text may be written with or without its quotes.
        let plain = |raw: &RawValue| {
            serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
        };
        Ok(Self {
            entry: written.entry,
            data: written.data,
            set: written
                .set
                .into_iter()
                .map(|(pointer, value)| (pointer, value.get().to_owned()))
                .collect(),
            path: written.path,
            template: written.template,
            values: written
                .values
                .into_iter()
                .map(|(name, value)| (name, plain(value)))
                .collect(),
        })
    }

    /// The draft with this line's changes.
    ///
    /// # Errors
    /// If the template, its values or a pointer do not fit.
    pub fn apply(&self, draft: &Draft) -> Result<Draft, LineError> {
        let mut draft = match (&self.template, &self.path) {
            (Some(name), _) => {
                let template = find(name).ok_or_else(|| LineError::NoTemplate(name.clone()))?;
                let values = self.values.iter();
                let values: Vec<_> = values.map(|(name, value)| (&**name, &**value)).collect();
                let filled = template.fill(&values)?;
                draft.another(&filled.path, filled.data)
            }
            (None, Some(path)) if *path != draft.path => {
                draft.another(path, self.data.clone().unwrap_or_default())
            }
            _ => draft.clone(),
        };
        if let Some(data) = &self.data {
            draft.set_data(data.as_str());
        }
        set_values(&mut draft, &self.set)?;
        Ok(draft)
    }
}

/// Puts values into a draft's plaintext, by JSON pointer.
///
/// # Errors
/// The first that has no place.
pub fn set_values(draft: &mut Draft, values: &[(String, String)]) -> Result<(), LineError> {
    for (pointer, value) in values {
        let data = draft.data().unwrap_or_default();
        let data = splice(data, pointer, value).map_err(|error| LineError::Splice {
            pointer: pointer.clone(),
            error,
        })?;
        draft.set_data(data);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft::new(
            "https://api.io.mi.com",
            "/app/miotspec/prop/set",
            "{\"params\":[{\"piid\":1}]}",
        )
    }

    fn data(line: &str) -> String {
        let draft = DraftLine::parse(line).unwrap().apply(&draft()).unwrap();
        String::from_utf8_lossy(draft.data().unwrap()).into_owned()
    }

    #[test]
    fn a_line_changes_what_it_says_and_nothing_else() {
        assert_eq!(data(r#"{"entry":3}"#), r#"{"params":[{"piid":1}]}"#);
        let set = r#"{"entry":3,"set":{"/params/0/piid":2.50}}"#;
        assert_eq!(data(set), r#"{"params":[{"piid":2.50}]}"#);
        assert_eq!(data(r#"{"entry":3,"data":" [1]"}"#), " [1]");
        let filled = r#"{"template":"prop-get","values":{"did":"5","siid":2,"piid":"1"}}"#;
        assert_eq!(
            data(filled),
            r#"{"params":[{"did":"5","siid":2,"piid":1}]}"#
        );
    }

    #[test]
    fn what_is_no_line_says_why() {
        let error = |line: &str| match DraftLine::parse(line) {
            Err(error) => error.to_string(),
            Ok(line) => line.apply(&draft()).unwrap_err().to_string(),
        };
        assert_eq!(error("{}"), "it names no entry, template or path");
        assert!(error(r#"{"entrie":1}"#).starts_with("unknown field `entrie`"));
        assert_eq!(error(r#"{"template":"x"}"#), "there is no template \"x\"");
        let nowhere = error(r#"{"entry":1,"set":{"/a/b":1}}"#);
        assert!(
            nowhere.starts_with("/a/b: the pointer leads nowhere"),
            "{nowhere}"
        );
    }
}
