//! A screen for each page, with the figures of the mock-ups: 600 + 30 + 24 + 600 + 30 − 100 =
//! 1,184.

use flow::*;
use ledger::{Language, Paise, SlipKind};

use crate::booking::of_many_services;
use crate::finding::{find, found, viewfinder};
use crate::{bill, booking, earlier, form, group, office};

pub struct Sample {
    pub name: &'static str,
    pub screen: Screen,
    /// The words of its primary button, with `{}` for the figure.
    pub primary: Option<&'static str>,
    pub figure: &'static str,
}

pub struct Raster {
    pub rows: u32,
    pub bits: Vec<u8>,
}

/// A slip in outline: a black head, lines of text, a rule.
pub fn slip() -> Raster {
    let rows = 900;
    let bits = (0..rows * 48)
        .map(|place: u32| {
            let (row, byte) = (place / 48, place % 48);
            let edge = !(1..47).contains(&byte);
            let head = (60..110).contains(&row) && !edge;
            let line = row > 130 && row % 37 < 20 && !edge && byte % 7 < 4 + row / 37 % 3;
            if head {
                0xff
            } else if line {
                0b0110_1101
            } else {
                0
            }
        })
        .collect();
    Raster { rows, bits }
}

pub fn all(language: Language) -> Vec<Sample> {
    let page = |name, page, step, primary: Option<&'static str>, figure| Sample {
        name,
        screen: Screen { frame: frame(language, step), page },
        primary,
        figure,
    };
    let step = |now| Some(Step { now, of: 4 });
    let mut samples = vec![
        page("01-home", Page::Home(home(language)), None, None, ""),
        page("02-find", Page::Find(find(vec![])), step(1), Some("Find it"), ""),
        page("03-demand", Page::Demand(demand(language)), step(2), Some("Continue to pay"), ""),
        page("04-pay", Page::Pay(pay()), step(3), Some("Pay {} by UPI"), "₹1,184"),
        page("05-amount", Page::Amount(amount()), step(3), Some("Continue with {}"), "₹1,400"),
        page("06-upi", Page::Upi(upi()), step(4), Some("I have paid: check now"), ""),
        page("07-card", Page::Card(card(CardState::Waiting)), step(4), None, ""),
        page(
            "07b-declined",
            Page::Card(card(CardState::Declined)),
            step(4),
            Some("Choose how to pay"),
            "",
        ),
        page(
            "08-cash",
            Page::Cash(cash()),
            step(4),
            Some("Take {} in cash, prints a receipt"),
            "₹1,184",
        ),
        page("09-printing", Page::Printing(printing()), None, None, ""),
        page("37-viewfinder", viewfinder(Sees::Picture), step(1), Some("Type it instead"), ""),
        page("10-paid", Page::Paid(paid()), None, Some("Finish"), ""),
        page(
            "04b-cheques",
            Page::Pay(pay_by_cheque()),
            step(3),
            Some("Pay {} by cheque"),
            "₹1,184",
        ),
        page("10b-cheque", Page::Paid(paid_by_cheque()), None, Some("Finish"), ""),
        page(
            "11-stopped",
            Page::Stopped(stopped()),
            None,
            Some("I will collect it from the staff"),
            "",
        ),
        page("12-checked", Page::Checked(checked()), None, Some("Finish"), ""),
        page("13-still-there", Page::Pay(pay()), step(3), Some("I am still here"), ""),
        page("14-refused", Page::Find(find(vec![])), step(1), Some("Find it"), ""),
        page("14b-locked", Page::Demand(demand(language)), step(2), Some("Continue to pay"), ""),
    ];
    let count = samples.len();
    samples[count - 3].screen.frame.still_there_s = Some(17);
    samples[count - 2].screen.frame.refusal = Some(Refusal::new(RefusalCode::UnknownBuilding));
    samples[count - 1].screen.frame.frozen = true;
    samples[0].screen.frame.line.online = false;
    samples[0].screen.frame.service = None;
    samples[0].screen.frame.back = false;
    samples.extend(found().map(|(name, kind)| page(name, kind, step(1), Some("Find it"), "")));
    samples.extend(papers().map(|(name, kind)| page(name, kind, None, Some("Finish"), "")));
    samples.extend([of_staff(language), drained(language), of_many_services(language)]);
    samples.extend(of_a_form(language));
    samples.extend(group::all(language));
    samples.extend(earlier::all(language));
    samples.extend(of_bills_and_bookings(language));
    samples.extend(of_the_printer(language).chain(of_the_office(language)));
    samples
}

