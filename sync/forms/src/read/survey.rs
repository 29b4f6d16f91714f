//! The sheet survey: a row a question, and groups and repeats that are begun and ended.

use super::columns::{Column, Known, cell, find, read as read_columns};
use super::kinds::{self, Row};
use super::settings::Settings;
use super::{Faults, texts};
use crate::expression::{Expression, is_name};
use crate::form::{Default, Item, ItemId, Kind};
use crate::sheet::Sheet;

/// The most questions of a form.
pub const ITEMS_MAX: usize = 2_000;
/// Groups in groups.
pub const NESTED_MAX: usize = 16;

const MEDIA: &str = "no device shows pictures or sounds beside a question: say it in the label";

const KNOWN: Known = Known {
    plain: &[
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "calculation",
        "choice_filter",
        "default",
        "readonly",
        "appearance",
        "repeat_count",
        "parameters",
        "disabled",
    ],
    spoken: &["label", "hint", "guidance_hint", "required_message", "constraint_message"],
    others: &[
        ("read_only", "readonly"),
        ("relevance", "relevant"),
        ("calculate", "calculation"),
        ("caption", "label"),
        ("count", "repeat_count"),
        ("requiredmsg", "required_message"),
        ("constraining_message", "constraint_message"),
    ],
    refused: &[
        ("image", MEDIA),
        ("audio", MEDIA),
        ("video", MEDIA),
        ("big-image", MEDIA),
        ("media", MEDIA),
        ("autoplay", MEDIA),
        ("trigger", "a calculation follows what it names by itself: name it in the calculation"),
        ("save_to", "entities are kept by the centre, as records: take it out"),
        ("instance", "the record has no other attributes: take it out"),
        ("bind", "write required, relevant, constraint or another column of the reference"),
        ("body", "write appearance or another column of the reference"),
        ("control", "write appearance or another column of the reference"),
        ("compact_tag", "forms do not go by SMS: take it out"),
        ("rows", "write the appearance multiline"),
        ("sms_field", "forms do not go by SMS: take it out"),
        ("sms_option", "forms do not go by SMS: take it out"),
        ("no_app_error_string", "no other program is started: take it out"),
        ("noapperrorstring", "no other program is started: take it out"),
    ],
    open: false,
};

struct Reader<'r> {
    sheet: &'r Sheet,
    columns: Vec<Column>,
    language: &'r str,
    items: Vec<Item>,
    /// What is begun and not yet ended, the whole form first.
    open: Vec<ItemId>,
}

/// Items in the order of the sheet, the whole form first.
pub fn read(sheet: &Sheet, settings: &Settings, faults: &mut Faults) -> Vec<Item> {
    let columns = read_columns(sheet, &KNOWN, faults);
    for name in ["type", "name"] {
        if find(&columns, name).is_none() {
            faults.add(sheet.place(0, 0), format!("the column {name} is missing: add it"));
        }
    }
    let items = vec![Item::new("", Kind::Group, 0, 0)];
    let language = &settings.default_language;
    let mut reader = Reader { sheet, columns, language, items, open: vec![0] };
    for row in 1..sheet.rows.len() {
        if sheet.rows[row].iter().all(String::is_empty) {
            continue;
        }
        if reader.items.len() > ITEMS_MAX {
            let says = format!("a form has at most {ITEMS_MAX} questions: divide it");
            faults.add(sheet.place(row, 0), says);
            break;
        }
        reader.row(row, faults);
    }
    for open in &reader.open[1..] {
        let item = &reader.items[usize::from(*open)];
        let kind = if item.kind == Kind::Repeat { "repeat" } else { "group" };
        let says = format!("the {kind} {} is never ended: add end_{kind}", item.name);
        faults.add(sheet.place(item.row, 0), says);
    }
    reader.items
}

