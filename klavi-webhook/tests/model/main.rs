//! The inboxes against a plain model of their rules, with plans made at random from a seed.
//!
//! Every plan is run with each inbox and with the model, and every answer is compared; invariants are held to the answers
//! alone. `KLAVI_TEST_MODEL_STEPS` asks for a longer run and `KLAVI_TEST_SEED` for other plans. A failure prints the seed
//! and the shortest plan that fails.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::large_enum_variant, reason = "a step is made once and not kept")]
#![expect(clippy::explicit_write, reason = "macros print where tests keep it back")]

mod clients;
mod found;
mod ledger;
mod model;
mod place;
mod plan;
mod query;
mod run;
mod seen;
mod world;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine as _;

use place::{Memory, Place, Postgres, Sqlite};
use run::Run;
use world::Machine;

/// Steps of a plan.
const PLAN: usize = 250;

/// Steps of an ordinary run, over all of its inboxes.
const STEPS: u64 = 20_000;

/// The same with a server, which takes longer.
const STEPS_WITH_A_SERVER: u64 = 4_000;

/// A number from the environment.
fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number and not {text}")))
}

/// How much of what is asked for a server gets: its steps take about ten times as long.
const SHARE_OF_A_SERVER: u64 = 10;

/// Runs plans with the inboxes of each of these makes.
fn run(
    name: &str,
    makes: &[fn() -> Box<dyn Place>],
    asked_for: Option<u64>,
    ordinary: u64,
    most_shorter_plans: u32,
) {
    let steps = asked_for.unwrap_or(ordinary);
    let seed = asked("KLAVI_TEST_SEED").unwrap_or(1);
    let plans = steps.div_ceil((PLAN * makes.len()) as u64);
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(plans).expect("fewer steps"),
        failure_persistence: None,
        max_shrink_iters: most_shorter_plans,
        rng_seed: RngSeed::Fixed(seed),
        ..Config::default()
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let has_failed = AtomicBool::new(false);
    let ran = runner.run(&Machine::sequential_strategy(PLAN), |(beginning, plan, seen)| {
        for make in makes {
            let place = make();
            let ran = runtime.block_on(Run::plan(&*place, &beginning, &plan, seen.as_deref()));
            ran.map_err(|why| {
                let why = format!("{}, {why}", place.name());
                if !has_failed.swap(true, Ordering::Relaxed) {
                    // A shorter plan may fail for another reason, or take long to find.
                    writeln!(std::io::stderr(), "the first plan that fails: {why}\n{plan:?}").unwrap();
                }
                TestCaseError::fail(why)
            })?;
        }
        Ok(())
    });
    match ran {
        Ok(()) => {}
        Err(TestError::Fail(why, (beginning, plan, _))) => {
            let plan: Vec<_> = plan.iter().map(|op| format!("{op:?}\n")).collect();
            panic!("seed {seed}, {why}\nthe plan, {beginning:?}:\n{}", plan.concat());
        }
        Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
    }
    if asked_for.is_some() {
        // Not by a macro whose output tests keep back.
        writeln!(std::io::stderr(), "soak: model {steps} {seed} {name}: no difference").unwrap();
    }
}

#[test]
fn inboxes_of_one_machine_keep_the_rules_of_the_model() {
    let makes: [fn() -> Box<dyn Place>; 2] = [|| Box::new(Memory), || Box::new(Sqlite::new())];
    run("memory and SQLite", &makes, asked("KLAVI_TEST_MODEL_STEPS"), STEPS, 5_000);
}

#[test]
#[ignore = "needs PostgreSQL"]
fn postgres_keeps_the_rules_of_the_model() {
    let asked_for = asked("KLAVI_TEST_MODEL_STEPS").map(|steps| steps / SHARE_OF_A_SERVER);
    run("PostgreSQL", &[|| Box::new(Postgres::new())], asked_for, STEPS_WITH_A_SERVER, 300);
}
