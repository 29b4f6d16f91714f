//! Reads what the body owns and has a tag on: a hall, a market, a pump. Its square opens a page
//! that says what it is and which services it has.

use super::Pack;
use super::body::Service;
use super::facilities::Facility;
use super::main_file::{name, refuse_twins};
use super::reader::Section;
use crate::language::Language;
use crate::number::check_character;

/// The most assets of a pack: a ward has some dozens of them.
const ASSETS_MAX: usize = 2_000;

/// A page of services.
const SERVICES_MAX: usize = 8;

/// Something of the body's that has a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub id: String,
    /// The kind, as the texts name it under `asset_kinds`.
    pub kind: String,
    pub ward: u16,
    /// The services that it has, by their ids.
    pub services: Vec<String>,
    /// Which facility it is, where it can be booked.
    pub facility: Option<String>,
}

impl Asset {
    /// What its tag says, "PADI:A:G0802:community_hall:K".
    pub fn code(&self, body: &str) -> String {
        code(body, &self.id)
    }
}

impl Pack {
    pub fn asset(&self, id: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.id == id)
    }

    /// Whether a scanned text is of a tag, of whichever body.
    pub fn is_tag(text: &str) -> bool {
        is_tag(text)
    }

    /// The asset whose tag says this.
    pub fn asset_by_tag(&self, text: &str) -> Option<&Asset> {
        by_code(&self.assets, &self.body.code, text)
    }

    pub fn asset_name<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.words_or(&name_path(id), language, id)
    }

    /// What it is, in a sentence or two.
    pub fn asset_says(&self, id: &str, language: Language) -> &str {
        self.words(&says_path(id), language)
    }

    /// "Building", for a kind of asset.
    pub fn asset_kind<'a>(&'a self, kind: &'a str, language: Language) -> &'a str {
        self.words_or(&kind_path(kind), language, kind)
    }
}

fn code(body: &str, id: &str) -> String {
    format!("PADI:A:{body}:{id}:{}", check_character(&format!("{body}{id}")))
}

/// Whether a text is of a tag, of whichever body.
fn is_tag(text: &str) -> bool {
    text.trim().starts_with("PADI:A:")
}

/// The asset whose tag says this.
fn by_code<'a>(assets: &'a [Asset], body: &str, text: &str) -> Option<&'a Asset> {
    let text = text.trim();
    assets.iter().find(|asset| asset.code(body) == text)
}

pub(super) fn read(
    root: &Section<'_>,
    services: &[Service],
    facilities: &[Facility],
) -> Vec<Asset> {
    let read = |section: Section<'_>| read_one(section, services, facilities);
    let all: Vec<Asset> = root.sections_if_any("asset").into_iter().map(read).collect();
    refuse_twins(root, "asset", &all, |asset| &asset.id);
    if all.len() > ASSETS_MAX {
        root.fault(format!("the pack has more than {ASSETS_MAX} assets"));
    }
    all
}

fn read_one(section: Section<'_>, services: &[Service], facilities: &[Facility]) -> Asset {
    let asset = Asset {
        id: name(&section, "id"),
        kind: name(&section, "kind"),
        ward: u16::try_from(section.whole("ward", 1..=999)).expect("three digits"),
        services: match section.has("services") {
            true => section.list("services"),
            false => Vec::new(),
        },
        facility: section.has("facility").then(|| name(&section, "facility")),
    };
    for id in &asset.services {
        if !services.iter().any(|service| service.id == *id) {
            section.fault_at("services", &format!("{id} is no service of pack.toml"));
        }
    }
    if asset.services.len() > SERVICES_MAX {
        section.fault_at("services", &format!("are more than {SERVICES_MAX}"));
    }
    if let Some(id) = &asset.facility {
        let found = facilities.iter().find(|facility| facility.id == *id);
        match found {
            None => section.fault_at("facility", "is no [[facility]] of pack.toml"),
            Some(facility) if !asset.services.contains(&facility.service) => {
                section.fault_at("facility", "its service must be among the asset's services");
            }
            Some(_) => {}
        }
    }
    section.finish();
    asset
}

fn name_path(asset: &str) -> String {
    format!("assets.{asset}.name")
}

fn says_path(asset: &str) -> String {
    format!("assets.{asset}.says")
}

fn kind_path(kind: &str) -> String {
    format!("asset_kinds.{kind}")
}

/// The texts that an asset needs.
pub(super) fn text_paths(asset: &Asset) -> [String; 3] {
    [name_path(&asset.id), says_path(&asset.id), kind_path(&asset.kind)]
}

#[cfg(test)]
mod tests {
    use crate::language::Language;
    use crate::pack::Pack;
    use crate::pack::sample::{FILES, pack};

    #[test]
    fn a_tag_opens_its_asset_and_no_torn_one_does() {
        let pack = pack();
        let hall = pack.asset("community_hall").expect("an asset of the sample");
        let tag = hall.code(&pack.body.code);
        assert_eq!(
            pack.asset_by_tag(&format!(" {tag} ")).map(|it| it.id.as_str()),
            Some(&*hall.id)
        );
        let other = tag.replace("G0802", "G0803");
        let torn = tag.replace("hall", "hull");
        for wrong in [&*other, &torn, &tag[..tag.len() - 1], "PADI:H:G0802:1:A"] {
            assert_eq!(pack.asset_by_tag(wrong), None, "{wrong}");
        }
        for language in Language::ALL {
            for asset in &pack.assets {
                assert!(!pack.asset_says(&asset.id, language).is_empty());
                assert_ne!(pack.asset_name(&asset.id, language), asset.id);
                assert_ne!(pack.asset_kind(&asset.kind, language), asset.kind);
            }
        }
    }

    #[test]
    fn an_asset_of_services_that_there_are_not_is_a_fault() {
        let change = |from: &str, to: &str| {
            let changed: Vec<(&str, String)> =
                FILES.iter().map(|(name, text)| (*name, text.replace(from, to))).collect();
            let files: Vec<(&str, &str)> =
                changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
            Pack::parse(&files).expect_err("a faulty pack")
        };
        for (from, to, told) in [
            ("services = [\"market_rent\"]", "services = [\"rent\"]", "rent is no service"),
            ("facility = \"community_hall\"", "facility = \"hall\"", "is no [[facility]]"),
            ("services = [\"hall_booking\"]", "services = []", "its service must be among"),
        ] {
            let found = change(from, to);
            assert!(found.iter().any(|fault| fault.what.contains(told)), "{told}: {found:?}");
        }
    }
}
