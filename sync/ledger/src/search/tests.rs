//! Names as registers spell them. Those of one line are one name.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::language::Language;
use crate::money::Paise;
use crate::register::LocalName;

const SAME: &[&str] = &[
    "Lakshmi Laxmi Lekshmi Lakshmy ലക്ഷ്മി लक्ष्मी ଲକ୍ଷ୍ମୀ ಲಕ್ಷ್ಮಿ லக்ஷ்மி",
    "Kozhikode Kozhikkode കോഴിക്കോട്",
    "Radhakrishnan Radhakrisnan രാധാകൃഷ്ണൻ രാധാകൃഷ്ണന്\u{200d} राधाकृष्णन",
    "Mohammed Muhammad Mohamed Mohamad Muhammed മുഹമ്മദ് मुहम्मद मोहम्मद ମହମ୍ମଦ",
    "Ibrahim Ebrahim Ibraheem ഇബ്രാഹിം इब्राहिम इब्राहीम",
    "Gyaneshwar Dnyaneshwar Jnaneshwar Gyaneswar ज्ञानेश्वर ଜ୍ଞାନେଶ୍ୱର",
    "Pillai Pilla Pillay പിള്ള",
    "Thankappan Tankappan Thangappan തങ്കപ്പൻ",
    "Kunju Kunhu Kunjhu കുഞ്ഞു",
    "Manju മഞ്ജു मंजू ମଞ୍ଜୁ",
    "Krishnan Krishnann Krisnan കൃഷ്ണൻ कृष्णन",
    "Saraswathi Saraswati Sarasvathi സരസ്വതി सरस्वती ସରସ୍ୱତୀ",
    "Chandrika Chandhrika ചന്ദ്രിക चंद्रिका चन्द्रिका ଚନ୍ଦ୍ରିକା",
    "Sindhu Sindu സിന്ധു सिंधु सिन्धू ସିନ୍ଧୁ",
    "Geetha Gita Geeta ഗീത गीता ଗୀତା",
    "Latha Lata ലത लता ଲତା",
    "Sreeja Srija Shreeja ശ്രീജ श्रीजा",
    "Suresh Sureshh Suresh സുരേഷ് सुरेश ସୁରେଶ",
    "Unnikrishnan Unnikrisnan ഉണ്ണികൃഷ്ണൻ",
    "Vijayan Vijayann വിജയൻ विजयन",
    "Vijay विजय വിജയ്",
    "Bijay ବିଜୟ",
    "ବିକାଶ Bikash Vikas",
    "ଯାଦବ Yadav Jadab",
    "Yadav यादव യാദവ്",
    "Mathew Mathyu മാത്യു",
    "Varghese Varghees Varghis വർഗീസ് വര്‍ഗീസ്",
    "George ജോർജ് जॉर्ज",
    "Joseph Josef ജോസഫ് जोसफ",
    "Thomas Tomas തോമസ് थॉमस",
    "Antony Anthony ആന്റണി ആൻ്റണി ആൻറണി",
    "Stephen സ്റ്റീഫൻ",
    "Kurian Kuriyan Kuryan കുര്യൻ",
    "Chacko Chakko ചാക്കോ",
    "Fathima Fatima Phathima Fathimah ഫാത്തിമ फातिमा फ़ातिमा",
    "Aisha Ayisha Aysha Ayesha ആയിഷ आयशा",
    "Khadeeja Khadija Kadeeja ഖദീജ खदीजा",
    "Abdulla Abdullah അബ്ദുള്ള अब्दुल्ला",
    "Hamza Hamsa ഹംസ हमज़ा",
    "Moideen Moydeen Moidheen മൊയ്തീൻ",
    "Ahmed Ahammed Ahamed അഹമ്മദ് अहमद",
    "Aziz Azeez അസീസ് अज़ीज़",
    "Francis ഫ്രാൻസിസ്",
    "Alice ആലീസ്",
    "Sowmya Soumya Saumya സൗമ്യ सौम्या",
    "Gowri Gauri Gouri ഗൗരി गौरी",
    "Achuthan Achyuthan അച്യുതൻ",
    "Jyothi Jothi ജ്യോതി ज्योति",
    "Maria Mariya മറിയ",
    "Priya Pria പ്രിയ प्रिया ପ୍ରିୟା",
    "Divya Dhivya ദിവ്യ दिव्या",
    "Aiyappan Ayyappan അയ്യപ്പൻ",
    "Singh सिंह ସିଂହ",
    "Narasimha Narasimha നരസിംഹ नरसिंह",
    "Shambhu Sambhu ശംഭു शंभु शम्भु",
    "Changanassery Changanasseri ചങ്ങനാശ്ശേരി",
    "Kanjirappally Kanjirapally കാഞ്ഞിരപ്പള്ളി",
    "Thrissur Trissur തൃശ്ശൂർ തൃശൂർ",
    "Shah ഷാ शाह",
    "मारवाड़ी Marwadi Marwari",
    "Vishwanathan Viswanathan Vishvanathan വിശ്വനാഥൻ विश्वनाथन",
    "Bhagyalakshmi Bagyalaxmi ഭാഗ്യലക്ഷ്മി भाग्यलक्ष्मी",
    "Rishi ഋഷി ऋषि",
    "Omana Umana ഓമന",
    "Muthukumar Mutukumar முத்துக்குமார்",
    "Manjunath Manjunatha ಮಂಜುನಾಥ",
    "Sinha Sinhaa सिन्हा",
    "Jagannath Jagannatha ଜଗନ୍ନାଥ जगन्नाथ",
];

