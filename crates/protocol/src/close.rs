//! The one table of close codes. The range tells a client what to do, so that a client need not know each code:
//!
//! | range | do |
//! |---|---|
//! | 4000–4099 | reconnect after the delay that `goodbye` gave (or with back-off and full jitter) and resume with the cursor |
//! | 4100–4199 | reconnect the same way, but drop the cursor: fetch a fresh snapshot |
//! | 4200–4299 | stay away: the person must do something first (log in, update the client) |
//! | 1000–1015 | as RFC 6455 says; 1002, 1003, 1007, 1009 mean that the client sent something wrong: stay away; others: reconnect and resume |

macro_rules! close_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $reason:literal;)*) => {
        /// Why the server closes a socket.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum CloseCode { $($(#[doc = $doc])+ $name,)* }

        impl CloseCode {
            /// Every code, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
            /// The number on the wire.
            pub const fn number(self) -> u16 { match self { $(Self::$name => $number),* } }
            /// The reason on the wire.
            pub const fn reason(self) -> &'static str { match self { $(Self::$name => $reason),* } }
            /// What it means, for the documentation.
            pub const fn meaning(self) -> &'static str { match self { $(Self::$name => concat!($($doc),+)),* } }
        }
    };
}

close_codes! {
    /// The server stops or restarts; `goodbye` said when to come back.
    ServerStopping = 4000, "server stopping";
    /// The connection could not keep up with what it was sent. Nothing is lost: resume.
    SlowConsumer = 4001, "slow consumer";
    /// No heartbeat came in time.
    HeartbeatMissed = 4002, "heartbeat missed";
    /// The server has too many connections.
    Overloaded = 4003, "overloaded";
    /// What the connection may see changed in a way that only a fresh snapshot shows.
    Resync = 4100, "resync";
    /// No valid `hello` came in time, or its token is not valid.
    Unauthenticated = 4200, "unauthenticated";
    /// This session was revoked: logged out, password changed, account deleted or disabled.
    Revoked = 4201, "session revoked";
    /// A frame was not of the form that docs/api.md gives.
    InvalidFrame = 4202, "invalid frame";
    /// The client sent too much in too short a time, and went on after `rate_limited`.
    Flood = 4203, "flood";
}

/// What a client does after a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterClose {
    /// Reconnect and resume with the cursor.
    Resume,
    /// Reconnect with no cursor.
    Restart,
    /// Do not reconnect by yourself.
    StayAway,
}

impl AfterClose {
    /// What the number says, also for numbers that are not in the table.
    pub const fn of(number: u16) -> Self {
        match number {
            4100..=4199 => Self::Restart,
            4200..=4299 | 1002 | 1003 | 1007 | 1008 | 1009 => Self::StayAway,
            _ => Self::Resume,
        }
    }
}
