//! `klavi completions`.

use std::process::Command;

use crate::{klavi, run, stderr, stdout};

#[test]
fn every_shell_gets_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = klavi(&["completions", shell], b"");
        assert_eq!(script.status.code(), Some(0), "{}", stderr(&script));
        for word in ["receive", "basic-link", "legacy-link", "completions", "products-callback-url"] {
            assert!(stdout(&script).contains(word), "{word} for {shell}");
        }
    }
    assert_eq!(klavi(&["completions", "cmd"], b"").status.code(), Some(2));
}

#[test]
#[ignore = "needs bash"]
fn bash_accepts_the_script_and_completes_with_it() {
    let script = klavi(&["completions", "bash"], b"").stdout;
    let checked = run(Command::new("bash").arg("-n"), &script);
    assert!(checked.status.success(), "{}", stderr(&checked));

    let completed = |words: &str| {
        let ask = format!(
            "source /dev/stdin; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _klavi klavi \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; echo \"${{COMPREPLY[*]}}\""
        );
        let answer = run(Command::new("bash").args(["--norc", "-c", &ask]), &script);
        assert_eq!(stderr(&answer), "");
        stdout(&answer).trim_end().to_owned()
    };
    assert_eq!(completed("klavi comp"), "completions");
    assert_eq!(completed("klavi url b"), "basic-link");
    assert_eq!(completed("klavi url basic-link --products"), "--products-callback-url");
    assert_eq!(
        completed("klavi url basic-link --host older"),
        "older-sandbox older-testing older-production"
    );
}
