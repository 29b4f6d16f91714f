//! A pack with a service that asks a form: profession tax by income, and more for whoever trades.

use std::sync::{Arc, LazyLock};

use ledger::Pack;

use crate::packs::FILES;

const SERVICE: &str = r#"
[[service]]
id = "trade_fee"
kind = "fees"
form = "trade_fee"
picture = "coins"
badge = "rupee"

[[head]]
code = "TRF"
account = "110200101"
certainty = "unverified"
source = "Invented for the story"
"#;

const FEES: &str = r#"
[[fee]]
service = "trade_fee"
head = "TRF"
kind = "slab"
by = "income"
slab = [
    { from = 12000, to = 17999, rupees = "320" },
    { from = 18000, to = 29999, rupees = "450" },
    { from = 30000, rupees = "600" },
]
from = 2025-10-01
certainty = "unverified"
source = "Invented for the story"

[[fee]]
service = "trade_fee"
head = "TRF"
kind = "flat"
rupees = "100"
only_if = [{ answer = "work", is = ["trade"] }]
from = 2025-10-01
certainty = "unverified"
source = "Invented for the story"
"#;

const TITLES: [(&str, &str, &str); 5] = [
    ("en", "Profession tax", "Pay the tax of half a year"),
    ("ml", "തൊഴിൽ നികുതി", "അർദ്ധവർഷത്തെ നികുതി അടയ്ക്കാം"),
    ("hi", "पेशा कर", "आधे साल का कर भरें"),
    ("mr", "व्यवसाय कर", "अर्ध्या वर्षाचा कर भरा"),
    ("or", "ବୃତ୍ତି କର", "ଅଧା ବର୍ଷର କର ଦିଅନ୍ତୁ"),
];

pub const SURVEY: &str = "\
type,name,label::English (en),label::Malayalam (ml),hint::English (en),hint::Malayalam (ml),\
required,relevant,constraint,constraint_message::English (en),\
constraint_message::Malayalam (ml),calculation
note,about,Half a year's tax for your work,അർദ്ധവർഷത്തെ തൊഴിൽ നികുതി,,,,,,,,
text,payer_name,What is your name?,നിങ്ങളുടെ പേര്?,,,yes,,,,,
text,reference,Number of your licence,ലൈസൻസ് നമ്പർ,,,,,,,,
select_one work,work,How do you work?,നിങ്ങളുടെ ജോലി?,,,yes,,,,,
select_multiple goods,goods,What do you sell?,എന്ത് വിൽക്കുന്നു?,,,,${work} = 'trade',,,,
decimal,area,How large is the shop?,കടയുടെ വലുപ്പം?,In square metres,ചതുരശ്ര മീറ്ററിൽ,,\
${work} = 'trade',. <= 500,,,
integer,income,Income of half a year,അർദ്ധവർഷത്തെ വരുമാനം,In rupees,രൂപയിൽ,yes,,\
. >= 1000,At least 1000 rupees,കുറഞ്ഞത് 1000 രൂപ,
date,since,Since when do you work here?,എന്നു മുതൽ ഇവിടെ ജോലി ചെയ്യുന്നു?,,,,,. <= today(),\
Not after today,ഇന്നു വരെ മാത്രം,
calculate,twice,,,,,,,,,,${income} * 2
text,year,Income of a year,ഒരു വർഷത്തെ വരുമാനം,,,,,,,,${twice}
acknowledge,true_all,All of this is true,ഇതെല്ലാം ശരിയാണ്,,,yes,,,,,
";

const CHOICES: &str = "\
list_name,name,label::English (en),label::Malayalam (ml)
work,employed,Employed,ജോലിക്കാരൻ
work,trade,Trade,വ്യാപാരം
goods,food,Food,ഭക്ഷണം
goods,cloth,Cloth,തുണി
";

const SETTINGS: &str = "\
form_title::English (en),form_title::Malayalam (ml),form_id,version,default_language
Profession tax,തൊഴിൽ നികുതി,trade_fee,1,English (en)
";

pub fn pack() -> Arc<Pack> {
    static PACK: LazyLock<Arc<Pack>> = LazyLock::new(|| pack_with(SURVEY));
    PACK.clone()
}

/// The same with another survey; without any the service has no form.
pub fn pack_with(survey: &str) -> Arc<Pack> {
    let mut files: Vec<(String, String)> =
        FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    for (name, text) in &mut files {
        match name.as_str() {
            "pack.toml" => text.push_str(SERVICE),
            "rates.toml" => text.push_str(FEES),
            _ => {}
        }
        let language = TITLES.iter().find(|(code, ..)| *name == format!("texts.{code}.toml"));
        if let Some((_, title, help)) = language {
            text.push_str(&format!(
                "\n[services.trade_fee]\ntitle = \"{title}\"\nhelp = \"{help}\"\n\n\
                 [heads.TRF]\nlabel = \"{title}\"\nbrief = \"{title}\"\n"
            ));
        }
    }
    if !survey.is_empty() {
        for (sheet, text) in [("survey", survey), ("choices", CHOICES), ("settings", SETTINGS)] {
            files.push((format!("forms/trade_fee/{sheet}.csv"), text.to_owned()));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    Arc::new(Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}")))
}
