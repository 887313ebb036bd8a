//! A command line taken apart as the shell it was copied for would do it.
//!
//! Two shells: bash and its kin (`'…'`, `"…"`, `$'…'`, `\` before a line's end)
//! and Windows' cmd (`^"…^"`, `^` before a line's end). Nothing is expanded.

/// Words of one command; the longest copied from a browser have some hundred.
const MAX_WORDS: usize = 4096;

/// A command line, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The words of the first command on it.
    pub(super) words: Vec<Vec<u8>>,
    /// Where the next line begins, or the next `curl` on this one.
    pub(super) end: usize,
    /// Whether it names variables or substitutes commands.
    pub(super) expands: bool,
    /// Whether all quotes close.
    pub(super) closed: bool,
}

/// Takes the line apart that starts here.
pub(super) fn split(text: &[u8]) -> Line {
    let mut shell = Shell {
        text,
        at: 0,
        word: None,
        words: Vec::new(),
        expands: false,
        ended: false,
        skips: false,
    };
    let closed = match is_cmd(text) {
        true => shell.cmd(),
        false => shell.bash(),
    };
    Line {
        words: shell.words,
        end: shell.at,
        expands: shell.expands,
        closed: closed.is_some(),
    }
}

/// Whether the first word is `curl`, perhaps with a path or `.exe`.
pub(super) fn is_curl(text: &[u8]) -> bool {
    let end = text.iter().position(u8::is_ascii_whitespace);
    let Some(end) = end.filter(|end| *end < 256) else {
        return false;
    };
    let name = text[..end]
        .rsplit(|byte| matches!(byte, b'/' | b'\\'))
        .next();
    matches!(name, Some(b"curl" | b"curl.exe"))
}

/// Carets at quotes or at the line's end are what browsers write for cmd.
fn is_cmd(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.trim_ascii_end().ends_with(b"^")
        || line.windows(2).any(|pair| pair == b"^\"" || pair == b"\"^")
}

struct Shell<'a> {
    text: &'a [u8],
    at: usize,
    word: Option<Vec<u8>>,
    words: Vec<Vec<u8>>,
    expands: bool,
    /// Behind a `;` or `|`: what follows is another command.
    ended: bool,
    /// Behind a redirection: its word is no argument.
    skips: bool,
}

