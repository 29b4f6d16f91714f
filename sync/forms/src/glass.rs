//! What a touch screen can ask, one question a page, and what a form must ask for which money is
//! taken.

use crate::fault::Fault;
use crate::form::{Form, Item, Kind};
use crate::sheet::whole_file;

/// The question whose answer names the payer on the receipt.
pub const PAYER_NAME: &str = "payer_name";

/// The question whose answer is the number or place that the office finds the payer by.
pub const REFERENCE: &str = "reference";

impl Kind {
    /// Whether a touch screen can ask or show it; what nobody is asked can be anywhere.
    pub fn is_for_glass(&self) -> bool {
        match self {
            Kind::Text
            | Kind::Integer
            | Kind::Decimal
            | Kind::SelectOne(_)
            | Kind::SelectMultiple(_)
            | Kind::Note
            | Kind::Acknowledge
            | Kind::Date
            | Kind::Time
            | Kind::Range(_)
            | Kind::Geopoint
            | Kind::Image
            | Kind::Barcode
            | Kind::Group
            | Kind::Repeat => true,
            Kind::DateTime | Kind::File => false,
            kind => kind.is_silent(),
        }
    }
}

impl Form {
    /// Why no money can be taken by this form's answers, each reason as a sentence that says what
    /// to do; none where it can.
    pub fn fee_faults(&self) -> Vec<Fault> {
        let fault = |says: String| whole_file(&self.id, says);
        let mut faults = self.kind_faults();
        let payer = self.named(PAYER_NAME).map(|id| self.item(id));
        if !payer.is_some_and(|payer| matches!(payer.kind, Kind::Text | Kind::Calculate)) {
            let says = "nothing says whose receipt it is: add a question of type text with the \
                        name payer_name";
            faults.push(fault(says.to_owned()));
        }
        let receipts = [PAYER_NAME, REFERENCE];
        let repeated = |name: &&str| self.is_repeated(name);
        faults.extend(receipts.into_iter().filter(repeated).map(|name| {
            fault(format!("{name} is asked in a repeat, and a receipt has one: ask it outside"))
        }));
        let pictures = self.items.iter().filter(|item| item.kind == Kind::Image);
        faults.extend(pictures.map(|item| {
            let (row, name) = (item.row + 1, &item.name);
            fault(format!(
                "survey row {row}, {name}: no receipt keeps a picture: ask it in an application, \
                 or take it out"
            ))
        }));
        faults.extend(self.name_faults());
        faults
    }

    /// Whether a question of this name is asked in a repeat: it has many answers, and none that a
    /// rule could look at.
    pub fn is_repeated(&self, name: &str) -> bool {
        self.named(name).is_some_and(|id| !self.item(id).repeats.is_empty())
    }

    /// Why no screen can ask this form whole, with answers that are known by their names.
    pub fn glass_faults(&self) -> Vec<Fault> {
        let mut faults = self.kind_faults();
        faults.extend(self.name_faults());
        faults
    }

    fn kind_faults(&self) -> Vec<Fault> {
        let others = self.items.iter().filter(|item| !item.kind.is_for_glass());
        others.map(|item| whole_file(&self.id, not_for_glass(item))).collect()
    }

    /// A receipt, or an application, keeps each answer by its name alone.
    fn name_faults(&self) -> Vec<Fault> {
        let twice = self.items.iter().enumerate().filter(|(place, item)| {
            let before = &self.items[..*place];
            let same = |other: &Item| match item.kind.is_group() {
                false => other.name == item.name,
                // Groups are told apart by what they stand in.
                true => other.name == item.name && other.parent == item.parent,
            };
            let groups = usize::from(item.kind.is_group());
            before.iter().skip(groups).any(same)
        });
        let fault = |(_, item): (usize, &Item)| {
            let (row, name) = (item.row + 1, &item.name);
            let says =
                format!("survey row {row}: another question is named {name}: name it otherwise");
            whole_file(&self.id, says)
        };
        twice.map(fault).collect()
    }
}

fn not_for_glass(item: &Item) -> String {
    format!(
        "survey row {}, {}: no screen asks this type yet: ask it by another type, or take it out",
        item.row + 1,
        item.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheets;

    fn faults(survey: &str) -> Vec<String> {
        let files = [("survey.csv", survey.as_bytes())];
        let sheets = Sheets::from_csv(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let form = Form::read("fee", &sheets).unwrap_or_else(|faults| panic!("{faults:#?}"));
        form.fee_faults().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_form_of_a_fee_is_asked_whole_or_said_to_be_none() {
        let whole = "type,name,label,calculation\n\
                     today,day,,\n\
                     begin_group,who,Who,\n\
                     text,payer_name,Name,\n\
                     end_group,,,\n\
                     decimal,area,Area,\n\
                     calculate,twice,,${area} * 2\n";
        assert_eq!(faults(whole), [""; 0]);
        let twice = "type,name,label\n\
                     text,payer_name,Name\n\
                     begin_group,shop,Shop\n\
                     text,payer_name,Name of the shop\n\
                     end_group,,\n";
        assert_eq!(
            faults(twice).last().map(String::as_str),
            Some("fee: survey row 4: another question is named payer_name: name it otherwise")
        );
        let broken = "type,name,label\n\
                      text,name,Name\n\
                      image,sign,Signature\n\
                      begin_repeat,child,Child\n\
                      dateTime,born,Born\n\
                      text,reference,Number\n\
                      end_repeat,,\n";
        let found = faults(broken);
        assert!(found[0].starts_with("fee: survey row 5, born:"), "{found:#?}");
        assert!(found[1].contains("payer_name"), "{found:#?}");
        assert!(found[2].starts_with("fee: reference is asked in a repeat"), "{found:#?}");
        assert!(found[3].starts_with("fee: survey row 3, sign: no receipt"), "{found:#?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn an_application_asks_for_places_pictures_and_several() {
        let survey = "type,name,label\n\
                      geopoint,place,Place\n\
                      begin_repeat,floor,Floors\n\
                      image,photo,Photo\n\
                      time,opens,Opens\n\
                      range,stars,Stars\n\
                      end_repeat,,\n";
        let sheets = Sheets::from_csv(&[("survey.csv", survey.as_bytes())]).expect("sound CSV");
        let form = Form::read("trial", &sheets).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(form.glass_faults(), []);
        assert!(form.is_repeated("photo") && !form.is_repeated("place"));
    }
}
