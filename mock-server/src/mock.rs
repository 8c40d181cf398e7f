mod clock;
mod deliveries;
mod faults;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use provider_mock::Received;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::instance::Instance;
use crate::store::Act;
use crate::{Behaviour, MockKlaviBuilder, Note};
use provider_mock::StateFileError;
use provider_mock::state_file::{self, StateFile};
use provider_mock::{Error, ReceivedRequest, UnknownFields, address};

/// Longest wait for connections that a client holds open.
const SHUTDOWN: Duration = Duration::from_secs(2);

/// A running stand-in for Klavi. Any number can run in one process; they share nothing.
///
/// ```
/// use klavi_mock::MockKlavi;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = MockKlavi::builder().seed(7).start().await?;
///
/// let login = format!(r#"{{"accessKey":"{}","secretKey":"{}"}}"#, mock.access_key(), mock.secret_key());
/// let answer = reqwest::Client::new()
///     .post(format!("{}/data/v1/auth", mock.base_url()))
///     .header("Content-Type", "application/json")
///     .body(login)
///     .send()
///     .await
///     .unwrap();
/// assert_eq!(answer.status(), 200);
///
/// assert_eq!(mock.received_requests()[0].path, "/data/v1/auth");
/// mock.shutdown().await;
/// # Ok::<(), klavi_mock::Error>(())
/// # }).unwrap();
/// ```
pub struct MockKlavi {
    instance: Arc<Instance>,
    tasks: TaskTracker,
    stop: CancellationToken,
    state_file: Option<Arc<StateFile>>,
}

impl MockKlavi {
    /// Says how a mock is to be, and starts it.
    pub fn builder() -> MockKlaviBuilder {
        MockKlaviBuilder::new()
    }

    pub(crate) fn new(
        instance: Arc<Instance>,
        tasks: TaskTracker,
        stop: CancellationToken,
        state_file: Option<Arc<StateFile>>,
    ) -> Self {
        Self { instance, tasks, stop, state_file }
    }

    /// Where it is, `http://127.0.0.1:4010`, or the [public URL](MockKlaviBuilder::public_url): goes before `/data/v1/…`.
    pub fn base_url(&self) -> &str {
        self.instance.base_url.default()
    }

    /// The address that it listens on.
    pub fn listen_address(&self) -> SocketAddr {
        self.instance.base_url.listen_address()
    }

    /// Where the control API is, below `/_mock`: the [base URL](Self::base_url), unless that has a name that can be
    /// registered. The control API refuses such names.
    pub fn control_url(&self) -> &str {
        self.instance.base_url.of_control()
    }

    /// The access key that it takes.
    pub fn access_key(&self) -> &str {
        &self.instance.settings.access_key
    }

    /// The secret key that it takes and signs with.
    pub fn secret_key(&self) -> &str {
        &self.instance.settings.secret_key
    }

    /// The partner code: the header `partner_code` (or `client_id`) of KaaS, and a part of the address of the first
    /// generation's Link page, `{base_url}/link/{partner_code}`.
    pub fn partner_code(&self) -> &str {
        &self.instance.settings.partner_code
    }

    /// The partner token: the header `partner_token` (or `client_secret`) of KaaS.
    pub fn partner_token(&self) -> &str {
        &self.instance.settings.partner_token
    }

    /// The console: pages that show what the mock knows, with buttons for what the control API does.
    pub fn console_url(&self) -> String {
        format!("{}/_mock/console", self.control_url())
    }

    /// The partner's Basic WhiteLabel address; its parameters go behind it as a query.
    pub fn basic_link_url(&self) -> String {
        self.instance.basic_link_url()
    }

    /// Sets where events go, and reports for which neither request nor link names an address. Holds for what is
    /// made from now on: a receiver often starts after the mock.
    ///
    /// # Errors
    /// [`Error::InvalidWebhook`].
    pub fn set_console_webhook(&self, url: impl AsRef<str>) -> Result<(), Error> {
        let url = address::webhook(url.as_ref(), self.instance.settings.http_webhooks)
            .ok_or(Error::InvalidWebhook)?;
        self.instance.set_console_webhook(url);
        Ok(())
    }

    /// How the mock behaves now.
    pub fn behaviour(&self) -> Behaviour {
        self.instance.behaviour.get()
    }

