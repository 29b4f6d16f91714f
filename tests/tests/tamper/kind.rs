//! The kinds of alteration, and how precisely each must be named.

/// A kind of alteration. Clumsy: bytes are changed and the hashes left. Clever: everything that
/// needs no key is made to agree again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    BitOfTheFile,
    BitOfAnEntry,
    FieldClumsy,
    BackDatedClumsy,
    HashClumsy,
    NumberClumsy,
    DeletedClumsy,
    SeveralDeletedClumsy,
    SwappedClumsy,
    DoubledClumsy,
    MovedClumsy,
    EntriesCutClumsy,
    LinesCut,
    BytesCut,
    FirstLine,
    HeadChanged,
    HeadDeleted,
    FieldClever,
    BackDatedClever,
    DeletedClever,
    DeletedAndRenumberedClever,
    InsertedClever,
    SwappedClever,
    FieldCleverWithForgedHeads,
    FieldCleverWithoutLaterHeads,
    FieldCleverWithoutAnyHead,
    TailCutClever,
    FieldCleverUnderAnotherKey,
}

impl Kind {
    pub const ALL: [Self; 28] = [
        Self::BitOfTheFile,
        Self::BitOfAnEntry,
        Self::FieldClumsy,
        Self::BackDatedClumsy,
        Self::HashClumsy,
        Self::NumberClumsy,
        Self::DeletedClumsy,
        Self::SeveralDeletedClumsy,
        Self::SwappedClumsy,
        Self::DoubledClumsy,
        Self::MovedClumsy,
        Self::EntriesCutClumsy,
        Self::LinesCut,
        Self::BytesCut,
        Self::FirstLine,
        Self::HeadChanged,
        Self::HeadDeleted,
        Self::FieldClever,
        Self::BackDatedClever,
        Self::DeletedClever,
        Self::DeletedAndRenumberedClever,
        Self::InsertedClever,
        Self::SwappedClever,
        Self::FieldCleverWithForgedHeads,
        Self::FieldCleverWithoutLaterHeads,
        Self::FieldCleverWithoutAnyHead,
        Self::TailCutClever,
        Self::FieldCleverUnderAnotherKey,
    ];

    /// Whether the file itself shows which entries were harmed: all of them, and no others, must be
    /// named.
    pub fn is_exact(self) -> bool {
        matches!(
            self,
            Self::BitOfAnEntry
                | Self::FieldClumsy
                | Self::BackDatedClumsy
                | Self::HashClumsy
                | Self::NumberClumsy
                | Self::DeletedClumsy
                | Self::SeveralDeletedClumsy
                | Self::SwappedClumsy
                | Self::DoubledClumsy
                | Self::MovedClumsy
                | Self::EntriesCutClumsy
        )
    }

    /// Whether only signed heads tell, and are all there: the interval between two of them must be
    /// named.
    pub fn is_between_heads(self) -> bool {
        matches!(
            self,
            Self::FieldClever | Self::BackDatedClever | Self::SwappedClever | Self::InsertedClever
        )
    }
}
