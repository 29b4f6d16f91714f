//! The pages of a day's round, drawn without a display in each language: none is blank, each has
//! its primary button, all that is pressed has a name and is as large as a finger, and what is
//! touched leaves the glass as the rules know it. The pictures are left in target/pages to look at.

mod looks;
mod samples;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use flow::{Button, Field, Page, Profile, Screen, Touch};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use i_slint_backend_testing::{TestingBackend, TestingBackendOptions, mock_elapsed_time};
use kiosk::glass::{Glass, ThemeName};
use ledger::Language;
use looks::{in_language, picture};
use samples::Sample;
use slint::LogicalPosition;
use slint::platform::WindowEvent;

/// Most parts are 12 mm, 88 dots at 187 to the inch; the key for the language is narrower.
const TOUCH_MIN: f32 = 64.0;

/// Longer than what is too soon for a second press.
const REST: Duration = Duration::from_millis(320);

type Touches = Rc<RefCell<Vec<Touch>>>;

#[test]
fn the_pages_of_a_round_are_drawn_and_their_touches_leave() {
    kiosk::fonts::install().expect("the temporary folder can be written");
    let options = TestingBackendOptions {
        mock_time: true,
        threading: true,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).expect("the first one");
    let touches = Touches::default();
    let out = touches.clone();
    let glass = Glass::new(move |touch| out.borrow_mut().push(touch)).expect("a window in memory");
    glass.window().show().expect("the window in memory is shown");
    drawn(&glass);
    let english = |name: &str| {
        let all = samples::all(Language::En);
        all.into_iter().find(|sample| sample.name == name).expect(name).screen
    };
    round_is_touched(&glass, &touches, &english("21-round"));
    visit_is_touched(&glass, &touches, &english("22b-collected"));
    money_in_suspense_is_typed(&glass, &touches, &english("23-suspense"));
    let pages = [&english("02-find"), &english("02c-searched"), &english("21-round")];
    a_house_is_searched_by_its_name(&glass, &touches, pages);
    a_form_is_answered(&glass, &touches, ["40b-name", "40c-one", "41-answers"].map(english));
    day_is_counted(&glass, &touches, &english("24b-differs"));
    pin_is_typed(&glass, &touches, &english("20c-locked"));
    the_question_about_a_slip_is_answered(&glass, &touches, &english("26-ask-paper"));
    keys_that_outrun_the_desk_are_kept(&glass, &touches, &english("20c-locked"));
    notes_that_outrun_the_desk_are_counted(&glass, &touches, &english("24b-differs"));
    let pages = [&english("21-round"), &english("24b-differs")];
    hasty_presses_count_once(&glass, &touches, pages);
    glass.window().hide().expect("the window in memory is hidden");
    kiosk::fonts::remove();
}