fn of_bills_and_bookings(language: Language) -> impl Iterator<Item = Sample> {
    let page = move |name, page, now, primary| Sample {
        name,
        screen: Screen { frame: frame(language, Some(Step { now, of: 4 })), page },
        primary,
        figure: "",
    };
    let bills = bill::all(language).into_iter();
    let bills = bills.map(move |(name, kind, primary)| page(name, kind, 2, Some(primary)));
    bills.chain(
        booking::all(language).into_iter().map(move |(name, kind)| page(name, kind, 1, None)),
    )
}

fn of_staff(language: Language) -> Sample {
    let staff = Some("Beena K.".into());
    let frame = Frame { service: None, staff, ..frame(language, None) };
    let page = Page::Home(staffed(home(language)));
    let screen = Screen { frame, page };
    Sample { name: "01b-staff", screen, primary: Some("Other work"), figure: "" }
}

/// Pages that say how the printer is.
fn of_the_printer(language: Language) -> impl Iterator<Item = Sample> {
    let stopped = PrinterState::Stopped;
    let uncertain = PaidPage { paper: Paper::Uncertain, cause: Some(PaperCause::Jam), ..paid() };
    let hot = StoppedPage { cause: PaperCause::Hot, part_out: false, ..self::stopped() };
    let (next, finish, later) =
        (Some("Continue to pay"), Some("Finish"), Some("I will collect it from the staff"));
    let page = move |(name, page, step, state, primary)| {
        let mut frame = frame(language, step);
        frame.printer = state;
        Sample { name, screen: Screen { frame, page }, primary, figure: "" }
    };
    let due = Some(Step { now: 2, of: 4 });
    [
        ("01c-near-end", Page::Home(home(language)), None, PrinterState::NearEnd, None),
        ("01d-no-paper", Page::Home(home(language)), None, stopped(PaperCause::PaperOut), None),
        ("03b-away", Page::Demand(demand(language)), due, stopped(PaperCause::Away), next),
        ("10g-stuck", Page::Paid(uncertain), None, stopped(PaperCause::Jam), finish),
        ("11b-hot", Page::Stopped(hot), None, PrinterState::Ready, later),
    ]
    .into_iter()
    .map(page)
}

/// Questions of a form, its answers, and what is owed by them.
fn of_a_form(language: Language) -> impl Iterator<Item = Sample> {
    let drawn = form::all(language).into_iter().map(move |drawn| {
        let mut frame = frame(language, Some(Step { now: 1, of: 4 }));
        if let Page::Form(FormPage { wrong: Some(_), .. }) = &drawn.page {
            frame.refusal = Some(Refusal::new(RefusalCode::AnswerNotTaken));
        }
        let screen = Screen { frame, page: drawn.page };
        Sample { name: drawn.name, screen, primary: drawn.primary, figure: drawn.figure }
    });
    let named = |page| {
        let frame = frame(language, Some(Step { now: 2, of: 4 }));
        Sample { name: "03c-named", screen: Screen { frame, page }, primary: None, figure: "" }
    };
    let owed = DemandPage { place: named_place(), held: Paise::ZERO, ..demand(language) };
    drawn.chain([Sample { primary: Some("Continue to pay"), ..named(Page::Demand(owed)) }])
}

/// Whose fee it is, and for which licence.
fn named_place() -> Place {
    Place { number: "L/42".into(), ward: 0, ward_name: String::new(), owner: "Suma P.".into() }
}

