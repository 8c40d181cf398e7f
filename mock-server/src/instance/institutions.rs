use klavi_types::api::{Institution as Answer, InstitutionStatus};
use klavi_types::{List, Text};

use super::Instance;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::Store;
use provider_mock::Error;
use synthetic_data::institutions::{self, INSTITUTIONS, Institution, OPEN_DATA};

/// What the mock's banks share, in the words of Open Finance: what its products need.
const RESOURCES: [&str; 2] = ["REGISTRATION", "ACCOUNTS"];

/// What `institutionType` says of Open Finance and of Open Data: the one is seen, that another is the other is inferred.
const OPEN_FINANCE_TYPE: i64 = 1;
const OPEN_DATA_TYPE: i64 = 2;

impl Instance {
    pub(crate) fn institution_in_service(&self, code: &str) -> Result<&'static Institution, Refusal> {
        let refused = |message| Refusal::by(&rules::INSTITUTION, message);
        let institution =
            institutions::find(code).ok_or_else(|| refused("The institution is not known or not allowed"))?;
        if self.is_out_of_service(&self.store(), institution) {
            return Err(refused("The institution is out of service"));
        }
        Ok(institution)
    }

    /// The same, where only Open Finance will do.
    pub(crate) fn open_finance_in_service(&self, code: &str) -> Result<&'static Institution, Refusal> {
        let institution = self.institution_in_service(code)?;
        if institution.is_open_data() {
            let message = "The institution is one of Open Data: it has no consents";
            return Err(Refusal::by(&rules::INSTITUTION_KIND, message));
        }
        Ok(institution)
    }

    pub(crate) fn institutions(&self) -> Vec<Answer> {
        let store = self.store();
        INSTITUTIONS
            .iter()
            .chain(OPEN_DATA)
            .map(|institution| self.answer(institution, self.is_out_of_service(&store, institution)))
            .collect()
    }

    fn answer(&self, institution: &Institution, out_of_service: bool) -> Answer {
        let mut answer = Answer::default();
        answer.institution_code = Some(institution.code.into());
        answer.name = Some(institution.name.into());
        answer.avatar = Some(self.logo(institution).into());
        answer.is_beta = Some(institution.beta.into());
        answer.is_outage = Some(out_of_service.into());
        answer.business_type = Some("legal".into());
        if institution.is_open_data() {
            answer.institution_type = Some(OPEN_DATA_TYPE.into());
            // Resources are a word of Open Finance.
            answer.available_resources = List::from(Vec::new());
        } else {
            answer.institution_type = Some(OPEN_FINANCE_TYPE.into());
            answer.available_resources = RESOURCES.into_iter().map(Into::into).collect();
        }
        answer.parent_organization_name = Some("".into());
        answer.parent_organization_id = Some("".into());
        answer.organization_name = Some(institution.legal_name.into());
        let directory_id =
            if institution.is_open_data() { String::new() } else { institution.organization_id() };
        answer.organization_id = Some(directory_id.into());
        answer
    }

    pub(super) fn logo(&self, institution: &Institution) -> String {
        format!("{}/logos/{}.svg", self.base_url(), institution.code)
    }

    /// How far the user of a link got, one entry for each institution: that of the newest consent or task.
    pub(crate) fn institution_statuses(&self, link_id: &str) -> Vec<InstitutionStatus> {
        let store = self.store();
        INSTITUTIONS
            .iter()
            .chain(OPEN_DATA)
            .filter_map(|institution| {
                let word = newest_status(&store, link_id, institution)?;
                let mut status = InstitutionStatus::default();
                status.institution_code = Some(institution.code.into());
                status.name = Some(institution.name.into());
                status.status = Some(word);
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

/// The status of a consent, or at an institution of Open Data that of a task.
fn newest_status(store: &Store, link_id: &str, institution: &Institution) -> Option<Text> {
    if institution.is_open_data() {
        let task = store
            .tasks
            .iter()
            .rev()
            .find(|task| task.is_of_link(link_id) && task.institution_code == institution.code)?;
        return task.answer_status().status.map(|status| status.as_str().into());
    }
    let consent = store
        .consents
        .iter()
        .rev()
        .find(|consent| consent.link_id == link_id && consent.institution_code == institution.code)?;
    Some(consent.status.as_str().into())
}
