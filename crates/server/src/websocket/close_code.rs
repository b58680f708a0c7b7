//! The close codes that may stand on the wire. What Parlor's own codes (4000 and up) mean is said in `protocol`.

use std::fmt;

/// A close code that RFC 6455, section 7.4, or its registry allows in a close frame.
///
/// There is no value for 1004, 1005, 1006 and 1015: they are reserved, or names for what was not received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(u16);

impl CloseCode {
    /// The purpose is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// The node stops, or the page was left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke the framing rules.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A kind of data that this endpoint does not take.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// Text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// A rule of the service was broken, and no other code fits.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// The message is longer than the limit.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// A fault of the server's own.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The node restarts; reconnect.
    pub const SERVICE_RESTART: Self = Self(1012);
    /// Overloaded; try again later.
    pub const TRY_AGAIN_LATER: Self = Self(1013);

    /// The code, if it may be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999.
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number on the wire.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
