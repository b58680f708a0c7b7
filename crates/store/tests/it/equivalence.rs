//! The harness that compares stores: it says nothing about two that are alike, its scripts reach every outcome, and it sees when one store differs.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parlor_store::equivalence::{Step, assert_equivalent};
use parlor_store::{Append, MemoryStore, Store, Write, Written};
use parlor_types::{Epoch, EventBody, Seq};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::tampered::Tampered;

fn store() -> MemoryStore {
    MemoryStore::new(Epoch(1))
}

fn compare(trial: &dyn Store, script: &[Step]) -> Vec<Written> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(assert_equivalent(&store(), trial, script))
}

/// The same scripts in every run.
fn scripts(count: usize, length: usize) -> Vec<Vec<Step>> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| vec(any::<Step>(), length).new_tree(&mut runner).unwrap().current()).collect()
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn two_memory_stores_are_alike(script in vec(any::<Step>(), 1..120)) {
        compare(&store(), &script);
    }
}

/// The names of an outcome, without its values: `Mark(Marked`.
fn name(outcome: &Written) -> String {
    let text = format!("{outcome:?}");
    text.split([' ', '{', '[', ')', ',']).next().unwrap().trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned()
}

#[test]
fn the_scripts_reach_every_outcome() {
    let reached: BTreeSet<String> = scripts(60, 150).iter().flat_map(|script| compare(&store(), script)).map(|outcome| name(&outcome)).collect();
    let expected = [
        "Append(Appended(",
        "Append(InviteSpent",
        "Append(KeyReused",
        "Append(NoConversation",
        "Append(Repeated",
        "Append(Stale",
        "CreateConversation(Created(",
        "CreateConversation(Existing(ConversationId(",
        "CreateDevice(Created(DeviceRow",
        "CreateDevice(NotAllowed",
        "CreateDevice(TooMany",
        "CreateInvite(Created",
        "CreateInvite(TooMany",
        "CreateUser(Created(UserRow",
        "CreateUser(HandleTaken",
        "CreateUser(NotAdmitted",
        "DeleteUser(Deleted",
        "DeleteUser(LastAdmin",
        "DeleteUser(NotFound",
        "ForgetKeys(",
        "Mark(Marked(Marked",
        "Mark(NotMember",
        "Mark(PastHead",
        "RevokeDevices(RevokeDevicesOutcome",
        "RevokeInvite((",
        "SetBlock(NotFound",
        "SetBlock(Set",
        "SetContact(NotFound",
        "SetContact(Refused(Conflict(\"there",
        "SetContact(Refused(LimitReached",
        "SetContact(Refused(NotFound",
        "SetContact(Set",
        "SetPassword(RevokeDevicesOutcome",
        "SetPersonal(NotMember",
        "SetPersonal(Set",
        "SetSettings((",
        "TouchDevice((",
        "Trim(TrimOutcome",
        "UpdateUser(LastAdmin",
        "UpdateUser(NotFound",
        "UpdateUser(Updated",
    ];
    assert_eq!(reached, expected.map(str::to_owned).into());
}

/// What a store gets wrong, and how it comes to do so.
type Tamper = (&'static str, fn(&mut Write));

/// Each is one thing that a store could get wrong.
const TAMPERS: &[Tamper] = &[
    ("forgets send keys", |write| on_append(write, |append| append.key = None)),
    ("ignores digests", |write| on_append(write, |append| append.key.iter_mut().for_each(|key| key.digest = [0; 16]))),
    ("takes no invite", |write| on_append(write, |append| append.invite = None)),
    ("loses mentions", |write| {
        on_append(write, |append| {
            for event in &mut append.events {
                if let EventBody::Message { content, .. } = &mut event.body {
                    content.mentions.clear();
                }
            }
        });
    }),
    ("does not see what was read", |write| {
        if let Write::Mark(mark) = write {
            mark.read = None;
        }
    }),
    ("lets watermarks go past the head", |write| {
        if let Write::Mark(mark) = write {
            mark.delivered = mark.delivered.map(Seq::previous);
        }
    }),
    ("forgets which device has what", |write| {
        if let Write::Mark(mark) = write {
            mark.device = parlor_types::DeviceId::from_raw(1);
        }
    }),
    ("trims one too many", |write| {
        if let Write::Trim(trim) = write {
            trim.through = trim.through.next();
        }
    }),
    ("forgets keys too early", |write| {
        if let Write::ForgetKeys(forget) = write {
            forget.before = forget.before.plus_milliseconds(20_000);
        }
    }),
    ("allows a device too many", |write| {
        if let Write::CreateDevice(create) = write {
            create.devices_max += 1;
        }
    }),
    ("allows a contact too many", |write| {
        if let Write::SetContact(set) = write {
            set.contacts_max += 1;
        }
    }),
    ("allows an invite too many", |write| {
        if let Write::CreateInvite(create) = write {
            create.invites_max += 1;
        }
    }),
    ("forgets creation keys", |write| {
        if let Write::CreateConversation(create) = write {
            create.key = None;
        }
    }),
    ("never unblocks", |write| {
        if let Write::SetBlock(set) = write {
            set.blocked = true;
        }
    }),
    ("ignores when the last device went", |write| {
        if let Write::TouchDevice(touch) = write {
            touch.last = false;
        }
    }),
    ("revokes too much", |write| {
        if let Write::RevokeDevices(revoke) = write {
            revoke.which = parlor_store::Which::All;
        }
    }),
    ("does not mute", |write| {
        if let Write::SetPersonal(set) = write {
            set.personal.muted_until = None;
        }
    }),
];

fn on_append(write: &mut Write, tamper: impl Fn(&mut Append)) {
    if let Write::Append(append) = write {
        tamper(append);
    }
}

#[test]
fn a_store_that_differs_is_seen() {
    let scripts = scripts(60, 150);
    let unseen: Vec<&str> = TAMPERS
        .iter()
        .filter(|(_, tamper)| {
            let alike = |script: &Vec<Step>| {
                let trial = Tampered { inner: store(), tamper: *tamper };
                catch_unwind(AssertUnwindSafe(|| compare(&trial, script))).is_ok()
            };
            scripts.iter().all(alike)
        })
        .map(|(what, _)| *what)
        .collect();
    assert_eq!(unseen, Vec::<&str>::new(), "differences that no script showed");
}