fn drawn(glass: &Glass) {
    let mut faults = Vec::new();
    for language in Language::ALL {
        for sample in samples::all(language) {
            glass.set_size(480, 800);
            draw(glass, &sample, (480, 800), "", &mut faults);
            if samples::in_kiosk_form(&sample) {
                glass.set_size(1280, 800);
                draw(glass, &sample, (1280, 800), "", &mut faults);
            }
        }
    }
    glass.set_size(480, 800);
    glass.set_theme(ThemeName::Sun);
    for sample in samples::all(Language::En).iter().filter(|sample| samples::in_the_sun(sample)) {
        draw(glass, sample, (480, 800), "-sun", &mut faults);
    }
    glass.set_theme(ThemeName::Light);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn draw(
    glass: &Glass,
    sample: &Sample,
    (width, height): (u32, u32),
    suffix: &str,
    faults: &mut Vec<String>,
) {
    let language = sample.screen.frame.language;
    let name = format!("{}-{}-{width}x{height}{suffix}", sample.name, language.code());
    show(glass, &sample.screen);
    picture(glass, &name);
    let wanted = match sample.primary {
        "" => String::new(),
        primary => in_language(primary, sample.figure, language),
    };
    let parts = pressables(glass);
    if !sample.primary.is_empty() && !parts.iter().any(|part| label(part) == wanted) {
        let labels: Vec<String> = parts.iter().map(label).collect();
        faults.push(format!("{name}: no button {wanted:?} among {labels:?}"));
    }
    look_at(&name, &parts, (width as f32, height as f32), faults);
    scroll(glass, -4_000.0);
    look_at(&format!("{name} below"), &pressables(glass), (width as f32, height as f32), faults);
    scroll(glass, 4_000.0);
}

/// Each part has a name and the size of a finger, lies on the glass and on no other part.
fn look_at(
    name: &str,
    parts: &[ElementHandle],
    (width, height): (f32, f32),
    faults: &mut Vec<String>,
) {
    // What is scrolled lies under header and foot as well.
    let (header, foot) = (106.0, height - 118.0);
    let mut between: Vec<Corners> = Vec::new();
    for part in parts {
        let corners = Corners::of(part);
        let within = corners.left >= 0.0 && corners.right <= width + 0.5;
        if label(part).is_empty() || !within || !corners.fit_a_finger() {
            faults.push(format!("{name}: {:?} at {corners:?}", label(part)));
        }
        if corners.top < header || corners.bottom > foot {
            continue;
        }
        if between.iter().any(|other| other.meet(&corners)) {
            faults.push(format!("{name}: {:?} lies on another part", label(part)));
        }
        between.push(corners);
    }
}

#[derive(Debug)]
struct Corners {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Corners {
    fn of(part: &ElementHandle) -> Self {
        let (at, size) = (part.absolute_position(), part.size());
        Self { left: at.x, top: at.y, right: at.x + size.width, bottom: at.y + size.height }
    }

    fn fit_a_finger(&self) -> bool {
        self.right - self.left >= TOUCH_MIN && self.bottom - self.top >= TOUCH_MIN
    }

    fn meet(&self, other: &Self) -> bool {
        self.left + 1.0 < other.right
            && other.left + 1.0 < self.right
            && self.top + 1.0 < other.bottom
            && other.top + 1.0 < self.bottom
    }
}

fn round_is_touched(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    press(glass, "12/345 · Lakshmi R., Next. Late part ₹554, ₹1,184");
    press(glass, "Type a number");
    press(glass, "Not listed");
    press(glass, "Other work");
    press(glass, "Language, sign out");
    picture(glass, "21c-holder-en-480x800");
    press(glass, "Sign out");
    let deeds = [Button::Next, Button::Suspense, Button::Menu, Button::SignOut].map(Touch::Press);
    assert_eq!(taken(touches), [vec![Touch::Choose("123".into())], deeds.to_vec()].concat());
    let mut waste = screen.clone();
    waste.frame.profile = Profile::Karmasena;
    show(glass, &waste);
    assert!(!pressables(glass).iter().any(|part| label(part) == "Not listed"));
}

fn visit_is_touched(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    scroll(glass, -4_000.0);
    picture(glass, "22e-below-en-480x800");
    for words in
        ["House is shut", "Paper", "Later", "Less", "Save, ₹150 received, prints a receipt"]
    {
        press(glass, words);
    }
    let typed = |field, text: &str| Touch::Type { field, text: text.into() };
    let expected = vec![
        Touch::Choose("locked".into()),
        Touch::Choose("kind:paper".into()),
        Touch::Choose("fee_later".into()),
        Touch::Press(Button::Less),
        Touch::Press(Button::Next),
    ];
    assert_eq!(taken(touches), expected);
    press(glass, "Weight, 2.4 kg");
    picture(glass, "22d-weight-en-480x800");
    press(glass, "Rub out the last one");
    press(glass, "6");
    press(glass, "Done");
    press(glass, "Months in advance, 0");
    press(glass, "3");
    press(glass, "Rub out the last one");
    press(glass, "Back");
    let expected = vec![
        typed(Field::Weight, "2."),
        typed(Field::Weight, "2.6"),
        typed(Field::Months, "3"),
        typed(Field::Months, "0"),
    ];
    assert_eq!(taken(touches), expected);
}

fn a_form_is_answered(glass: &Glass, touches: &Touches, screens: [Screen; 3]) {
    let [name, one, answers] = screens;
    show(glass, &name);
    press(glass, "A");
    press(glass, "Continue");
    show(glass, &one);
    press(glass, "I am employed");
    show(glass, &answers);
    press(glass, "What is your name?, Suma P., Change it");
    press(glass, "See what you owe");
    let expected = vec![
        // The letters of a name: a capital follows the point.
        Touch::Type { field: Field::Answer, text: "Suma P.A".into() },
        Touch::Press(Button::Next),
        Touch::Choose("0".into()),
        Touch::Choose("payer_name".into()),
        Touch::Press(Button::Next),
    ];
    assert_eq!(taken(touches), expected);
}

fn money_in_suspense_is_typed(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    press(glass, "Who pays?, Type the name");
    for key in ["M", "O", "L", "Space", "K"] {
        press(glass, key);
    }
    picture(glass, "23c-name-en-480x800");
    let payers = ["M", "Mo", "Mol", "Mol ", "Mol K"];
    let typed = |text: &str| Touch::Type { field: Field::Payer, text: text.into() };
    assert_eq!(taken(touches), payers.map(typed));
    press(glass, "Done");
    press(glass, "How much?, Type an amount");
    press(glass, "5");
    picture(glass, "23d-amount-en-480x800");
    assert_eq!(taken(touches), [Touch::Type { field: Field::Amount, text: "5".into() }]);
    press(glass, "Done");
}

fn a_house_is_searched_by_its_name(glass: &Glass, touches: &Touches, pages: [&Screen; 3]) {
    let [find, searched, round] = pages;
    let typed = |text: &str| Touch::Type { field: Field::Number, text: text.into() };
    show(glass, find);
    press(glass, "Name");
    for key in ["A", "P–Z", "X"] {
        press(glass, key);
    }
    picture(glass, "02d-words-en-480x800");
    assert_eq!(taken(touches), ["", "A", "Ax"].map(typed));
    show(glass, searched);
    press(glass, "Type more");
    press(glass, "Ward 7, 12/346, Laxmi R. · Temple Road");
    let chosen = Touch::Choose("346".into());
    assert_eq!(taken(touches), [typed("Laxmi"), chosen]);
    // Whoever comes to the page anew types a number.
    show(glass, round);
    show(glass, find);
    press(glass, "1");
    assert_eq!(taken(touches), [typed("1")]);
}

fn day_is_counted(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    let typed = |field, text: &str| Touch::Type { field, text: text.into() };
    scroll(glass, -4_000.0);
    picture(glass, "24d-below-en-480x800");
    press(glass, "One ₹500 note more");
    press(glass, "One ₹50 note less");
    press(glass, "One ₹10 note less");
    press(glass, "Wrong change was given");
    press(glass, "₹200 notes, 9");
    press(glass, "0");
    let expected = vec![
        typed(Field::Note500, "25"),
        typed(Field::Note50, "0"),
        typed(Field::Reason, "Wrong change was given"),
        typed(Field::Note200, "90"),
    ];
    assert_eq!(taken(touches), expected);
    press(glass, "Done");
    press(glass, "Another reason, Type it");
    for key in ["L", "O", "P–Z", "S", "T"] {
        press(glass, key);
    }
    picture(glass, "24c-reason-en-480x800");
    assert_eq!(taken(touches).last(), Some(&typed(Field::Reason, "Lost")));
}

fn pin_is_typed(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    press(glass, "4");
    let Page::SignIn(page) = &screen.page else { panic!("it is the page of the PIN") };
    let mut typed = screen.clone();
    typed.page = Page::SignIn(flow::SignIn { pin_digits: 1, ..page.clone() });
    show(glass, &typed);
    picture(glass, "20e-digits-en-480x800");
    press(glass, "2");
    press(glass, "Go on");
    let pin = |text: &str| Touch::Type { field: Field::Pin, text: text.into() };
    assert_eq!(taken(touches), [pin("4"), pin("42"), Touch::Press(Button::Next)]);
    // It was wrong: the rules have forgotten it, and so has the glass.
    show(glass, screen);
    press(glass, "7");
    assert_eq!(taken(touches), [pin("7")]);
    press(glass, "Another person");
    press(glass, "Aysha Beevi");
    assert_eq!(taken(touches), [Touch::Choose("3".into())]);
}

fn the_question_about_a_slip_is_answered(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    press(glass, "No, print again");
    press(glass, "Yes, all of it");
    assert_eq!(taken(touches), [Button::No, Button::Yes].map(Touch::Press));
}

/// Keys come faster than the desk answers: the screen that answers the first of them must not wipe
/// those that were typed since.
fn keys_that_outrun_the_desk_are_kept(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    let Page::SignIn(page) = &screen.page else { panic!("it is the page of the PIN") };
    let answered = |pin_digits| {
        let mut answer = screen.clone();
        answer.page = Page::SignIn(flow::SignIn { pin_digits, ..page.clone() });
        answer
    };
    press(glass, "1");
    press(glass, "2");
    answer_first_of_many(glass, &answered(1));
    press(glass, "3");
    answer_first_of_many(glass, &answered(2));
    press(glass, "4");
    let pin = |text: &str| Touch::Type { field: Field::Pin, text: text.into() };
    assert_eq!(taken(touches), ["1", "12", "123", "1234"].map(pin));
    // The last screen that was shown while keys were under way is laid when all are answered.
    press(glass, "Go on");
    answer_first_of_many(glass, &answered(0));
    all_answered(glass, 5);
    press(glass, "7");
    assert_eq!(taken(touches), [Touch::Press(Button::Next), pin("7")]);
    all_answered(glass, 1);
}

/// A press that comes twice at once counts once, and one that meets a page as it turns counts for
/// none.
fn hasty_presses_count_once(glass: &Glass, touches: &Touches, pages: [&Screen; 2]) {
    all_answered(glass, 64);
    answer_first_of_many(glass, pages[0]);
    let twice = |words: &str| {
        press_at_once(glass, words);
        press_at_once(glass, words);
    };
    twice("Type a number");
    assert_eq!(taken(touches), [], "the page has only just turned");
    mock_elapsed_time(REST);
    twice("Type a number");
    assert_eq!(taken(touches), [Touch::Press(Button::Next)]);
    mock_elapsed_time(REST);
    press_at_once(glass, "Type a number");
    assert_eq!(taken(touches), [Touch::Press(Button::Next)]);
    show(glass, pages[1]);
    mock_elapsed_time(REST);
    for _ in 0..3 {
        press_at_once(glass, "One ₹500 note more");
    }
    assert_eq!(taken(touches).len(), 3, "each step is meant");
    all_answered(glass, 5);
}

fn notes_that_outrun_the_desk_are_counted(glass: &Glass, touches: &Touches, screen: &Screen) {
    show(glass, screen);
    for _ in 0..3 {
        press(glass, "One ₹500 note more");
    }
    let typed = |text: &str| Touch::Type { field: Field::Note500, text: text.into() };
    assert_eq!(taken(touches), ["25", "26", "27"].map(typed));
    all_answered(glass, 3);
}

/// Lays the screen that answers everything that was touched before, and lets it stand a while.
fn show(glass: &Glass, screen: &Screen) {
    answer_first_of_many(glass, screen);
    all_answered(glass, 64);
    mock_elapsed_time(REST);
}

/// Lays a screen while other touches may be under way.
fn answer_first_of_many(glass: &Glass, screen: &Screen) {
    glass.show(screen).expect("the words of the language are there");
    mock_elapsed_time(Duration::from_millis(20));
}

fn all_answered(glass: &Glass, touches: usize) {
    (0..touches).for_each(|_| glass.answered());
}

/// Presses a part, further down the page if need be: what lies out of sight is not found.
fn press(glass: &Glass, words: &str) {
    press_at_once(glass, words);
    mock_elapsed_time(REST);
}

fn press_at_once(glass: &Glass, words: &str) {
    for step in [0.0, 4_000.0].into_iter().chain([-160.0; 24]) {
        scroll(glass, step);
        if let Some(part) = pressables(glass).iter().find(|part| label(part) == words) {
            part.invoke_accessible_default_action();
            mock_elapsed_time(Duration::from_millis(20));
            return;
        }
    }
    scroll(glass, 4_000.0);
    let labels: Vec<String> = pressables(glass).iter().map(label).collect();
    panic!("no {words:?} on the page that begins with {labels:?}");
}

fn scroll(glass: &Glass, by: f32) {
    let position = LogicalPosition::new(240.0, 400.0);
    let event = WindowEvent::PointerScrolled { position, delta_x: 0.0, delta_y: by };
    glass.window().dispatch_event(event);
    mock_elapsed_time(Duration::from_millis(20));
}

fn taken(touches: &Touches) -> Vec<Touch> {
    touches.borrow_mut().split_off(0)
}

fn pressables(glass: &Glass) -> Vec<ElementHandle> {
    let pressed = |part: &ElementHandle| {
        use AccessibleRole::{Button, ListItem, RadioButton};
        matches!(part.accessible_role(), Some(Button | ListItem | RadioButton))
    };
    let query = ElementQuery::from_root(glass.component()).match_descendants();
    let mut parts = query.match_predicate(pressed).find_all();
    // One part is found once for each way that leads to it.
    let place = |part: &ElementHandle| {
        let at = part.absolute_position();
        (at.y as i32, at.x as i32, label(part))
    };
    parts.sort_by_key(place);
    parts.dedup_by_key(|part| place(part));
    parts
}

fn label(part: &ElementHandle) -> String {
    part.accessible_label().unwrap_or_default().into()
}
