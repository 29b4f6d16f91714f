//! Pictures of houses: taken from the camera when somebody asks, kept when it is said of which
//! house they are, and sent when nothing else is to be.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use devices::{Camera, CameraFault, FolderCamera, Picture, PortAddress};
use flow::{Event, NoPicture, PICTURES_BYTES_MAX, World};
use ledger::{FieldValue, Moment, Pack, PhotoHash};
use node::{Backoff, EditError, LinkFault, PhotoLimits, PhotoRefused, PhotoTaken, Store};

use super::{Desk, looking};
use crate::bench::StillCamera;
use crate::config::{DeviceConfig, DeviceKind};
use crate::setup::Setup;

/// Pictures that were taken and are not said yet: a page has no more fields.
const TAKEN_MAX: usize = 8;

/// How long a centre that turned a photo away is sent none, milliseconds.
const PAUSE_MS: u64 = 60 * 60 * 1_000;

pub(super) struct Photos {
    camera: Option<Box<dyn Camera>>,
    limits: PhotoLimits,
    /// The newest last.
    taken: Vec<(PhotoHash, Vec<u8>)>,
    /// The centre answered last time: only then is it worth its while to send a picture.
    pub may_send: bool,
    /// A piece is under way.
    is_sending: bool,
    /// Nothing is sent until the monotonic clock is there.
    paused_to_ms: u64,
    backoff: Backoff,
}

impl Photos {
    pub fn of(setup: &Setup) -> Self {
        Self {
            camera: camera(&setup.config.devices),
            limits: limits(&setup.pack),
            taken: Vec::new(),
            may_send: false,
            is_sending: false,
            paused_to_ms: 0,
            backoff: Backoff::new(u64::from(setup.provision.writer.0)),
        }
    }

    /// A newer pack may have other limits.
    pub const fn go_by(&mut self, pack: &Pack) {
        self.limits = limits(pack);
    }

    /// Whether it was a piece of a photo that came to nothing. Photos then wait for a while, longer
    /// each time, and the line is as good as before: whether it is down is found out by the books.
    pub fn failed(&mut self, why: &LinkFault, retry_after_ms: Option<u64>, now_ms: u64) -> bool {
        if !std::mem::take(&mut self.is_sending) {
            return false;
        }
        tracing::warn!(error = why as &dyn std::error::Error, "a photo did not get through");
        let pause_ms = match why {
            // An older centre has no place for photos, and nothing soon changes that.
            LinkFault::Refused { status: 404 | 405, .. } => PAUSE_MS,
            _ => self.backoff.failed(retry_after_ms),
        };
        self.paused_to_ms = now_ms.saturating_add(pause_ms);
        true
    }

    /// The camera's newest picture since a time, where the books would take it.
    fn take(
        &mut self,
        since: SystemTime,
        store: &Store,
        now: Moment,
    ) -> Result<(PhotoHash, SystemTime), NoPicture> {
        let Picture { bytes, made } = self.newest(since, self.limits.bytes_max)?;
        let photo = store.check_photo(&bytes, self.limits, now).map_err(|refused| {
            tracing::warn!(error = &refused as &dyn std::error::Error, "no picture");
            match refused {
                PhotoRefused::TooLarge { max, .. } => NoPicture::TooLarge(max),
                PhotoRefused::DayFull { .. } => NoPicture::DayFull,
                PhotoRefused::Fault(_)
                | PhotoRefused::DiskFull
                | PhotoRefused::File(_)
                | PhotoRefused::Store(_) => NoPicture::Unreadable,
            }
        })?;
        self.taken.retain(|(other, _)| *other != photo);
        if self.taken.len() == TAKEN_MAX {
            self.taken.remove(0);
        }
        self.taken.push((photo, bytes));
        Ok((photo, made))
    }

    /// The camera's newest picture since a time.
    fn newest(&mut self, since: SystemTime, bytes_max: u32) -> Result<Picture, NoPicture> {
        let camera = self.camera.as_mut().ok_or(NoPicture::NoCamera)?;
        let newest = camera.newest(since, u64::from(bytes_max)).map_err(|fault| {
            tracing::warn!(error = &fault as &dyn std::error::Error, "no picture");
            match fault {
                CameraFault::Away(..)
                | CameraFault::Crowded
                | CameraFault::Gone(_)
                | CameraFault::Silent => NoPicture::NoCamera,
                CameraFault::TooLarge(_) => NoPicture::TooLarge(bytes_max),
                CameraFault::Growing | CameraFault::Dark => NoPicture::Unreadable,
            }
        });
        newest?.ok_or(NoPicture::NoneSince)
    }

    /// The same for a question of a form: it is nowhere but in what comes back.
    fn show(&mut self, since: SystemTime) -> Result<(flow::Picture, SystemTime), NoPicture> {
        let most = u32::try_from(PICTURES_BYTES_MAX).unwrap_or(u32::MAX);
        let Picture { bytes, made } = self.newest(since, self.limits.bytes_max.min(most))?;
        let picture = flow::Picture::of(&bytes).map_err(|fault| {
            tracing::warn!(error = &fault as &dyn std::error::Error, "no picture");
            NoPicture::Unreadable
        });
        Ok((picture?, made))
    }

