//! Names and streets as they occur in Kerala, in Latin letters and in Malayalam.

#[rustfmt::skip]
pub(crate) const FIRST: [(&str, &str); 60] = [
    ("Ammini", "അമ്മിണി"), ("Lakshmi", "ലക്ഷ്മി"), ("Suma", "സുമ"), ("Bindu", "ബിന്ദു"),
    ("Sreeja", "ശ്രീജ"), ("Rajani", "രജനി"), ("Sindhu", "സിന്ധു"), ("Latha", "ലത"),
    ("Geetha", "ഗീത"), ("Radha", "രാധ"), ("Omana", "ഓമന"), ("Thankamma", "തങ്കമ്മ"),
    ("Saraswathi", "സരസ്വതി"), ("Devaki", "ദേവകി"), ("Kamala", "കമല"), ("Anitha", "അനിത"),
    ("Mini", "മിനി"), ("Usha", "ഉഷ"), ("Vasantha", "വസന്ത"), ("Chandrika", "ചന്ദ്രിക"),
    ("Rajan", "രാജൻ"), ("Suresh", "സുരേഷ്"), ("Unnikrishnan", "ഉണ്ണികൃഷ്ണൻ"), ("Gopalan", "ഗോപാലൻ"),
    ("Vijayan", "വിജയൻ"), ("Mohanan", "മോഹനൻ"), ("Raghavan", "രാഘവൻ"), ("Sasi", "ശശി"),
    ("Ravi", "രവി"), ("Anil", "അനിൽ"), ("Biju", "ബിജു"), ("Sunil", "സുനിൽ"),
    ("Prakash", "പ്രകാശ്"), ("Babu", "ബാബു"), ("Narayanan", "നാരായണൻ"), ("Krishnan", "കൃഷ്ണൻ"),
    ("Mary", "മേരി"), ("Annamma", "അന്നമ്മ"), ("Rosamma", "റോസമ്മ"), ("Aleyamma", "ഏലിയാമ്മ"),
    ("Joseph", "ജോസഫ്"), ("Thomas", "തോമസ്"), ("Varghese", "വർഗീസ്"), ("Mathew", "മാത്യു"),
    ("George", "ജോർജ്"), ("Paulose", "പൗലോസ്"), ("Kurian", "കുര്യൻ"), ("Chacko", "ചാക്കോ"),
    ("Fathima", "ഫാത്തിമ"), ("Aisha", "ആയിഷ"), ("Khadeeja", "ഖദീജ"), ("Safiya", "സഫിയ"),
    ("Abdulla", "അബ്ദുള്ള"), ("Muhammed", "മുഹമ്മദ്"), ("Basheer", "ബഷീർ"), ("Hamza", "ഹംസ"),
    ("Ibrahim", "ഇബ്രാഹിം"), ("Moideen", "മൊയ്തീൻ"), ("Ashraf", "അഷ്റഫ്"), ("Nabeesa", "നബീസ"),
];

#[rustfmt::skip]
pub(crate) const INITIALS: [(&str, &str); 16] = [
    ("R", "ആർ"), ("P", "പി"), ("K", "കെ"), ("M", "എം"), ("T", "ടി"), ("V", "വി"), ("S", "എസ്"),
    ("N", "എൻ"), ("A", "എ"), ("C", "സി"), ("K.P", "കെ.പി"), ("T.K", "ടി.കെ"), ("P.M", "പി.എം"),
    ("M.K", "എം.കെ"), ("V.S", "വി.എസ്"), ("E", "ഇ"),
];

#[rustfmt::skip]
pub(super) const STREETS: [&str; 18] = [
    "Temple Road", "Market Lane", "Ferry Road", "School Road", "Canal Road", "Mill Lane",
    "Post Office Road", "Hospital Road", "Mosque Road", "Church Road", "Library Lane", "Coir Lane",
    "Old Well Lane", "Station Road", "Paddy Field Lane", "Lighthouse Road", "Bridge Road",
    "Banyan Junction",
];
