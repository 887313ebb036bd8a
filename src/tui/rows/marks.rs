//! What the user marked, and noted beside it.

use std::collections::HashMap;
use std::sync::Arc;

use super::store::Rows;
use mishark_core::workspace::FlowId;

impl Rows {
    /// A row's note.
    pub fn note(&self, row: u32) -> Option<&str> {
        self.notes.get(&self.row(row).id).map(String::as_str)
    }

    /// Writes a note, or takes it away if the text is empty.
    pub fn set_note(&mut self, row: u32, text: String) {
        let id = self.row(row).id;
        if text.is_empty() {
            self.notes.remove(&id);
        } else {
            self.notes.insert(id, text);
        }
        self.remark(row);
    }

    /// What filters see of marks and notes, by flow.
    pub fn marks(&self) -> &Arc<HashMap<FlowId, String>> {
        &self.table.marks
    }

    fn remark(&mut self, row: u32) {
        let id = self.row(row).id;
        let mark = if self.row(row).marked { "marked" } else { "" };
        let text = match self.notes.get(&id) {
            Some(note) => format!("{mark} {note}").trim_start().to_owned(),
            None => mark.to_owned(),
        };
        let marks = Arc::make_mut(&mut self.table.marks);
        if text.is_empty() {
            marks.remove(&id);
        } else {
            marks.insert(id, text);
        }
    }

    /// Marks a row, or takes the mark away.
    pub fn toggle_mark(&mut self, row: u32) {
        let marked = &mut self.table.rows.get_mut(row as usize).marked;
        *marked = !*marked;
        match *marked {
            true => self.marked += 1,
            false => self.marked -= 1,
        }
        self.remark(row);
    }

    /// How many rows are marked.
    pub fn marked(&self) -> usize {
        self.marked
    }
}