    /// Where a photo is said, its file comes into the books before what names it.
    pub fn keep_said(
        &mut self,
        value: &FieldValue,
        store: &mut Store,
        now: Moment,
    ) -> Result<(), EditError> {
        let FieldValue::Photo(photo) = value else { return Ok(()) };
        let Some((_, bytes)) = self.taken.iter().find(|(taken, _)| taken == photo) else {
            return Ok(());
        };
        store.add_photo(bytes, self.limits, now).map_err(|refused| match refused {
            PhotoRefused::DiskFull => EditError::Full,
            PhotoRefused::Store(error) => EditError::Store(error),
            refused => {
                tracing::error!(error = &refused as &dyn std::error::Error, "no photo is kept");
                EditError::NoPhoto
            }
        })?;
        self.taken.retain(|(taken, _)| taken != photo);
        Ok(())
    }
}

/// The folder of a camera's own program, where there is one: whoever set it up takes pictures with
/// that. Without one, pictures are taken through the camera that reads codes.
fn camera(devices: &[DeviceConfig]) -> Option<Box<dyn Camera>> {
    let folder = devices.iter().find_map(|device| match (device.kind, &device.port) {
        (DeviceKind::CameraFolder, PortAddress::File { path }) => Some(path),
        _ => None,
    });
    match folder {
        Some(folder) => Some(Box::new(FolderCamera::new(folder))),
        None => Some(Box::new(StillCamera::new(devices.iter().find_map(looking::camera)?))),
    }
}

fn time_of(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

fn ms_of(time: SystemTime) -> i64 {
    let ms = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    i64::try_from(ms).unwrap_or(i64::MAX)
}

const fn limits(pack: &Pack) -> PhotoLimits {
    let limits = &pack.limits;
    PhotoLimits { bytes_max: limits.photo_bytes_max, bytes_a_day: limits.photo_bytes_a_day }
}

impl Desk {
    pub(super) fn take_picture(&mut self, field: String, since_ms: i64) {
        let now = self.now();
        let taken = self.photos.take(time_of(since_ms), &self.seat.lending.store, now);
        let world = match taken {
            Ok((photo, made)) => World::PictureTaken { field, photo, at_ms: ms_of(made), since_ms },
            Err(why) => World::NoPicture(why),
        };
        self.take(Event::World(world));
    }

    pub(super) fn photograph(&mut self, question: String, since_ms: i64) {
        let world = match self.photos.show(time_of(since_ms)) {
            Ok((picture, made)) => {
                World::Photographed { question, picture, at_ms: ms_of(made), since_ms }
            }
            Err(why) => World::NoPicture(why),
        };
        self.take(Event::World(world));
    }

    /// A piece came to nothing: after one that the line did not carry shorter ones go out; one that
    /// the office itself cannot take now is put off, and others are sent meanwhile.
    pub(super) fn photo_failed(&mut self, why: &LinkFault) {
        self.own_turn_next();
        if why.is_of_the_length() {
            self.own().lending.store.photo_piece_lost();
        }
        if let LinkFault::Refused { status: 500, .. } = why {
            let now = self.now();
            self.own().lending.store.put_photo_off(now);
        }
    }

    /// The next piece of a photo, while nothing else is due and the centre answers.
    pub(super) fn send_photo_when_due(&mut self) {
        let now = self.now();
        if self.sending || !self.photos.may_send || now.mono_ms < self.photos.paused_to_ms {
            return;
        }
        if self.own().flow.waits_for_the_bank() {
            return;
        }
        match self.own().lending.store.next_photo_piece(now) {
            Ok(None) => {}
            Ok(Some(piece)) => {
                self.sending = self.link.send_photo(piece).is_ok();
                self.photos.is_sending = self.sending;
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no photo can be sent");
                self.photos.may_send = false;
            }
        }
    }

    pub(super) fn take_photo_answer(&mut self, message: &[u8]) {
        self.photos.is_sending = false;
        self.own_turn_next();
        let now = self.now();
        let taken = self.own().lending.store.take_photo_answer(message, now);
        if taken.is_ok() {
            self.photos.backoff.succeeded();
        }
        match taken {
            Ok(PhotoTaken::Whole(photo)) => tracing::info!(%photo, "the office has a photo"),
            Ok(PhotoTaken::Refused(photo, why)) => {
                tracing::warn!(%photo, %why, "the office does not take a photo");
            }
            Ok(PhotoTaken::GoesOn | PhotoTaken::Late) => {}
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the centre's word on a photo is not believed"
                );
                let pause_ms = self.photos.backoff.failed(None);
                self.photos.paused_to_ms = now.mono_ms.saturating_add(pause_ms);
            }
        }
    }
}
