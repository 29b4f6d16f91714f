//! Every button on every page does something, or says that it is not here.

use flow::{Button, Field, Page, PaperCause, PaperEnding, Profile, TerminalEnding, World};

use crate::teller::Teller;

pub const BUTTONS: [Button; 24] = [
    Button::Next,
    Button::Back,
    Button::Finish,
    Button::MoreTime,
    Button::PrintWaiting,
    Button::CheckNow,
    Button::CollectLater,
    Button::Yes,
    Button::No,
    Button::SignIn,
    Button::SignOut,
    Button::Suspense,
    Button::EndDay,
    Button::Less,
    Button::More,
    Button::Menu,
    Button::CancelReceipt,
    Button::Reprint,
    Button::Details,
    Button::TakeWeight,
    Button::Camera,
    Button::AnotherToo,
    Button::Rates,
    Button::Earlier,
];

/// A way to a page.
type Way = fn() -> Teller;

fn at_find() -> Teller {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    teller
}

fn at_demand() -> Teller {
    let mut teller = at_find();
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    teller
}

fn at_pay() -> Teller {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    teller
}

fn asked(mode: &str) -> Teller {
    let mut teller = Teller::kiosk();
    teller.ask_for("12/345", mode);
    teller
}

fn card_ended(ending: TerminalEnding) -> Teller {
    let mut teller = asked("card");
    teller.terminal(teller.charges[0].0, ending);
    teller
}

fn printing() -> Teller {
    card_ended(crate::teller::approval())
}

fn printed(ending: PaperEnding) -> Teller {
    let mut teller = printing();
    teller.paper(ending);
    teller
}

fn ask_paper() -> Teller {
    let mut teller = printed(PaperEnding::Uncertain(PaperCause::Away));
    teller.press(Button::Next);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller
}

fn collector(press: Button) -> Teller {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(press);
    teller
}

fn locked() -> Teller {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.wait(61);
    teller
}

/// A cashier who has taken ₹1,184 in cash, at this task of the menu.
fn cashier_at(task: &str) -> Teller {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1184");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.press(Button::Menu);
    teller.choose(task);
    teller
}

fn at_receipt() -> Teller {
    let mut teller = cashier_at("receipts");
    let Page::Receipts(page) = teller.page() else { panic!("{:?}", teller.page()) };
    teller.choose(&page.receipts[0].id);
    teller
}

fn closed_at(task: &str) -> Teller {
    let mut teller = cashier_at("end_day");
    teller.write(Field::Coins, "1184");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    if task == "receive" {
        teller.press(Button::SignOut);
        teller.press(Button::SignIn);
        teller.sign_in("5", "5050");
    }
    teller.press(Button::Menu);
    teller.choose(task);
    teller
}

fn at_close() -> Teller {
    let mut teller = closed_at("receive");
    let Page::Receive(page) = teller.page() else { panic!("{:?}", teller.page()) };
    teller.choose(&page.here[0].id);
    teller
}

