//! Plays cases. Knows those of several requests by their scene.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::sync::Barrier;

use super::bodies;
use super::cases::{Case, Play, wrong};
use super::exchange::{Answer, Exchange, NoAnswer};
use super::provider::{Provider, SIGNATURE};
use super::request::{Framing, Pace, Request};
use super::result::{CaseResult, Counted};
use super::verdict::{self, Judged, Verdict, Wanted};

/// How many reports come at the same moment.
const BURST: usize = 20;

/// A case of several requests, or of none.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scene {
    Https,
    DoubledSignature,
    CutOff(Framing),
    Twice,
    TwiceAtOnce,
    Disorder,
    Burst,
}

/// The sender and the receiver.
pub(super) struct Stage {
    pub(super) provider: Provider,
    pub(super) exchange: Exchange,
    /// The status that counts as 200.
    pub(super) success: u16,
}

/// A case that was played.
pub(super) struct Played {
    pub(super) result: CaseResult,
    /// The status, where it was one request to be accepted and was answered with a success.
    pub(super) success: Option<u16>,
    /// A connection was made.
    pub(super) reached: bool,
}

impl Stage {
    pub(super) async fn play(&self, case: &Case) -> Played {
        let (mut success, mut reached) = (None, true);
        let (judged, counted) = match &case.play {
            Play::Accepted { send, otherwise, advice } => {
                let answer = self.exchange.send(&send(&self.provider)).await;
                success = answer
                    .as_ref()
                    .ok()
                    .map(|answer| answer.status)
                    .filter(|status| (200..300).contains(status));
                reached = answer.as_ref().err().is_none_or(NoAnswer::reached);
                (self.accepted(&answer, case.sends, *otherwise, advice), None)
            }
            Play::Refused { send, consequence } => {
                let request = send(&self.provider);
                let answer = self.exchange.send(&request).await;
                let judged = verdict::refused(&answer, case.sends, Verdict::Fail, consequence);
                (judged, Some(Counted { id: request.id, expected: 0 }))
            }
            Play::Scene { scene, .. } => self.scene(*scene, case.sends).await,
        };
        Played { result: CaseResult::of(case, judged, counted), success, reached }
    }

    fn accepted(
        &self,
        answer: &Result<Answer, NoAnswer>,
        sent: &str,
        otherwise: Verdict,
        advice: &str,
    ) -> Judged {
        let (success, timeout) = (self.success, self.exchange.timeout);
        verdict::accepted(answer, &Wanted { sent, otherwise, advice, success, timeout })
    }

    async fn scene(&self, scene: Scene, sends: &str) -> (Judged, Option<Counted>) {
        let small = || bodies::small(&self.provider);
        match scene {
            Scene::Https => (self.https(), None),
            Scene::DoubledSignature => (self.doubled_signature(small(), sends).await, None),
            Scene::CutOff(framing) => {
                let request = small().framing(framing);
                let counted = Counted { id: request.id.clone(), expected: 1 };
                (self.cut_off(request).await, Some(counted))
            }
            Scene::Twice => {
                let request = small();
                let judged = [self.delivered(&request).await, self.delivered(&request).await];
                (Judged::worst(judged), Some(Counted { id: request.id, expected: 1 }))
            }
            Scene::TwiceAtOnce => {
                let request = small();
                let id = request.id.clone();
                (self.at_once(vec![request.clone(), request]).await, Some(Counted { id, expected: 1 }))
            }
            Scene::Disorder => (self.disorder(small()).await, None),
            Scene::Burst => (self.at_once((0..BURST).map(|_| small()).collect()).await, None),
        }
    }

    fn https(&self) -> Judged {
        let address = &self.exchange.address;
        if address.is_tls() {
            return Judged::new(Verdict::Pass, "the certificate is trusted and fits the host");
        }
        if address.is_loopback() {
            return Judged::skipped(
                "plain http is right on your own machine; register an https address with Klavi",
            );
        }
        Judged::new(
            Verdict::Warn,
            "the address is plain http, and everyone on the way can read the reports: serve https",
        )
    }

    async fn doubled_signature(&self, request: Request, sends: &str) -> Judged {
        let right = self.provider.signature(&request.body);
        let wrong = wrong(&right);
        let mut judged = Vec::new();
        for (first, second) in [(&right, &wrong), (&wrong, &right)] {
            let request = request.clone().with(SIGNATURE, first.as_str()).and(SIGNATURE, second.as_str());
            let answer = self.exchange.send(&request).await;
            judged.push(verdict::refused(
                &answer,
                sends,
                Verdict::Warn,
                "Klavi sends one, and a proxy and your application may read different ones. Refuse a repeated \
                 X-Klavi-Signature",
            ));
        }
        Judged::worst(judged)
    }

    async fn cut_off(&self, request: Request) -> Judged {
        if let Ok(Answer { status: 200..=299, .. }) = self.exchange.send(&request.clone().cut()).await {
            return Judged::new(
                Verdict::Fail,
                "answered 200 to half of a report: half of it may be stored, and the whole one dropped as a duplicate. Answer \
                 only after the body has arrived to its end",
            );
        }
        let answer = self.exchange.send(&request).await;
        self.accepted(
            &answer,
            "a report of which half had come before",
            Verdict::Fail,
            "the half must leave nothing behind. Remember an id only after the whole body was verified and stored",
        )
    }

    async fn at_once(&self, requests: Vec<Request>) -> Judged {
        let barrier = Arc::new(Barrier::new(requests.len()));
        let sent = requests.into_iter().map(|request| {
            let request = request.pace(Pace::Together(barrier.clone()));
            async move { self.delivered(&request).await }
        });
        Judged::worst(join_all(sent).await)
    }

    async fn disorder(&self, report: Request) -> Judged {
        let about = |name: &'static str| {
            bodies::events(&self.provider, &[(name, bodies::about_report(&self.provider, &report.id))])
        };
        let events = ["product_generated_success", "product_request_received", "link_created"].map(about);
        let mut judged = vec![self.delivered(&report).await];
        for event in &events {
            judged.push(self.delivered(event).await);
        }
        Judged::worst(judged)
    }

    /// One of several deliveries, each of which has to be answered with 200.
    async fn delivered(&self, request: &Request) -> Judged {
        self.accepted(
            &self.exchange.send(request).await,
            "one of several deliveries",
            Verdict::Fail,
            "deliveries come twice, at the same moment and in any order. Store each one, answer 200 to one that is stored \
             already, and connect them afterwards",
        )
    }
}
