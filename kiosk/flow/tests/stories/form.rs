//! A service that asks a form: one question a page in the form's own words, all answers looked
//! over, and the fee that follows from them paid as any other demand.

pub mod sample;

use flow::{Button, Field, FormAnswer, FormKeys, Page, PaperEnding, Profile, RefusalCode, Touch};
use ledger::{Language, Named, Payer};

use crate::asked::{answers, form};
use crate::teller::{Teller, rupees};

fn begin(profile: Profile) -> Teller {
    Teller::of_pack(profile, sample::pack())
}

/// At the first question, on a kiosk with nobody behind it.
pub fn at_form() -> Teller {
    let mut teller = begin(Profile::Kiosk);
    teller.choose("trade_fee");
    teller
}

fn next(teller: &mut Teller) {
    teller.press(Button::Next);
}

fn write(teller: &mut Teller, text: &str) {
    teller.write(Field::Answer, text);
    assert_eq!(teller.refused(), None, "{text}");
    next(teller);
}

fn pick(teller: &mut Teller, id: &str) {
    teller.choose(id);
    assert_eq!(teller.refused(), None, "{id}");
    next(teller);
}

/// From the first question to the question of income, as one who is employed.
fn employed(teller: &mut Teller) {
    next(teller);
    write(teller, "Suma P.");
    write(teller, "L/42");
    pick(teller, "employed");
}

/// From the question of income to the list of all answers.
fn earning(teller: &mut Teller, income: &str) {
    write(teller, income);
    next(teller);
    next(teller);
    pick(teller, "ok");
    answers(teller);
}

/// At the list of all answers of one who is employed.
pub fn at_answers() -> Teller {
    let mut teller = at_form();
    employed(&mut teller);
    earning(&mut teller, "20000");
    teller
}

fn at_demand(teller: &mut Teller) {
    next(teller);
    assert!(matches!(teller.page(), Page::Demand(_)), "{:?}", teller.refused());
}

#[test]
fn a_whole_journey_in_malayalam_ends_in_a_receipt_with_its_answers() {
    let mut teller = begin(Profile::Kiosk);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller.touch(Touch::Language(Language::Ml));
    teller.choose("trade_fee");
    let page = form(&teller);
    assert_eq!((page.question, page.questions, page.title.as_str()), (1, 8, "തൊഴിൽ നികുതി"));
    assert_eq!(page.label, "അർദ്ധവർഷത്തെ തൊഴിൽ നികുതി");
    assert_eq!(page.answer, FormAnswer::Shown(String::new()));
    next(&mut teller);
    assert_eq!(form(&teller).label, "നിങ്ങളുടെ പേര്?");
    write(&mut teller, "സുമ പി.");
    write(&mut teller, "L/42");
    let FormAnswer::One(choices) = form(&teller).answer else { panic!("{:?}", teller.page()) };
    assert_eq!((choices[1].id.as_str(), choices[1].label.as_str()), ("trade", "വ്യാപാരം"));
    pick(&mut teller, "trade");
    // Whoever trades is asked more.
    assert_eq!((form(&teller).question, form(&teller).questions), (5, 10));
    teller.choose("cloth");
    pick(&mut teller, "food");
    let keys = FormAnswer::Typed { text: String::new(), keys: FormKeys::Decimal };
    assert_eq!(
        (form(&teller).answer, form(&teller).hint.as_deref()),
        (keys, Some("ചതുരശ്ര മീറ്ററിൽ"))
    );
    write(&mut teller, "12.5");
    write(&mut teller, "20000");
    write(&mut teller, "14-08-2020");
    assert_eq!(form(&teller).answer, FormAnswer::Shown("40000".to_owned()));
    next(&mut teller);
    assert_eq!(form(&teller).answer, FormAnswer::Agreed(false));
    pick(&mut teller, "ok");

    let said = answers(&teller).rows.into_iter().map(|row| row.answer).collect::<Vec<_>>();
    let wanted =
        ["സുമ പി.", "L/42", "വ്യാപാരം", "ഭക്ഷണം, തുണി", "12.5", "20000", "14-08-2020", "40000", ""];
    assert_eq!(said, wanted);
    next(&mut teller);
    let Page::Demand(demand) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert_eq!((demand.total, demand.place.owner.as_str()), (rupees(550), "സുമ പി."));
    let lines = demand.periods.iter().flat_map(|period| &period.lines);
    let lines: Vec<_> = lines.map(|line| (line.amount, line.why.is_empty())).collect();
    assert_eq!(lines, [(rupees(450), false), (rupees(100), false)], "each says why");
    next(&mut teller);
    let Page::Pay(pay) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert_eq!(pay.amounts.len(), 1, "a fee is paid whole");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "600");
    next(&mut teller);

    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    let named = Named { name: "സുമ പി.".to_owned(), reference: "L/42".to_owned() };
    assert_eq!((receipt.payer, receipt.total), (Payer::Named(named), rupees(550)));
    assert_eq!((receipt.service.as_str(), receipt.language), ("trade_fee", Language::Ml));
    let kept: Vec<_> =
        receipt.answers.iter().map(|a| (a.name.as_str(), a.value.as_str())).collect();
    assert_eq!(kept, [("work", "trade"), ("income", "20000")], "what the fee needs, and no more");
    let slip = teller.slip();
    for words in ["തൊഴിൽ നികുതി", "സുമ പി.", "L/42"] {
        assert!(slip.contains(words), "{words}: {slip}");
    }
    teller.paper(PaperEnding::Whole);
    next(&mut teller);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.assert_sound();
}