    /// Changes how the mock behaves from now on. What is already on its way stays as it was made.
    pub fn change_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        self.instance.change_behaviour(change);
    }

    /// Forgets everything: tokens, links, consents, requests, deliveries, faults. Clock and behaviour are again as they
    /// were asked for at the start; keys stay, and numbers of deliveries and requests go on from where they were.
    pub fn reset(&self) {
        self.instance.forget();
    }

    /// The user says yes at the bank and has still to accept the LGPD page, as `POST /_mock/consents/{id}/approve` does.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`]; [`Error::OutOfTurn`] where the bank was through with it.
    pub async fn approve(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Approve)
    }

    /// The user authorises the consent, as `POST /_mock/consents/{id}/authorise` does.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`]; [`Error::OutOfTurn`] where the consent is no longer pending.
    pub async fn authorise(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Authorise)
    }

    /// The user refuses the consent, as `POST /_mock/consents/{id}/reject` does.
    ///
    /// # Errors
    /// As [`authorise`](Self::authorise).
    pub async fn reject(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Reject)
    }

    /// The flow breaks at the bank, as `POST /_mock/consents/{id}/fail` does.
    ///
    /// # Errors
    /// As [`authorise`](Self::authorise).
    pub async fn fail(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Fail)
    }

    /// The consent comes to its end, as `POST /_mock/consents/{id}/expire` does.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`]; [`Error::OutOfTurn`] where it is not authorised.
    pub async fn expire(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Expire)
    }

    /// The user takes the consent back at the bank, as `POST /_mock/consents/{id}/revoke` does.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`]; [`Error::OutOfTurn`] where it is neither pending nor authorised.
    pub async fn revoke(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::Revoke)
    }

    /// The user has the data deleted in Klavi's portal, as `POST /_mock/consents/{id}/delete-by-user` does.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`]; [`Error::OutOfTurn`] where that has been done.
    pub async fn delete_by_user(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        self.instance.act(consent_id.as_ref(), Act::DeleteByUser)
    }

    /// Takes an institution out of service, or puts it back: calls that name it are refused with 4004, reports on
    /// all institutions do without it (204) or fail.
    ///
    /// # Errors
    /// [`Error::UnknownInstitution`].
    pub fn set_out_of_service(&self, institution_code: &str, out_of_service: bool) -> Result<(), Error> {
        self.instance.set_out_of_service(institution_code, out_of_service)
    }

    /// Takes so many calls to the API in a second from now on, or any number; see
    /// [`rate_limit`](MockKlaviBuilder::rate_limit).
    pub fn set_rate_limit(&self, calls_per_second: Option<u32>) {
        self.instance.change_behaviour(|behaviour| behaviour.rate_limit = calls_per_second);
    }

    /// The user of a link logs in at an Open Data institution, as on the page `/conecte/open-data`. Answers the id of
    /// the task that this begins; how a partner learns it from Klavi is not documented.
    ///
    /// The last three characters of the password decide what comes of it: `301` to `304` have the institution ask for
    /// a second factor (`basic`, `contact`, `questions`, `multichoice`), `201` to `203` are a success in part, `400` to
    /// `413` fail with that code, anything else succeeds. For an institution without a password it is the part of the
    /// e-mail address before its `@`.
    ///
    /// The right answer to a second factor is the code `123456`; to a question it is the option `2`. Klavi's reports of
    /// Open Data are those of the first generation, pushed to the console's webhook.
    ///
    /// # Errors
    /// [`Error::UnknownLink`]; [`Error::UnknownInstitution`] where it is none of Open Data; [`Error::InvalidLogin`]
    /// where it would not take the login.
    pub async fn start_task(
        &self,
        link_id: impl AsRef<str>,
        institution_code: &str,
        cpf: &str,
        password: &str,
    ) -> Result<String, Error> {
        self.instance.log_in_for_user(link_id.as_ref(), institution_code, cpf, password)
    }

    /// The calls to the API so far: the newest 10,000, fewer where their bodies are above 256 MiB together.
    pub fn received_requests(&self) -> Vec<ReceivedRequest> {
        self.instance.received.snapshot()
    }

    /// The calls to one endpoint so far, to be looked at and counted. The path is one as in [`Fault::on`](crate::Fault::on):
    /// `/data/v1/links`, `/data/v1/consents/{consentId}`, `/data/v1/*`.
    ///
    /// ```
    /// use http::Method;
    /// use klavi_mock::MockKlavi;
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let mock = MockKlavi::builder().start().await?;
    /// let links = format!("{}/data/v1/links", mock.base_url());
    /// let body = r#"{"personalTaxId":"12345678909"}"#;
    /// reqwest::Client::new().post(links).bearer_auth("none").body(body).send().await.unwrap();
    ///
    /// let call = mock.received(Method::POST, "/data/v1/links").only().clone();
    /// assert_eq!(call.json()["personalTaxId"], "12345678909");
    /// assert_eq!(call.status.unwrap(), 401);
    /// mock.received(Method::POST, "/data/v1/consents").assert_count(0);
    /// # Ok::<(), klavi_mock::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn received(&self, method: Method, path: &str) -> Received {
        Received::new(method, path, self.received_requests())
    }

    /// Waits until there were that many calls to the endpoint, and answers them. Without an end where they do not come:
    /// whoever is not sure that they do puts a timeout around it.
    pub async fn until_received(&self, method: Method, path: &str, count: usize) -> Received {
        Received::until(&self.instance.received, method, path, count).await
    }

    /// Members of requests that the documentation does not have; the same names at the same endpoint once.
    pub fn unknown_fields(&self) -> Vec<UnknownFields> {
        self.instance.store().unknown_fields.clone()
    }

    /// Calls that were taken although the documentation requires more of them; the same at the same endpoint once.
    pub fn notes(&self) -> Vec<Note> {
        self.instance.store().notes.clone()
    }

    /// Writes the state file now, where there is one: what has happened so far survives whatever comes.
    ///
    /// # Errors
    /// [`Error::StateFile`].
    pub async fn save_state(&self) -> Result<(), Error> {
        self.with_state_file(StateFile::write).await
    }

    async fn with_state_file(
        &self,
        act: impl FnOnce(&StateFile, &Instance) -> Result<(), StateFileError> + Send + 'static,
    ) -> Result<(), Error> {
        let (file, mock) = (self.state_file.clone(), Arc::clone(&self.instance));
        state_file::apart(file, mock, act).await.map_err(Error::StateFile)
    }

    /// Stops: takes no more calls, drops deliveries that wait for a retry, and waits until all of it has ended. With a
    /// state file, these are sent after the next start.
    pub async fn shutdown(self) {
        // What was answered is to be sent: before the file is written, all of it has been made.
        self.instance.making.settled().await;
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(SHUTDOWN, self.tasks.wait()).await.is_err() {
            tracing::debug!("a client holds its connection to the mock open");
        }
        // However long the disk takes: whoever starts another mock has the file by then.
        if let Err(error) = self.with_state_file(StateFile::close).await {
            tracing::error!(%error, "what the mock knows is not kept");
        }
    }
}

impl Drop for MockKlavi {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for MockKlavi {
    /// Without keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockKlavi").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
