//! A whole file of flows in one of the forms: head, entries, tail.

use std::io::{self, Write};

use super::{Record, har, jsonl};

/// A form that flows are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// HAR with plaintext bodies.
    Har,
    /// JSON lines.
    Jsonl,
}

impl Form {
    /// One flow in this form. Costs a while, so workers do it.
    pub fn render(self, record: &Record<'_>) -> Vec<u8> {
        match self {
            Self::Har => har::entry(record),
            Self::Jsonl => {
                let mut line = Vec::new();
                jsonl::line(record, &mut line);
                line
            }
        }
    }

    /// Writes a file of this form.
    pub fn writer(self) -> Writer {
        Writer {
            form: self,
            is_first: true,
        }
    }
}

/// Joins flows into a file. Each of its methods tells how many bytes it wrote.
#[derive(Debug)]
pub struct Writer {
    form: Form,
    is_first: bool,
}

impl Writer {
    /// What stands before the first flow.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn head(&self, out: &mut impl Write) -> io::Result<u64> {
        match self.form {
            Form::Har => put(har::head().as_bytes(), out),
            Form::Jsonl => Ok(0),
        }
    }

    /// A flow that was rendered.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn entry(&mut self, rendered: &[u8], out: &mut impl Write) -> io::Result<u64> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let comma = match self.form {
            Form::Har if !is_first => put(b",\n", out)?,
            Form::Har | Form::Jsonl => 0,
        };
        Ok(comma + put(rendered, out)?)
    }

    /// What stands behind the last flow.
    ///
    /// # Errors
    /// As `out` has them.
    pub fn tail(&self, out: &mut impl Write) -> io::Result<u64> {
        match self.form {
            Form::Har => put(har::TAIL.as_bytes(), out),
            Form::Jsonl => Ok(0),
        }
    }
}

fn put(bytes: &[u8], out: &mut impl Write) -> io::Result<u64> {
    out.write_all(bytes)?;
    Ok(bytes.len() as u64)
}
