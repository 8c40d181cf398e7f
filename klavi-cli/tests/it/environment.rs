//! Options of `klavi receive` from variables.

use crate::receive::{FORWARD_KEY, KEY, REPORT, Receive};
use crate::settings::bare;
use crate::{assert_refused, command, klavi, run, stderr, stdout};

#[test]
fn every_option_but_a_secret_has_a_variable_that_help_names_without_its_value() {
    let mut command = command(&["receive", "--help"]);
    let help = run(
        command.env("KLAVI_RECEIVE_FORWARD", "http://user:hidden@x/").env("KLAVI_SECRET_KEY", "hidden"),
        b"",
    );
    let help = stdout(&help);
    assert!(!help.contains("hidden"), "{help}");
    // Each option and what is said of it.
    let options: Vec<_> = help.split("\n      --").skip(1).collect();
    assert!(options.len() > 20, "{help}");
    for option in options {
        let name = option.split([' ', '\n']).next().unwrap();
        let variable = match name {
            "secret-key" => {
                assert!(!option.contains("[env:"), "{option}");
                continue;
            }
            // As before; its text names the other one.
            "environment" => "KLAVI_ENVIRONMENT".to_owned(),
            _ => format!("KLAVI_RECEIVE_{}", name.to_uppercase().replace('-', "_")),
        };
        assert!(option.contains(&format!("[env: {variable}]")), "{option}");
    }
}

#[tokio::test]
async fn a_receiver_runs_from_variables_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    for (name, key) in [("new", KEY), ("old", "old"), ("forward", FORWARD_KEY)] {
        std::fs::write(file(name), key).unwrap();
    }
    let inbox = format!("sqlite:{}", file("inbox.db"));
    let receive = Receive::spawn(bare().envs([
        ("KLAVI_RECEIVE_LISTEN", "0"),
        ("KLAVI_RECEIVE_ADMIN", "localhost:0"),
        ("KLAVI_RECEIVE_INBOX", &inbox),
        ("KLAVI_RECEIVE_SECRET_KEY_FILE", &format!("{},{}", file("new"), file("old"))),
        ("KLAVI_RECEIVE_TRUSTED_PROXY", "127.0.0.1,10.0.0.0/8"),
        ("KLAVI_RECEIVE_CLIENT_ADDRESS_HEADER", "X-Real-IP"),
        ("KLAVI_RECEIVE_ALLOW", "198.51.100.7,198.51.100.8"),
        ("KLAVI_RECEIVE_FORWARD", "http://127.0.0.1:1/"),
        ("KLAVI_RECEIVE_FORWARD_SECRET_FILE", &file("forward")),
        ("KLAVI_RECEIVE_PER_LINK_ORDER", "yes"),
        ("KLAVI_RECEIVE_ALLOW_UNSIGNED", "off"),
    ]));
    for (key, source, status) in [
        (KEY, "198.51.100.7", 200),
        ("old", "198.51.100.8", 200),
        ("old", "198.51.100.9", 403),
        ("other", "198.51.100.7", 401),
    ] {
        let signature = klavi_webhook::klavi::SigningKey::from(key).sign(REPORT.as_bytes()).to_string();
        let request = reqwest::Client::new().post(format!("http://{}/", receive.address));
        let request = request.header("x-klavi-signature", signature).header("x-real-ip", source);
        assert_eq!(request.body(REPORT).send().await.unwrap().status(), status, "{key} {source}");
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn a_flag_beats_its_variable() {
    let allow = |arguments: &[&str], variable: &str| {
        let fixed = ["--listen", "0", "--admin", "0", "--inbox", "memory:"];
        let environment = [("KLAVI_SECRET_KEY", KEY), ("KLAVI_RECEIVE_ALLOW", variable)];
        Receive::spawn(
            bare().args(fixed).args(arguments).envs(environment).env("KLAVI_RECEIVE_LISTEN", "nowhere"),
        )
    };
    let receive = allow(&["--allow", "192.0.2.1"], "127.0.0.1");
    assert_eq!(receive.post(REPORT).await, 403);
    assert_eq!(receive.stop(), Some(0));
    let receive = allow(&["--allow", "127.0.0.1"], "192.0.2.1");
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn variables_from_before_still_count_where_the_new_ones_are_not_set() {
    let belvo = ["receive", "--listen", "0", "--inbox", "memory:", "--provider", "belvo"];
    let refused = "klavi: --environment testing, or KLAVI_ENVIRONMENT, goes with --provider klavi alone";
    let with = |environment: &[(&str, &str)]| run(command(&belvo).envs(environment.iter().copied()), b"");
    assert_refused(&with(&[("KLAVI_ENVIRONMENT", "testing")]), 2, refused);
    assert_refused(&with(&[("KLAVI_RECEIVE_ENVIRONMENT", "testing")]), 2, refused);
    let both = [("KLAVI_ENVIRONMENT", "testing"), ("KLAVI_RECEIVE_ENVIRONMENT", "sandbox")];
    assert!(stderr(&with(&both)).starts_with("klavi: no value of Authorization"), "{}", stderr(&with(&both)));
}

#[test]
fn a_variable_that_says_nothing_or_nonsense_is_refused() {
    let fixed = ["receive", "--listen", "0", "--inbox", "memory:", "--secret-key", "k"];
    for (variable, value, flag) in [
        ("KLAVI_RECEIVE_TLS_CERT", "", "--tls-cert"),
        ("KLAVI_RECEIVE_ALLOW", "", "--allow"),
        ("KLAVI_RECEIVE_INSPECT", "", "--inspect"),
        ("KLAVI_RECEIVE_INSPECT", "sometimes", "--inspect"),
        ("KLAVI_RECEIVE_ALLOW_UNSIGNED", "perhaps", "--allow-unsigned"),
        ("KLAVI_RECEIVE_PER_LINK_ORDER", "true", "--forward <URL>"),
        ("KLAVI_RECEIVE_TRUSTED_PROXY", "127.0.0.1;10.0.0.0/8", "--trusted-proxy"),
    ] {
        let output = run(command(&fixed).env(variable, value), b"");
        assert_eq!(output.status.code(), Some(2), "{variable}={value}: {}", stderr(&output));
        assert!(stderr(&output).contains(flag), "{}", stderr(&output));
    }
}

#[test]
fn other_commands_do_not_read_the_variables_of_the_receiver() {
    let mut command = command(&["sign"]);
    let output = run(command.env("KLAVI_RECEIVE_SECRET_KEY_FILE", "/nowhere/key"), b"");
    assert_refused(&output, 2, "klavi: no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY");
    // A comma in the name of a file given as a flag belongs to the name.
    let file = klavi(&["sign", "--secret-key-file", "/nowhere/a,b"], b"");
    assert_refused(&file, 2, "klavi: /nowhere/a,b cannot be read: No such file or directory (os error 2)");
}

#[test]
fn a_secret_comes_from_the_file_that_a_variable_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, format!("{KEY}\n")).unwrap();
    let sign = |file: &std::path::Path| run(command(&["sign"]).env("KLAVI_SECRET_KEY_FILE", file), b"{}");
    let from_file = sign(&file);
    let given = klavi(&["sign", "--secret-key", KEY], b"{}");
    assert!(from_file.status.success());
    assert_eq!(from_file.stdout, given.stdout);
    assert_eq!(sign(&folder.path().join("gone")).status.code(), Some(2));
}