impl Shell<'_> {
    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn push(&mut self, byte: u8) {
        self.word.get_or_insert_default().push(byte);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.skips)
            && !self.ended
            && self.words.len() < MAX_WORDS
        {
            self.words.push(word);
        }
    }

    /// Ends a command that is not the line's last. True if the next is curl.
    fn end_command(&mut self) -> bool {
        self.end_word();
        self.ended = true;
        while matches!(self.peek(), Some(b' ' | b'\t' | b'&' | b'|' | b';')) {
            self.at += 1;
        }
        is_curl(&self.text[self.at..])
    }

    /// Reads to the line's end; `None` if a quote does not close.
    fn bash(&mut self) -> Option<()> {
        while let Some(byte) = self.next() {
            match byte {
                b'\n' => break,
                b' ' | b'\t' | b'\r' => self.end_word(),
                b'\'' => {
                    self.word.get_or_insert_default();
                    loop {
                        match self.next()? {
                            b'\'' => break,
                            byte => self.push(byte),
                        }
                    }
                }
                b'"' => self.double_quoted()?,
                b'$' if self.peek() == Some(b'\'') => {
                    self.at += 1;
                    self.ansi_quoted()?;
                }
                b'$' if self.peek() == Some(b'"') => {}
                b'$' | b'`' => {
                    self.note_expansion(byte);
                    self.push(byte);
                }
                b'\\' => match self.next() {
                    Some(b'\n') | None => {}
                    Some(b'\r') if self.peek() == Some(b'\n') => self.at += 1,
                    Some(byte) => self.push(byte),
                },
                b'#' if self.word.is_none() => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                b';' | b'|' | b'&' => {
                    if self.end_command() {
                        return Some(());
                    }
                }
                b'>' | b'<' => self.redirect(),
                byte => self.push(byte),
            }
        }
        self.end_word();
        Some(())
    }

    fn note_expansion(&mut self, byte: u8) {
        let names = |byte: u8| byte.is_ascii_alphanumeric() || b"_{(".contains(&byte);
        self.expands |= byte == b'`' || self.peek().is_some_and(names);
    }

    /// Passes over `> file`, `2>&1`, `<<EOF`: the word behind is no argument.
    fn redirect(&mut self) {
        let number = |word: &Vec<u8>| word.iter().all(u8::is_ascii_digit);
        if self.word.as_ref().is_some_and(number) {
            self.word = None;
        }
        self.end_word();
        while matches!(self.peek(), Some(b'>' | b'<' | b'&' | b' ' | b'\t')) {
            self.at += 1;
        }
        self.skips = true;
    }

    fn double_quoted(&mut self) -> Option<()> {
        self.word.get_or_insert_default();
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    byte @ (b'"' | b'\\' | b'$' | b'`') => self.push(byte),
                    b'\n' => {}
                    byte => {
                        self.push(b'\\');
                        self.push(byte);
                    }
                },
                byte @ (b'$' | b'`') => {
                    self.note_expansion(byte);
                    self.push(byte);
                }
                byte => self.push(byte),
            }
        }
    }

    /// `$'…'`, as Firefox and Chrome write bodies with special bytes.
    fn ansi_quoted(&mut self) -> Option<()> {
        self.word.get_or_insert_default();
        loop {
            let byte = match self.next()? {
                b'\'' => return Some(()),
                b'\\' => match self.next()? {
                    b'a' => 0x07,
                    b'b' => 0x08,
                    b'e' | b'E' => 0x1b,
                    b'f' => 0x0c,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 0x0b,
                    b'x' => self.digits(16, 2)? as u8,
                    kind @ (b'u' | b'U') => {
                        let digits = if kind == b'u' { 4 } else { 8 };
                        let char = char::from_u32(self.digits(16, digits)?);
                        let char = char.unwrap_or(char::REPLACEMENT_CHARACTER);
                        let word = self.word.get_or_insert_default();
                        word.extend(char.encode_utf8(&mut [0; 4]).bytes());
                        continue;
                    }
                    b'0'..=b'7' => {
                        self.at -= 1;
                        self.digits(8, 3)? as u8
                    }
                    byte => {
                        if !matches!(byte, b'\\' | b'\'' | b'"' | b'?') {
                            self.push(b'\\');
                        }
                        byte
                    }
                },
                byte => byte,
            };
            self.push(byte);
        }
    }

    /// A number of so many digits at most, none if there are none.
    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let mut number: u32 = 0;
        for _ in 0..most {
            let Some(digit) = char::from(self.peek()?).to_digit(radix) else {
                break;
            };
            self.at += 1;
            number = number.wrapping_mul(radix).wrapping_add(digit);
        }
        Some(number)
    }

    /// Windows: cmd takes its carets, then the program its quotes, so a `^"`
    /// does quote for the program and does not for cmd.
    fn cmd(&mut self) -> Option<()> {
        let mut quoted = false;
        let mut cmd_quoted = false;
        let mut backslashes = 0;
        while let Some(byte) = self.next() {
            let mut byte = byte;
            let mut escaped = false;
            if byte == b'^' && !cmd_quoted {
                // A line's end behind a caret goes, and what follows counts as
                // itself: browsers write a newline as `^` and two of them.
                let mut behind = self.next();
                if behind == Some(b'\r') {
                    behind = self.next();
                }
                if behind == Some(b'\n') {
                    if !matches!(self.peek(), Some(b'\r' | b'\n')) {
                        continue;
                    }
                    behind = self.next();
                    if behind == Some(b'\r') {
                        behind = self.next();
                    }
                }
                let Some(behind) = behind else { break };
                (byte, escaped) = (behind, true);
            }
            if byte == b'"' && !escaped {
                cmd_quoted = !cmd_quoted;
            }
            match byte {
                b'\\' => {
                    backslashes += 1;
                    continue;
                }
                b'"' => {
                    for _ in 0..backslashes / 2 {
                        self.push(b'\\');
                    }
                    if backslashes % 2 == 1 {
                        self.push(b'"');
                    } else if quoted && self.peek() == Some(b'"') && !escaped {
                        self.at += 1;
                        cmd_quoted = !cmd_quoted;
                        self.push(b'"');
                    } else {
                        quoted = !quoted;
                        self.word.get_or_insert_default();
                    }
                    backslashes = 0;
                    continue;
                }
                _ => {}
            }
            for _ in 0..std::mem::take(&mut backslashes) {
                self.push(b'\\');
            }
            match byte {
                b'\n' if !escaped && !cmd_quoted => {
                    self.end_word();
                    return (!quoted).then_some(());
                }
                b' ' | b'\t' | b'\r' if !quoted => self.end_word(),
                b'&' | b'|' if !escaped && !cmd_quoted => {
                    if self.end_command() {
                        return Some(());
                    }
                }
                byte => self.push(byte),
            }
        }
        self.end_word();
        (!quoted).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let line = split(text.as_bytes());
        assert!(line.closed, "{text}");
        let words = line.words.into_iter();
        words
            .map(|word| String::from_utf8_lossy(&word).into_owned())
            .collect()
    }

    #[test]
    fn bash_quotes_are_undone() {
        let table: [(&str, &[&str]); 12] = [
            ("curl 'a b'\"c d\"e\\ f", &["curl", "a bc de f"]),
            (
                "curl $'a\\'b\\n\\x41\\u4e2d\\101\\q'",
                &["curl", "a'b\nA中A\\q"],
            ),
            ("curl '' \"\"", &["curl", "", ""]),
            ("curl \\\n  -X \\\r\n POST", &["curl", "-X", "POST"]),
            ("curl \"a\\\"b\\$c\\\\d\\e\"", &["curl", "a\"b$c\\d\\e"]),
            ("curl a # b 'c", &["curl", "a"]),
            ("curl a#b", &["curl", "a#b"]),
            ("curl a 2>&1 > 'o t' b | jq . 'x\ny'", &["curl", "a", "b"]),
            ("curl a; echo b", &["curl", "a"]),
            ("curl 'a\nb'\ncurl c", &["curl", "a\nb"]),
            ("curl $\"a\"", &["curl", "a"]),
            ("curl 'it'\\''s'", &["curl", "it's"]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn carets_of_cmd_are_undone() {
        let table: [(&str, &[&str]); 6] = [
            (
                "curl ^\"https://h/a?b=c^&d=^%^2B^\" ^\r\n  -H ^\"a: \\^\"b\\^\"^\"",
                &["curl", "https://h/a?b=c&d=%2B", "-H", "a: \"b\""],
            ),
            (
                "curl \"a b\" ^\n -d \"x\"\"y^z\"",
                &["curl", "a b", "-d", "x\"y^z"],
            ),
            ("curl ^\"a^\n\nb^\"", &["curl", "a\nb"]),
            ("curl \"a\\\\\" b^\"c^\"", &["curl", "a\\", "bc"]),
            ("curl ^\"a^\" & echo b", &["curl", "a"]),
            ("curl ^\"C:\\x\\y^\"", &["curl", "C:\\x\\y"]),
        ];
        for (text, expected) in table {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_ends_where_the_next_curl_begins() {
        let text = b"curl a && curl b\ncurl c";
        assert_eq!(split(text).end, 10);
        assert_eq!(split(&text[10..]).end, 7);
        assert!(is_curl(b"/usr/bin/curl x") && is_curl(b"curl.exe x"));
        assert!(!is_curl(b"curly x") && !is_curl(b"curl"));
    }

    #[test]
    fn what_is_not_expanded_is_noted_and_no_cut_panics() {
        for text in ["curl $A", "curl \"${A}\"", "curl `a`", "curl \"$(a)\""] {
            assert!(split(text.as_bytes()).expands, "{text}");
        }
        for text in ["curl '$A'", "curl $", "curl \"\\$A\""] {
            assert!(!split(text.as_bytes()).expands, "{text}");
        }
        for text in ["curl 'a", "curl \"a", "curl $'a\\x4", "curl ^\"a"] {
            assert!(!split(text.as_bytes()).closed, "{text}");
        }
        let all = "curl 'a' \"b\\\"\" $'c\\u4e2d' \\\n 2>&1 ^\" \\^\" ^\r\n\n";
        for end in 0..all.len() {
            split(&all.as_bytes()[..end]);
            split(&[b"curl ^\"\" ", &all.as_bytes()[..end]].concat());
        }
    }
}
