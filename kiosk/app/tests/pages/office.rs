//! The pages of what staff do besides taking money, in their states.

use flow::*;
use ledger::{ApartCause, Paise};

/// A page, the words of its primary button with `{}` for the figure, and that figure.
pub struct Drawn {
    pub name: &'static str,
    pub page: Page,
    /// None where the page only waits, or each of its parts is a way on.
    pub primary: Option<&'static str>,
    pub figure: &'static str,
}

/// As long as the square of a close or an officer's word is.
const SQUARE_CHARACTERS: usize = 420;

/// As long as a square of a stream, and as that of an offer, is after its first word.
const STREAM_CHARACTERS: usize = 644;
const OFFER_CHARACTERS: usize = 270;

pub fn all() -> Vec<Drawn> {
    [work(), receipts(), hand_in(), receive(), instruments(), carrying(), settlement()]
        .into_iter()
        .flatten()
        .collect()
}

fn drawn(
    name: &'static str,
    page: Page,
    primary: impl Into<Option<&'static str>>,
    figure: &'static str,
) -> Drawn {
    Drawn { name, page, primary: primary.into(), figure }
}

fn work() -> Vec<Drawn> {
    use Task::*;
    let menu = |services: &[Tile], items: &[(Task, u32, bool)]| {
        let item = |&(id, count, late): &(Task, u32, bool)| MenuItem { id, count, late };
        Page::Menu(MenuPage {
            services: services.to_vec(),
            items: items.iter().map(item).collect(),
            carried: Paise::rupees(14_320),
            pack: PackNote { version: 3, standing: PackStanding::Refused(4) },
        })
    };
    let fee = Tile {
        id: "profession_tax".into(),
        title: "Profession tax".into(),
        help: "Pay the tax of half a year".into(),
        picture: "coins".into(),
        badge: "rupee".into(),
        works: Works::Offline,
    };
    let morning =
        [(Receipts, 0, false), (Float, 0, false), (EndDay, 0, false), (SignOut, 0, false)];
    let late = [
        (Receipts, 0, false),
        (Float, 0, false),
        (EndDay, 0, false),
        (Settle, 0, false),
        (HandIn, 2, true),
        (Receive, 0, false),
        (Notices, 3, false),
        (Apart, 2, false),
        (Carry, 2, false),
        (Printer, 0, false),
        (Practice, 0, false),
        (SignOut, 0, false),
    ];
    let float = |typed: &str| {
        Page::Float(FloatPage { typed: typed.into(), amount: Paise::parse(typed).ok() })
    };
    vec![
        drawn("30-menu", menu(&[], &morning), None, ""),
        drawn("30b-late", menu(&[], &late), None, ""),
        drawn("30c-services", menu(&[fee], &morning), None, ""),
        drawn("31-float", float(""), "Type an amount", ""),
        drawn("31b-float", float("500"), "Take {}", "₹500"),
        drawn("38-printer", printer(TestPrint::NotAsked), "Print a test slip", ""),
        drawn("38b-tested", printer(TestPrint::Printed), "Print a test slip", ""),
        drawn(
            "38c-jam",
            printer(TestPrint::NotStarted(PaperCause::Broken)),
            "Print a test slip",
            "",
        ),
    ]
}

fn printer(test: TestPrint) -> Page {
    Page::Printer(PrinterPage { state: PrinterState::Ready, test })
}

fn settlement() -> Vec<Drawn> {
    let page = |state, terminal: Option<(u32, i64)>, rows| {
        Page::Settlement(SettlementPage {
            state,
            here: 12,
            here_sum: Paise::rupees(14_208),
            terminal: terminal.map(|(count, _)| count),
            terminal_sum: terminal.map(|(_, sum)| Paise::rupees(sum)),
            rows,
        })
    };
    let row = |side, number: &str, rupees: Option<i64>, date: &str| SettlementRow {
        side,
        number: number.into(),
        amount: rupees.map(Paise::rupees),
        date: date.into(),
    };
    let rows = vec![
        row(Unmatched::Here, "G0802-26-C1-00416-K", Some(1_184), "14-08-2026"),
        row(Unmatched::Terminal, "118", Some(250), ""),
        row(Unmatched::Terminal, "121", None, ""),
        row(Unmatched::Unclear, "G0802W0007S00000417", Some(1_184), ""),
    ];
    use SettlementState::*;
    vec![
        drawn("46-settle", page(Ready, None, Vec::new()), "Close the reader's day", ""),
        drawn("46b-asking", page(Asking, None, Vec::new()), None, ""),
        drawn("46c-agrees", page(Agrees, Some((12, 14_208)), Vec::new()), "Back to the menu", ""),
        drawn("46d-differs", page(Differs, Some((13, 14_458)), rows), "Back to the menu", ""),
        drawn("46e-away", page(NotReached, None, Vec::new()), "Ask the reader again", ""),
    ]
}

