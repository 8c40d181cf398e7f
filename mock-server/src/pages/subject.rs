use synthetic_data::Subject;
use synthetic_data::tax_id;

/// What the user typed, with or without punctuation: a CPF or a CNPJ.
pub(crate) fn read(typed: &str) -> Option<Subject> {
    let bare: String =
        typed.chars().filter(|character| !matches!(character, '.' | '-' | '/' | ' ')).collect();
    let bare = bare.to_ascii_uppercase();
    if tax_id::is_cpf(&bare) {
        Some(Subject::Person { cpf: bare })
    } else {
        tax_id::is_cnpj(&bare).then_some(Subject::Company { cnpj: bare, cpf: None })
    }
}

/// As a page shows it: enough to recognise one's own.
pub(crate) fn masked(subject: &Subject) -> String {
    match subject {
        Subject::Person { cpf } => cpf_masked(cpf),
        Subject::Company { cnpj, cpf } => {
            let part = |range| cnpj.get(range).unwrap_or_default();
            let company = format!("CNPJ {}.{}.***/****-{}", part(0..2), part(2..5), part(12..14));
            match cpf {
                Some(cpf) => format!("{company}, {}", cpf_masked(cpf)),
                None => company,
            }
        }
    }
}

fn cpf_masked(cpf: &str) -> String {
    let part = |range| cpf.get(range).unwrap_or_default();
    format!("CPF ***.{}.{}-**", part(3..6), part(6..9))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_and_case_do_not_count_and_check_digits_do() {
        let person = Subject::Person { cpf: "12345678909".to_owned() };
        for typed in ["12345678909", "123.456.789-09", " 123 456 789 09 "] {
            assert_eq!(read(typed), Some(person.clone()), "{typed}");
        }
        let company = Subject::Company { cnpj: "12ABC34501DE35".to_owned(), cpf: None };
        assert_eq!(read("12.abc.345/01de-35"), Some(company));
        for typed in ["", "123.456.789-00", "1234567890", "joão", "12.ABC.345/01DE-36"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_page_shows_part_of_it() {
        let shown = |typed| masked(&read(typed).unwrap());
        assert_eq!(shown("12345678909"), "CPF ***.456.789-**");
        assert_eq!(shown("11222333000181"), "CNPJ 11.222.***/****-81");
    }
}
