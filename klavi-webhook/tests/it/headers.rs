//! The properties of the fuzz target `headers`, over its corpus.

#[path = "../../../fuzz/headers.rs"]
mod properties;

#[test]
fn they_hold_for_the_corpus() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/headers");
    let mut inputs = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let input = std::fs::read(file.unwrap().path()).unwrap();
        properties::headers(&input);
        // Cut off anywhere, too.
        (0..input.len()).step_by(7).for_each(|end| properties::headers(&input[..end]));
        inputs += 1;
    }
    assert!(inputs > 10, "{inputs} inputs");
}