#[test]
fn a_collector_finds_the_fee_in_the_menu_and_comes_back_to_it() {
    let mut teller = begin(Profile::Collector);
    teller.sign_in("4", "4711");
    teller.press(Button::Menu);
    let Page::Menu(menu) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(menu.services[0].title, "Profession tax");
    teller.choose("trade_fee");
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Menu(_)));
    teller.choose("trade_fee");
    employed(&mut teller);
    earning(&mut teller, "12000");
    at_demand(&mut teller);
    next(&mut teller);
    teller.pay_by("cheque");
    teller.write(Field::InstrumentNumber, "004217");
    teller.write(Field::Bank, "Co-operative Bank");
    teller.write(Field::Dated, "12-08-2026");
    next(&mut teller);
    assert_eq!(teller.receipts()[0].1.total, rupees(320));
    teller.paper(PaperEnding::Whole);
    next(&mut teller);
    assert!(matches!(teller.page(), Page::Round(_)));
    teller.assert_sound();
}

#[test]
fn what_is_wrong_is_said_in_the_forms_own_words_and_language() {
    let mut teller = at_form();
    next(&mut teller);
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNeeded), "a name is needed");
    assert_eq!(form(&teller).wrong, None, "the form has no words for it");
    write(&mut teller, "Suma P.");
    next(&mut teller);
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    pick(&mut teller, "employed");
    write(&mut teller, "999");
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken));
    assert_eq!(form(&teller).wrong.as_deref(), Some("At least 1000 rupees"));
    // The other language says the same, and nothing that was typed is lost.
    teller.touch(Touch::Language(Language::Ml));
    let page = form(&teller);
    assert_eq!(page.wrong.as_deref(), Some("കുറഞ്ഞത് 1000 രൂപ"));
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNotTaken));
    assert_eq!(page.answer, FormAnswer::Typed { text: "999".into(), keys: FormKeys::Whole });
    teller.write(Field::Answer, "9990");
    assert_eq!((form(&teller).wrong, teller.refused()), (None, None));
    for (text, code) in [("12,000", RefusalCode::NotANumber), ("1.5", RefusalCode::NotANumber)] {
        teller.write(Field::Answer, text);
        next(&mut teller);
        assert_eq!(teller.refused(), Some(code), "{text}");
    }
    write(&mut teller, "12000");
    for text in ["14-08-20", "31-02-2020", "soon"] {
        teller.write(Field::Answer, text);
        next(&mut teller);
        assert_eq!(teller.refused(), Some(RefusalCode::NotADate), "{text}");
    }
    teller.write(Field::Answer, "15-08-2026");
    next(&mut teller);
    assert_eq!(form(&teller).wrong.as_deref(), Some("ഇന്നു വരെ മാത്രം"), "tomorrow");
    write(&mut teller, "14-08-2026");
    next(&mut teller);
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::AnswerNeeded), "it must be agreed to");
}

#[test]
fn half_a_date_outlives_the_language_and_the_way_back() {
    let mut teller = at_form();
    employed(&mut teller);
    write(&mut teller, "20000");
    let typed = |teller: &Teller| match form(teller).answer {
        FormAnswer::Typed { text, .. } => text,
        other => panic!("{other:?}"),
    };
    teller.write(Field::Answer, "14-0");
    teller.touch(Touch::Language(Language::Ml));
    assert_eq!((typed(&teller).as_str(), teller.screen().frame.language), ("14-0", Language::Ml));
    teller.press(Button::Back);
    assert_eq!(typed(&teller), "20000");
    next(&mut teller);
    assert_eq!(typed(&teller), "14-0");
    teller.write(Field::Answer, "");
    next(&mut teller);
    // Back leads through every question, and out.
    for label in ["ഇവിടെ", "അർദ്ധവർഷത്തെ വരുമാനം", "ജോലി", "ലൈസൻസ്", "പേര്", "തൊഴിൽ നികുതി"]
    {
        teller.press(Button::Back);
        assert!(form(&teller).label.contains(label), "{label}: {}", form(&teller).label);
    }
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Home(_)));
}

