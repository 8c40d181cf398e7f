use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use provider_mock::state_file::{self, StateFile};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::instance::{Hook, Instance, LinkAct};
use super::{Behaviour, MockBelvoBuilder, builder, institutions, pages};
use provider_mock::{ArmedFault, Error, Fault, Received, ReceivedRequest, UnknownFields};
use provider_mock::{Delivery, Resend};

/// Longest wait for connections that a client holds open.
const SHUTDOWN: Duration = Duration::from_secs(2);

/// A running stand-in for Belvo. Any number can run in one process, beside those of Klavi; they share nothing.
///
/// ```
/// use belvo_mock::MockBelvo;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = MockBelvo::builder().seed(7).start().await?;
///
/// let body = r#"{"institution":"erebor_mx_retail","username":"bnk100","password":"full","external_id":"user-1"}"#;
/// let answer = reqwest::Client::new()
///     .post(format!("{}/api/links/", mock.base_url()))
///     .basic_auth(mock.secret_id(), Some(mock.secret_password()))
///     .header("Content-Type", "application/json")
///     .body(body)
///     .send()
///     .await
///     .unwrap();
/// assert_eq!(answer.status(), 201);
///
/// mock.settled().await;
/// // The history of six resources; no receiver was named, so nothing was sent.
/// assert_eq!(mock.deliveries().len(), 6);
/// assert_eq!(mock.deliveries()[0].name, "historical_update");
/// # Ok::<(), belvo_mock::Error>(())
/// # }).unwrap();
/// ```
pub struct MockBelvo {
    instance: Arc<Instance>,
    tasks: TaskTracker,
    stop: CancellationToken,
    state_file: Option<Arc<StateFile>>,
}

impl MockBelvo {
    /// Says how a mock is to be, and starts it.
    pub fn builder() -> MockBelvoBuilder {
        MockBelvoBuilder::new()
    }

    pub(super) fn new(
        instance: Arc<Instance>,
        tasks: TaskTracker,
        stop: CancellationToken,
        state_file: Option<Arc<StateFile>>,
    ) -> Self {
        Self { instance, tasks, stop, state_file }
    }

    /// Where it is, `http://127.0.0.1:4020`: goes before `/api/…`.
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

    /// The `secretId` that it takes.
    pub fn secret_id(&self) -> &str {
        self.instance.settings.secret_id.expose()
    }

    /// The `secretPassword` that it takes.
    pub fn secret_password(&self) -> &str {
        self.instance.settings.secret_password.expose()
    }

    /// Where the widget is; `?access_token=…` goes behind it.
    pub fn widget_url(&self) -> String {
        format!("{}/widget", self.base_url())
    }

    /// Sets where webhooks go, and the value of their `Authorization`: a receiver often starts after the mock.
    ///
    /// # Errors
    /// [`Error::InvalidWebhook`]; [`Error::InvalidAuthorization`] where the value fits no header.
    pub fn set_webhook(&self, url: impl AsRef<str>, authorization: Option<&str>) -> Result<(), Error> {
        let url = Some(builder::webhook_url(url.as_ref(), self.instance.settings.http_webhooks)?);
        let authorization = authorization.map(builder::authorization).transpose()?;
        self.instance.set_hook(Hook { url, authorization });
        Ok(())
    }

    /// How the mock behaves now.
    pub fn behaviour(&self) -> Behaviour {
        self.instance.behaviour()
    }

