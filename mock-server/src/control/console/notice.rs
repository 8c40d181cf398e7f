use crate::pages::{Input, Lang};

/// What a form has done, for the page that it leads to: its word stands in the address.
#[derive(Clone, Copy)]
pub(super) enum Notice {
    Consent,
    Clock,
    Behaviour,
    FaultArmed,
    FaultsRemoved,
    Institution,
    Queued,
    Reset,
}

impl Notice {
    const ALL: [Self; 8] = [
        Self::Consent,
        Self::Clock,
        Self::Behaviour,
        Self::FaultArmed,
        Self::FaultsRemoved,
        Self::Institution,
        Self::Queued,
        Self::Reset,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Clock => "clock",
            Self::Behaviour => "behaviour",
            Self::FaultArmed => "fault-armed",
            Self::FaultsRemoved => "faults-removed",
            Self::Institution => "institution",
            Self::Queued => "queued",
            Self::Reset => "reset",
        }
    }

    pub(super) fn of(input: &Input) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.word() == input.get("notice"))
    }

    pub(super) fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Consent => lang.say("O consentimento mudou.", "The consent has changed."),
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