/// What staff do besides taking money.
fn of_the_office(language: Language) -> impl Iterator<Item = Sample> {
    office::all().into_iter().map(move |drawn| {
        let mut frame = frame(language, None);
        frame.back = !matches!(drawn.page, Page::Received(_));
        frame.service = None;
        frame.staff = Some("Beena K.".into());
        let screen = Screen { frame, page: drawn.page };
        Sample { name: drawn.name, screen, primary: drawn.primary, figure: drawn.figure }
    })
}

/// Papers that are no receipts.
fn papers() -> impl Iterator<Item = (&'static str, Page)> {
    let kinds = [
        ("10c-cancelled", SlipKind::Voided),
        ("10d-certificate", SlipKind::Certificate),
        ("10e-copy", SlipKind::Receipt),
        ("10f-letter", SlipKind::Notice),
        ("10g-acknowledgement", SlipKind::Acknowledgement),
    ];
    let paper = |kind| PaidPage {
        kind,
        amount: None,
        number: None,
        mode: None,
        card: None,
        next_due: None,
        ..paid()
    };
    kinds.into_iter().map(move |(name, kind)| (name, Page::Paid(paper(kind))))
}

fn staffed(home: Home) -> Home {
    Home { staff_can_sign_in: false, has_menu: true, ..home }
}

fn pay_by_cheque() -> PayPage {
    let mut page = pay();
    page.modes.iter_mut().for_each(|mode| mode.chosen = false);
    let further = [(Mode::Cheque, true), (Mode::DemandDraft, false)];
    let choice = |(mode, chosen)| ModeChoice { mode, chosen, not_now: None };
    page.modes.extend(further.map(choice));
    PayPage { mode: Some(Mode::Cheque), ..page }
}

fn paid_by_cheque() -> PaidPage {
    PaidPage { mode: Some(Mode::Cheque), card: None, ..paid() }
}

pub fn frame(language: Language, step: Option<Step>) -> Frame {
    let (body, service) = match language {
        Language::En => ("Padippuram Grama Panchayat", "Property tax"),
        Language::Ml => ("പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്", "വസ്തു നികുതി"),
        Language::Hi => ("पडिप्पुरम ग्राम पंचायत", "संपत्ति कर"),
        Language::Mr => ("पडिप्पुरम ग्रामपंचायत", "मालमत्ता कर"),
        Language::Or => ("ପଡିପ୍ପୁରମ ଗ୍ରାମ ପଞ୍ଚାୟତ", "ସମ୍ପତ୍ତି କର"),
    };
    Frame {
        profile: Profile::Kiosk,
        language,
        languages: Language::ALL.to_vec(),
        body: body.into(),
        service: Some(service.into()),
        step,
        line: LineState { online: true, to_send: 0, reached_at: Some("10:40".into()) },
        frozen: false,
        practice: false,
        battery: None,
        clock: "10:42".into(),
        staff: None,
        refusal: None,
        still_there_s: None,
        back: step.is_some(),
        printer: PrinterState::Ready,
    }
}

/// The idle page while nothing new is begun.
fn drained(language: Language) -> Sample {
    let mut frame = frame(language, None);
    frame.service = None;
    frame.battery = Some(Battery { percent: 4, plugged: false, low: true, stopped: true });
    let screen = Screen { frame, page: Page::Home(home(language)) };
    Sample { name: "01d-battery", screen, primary: None, figure: "" }
}

