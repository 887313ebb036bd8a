//! What the mouse did last.

/// What the button went down on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grip {
    /// The border below the list, or right of it.
    List,
    /// The border between request and response.
    Request,
}

/// Where the last click was, and what is being dragged.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pointer {
    /// A border, and the cell it was at last.
    pub(super) grip: Option<(Grip, u16, u16)>,
    clicked: Option<(u16, u16)>,
}

impl Pointer {
    /// Takes a click; tells whether it is the second one on its cell.
    pub(super) fn is_double(&mut self, column: u16, row: u16) -> bool {
        let here = Some((column, row));
        let is_double = self.clicked == here;
        self.clicked = here.filter(|_| !is_double);
        is_double
    }
}
