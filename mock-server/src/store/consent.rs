use jiff::Timestamp;
use klavi_types::api::{Consent as Answer, ConsentStatus, PermissionGroup};
use klavi_types::{DateTime, List};
use serde::{Deserialize, Serialize};

use synthetic_data::{PERMISSIONS, Subject};

use provider_mock::later;

/// How long the user has to authorise, in seconds. Source: docs.klavi.ai/connect/create-a-consent.
const DECISION_SECONDS: i64 = 60 * 60;

/// What happens to a consent, by the user, the bank, or in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// The user says yes at the bank and has still to accept Klavi's own page.
    Approve,
    /// The user says yes wherever it is asked.
    Authorise,
    Reject,
    /// The flow breaks at the bank.
    Fail,
    Expire,
    Revoke,
    /// The user has the data deleted in Klavi's portal.
    DeleteByUser,
}

impl Act {
    /// The status that it leads to; `None` where nothing of the kind can happen to a consent of that status.
    pub(crate) fn leads_to(self, status: &ConsentStatus) -> Option<ConsentStatus> {
        let next = match self {
            Self::Approve => ConsentStatus::AwaitingLgpdAuthorisation,
            Self::Authorise => ConsentStatus::Authorised,
            Self::Reject => ConsentStatus::Rejected,
            Self::Fail => ConsentStatus::Error,
            Self::Expire => ConsentStatus::Expired,
            Self::Revoke => ConsentStatus::Revoked,
            Self::DeleteByUser => ConsentStatus::DeletedByUser,
        };
        let possible = match self {
            Self::Approve => {
                matches!(status, ConsentStatus::Started | ConsentStatus::AwaitingAuthorisation)
            }
            Self::Authorise | Self::Reject | Self::Fail => status.is_pending(),
            Self::Expire => *status == ConsentStatus::Authorised,
            Self::Revoke => !status.is_final(),
            Self::DeleteByUser => *status != ConsentStatus::DeletedByUser,
        };
        possible.then_some(next)
    }
}

/// The way to the bank's page: opened once, within its life.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ticket {
    pub(crate) token: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) session: Option<BankSession>,
}

/// The bank's pages of one user, once they are opened.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BankSession {
    /// Names it in addresses and forms.
    pub(crate) token: String,
    pub(crate) logged_in: bool,
}

/// Where a consent began, which decides where its user goes at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Origin {
    /// `POST /data/v1/consents`: back to the partner.
    Api { redirect_url: String },
    /// The link's page: on to its result. A form that comes twice counts once.
    Page { form: String },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Consent {
    pub(crate) id: String,
    pub(crate) link_id: String,
    pub(crate) external_track_id: String,
    pub(crate) subject: Subject,
    pub(crate) institution_code: String,
    pub(crate) status: ConsentStatus,
    /// Whether the user ever authorised it.
    pub(crate) was_authorised: bool,
    pub(crate) origin: Origin,
    pub(crate) ticket: Ticket,
    /// Names the consent on Klavi's pages behind the bank.
    pub(crate) return_token: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// End of an authorised consent; `None` where it has none.
    pub(crate) expires_at: Option<Timestamp>,
}

impl Consent {
    /// Whether that form of the link's page has made it.
    pub(crate) fn is_of_form(&self, origin: &Origin) -> bool {
        matches!(origin, Origin::Page { .. }) && self.origin == *origin
    }

    pub(crate) fn set_status(&mut self, status: ConsentStatus, now: Timestamp) {
        self.was_authorised |= status == ConsentStatus::Authorised;
        self.status = status;
        self.updated_at = now;
    }

    /// The status that time alone has led to, where it is another one.
    pub(crate) fn lapsed(&self, now: Timestamp) -> Option<ConsentStatus> {
        if self.status.is_pending() && later(self.created_at, DECISION_SECONDS) <= now {
            Some(ConsentStatus::Rejected)
        } else if self.status == ConsentStatus::Authorised && self.expires_at.is_some_and(|end| end <= now) {
            Some(ConsentStatus::Expired)
        } else {
            None
        }
    }

    /// The groups that were granted: all or none, the mock's bank has no finer choice.
    pub(crate) fn granted(&self) -> List<PermissionGroup> {
        if self.was_authorised { PERMISSIONS.into_iter().collect() } else { List::from(Vec::new()) }
    }

    /// As `GET /data/v1/consents/{consentId}` answers it.
    pub(crate) fn answer(&self) -> Answer {
        let mut answer = Answer::default();
        answer.consent_id = Some(self.id.as_str().into());
        answer.link_id = Some(self.link_id.as_str().into());
        answer.external_track_id = Some(self.external_track_id.as_str().into());
        answer.personal_tax_id = Some(self.subject.cpf().unwrap_or_default().into());
        answer.business_tax_id = Some(self.subject.cnpj().unwrap_or_default().into());
        answer.institution_code = Some(self.institution_code.as_str().into());
        answer.status = Some(self.status.clone());
        answer.permissions_apply = PERMISSIONS.into_iter().collect();
        answer.permissions_granted = self.granted();
        answer.expire_at = self.expires_at.map(DateTime::from);
        answer.created_at = Some(self.created_at.into());
        answer.updated_at = Some(self.updated_at.into());
        answer
    }
}