const WAYS: [(&str, Way); 46] = [
    ("home", Teller::kiosk),
    ("home with a cashier", Teller::counter),
    ("sign in", || {
        let mut teller = Teller::kiosk();
        teller.press(Button::SignIn);
        teller
    }),
    ("locked", locked),
    ("find", at_find),
    ("form", crate::form::at_form),
    ("answers", crate::form::at_answers),
    ("demand", at_demand),
    ("pay", at_pay),
    ("amount", || {
        let mut teller = at_pay();
        teller.choose("another");
        teller
    }),
    ("cash", || {
        let mut teller = Teller::counter();
        teller.go_to_pay("12/345");
        teller.pay_by("cash");
        teller
    }),
    ("upi", || asked("upi")),
    ("card waits", || asked("card")),
    ("card is looked up", || card_ended(TerminalEnding::Lost)),
    ("card was declined", || card_ended(TerminalEnding::Declined)),
    ("nobody can tell", || {
        let mut teller = card_ended(TerminalEnding::Lost);
        teller.terminal(teller.charges[0].0, TerminalEnding::CannotTell);
        teller
    }),
    ("printing", printing),
    ("paid", || printed(PaperEnding::Whole)),
    ("stopped before", || printed(PaperEnding::NotStarted(PaperCause::PaperOut))),
    ("stopped in between", || {
        let mut teller = printing();
        let ticket = teller.ticket();
        teller.world(World::PaperWaits { ticket, cause: PaperCause::PaperOut });
        teller
    }),
    ("ask paper", ask_paper),
    ("round", || Teller::handheld(Profile::Collector)),
    ("suspense", || collector(Button::Suspense)),
    ("day's end", || collector(Button::EndDay)),
    ("day closed", || {
        let mut teller = collector(Button::EndDay);
        teller.press(Button::Next);
        teller
    }),
    ("visit", || {
        let mut teller = Teller::handheld(Profile::Karmasena);
        teller.choose("345");
        teller.choose("collected");
        teller
    }),
    ("menu", || {
        let mut teller = Teller::counter();
        teller.press(Button::Menu);
        teller
    }),
    ("group", || {
        let mut teller = at_demand();
        teller.press(Button::AnotherToo);
        teller.press(Button::Back);
        teller
    }),
    ("rates", || {
        let mut teller = Teller::kiosk();
        teller.press(Button::Rates);
        teller
    }),
    ("receipts", || cashier_at("receipts")),
    ("printer", || cashier_at("printer")),
    ("receipt", at_receipt),
    ("settlement", || cashier_at("settle")),
    ("settlement is awaited", || {
        let mut teller = cashier_at("settle");
        teller.press(Button::Next);
        teller
    }),
    ("cancel", || {
        let mut teller = at_receipt();
        teller.press(Button::CancelReceipt);
        teller
    }),
    ("change money", || {
        let mut teller = Teller::counter();
        teller.press(Button::Menu);
        teller.choose("float");
        teller
    }),
    ("hand in", || closed_at("hand_in")),
    ("receive", || closed_at("receive")),
    ("close that is received", at_close),
    ("received", || {
        let mut teller = at_close();
        teller.write(Field::Counted, "1184");
        teller.press(Button::Next);
        teller
    }),
    ("cheque", || {
        let mut teller = Teller::counter();
        teller.go_to_pay("12/345");
        teller.pay_by("cheque");
        teller
    }),
    ("notices", || {
        let mut teller = cashier_at("receipts");
        let (receipt, _) = teller.receipts()[0];
        let noted = flow::Noted::Excess(crate::teller::rupees(10));
        teller.books.notices = vec![flow::OfficeNotice { seq: 9, receipt, noted }];
        teller.press(Button::Back);
        teller.choose("notices");
        teller
    }),
    ("earlier", || {
        let mut teller = at_demand();
        teller.press(Button::Earlier);
        teller
    }),
    ("details", || {
        let mut teller = crate::details::at_details();
        teller.choose("household.people:5");
        teller
    }),
    ("kept apart", || {
        let mut teller = cashier_at("receipts");
        let (receipt, _) = teller.receipts()[0];
        teller.books.apart = vec![crate::apart::open(receipt)];
        teller.press(Button::Back);
        teller.choose("apart");
        teller
    }),
    ("checked", || {
        let mut teller = printing();
        let slip = teller.slip();
        teller.paper(PaperEnding::Whole);
        teller.press(Button::Next);
        teller.scan(slip.lines().find(|line| line.contains("/R/")).expect("a square"));
        assert!(matches!(teller.page(), Page::Checked(_)));
        teller
    }),
];

#[test]
fn every_button_on_every_page_is_answered() {
    for (name, way) in WAYS {
        for button in BUTTONS {
            let mut teller = way();
            let glass = teller.glass();
            assert_eq!(teller.refused(), None, "{name} is not reached");
            let before =
                (teller.books.entries.len(), teller.prints.len(), teller.syncs, teller.aborts);
            teller.press(button);
            let after =
                (teller.books.entries.len(), teller.prints.len(), teller.syncs, teller.aborts);
            let did = teller.refused().is_some() || after != before || teller.glass() != glass;
            // "More time" is for whoever reads slowly; on every page it says that somebody is
            // there. "Less" below nothing, and Finish where the next person begins, have nothing to
            // do.
            let may_rest = matches!(
                (name, button),
                (_, Button::MoreTime)
                    | ("visit", Button::Less)
                    | ("home" | "home with a cashier" | "ask paper" | "round", Button::Finish)
                    // The list is looked through again, and says the same.
                    | ("receipts", Button::Next)
            );
            assert!(did || may_rest, "{button:?} is dead on {name}");
            teller.assert_sound();
        }
    }
}

#[test]
fn fields_and_choices_of_other_pages_are_not_here() {
    for (name, way) in WAYS {
        let mut teller = way();
        let glass = teller.page();
        for field in [Field::Staff, Field::Note500, Field::Months, Field::Place] {
            let own = matches!(
                (name, field),
                ("day's end", Field::Note500)
                    | ("visit", Field::Months)
                    | ("suspense", Field::Place)
            );
            if own {
                continue;
            }
            teller.write(field, "3");
            assert!(teller.refused().is_some(), "{name} took {field:?}");
        }
        teller.choose("no such thing");
        assert!(teller.refused().is_some(), "{name} took a choice that it does not offer");
        assert_eq!(teller.page(), glass, "{name}");
    }
}
