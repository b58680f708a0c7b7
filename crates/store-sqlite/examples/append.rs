//! Measures durable sends: how many per second, at what cost, with how many in flight.
//!
//! `cargo run --release -p parlor-store-sqlite --example append -- <folder> [conversations] [messages] [kept]`
//!
//! Last come the times from due to answer at 500 per second, and of pages. Each figure is taken twice, over fresh conversations each time: `batch` commits batches of a fixed size one after the other, `in flight` has so many senders,
//! each waiting for its own answer, so that the group commit makes the batches. `kept` messages stand in the store before anything is measured.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for the terminal")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parlor_domain::{Interval, Readable, Standing};
use parlor_store::{Append, AppendOutcome, Commit, CreateConversation, CreateUser, KeyedSend, NewEvent, Store, Write};
use parlor_store_sqlite::{OpenOptions, SqliteStore};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, ConversationKind, EventBody, EventId, HistoryVisibility, OsRandom, Position, Retention, Role, RulesVersion, Seq, ServerRole,
    Timestamp, UserId,
};

const BODY_BYTES: usize = 100;

struct Bench {
    store: SqliteStore,
    ids: AtomicU64,
    users: Vec<UserId>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().expect("a folder to work in");
    let number = |place: usize, default: u64| arguments.get(place).map_or(default, |text| text.parse().expect("a number"));
    let (conversations, messages, kept) = (number(1, 200), number(2, 50_000), number(3, 0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap();
    runtime.block_on(measure(Path::new(folder), conversations, messages, kept));
}

async fn measure(folder: &Path, conversations: u64, messages: u64, kept: u64) {
    let started = Instant::now();
    let store = SqliteStore::open(OpenOptions::new(folder.join("append.db"), Arc::new(OsRandom))).unwrap();
    println!("open: {:.1} ms", started.elapsed().as_secs_f64() * 1000.0);
    let ids = AtomicU64::new(store.last_id().await.unwrap() + 1);
    let mut bench = Bench { store, ids, users: Vec::new() };
    for _ in 0..conversations * 2 {
        let user = bench.user().await;
        bench.users.push(user);
    }
    let bench = Arc::new(bench);
    if kept > 0 {
        let (seconds, _) = run_in_flight(&bench, conversations, kept, 800).await;
        println!("kept: {kept} messages in {seconds:.1} s, {:.0}/s", kept as f64 / seconds);
    }
    println!("{:<16}{:>12}{:>18}{:>16}", "", "messages/s", "cpu ms per 1,000", "log pages each");
    for _ in 0..2 {
        for size in [1, 16, 128] {
            let count = messages.min(size * 4_000);
            let (seconds, cost) = run_batches(&bench, conversations, count, size as usize).await;
            report(&format!("batch {size}"), count, seconds, cost);
        }
        for in_flight in [1, 16, 128, 800] {
            let count = messages.min(in_flight * 4_000);
            let (seconds, cost) = run_in_flight(&bench, conversations, count, in_flight).await;
            report(&format!("in flight {in_flight}"), count, seconds, cost);
        }
    }
    pace(&bench, conversations, 500, 10).await;
    pages(&bench).await;
    let bytes = std::fs::metadata(folder.join("append.db")).unwrap().len();
    let figures = bench.store.figures().await.unwrap();
    println!("{} messages, {:.0} bytes each in the file", figures.messages, bytes as f64 / figures.messages as f64);
}

fn report(name: &str, count: u64, seconds: f64, cost: Cost) {
    let (cpu, pages) = (cost.cpu_ms / count as f64 * 1000.0, cost.written_bytes as f64 / 4096.0 / count as f64);
    println!("{name:<16}{:>12.0}{cpu:>18.1}{pages:>16.2}", count as f64 / seconds);
}

/// What a run took of the machine.
#[derive(Clone, Copy)]
struct Cost {
    cpu_ms: f64,
    written_bytes: u64,
}

impl Cost {
    fn now() -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        let io = std::fs::read_to_string("/proc/self/io").unwrap();
        let written = io.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap();
        Self { cpu_ms: ticks * 10.0, written_bytes: written.parse().unwrap() }
    }

    fn since(before: Self) -> Self {
        let now = Self::now();
        Self { cpu_ms: now.cpu_ms - before.cpu_ms, written_bytes: now.written_bytes - before.written_bytes }
    }
}

async fn run_batches(bench: &Arc<Bench>, conversations: u64, count: u64, size: usize) -> (f64, Cost) {
    let logs = bench.logs(conversations).await;
    let (started, before) = (Instant::now(), Cost::now());
    let mut done = 0;
    while done < count {
        let batch: Vec<Write> = (0..size as u64).map(|place| bench.send(&logs, done + place).into_write()).collect();
        done += size as u64;
        bench.store.commit(batch).await.unwrap();
    }
    (started.elapsed().as_secs_f64(), Cost::since(before))
}

async fn run_in_flight(bench: &Arc<Bench>, conversations: u64, count: u64, in_flight: u64) -> (f64, Cost) {
    let logs = Arc::new(bench.logs(conversations).await);
    let next = Arc::new(AtomicU64::new(0));
    let (started, before) = (Instant::now(), Cost::now());
    let senders: Vec<_> = (0..in_flight)
        .map(|_| {
            let (bench, logs, next) = (bench.clone(), logs.clone(), next.clone());
            tokio::spawn(async move {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place >= count {
                        return;
                    }
                    let written = bench.store.commit(vec![bench.send(&logs, place).into_write()]).await.unwrap().remove(0);
                    assert!(matches!(Append::outcome(written), AppendOutcome::Appended(_)));
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    (started.elapsed().as_secs_f64(), Cost::since(before))
}

/// Sends at a fixed rate, whatever the answers do, and says how long they took from the moment each was due.
async fn pace(bench: &Arc<Bench>, conversations: u64, per_second: u64, seconds: u64) {
    let logs = Arc::new(bench.logs(conversations).await);
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / per_second as f64));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut sends = Vec::new();
    for place in 0..per_second * seconds {
        let due = ticks.tick().await.into_std();
        let (bench, logs) = (bench.clone(), logs.clone());
        sends.push(tokio::spawn(async move {
            bench.store.commit(vec![bench.send(&logs, place).into_write()]).await.unwrap();
            due.elapsed()
        }));
    }
    let mut took = Vec::new();
    for send in sends {
        took.push(send.await.unwrap());
    }
    println!("{per_second}/s: {}", percentiles(took));
}

/// Newest pages, and pages around some seq, of conversations here and there in the store.
async fn pages(bench: &Bench) {
    let mut took = [Vec::new(), Vec::new(), Vec::new()];
    let logs = bench.store.list_changed_conversations(Position::ZERO, bench.store.horizon().await.unwrap(), usize::MAX).await.unwrap();
    for (place, (log, _)) in logs.iter().step_by((logs.len() / 500).max(1)).enumerate() {
        let member = bench.store.list_members(*log, None, 1).await.unwrap().remove(0);
        let began = Instant::now();
        bench.store.list_heads(member.user, None).await.unwrap();
        took[0].push(began.elapsed());
        let facts = bench.store.find_conversation(*log).await.unwrap().unwrap();
        let standing = Standing { user: member.user, role: None, intervals: vec![Interval::since(Seq(1))] };
        let readable = Readable::of(&facts, &standing);
        for (kind, middle) in [(1, facts.last_seq), (2, Seq(facts.last_seq.0 * (place as u64 % 97) / 97))] {
            let began = Instant::now();
            let page = bench.store.list_messages(*log, &readable, Seq(1), middle, true, 50).await.unwrap();
            took[kind].push(began.elapsed());
            assert!(page.len() <= 50);
        }
    }
    for (name, took) in ["heads of a user", "newest page", "page around a seq"].into_iter().zip(took) {
        println!("{name}: {}", percentiles(took));
    }
}

fn percentiles(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    format!("p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, longest {:.2} ms", at(0.5), at(0.99), at(0.999), at(1.0))
}

impl Bench {
    fn id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    async fn user(&self) -> UserId {
        let id = UserId::from_raw(self.id());
        let create = CreateUser {
            id,
            handle: format!("user-{id}").parse().unwrap(),
            display_name: "Somebody".parse().unwrap(),
            password_hash: "hash".to_owned(),
            role: ServerRole::Member,
            admission: parlor_store::Admission::Free,
            at: AT,
        };
        self.store.commit(vec![create.into_write()]).await.unwrap();
        id
    }

    /// New conversations of two.
    async fn logs(&self, count: u64) -> Vec<(ConversationId, RulesVersion, [UserId; 2])> {
        let mut logs = Vec::new();
        let mut batch = Vec::new();
        for place in 0..count as usize {
            let id = ConversationId::from_raw(self.id());
            let pair = [self.users[2 * place], self.users[2 * place + 1]];
            let created = EventBody::Created {
                kind: ConversationKind::Group,
                title: None,
                description: None,
                history: HistoryVisibility::All,
                retention: Retention::Forever,
            };
            let bodies = [created]
                .into_iter()
                .chain([(pair[0], Role::Owner), (pair[1], Role::Member)].map(|(user, role)| EventBody::MemberAdded { user, role }));
            let events = bodies.map(|body| NewEvent { id: EventId::from_raw(self.id()), body }).collect();
            let create = CreateConversation { id, kind: ConversationKind::Group, direct: None, creator: pair[0], key: None, at: AT, events };
            batch.push(create.into_write());
            logs.push((id, RulesVersion(3), pair));
        }
        self.store.commit(batch).await.unwrap();
        logs
    }

    /// The next message in one of the conversations, from one of its two.
    fn send(&self, logs: &[(ConversationId, RulesVersion, [UserId; 2])], place: u64) -> Append {
        let id = self.id();
        // As clients make them: random.
        let key = format!("{:022x}", u128::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) >> 40);
        let (conversation, expected, pair) = logs[(place % logs.len() as u64) as usize];
        let sender = pair[(place / logs.len() as u64 % 2) as usize];
        let text = "x".repeat(BODY_BYTES);
        let body = EventBody::Message { content: Content::text(text.parse().unwrap()), reply_to: None };
        let key = Some(KeyedSend { key: key.parse().unwrap(), digest: [7; 16] });
        Append { conversation, expected, sender, at: AT, events: vec![NewEvent { id: EventId::from_raw(id), body }], key, invite: None }
    }
}

const AT: Timestamp = Timestamp::from_milliseconds(1_750_000_000_000);
