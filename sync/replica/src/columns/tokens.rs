//! An entry's canonical bytes as a row of tokens, and back. Only what has one form is taken apart:
//! whatever else CBOR knows (maps, tags, floats, lengths that are not told) is carried as it is.

/// How deep an entry may be nested; the deepest fact today has seven levels.
pub(super) const DEPTH_MAX: u32 = 16;

/// What a token is. The numbers are those of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number = 0,
    /// Below zero: -1 less the number.
    Below = 1,
    Bytes = 2,
    Text = 3,
    List = 4,
    No = 5,
    Yes = 6,
    Nothing = 7,
}

/// A token: its number is the value, the length, or 0. Bytes and texts have their content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    pub number: u64,
    pub content: &'a [u8],
}

impl Kind {
    pub const fn of(code: u32) -> Self {
        match code & 7 {
            0 => Self::Number,
            1 => Self::Below,
            2 => Self::Bytes,
            3 => Self::Text,
            4 => Self::List,
            5 => Self::No,
            6 => Self::Yes,
            _ => Self::Nothing,
        }
    }
}

impl Token<'_> {
    pub const NOTHING: Self = Self { kind: Kind::Nothing, number: 0, content: &[] };
}

/// Whether the bytes are one entry that can be taken apart and put together again: a list whose
/// fifth item names a fact by a small number, every head as short as it can be.
pub(super) fn fact_of(canonical: &[u8]) -> Option<u32> {
    let mut rest = canonical;
    let root = next(&mut rest)?;
    if root.kind != Kind::List {
        return None;
    }
    let mut fact = None;
    for at in 0..root.number {
        if at == 4 {
            let mut ahead = rest;
            let pair = next(&mut ahead)?;
            let code = next(&mut ahead)?;
            let named = pair.kind == Kind::List && pair.number == 2 && code.kind == Kind::Number;
            fact = u32::try_from(code.number).ok().filter(|code| named && *code < 64);
        }
        skip(&mut rest, 1)?;
    }
    fact.filter(|_| rest.is_empty())
}

fn skip(rest: &mut &[u8], depth: u32) -> Option<()> {
    let token = next(rest)?;
    if token.kind == Kind::List {
        if depth == DEPTH_MAX {
            return None;
        }
        for _ in 0..token.number {
            skip(rest, depth + 1)?;
        }
    }
    Some(())
}

/// Takes one token from the front; none where it has another form than [`put`] would give it.
pub(super) fn next<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    let (first, after) = rest.split_first()?;
    let (major, low) = (first >> 5, first & 0x1f);
    *rest = after;
    let plain = |kind| Some(Token { kind, number: 0, content: &[] });
    if major == 7 {
        return match low {
            20 => plain(Kind::No),
            21 => plain(Kind::Yes),
            22 => plain(Kind::Nothing),
            _ => None,
        };
    }
    let number = number(rest, low)?;
    let (kind, length) = match major {
        0 => (Kind::Number, 0),
        1 => (Kind::Below, 0),
        2 => (Kind::Bytes, usize::try_from(number).ok()?),
        3 => (Kind::Text, usize::try_from(number).ok()?),
        4 => (Kind::List, 0),
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(Token { kind, number, content })
}

fn number(rest: &mut &[u8], low: u8) -> Option<u64> {
    let (length, least) = match low {
        0..24 => return Some(u64::from(low)),
        24 => (1, 24),
        25 => (2, 1 << 8),
        26 => (4, 1 << 16),
        27 => (8, 1 << 32),
        _ => return None,
    };
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    (number >= least).then_some(number)
}

/// Writes one token.
pub(super) fn put(bytes: &mut Vec<u8>, token: Token<'_>) {
    let major = match token.kind {
        Kind::Number => 0,
        Kind::Below => 1,
        Kind::Bytes => 2,
        Kind::Text => 3,
        Kind::List => 4,
        Kind::No => return bytes.push(0xf4),
        Kind::Yes => return bytes.push(0xf5),
        Kind::Nothing => return bytes.push(0xf6),
    };
    let number = token.number;
    let be = number.to_be_bytes();
    let (low, tail) = match number {
        0..24 => (number as u8, 8),
        24..0x100 => (24, 7),
        0x100..0x1_0000 => (25, 6),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 0),
    };
    bytes.push(major << 5 | low);
    bytes.extend_from_slice(&be[tail..]);
    bytes.extend_from_slice(token.content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_has_one_form() {
        for number in [0, 23, 24, 255, 256, 65_535, 65_536, u64::from(u32::MAX), 1 << 32, u64::MAX]
        {
            for kind in [Kind::Number, Kind::Below, Kind::List] {
                let token = Token { kind, number, content: &[] };
                let mut bytes = Vec::new();
                put(&mut bytes, token);
                assert_eq!(next(&mut &bytes[..]), Some(token));
            }
        }
        for longer in [&[0x18, 23][..], &[0x19, 0, 255], &[0x1a, 0, 0, 255, 255], &[0x9f, 0xff]] {
            assert_eq!(next(&mut &longer[..]), None, "{longer:?}");
        }
    }
}
