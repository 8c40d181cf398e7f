//! The Portuguese texts are kept in step with the English ones: the same sections, tables and lists, the same programs.

use std::path::Path;

#[test]
fn the_readme_in_portuguese_is_in_step() {
    in_step("README.md", "README.pt-BR.md");
}

#[test]
fn the_first_guide_in_portuguese_is_in_step() {
    in_step("docs/guides/first-link.md", "docs/guides/first-link.pt-BR.md");
}

#[track_caller]
fn in_step(english: &str, portuguese: &str) {
    let [english, portuguese] = [english, portuguese].map(|file| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        std::fs::read_to_string(file).unwrap()
    });
    assert_eq!(skeleton(&portuguese), skeleton(&english));
}

/// What a translation leaves as it is: headings by their level, code without its comments and texts, rows of tables and
/// items of lists by their kind.
fn skeleton(text: &str) -> Vec<String> {
    let mut code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
            lines.push(line.to_owned());
        } else if code {
            let line = line.split("//").next().unwrap_or_default().trim_end();
            let line = match line.split_once(".expect(\"") {
                Some((before, after)) => {
                    before.to_owned() + after.split_once('"').map_or("", |(_, after)| after)
                }
                None => line.to_owned(),
            };
            if !line.is_empty() {
                lines.push(line);
            }
        } else if line.starts_with('#') {
            lines.push(line.split(' ').next().unwrap_or_default().to_owned());
        } else if line.starts_with("| ") || line.starts_with("- ") {
            lines.push(line[..1].to_owned());
        }
    }
    lines
}
