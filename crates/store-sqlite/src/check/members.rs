//! The members of one conversation against its log: watermarks, intervals, roles, and the figures that unread counts are made of.

use parlor_domain::Interval;
use parlor_types::{ConversationKind, Position, Role, Seq, UserId};
use rusqlite::Connection;

use super::log::Log;
use super::{Findings, Scope, readable};
use crate::columns::{int, truth};
use crate::failure::Outcome;
use crate::read;
use crate::sql::check as sql;
use crate::state::{ConversationState, MemberState};

pub(super) fn check(
    connection: &Connection,
    findings: &mut Findings,
    state: &ConversationState,
    log: &Log,
    last: Position,
    scope: Scope,
) -> Outcome<()> {
    let id = state.row.id;
    let mut current = 0;
    let mut owners = 0;
    let mut receipt_position = Position::ZERO;
    let mut statement = connection.prepare_cached(sql::ALL_MEMBERS)?;
    let mut rows = statement.query([int(id.raw())])?;
    while let Some(row) = rows.next()? {
        let decoded = read::member::decode(row, 0).and_then(|member| Ok((member, truth(row, read::member::COLUMNS)?)));
        let Some((member, noted_receives)) = readable(findings, decoded)? else { continue };
        current += u64::from(member.row.role.is_some());
        owners += u64::from(member.row.role == Some(Role::Owner));
        receipt_position = receipt_position.max(member.watermark_position);
        let user = member.row.user;
        let mut say = |holds: bool, problem: &str| findings.unless(holds, || format!("conversation {id}: the member {user} {problem}"));
        say(noted_receives == member.receives(), "is noted as receiving and does not, or the other way round");
        say(member.row.position <= last, "stands at a position that was not given yet");
        check_row(connection, &mut say, state, &member)?;
        check_figures(&mut say, state, &member, log);
    }
    let mut say = |holds: bool, problem: String| findings.unless(holds, || format!("conversation {id}: {problem}"));
    say(state.row.member_count == current, format!("it counts {} members and has {current}", state.row.member_count));
    // The store takes what the rules decided; so what they promise is a finding only for who asks about them.
    let owners_wanted = u64::from(state.row.kind != ConversationKind::Direct && current > 0);
    say(owners == owners_wanted || scope == Scope::Store, format!("it has {owners} owners instead of {owners_wanted}"));
    let expected = if state.row.kind == ConversationKind::Channel { Position::ZERO } else { receipt_position };
    say(state.receipt_position == expected, "it does not know when its members' watermarks last changed".to_owned());
    Ok(())
}

fn check_row(connection: &Connection, say: &mut impl FnMut(bool, &str), state: &ConversationState, member: &MemberState) -> Outcome<()> {
    let (row, head) = (&member.row, state.row.last_seq);
    say(row.read <= row.delivered, "has read more than was delivered");
    say(row.delivered <= head, "has a watermark past the head");
    say(row.joined_seq <= head, "joined after the head");
    say(member.watermark_position <= row.position, "has watermarks from after the last change of the row");
    let rising = row.intervals.is_sorted_by(|one, next| one.to.is_some_and(|to| to < next.from));
    say(rising, "has intervals that overlap or do not rise");
    let whole = row.intervals.iter().all(|Interval { from, to }| {
        let begins = *from >= Seq(1) && *from <= head.next();
        begins && to.is_none_or(|to| *from <= to && to <= head)
    });
    say(whole, "has an interval that ends before it begins, or reaches past the head");
    let open = row.intervals.last().is_some_and(|interval| interval.to.is_none());
    say(row.role.is_some() == open || is_blocking(connection, state, member)?, "has an open interval without a role, or the other way round");
    Ok(())
}

/// Whether a closed interval of a member is due to a block, also to one that went with an account.
fn is_blocking(connection: &Connection, state: &ConversationState, member: &MemberState) -> Outcome<bool> {
    let user = member.row.user;
    let Some(peer) = state.row.peer_of(user) else { return Ok(false) };
    Ok(read::contact::blocks(connection, user, peer)? || !is_live(connection, peer)? || !is_live(connection, user)?)
}

fn is_live(connection: &Connection, user: UserId) -> Outcome<bool> {
    Ok(read::user::find(connection, user)?.is_some_and(|user| !user.deleted))
}

/// What is subtracted against what is counted.
fn check_figures(say: &mut impl FnMut(bool, &str), state: &ConversationState, member: &MemberState, log: &Log) {
    let user = member.row.user;
    let own: &[Seq] = log.own.get(&user).map_or(&[], Vec::as_slice);
    let mentions: &[Seq] = log.mentions.get(&user).map_or(&[], Vec::as_slice);
    say(
        member.own_seq <= state.row.last_seq && own.last().is_none_or(|last| *last == member.own_seq || member.own_count == 0),
        "names another last own message",
    );
    let kept = log.own_counted.get(&user).copied().unwrap_or(0);
    say(member.trimmed_own + kept == member.own_count, "counts another number of own messages than there are");
    say(member.trimmed_mentions <= member.mention_count, "had more mentions trimmed than there ever were");
    if !member.receives() {
        return;
    }
    let trimmed = state.row.trimmed_seq;
    let base = member.base_seq().max(trimmed);
    let messages_at_base = match (base.0 - trimmed.0) as usize {
        0 => state.trimmed_count,
        kept => log.message_counts.get(kept - 1).copied().unwrap_or(state.row.message_count),
    };
    let after = |seqs: &[Seq]| (seqs.len() - seqs.partition_point(|seq| *seq <= base)) as u64;
    let messages = state.row.message_count.saturating_sub(messages_at_base);
    let counted = (messages.saturating_sub(after(own)), after(mentions));
    let subtracted = member.unread(state);
    say(subtracted.0 == counted.0, &format!("has {} unread messages by subtraction and {} by counting", subtracted.0, counted.0));
    say(subtracted.1 == counted.1, &format!("has {} unread mentions by subtraction and {} by counting", subtracted.1, counted.1));
}