pub fn home(language: Language) -> Home {
    let words = match language {
        Language::Ml => [
            ("നികുതി അടയ്ക്കാം", "വസ്തു നികുതി, കുടിശ്ശിക"),
            ("മാലിന്യ ഫീസ്", "ഹരിത കർമ്മ സേന"),
            ("രസീത് ശരിയാണോ?", "സ്ലിപ്പിലെ ചതുരം കാണിക്കുക"),
        ],
        Language::Hi => [
            ("कर भरें", "संपत्ति कर, बकाया"),
            ("कचरा शुल्क", "हरित कर्म सेना"),
            ("रसीद सही है?", "रसीद का चौकोर दिखाएँ"),
        ],
        Language::Mr => [
            ("कर भरा", "मालमत्ता कर, थकबाकी"),
            ("कचरा शुल्क", "हरित कर्म सेना"),
            ("पावती खरी आहे का?", "पावतीवरचा चौकोन दाखवा"),
        ],
        Language::Or => [
            ("କର ଦିଅନ୍ତୁ", "ସମ୍ପତ୍ତି କର, ବକେୟା"),
            ("ଆବର୍ଜନା ଶୁଳ୍କ", "ହରିତ କର୍ମ ସେନା"),
            ("ରସିଦ ଠିକ୍ କି?", "ରସିଦର ବର୍ଗ ଦେଖାନ୍ତୁ"),
        ],
        Language::En => [
            ("Pay tax", "Property tax, what is late"),
            ("Waste fee", "Haritha Karma Sena"),
            ("Is a receipt genuine?", "Show the square on the slip"),
        ],
    };
    let pictures = [("house", "rupee"), ("recycle", "rupee"), ("receipt", "check")];
    let tiles = ["property_tax", "waste_fee", "check"].iter().zip(words).zip(pictures);
    let tile =
        |((id, (title, help)), (picture, badge)): ((&&str, (&str, &str)), (&str, &str))| Tile {
            id: (*id).into(),
            title: title.into(),
            help: help.into(),
            picture: picture.into(),
            badge: badge.into(),
            works: Works::Offline,
        };
    Home { tiles: tiles.map(tile).collect(), staff_can_sign_in: true, has_menu: false }
}

pub fn place() -> Place {
    Place {
        number: "12/345".into(),
        ward: 7,
        ward_name: "Ward 7".into(),
        owner: "L•••••• R.".into(),
    }
}

fn line(label: &str, why: &str, rupees: i64) -> ExplainedLine {
    ExplainedLine { label: label.into(), why: why.into(), amount: Paise::rupees(rupees) }
}

pub fn demand(language: Language) -> DemandPage {
    let (tax, cess, interest) = match language {
        Language::En => ("Property tax", "Library cess", "Interest for paying late"),
        Language::Ml => ("വസ്തു നികുതി", "ലൈബ്രറി സെസ്", "വൈകിയതിനുള്ള പലിശ"),
        Language::Hi => ("संपत्ति कर", "पुस्तकालय उपकर", "देरी का ब्याज"),
        Language::Mr => ("मालमत्ता कर", "ग्रंथालय उपकर", "उशिराचे व्याज"),
        Language::Or => ("ସମ୍ପତ୍ତି କର", "ପାଠାଗାର ଉପକର", "ବିଳମ୍ବ ସୁଧ"),
    };
    let half = "120 m² × ₹10 ÷ 2";
    let periods = vec![
        Period {
            label: "10-2025 – 03-2026".into(),
            late: true,
            due: "31-03-2026".into(),
            lines: vec![
                line(tax, half, 600),
                line(cess, "5 % × ₹600", 30),
                line(interest, "1 % × ₹600 × 4", 24),
            ],
        },
        Period {
            label: "04-2026 – 09-2026".into(),
            late: false,
            due: "30-09-2026".into(),
            lines: vec![line(tax, half, 600), line(cess, "5 % × ₹600", 30)],
        },
    ];
    DemandPage {
        place: place(),
        periods,
        held: Paise::rupees(100),
        charge: Paise::ZERO,
        charge_why: None,
        total: Paise::rupees(1_184),
        next_due: Some("31-03-2027".into()),
        pack: "padippuram 3".into(),
        has_details: false,
        bill: None,
        may_list: false,
        listed: 0,
        has_earlier: true,
    }
}

