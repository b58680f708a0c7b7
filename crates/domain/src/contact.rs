//! How two users come to stand to each other.

use crate::refusal::Refusal;

/// One side of a pair of users. The other side follows from the same step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContactState {
    /// Nothing.
    #[default]
    None,
    /// I asked, they have not answered (or declined: I am not told).
    Requested,
    /// They asked, I have not answered.
    Pending,
    /// Both agreed.
    Accepted,
}

/// What one of the two does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactAction {
    /// Asks the other.
    Request,
    /// Says yes.
    Accept,
    /// Says no; who asked is not told.
    Decline,
    /// Takes back a request or ends the contact.
    Remove,
    /// Blocks the other: everything between the two ends, and the other is not told more than that.
    Block,
}

/// The new states of both sides, mine first. Who asks somebody that asked before agrees at once, also after having declined. `blocked_by_other` makes a request end unheard: I see it as asked.
pub fn step(
    mine: ContactState,
    theirs: ContactState,
    action: ContactAction,
    blocked_by_other: bool,
) -> Result<(ContactState, ContactState), Refusal> {
    use ContactAction as A;
    use ContactState as S;
    match (action, mine) {
        (A::Request, S::Accepted | S::Requested) => Ok((mine, theirs)),
        (A::Request, S::Pending) => Ok((S::Accepted, S::Accepted)),
        (A::Request, S::None) if blocked_by_other => Ok((S::Requested, theirs)),
        (A::Request, S::None) if theirs == S::Requested => Ok((S::Accepted, S::Accepted)),
        (A::Request, S::None) => Ok((S::Requested, S::Pending)),
        (A::Accept, S::Accepted) => Ok((mine, theirs)),
        (A::Accept, S::Pending) => Ok((S::Accepted, S::Accepted)),
        (A::Decline, S::Pending) => Ok((S::None, theirs)),
        (A::Accept, S::None | S::Requested) => Err(Refusal::NotFound),
        (A::Decline, S::None) => Ok((mine, theirs)),
        (A::Decline, S::Requested | S::Accepted) => Err(Refusal::Conflict("there is no request to decline; remove the contact instead")),
        (A::Remove, S::None | S::Pending) => Ok((mine, theirs)),
        (A::Remove, S::Requested | S::Accepted) => Ok((S::None, S::None)),
        // The other keeps seeing an open request as open: they are not told of the block.
        (A::Block, _) => Ok((S::None, if theirs == S::Requested { S::Requested } else { S::None })),
    }
}

#[cfg(test)]
mod tests {
    use super::ContactAction as A;
    use super::ContactState as S;
    use super::*;

    #[test]
    fn both_sides_always_agree() {
        let consistent = |mine, theirs| {
            matches!(
                (mine, theirs),
                (S::None | S::Requested, S::None)
                    | (S::None | S::Pending | S::Requested, S::Requested)
                    | (S::Requested, S::Pending)
                    | (S::Accepted, S::Accepted)
            )
        };
        let mut reached = vec![(S::None, S::None)];
        let mut place = 0;
        while place < reached.len() {
            let (mine, theirs) = reached[place];
            place += 1;
            assert!(consistent(mine, theirs), "{mine:?} {theirs:?}");
            for action in [A::Request, A::Accept, A::Decline, A::Remove, A::Block] {
                for blocked in [false, true] {
                    let next = [step(mine, theirs, action, blocked), step(theirs, mine, action, blocked).map(|(theirs, mine)| (mine, theirs))];
                    for pair in next.into_iter().flatten() {
                        if !reached.contains(&pair) {
                            reached.push(pair);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn who_declined_and_then_asks_agrees_to_what_the_other_still_asks() {
        let (mine, theirs) = step(S::Pending, S::Requested, A::Decline, false).unwrap();
        assert_eq!((mine, theirs), (S::None, S::Requested), "who asked is not told");
        assert_eq!(step(mine, theirs, A::Request, false).unwrap(), (S::Accepted, S::Accepted));
    }

    #[test]
    fn a_request_to_who_blocked_me_looks_like_any_other() {
        assert_eq!(step(S::None, S::None, A::Request, true).unwrap().0, step(S::None, S::None, A::Request, false).unwrap().0);
    }
}
