//! A channel with many messages under way, and which confirmation is whose.
//!
//! lapin hands a returned message over with the next confirmation of the channel, whichever that is. The server returns a
//! message before it confirms it. So one task awaits all confirmations of a channel: once it has seen one, it first takes
//! every other that is there, and only then decides. Which message was returned is told by its id.

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable, LongString, ShortString};
use lapin::{BasicProperties, Channel, Confirmation};
use tokio::sync::{mpsc, oneshot};

use crate::publish::Message;

/// How many messages are under way on one channel. When the server closes a channel, all of them fail.
pub(super) const UNDER_WAY: usize = 64;

/// The delivery mode of messages that outlive the server.
const PERSISTENT: u8 = 2;

/// A message to be published, and where to tell what became of it.
pub(super) struct Job {
    pub(super) exchange: String,
    pub(super) key: String,
    pub(super) message: Message,
    pub(super) told: oneshot::Sender<lapin::Result<Answer>>,
}

/// What the server said of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Taken,
    /// A limit of the queue, or a queue that has failed.
    Refused,
    /// No queue takes it.
    Returned,
    /// The channel has no confirmations.
    Unconfirmed,
}

/// A message whose confirmation has come.
struct Confirmed {
    id: String,
    told: oneshot::Sender<lapin::Result<Answer>>,
    confirmation: lapin::Result<Confirmation>,
}

/// Starts a lane on a channel that confirms. It ends with the channel, or when nothing can be sent to it any more.
pub(super) fn start(channel: Channel) -> mpsc::Sender<Job> {
    let (jobs, received) = mpsc::channel(UNDER_WAY);
    tokio::spawn(run(channel, received));
    jobs
}

async fn run(channel: Channel, mut jobs: mpsc::Receiver<Job>) {
    let mut under_way = FuturesUnordered::new();
    // Ids of messages that were returned, and are not confirmed yet.
    let mut returned: Vec<String> = Vec::new();
    while channel.status().connected() {
        tokio::select! {
            biased;
            Some(first) = under_way.next(), if !under_way.is_empty() => {
                let mut confirmed: Vec<Confirmed> = vec![first];
                while let Some(Some(next)) = under_way.next().now_or_never() {
                    confirmed.push(next);
                }
                tell(confirmed, &mut returned);
            }
            job = jobs.recv(), if under_way.len() < UNDER_WAY => match job {
                Some(job) => under_way.push(publish(&channel, job)),
                // The connection is given up, and who waits with it.
                None => return,
            },
        }
    }
    // All of them have failed with the channel.
    while let Some(failed) = under_way.next().await {
        failed.tell(&mut returned);
    }
}

/// Tells what became of messages whose confirmations came together. `returned` keeps what is confirmed later.
fn tell(confirmed: Vec<Confirmed>, returned: &mut Vec<String>) {
    returned.extend(confirmed.iter().filter_map(Confirmed::returned));
    confirmed.into_iter().for_each(|one| one.tell(returned));
}

async fn publish(channel: &Channel, job: Job) -> Confirmed {
    let Job { exchange, key, message, told } = job;
    let mut headers = FieldTable::default();
    for (name, value) in &message.headers {
        let Ok(name) = ShortString::try_new(&**name) else { continue };
        headers.insert(name, AMQPValue::LongString(LongString::from(value.as_bytes())));
    }
    let properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_message_id(message.id.as_str().into())
        .with_content_type("application/json".into())
        .with_headers(headers);
    let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
    let published = channel.basic_publish(exchange.into(), key.into(), options, &message.body, properties);
    let confirmation = async { published.await?.await };
    Confirmed { confirmation: confirmation.await, id: message.id, told }
}

impl Confirmed {
    /// The id of the message that came back with this confirmation, which need not be its own.
    fn returned(&self) -> Option<String> {
        match &self.confirmation {
            Ok(Confirmation::Ack(Some(message)) | Confirmation::Nack(Some(message))) => {
                message.delivery.properties.message_id().as_ref().map(ToString::to_string)
            }
            _ => None,
        }
    }

    fn tell(self, returned: &mut Vec<String>) {
        // Two messages of one id are one: if only one of them was returned, the other is there.
        let own = returned.iter().position(|id| *id == self.id).map(|place| returned.swap_remove(place));
        let answer = self.confirmation.map(|confirmation| match confirmation {
            _ if own.is_some() => Answer::Returned,
            Confirmation::Ack(_) => Answer::Taken,
            Confirmation::Nack(_) => Answer::Refused,
            Confirmation::NotRequested => Answer::Unconfirmed,
        });
        // Nobody waits any more where it took too long.
        let _ = self.told.send(answer);
    }
}

#[cfg(test)]
mod tests {
    use lapin::message::{BasicReturnMessage, Delivery};

    use super::*;

    type Told = oneshot::Receiver<lapin::Result<Answer>>;

    fn confirmed(id: &str, brings: Option<&str>) -> (Confirmed, Told) {
        let (told, answer) = oneshot::channel();
        let returned = brings.map(|id| {
            let mut delivery = Delivery::mock(0, "".into(), "".into(), false, Vec::new());
            delivery.properties = BasicProperties::default().with_message_id(id.into());
            BasicReturnMessage { delivery, reply_code: 312, reply_text: "NO_ROUTE".into() }
        });
        (Confirmed { id: id.to_owned(), told, confirmation: Ok(Confirmation::Ack(returned)) }, answer)
    }

    fn answers(told: Vec<Told>) -> Vec<Answer> {
        told.into_iter().map(|mut told| told.try_recv().unwrap().unwrap()).collect()
    }

    #[test]
    fn a_returned_message_is_told_to_who_published_it_whichever_confirmation_brings_it() {
        let mut returned = Vec::new();
        let (batch, told): (Vec<_>, Vec<_>) =
            [confirmed("b", None), confirmed("a", Some("b")), confirmed("c", Some("d"))].into_iter().unzip();
        tell(batch, &mut returned);
        assert_eq!(answers(told), [Answer::Returned, Answer::Taken, Answer::Taken]);
        // Its confirmation comes later.
        let (batch, told): (Vec<_>, Vec<_>) =
            [confirmed("d", None), confirmed("e", None)].into_iter().unzip();
        tell(batch, &mut returned);
        assert_eq!(answers(told), [Answer::Returned, Answer::Taken]);
        assert!(returned.is_empty());
    }
}