fn pay() -> PayPage {
    let choice = |id: &str, amount, left, due: Option<&str>, chosen| AmountChoice {
        id: id.into(),
        amount,
        left: Paise::rupees(left),
        left_due: due.map(Into::into),
        chosen,
    };
    let mode = |mode, chosen, not_now| ModeChoice { mode, chosen, not_now };
    PayPage {
        place: place(),
        amounts: vec![
            choice("whole", Some(Paise::rupees(1_184)), 0, Some("31-03-2027"), true),
            choice("late", Some(Paise::rupees(554)), 630, Some("30-09-2026"), false),
            choice("advance", Some(Paise::rupees(1_814)), 0, Some("30-09-2027"), false),
            choice("another", None, 0, None, false),
        ],
        modes: vec![
            mode(Mode::Upi, true, None),
            mode(Mode::Card, false, None),
            mode(Mode::Cash, false, Some(NotNow::NoCashier)),
        ],
        amount: Paise::rupees(1_184),
        mode: Some(Mode::Upi),
    }
}

fn amount() -> AmountPage {
    AmountPage {
        place: place(),
        typed: "1400".into(),
        amount: Some(Paise::rupees(1_400)),
        due: Paise::rupees(1_184),
        late: Paise::rupees(554),
        above: Paise::rupees(216),
    }
}

fn upi() -> UpiPage {
    UpiPage {
        amount: Paise::rupees(1_184),
        place: place(),
        code: "upi://pay?pa=padippuram@example&pn=Padippuram%20Grama%20Panchayat\
               &tr=G0802-26-K3-U00031&am=1184.00&cu=INR&tn=Property%20tax%2012%2F345"
            .into(),
        payee: "Padippuram Grama Panchayat".into(),
        address: "padippuram@example".into(),
        reference: "G0802-26-K3-U00031".into(),
        left_s: 252,
        whole_s: 300,
        waiting_slip: WaitingSlip::NotAsked,
    }
}

fn card(state: CardState) -> CardPage {
    CardPage { amount: Paise::rupees(1_184), place: place(), state, left_s: 95 }
}

fn cash() -> CashPage {
    CashPage {
        amount: Paise::rupees(1_184),
        place: place(),
        typed: "1200".into(),
        tendered: Some(Paise::rupees(1_200)),
        change: Some(Paise::rupees(16)),
        quick: [1_184, 1_200, 1_500, 2_000].map(Paise::rupees).to_vec(),
    }
}

pub fn printing() -> PrintingPage {
    PrintingPage {
        place: None,
        amount: Some(Paise::rupees(1_184)),
        number: Some("G0802-26-K3-00417-H".into()),
        bands_done: 7,
        bands: 12,
    }
}

pub fn paid() -> PaidPage {
    PaidPage {
        kind: SlipKind::Receipt,
        amount: Some(Paise::rupees(1_184)),
        number: Some("G0802-26-K3-00417-H".into()),
        receipts: 1,
        paper: Paper::Printed,
        mode: Some(Mode::Card),
        card: Some("4821".into()),
        date: "14-08-2026".into(),
        recorded_at: "10:42".into(),
        cause: None,
        office_knows: false,
        next_due: Some("31-03-2027".into()),
        advance: Paise::ZERO,
        change: None,
        closes_in_s: 40,
    }
}

fn stopped() -> StoppedPage {
    StoppedPage {
        cause: PaperCause::PaperOut,
        amount: Some(Paise::rupees(1_184)),
        number: Some("G0802-26-K3-00417-H".into()),
        code: Some("https://office.example/r/G0802-26-K3-00417-H?c=7Q2M".into()),
        office_knows: true,
        part_out: true,
    }
}

fn checked() -> CheckedPage {
    CheckedPage {
        genuine: true,
        number: "G0802-26-K3-00417-H".into(),
        amount: Some(Paise::rupees(1_184)),
        date: "14-08-2026".into(),
        place: "Ward 7, 12/345".into(),
        device: "K3".into(),
        service: String::new(),
        extract: false,
        due: String::new(),
    }
}
