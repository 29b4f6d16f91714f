//! The pages of a form in their states, with questions as long as offices write them.

use flow::*;
use ledger::Language;

use super::office::Drawn;

/// The words of a form in one language.
struct Words {
    title: &'static str,
    name: &'static str,
    work: &'static str,
    income: &'static str,
    hint: &'static str,
    wrong: &'static str,
    since: &'static str,
    agree: &'static str,
    about: &'static str,
    kinds: [&'static str; 4],
}

pub fn all(language: Language) -> Vec<Drawn> {
    let words = words(language);
    let page = |question, label: &str, answer| FormPage {
        title: words.title.into(),
        question,
        questions: 7,
        turn: None,
        label: label.into(),
        hint: None,
        optional: false,
        answer,
        wrong: None,
        changing: false,
        can_look: false,
    };
    let typed = |text: &str, keys| FormAnswer::Typed { text: text.into(), keys };
    let choice = |(place, label): (usize, &&str)| FormChoice {
        id: place.to_string(),
        label: (*label).into(),
        chosen: place == 1,
    };
    let choices = || words.kinds.iter().enumerate().map(choice).collect();
    let hint = Some(words.hint.to_owned());
    let income = page(4, words.income, typed("900", FormKeys::Whole));
    let open = page(5, words.income, typed("", FormKeys::Decimal));
    [
        ("40-note", page(1, words.about, FormAnswer::Shown(String::new()))),
        ("40b-name", page(2, words.name, typed("Suma P.", FormKeys::Names))),
        ("40c-one", page(3, words.work, FormAnswer::One(choices()))),
        ("40d-wrong", FormPage { hint, wrong: Some(words.wrong.into()), ..income }),
        ("40e-open", FormPage { optional: true, ..open }),
        ("40f-code", page(2, words.name, typed("L/42", FormKeys::Code))),
        ("40g-several", page(5, words.work, FormAnswer::Several(choices()))),
        ("40h-date", page(6, words.since, typed("14-08-20", FormKeys::Date))),
        ("40i-agree", page(7, words.agree, FormAnswer::Agreed(true))),
        ("40j-shown", page(6, words.income, FormAnswer::Shown("40000".into()))),
    ]
    .map(|(name, page)| Drawn {
        name,
        page: Page::Form(page),
        primary: Some("Continue"),
        figure: "",
    })
    .into_iter()
    .chain(by_touch(&words, page))
    .chain([answers(&words), handed_in(&words), extract(&words)])
    .collect()
}

/// What is answered without a key: a place, a picture, and as many as there are.
fn by_touch(
    words: &Words,
    page: impl Fn(u32, &str, FormAnswer) -> FormPage,
) -> impl Iterator<Item = Drawn> {
    let known = |good, old_s| Whereabouts::Known {
        place: "10.2521° N, 76.2095° E".into(),
        accuracy_m: 8,
        old_s,
        good,
    };
    let taken = Some("10.2521° N, 76.2095° E, 8 m".to_owned());
    let place = |taken, here| page(3, words.since, FormAnswer::Place { taken, here });
    let picture = |taken, can_take| page(4, words.about, FormAnswer::Picture { taken, can_take });
    let row = |number, says: &str, whole| TurnRow { number, says: says.into(), whole };
    let added = vec![
        row(1, &format!("{}, 142.5", words.kinds[1]), true),
        row(2, &format!("{}, {}", words.kinds[2], words.kinds[3]), false),
        row(3, "", true),
    ];
    let code = FormAnswer::Typed { text: "EM-4711".into(), keys: FormKeys::Code };
    let time = FormAnswer::Typed { text: "14:0".into(), keys: FormKeys::Time };
    let turn = Some(format!("{} 2", words.title));
    let unknown = Some(Whereabouts::Unknown(NoPosition::NoFix));
    let open = |page: FormPage| FormPage { optional: true, ..page };
    let pages = [
        ("43-place", place(None, Some(known(true, None)))),
        ("43b-place-taken", open(place(taken, Some(known(false, Some(24)))))),
        ("43c-place-unknown", place(None, unknown)),
        ("43d-no-receiver", open(place(None, None))),
        ("44-picture", open(picture(false, true))),
        ("44b-picture-taken", picture(true, true)),
        ("44c-no-camera", picture(false, false)),
        ("45-list-empty", page(5, words.title, FormAnswer::Turns(Vec::new()))),
        ("45b-list", page(5, words.title, FormAnswer::Turns(added))),
        ("45c-of-a-turn", FormPage { turn, can_look: true, ..page(2, words.name, code) }),
        ("45d-time", page(6, words.since, time)),
    ];
    let drawn = |(name, page)| Drawn {
        name,
        page: Page::Form(page),
        primary: Some("Continue"),
        figure: "",
    };
    pages.map(drawn).into_iter()
}

fn answers(words: &Words) -> Drawn {
    let row = |id: &str, label: &str, answer: &str| AnswerRow {
        id: id.into(),
        label: label.into(),
        answer: answer.into(),
        agreed: false,
        picture: false,
        can_change: true,
    };
    let rows = vec![
        row("payer_name", words.name, "Suma P."),
        row("work", words.work, words.kinds[1]),
        row("goods", words.work, &words.kinds.join(", ")),
        row("since", words.since, "14-08-2020"),
        row("area", words.income, ""),
        AnswerRow { picture: true, ..row("photo", words.about, "") },
        AnswerRow { can_change: false, ..row("year", words.income, "40000") },
        AnswerRow { agreed: true, ..row("true_all", words.agree, "") },
    ];
    let page = Page::Answers(AnswersPage { title: words.title.into(), rows, submits: false });
    Drawn { name: "41-answers", page, primary: Some("See what you owe"), figure: "" }
}

/// All answers of an application, before it is handed in.
fn handed_in(words: &Words) -> Drawn {
    let Drawn { page: Page::Answers(page), .. } = answers(words) else { unreachable!() };
    let page = Page::Answers(AnswersPage { submits: true, ..page });
    Drawn { name: "42-handed-in", page, primary: Some("Hand it in"), figure: "" }
}

/// An extract of the register that was shown, with all that stands on it.
fn extract(words: &Words) -> Drawn {
    let page = Page::Checked(CheckedPage {
        genuine: true,
        number: "B-2026-00017".into(),
        amount: None,
        date: "14-08-2026".into(),
        place: ["Suma P.", words.name, "12-08-2026", words.work, words.about].join(" · "),
        device: words.title.into(),
        service: words.title.into(),
        extract: true,
        due: String::new(),
    });
    Drawn { name: "42b-extract", page, primary: Some("Finish"), figure: "" }
}

fn words(language: Language) -> Words {
    match language {
        Language::En => Words {
            title: "Profession tax",
            name: "What is your name?",
            work: "How do you earn your living?",
            income: "What did you earn from April to September, before anything was taken off?",
            hint: "In rupees, without paise",
            wrong: "Write at least 1,000 rupees, or go to the office with your papers.",
            since: "Since when have you worked here?",
            agree: "All that I have said is true, and I know that the office may look at my books.",
            about: "This is the tax on work for half a year. Have your last payslip at hand.",
            kinds: ["I am employed", "I have a shop", "I am a doctor, lawyer or engineer", "Other"],
        },
        Language::Ml => Words {
            title: "തൊഴിൽ നികുതി",
            name: "നിങ്ങളുടെ പേര് എന്താണ്?",
            work: "നിങ്ങളുടെ ഉപജീവനമാർഗ്ഗം എന്താണ്?",
            income: "ഏപ്രിൽ മുതൽ സെപ്റ്റംബർ വരെ നിങ്ങൾക്ക് കിട്ടിയ ആകെ വരുമാനം എത്രയാണ്?",
            hint: "രൂപയിൽ, പൈസ വേണ്ട",
            wrong: "കുറഞ്ഞത് 1,000 രൂപ എഴുതുക, അല്ലെങ്കിൽ രേഖകളുമായി ഓഫീസിൽ പോകുക.",
            since: "എന്നു മുതലാണ് ഇവിടെ ജോലി ചെയ്യുന്നത്?",
            agree: "ഞാൻ പറഞ്ഞതെല്ലാം ശരിയാണ്, ഓഫീസിന് എന്റെ കണക്കുകൾ പരിശോധിക്കാം.",
            about: "ഇത് അർദ്ധവർഷത്തെ തൊഴിൽ നികുതിയാണ്. അവസാനത്തെ ശമ്പള സ്ലിപ്പ് കയ്യിൽ വയ്ക്കുക.",
            kinds: ["ശമ്പളക്കാരൻ", "കട നടത്തുന്നു", "ഡോക്ടർ, വക്കീൽ, എഞ്ചിനീയർ", "മറ്റുള്ളവ"],
        },
        Language::Hi => Words {
            title: "पेशा कर",
            name: "आपका नाम क्या है?",
            work: "आप अपनी आजीविका कैसे कमाते हैं?",
            income: "अप्रैल से सितंबर तक, कुछ भी कटने से पहले, आपने कितना कमाया?",
            hint: "रुपये में, बिना पैसे",
            wrong: "कम से कम 1,000 रुपये लिखें, या अपने काग़ज़ लेकर कार्यालय जाएँ।",
            since: "आप यहाँ कब से काम करते हैं?",
            agree: "मैंने जो कहा वह सब सच है, और कार्यालय मेरे खाते देख सकता है।",
            about: "यह आधे साल के काम का कर है। अपनी पिछली वेतन पर्ची पास रखें।",
            kinds: ["नौकरी करता हूँ", "मेरी दुकान है", "डॉक्टर, वकील या इंजीनियर", "अन्य"],
        },
        Language::Mr => Words {
            title: "व्यवसाय कर",
            name: "तुमचे नाव काय आहे?",
            work: "तुम्ही उपजीविका कशी करता?",
            income: "एप्रिल ते सप्टेंबर, काहीही कापण्यापूर्वी, तुम्ही किती कमावले?",
            hint: "रुपयांत, पैसे नकोत",
            wrong: "किमान 1,000 रुपये लिहा, किंवा कागदपत्रे घेऊन कार्यालयात जा.",
            since: "तुम्ही येथे कधीपासून काम करता?",
            agree: "मी सांगितलेले सर्व खरे आहे, आणि कार्यालय माझे हिशोब पाहू शकते.",
            about: "हा अर्ध्या वर्षाच्या कामाचा कर आहे. शेवटची पगार पावती जवळ ठेवा.",
            kinds: ["नोकरी करतो", "माझे दुकान आहे", "डॉक्टर, वकील किंवा अभियंता", "इतर"],
        },
        Language::Or => Words {
            title: "ବୃତ୍ତି କର",
            name: "ଆପଣଙ୍କ ନାମ କ'ଣ?",
            work: "ଆପଣ କିପରି ଜୀବିକା ଅର୍ଜନ କରନ୍ତି?",
            income: "ଏପ୍ରିଲରୁ ସେପ୍ଟେମ୍ବର ପର୍ଯ୍ୟନ୍ତ, କିଛି କଟିବା ପୂର୍ବରୁ, ଆପଣ କେତେ ରୋଜଗାର କଲେ?",
            hint: "ଟଙ୍କାରେ, ପଇସା ବିନା",
            wrong: "ଅତି କମରେ 1,000 ଟଙ୍କା ଲେଖନ୍ତୁ, ନଚେତ୍ କାଗଜପତ୍ର ନେଇ କାର୍ଯ୍ୟାଳୟକୁ ଯାଆନ୍ତୁ।",
            since: "ଆପଣ କେବେଠାରୁ ଏଠାରେ କାମ କରୁଛନ୍ତି?",
            agree: "ମୁଁ ଯାହା କହିଛି ସବୁ ସତ, ଏବଂ କାର୍ଯ୍ୟାଳୟ ମୋର ହିସାବ ଦେଖିପାରିବ।",
            about: "ଏହା ଅଧା ବର୍ଷର କାମ ଉପରେ କର। ଶେଷ ଦରମା ସ୍ଲିପ୍ ପାଖରେ ରଖନ୍ତୁ।",
            kinds: ["ଚାକିରି କରେ", "ମୋର ଦୋକାନ ଅଛି", "ଡାକ୍ତର, ଓକିଲ କିମ୍ବା ଇଞ୍ଜିନିୟର", "ଅନ୍ୟାନ୍ୟ"],
        },
    }
}