impl Reader<'_> {
    fn cell(&self, row: usize, name: &str) -> &str {
        cell(self.sheet, &self.columns, row, name)
    }

    fn place(&self, row: usize, name: &str) -> crate::fault::Place {
        self.sheet.place(row, find(&self.columns, name).map_or(0, |column| column.at))
    }

    fn row(&mut self, row: usize, faults: &mut Faults) {
        match self.cell(row, "disabled") {
            "" | "no" => {}
            "yes" => return,
            _ => faults.add(self.place(row, "disabled"), "write yes, or leave the cell empty"),
        }
        let type_of = self.cell(row, "type");
        if type_of.is_empty() {
            faults.add(self.place(row, "type"), "the row has no type: write one, or empty the row");
            return;
        }
        match kinds::row(type_of) {
            Err(says) => faults.add(self.place(row, "type"), says),
            Ok(Row::End(kind)) => self.end(kind, row, faults),
            Ok(Row::Begin(kind)) => {
                let id = self.item(kind, row, faults);
                if self.open.len() > NESTED_MAX {
                    let says = format!("groups stand in each other at most {NESTED_MAX} deep");
                    faults.add(self.place(row, "type"), says);
                }
                self.open.push(id);
            }
            Ok(Row::Question(kind)) => {
                self.item(kind, row, faults);
            }
        }
    }

    fn end(&mut self, kind: Kind, row: usize, faults: &mut Faults) {
        let open = *self.open.last().expect("the whole form is never ended");
        let begun = &self.items[usize::from(open)];
        let name = self.cell(row, "name");
        if open == 0 {
            faults.add(self.place(row, "type"), "nothing is open that could end here: take it out");
            return;
        }
        if begun.kind != kind {
            let says = format!("{} is open here, which is of the other kind: end it", begun.name);
            faults.add(self.place(row, "type"), says);
        }
        if !name.is_empty() && name != begun.name {
            let says = format!("{} ends here: write its name, or none", begun.name);
            faults.add(self.place(row, "name"), says);
        }
        self.open.pop();
    }

    fn item(&mut self, kind: Kind, row: usize, faults: &mut Faults) -> ItemId {
        let parent = *self.open.last().expect("the whole form is never ended");
        let id = ItemId::try_from(self.items.len()).expect("their number is limited");
        let name = self.cell(row, "name").to_owned();
        self.check_name(&name, parent, row, faults);
        let mut item = Item::new(&name, kind, parent, row);
        let above = &self.items[usize::from(parent)];
        item.repeats.clone_from(&above.repeats);
        if above.kind == Kind::Repeat {
            item.repeats.push(parent);
        }
        self.texts(&mut item, row, faults);
        self.rules(&mut item, row, faults);
        self.looks(&mut item, row, faults);
        self.check_what_it_needs(&item, row, faults);
        self.items[usize::from(parent)].children.push(id);
        self.items.push(item);
        id
    }

    fn check_name(&self, name: &str, parent: ItemId, row: usize, faults: &mut Faults) {
        let place = self.place(row, "name");
        let ascii = name.chars().all(|letter| letter.is_ascii());
        if name.is_empty() {
            faults.add(place, "the question has no name: write one");
        } else if !is_name(name) || !ascii {
            let says = format!(
                "{name} is no name: begin with a letter, and go on with letters, digits, _ or -"
            );
            faults.add(place, says);
        } else if name == "meta" && parent == 0 {
            faults.add(place, "the name meta is taken by the record itself: write another");
        } else {
            let siblings = &self.items[usize::from(parent)].children;
            let same = |id: &&ItemId| self.items[usize::from(**id)].name == name;
            if let Some(twin) = siblings.iter().find(same) {
                let twin = self.items[usize::from(*twin)].row + 1;
                let says = format!("{name} stands in row {twin} as well: give one another name");
                faults.add(place, says);
            }
        }
    }

    fn texts(&self, item: &mut Item, row: usize, faults: &mut Faults) {
        let mut text =
            |name: &str| texts::text(self.sheet, &self.columns, row, name, self.language, faults);
        item.label = text("label");
        item.hint = text("hint");
        item.guidance = text("guidance_hint");
        item.required_message = text("required_message");
        item.constraint_message = text("constraint_message");
    }

    fn expression(&self, name: &str, row: usize, faults: &mut Faults) -> Option<Expression> {
        let text = self.cell(row, name);
        if text.is_empty() {
            return None;
        }
        match Expression::parse(text) {
            Ok(expression) => Some(expression),
            Err(fault) => {
                faults.add(self.place(row, name), fault.to_string());
                None
            }
        }
    }

    /// A column that says yes, no, or an expression.
    fn yes_or(&self, name: &str, row: usize, faults: &mut Faults) -> Option<Expression> {
        match self.cell(row, name).to_lowercase().as_str() {
            "yes" | "true" => Some(Expression::parse("true()").expect("it is one")),
            "no" | "false" => None,
            _ => self.expression(name, row, faults),
        }
    }

    fn rules(&self, item: &mut Item, row: usize, faults: &mut Faults) {
        item.relevant = self.expression("relevant", row, faults);
        item.required = self.yes_or("required", row, faults);
        item.constraint = self.expression("constraint", row, faults);
        item.calculation = self.expression("calculation", row, faults);
        item.choice_filter = self.expression("choice_filter", row, faults);
        item.readonly = self.yes_or("readonly", row, faults);
        item.repeat_count = self.expression("repeat_count", row, faults);
        item.default = self.default(item, row, faults);
    }

    /// A text as it is, or an expression where it calls a function or names an answer.
    fn default(&self, item: &Item, row: usize, faults: &mut Faults) -> Option<Default> {
        let text = self.cell(row, "default");
        if text.is_empty() {
            return None;
        }
        if text.contains("${") || (text.contains('(') && Expression::parse(text).is_ok()) {
            return self.expression("default", row, faults).map(Default::Computed);
        }
        match item.kind.answer(text) {
            Ok(value) => Some(Default::Fixed(value)),
            Err(because) => {
                let says = format!("{text} cannot be answered here: {because}");
                faults.add(self.place(row, "default"), says);
                None
            }
        }
    }

    fn looks(&self, item: &mut Item, row: usize, faults: &mut Faults) {
        let words = self.cell(row, "appearance").split_whitespace();
        item.appearance = words.map(str::to_owned).collect();
        if let Some(says) = kinds::appearance_fault(&item.kind, &item.appearance) {
            faults.add(self.place(row, "appearance"), says);
        }
        let parameters = self.cell(row, "parameters");
        match &item.kind {
            Kind::Range(_) => match kinds::range(parameters) {
                Ok(range) => item.kind = Kind::Range(range),
                Err(says) => faults.add(self.place(row, "parameters"), says),
            },
            _ if parameters.is_empty() => {}
            _ => {
                let says = format!("no parameter is understood here: take out {parameters}");
                faults.add(self.place(row, "parameters"), says);
            }
        }
    }

    /// Columns that mean nothing for a kind, and those that a kind cannot do without.
    fn check_what_it_needs(&self, item: &Item, row: usize, faults: &mut Faults) {
        let mut stray = |name: &str, allowed: bool| {
            if !allowed && !self.cell(row, name).is_empty() {
                let says = format!("{name} means nothing in a row of this type: empty the cell");
                faults.add(self.place(row, name), says);
            }
        };
        let kind = &item.kind;
        let answered = kind.is_shown() && *kind != Kind::Note;
        stray("required", answered);
        stray("required_message", answered);
        stray("constraint", answered);
        stray("constraint_message", answered);
        stray("choice_filter", kind.list().is_some());
        stray("repeat_count", *kind == Kind::Repeat);
        stray("calculation", !kind.is_group() && *kind != Kind::Acknowledge);
        stray("default", !kind.is_group() && *kind != Kind::Note && *kind != Kind::Calculate);
        if *kind == Kind::Calculate && self.cell(row, "calculation").is_empty() {
            faults.add(self.place(row, "calculation"), "a calculate row computes: write how");
        }
        if kind.is_shown()
            && item.label.is_empty()
            && item.hint.is_empty()
            && item.calculation.is_none()
        {
            faults.add(self.place(row, "label"), "nobody could see what is asked: write a label");
        }
        if *kind == Kind::Note && item.label.is_empty() {
            faults.add(self.place(row, "label"), "a note says something: write it as its label");
        }
    }
}