fn row(id: u32, place: &str, rupees: i64, mode: Mode, cancelled: bool) -> ReceiptRow {
    ReceiptRow {
        id: id.to_string(),
        number: format!("G0802-26-C1-{id:05}-K"),
        place: place.into(),
        amount: Paise::rupees(rupees),
        mode,
        date: "14-08-2026".into(),
        at: "10:42".into(),
        cancelled,
        at_office: if id % 5 == 0 { AtOffice::Waiting } else { AtOffice::There },
    }
}

/// What the office keeps apart, and what came of it.
fn apart() -> Vec<ApartRow> {
    let of = |id: u32, kind, place: &str, cause, came_of_it| ApartRow {
        id: id.to_string(),
        kind,
        number: format!("G0802-26-C1-{id:05}-K"),
        place: place.into(),
        amount: (kind == ApartKind::Receipt).then_some(Paise::rupees(1_184)),
        date: "14-08-2026".into(),
        cause,
        came_of_it,
        said: "building 99 is of ward 8, which is not among this device's wards".into(),
    };
    vec![
        of(416, ApartKind::Receipt, "12/345", ApartCause::Ward, CameOfIt::Open),
        of(417, ApartKind::Visit, "12/350", ApartCause::Other, CameOfIt::Rejected),
        of(420, ApartKind::DayEnd, "", ApartCause::Count, CameOfIt::Accepted),
        of(431, ApartKind::Receipt, "12/351", ApartCause::Bank, CameOfIt::Returned),
    ]
}

fn rows() -> Vec<ReceiptRow> {
    let places = ["12/345", "12/346", "Behind the mill, Kizhakkeppadi", "12/350", "12/351"];
    let modes = [Mode::Cash, Mode::Cheque, Mode::Cash, Mode::Upi, Mode::Card];
    let rows = places.into_iter().cycle().zip(modes.into_iter().cycle()).zip(0..12);
    rows.map(|((place, mode), nth)| row(416 - nth, place, 1_184, mode, nth == 1)).collect()
}

fn receipts() -> Vec<Drawn> {
    let list =
        |receipts| Page::Receipts(ReceiptsPage { typed: "12/3".into(), can_scan: true, receipts });
    let one = |cannot_cancel, reprint, cancelled| {
        Page::Receipt(ReceiptPage {
            receipt: row(416, "12/345", 1_184, Mode::Cash, cancelled),
            payer: "Lakshmi R.".into(),
            collector: Some("Beena K.".into()),
            cannot_cancel,
            reprint,
            apart: None,
        })
    };
    let certify = "Print a certificate, for a payer who lost the receipt";
    let cancel = |reason: &str, chosen: Option<&str>, pin_digits, tries_left| {
        let second = |(id, name): (&str, &str)| StaffChoice { id: id.into(), name: name.into() };
        Page::Cancel(CancelPage {
            receipt: row(416, "12/345", 1_184, Mode::Cash, false),
            reason: reason.into(),
            seconds: [("2", "Mohanan P. V."), ("3", "Aysha Beevi")].map(second).to_vec(),
            chosen: chosen.map(str::to_owned),
            pin_digits,
            tries_left,
        })
    };
    let why = "The amount was wrong";
    let sign = "Cancel {}, prints a slip";
    vec![
        drawn("32-receipts", list(rows()), None, ""),
        drawn("32b-none", list(Vec::new()), None, ""),
        drawn("33-receipt", one(None, Reprint::Certificate, false), certify, ""),
        drawn(
            "33b-later",
            one(Some(CannotCancel::LaterOne), Reprint::Duplicate, false),
            "Print a copy, for a payer who lost the receipt",
            "",
        ),
        drawn("33c-gone", one(Some(CannotCancel::Cancelled), Reprint::None, true), None, ""),
        drawn("33d-apart", kept_apart(), certify, ""),
        drawn("34-cancel", cancel("", None, 0, 5), why, ""),
        drawn("34b-who", cancel(why, None, 0, 5), sign, "₹1,184"),
        drawn("34c-pin", cancel(why, Some("2"), 0, 5), sign, "₹1,184"),
        drawn("34d-barred", cancel(why, Some("2"), 0, 0), sign, "₹1,184"),
        drawn("35-notices", notices(), None, ""),
        drawn("36-apart", Page::Apart(ApartPage { rows: apart() }), None, ""),
        drawn("36b-nothing", Page::Apart(ApartPage { rows: Vec::new() }), None, ""),
        drawn("35b-told", Page::Notices(NoticesPage { notices: Vec::new() }), None, ""),
    ]
}

