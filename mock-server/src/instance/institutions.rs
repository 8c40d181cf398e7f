use klavi_types::api::{BusinessCode, Institution as Answer, InstitutionStatus};

use super::Instance;
use crate::Error;
use crate::institutions::{self, INSTITUTIONS, Institution};
use crate::refusal::Refusal;

/// What the mock's banks share, in the words of Open Finance: what its products need.
const RESOURCES: [&str; 2] = ["REGISTRATION", "ACCOUNTS"];

impl Instance {
    pub(crate) fn institution_in_service(&self, code: &str) -> Result<&'static Institution, Refusal> {
        let refused = |message| Refusal::business(BusinessCode::INVALID_INSTITUTION, message);
        let institution =
            institutions::find(code).ok_or_else(|| refused("The institution is not known or not allowed"))?;
        if self.store().is_out_of_service(institution) {
            return Err(refused("The institution is out of service"));
        }
        Ok(institution)
    }

    pub(crate) fn institutions(&self) -> Vec<Answer> {
        let store = self.store();
        INSTITUTIONS
            .iter()
            .map(|institution| self.answer(institution, store.is_out_of_service(institution)))
            .collect()
    }

    fn answer(&self, institution: &Institution, out_of_service: bool) -> Answer {
        let mut answer = Answer::default();
        answer.institution_code = Some(institution.code.into());
        answer.name = Some(institution.name.into());
        answer.avatar = Some(format!("{}/logos/{}.svg", self.base_url, institution.code).into());
        answer.is_beta = Some(institution.beta.into());
        answer.is_outage = Some(out_of_service.into());
        answer.institution_type = Some(1.into());
        answer.business_type = Some("legal".into());
        answer.available_resources = RESOURCES.into_iter().map(Into::into).collect();
        answer.parent_organization_name = Some("".into());
        answer.parent_organization_id = Some("".into());
        answer.organization_name = Some(institution.legal_name.into());
        answer.organization_id = Some(institution.organization_id().into());
        answer
    }

    /// How far the user of a link got, one entry for each institution: that of the newest consent.
    pub(crate) fn institution_statuses(&self, link_id: &str) -> Vec<InstitutionStatus> {
        let store = self.store();
        let newest =
            |institution: &&Institution| {
                store.consents.iter().rev().find(|consent| {
                    consent.link_id == link_id && consent.institution_code == institution.code
                })
            };
        INSTITUTIONS
            .iter()
            .filter_map(|institution| {
                let consent = newest(&institution)?;
                let mut status = InstitutionStatus::default();
                status.institution_code = Some(institution.code.into());
                status.name = Some(institution.name.into());
                status.status = Some(consent.status.as_str().into());
                Some(status)
            })
            .collect()
    }

    pub(crate) fn set_out_of_service(&self, code: &str, out: bool) -> Result<(), Error> {
        let institution = institutions::find(code).ok_or(Error::UnknownInstitution)?;
        self.store().set_out_of_service(institution, out);
        Ok(())
    }
}
