//! Terms and how they are joined.

use std::fmt;

use super::facts::{Facts, Verdict};
use super::term::Term;
use crate::decode::Decoded;

/// Terms and how they are joined. `All` and `Any` never hold one of their own
/// kind, nor exactly one part; `Not` holds no `Not`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Term(Term),
}

impl Expr {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }

    pub(super) fn all_of(parts: Vec<Self>) -> Self {
        join(parts, Self::All, |part| match part {
            Self::All(parts) => Ok(parts),
            other => Err(other),
        })
    }

    pub(super) fn any_of(parts: Vec<Self>) -> Self {
        join(parts, Self::Any, |part| match part {
            Self::Any(parts) => Ok(parts),
            other => Err(other),
        })
    }

    pub(super) fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Whether a term is of that kind.
    pub(super) fn any(&self, is_it: &impl Fn(&Term) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.any(is_it)),
            Self::Not(inner) => inner.any(is_it),
            Self::Term(term) => is_it(term),
        }
    }

    pub(super) fn entry(&self, facts: &Facts<'_>) -> Verdict {
        match self {
            // One part that is settled settles the whole; else one that is not
            // leaves it open.
            Self::All(parts) => decide(parts, Verdict::Yes, Verdict::No, facts),
            Self::Any(parts) => decide(parts, Verdict::No, Verdict::Yes, facts),
            Self::Not(inner) => match inner.entry(facts) {
                Verdict::No => Verdict::Yes,
                Verdict::NeedsBody => Verdict::NeedsBody,
                Verdict::Yes => Verdict::No,
            },
            Self::Term(term) => match term.entry(facts) {
                Some(true) => Verdict::Yes,
                Some(false) => Verdict::No,
                None => Verdict::NeedsBody,
            },
        }
    }

    pub(super) fn flow(&self, facts: &Facts<'_>, decoded: &Decoded) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.flow(facts, decoded)),
            Self::Any(parts) => parts.iter().any(|part| part.flow(facts, decoded)),
            Self::Not(inner) => !inner.flow(facts, decoded),
            Self::Term(term) => term.flow(facts, decoded),
        }
    }
}

/// Joins parts, taking apart those that are joined alike.
fn join(
    parts: Vec<Expr>,
    whole: impl Fn(Vec<Expr>) -> Expr,
    alike: impl Fn(Expr) -> Result<Vec<Expr>, Expr>,
) -> Expr {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match alike(part) {
            Ok(parts) => flat.extend(parts),
            Err(other) => flat.push(other),
        }
    }
    match flat.len() {
        1 => flat.swap_remove(0),
        _ => whole(flat),
    }
}

fn decide(parts: &[Expr], neutral: Verdict, settled: Verdict, facts: &Facts<'_>) -> Verdict {
    let mut joined = neutral;
    for part in parts {
        let verdict = part.entry(facts);
        if verdict == settled {
            return settled;
        }
        if verdict == Verdict::NeedsBody {
            joined = Verdict::NeedsBody;
        }
    }
    joined
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" ")?;
                    }
                    match part {
                        Self::Any(_) => write!(f, "({part})")?,
                        _ => part.fmt(f)?,
                    }
                }
                Ok(())
            }
            Self::Any(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    part.fmt(f)?;
                }
                Ok(())
            }
            Self::Not(inner) => match **inner {
                Self::Term(_) => write!(f, "-{inner}"),
                _ => write!(f, "-({inner})"),
            },
            Self::Term(term) => term.fmt(f),
        }
    }
}
