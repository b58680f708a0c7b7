//! The law of sync, as a property: a device that took a snapshot and every event after it, over whatever a network does within the rules of the wire, equals
//! a device that fetched everything afresh. The model keeps plain logs and computes everything from their beginning each time it is asked.

mod device;
mod server;

use std::collections::BTreeMap;

use parlor_client::protocol::models::Message;
use parlor_types::Seq;
use proptest::prelude::*;

use device::{Device, Plant, Step};
use server::{Act, Server};

fn act() -> impl Strategy<Value = Act> {
    let small = 0..40_u8;
    prop_oneof![
        6 => (0..3_u8, any::<bool>()).prop_map(|(by, mentions_me)| Act::Write { by, mentions_me }),
        2 => (0..3_u8, small.clone()).prop_map(|(by, target)| Act::Edit { by, target }),
        1 => (0..3_u8, small.clone()).prop_map(|(by, target)| Act::Delete { by, target }),
        3 => (0..3_u8, small.clone(), 0..3_u8, any::<bool>()).prop_map(|(by, target, emoji, on)| Act::React { by, target, emoji, on }),
        1 => (small.clone(), any::<bool>()).prop_map(|(target, on)| Act::Pin { target, on }),
        1 => Just(Act::Rename),
        1 => any::<bool>().prop_map(|empty| Act::Describe { empty }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(in_, head_first)| Act::TakeMe { in_, head_first }),
        1 => any::<bool>().prop_map(|in_| Act::OtherComes { in_ }),
        2 => small.clone().prop_map(|up_to| Act::Read { up_to }),
        1 => (0..2_u8, small).prop_map(|(user, up_to)| Act::OthersRead { user, up_to }),
        1 => Just(Act::MarkUnread),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_u8, act()).prop_map(|(conversation, act)| Step::Act { conversation, act }),
        4 => (1..6_u8).prop_map(|events| Step::Arrive { events }),
        1 => (1..6_u8).prop_map(|events| Step::Again { events }),
        1 => (0..5_u8).prop_map(|lag| Step::Cut { lag }),
        1 => (0..2_u8, 0..40_u8).prop_map(|(conversation, before)| Step::Look { conversation, before }),
        1 => Just(Step::Restart),
    ]
}

fn run(before: &[(u8, Act)], steps: &[Step], plant: Plant) -> (Server, Device) {
    let mut server = Server::new();
    for (conversation, act) in before {
        server.act(usize::from(*conversation) % 2, act);
    }
    let mut device = Device::new(&server, plant);
    for step in steps {
        device.step(&mut server, step);
    }
    while device.sent < server.feed.len() || !device.coming.is_empty() {
        device.step(&mut server, &Step::Arrive { events: u8::MAX });
    }
    (server, device)
}

fn equals_fetched_afresh(server: &Server, device: &Device) -> Result<(), TestCaseError> {
    for log in &server.logs {
        let known = &device.replica.conversations[&log.id];
        let mut head = log.head();
        // Acknowledgements are not part of this model.
        head.read_state.delivered = known.head.read_state.delivered;
        prop_assert_eq!(&known.head, &head);
        prop_assert_eq!(known.missing_after(), None);
        let folded: BTreeMap<Seq, Message> = log.fold(head.last_seq).into_iter().map(|message| (message.seq, message)).collect();
        for (seq, held) in &known.messages {
            prop_assert_eq!(Some(&held.message), folded.get(seq));
        }
        for receipt in known.receipts.values() {
            prop_assert!(log.receipts.get(&receipt.user).is_some_and(|truth| receipt.read <= truth.read && receipt.delivered <= truth.delivered));
        }
    }
    Ok(())
}

/// Every message that came while the device was there is held, in spite of all cuts.
fn misses_nothing(server: &Server, device: &Device) -> Result<(), TestCaseError> {
    for log in &server.logs {
        let known = &device.replica.conversations[&log.id];
        let truth: Vec<Seq> = log.fold(Seq(u64::MAX)).into_iter().map(|message| message.seq).collect();
        prop_assert_eq!(known.messages.keys().copied().collect::<Vec<_>>(), truth);
    }
    Ok(())
}

fn history() -> impl Strategy<Value = Vec<(u8, Act)>> {
    prop::collection::vec((0..2_u8, act()), 0..25)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 0..80)
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn g5_snapshot_and_events_equal_what_is_fetched_afresh(before in history(), steps in steps()) {
        let (server, device) = run(&before, &steps, Plant::None);
        equals_fetched_afresh(&server, &device)?;
    }

    #[test]
    fn g4_no_message_is_missed(steps in steps()) {
        let (server, device) = run(&[], &steps, Plant::None);
        misses_nothing(&server, &device)?;
    }
}

#[test]
fn the_property_sees_a_device_that_breaks_the_rules() {
    for plant in [Plant::NoFetch, Plant::CursorAhead] {
        let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { max_shrink_iters: 0, ..config() });
        let seen = runner.run(&steps(), |steps| {
            let (server, device) = run(&[], &steps, plant);
            misses_nothing(&server, &device)
        });
        assert!(seen.is_err(), "{plant:?} was not seen");
    }
}