/// Names that a key must tell from each other.
const APART: &[(&str, &str)] = &[
    ("Manju", "Manu"),
    ("Ramya", "Rama"),
    ("Divya", "Deva"),
    ("Mohan", "Mini"),
    ("Lakshmi", "Lakshmanan"),
    ("Raman", "Rajan"),
    ("Vijayan", "Vasu"),
    ("Pillai", "Palani"),
    ("Anil", "Sunil"),
    ("Radha", "Rajani"),
    ("Joseph", "Jose"),
    ("Annamma", "Aleyamma"),
    ("Singh", "Sinha"),
    ("Usha", "Asha"),
    ("Ibrahim", "Abraham"),
    ("Hari", "Ari"),
    ("കമല", "കൽമ"),
    ("രമ്യ", "രമ"),
];

fn keyed(name: &str) -> BTreeSet<String> {
    words(name).iter().filter_map(Word::name).flat_map(key::keys).collect()
}

#[test]
fn spellings_of_one_name_agree_in_every_script() {
    let mut apart = Vec::new();
    for line in SAME {
        let names: Vec<&str> = line.split(' ').collect();
        for name in &names[1..] {
            if keyed(names[0]).is_disjoint(&keyed(name)) {
                apart.push(format!("{} {:?} {name} {:?}", names[0], keyed(names[0]), keyed(name)));
            }
        }
    }
    assert!(apart.is_empty(), "{apart:#?}");
}

#[test]
fn names_that_differ_stay_apart() {
    for (one, other) in APART {
        let (a, b) = (keyed(one), keyed(other));
        assert!(a != b && a.is_disjoint(&b), "{one} {a:?}, {other} {b:?}");
    }
}

#[test]
fn a_key_says_what_is_heard() {
    let key = |name: &str| key::keys(name);
    assert_eq!(key("lakshmi"), ["lksm"]);
    assert_eq!(key("കോഴിക്കോട്"), ["klkt"]);
    assert_eq!(key("ज्ञानेश्वर"), ["knnsvr"]);
    assert_eq!(key("azeez"), ["ass", "acc"]);
    assert_eq!(key("ବିଜୟ"), ["pc", "vcy"]);
    assert_eq!(key("王"), [""; 0]);
}

#[test]
fn a_text_is_taken_apart_into_words_and_numbers() {
    let name = |text: &str| Word::Name(text.to_owned());
    let number = |text: &str| Word::Number(text.to_owned());
    assert_eq!(words("12/345"), [number("12_345")]);
    assert_eq!(words(" 12/345-A, "), [number("12_345a")]);
    assert_eq!(words("012/0345a"), [number("12_345a")]);
    assert_eq!(words("12 345"), [number("12"), number("345")]);
    assert_eq!(words("TC 12/345"), [name("tc"), number("12_345")]);
    assert_eq!(words("൧൨/൩൪൫"), [number("12_345")]);
    assert_eq!(words("000"), [number("0")]);
    assert_eq!(words("4th Cross Road"), [number("4th"), name("cross"), name("road")]);
    assert_eq!(words("Lakshmi K. P."), [name("lakshmi"), name("kp")]);
    assert_eq!(words("L R"), [name("lr")]);
    assert_eq!(words("D'Souza"), [name("dsouza")]);
    assert_eq!(words("\" * ( NEAR: \u{0} •"), [name("near")]);
    assert_eq!(words(" \u{1f600} -/.\t"), []);
}

#[test]
fn initials_are_those_that_the_mask_leaves() {
    for owner in ["Lakshmi R.", "L•••••• R.", "Lakshmi Devi Raman"] {
        assert_eq!(initials(owner), ["lr", "rl"], "{owner}");
    }
    assert_eq!(initials("Lakshmi K.P."), ["lkp", "kpl"]);
    assert_eq!(initials("Ammini"), ["a"]);
    assert_eq!(initials("Lakshmi L."), ["ll"]);
    assert_eq!(initials("ലക്ഷ്മി ആർ."), [""; 0]);
}

fn house(number: &str, street: &str, owner: &str, local: &str) -> Building {
    Building {
        id: 345,
        ward: 7,
        number: number.to_owned(),
        old_number: Some("3/50".to_owned()),
        street: street.to_owned(),
        owner: owner.to_owned(),
        owner_local: Some(LocalName { language: Language::Ml, name: local.to_owned() }),
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: String::new(),
        annual_tax: Paise::ZERO,
        demands: Vec::new(),
        advance: Paise::ZERO,
        household: None,
        connections: Vec::new(),
    }
}

