//! One crash run: set up, then again and again load, kill, restart and read; at the end read once more and judge.

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use serde_json::json;

use parlor_sim::checker::{self, Verdict};
use parlor_sim::history::{self, Entry, Recorder};

use crate::args::CrashArgs;
use crate::client::{Rest, text};
use crate::load::{Sender, watch};
use crate::node::{self, Node, Recipe};

/// Users, each of whom sends from two places and watches from one.
const USERS: usize = 4;
/// Between these many milliseconds after the load began, the node is killed.
const KILL_AFTER_MS: std::ops::Range<u64> = 150..900;

/// Events before the last reading that are read once more: more than can be under way at a kill.
const READ_AGAIN: u64 = 500;

struct Stage {
    recorder: Arc<Recorder>,
    users: Vec<(String, String)>,
    conversations: Vec<String>,
}

pub(crate) async fn run(args: CrashArgs) -> Result<ExitCode> {
    let folder = node::folder()?;
    let recipe = Recipe { binary: args.binary.canonicalize()?, data: folder.path().to_owned(), plant: args.plant.clone() };
    let seed = args.seed.unwrap_or_else(seed_of_now);
    let outcome = run_all(&args, &recipe, seed).await;
    let lines = outcome.with_context(|| format!("seed {seed}; the node said last:\n{}", recipe.last_words()))?;
    if let Some(path) = &args.history {
        history::write(path, &lines)?;
    }
    Ok(judge(&checker::check(&lines), seed, args.expect_violations))
}

/// Judges a history that was kept.
pub(crate) fn check(path: &Path) -> Result<ExitCode> {
    Ok(judge(&checker::check(&history::read(path)?), 0, false))
}

async fn run_all(args: &CrashArgs, recipe: &Recipe, seed: u64) -> Result<Vec<history::Line>> {
    // The stage is set by a node without the bug: what is judged is the load.
    let sound = recipe.without_plant().start().await?;
    let stage = set_up(&sound).await?;
    sound.kill().await?;
    let mut node = recipe.start().await?;
    let counter = Arc::new(AtomicU64::new(1));
    let mut senders: Vec<Sender> = (0..USERS * 2)
        .map(|place| {
            let (user, token) = &stage.users[place % USERS];
            Sender::new(user, token, &stage.conversations, seed.wrapping_mul(31).wrapping_add(place as u64 * 7919), &stage.recorder, &counter)
        })
        .collect();
    let mut random = seed | 1;
    let mut read_through = HashMap::new();
    for run in 0..args.runs {
        let address = node.address();
        let watchers: Vec<_> =
            stage.users.iter().map(|(_, token)| tokio::spawn(watch(address.clone(), token.clone(), stage.recorder.clone()))).collect();
        let load: Vec<_> = senders
            .drain(..)
            .map(|mut sender| {
                let address = address.clone();
                tokio::spawn(async move {
                    sender.run(&address).await;
                    sender
                })
            })
            .collect();
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = KILL_AFTER_MS.start + (random >> 33) % (KILL_AFTER_MS.end - KILL_AFTER_MS.start);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        node.kill().await.with_context(|| format!("run {run}"))?;
        stage.recorder.add(Entry::Kill);
        for task in load {
            senders.push(task.await?);
        }
        for task in watchers {
            task.await?;
        }
        node = recipe.start().await.with_context(|| format!("after run {run}"))?;
        read_all(&node, &stage, &mut read_through, run + 1 == args.runs).await?;
    }
    node.kill().await?;
    Ok(stage.recorder.lines())
}

/// Accounts, two direct conversations with different people and two groups with all of them.
async fn set_up(node: &Node) -> Result<Stage> {
    let address = node.address();
    let mut users = Vec::new();
    let mut rests = Vec::new();
    for place in 0..USERS {
        let (id, rest) = Rest::register(&address, &format!("user{place}")).await?;
        users.push((id, rest.token.clone()));
        rests.push(rest);
    }
    let ids: Vec<&str> = users.iter().map(|(id, _)| id.as_str()).collect();
    let mut conversations = Vec::new();
    for name in ["one", "two", "three"] {
        // All history, so that who reads back reads from seq 1: the founding event comes before the first member.
        let body = json!({ "key": format!("group-{name}-key"), "kind": "group", "title": name, "members": ids[1..], "history": "all" });
        let made = rests[0].call(reqwest::Method::POST, "/v1/conversations", Some(body)).await?;
        conversations.push(text(&made, "/head/id")?);
    }
    Ok(Stage { recorder: Arc::new(Recorder::new()), users, conversations })
}

/// Reads every log: between kills from somewhat before the place that was read last, so that a long run does not spend its time on reading; at the end whole.
async fn read_all(node: &Node, stage: &Stage, read_through: &mut HashMap<String, u64>, last: bool) -> Result<()> {
    let rest = Rest::new(&node.address(), &stage.users[0].1)?;
    for conversation in &stage.conversations {
        let through = read_through.entry(conversation.clone()).or_default();
        let events = rest.read_log(conversation, if last { 0 } else { through.saturating_sub(READ_AGAIN) }).await?;
        *through = events.last().map_or(*through, |event| event.seq);
        stage.recorder.add(Entry::Read { conversation: conversation.clone(), events, last });
    }
    Ok(())
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the verdict is what this program is for")]
fn judge(verdict: &Verdict, seed: u64, expect_violations: bool) -> ExitCode {
    println!("{}", serde_json::to_string(verdict).expect("a verdict is plain data"));
    let found = verdict.violations() > 0;
    match (found, expect_violations) {
        (true, false) => eprintln!("violations were found; repeat with --seed {seed}"),
        (false, true) => eprintln!("no violation was found, though one was planted; repeat with --seed {seed}"),
        _ if verdict.acked == 0 => eprintln!("nothing was acknowledged, so nothing was tested"),
        _ => return ExitCode::SUCCESS,
    }
    ExitCode::FAILURE
}

fn seed_of_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| u64::try_from(since.as_nanos()).unwrap_or(1))
}
