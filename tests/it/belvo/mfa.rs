//! Second factors, each kind, asked by the mock and answered by the client.

use std::time::Duration;

use belvo_mock::{ExpiryForm, UserInputMember};
use belvo_sdk::Registered;
use belvo_sdk::belvo_types::api::{
    LinkAction, LinkStatus, MfaChallenge, MfaKind, ResumeLink, UpdateCredentials,
};

use super::desk::{Desk, id, registration, user};

impl Desk {
    async fn asked(&self, username: &str) -> MfaChallenge {
        let request = registration(&user("user-7f3a"), username);
        challenge(self.client.links().register(&request).await.unwrap())
    }

    async fn resumed(&self, request: &ResumeLink) -> Registered {
        self.client.links().resume(request).await.unwrap()
    }
}

#[track_caller]
fn challenge(registered: Registered) -> MfaChallenge {
    let Registered::MfaRequired(challenge) = registered else { panic!("{registered:?}") };
    *challenge
}

/// What the user of the mock does.
fn answer(challenge: &MfaChallenge) -> ResumeLink {
    match challenge.kind() {
        _ if !challenge.expects_user_input() => challenge.confirm(),
        MfaKind::Text(question) => {
            let numbers = question.as_str().split(|letter: char| !letter.is_ascii_digit());
            let sum: u32 = numbers.filter_map(|number| number.parse::<u32>().ok()).sum();
            challenge.answer(sum.to_string())
        }
        _ => challenge.answer("123456"),
    }
}

/// Seed: 428 asks for one of four kinds; the answer is a PATCH with session, link and token, and 201 has the link.
#[tokio::test]
async fn seed_each_kind_of_second_factor_is_asked_and_answered() {
    for (expiry, member) in [
        (ExpiryForm::Text, UserInputMember::Expects),
        (ExpiryForm::Number, UserInputMember::Expect),
        (ExpiryForm::Number, UserInputMember::OnlyFalse),
    ] {
        let desk = Desk::new().await;
        desk.mock.change_behaviour(|behaviour| {
            behaviour.expiry = expiry;
            behaviour.user_input = member;
        });
        for (username, kind, seconds, input) in [
            ("mfa_default", "Inputless", 720, true),
            ("mfa_numeric", "Numeric(..)", 60, true),
            ("mfa_qr", "Qr(..)", 60, true),
            ("mfa_text", "Text(..)", 720, true),
            ("mfa_confirm", "Inputless", 720, false),
            ("mfa_qr_scan", "Qr(..)", 60, false),
        ] {
            let asked = desk.asked(username).await;
            assert_eq!(format!("{:?}", asked.kind()), kind, "{username}");
            assert_eq!(asked.expires_in(), Some(Duration::from_secs(seconds)), "{username}");
            assert_eq!(asked.expects_user_input(), input, "{username}");
            if let MfaKind::Qr(picture) = asked.kind() {
                assert_eq!(picture.media_type(), Some("image/png"));
            }
            let waiting = desk.get(asked.link()).await;
            assert_eq!(
                (waiting.status, waiting.id.as_ref()),
                (Some(LinkStatus::Unconfirmed), Some(asked.link()))
            );

            let Registered::Link(link) = desk.resumed(&answer(&asked)).await else { panic!("{username}") };
            assert!(link.is_valid() && link.id.as_ref() == Some(asked.link()), "{username}");
        }
    }
}

/// Seed: a code is good for a minute; too late, another 428 brings a new one. After the session nothing goes on.
#[tokio::test]
async fn seed_a_late_code_brings_a_new_one_and_a_late_session_ends() {
    let desk = Desk::new().await;
    let first = desk.asked("mfa_numeric").await;
    desk.mock.advance_clock(Duration::from_secs(60));
    let second = challenge(desk.resumed(&answer(&first)).await);
    assert_eq!(second.link(), first.link());
    assert!(second.kind() != first.kind(), "a new code");
    assert!(matches!(desk.resumed(&answer(&second)).await, Registered::Link(_)));

    let late = desk.asked("mfa_default").await;
    desk.mock.advance_clock(Duration::from_secs(720));
    let error = desk.client.links().resume(&answer(&late)).await.unwrap_err();
    assert!(error.is_session_expired(), "{error}");
    assert_eq!(desk.get(late.link()).await.action(), LinkAction::FinishCreation);
}

/// Seed: `token_required` is a link that worked and needs another token.
#[tokio::test]
async fn seed_a_link_that_worked_may_need_another_token() {
    let desk = Desk::new().await;
    let asked = desk.asked("mfa_numeric").await;
    let Registered::Link(link) = desk.resumed(&answer(&asked)).await else { panic!("no link") };
    desk.mock.require_token(id(&link)).unwrap();
    assert_eq!(desk.get(id(&link)).await.action(), LinkAction::GiveToken);
    assert!(desk.webhooks("LINK.token_required").await[0].needs_user());

    let request = UpdateCredentials::builder("pass_valid").build().unwrap();
    let again = challenge(desk.client.links().update_credentials(id(&link), &request).await.unwrap());
    assert!(matches!(desk.resumed(&answer(&again)).await, Registered::Link(link) if link.is_valid()));
}
