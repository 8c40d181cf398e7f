//! What a form has done.

use html_kit::{Input, Lang};

/// What a form has done, for the page that it leads to: its word stands in the address.
#[derive(Clone, Copy, Debug)]
pub enum Notice {
    /// A consent.
    Consent,
    /// A link.
    Link,
    /// The clock.
    Clock,
    /// How the mock behaves.
    Behaviour,
    /// A fault waits for calls.
    FaultArmed,
    /// Faults were taken away.
    FaultsRemoved,
    /// An institution.
    Institution,
    /// Something is sent.
    Queued,
    /// All of it.
    Reset,
}

impl Notice {
    const ALL: [Self; 9] = [
        Self::Consent,
        Self::Link,
        Self::Clock,
        Self::Behaviour,
        Self::FaultArmed,
        Self::FaultsRemoved,
        Self::Institution,
        Self::Queued,
        Self::Reset,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Link => "link",
            Self::Clock => "clock",
            Self::Behaviour => "behaviour",
            Self::FaultArmed => "fault-armed",
            Self::FaultsRemoved => "faults-removed",
            Self::Institution => "institution",
            Self::Queued => "queued",
            Self::Reset => "reset",
        }
    }

    /// The one that the address tells of.
    pub fn of(input: &Input) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == input.get("notice"))
    }

    /// In a sentence.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Consent => lang.say("O consentimento mudou.", "The consent has changed."),
            Self::Link => lang.say("O link mudou.", "The link has changed."),
            Self::Clock => lang.say("O relógio mudou.", "The clock has changed."),
            Self::Behaviour => {
                lang.say("O comportamento vale a partir de agora.", "The behaviour holds from now on.")
            }
            Self::FaultArmed => lang.say("A falha está armada.", "The fault is armed."),
            Self::FaultsRemoved => lang.say("A falha foi retirada.", "The fault is taken away."),
            Self::Institution => lang.say("A instituição mudou.", "The institution has changed."),
            Self::Queued => lang.say("O envio começou.", "Sending has begun."),
            Self::Reset => lang.say("Tudo está como no início.", "Everything is as at the start."),
        }
    }
}
