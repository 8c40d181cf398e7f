//! `--config FILE`: which setting counts, what is refused with line and field, and `--check`.

use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::receive::{FORWARD_KEY, KEY, REPORT, Receive};
use crate::settings::bare;
use crate::{command, run, stderr, stdout};

/// A folder with a configuration file and the files that it names.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("key", KEY);
        folder.write("secret", FORWARD_KEY);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Writes the file with what every receiver needs, and that text.
    pub(crate) fn configure(&self, top: &str, tables: &str) {
        let end = if top.is_empty() { "" } else { "\n" };
        self.write(
            "receive.toml",
            &format!("secret-key-file = 'key'\ninbox = 'memory:'\n{top}{end}{tables}"),
        );
    }

    /// Runs in this folder, so that paths are short.
    pub(crate) fn receive(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = bare();
        command.args(["--config", "receive.toml"]).args(arguments).current_dir(self.0.path());
        command
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let mut command = command(&["receive", "--config", "receive.toml", "--check"]);
        run(command.args(arguments).current_dir(self.0.path()), b"")
    }

    /// All sentences of a check that fails.
    #[track_caller]
    fn problems(&self, arguments: &[&str]) -> Vec<String> {
        let output = self.check(arguments);
        assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{}", stderr(&output));
        stderr(&output).lines().map(str::to_owned).collect()
    }
}

const LISTEN: &str = "listen = 0\nadmin = 'localhost:0'\n";

