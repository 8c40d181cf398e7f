//! What a consent covers, in the user's words.

use jiff::Timestamp;
use klavi_types::api::PermissionGroup;
use maud::{Markup, html};

use html_kit::Lang;

/// What every consent of the mock asks for.
pub(crate) fn permissions(lang: Lang) -> Markup {
    html! {
        ul.permissions {
            @for group in synthetic_data::PERMISSIONS {
                @let (name, holds) = words(lang, &group);
                li data-permission=(group.as_str()) { strong { (name) } " " span { (holds) } }
            }
        }
    }
}

/// How long it holds.
pub(crate) fn validity(lang: Lang, expires_at: Option<Timestamp>) -> String {
    expires_at.map_or_else(
        || lang.say("sem data de término", "without an end").to_owned(),
        |end| {
            let until = lang.say("até", "until");
            format!("{until} {}", end.strftime(lang.say("%d/%m/%Y", "%Y-%m-%d")))
        },
    )
}

fn words(lang: Lang, group: &PermissionGroup) -> (&str, &'static str) {
    match group {
        PermissionGroup::RegistrationAll => (
            lang.say("Cadastro", "Registration"),
            lang.say("nome, documentos, renda informada", "name, documents, informed income"),
        ),
        PermissionGroup::AccountsAll => (
            lang.say("Contas", "Accounts"),
            lang.say("saldos, limites, transações", "balances, limits, transactions"),
        ),
        PermissionGroup::CreditCardsAll => (
            lang.say("Cartões de crédito", "Credit cards"),
            lang.say("limites, faturas, transações", "limits, bills, transactions"),
        ),
        PermissionGroup::CreditOperationsAll => (
            lang.say("Operações de crédito", "Credit operations"),
            lang.say("empréstimos, financiamentos, parcelas", "loans, financing, instalments"),
        ),
        PermissionGroup::InvestmentsAll => (
            lang.say("Investimentos", "Investments"),
            lang.say("posições, movimentações", "positions, movements"),
        ),
        other => (other.as_str(), ""),
    }
}
