//! A screen for each page of a day's round, in its states.

use flow::*;
use ledger::{Language, Paise};

#[path = "../pages/office.rs"]
mod office;

#[path = "../pages/form.rs"]
mod form;

#[derive(Clone)]
pub struct Sample {
    pub name: &'static str,
    pub screen: Screen,
    /// The words of its primary button, with `{}` for the figure; empty where it has none.
    pub primary: &'static str,
    pub figure: &'static str,
}

/// A page, its words and figure, before the language is known.
type Drawn = (&'static str, Profile, Page, bool, &'static str, &'static str);

const CLOSE: &str = "Close the day with {}, prints a slip";

pub fn all(language: Language) -> Vec<Sample> {
    let drawn = [entrance(), houses(language), weighed(language), counter()].concat();
    let sample = |(name, profile, page, back, primary, figure): Drawn| Sample {
        name,
        screen: Screen { frame: frame(language, profile, back), page },
        primary,
        figure,
    };
    let mut samples: Vec<Sample> = drawn.into_iter().map(sample).collect();
    let again = Page::SignIn(sign_in(1, Some("1"), 0, false));
    let mut wrong = sample(("20d-wrong", Profile::Collector, again, false, "Sign in", ""));
    wrong.screen.frame.refusal = Some(Refusal::with_count(RefusalCode::WrongPin, 4));
    samples.push(wrong);
    let visit = Page::Visit(visit(language, None));
    let (karmasena, what) = (Profile::Karmasena, "Choose what happened");
    let mut locked = sample(("22d-locked", karmasena, visit, true, what, ""));
    locked.screen.frame.frozen = true;
    samples.push(locked);
    let round = samples.iter().find(|sample| matches!(sample.screen.page, Page::Round(_)));
    let mut lesson = round.expect("a round is among them").clone();
    (lesson.name, lesson.screen.frame.practice) = ("20e-practice", true);
    samples.push(lesson);
    for (name, state) in [
        ("20f-near-end", PrinterState::NearEnd),
        ("20g-cover", PrinterState::Stopped(PaperCause::CoverOpen)),
    ] {
        let round = samples.iter().find(|sample| matches!(sample.screen.page, Page::Round(_)));
        let mut known = round.expect("a round is among them").clone();
        (known.name, known.screen.frame.printer) = (name, state);
        samples.push(known);
    }
    let round = samples.iter().find(|sample| matches!(sample.screen.page, Page::Round(_)));
    let mut low = round.expect("a round is among them").clone();
    let battery = Battery { percent: 12, plugged: false, low: true, stopped: false };
    (low.name, low.screen.frame.battery) = ("20h-battery", Some(battery));
    samples.push(low);
    samples.extend(form::all(language).into_iter().map(|drawn| {
        let primary = drawn.primary.unwrap_or_default();
        sample((drawn.name, Profile::Collector, drawn.page, true, primary, drawn.figure))
    }));
    samples.extend(office::all().into_iter().map(|drawn| {
        let back = !matches!(drawn.page, Page::Received(_));
        let primary = drawn.primary.unwrap_or_default();
        sample((drawn.name, Profile::Collector, drawn.page, back, primary, drawn.figure))
    }));
    samples
}

fn entrance() -> Vec<Drawn> {
    use Profile::{Collector, Karmasena};
    let one = Page::SignIn(sign_in(1, Some("1"), 2, false));
    let many = Page::SignIn(sign_in(3, None, 0, false));
    let locked = Page::SignIn(sign_in(3, Some("1"), 0, true));
    let ask = Page::AskPaper(ask_paper());
    vec![
        ("20-sign-in", Collector, one, false, "Sign in", ""),
        ("20b-who", Collector, many, false, "Sign in", ""),
        ("20c-locked", Karmasena, locked, false, "Go on", ""),
        ("26-ask-paper", Collector, ask, false, "Yes, all of it", ""),
    ]
}

fn houses(language: Language) -> Vec<Drawn> {
    use Profile::{Collector, Karmasena};
    let taxes = Page::Round(round(language, Collector));
    let waste = Page::Round(round(language, Karmasena));
    let arrived = Page::Visit(visit(language, None));
    let collected = Page::Visit(visit(language, Some("collected")));
    let shut = Page::Visit(visit(language, Some("locked")));
    let disagreed = Page::Details(details(language, true));
    let saved = "Save, {} received, prints a receipt";
    let by_camera = RoundPage { can_look: true, ..round(language, Karmasena) };
    let view = ViewfinderPage { sees: Sees::Picture, receipt: false };
    let dark = ViewfinderPage { sees: Sees::Dark, receipt: true };
    vec![
        ("02-find", Collector, Page::Find(find("")), true, "Find it", ""),
        ("02c-searched", Collector, Page::Find(find("Laxmi")), true, "Find it", ""),
        ("21-round", Collector, taxes, false, "Type a number", ""),
        ("21b-round-waste", Karmasena, waste, false, "Type a number", ""),
        ("22-visit", Karmasena, arrived, true, "Choose what happened", ""),
        ("22b-collected", Karmasena, collected, true, saved, "₹150"),
        ("22c-shut", Karmasena, shut, true, "Save, prints a slip", ""),
        ("36-details", Karmasena, Page::Details(details(language, false)), true, "Save", ""),
        ("36b-undecided", Collector, disagreed, true, "Nothing to save yet", ""),
        ("21c-round-camera", Karmasena, Page::Round(by_camera), false, "Type a number", ""),
        ("37-viewfinder", Karmasena, Page::Viewfinder(view), true, "Type it instead", ""),
        ("37b-dark", Collector, Page::Viewfinder(dark), true, "Type it instead", ""),
    ]
}

/// The page that asks for a building, and what was found by words on it.
fn find(typed: &str) -> Find {
    let found = |place: u32| Match {
        id: place.to_string(),
        place: format!("Ward 7, 12/{place}"),
        street: "Temple Road".into(),
        owner: "Laxmi R.".into(),
    };
    let searched = !typed.is_empty();
    let places = if searched { 345..353 } else { 0..0 };
    Find {
        typed: typed.into(),
        example: "12/345".into(),
        can_scan: true,
        can_look: true,
        matches: places.map(found).collect(),
        searched,
        more: searched,
        by_name: true,
        asking: false,
        receipt: false,
    }
}

/// A visit with a scale and a receiver of positions.
fn weighed(language: Language) -> Vec<Drawn> {
    let page = |on_scale, from_scale, whereabouts| {
        let page = visit(language, Some("collected"));
        let (on_scale, whereabouts) = (Some(on_scale), Some(whereabouts));
        Page::Visit(VisitPage { on_scale, from_scale, whereabouts, ..page })
    };
    let known = |old_s: Option<u32>| {
        let place = "10.2521° N, 76.2095° E".to_owned();
        Whereabouts::Known { place, accuracy_m: 8, old_s, good: old_s.is_none() }
    };
    let (gross, unit) = (OnScale::Nothing(NoWeight::Gross), OnScale::Nothing(NoWeight::Unit));
    let nowhere = Whereabouts::Unknown(NoPosition::NoFix);
    let drawn = |(name, page)| {
        let saved = "Save, {} received, prints a receipt";
        (name, Profile::Karmasena, page, true, saved, "₹150")
    };
    let pages = [
        ("22f-scale", page(OnScale::Grams(2_400), true, known(None))),
        ("22g-gross", page(gross, false, known(Some(27)))),
        ("22h-unit", page(unit, false, nowhere)),
    ];
    pages.map(drawn).to_vec()
}

fn counter() -> Vec<Drawn> {
    use Profile::Collector;
    let empty = Page::Suspense(suspense(false));
    let full = Page::Suspense(suspense(true));
    let even = Page::DayEnd(day_end(false));
    let differs = Page::DayEnd(day_end(true));
    let closed = Page::DayClosed(day_closed());
    vec![
        ("23-suspense", Collector, empty, true, "Type all three", ""),
        ("23b-suspense", Collector, full, true, "Continue with {}", "₹500"),
        ("24-day-end", Collector, even, true, CLOSE, "₹14,320"),
        ("24b-differs", Collector, differs, true, CLOSE, "₹14,320"),
        ("25-day-closed", Collector, closed, false, "Finish", ""),
    ]
}

pub fn in_kiosk_form(sample: &Sample) -> bool {
    matches!(sample.screen.page, Page::SignIn(_) | Page::AskPaper(_))
}

pub fn in_the_sun(sample: &Sample) -> bool {
    matches!(sample.screen.page, Page::Round(_) | Page::Visit(_))
}

fn frame(language: Language, profile: Profile, back: bool) -> Frame {
    let malayalam = language == Language::Ml;
    Frame {
        profile,
        language,
        languages: Language::ALL.to_vec(),
        body: if malayalam {
            "പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്"
        } else {
            "Padippuram Grama Panchayat"
        }
        .into(),
        service: None,
        step: None,
        line: LineState { online: false, to_send: 5, reached_at: Some("09:58".into()) },
        frozen: false,
        practice: false,
        battery: None,
        clock: "10:42".into(),
        staff: Some("Beena K.".into()),
        refusal: None,
        still_there_s: None,
        back,
        printer: PrinterState::Ready,
    }
}

fn sign_in(staff: usize, chosen: Option<&str>, pin_digits: u8, locked: bool) -> SignIn {
    let names = ["Beena K.", "Mohanan P. V.", "Aysha Beevi"];
    let choice = |(place, name): (usize, &&str)| StaffChoice {
        id: (place + 1).to_string(),
        name: (*name).into(),
    };
    SignIn {
        staff: names.iter().take(staff).enumerate().map(choice).collect(),
        chosen: chosen.map(str::to_owned),
        pin_digits,
        tries_left: 5,
        locked,
        can_present: !locked && chosen.is_none(),
    }
}

pub fn round(language: Language, profile: Profile) -> RoundPage {
    use RoundState::*;
    let malayalam = language == Language::Ml;
    let rows = [
        ("12/343", "Rahman T.", Done, Some("10:12"), 0, 0),
        ("12/345", "Lakshmi R.", Next, None, 1_184, 554),
        ("12/346", "Thomas K.", ToDo, None, 1_260, 0),
        ("12/347", "Abdul S.", Locked, Some("10:02"), 840, 0),
        ("12/348", if malayalam { "സുമ പി." } else { "Suma P." }, ToDo, None, 525, 525),
        ("12/350", "Beena M.", Refused, Some("09:40"), 1_470, 0),
    ];
    let waste = profile == Profile::Karmasena;
    let row = |place: usize,
               (number, owner, state, at, due, late): (
        &str,
        &str,
        RoundState,
        Option<&str>,
        i64,
        i64,
    )| RoundRow {
        id: (place + 100).to_string(),
        number: number.into(),
        owner: owner.into(),
        state,
        at: at.map(str::to_owned),
        due: Paise::rupees(if waste { due.min(50) } else { due }),
        late: Paise::rupees(if waste { 0 } else { late }),
    };
    // Twenty-two houses stand before the next one, sixteen after.
    let done = (0..22).map(|place| {
        row(place, (&format!("12/{}", 300 + place), "Devassy", Done, Some("09:15"), 0, 0))
    });
    let seen = rows.into_iter().enumerate().map(|(place, house)| row(place + 22, house));
    let after = (0..12)
        .map(|place| row(place + 40, (&format!("12/{}", 360 + place), "Elsy", ToDo, None, 315, 0)));
    RoundPage {
        ward: 7,
        ward_name: if malayalam { "കിഴക്കേപ്പടി" } else { "Kizhakkeppadi" }.into(),
        done: 23,
        left: 17,
        cash_in_hand: Paise::rupees(14_320),
        can_look: false,
        rows: done.chain(seen).chain(after).collect(),
    }
}

fn place(language: Language) -> Place {
    let malayalam = language == Language::Ml;
    Place {
        number: "12/348".into(),
        ward: 7,
        ward_name: if malayalam { "കിഴക്കേപ്പടി" } else { "Kizhakkeppadi" }.into(),
        owner: if malayalam { "സുമ പി." } else { "Suma P." }.into(),
    }
}

pub fn visit(language: Language, chosen: Option<&str>) -> VisitPage {
    let outcomes = ["collected", "locked", "refused", "no_waste", "not_segregated"];
    let outcome = |id: &str| OutcomeChoice { id: id.into(), chosen: chosen == Some(id) };
    let kind = |id: &str, label: &str, chosen| KindChoice {
        id: format!("kind:{id}"),
        label: label.into(),
        chosen,
    };
    let kinds = match language {
        Language::Ml => [("പ്ലാസ്റ്റിക്", true), ("കടലാസ്", true), ("ചെരിപ്പ്, ബാഗ്, തെർമോകോൾ", false)],
        _ => [("Plastic", true), ("Paper", true), ("Footwear, bags, thermocol", false)],
    };
    let ids = ["plastic", "paper", "footwear"];
    let asks_waste = chosen == Some("collected");
    VisitPage {
        place: place(language),
        scanned: true,
        outcomes: outcomes.iter().map(|id| outcome(id)).collect(),
        kinds: ids.iter().zip(kinds).map(|(id, (label, chosen))| kind(id, label, chosen)).collect(),
        weight_g: if asks_waste { 2_400 } else { 0 },
        weight_typed: String::new(),
        sacks: 1,
        fee: FeeChoice {
            month: Paise::rupees(50),
            arrears: Paise::rupees(100),
            arrears_months: 2,
            advance_months: 0,
            to_pay: Paise::rupees(150),
            paying: chosen == Some("collected"),
            exempt: false,
        },
        asks_waste,
        can_save: chosen.is_some(),
        has_details: true,
        from_scale: false,
        on_scale: None,
        whereabouts: None,
    }
}

/// What is known of a house; `disagreed` where two said different things, and one was refused.
pub fn details(language: Language, disagreed: bool) -> DetailsPage {
    let malayalam = language == Language::Ml;
    let (people, composts, gate) = match malayalam {
        true => ("ഇവിടെ താമസിക്കുന്നവർ", "അടുക്കള മാലിന്യം കമ്പോസ്റ്റാക്കുന്നു", "ഗേറ്റിൽ"),
        false => ("People who live here", "Composts kitchen waste", "At the gate"),
    };
    let gates = match malayalam {
        true => ["തുറന്നത്", "പൂട്ടിയത്: ആദ്യം വിളിക്കുക", "നായയുണ്ട്: ആദ്യം വിളിക്കുക"],
        false => ["Open", "Locked: call first", "Dog: call first"],
    };
    let word = |text: &str, yes, by: &str, at: &str| DetailWord {
        text: text.into(),
        yes,
        photo: text.is_empty(),
        card: false,
        by: by.into(),
        at: at.into(),
    };
    let mut counted = vec![word("5", None, "Sindhu M.", "12-08-2026 10:42")];
    if disagreed {
        counted.push(word("6", None, "collector-3", "13-08-2026 16:05"));
    }
    let row = |id: &str, label: &str, answer, said: Vec<DetailWord>| DetailRow {
        id: id.into(),
        label: label.into(),
        answer,
        undecided: said.len() > 1,
        said,
        waiting: false,
    };
    let choice = |(place, label): (usize, &&str)| DetailChoice {
        id: ["open", "locked", "dog"][place].into(),
        label: (*label).into(),
        chosen: place == 2,
    };
    let gates = DetailAnswer::Choice(gates.iter().enumerate().map(choice).collect());
    let dog =
        vec![word(if malayalam { "നായയുണ്ട്" } else { "Dog" }, None, "Sindhu M.", "12-08-2026 10:43")];
    let photo = if malayalam {
        "ഗേറ്റിന്റെ ചിത്രം"
    } else {
        "Photo of the gate"
    };
    let taken = Some("14-08-2026 10:42".into());
    let taken = DetailAnswer::Photo { taken, can_take: true };
    let card = if malayalam {
        "വീട്ടുകാരുടെ കാർഡ്"
    } else {
        "Card of the household"
    };
    let presented = DetailAnswer::Card { presented: !disagreed, can_present: true };
    let seen = word("", None, "Sindhu M.", "12-08-2026 10:44");
    let refused =
        RefusedDetail { label: people.into(), reason: "people is 61: the most is 60".into() };
    let count = DetailAnswer::Count { count: Some(5), max: 60 };
    DetailsPage {
        place: place(language),
        rows: vec![
            row("household.people", people, count, counted),
            row("household.composts", composts, DetailAnswer::YesNo(Some(true)), Vec::new()),
            DetailRow { waiting: true, ..row("household.gate", gate, gates, dog) },
            row("property.gate_photo", photo, taken, vec![seen]),
            row("household.card", card, presented, Vec::new()),
        ],
        refused: if disagreed { vec![refused] } else { Vec::new() },
        can_save: !disagreed,
    }
}

fn suspense(whole: bool) -> SuspensePage {
    if !whole {
        return SuspensePage {
            payer: String::new(),
            place: String::new(),
            typed: String::new(),
            amount: None,
        };
    }
    SuspensePage {
        payer: "Kunjumol Varghese".into(),
        place: "Behind the mill, Kizhakkeppadi".into(),
        typed: "500".into(),
        amount: Some(Paise::rupees(500)),
    }
}

fn day_end(differs: bool) -> DayEndPage {
    let notes = [(500, 24), (200, 9), (100, 4), (50, 1), (20, 2), (10, 0)];
    let note = |(note, count): (i64, u32)| NoteCount {
        note: Paise::rupees(note),
        count,
        sum: Paise::rupees(note * i64::from(count)),
    };
    DayEndPage {
        notes: notes.into_iter().map(note).collect(),
        coins: Paise::rupees(30),
        counted: Paise::rupees(14_320),
        expected: differs.then(|| Paise::rupees(14_420)),
        difference: differs.then(|| Paise::rupees(-100)),
        reason: String::new(),
        receipts: 23,
        float: Paise::rupees(500),
        instruments: 2,
        instruments_sum: Paise::rupees(2_654),
    }
}

fn day_closed() -> DayClosedPage {
    DayClosedPage {
        date: "14-08-2026".into(),
        counted: Paise::rupees(14_320),
        difference: Paise::rupees(-100),
        receipts: 23,
        paper: Paper::Printed,
        to_send: 5,
        hand_in_by: Some("17-08-2026".into()),
    }
}

fn ask_paper() -> AskPaperPage {
    AskPaperPage {
        number: "G0802-26-C1-00416-K".into(),
        amount: Some(Paise::rupees(1_184)),
        at: "10:31".into(),
        cause: Some(PaperCause::Jam),
        left: 2,
    }
}
