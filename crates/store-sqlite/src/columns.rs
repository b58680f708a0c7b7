//! Between values of ours and columns. What stands in a column and is no value of ours is [`Failure::Unreadable`], never a panic.

use std::fmt::Write as _;
use std::str::FromStr;

use parlor_domain::Interval;
use parlor_domain::contact::ContactState;
use parlor_types::{ConversationKind, HistoryVisibility, RegistrationMode, Retention, Role, Seq, ServerRole, Timestamp};
use rusqlite::Row;

use crate::failure::{Failure, Outcome};

/// An id or counter as SQLite keeps it. All of ours are below 2^63.
pub(crate) const fn int(raw: u64) -> i64 {
    raw as i64
}

/// The column `place` as an id or counter.
pub(crate) fn raw(row: &Row<'_>, place: usize) -> Outcome<u64> {
    let value: i64 = row.get(place)?;
    u64::try_from(value).map_err(|_| unreadable(row, place))
}

pub(crate) fn maybe_raw(row: &Row<'_>, place: usize) -> Outcome<Option<u64>> {
    let value: Option<i64> = row.get(place)?;
    value.map(|value| u64::try_from(value).map_err(|_| unreadable(row, place))).transpose()
}

pub(crate) fn seq(row: &Row<'_>, place: usize) -> Outcome<Seq> {
    raw(row, place).map(Seq)
}

pub(crate) fn truth(row: &Row<'_>, place: usize) -> Outcome<bool> {
    Ok(row.get::<_, i64>(place)? != 0)
}

pub(crate) fn time(row: &Row<'_>, place: usize) -> Outcome<Timestamp> {
    Ok(Timestamp::from_milliseconds(row.get(place)?))
}

pub(crate) fn maybe_time(row: &Row<'_>, place: usize) -> Outcome<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(place)?.map(Timestamp::from_milliseconds))
}

/// A checked string.
pub(crate) fn name<T: FromStr>(row: &Row<'_>, place: usize) -> Outcome<T> {
    text(row, place)?.parse().map_err(|_| unreadable(row, place))
}

pub(crate) fn maybe_name<T: FromStr>(row: &Row<'_>, place: usize) -> Outcome<Option<T>> {
    let value = row.get_ref(place)?.as_str_or_null().map_err(|_| unreadable(row, place))?;
    value.map(|text| text.parse().map_err(|_| unreadable(row, place))).transpose()
}

pub(crate) fn text<'row>(row: &'row Row<'_>, place: usize) -> Outcome<&'row str> {
    row.get_ref(place)?.as_str().map_err(|_| unreadable(row, place))
}

/// A word behind a number.
pub(crate) fn word<T>(row: &Row<'_>, place: usize, decode: impl FnOnce(i64) -> Option<T>) -> Outcome<T> {
    decode(row.get(place)?).ok_or_else(|| unreadable(row, place))
}

/// What to say of a column that holds no value of ours: its name and its row's first column, which is an id wherever it is one of ours.
pub(crate) fn unreadable(row: &Row<'_>, place: usize) -> Failure {
    let column = row.as_ref().column_name(place).unwrap_or("?").to_owned();
    let first = row.get::<_, i64>(0).map_or_else(|_| "?".to_owned(), |id| id.to_string());
    Failure::Unreadable(format!("the column `{column}` of a row beginning with {first}"))
}

pub(crate) const fn kind_number(kind: ConversationKind) -> i64 {
    match kind {
        ConversationKind::Direct => 1,
        ConversationKind::Group => 2,
        ConversationKind::Channel => 3,
    }
}

pub(crate) const fn kind(number: i64) -> Option<ConversationKind> {
    match number {
        1 => Some(ConversationKind::Direct),
        2 => Some(ConversationKind::Group),
        3 => Some(ConversationKind::Channel),
        _ => None,
    }
}

pub(crate) const fn history_number(history: HistoryVisibility) -> i64 {
    match history {
        HistoryVisibility::SinceJoined => 1,
        HistoryVisibility::All => 2,
    }
}

pub(crate) const fn history(number: i64) -> Option<HistoryVisibility> {
    match number {
        1 => Some(HistoryVisibility::SinceJoined),
        2 => Some(HistoryVisibility::All),
        _ => None,
    }
}

pub(crate) const fn retention_number(retention: Retention) -> i64 {
    match retention {
        Retention::Forever => 0,
        Retention::Days { days } => days as i64,
        Retention::UntilDelivered => -1,
    }
}

