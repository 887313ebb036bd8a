//! The ordered `application/x-www-form-urlencoded` fields of a request.

use super::error::Error;

/// More fields than any Mi Home request has by far (the most seen is 9); what
/// has more is not one, and is not worth the memory.
pub const MAX_FIELDS: usize = 1024;

/// One field.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    value: Vec<u8>,
    /// `name=value` exactly as received; `None` once the field was made or
    /// edited here.
    raw: Option<Vec<u8>>,
}

impl Field {
    /// A field that was not received from anywhere.
    pub fn new(name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            raw: None,
        }
    }

    /// The decoded name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The decoded value. A blank may have been a `+` that nobody escaped.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The value as it stood on the wire, if it came from one.
    pub fn raw_value(&self) -> Option<&[u8]> {
        let raw = self.raw.as_deref()?;
        let at = memchr::memchr(b'=', raw)?;
        raw.get(at + 1..)
    }
}

impl std::fmt::Debug for Field {
    /// Values may be secrets (`ssecurity`, tokens), so only sizes show. So does
    /// the size of a name that is none: a login's JSON read as a form is one
    /// name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const LONGEST: usize = 32;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        if self.name.len() <= LONGEST && self.name.bytes().all(plain) {
            write!(f, "{}=({} bytes)", self.name, self.value.len())
        } else {
            let (name, value) = (self.name.len(), self.value.len());
            write!(f, "({name} bytes)=({value} bytes)")
        }
    }
}

/// A form: fields in order, duplicates kept.
///
/// An untouched form encodes to the very bytes it was read from, whether the
/// client wrote `%2b` or `%2B`, `+` or `%20`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    fields: Vec<Field>,
}

impl Form {
    /// Reads a body or a query (without `?`).
    ///
    /// # Errors
    /// [`Error::TooManyFields`] beyond [`MAX_FIELDS`].
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let mut fields = Vec::new();
        if !text.is_empty() {
            for raw in text.split(|byte| *byte == b'&') {
                if fields.len() == MAX_FIELDS {
                    return Err(Error::TooManyFields { limit: MAX_FIELDS });
                }
                let (name, value) = match memchr::memchr(b'=', raw) {
                    Some(at) => (&raw[..at], &raw[at + 1..]),
                    None => (raw, &[][..]),
                };
                fields.push(Field {
                    name: String::from_utf8_lossy(&form_decode(name)).into_owned(),
                    value: form_decode(value),
                    raw: Some(raw.to_vec()),
                });
            }
        }
        Ok(Self { fields })
    }

    /// The form as bytes: received fields as received, others encoded anew.
    pub fn encode(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                text.push(b'&');
            }
            if let Some(raw) = &field.raw {
                text.extend_from_slice(raw);
            } else {
                let name = form_urlencoded::byte_serialize(field.name.as_bytes());
                name.for_each(|part| text.extend_from_slice(part.as_bytes()));
                text.push(b'=');
                let value = form_urlencoded::byte_serialize(&field.value);
                value.for_each(|part| text.extend_from_slice(part.as_bytes()));
            }
        }
        text
    }

    /// All fields in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The first field of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map(Field::value)
    }

    /// Whether there is a field of that name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Appends a field.
    pub fn push(&mut self, field: Field) {
        self.fields.push(field);
    }

    /// Gives the first field of that name another value, or appends it.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        let field = Field::new(name, value);
        match self.fields.iter_mut().find(|field| field.name == name) {
            Some(place) => *place = field,
            None => self.fields.push(field),
        }
    }
}

impl FromIterator<Field> for Form {
    fn from_iter<T: IntoIterator<Item = Field>>(fields: T) -> Self {
        Self {
            fields: fields.into_iter().collect(),
        }
    }
}

/// Undoes form encoding: `+` is a blank, `%XX` a byte; anything else stays.
pub fn form_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'%', b'+', rest) {
        out.extend_from_slice(&rest[..at]);
        if rest[at] == b'+' {
            out.push(b' ');
            rest = &rest[at + 1..];
        } else {
            rest = percent(&rest[at..], &mut out);
        }
    }
    out.extend_from_slice(rest);
    out
}

/// Undoes `%XX` alone; a `+` stays one, and so does a `%` without two digits.
pub fn percent_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = percent(&rest[at..], &mut out);
    }
    out.extend_from_slice(rest);
    out
}

/// Takes one `%XX` off the front of `text`.
fn percent<'a>(text: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let digit = |at: usize| text.get(at).and_then(|byte| (*byte as char).to_digit(16));
    if let (Some(high), Some(low)) = (digit(1), digit(2)) {
        out.push((high * 16 + low) as u8);
        &text[3..]
    } else {
        out.push(b'%');
        &text[1..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_form_encodes_to_the_same_bytes() {
        let text = b"a=%2b+%20&b&c=&=x&a=%zz%";
        let form = Form::parse(text).unwrap();
        assert_eq!(form.encode(), text);
        assert_eq!(form.fields().len(), 5);
        assert_eq!(form.get("a"), Some(&b"+  "[..]));
        assert_eq!(form.fields()[4].value(), b"%zz%");
    }

    #[test]
    fn an_edited_field_is_encoded_anew_and_the_others_stay() {
        let mut form = Form::parse(b"a=%2b&b=2").unwrap();
        form.set("b", "+ /");
        assert_eq!(form.encode(), b"a=%2b&b=%2B+%2F");
    }

    #[test]
    fn too_many_fields_are_refused() {
        let text = vec![b'&'; MAX_FIELDS + 1];
        assert!(Form::parse(&text).is_err());
    }

    #[test]
    fn values_do_not_show_in_debug() {
        let form = Form::parse(b"ssecurity=topsecret").unwrap();
        assert_eq!(
            format!("{form:?}"),
            "Form { fields: [ssecurity=(9 bytes)] }"
        );
        let login = Form::parse(br#"{"ssecurity":"topsecret"}"#).unwrap();
        assert_eq!(
            format!("{login:?}"),
            "Form { fields: [(25 bytes)=(0 bytes)] }"
        );
    }
}
