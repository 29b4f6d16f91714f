//! A device's requests that came at once, because somebody carried them: each is answered as if the
//! device had taken the answers before it. The office seals all of the answers for the device, and
//! signs them together.

use std::time::Duration;

use ledger::sha256;
use replica::{Answer, Parcel, REQUESTS_MAX, Replies, Reply, SignedReplies, SignedRequest};
use thiserror::Error;

use crate::api::{Centre, Denied, ReadTo};
use crate::time::now_ms;

/// The pause before a request is tried again while the centre is busy.
const PAUSE: Duration = Duration::from_secs(1);

/// How much is answered at once.
#[derive(Clone, Copy, Debug)]
pub struct Answering {
    /// So many bytes of answers are enough: what the device still lacks comes the next time.
    pub bytes_enough: usize,
    /// How often a request is tried again while the centre is busy.
    pub tries_again: u32,
}

/// Why a parcel was not taken as a whole. Requests are counted from one.
#[derive(Debug, Error)]
pub enum NotWhole {
    #[error("its request {0} is of another device than it says")]
    OtherDevice(usize),
    #[error("its request {0} is damaged: carry it anew")]
    Damaged(usize),
    #[error("its request {0} was turned away: {sentence}", sentence = .1.sentence())]
    Denied(usize, Denied),
}

impl NotWhole {
    /// The same parcel may be taken as a whole in some seconds.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Denied(_, denied) if denied.is_busy())
    }
}

/// What became of a parcel.
pub struct Answered {
    /// What goes back, the last of its answers beside it; none where the first request was refused.
    pub replies: Option<(SignedReplies, Answer)>,
    pub not_whole: Option<NotWhole>,
}

/// Takes a parcel's requests in their order, up to the first that is turned away: what follows it
/// would only lack what came before. Whatever was taken is answered.
pub async fn answered(centre: &Centre, parcel: &Parcel, how: Answering) -> Answered {
    let mut replies = Replies { to: parcel.writer, replies: Vec::new() };
    let (last, not_whole) = match answers(centre, parcel, how, &mut replies.replies).await {
        Ok(last) => (last, None),
        Err((why, last)) => (last, Some(why)),
    };
    let Some(last) = last else { return Answered { replies: None, not_whole } };
    let taken = replies.replies.len();
    match centre.sealed(&replies).await {
        Ok(signed) => Answered { replies: Some((signed, last)), not_whole },
        Err(denied) => Answered { replies: None, not_whole: Some(NotWhole::Denied(taken, denied)) },
    }
}

/// The answers, and the last of them also where a request was turned away.
async fn answers(
    centre: &Centre,
    parcel: &Parcel,
    how: Answering,
    replies: &mut Vec<Reply>,
) -> Result<Option<Answer>, (NotWhole, Option<Answer>)> {
    let mut last: Option<Answer> = None;
    let mut bytes = 0;
    for (number, request) in (1..).zip(&parcel.requests) {
        loop {
            let read_to = last.as_ref().map(|last| ReadTo {
                office: last.office_to,
                register: last.register_to,
                records: last.records.as_ref().map(|records| records.to),
            });
            match one(centre, parcel, (number, request), read_to, how.tries_again).await {
                Err(why) => return Err((why, last)),
                Ok((reply, answer)) => {
                    bytes += reply.answer.len();
                    replies.push(reply);
                    last = Some(answer);
                }
            }
            let is_last = number == parcel.requests.len();
            let more = is_last && last.as_ref().is_some_and(|last| last.more);
            let enough = bytes > how.bytes_enough || replies.len() == REQUESTS_MAX;
            if enough {
                return Ok(last);
            }
            if !more {
                break;
            }
        }
    }
    Ok(last)
}

async fn one(
    centre: &Centre,
    parcel: &Parcel,
    (number, request): (usize, &[u8]),
    read_to: Option<ReadTo>,
    tries_again: u32,
) -> Result<(Reply, Answer), NotWhole> {
    let signed = SignedRequest::read(request).map_err(|_| NotWhole::Damaged(number))?;
    if signed.writer != parcel.writer {
        return Err(NotWhole::OtherDevice(number));
    }
    let mut tries = 0;
    let answer = loop {
        match centre.exchange_carried(request, read_to, now_ms()).await {
            Ok(answer) => break answer,
            Err(busy) if busy.is_busy() && tries < tries_again => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(denied) => return Err(NotWhole::Denied(number, denied)),
        }
    };
    let read = Answer::read(&answer).map_err(|_| NotWhole::Damaged(number))?;
    Ok((Reply { request: sha256(&signed.body), answer: answer.into() }, read))
}
