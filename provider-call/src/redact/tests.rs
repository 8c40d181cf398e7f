use super::*;

#[track_caller]
fn masks(text: &str, expected: &str) {
    assert_eq!(redact(text), expected, "{text:?}");
}

#[test]
fn numbers_of_persons_are_masked() {
    masks("CPF 12345678909.", "CPF ***.");
    masks("CPF 123.456.789-09 not found", "CPF *** not found");
    masks("CPF 123 456 789 09", "CPF ***");
    masks("CNPJ 11.222.333/0001-81", "CNPJ ***");
    masks("phone +5511912345678", "phone +***");
    masks("phone +55 (11) 91234-5678 invalid", "phone +*** invalid");
    masks("account 12345-6", "account ***");
    masks("born 1990-05-17", "born ***");
    masks("CPF 123.456.789–09", "CPF ***");
    masks("fullwidth １２３４５", "fullwidth ***");
}

#[test]
fn company_ids_with_letters_are_masked() {
    masks("CNPJ 12.ABC.345/01DE-35 unknown", "CNPJ *** unknown");
    masks("cnpj 12abc34501de35", "cnpj ***");
    masks("CNPJ AB.CDE.FGH/IJKL-12.", "CNPJ ***");
}

#[test]
fn addresses_and_queries_are_masked() {
    masks("no user maria.silva+x@mail.example.com here", "no user *** here");
    masks("<joão@exemplo.com.br>", "<***>");
    masks("at https://h.example/p?cpf=1&t=2 failed", "at https://h.example/p?*** failed");
    masks("at https://u:p@h.example/p#f", "at https://***@h.example/p?***");
    masks("\"app://back?link_id=9\"", "\"app://back?***\"");
}

#[test]
fn tokens_are_masked() {
    masks("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.dBjftJeZ4CVP", "Bearer ***");
    masks("short eyJhIjoxfQ.e30.x token", "short *** token");
    masks("key=sk_a8F3kd92LmQ0xZr7Tt1b rejected", "key=*** rejected");
    masks("id 0325412e-e566-4f4e-ac5b-2f4471586b88", "id ***");
    masks("aGVsbG8gd29ybGQx0aGVs/Zz+Yy==x", "***");
    masks("QWxsTGV0dGVyc0J1dFZlcnlMb25nQW5kT3BhcXVlVG9rZW4", "***");
}

#[test]
fn what_helps_to_understand_stays() {
    for text in [
        "HTTP 416, code 4003: consents exceed the limit",
        "productsCallbackURL is invalid",
        "product pf_categorized_checking_l3 or pj_unarranged_account_overdraft is not in your contract",
        "institution 001 is out of service since 10:30",
        "<html><body><h1>502 Bad Gateway</h1></body></html>",
        "GET /data/v1/links/institutions",
        "ação não concluída",
        "a @ b, @someone, 1.5%",
    ] {
        masks(text, text);
    }
}

#[test]
fn the_text_is_one_short_line() {
    masks(" a\r\nb\t\u{0} c\u{1b}[31m ", "a b c [31m");
    let long = redact(&"word ".repeat(10_000));
    assert_eq!(long.chars().count(), MAX_CHARS + 1);
    assert!(long.ends_with('…'));
    assert_eq!(redact(&"word ".repeat(40)), "word ".repeat(40).trim());
}

#[test]
fn a_cut_leaves_no_half_of_an_address() {
    // Everything before the address shrinks to one mask, so that the cut of the input comes into sight.
    let text = format!("{} maria.silva@example.com", "1".repeat(MAX_INPUT_CHARS - 10));
    masks(&text, "***…");
    masks(&"x".repeat(MAX_INPUT_CHARS + 1), "…");
}

#[test]
fn bodies_need_not_be_text() {
    assert_eq!(excerpt(b"\xff\xfe cpf 12345678909"), "\u{fffd}\u{fffd} cpf ***");
    assert_eq!(excerpt(b""), "");
    let huge = vec![b'7'; 64 * 1024];
    assert!(excerpt(&huge).chars().count() <= MAX_CHARS + 1);
}

#[test]
fn no_run_of_five_digits_survives() {
    const PIECES: [&str; 26] = [
        "1", "23", "4567", "89012", "0", "7", "5", ".", "-", "/", " ", "@", "a", "Z", "eyJ", "://", "?", "#",
        "%", "(", "+", "é", "\n", "_", "=", "３",
    ];
    let mut random = fastrand::Rng::with_seed(20_261_122);
    for _ in 0..20_000 {
        let length = random.usize(0..40);
        let text: String = (0..length).map(|_| PIECES[random.usize(0..PIECES.len())]).collect();
        let result = redact(&text);
        let mut run = 0;
        for character in result.chars() {
            run = match character {
                c if c.is_numeric() => run + 1,
                '.' | '-' | '/' => run,
                _ => 0,
            };
            assert!(run < 5, "{text:?} became {result:?}");
        }
        assert!(result.chars().count() <= MAX_CHARS + 1);
    }
}