fn lakshmi() -> Building {
    house("12/345A", "Temple Road", "Lakshmi R.", "ലക്ഷ്മി ആർ.")
}

/// The place of the first reading that finds it.
fn place(typed: &str, with_names: bool, of: &Building) -> Option<usize> {
    let searched = Searched::of(of);
    readings(typed, with_names).iter().position(|reading| is_found(&searched, reading))
}

#[test]
fn a_house_is_found_by_number_street_initials_and_name() {
    let house = lakshmi();
    for typed in ["12/345a", "345A", "345", "12 345", "3/50", "temple road", "Road, Temple"] {
        assert_eq!(place(typed, false, &house), Some(0), "{typed}");
    }
    for typed in ["Tempel Road", "Templ", "LR", "L. R.", "r l", "lr temple", "l r 345"] {
        assert!(place(typed, false, &house).is_some(), "{typed}");
    }
    for typed in ["Lakshmi", "laxmi", "ലക്ഷ്മി", "लक्ष्मी r", "Laks", "laxmi temple 345a"]
    {
        assert_eq!(place(typed, false, &house), None, "{typed} is a name");
        assert!(place(typed, true, &house).is_some(), "{typed}");
        assert_eq!(place(typed, true, &house.clone().without_names()), None, "{typed}");
    }
    for typed in ["34", "12/34", "12/345B", "Market", "vu", "Lakshmi Market"] {
        assert_eq!(place(typed, true, &house), None, "{typed}");
    }
    assert_eq!(place("LR", true, &house.without_names()), Some(0));
}

#[test]
fn a_name_in_parts_is_the_same_in_one_word() {
    let parts = house("1/1", "Mill Lane", "Radha Krishnan", "രാധാകൃഷ്ണൻ");
    let whole = house("1/2", "Mill Lane", "Radhakrishnan", "രാധാകൃഷ്ണൻ");
    for typed in ["Radhakrisnan", "Radha Krishnan", "Radhakrishnan", "രാധാ കൃഷ്ണൻ"]
    {
        assert!(place(typed, true, &parts).is_some(), "{typed}");
        assert!(place(typed, true, &whole).is_some(), "{typed}");
    }
    for typed in ["രാധാകൃഷ്ണൻ Market", "Market രാധാകൃഷ്ണൻ", "Radha രാധാകൃഷ്ണൻ Market"]
    {
        assert_eq!(place(typed, true, &whole), None, "{typed}");
    }
}

#[test]
fn the_most_exact_reading_comes_first() {
    let house = |owner: &str| house("1/1", "Mill Lane", owner, "-");
    let (exact, begins, sounds) = (house("Mini"), house("Minimol"), house("Meenu"));
    let places = [&exact, &begins, &sounds].map(|house| place("mini", true, house));
    assert!(places[0] < places[1] && places[1] < places[2], "{places:?}");
}

#[test]
fn what_cannot_be_looked_for_has_no_reading() {
    for typed in ["", "   ", "•••", "\"", "*", "\u{0}", "🙂"] {
        assert_eq!(readings(typed, true), Vec::<Reading>::new(), "{typed:?}");
    }
    let long = "word ".repeat(1_000);
    assert!(readings(&long, true).iter().all(|reading| reading.len() <= WORDS_MAX));
}

/// Texts with many letters of the scripts that are read here.
fn text() -> impl Strategy<Value = String> {
    let sign = prop_oneof![
        4 => proptest::char::range('a', 'z'),
        1 => proptest::char::range('0', '9'),
        1 => proptest::sample::select(vec![' ', '/', '.', '-', '"', '*', '(', ':', '^', '•']),
        4 => proptest::char::range('\u{0900}', '\u{0d7f}'),
        1 => any::<char>(),
    ];
    proptest::collection::vec(sign, 0..60).prop_map(|signs| signs.into_iter().collect())
}

proptest! {
    /// Whatever is typed, a term has no sign that a search could read as its own.
    #[test]
    fn terms_are_plain(typed in text()) {
        for term in readings(&typed, true).into_iter().flatten().flatten() {
            let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign > '\u{7f}';
            prop_assert!(!term.token.is_empty() && term.token.chars().all(plain), "{term:?}");
        }
    }

    /// Whatever the register says is found by the same words.
    #[test]
    fn a_house_is_found_by_its_own_words(street in text(), owner in text(), pick in 0..60_usize) {
        let owner = owner.replace(MASK, " ");
        let house = house("1/1", &street, &owner, "-");
        let searched = Searched::of(&house);
        for text in [&street, &owner] {
            let found = words(text);
            let Some(word) = found.get(pick % found.len().max(1)) else { continue };
            let typed = match word {
                Word::Number(number) => number.replace('_', "/"),
                Word::Name(name) => name.clone(),
            };
            let readings = readings(&typed, true);
            prop_assert!(is_found(&searched, &readings[0]), "{typed:?} in {searched:?}");
        }
    }
}