pub(crate) fn retention(number: i64) -> Option<Retention> {
    match number {
        0 => Some(Retention::Forever),
        -1 => Some(Retention::UntilDelivered),
        days => u32::try_from(days).ok().map(|days| Retention::Days { days }),
    }
}

pub(crate) const fn role_number(role: Role) -> i64 {
    match role {
        Role::Member => 1,
        Role::Admin => 2,
        Role::Owner => 3,
    }
}

pub(crate) const fn role(number: i64) -> Option<Role> {
    match number {
        1 => Some(Role::Member),
        2 => Some(Role::Admin),
        3 => Some(Role::Owner),
        _ => None,
    }
}

pub(crate) fn maybe_role(row: &Row<'_>, place: usize) -> Outcome<Option<Role>> {
    row.get::<_, Option<i64>>(place)?.map(|number| role(number).ok_or_else(|| unreadable(row, place))).transpose()
}

pub(crate) const fn server_role_number(role: ServerRole) -> i64 {
    match role {
        ServerRole::Member => 1,
        ServerRole::Admin => 2,
    }
}

pub(crate) const fn server_role(number: i64) -> Option<ServerRole> {
    match number {
        1 => Some(ServerRole::Member),
        2 => Some(ServerRole::Admin),
        _ => None,
    }
}

pub(crate) const fn contact_number(state: ContactState) -> i64 {
    match state {
        ContactState::None => 0,
        ContactState::Requested => 1,
        ContactState::Pending => 2,
        ContactState::Accepted => 3,
    }
}

pub(crate) const fn contact(number: i64) -> Option<ContactState> {
    match number {
        0 => Some(ContactState::None),
        1 => Some(ContactState::Requested),
        2 => Some(ContactState::Pending),
        3 => Some(ContactState::Accepted),
        _ => None,
    }
}

pub(crate) const fn registration_number(mode: RegistrationMode) -> i64 {
    match mode {
        RegistrationMode::Open => 1,
        RegistrationMode::Invite => 2,
        RegistrationMode::Closed => 3,
    }
}

pub(crate) const fn registration(number: i64) -> Option<RegistrationMode> {
    match number {
        1 => Some(RegistrationMode::Open),
        2 => Some(RegistrationMode::Invite),
        3 => Some(RegistrationMode::Closed),
        _ => None,
    }
}

/// `1-5,9-`.
pub(crate) fn intervals_text(intervals: &[Interval]) -> String {
    let mut text = String::new();
    for (place, interval) in intervals.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let written = match interval.to {
            Some(to) => write!(text, "{comma}{}-{to}", interval.from),
            None => write!(text, "{comma}{}-", interval.from),
        };
        written.expect("a string takes everything");
    }
    text
}

pub(crate) fn intervals(text: &str) -> Option<Vec<Interval>> {
    let number = |text: &str| text.parse().ok().map(Seq);
    text.split(',')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (from, to) = piece.split_once('-')?;
            let to = if to.is_empty() { None } else { Some(number(to)?) };
            Some(Interval { from: number(from)?, to })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_back_what_was_written() {
        let cases = [
            vec![],
            vec![Interval::since(Seq(1))],
            vec![Interval { from: Seq(1), to: Some(Seq(5)) }, Interval::since(Seq(9))],
            vec![Interval { from: Seq(3), to: Some(Seq(3)) }],
        ];
        for case in cases {
            assert_eq!(intervals(&intervals_text(&case)), Some(case));
        }
        assert_eq!(intervals_text(&[Interval { from: Seq(1), to: Some(Seq(5)) }, Interval::since(Seq(9))]), "1-5,9-");
        for bad in ["1", "a-", "1-b", "-", "1-2-3"] {
            assert_eq!(intervals(bad), None, "{bad}");
        }
    }

    #[test]
    fn words_read_back_from_their_numbers() {
        for number in -2..=9 {
            assert!(kind(number).is_none_or(|word| kind_number(word) == number));
            assert!(history(number).is_none_or(|word| history_number(word) == number));
            assert!(retention(number).is_none_or(|word| retention_number(word) == number));
            assert!(role(number).is_none_or(|word| role_number(word) == number));
            assert!(server_role(number).is_none_or(|word| server_role_number(word) == number));
            assert!(contact(number).is_none_or(|word| contact_number(word) == number));
            assert!(registration(number).is_none_or(|word| registration_number(word) == number));
        }
    }
}
