//! A pack whose service asks for a place, pictures and several floors.

use std::sync::Arc;

use flow::{Button, Field, Picture, Profile};
use ledger::Pack;

use crate::packs::FILES;
use crate::teller::Teller;

const SURVEY: &str = "\
type,name,label::English (en),label::Malayalam (ml),required,relevant,constraint,\
constraint_message::English (en),calculation,parameters
text,applicant,Who applies?,ആരാണ് അപേക്ഷിക്കുന്നത്?,yes,,,,,
geopoint,place,Where is it?,എവിടെ?,,,,,,
begin_repeat,floor,Floors,നിലകൾ,,,,,,
calculate,at,,,,,,,position(..),
select_one use,use,What is floor ${at} used for?,നില ${at} എന്തിനാണ്?,yes,,,,,
decimal,area,How large?,വിസ്തീർണം?,yes,,. > 0 and . <= 1000,\"Above 0, up to 1,000\",,
image,photo,A picture of it,ഒരു ചിത്രം,,,,,,
text,tenant,Who rents it?,വാടകക്കാരൻ?,,${use} = 'shop',,,,
end_repeat,,,,,,,,,
calculate,floors,,,,,,,count(${floor}),
decimal,total,Area in all,ആകെ വിസ്തീർണം,,,,,sum(${area}),
barcode,meter,Number on the meter,മീറ്റർ നമ്പർ,,,,,,
time,opens,When does it open?,എപ്പോൾ തുറക്കും?,,,,,,
range,stars,How clean is the street?,തെരുവ് എത്ര വൃത്തി?,,,,,,start=1 end=5 step=1
";

const CHOICES: &str = "\
list_name,name,label::English (en),label::Malayalam (ml)
use,house,House,വീട്
use,shop,Shop,കട
";

const SETTINGS: &str = "\
form_title,form_id,version,default_language
Floors of a building,self_return,1,English (en)
";

/// At the first question, with a building found. What is answered of a turn's number is computed,
/// and left out of what is asked.
pub fn begin() -> Teller {
    begin_with(&[])
}

/// The same with other words in the survey.
pub fn begin_with(changes: &[(&str, &str)]) -> Teller {
    let mut survey = SURVEY.to_owned();
    for (was, is) in changes {
        assert_eq!(survey.matches(was).count(), 1, "{was}");
        survey = survey.replace(was, is);
    }
    let sheets = [
        ("forms/self_return/survey.csv", survey.as_str()),
        ("forms/self_return/choices.csv", CHOICES),
        ("forms/self_return/settings.csv", SETTINGS),
    ];
    let files: Vec<(&str, &str)> = FILES.into_iter().chain(sheets).collect();
    let pack = Arc::new(Pack::parse(&files).expect("a pack without fault"));
    let mut teller = Teller::of_pack(Profile::Kiosk, pack);
    teller.books.lease_acknowledgements("A1", 1, 3);
    teller.choose("self_return");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    teller
}

/// A whole picture of one pixel, with something of its own.
pub fn png(own: &[u8]) -> Picture {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).expect("a short one");
        file.extend(length.to_be_bytes());
        file.extend(name);
        file.extend(content);
        file.extend([0; 4]);
    };
    chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
    chunk(b"IDAT", own);
    chunk(b"IEND", &[]);
    Picture::of(&file).expect("a whole picture")
}
