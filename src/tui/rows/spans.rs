//! Which flows the rows are, in few words: rows that were loaded one after the
//! other are flows one after the other. A worker takes a copy along.

use mishark_core::workspace::FlowId;

/// Rows one after the other that are flows one after the other.
#[derive(Debug, Clone, Copy)]
struct Span {
    row: u32,
    flow: FlowId,
}

/// The flows of all rows.
#[derive(Debug, Clone, Default)]
pub struct Spans {
    spans: Vec<Span>,
    /// How many rows there are.
    len: u32,
}

impl Spans {
    /// Adds the next row.
    pub fn push(&mut self, flow: FlowId) {
        let row = self.len;
        let goes_on = self
            .spans
            .last()
            .is_some_and(|last| last.flow_of(row) == flow);
        if !goes_on {
            self.spans.push(Span { row, flow });
        }
        self.len += 1;
    }

    /// The flow of a row, which is there.
    pub fn flow(&self, row: u32) -> FlowId {
        let after = self.spans.partition_point(|span| span.row <= row);
        self.spans[after - 1].flow_of(row)
    }
}

impl Span {
    fn flow_of(self, row: u32) -> FlowId {
        FlowId {
            entry: self.flow.entry + (row - self.row) as usize,
            ..self.flow
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_flows_they_were_pushed_as() {
        let flow = |capture, entry| FlowId { capture, entry };
        let flows = [
            flow(1, 0),
            flow(1, 1),
            flow(0, 0),
            flow(1, 2),
            flow(1, 3),
            flow(0, 1),
            flow(2, 0),
        ];
        let mut spans = Spans::default();
        for flow in flows {
            spans.push(flow);
        }
        let all: Vec<FlowId> = (0..spans.len).map(|row| spans.flow(row)).collect();
        assert_eq!(all, flows);
        assert_eq!(spans.spans.len(), 5);
    }
}
