use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_prints_where_it_is_and_ends_with_sigterm() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_klavi-mock"))
        .args(["--listen", "127.0.0.1:0", "--seed", "7", "--access-key", "my-access", "--unsigned"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut block = String::new();
    for line in lines {
        let line = line.unwrap();
        let last = line.contains("Ctrl-C");
        block.push_str(&line);
        block.push('\n');
        if last {
            break;
        }
    }
    assert!(block.contains("base URL     http://127.0.0.1:"), "{block}");
    let base = block.lines().find_map(|line| line.trim().strip_prefix("base URL")).unwrap().trim();
    assert!(block.contains(&format!("basic link   {base}/data/v1/basic-links/")), "{block}");
    assert!(block.contains(&format!("console      {base}/_mock/console")), "{block}");
    assert!(block.contains("access key   my-access") && block.contains("secret key   MOCK"), "{block}");

    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_it_cannot_do_is_one_sentence() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_klavi-mock")).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, error) = run(&["--listen", "127.0.0.1:0", "--console-webhook", "http://partner.example"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("a webhook is an absolute https URL"), "{error}");
    assert_eq!(run(&["--listen", "nowhere"]).0, Some(2));
}
