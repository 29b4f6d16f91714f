//! The result and error codes of the protocol's last chapter, in plain words.

pub const APPROVED: u8 = 0x00;
pub const ABORTED: u8 = 0x6c;
pub const FUNCTION_NOT_POSSIBLE: u8 = 0x83;
pub const PLEASE_WAIT: u8 = 0x9c;
pub const REVERSED_ALREADY: u8 = 0xb4;

pub fn text(code: u8) -> &'static str {
    match code {
        APPROVED => "approved",
        0x64 => "the card cannot be read",
        0x65 => "the card has no data",
        0x66 => "the terminal could not process the card",
        0x6a => "the terminal's memory of the day is full",
        0x6b => "the terminal wants to be registered first",
        ABORTED => "stopped by a key or because nobody acted",
        0x6e => "the card is on the list of blocked cards",
        0x6f => "the terminal works in another currency",
        0x71 => "the card has not enough money",
        0x72 => "the chip of the card has a fault",
        0x73 => "the data of the card is wrong",
        0x77 => "the day cannot be closed now",
        0x78 => "the card has expired",
        0x79 => "the card is not valid yet",
        0x7a => "the card is unknown",
        0x7d => "the terminal has no connection to the bank",
        FUNCTION_NOT_POSSIBLE => "the terminal cannot do this now",
        0x85 => "the terminal has no key",
        0x89 | 0xed => "the keypad for the PIN is broken",
        0x9a => "the terminal did not understand the request",
        0x9b | 0xa1 | 0xa3 => "the bank could not be reached",
        PLEASE_WAIT => "the terminal is busy",
        0xa0 => "the terminal is not ready",
        0xb1 | 0xb2 => "the terminal's memory is full",
        REVERSED_ALREADY => "the payment was taken back already",
        0xb5 => "the payment cannot be taken back",
        0xc2 => "the terminal wants a diagnosis",
        0xc3 => "the amount is above the card's limit",
        0xc5 => "this kind of payment is not supported",
        0xc6 => "this currency is not accepted",
        0xc8 => "the amount is too small",
        0xcc => "the terminal's printer is not ready",
        0xd2 => "this card cannot be used here",
        0xdc => "a card is still in the terminal",
        0xe2 => "the card reader does not answer",
        0xf0 => "the terminal's last day is not closed",
        0xff => "the terminal has a fault",
        _ => "refused by the terminal or the bank",
    }
}

/// What a terminal is doing, for its numbered intermediate states (04 FF).
pub fn step_text(step: u8) -> &'static str {
    match step {
        0x00 => "waiting for the amount to be confirmed",
        0x01 => "watch the PIN pad",
        0x02 | 0x0d => "asking the bank",
        0x06 => "not accepted",
        0x07 | 0x26 => "approved",
        0x0a => "insert the card",
        0x0b => "take the card out",
        0x0c => "the card cannot be read",
        0x0e => "please wait",
        0x15 => "wrong PIN",
        _ => "at the terminal",
    }
}