fn carrying() -> Vec<Drawn> {
    let carry = |stage, brought| Page::Carry(CarryPage { stage, brought });
    let ways = vec![Way::Stick, Way::Nearby, Way::Squares, Way::Others];
    let choose = CarryStage::Choose(CarryChoice { to_send: 38, ways, others: 2, read: None });
    let brought = Some(Brought {
        acknowledged: 38,
        houses: 0,
        apart: 1,
        all: true,
        refused: false,
        more: true,
    });
    let squares = |for_device: Option<&str>, read| {
        CarryStage::Squares(SquaresShown {
            for_device: for_device.map(str::to_owned),
            code: Some(format!("PADI1:{}", "A".repeat(STREAM_CHARACTERS))),
            place: 7,
            of: 27,
            can_scan: for_device.is_none(),
            read,
        })
    };
    let row = |id: &str, device: &str, state| ErrandRow {
        id: id.into(),
        device: device.into(),
        at: "14-08-2026 10:42".into(),
        state,
    };
    let rows = vec![
        row("3", "collector-3", ErrandState::Answered),
        row("4", "karmasena-12", ErrandState::Waiting),
        row("5", "collector-4", ErrandState::Refused("This device is not registered.".into())),
    ];
    let others = |door, rows: &[ErrandRow], taken: Option<&str>| {
        CarryStage::Others(OthersPage {
            door,
            can_scan: true,
            rows: rows.to_vec(),
            read: (taken.is_none()).then_some(SquaresRead { read: 5, of: 18 }),
            taken: taken.map(str::to_owned),
        })
    };
    let open = Door::Open(format!("PADI1-NEAR:{}", "A".repeat(OFFER_CHARACTERS)));
    let part = Some(SquaresRead { read: 5, of: 18 });
    let again = "The stick is in";
    let written = StickState::Written { others: 2, failed: 1 };
    vec![
        drawn("38-carry", carry(choose, None), None, ""),
        drawn("38b-stick", carry(CarryStage::Stick(written), brought), again, ""),
        drawn("38c-none", carry(CarryStage::Stick(StickState::NothingLeft), brought), again, ""),
        drawn("38d-failed", carry(CarryStage::Stick(StickState::Failed), None), again, ""),
        drawn("39-nearby", carry(CarryStage::Nearby(CallState::Scan), None), None, ""),
        drawn("39b-there", carry(CarryStage::Nearby(CallState::HandedOver), None), None, ""),
        drawn("39c-left", carry(CarryStage::Nearby(CallState::LeftThere), None), None, ""),
        drawn("39d-came", carry(CarryStage::Nearby(CallState::Answered), brought), None, ""),
        drawn("40-squares", carry(squares(None, part), None), None, ""),
        drawn("40b-reply", carry(squares(Some("collector-3"), None), None), None, ""),
        drawn("41-others", carry(others(open, &rows, Some("collector-4")), None), None, ""),
        drawn("41b-alone", carry(others(Door::NoNetwork, &[], None), None), None, ""),
        drawn("41c-remove", carry(CarryStage::Remove(rows[2].clone()), None), "Remove them", ""),
    ]
}

fn kept_apart() -> Page {
    Page::Receipt(ReceiptPage {
        receipt: ReceiptRow {
            at_office: AtOffice::Apart(CameOfIt::Open),
            ..row(416, "12/345", 1_184, Mode::Cash, false)
        },
        payer: "Lakshmi R.".into(),
        collector: Some("Beena K.".into()),
        cannot_cancel: None,
        reprint: Reprint::Certificate,
        apart: apart().into_iter().next(),
    })
}

