//! The shipped sample pack, for the tests of this crate.

use std::sync::LazyLock;

use super::Pack;

macro_rules! file {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../../fleet/packs/padippuram/", $name)))
    };
}

pub(crate) const FILES: [(&str, &str); 8] = [
    file!("pack.toml"),
    file!("rates.toml"),
    file!("wards.toml"),
    file!("texts.en.toml"),
    file!("texts.ml.toml"),
    file!("texts.hi.toml"),
    file!("texts.mr.toml"),
    file!("texts.or.toml"),
];

pub(crate) fn pack() -> Pack {
    static PACK: LazyLock<Pack> =
        LazyLock::new(|| Pack::parse(&FILES).expect("the shipped pack is sound"));
    PACK.clone()
}
