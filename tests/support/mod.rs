//! What several test programs share.

pub(crate) mod cloud;
pub(crate) mod proxy;
