//! The history of what clients asked, were told and saw, and the checker that judges it. The runs themselves are in the binary, `parlor-sim`.

pub mod checker;
pub mod history;