#[test]
fn an_answer_is_changed_and_only_what_it_asks_anew_is_asked() {
    let mut teller = at_answers();
    let rows = answers(&teller).rows;
    let can: Vec<_> = rows.iter().filter(|row| !row.can_change).map(|row| &*row.id).collect();
    assert_eq!(can, ["year"], "what is worked out cannot be changed");
    teller.choose("year");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.choose("work");
    assert!(form(&teller).changing);
    // Back leaves everything as it was.
    teller.choose("trade");
    teller.press(Button::Back);
    assert_eq!(answers(&teller).rows, rows);
    teller.choose("work");
    pick(&mut teller, "trade");
    assert_eq!(form(&teller).label, "What do you sell?");
    next(&mut teller);
    assert_eq!(form(&teller).label, "How large is the shop?");
    teller.press(Button::Back);
    assert_eq!(form(&teller).label, "What do you sell?");
    next(&mut teller);
    next(&mut teller);
    assert_eq!(answers(&teller).rows.len(), rows.len() + 2);
    teller.press(Button::Back);
    assert_eq!(form(&teller).label, "All of this is true");
    next(&mut teller);
    at_demand(&mut teller);
    teller.press(Button::Back);
    assert_eq!(answers(&teller).rows.len(), rows.len() + 2, "the demand leads back to the answers");
}

#[test]
fn answers_with_no_fee_are_one_sentence_and_no_dead_end() {
    let mut teller = at_form();
    employed(&mut teller);
    earning(&mut teller, "5000");
    next(&mut teller);
    assert_eq!(teller.refused(), Some(RefusalCode::NoFeeForAnswers));
    answers(&teller);
    teller.choose("income");
    write(&mut teller, "15000");
    answers(&teller);
    at_demand(&mut teller);
}

#[test]
fn a_form_that_cannot_be_asked_whole_is_said_before_anything_is_asked() {
    let image = sample::SURVEY.replace("date,since", "dateTime,since");
    let nobody = sample::SURVEY.replace("text,payer_name", "text,owner");
    let blind = sample::SURVEY.replace("income", "earnings");
    for survey in [image.as_str(), &nobody, &blind, "type,name\nblob,x\n", ""] {
        let mut teller = Teller::of_pack(Profile::Kiosk, sample::pack_with(survey));
        teller.choose("trade_fee");
        assert_eq!(teller.refused(), Some(RefusalCode::CannotAsk), "{survey}");
        assert!(matches!(teller.page(), Page::Home(_)));
    }
}

#[test]
fn a_choice_is_taken_back_where_the_question_may_be_left_open() {
    let mut teller = at_form();
    next(&mut teller);
    write(&mut teller, "Suma P.");
    next(&mut teller);
    let chosen = |teller: &Teller| match form(teller).answer {
        FormAnswer::One(of) | FormAnswer::Several(of) => of
            .into_iter()
            .filter(|choice| choice.chosen)
            .map(|choice| choice.id)
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    for strange in ["food", "", "employed trade", "nothing"] {
        teller.choose(strange);
        assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "{strange}");
    }
    teller.choose("trade");
    teller.choose("trade");
    assert_eq!(chosen(&teller), ["trade"], "it is needed");
    next(&mut teller);
    teller.choose("cloth");
    teller.choose("food");
    assert_eq!(chosen(&teller), ["food", "cloth"]);
    teller.choose("cloth");
    assert_eq!(chosen(&teller), ["food"]);
    // Nothing is typed where something is chosen.
    teller.write(Field::Answer, "food");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}

#[test]
fn a_code_is_scanned_into_the_field_that_takes_one() {
    let mut teller = at_form();
    next(&mut teller);
    teller.scan("L/42");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "a name is not scanned");
    write(&mut teller, "Suma P.");
    teller.scan(" L/42 ");
    let keys = FormAnswer::Typed { text: "L/42".to_owned(), keys: FormKeys::Code };
    assert_eq!(form(&teller).answer, keys);
    teller.write(Field::Answer, &"9".repeat(81));
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    assert_eq!(form(&teller).answer, keys, "what stood there stands");
}

#[test]
fn whoever_leaves_is_forgotten_and_a_collector_finds_the_page_again() {
    let mut teller = at_answers();
    teller.wait(u64::from(teller.idle_s()) + 21);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.choose("trade_fee");
    next(&mut teller);
    let empty = FormAnswer::Typed { text: String::new(), keys: FormKeys::Names };
    assert_eq!(form(&teller).answer, empty, "nothing of the one before");

    let mut teller = begin(Profile::Collector);
    teller.sign_in("4", "4711");
    teller.press(Button::Menu);
    teller.choose("trade_fee");
    employed(&mut teller);
    let page = form(&teller);
    teller.wait(u64::from(teller.idle_s()) + 21);
    assert!(matches!(teller.page(), Page::SignIn(_)));
    teller.write(Field::Pin, "4711");
    next(&mut teller);
    assert_eq!(form(&teller), page);
}

#[test]
fn money_that_comes_late_is_of_the_payer_who_still_stands_there() {
    let mut teller = at_answers();
    at_demand(&mut teller);
    next(&mut teller);
    teller.pay_by("upi");
    let intent = teller.books.day_book.intents().map(|(seq, _)| seq).max().expect("an intent");
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Pay(_)));
    teller.confirm(intent);
    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    assert!(matches!(&receipt.payer, Payer::Named(named) if named.name == "Suma P."));
    assert_eq!(receipt.answers.len(), 2);
    teller.assert_sound();
}
