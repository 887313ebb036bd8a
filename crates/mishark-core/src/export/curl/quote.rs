//! Text that bash gives to a program byte for byte, whatever it is.

use crate::json::printable;

/// A piece of a word: text as it is, or a variable.
pub(super) enum Piece<'t> {
    Text(&'t [u8]),
    Variable(String),
}

/// One word made of pieces. No NUL can be in it.
pub(super) fn word(pieces: &[Piece<'_>]) -> String {
    let mut word = String::new();
    let mut text = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(more) => text.extend_from_slice(more),
            Piece::Variable(name) => {
                word.push_str(&quoted(&std::mem::take(&mut text)));
                word.push_str(&format!("\"${{{name}:?}}\""));
            }
        }
    }
    if word.is_empty() || !text.is_empty() {
        word.push_str(&quoted(&text));
    }
    word
}

/// `'…'` where nothing has to be escaped, else `$'…'`.
fn quoted(text: &[u8]) -> String {
    if let Ok(plain) = std::str::from_utf8(text)
        && plain.chars().all(|char| char != '\'' && printable(char))
    {
        return format!("'{plain}'");
    }
    let mut word = "$'".to_owned();
    each_character(text, |character| match character {
        Ok('\'') => word.push_str("\\'"),
        Ok('\\') => word.push_str("\\\\"),
        // An interactive bash may look for its history in here.
        Ok('!') => word.push_str("\\x21"),
        Ok('\n') => word.push_str("\\n"),
        Ok('\r') => word.push_str("\\r"),
        Ok('\t') => word.push_str("\\t"),
        Ok(printable) => word.push(printable),
        // Not `\u`, which bash 3 of macOS does not know.
        Err(byte) => word.push_str(&format!("\\x{byte:02x}")),
    });
    word.push('\'');
    word
}

/// printf's arguments: a format, and the variables that stand in it.
pub(super) fn format(pieces: &[Piece<'_>]) -> String {
    let mut format = "'".to_owned();
    let mut variables = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => each_character(text, |character| match character {
                Ok('\'') => format.push_str("\\047"),
                Ok('\\') => format.push_str("\\\\"),
                Ok('%') => format.push_str("%%"),
                Ok('\n') => format.push_str("\\n"),
                Ok('\r') => format.push_str("\\r"),
                Ok('\t') => format.push_str("\\t"),
                Ok(printable) => format.push(printable),
                Err(byte) => format.push_str(&format!("\\{byte:03o}")),
            }),
            Piece::Variable(name) => {
                format.push_str("%s");
                variables.push_str(&format!(" \"${{{name}:?}}\""));
            }
        }
    }
    format!("{format}'{variables}")
}

/// Gives each printable character, line break and tab; of anything else each
/// byte.
fn each_character(text: &[u8], mut give: impl FnMut(Result<char, u8>)) {
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            if printable(character) || matches!(character, '\n' | '\r' | '\t') {
                give(Ok(character));
            } else {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    give(Err(byte));
                }
            }
        }
        for byte in chunk.invalid() {
            give(Err(*byte));
        }
    }
}
