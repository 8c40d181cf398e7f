//! What the pages have in common where the user gives Klavi the login of an institution.

use http::StatusCode;
use klavi_types::Integer;
use klavi_types::api::{MfaInfo, MfaOption, MfaType, Task};
use maud::{Markup, html};
use synthetic_data::Subject;

use crate::logins::{Login, LoginField};
use crate::refusal::Refusal;
use crate::store::{FactorAnswer, Plan, RIGHT_CODE};
use html_kit::Input;
use html_kit::Lang;
use html_kit::error_summary;

/// Fields that are wrong, each with what is wrong, in the user's language.
pub(super) type Problems = Vec<(&'static str, String)>;

/// Where the problem with a second factor is shown.
const FACTOR: &str = "factor";

/// A login that the user has typed.
pub(super) struct Typed {
    pub(super) cpf: String,
    /// What the mock makes of it; the login itself is forgotten.
    pub(super) plan: Plan,
    pub(super) allow_autoupdate: bool,
}

/// Judges the login; the CPF counts where the partner has not given it.
pub(super) fn judge(lang: Lang, login: &Login, cpf: Option<&str>, input: &Input) -> Result<Typed, Problems> {
    let mut problems = Problems::new();
    let typed = || match Subject::typed(input.get("cpf")) {
        Some(Subject::Person { cpf }) => Some(cpf),
        _ => None,
    };
    let cpf = cpf.map(str::to_owned).or_else(typed);
    if cpf.is_none() {
        problems.push(("cpf", lang.say("Informe um CPF válido.", "Give a valid CPF.").to_owned()));
    }
    for field in login.fields {
        if !(field.fits)(input.get(field.name)) {
            let (label, rule) = (said(lang, field.label), said(lang, field.rule));
            let other = lang.say("fora do formato", "not of the form asked for");
            problems.push((field.name, format!("{label} {other}: {rule}.")));
        }
    }
    let Some(cpf) = cpf.filter(|_| problems.is_empty()) else { return Err(problems) };
    let last = login.fields.last().map_or("", |field| field.name);
    let allow_autoupdate = !input.get("allow_autoupdate").is_empty();
    Ok(Typed { cpf, plan: Plan::of(input.get(last)), allow_autoupdate })
}

/// The fields of a login, and how to have it come out as one likes. Secrets are not shown again.
pub(super) fn fields(
    lang: Lang,
    login: &Login,
    asks_cpf: bool,
    input: &Input,
    problems: &Problems,
) -> Markup {
    let last = login.fields.last().map_or("", |field| said(lang, field.label));
    html! {
        @if asks_cpf { (field(lang, &CPF, input, problems)) }
        @for one in login.fields { (field(lang, one, input, problems)) }
        fieldset {
            legend { (lang.say("Atualizações", "Updates")) }
            label.choice {
                input type="checkbox" name="allow_autoupdate" value="1"
                    checked[!input.get("allow_autoupdate").is_empty()];
                span { (lang.say(
                    "Atualizar os meus dados sem perguntar de novo",
                    "Bring my data up to date without asking me again",
                )) }
            }
        }
        p.note { (lang.say(
            "Nunca digite uma senha verdadeira: qualquer valor no formato pedido serve.",
            "Never type a real password: any value of the form asked for will do.",
        )) }
        (endings(lang, last))
    }
}

/// The CPF. What is wrong with it is no matter of a form.
const CPF: LoginField = LoginField {
    name: "cpf",
    label: ["CPF", "CPF"],
    rule: [
        "Do titular da conta. Para testes, por exemplo, 123.456.789-09; nunca o seu",
        "Of the account's holder. For tests, 123.456.789-09 for example; never your own",
    ],
    is_secret: false,
    fits: |_| true,
};

fn field(lang: Lang, field: &LoginField, input: &Input, problems: &Problems) -> Markup {
    let problem = problems.iter().find(|(name, _)| *name == field.name).map(|(_, text)| text);
    let hint_id = format!("{}-hint", field.name);
    let problem_id = format!("{}-problem", field.name);
    let described_by = if problem.is_some() { format!("{problem_id} {hint_id}") } else { hint_id.clone() };
    html! {
        div.field {
            label for=(field.name) { (said(lang, field.label)) }
            p.hint id=(hint_id) { (said(lang, field.rule)) "." }
            @if let Some(problem) = problem { p.problem id=(problem_id) { (problem) } }
            input id=(field.name) name=(field.name) type=(if field.is_secret { "password" } else { "text" })
                value=[(!field.is_secret).then(|| input.get(field.name))] autocomplete="off" spellcheck="false"
                maxlength="100" aria-describedby=(described_by) aria-invalid=[problem.map(|_| "true")];
        }
    }
}

/// What the last three characters of the last field decide.
fn endings(lang: Lang, last: &str) -> Markup {
    let rows = [
        ("301", lang.say("pede um código", "asks for a code")),
        ("302", lang.say("envia um código ao celular", "sends a code to the phone")),
        ("303", lang.say("faz uma pergunta", "asks a question")),
        ("304", lang.say("deixa escolher como receber o código", "lets one choose how to get the code")),
        ("201, 202, 203", lang.say("dá certo em parte", "succeeds in part")),
        ("400 … 413", lang.say("falha com esse código", "fails with that code")),
    ];
    html! {
        details {
            summary { (lang.say("Como escolher o resultado", "How to choose the outcome")) }
            p {
                (lang.say(
                    "Os três últimos caracteres deste campo decidem: ",
                    "The last three characters of this field decide: ",
                ))
                strong { (last) } "."
            }
            dl { @for (ending, outcome) in rows { dt { (ending) } dd { (outcome) } } }
        }
    }
}

/// What the institution asks for as a second factor.
pub(super) fn factor(lang: Lang, info: &MfaInfo, problem: Option<&str>) -> Markup {
    let id = info.mfa_id.map_or(0, Integer::get);
    html! {
        input type="hidden" name="mfa_id" value=(id);
        @match &info.mfa_type {
            Some(MfaType::Questions) => {
                // The institution's own words.
                @for question in &info.questions {
                    @let title = question.question.as_ref().map_or("", |text| text.as_str());
                    (choices("code", (title, Lang::Portuguese), &question.options, problem))
                }
            }
            Some(MfaType::Multichoice) => {
                @let title = lang.say("Como quer receber o código?", "How do you want to get the code?");
                (choices("switch_verification_type", (title, lang), &info.multichoices, problem))
            }
            _ => { (code(lang, info, problem)) }
        }
    }
}

fn code(lang: Lang, info: &MfaInfo, problem: Option<&str>) -> Markup {
    let described_by = if problem.is_some() { "code-problem code-hint" } else { "code-hint" };
    html! {
        @if let Some(contact) = &info.contact {
            p { (lang.say("Um código foi enviado a ", "A code was sent to ")) strong.contact { (contact.as_str()) } "." }
        }
        div.field {
            label for=(FACTOR) { (lang.say("Código", "Code")) }
            p.hint #code-hint {
                (lang.say("Na simulação o código certo é ", "In this simulation the right code is "))
                (RIGHT_CODE) "."
            }
            @if let Some(problem) = problem { p.problem #code-problem { (problem) } }
            input id=(FACTOR) name="code" type="text" inputmode="numeric" autocomplete="one-time-code"
                maxlength="20" aria-describedby=(described_by) aria-invalid=[problem.map(|_| "true")];
        }
    }
}

fn choices(name: &str, (title, lang): (&str, Lang), options: &[MfaOption], problem: Option<&str>) -> Markup {
    html! {
        fieldset aria-describedby=[problem.map(|_| "code-problem")] {
            legend lang=(lang.tag()) { (title) }
            @if let Some(problem) = problem { p.problem #code-problem { (problem) } }
            @for (place, option) in options.iter().enumerate() {
                label.choice {
                    input id=[(place == 0).then_some(FACTOR)] type="radio" name=(name)
                        value=(option.value.as_ref().map_or("", |text| text.as_str()));
                    span lang=(lang.tag()) { (option.label.as_ref().map_or("", |text| text.as_str())) }
                }
            }
        }
    }
}

/// The user's answer to it.
pub(super) fn factor_answer(input: &Input) -> FactorAnswer {
    let given = |name: &str| Some(input.get(name)).filter(|text| !text.is_empty()).map(str::to_owned);
    FactorAnswer {
        mfa_id: input.get("mfa_id").parse().unwrap_or_default(),
        code: given("code"),
        switch_verification_type: given("switch_verification_type"),
    }
}

/// Judges an answer by what is asked before and after it: what is wrong with it, in the user's language.
pub(super) fn factor_problem(
    lang: Lang,
    passed_on: &Result<(), Refusal>,
    before: Option<&Task>,
    after: Option<&Task>,
) -> Option<&'static str> {
    let asked = |task: Option<&Task>| task?.mfa_info.as_ref()?.mfa_type.clone();
    match passed_on {
        Err(refusal) if refusal.status == StatusCode::UNPROCESSABLE_ENTITY => {
            Some(lang.say("Responda ao que se pergunta.", "Answer what is asked."))
        }
        Ok(()) if asked(after).is_some() && asked(before) == asked(after) => {
            Some(lang.say("A resposta está errada. Tente de novo.", "The answer is wrong. Try again."))
        }
        // What is no longer asked for: the page shows how it stands.
        Ok(()) | Err(_) => None,
    }
}

/// What is wrong with the answer to a second factor, before its form.
pub(super) fn factor_summary(lang: Lang, problem: Option<&str>) -> Markup {
    let problems: Vec<_> = problem.map(|text| (FACTOR, text)).into_iter().collect();
    error_summary(lang, &problems)
}

/// What is wrong with a login, before its form.
pub(super) fn problem_list(lang: Lang, problems: &Problems) -> Markup {
    let problems: Vec<_> = problems.iter().map(|(field, text)| (*field, text.as_str())).collect();
    error_summary(lang, &problems)
}

fn said(lang: Lang, words: [&'static str; 2]) -> &'static str {
    let [portuguese, english] = words;
    lang.say(portuguese, english)
}