fn notices() -> Page {
    let notice = |id: u32, kind, place: &str, rupees| NoticeRow {
        id: id.to_string(),
        kind,
        number: format!("G0802-26-C1-{id:05}-K"),
        place: place.into(),
        amount: Paise::rupees(rupees),
    };
    Page::Notices(NoticesPage {
        notices: vec![
            notice(391, NoticeKind::Excess, "12/345", 216),
            notice(402, NoticeKind::Dishonoured, "12/350", 1_470),
            notice(403, NoticeKind::Returned, "12/351", 640),
            notice(405, NoticeKind::Excess, "Behind the mill, Kizhakkeppadi", 500),
        ],
    })
}

fn closes() -> Vec<CloseRow> {
    let close = |id: &str, day: &str, rupees, instruments, by: &str, late| CloseRow {
        id: id.into(),
        day: day.into(),
        counted: Paise::rupees(rupees),
        instruments,
        by: Some(by.into()),
        late,
    };
    vec![
        close("812", "12-08-2026", 9_860, 0, "13-08-2026", true),
        close("907", "14-08-2026", 14_320, 2, "17-08-2026", false),
    ]
}

fn square() -> Option<String> {
    Some("7Q2MK9XA4C".chars().cycle().take(SQUARE_CHARACTERS).collect())
}

fn hand_in() -> Vec<Drawn> {
    let page = |closes, chosen: Option<&str>, can_scan| {
        let code = chosen.and_then(|_| square());
        let chosen = chosen.map(str::to_owned);
        Page::HandIn(HandInPage { closes, chosen, code, can_scan })
    };
    let one = closes().split_off(1);
    vec![
        drawn("36-hand-in", page(closes(), None, true), None, ""),
        drawn("36b-square", page(one, Some("907"), true), None, ""),
        drawn("36c-of-two", page(closes(), Some("812"), false), "Another day", ""),
        drawn("36d-done", page(Vec::new(), None, true), None, ""),
    ]
}

fn receive() -> Vec<Drawn> {
    let page = |here, can_scan, of| Page::Receive(ReceivePage { here, can_scan, of });
    let of = |typed: &str, difference: Option<i64>| {
        Some(ReceiveOf {
            collector: "Beena K.".into(),
            device: "C1".into(),
            day: "14-08-2026".into(),
            receipts: 23,
            claimed: Paise::rupees(14_320),
            instruments: 2,
            typed: typed.into(),
            counted: Paise::parse(typed).ok(),
            difference: difference.map(Paise::rupees),
            reason: String::new(),
        })
    };
    let received = |paper, code| {
        let (collector, counted) = ("Beena K.".into(), Paise::rupees(14_320));
        Page::Received(ReceivedPage { collector, counted, paper, code })
    };
    let take = "Receive {}, prints a slip";
    vec![
        drawn("37-receive", page(closes(), true, None), None, ""),
        drawn("37b-scan", page(Vec::new(), true, None), None, ""),
        drawn(
            "37c-count",
            page(Vec::new(), true, of("", None)),
            "Type an amount, prints a slip",
            "",
        ),
        drawn("37d-counted", page(Vec::new(), true, of("14320", None)), take, "₹14,320"),
        drawn("37e-differs", page(Vec::new(), true, of("14220", Some(-100))), take, "₹14,220"),
        drawn("37f-agrees", page(Vec::new(), true, of("14320", Some(0))), take, "₹14,320"),
        drawn("38-received", received(Paper::Printed, square()), "Finish", ""),
        drawn("38b-here", received(Paper::Later, None), "Finish", ""),
    ]
}

fn instruments() -> Vec<Drawn> {
    let page = |mode, number: &str, bank: &str, dated: &str| {
        Page::Instrument(InstrumentPage {
            place: Place {
                number: "12/345".into(),
                ward: 7,
                ward_name: "Kizhakkeppadi".into(),
                owner: "Lakshmi R.".into(),
            },
            amount: Paise::rupees(1_184),
            mode,
            number: number.into(),
            bank: bank.into(),
            dated: dated.into(),
        })
    };
    let cheque = page(Mode::Cheque, "", "", "");
    let draft = page(Mode::DemandDraft, "004217", "State Bank of India", "12-08-2026");
    vec![
        drawn("39-cheque", cheque, "Type all three", ""),
        drawn("39b-draft", draft, "Take {}, prints a receipt", "₹1,184"),
    ]
}