    /// Changes how the mock behaves from now on.
    pub fn change_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        self.instance.change_behaviour(change);
    }

    /// Forgets everything: links, sessions, tokens, consents, deliveries, faults. Clock, behaviour and webhook are again as
    /// they were asked for at the start; keys stay, and numbers of deliveries and requests go on from where they were.
    pub fn reset(&self) {
        self.instance.forget();
    }

    /// A user opens the widget with that token, logs in at the institution and says yes: what the pages do, without a
    /// second factor. Answers the id of the link, as the success callback does; in update mode that of the mended one. For
    /// an institution of Open Finance the user is a CPF.
    ///
    /// # Errors
    /// [`Error::UnknownInstitution`]; [`Error::InvalidLogin`] for what is no CPF; [`Error::Refused`] where the widget would have shown an error, such as
    /// `session_expired_ob` for a token that is unknown, used or older than ten minutes.
    pub fn connect(&self, access_token: &str, institution: &str, username: &str) -> Result<String, Error> {
        let institution = institutions::find(institution).ok_or(Error::UnknownInstitution)?;
        let link = pages::connect(&self.instance, access_token, institution, username);
        link.map(|link| link.id)
    }

    /// The institution no longer lets the link in: it is `invalid`, and a webhook says so.
    ///
    /// # Errors
    /// [`Error::UnknownLink`].
    pub fn invalidate(&self, link_id: impl AsRef<str>) -> Result<(), Error> {
        self.act(link_id.as_ref(), LinkAct::Invalidate)
    }

    /// The institution asks for a new token: the link is `token_required`, and a webhook says so.
    ///
    /// # Errors
    /// [`Error::UnknownLink`].
    pub fn require_token(&self, link_id: impl AsRef<str>) -> Result<(), Error> {
        self.act(link_id.as_ref(), LinkAct::RequireToken)
    }

    /// What was stored of the credentials is gone: the link is `invalid`, and a refresh is answered with
    /// `expired_credentials`.
    ///
    /// # Errors
    /// [`Error::UnknownLink`].
    pub fn expire_credentials(&self, link_id: impl AsRef<str>) -> Result<(), Error> {
        self.act(link_id.as_ref(), LinkAct::ExpireCredentials)
    }

    /// The user takes a new password at the institution. It shows at the next try: a refresh is answered with
    /// `login_error`, and the sixth makes the link `invalid`; an update of a recurrent link makes it so at once.
    ///
    /// # Errors
    /// [`Error::UnknownLink`].
    pub fn change_password(&self, link_id: impl AsRef<str>) -> Result<(), Error> {
        self.act(link_id.as_ref(), LinkAct::ChangePassword)
    }

    /// Brings a recurrent link up to date before its time.
    ///
    /// # Errors
    /// [`Error::UnknownLink`].
    pub fn update(&self, link_id: impl AsRef<str>) -> Result<(), Error> {
        self.act(link_id.as_ref(), LinkAct::Update)
    }

    fn act(&self, link_id: &str, act: LinkAct) -> Result<(), Error> {
        self.instance.act(link_id, act).map(drop).ok_or(Error::UnknownLink)
    }

    /// An authorised consent comes to its end.
    ///
    /// # Errors
    /// [`Error::UnknownConsent`], also where it is not authorised.
    pub fn expire_consent(&self, consent_id: impl AsRef<str>) -> Result<(), Error> {
        if self.instance.expire_consent(consent_id.as_ref()) { Ok(()) } else { Err(Error::UnknownConsent) }
    }

    /// The mock's time.
    pub fn now(&self) -> Timestamp {
        self.instance.now()
    }

    /// Turns the clock ahead, to the end of 2099 at most: sessions and tokens grow old at once, and recurrent links are
    /// brought up to date as often as they would have been. Pauses between retries do not shrink.
    pub fn advance_clock(&self, by: Duration) {
        self.instance.clock.advance(by);
        self.let_time_take_effect();
    }

    /// Turns the clock to that moment, from which it runs on, or at which it stands still if it did. To turn it back undoes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::ClockRange`].
    pub fn set_clock(&self, now: Timestamp) -> Result<(), Error> {
        self.instance.clock.set(now)?;
        self.let_time_take_effect();
        Ok(())
    }

    /// Stops the clock; it still moves when it is turned.
    pub fn freeze_clock(&self) {
        self.instance.clock.freeze(true);
    }

    /// Lets a frozen clock run on from where it stands.
    pub fn unfreeze_clock(&self) {
        self.instance.clock.freeze(false);
    }

    /// Turns the clock back to the machine's time, with which it runs on, also where it stood still.
    pub fn follow_machine_clock(&self) {
        self.instance.clock.follow_machine();
        self.let_time_take_effect();
    }

    /// So that its webhooks are on their way when the clock has been turned.
    fn let_time_take_effect(&self) {
        drop(self.instance.store());
    }

    /// Plays a fault: it strikes the calls it is meant for from now on. A status alone has the body that Belvo gives with
    /// it. Answers its number.
    ///
    /// # Errors
    /// [`Error::InvalidFault`].
    pub fn fault(&self, fault: Fault) -> Result<u64, Error> {
        self.instance.faults.arm(fault).map(|armed| armed.id)
    }

    /// The faults that still wait for calls.
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.instance.faults.snapshot()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.instance.faults.clear();
    }

    /// All webhooks so far, with every attempt, in the order in which they were made: the newest 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.instance.deliveries.snapshot()
    }

    /// One webhook, as it stands now.
    pub fn delivery(&self, id: u64) -> Option<Delivery> {
        self.instance.deliveries.get(id)
    }

    /// Waits until no webhook is to be sent or repeated.
    pub async fn settled(&self) {
        self.instance.deliveries.settled().await;
    }

    /// Sends a webhook again: the same bytes, in a delivery of its own, which is answered before its first attempt.
    ///
    /// # Errors
    /// [`Error::UnknownDelivery`]; [`Error::NoAddress`] where it had no address and no webhook is set.
    pub fn resend(&self, id: u64, resend: Resend) -> Result<Delivery, Error> {
        self.instance.resend(id, resend)
    }

    /// The console: pages that show what the mock knows, with buttons for what the control API does.
    pub fn console_url(&self) -> String {
        format!("{}/_mock/console", self.control_url())
    }

    /// The calls to one endpoint so far: `/api/links/`, `/api/links/{id}/`, `/api/*`.
    pub fn received(&self, method: Method, path: &str) -> Received {
        Received::new(method, path, self.received_requests())
    }

    /// Waits until there were that many calls to the endpoint, and answers them.
    pub async fn until_received(&self, method: Method, path: &str, count: usize) -> Received {
        Received::until(&self.instance.received, method, path, count).await
    }

    /// The calls to the API so far: the newest 10,000, fewer where their bodies are above 256 MiB together.
    pub fn received_requests(&self) -> Vec<ReceivedRequest> {
        self.instance.received.snapshot()
    }

    /// Members of requests that the documentation does not have; the same names at the same endpoint once.
    pub fn unknown_fields(&self) -> Vec<UnknownFields> {
        self.instance.store().unknown_fields.clone()
    }

    /// Writes the state file now, where there is one: what has happened so far survives whatever comes.
    ///
    /// # Errors
    /// [`Error::StateFile`].
    pub async fn save_state(&self) -> Result<(), Error> {
        let (file, mock) = (self.state_file.clone(), Arc::clone(&self.instance));
        state_file::apart(file, mock, StateFile::write).await.map_err(Error::StateFile)
    }

    /// Stops: takes no more calls, drops webhooks that wait for a retry, and waits until all of it has ended. With a state
    /// file, these are sent after the next start.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(SHUTDOWN, self.tasks.wait()).await.is_err() {
            tracing::debug!("a client holds its connection to the mock open");
        }
        let (file, mock) = (self.state_file.clone(), Arc::clone(&self.instance));
        // However long the disk takes: whoever starts another mock has the file by then.
        if let Err(error) = state_file::apart(file, mock, StateFile::close).await {
            tracing::error!(%error, "what the mock knows is not kept");
        }
    }
}

impl Drop for MockBelvo {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl fmt::Debug for MockBelvo {
    /// Without keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockBelvo").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}