#[tokio::test]
async fn a_receiver_runs_from_a_file_alone_whose_path_is_a_variable() {
    let folder = Folder::new();
    folder.configure(&format!("{LISTEN}allow = ['192.0.2.1', '127.0.0.1']\nallow-unsigned = false"), "");
    let receive =
        Receive::spawn(bare().env("KLAVI_RECEIVE_CONFIG", "receive.toml").current_dir(folder.0.path()));
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn a_flag_beats_the_environment_and_the_environment_beats_the_file() {
    let folder = Folder::new();
    // What is beaten is not even read, so that a file may hold what another machine needs.
    folder.configure("listen = 'nowhere'\nadmin = 'nowhere'\nallow = ['192.0.2.1']\ninspect = 'all'", "");
    let with = |arguments: &[&str], variables: &[(&str, &str)]| {
        let addresses = [("KLAVI_RECEIVE_LISTEN", "0"), ("KLAVI_RECEIVE_ADMIN", "0")];
        let mut command = folder.receive(arguments);
        Receive::spawn(command.envs(addresses).envs(variables.iter().copied()))
    };
    for (arguments, variables, status) in [
        (&[][..], &[][..], 403),
        (&[], &[("KLAVI_RECEIVE_ALLOW", "127.0.0.1")], 200),
        (&["--allow", "192.0.2.1"], &[("KLAVI_RECEIVE_ALLOW", "127.0.0.1")], 403),
        (&["--allow=127.0.0.1"], &[("KLAVI_RECEIVE_ALLOW", "192.0.2.1")], 200),
    ] {
        let receive = with(arguments, variables);
        assert_eq!(receive.post(REPORT).await, status, "{arguments:?} {variables:?}");
        assert_eq!(receive.stop(), Some(0));
    }
    // A switch that the environment turns off stays off.
    folder.configure("no-allow-list = true", "");
    let receive = with(&[], &[]);
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.stop(), Some(0));
    let receive = with(&[], &[("KLAVI_RECEIVE_NO_ALLOW_LIST", "off")]);
    assert_eq!(receive.post(REPORT).await, 403);
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn a_setting_that_cannot_be_used_is_told_with_line_and_field() {
    let folder = Folder::new();
    for (top, arguments, sentence) in [
        ("lisen = 1", &[][..], "receive.toml:3: lisen is no setting"),
        ("max_body = 1", &[], "receive.toml:3: max_body is no setting: write max-body"),
        ("config = 'x'", &[], "receive.toml:3: config is no setting"),
        (
            "secret-key = 'k'",
            &[],
            "receive.toml:3: secret-key is a secret: put it into a file, and set secret-key-file",
        ),
        (
            "per-link-order = 'yes'",
            &[],
            "receive.toml:3: per-link-order is a switch: set it to true or false",
        ),
        ("max-body = [1]", &[], "receive.toml:3: max-body takes one value, not a list"),
        ("max-body = true", &[], "receive.toml:3: max-body takes a text or a whole number"),
        ("max-body = -1", &[], "receive.toml:3: max-body takes a whole number that is not negative"),
        (
            "\n\nmax-body = 'much'",
            &[],
            "receive.toml:5: max-body: invalid value 'much' for '--max-body <BYTES>': invalid digit found in string",
        ),
        (
            "grace = 'soon'",
            &[],
            "receive.toml:3: grace: invalid value 'soon' for '--grace <TIME>': a span of time is a number of seconds, or a text such as 30s, 5m, 27h or 2d",
        ),
        (
            "allow = ['10.0.0.0/8']",
            &["--no-allow-list"],
            "receive.toml:3: allow: the argument '--allow <CIDR>' cannot be used with '--no-allow-list'",
        ),
        (
            "lease = '60s'",
            &[],
            "receive.toml:3: lease: the following required arguments were not provided: --forward <URL>",
        ),
        (
            "tls-cert = 'cert'",
            &[],
            "receive.toml:3: tls-cert: the following required arguments were not provided: --tls-key <FILE>",
        ),
        ("inbox = 'memory:'", &[], "receive.toml:3: inbox: duplicate key"),
        ("x = [", &[], "receive.toml:3: unclosed array, expected `]`"),
    ] {
        folder.configure(top, "");
        let arguments = [&["--listen", "0"], arguments].concat();
        let problems = folder.problems(&arguments);
        assert_eq!(problems, [format!("klavi: {sentence}")], "{top}");
        // The same without --check.
        let output = run(&mut folder.receive(&arguments), b"");
        assert_eq!((output.status.code(), stderr(&output).trim_end()), (Some(2), problems[0].as_str()));
    }
    let missing = command(&["receive", "--config", "/nowhere/x.toml"]).output().unwrap();
    crate::assert_refused(
        &missing,
        2,
        "klavi: --config: /nowhere/x.toml cannot be read: No such file or directory (os error 2)",
    );
    let help = command(&["receive", "--config", "/nowhere/x.toml", "--help"]).output().unwrap();
    assert!(stdout(&help).contains("--config <FILE>"));
}

#[test]
fn several_settings_that_cannot_be_used_are_told_at_once() {
    let folder = Folder::new();
    folder.configure("grace = 'soon'\nmax-body = 'much'\nallow = ['x']", "");
    let problems = folder.problems(&["--listen", "0"]);
    assert_eq!(problems.len(), 3, "{problems:?}");
    for (line, field) in [(3, "grace"), (4, "max-body"), (5, "allow")] {
        let place = format!("klavi: receive.toml:{line}: {field}: invalid value");
        assert!(problems.iter().any(|problem| problem.starts_with(&place)), "{problems:?}");
    }
}

#[test]
fn the_mocks_take_a_file_and_variables_too() {
    let folder = Folder::new();
    for (mock, variable) in
        [(&["mock"][..], "KLAVI_MOCK_SEED"), (&["belvo", "mock"], "KLAVI_BELVO_MOCK_SEED")]
    {
        let with = |file: &str, seed: &str| {
            folder.write("mock.toml", file);
            let mut command = command(&[mock, &["--config", "mock.toml"]].concat());
            let output = run(command.env(variable, seed).current_dir(folder.path("")), b"");
            assert_eq!(output.status.code(), Some(2));
            stderr(&output).to_owned()
        };
        let refused = with("listen = 'x'", "1");
        assert!(
            refused.starts_with("klavi: mock.toml:1: listen: invalid value 'x' for '--listen <ADDRESS>'"),
            "{refused}"
        );
        let refused = with("seed = 'beaten'", "many");
        assert!(refused.contains("invalid value 'many' for '--seed <N>'"), "{refused}");
    }
}

/// A target that can be used, and more of it.
fn target(more: &str) -> String {
    format!("[[target]]\nname = 'app'\nurl = 'https://app.invalid/'\nsecret-file = 'secret'\n{more}\n")
}

#[test]
fn a_target_that_cannot_be_used_is_told_with_line_and_field() {
    let folder = Folder::new();
    folder.write("bad", "whsec_no");
    folder.write("empty", "");
    folder.write("two-lines", "ok\nmore");
    let names = "expected one of `name`, `url`";
    for (tables, place, words) in [
        (target("hedaers = {}"), "7: target[0].hedaers:", names),
        (target("kinds = ['reports']"), "7: target[0].kinds[0]", "a kind is report, event"),
        (target("providers = ['bank']"), "7: target[0].providers[0]", "is no provider: give klavi or belvo"),
        (target("concurrency = 0"), "7: target[0].concurrency:", "nonzero"),
        (target("rate = -1"), "7: target[0].rate:", "invalid value"),
        (target("timeout = 'soon'"), "7: target[0].timeout:", "a span of time is a number of seconds"),
        (target("timeout = 0"), "7: target[0].timeout:", "at least one second"),
        (
            target("first-pause = '2h'\nlongest-pause = '1h'"),
            "8: target[0].longest-pause",
            "is shorter than first-pause",
        ),
        (target("start = 'yesterday'"), "7: target[0].start:", "give now, or an instant"),
        (target("tls-cert = 'secret'"), "7: target[0].tls-cert", "needs tls-key"),
        (target("tls-key = 'secret'"), "7: target[0].tls-key", "needs tls-cert"),
        (target("tls-only-ca = true"), "7: target[0].tls-only-ca", "needs tls-ca"),
        (target("tls-ca = 'secret'"), "7: target[0].tls-ca:", "no certificate among the root certificates"),
        (target("tls-ca = 'nowhere'"), "7: target[0].tls-ca:", "nowhere cannot be read"),
        (
            target("tls-cert = 'secret'\ntls-key = 'secret'"),
            "7: target[0].tls-cert:",
            "client certificate cannot be used",
        ),
        (target("[target.headers]\n'a b' = 'x'"), "8: target[0].headers.a b", "is no name of a header"),
        (target("[target.headers]\nwebhook-id = 'x'"), "8: target[0].headers.webhook-id", "cannot be set"),
        (
            target("[target.headers]\nx-a = \"a\\nb\""),
            "8: target[0].headers.x-a",
            "characters that a header cannot carry",
        ),
        (target("[target.headers]\nx-a = { file = 'empty' }"), "8: target[0].headers.x-a:", "holds no key"),
        (target("[target.headers]\nx-a = { fill = 'x' }"), "8: target[0].headers.x-a:", "a text, or { file"),
        (
            target("[target.oauth2]\ntoken-url = 'login'\nclient-id = 'c'\nclient-secret-file = 'secret'"),
            "8: target[0].oauth2.token-url:",
            "not an absolute URL",
        ),
        (
            target("[target.oauth2]\ntoken-url = 'https://l.invalid/'\nclient-id = 'c'"),
            "7: target[0].oauth2:",
            "missing field `client-secret-file`",
        ),
        (target("[egress]\nhosts = ['http://x']"), "8: egress.hosts[0]", "is not a host"),
        (target("[egress]\nnetworks = ['x']"), "8: egress.networks[0]", "is no network"),
        (target("[egress]\nhost = []"), "8: egress.host:", "unknown field"),
        (target("").replace("'app'", "'a b'"), "4: target[0].name", "is no name of a target"),
        (target("").replace("https:", "ftp:"), "5: target[0].url", "is no http or https URL"),
        (
            target("").replace("https:", "nats:"),
            "6: target[0].secret-file",
            "goes with http and https URLs alone",
        ),
        (
            target("").replace("https:", "kafka:").replace("secret-file", "#"),
            "5: target[0].url",
            "is the address of Kafka",
        ),
        (
            target("")
                .replace("https://app.invalid/", "nats://app.invalid/S?sink=always")
                .replace("secret-file", "#"),
            "5: target[0].url",
            "cannot be used: ",
        ),
        (target("").replace("https://app.invalid/", "app"), "5: target[0].url", "is no URL such as"),
        (target("").replace("secret-file", "#"), "4: target[0].name", "needs a signing secret"),
        (target("").replace("'secret'", "'bad'"), "6: target[0].secret-file:", "the key is not `whsec_`"),
        (target("").replace("name", "# name"), "3: target[0]:", "missing field `name`"),
        (target("[targets]"), "7: targets", "is no setting"),
        (
            [target(""), target("")].concat(),
            "10: target[1].url",
            "is a second target app: the first is at receive.toml:5: target[0].url",
        ),
    ] {
        folder.configure("", &tables);
        let problems = folder.problems(&["--listen", "0"]);
        assert_eq!(problems.len(), 1, "{tables}: {problems:?}");
        let expected = format!("klavi: receive.toml:{place}");
        assert!(
            problems[0].starts_with(&expected) && problems[0].contains(words),
            "{expected} {words}: {problems:?}"
        );
        assert!(!problems[0].contains("whsec_no"), "{problems:?}");
    }
}

#[test]
fn a_cycle_to_the_receiver_itself_is_refused() {
    let folder = Folder::new();
    for (listen, url, is_cycle) in [
        ("127.0.0.1:8080", "http://127.0.0.1:8080/in", true),
        ("127.0.0.1:8080", "http://localhost:8080/", true),
        ("0.0.0.0:8080", "http://127.0.0.1:8080/", true),
        ("[::]:8080", "http://[::1]:8080/", true),
        ("0.0.0.0:443", "https://localhost/", true),
        ("127.0.0.1:8080", "http://127.0.0.1:8081/", false),
        ("127.0.0.1:8080", "http://127.0.0.2:8080/", false),
        ("0.0.0.0:8080", "http://192.0.2.1:8080/", false),
    ] {
        folder.configure(&format!("listen = '{listen}'"), &target("").replace("https://app.invalid/", url));
        let output = folder.check(&[]);
        let sentence =
            format!("receive.toml:6: target[0].url leads to this receiver itself: --listen is {listen}");
        assert_eq!(stderr(&output).contains(&sentence), is_cycle, "{listen} {url}: {}", stderr(&output));
        assert_eq!(output.status.code(), Some(if is_cycle { 2 } else { 0 }));
    }
}

#[test]
fn a_check_says_everything_and_opens_nothing() {
    let folder = Folder::new();
    let warned = "kinds = ['event']\nevents = ['link_created', 'link_made']\nproducts = ['pf_balance']\nproviders = ['belvo']";
    let plain = "url = 'http://app.invalid/'";
    let tables = target(warned).replace("url = 'https://app.invalid/'", plain);
    folder.configure("listen = 8080", &tables);
    let output = folder.check(&["--inbox", "sqlite:inbox.db"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "the configuration is valid, with 1 target\n");
    let warnings: Vec<_> = stderr(&output).lines().collect();
    assert_eq!(
        warnings,
        [
            "klavi: warning: receive.toml:10: target[0].products[0] selects nothing: the kinds of the target have no products",
            "klavi: warning: receive.toml:9: target[0].events[1] names link_made, no event of klavi that is documented",
            "klavi: warning: receive.toml:11: target[0].providers[0] selects nothing: this receiver takes deliveries of klavi alone",
            "klavi: warning: receive.toml:6: target[0].url sends bodies unencrypted over the network: use an https URL, or an endpoint on this machine",
        ]
    );
    assert!(!Path::new(&folder.path("inbox.db")).exists());

    // Problems of different parts at once.
    folder.configure(
        "listen = 8080\nmax-body = 500000000",
        &[target("rate = 0"), target("start = 5")].concat(),
    );
    folder.write("key", "");
    let problems = folder.problems(&["--tls-cert", "key", "--tls-key", "nowhere"]);
    assert_eq!(problems.len(), 5, "{problems:?}");
}

#[test]
fn a_check_tells_duplicates_and_cycles_of_targets_whose_secrets_are_missing() {
    let folder = Folder::new();
    let missing = target("").replace("'secret'", "'nowhere'");
    folder.configure(
        "listen = '127.0.0.1:8080'",
        &[&missing, &missing.replace("https://app.invalid/", "http://127.0.0.1:8080/")]
            .map(String::as_str)
            .concat(),
    );
    let problems = folder.problems(&[]);
    let all = problems.join("\n");
    for words in [
        "receive.toml:7: target[0].secret-file:",
        "receive.toml:12: target[1].secret-file:",
        "receive.toml:11: target[1].url is a second target app: the first is at receive.toml:6: target[0].url",
        "receive.toml:11: target[1].url leads to this receiver itself: --listen is 127.0.0.1:8080",
    ] {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert_eq!(problems.len(), 4, "{all}");
}
