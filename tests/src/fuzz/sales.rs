//! Whole dialogues with a card terminal that says whatever the bytes say. A payment counts only
//! where the terminal said so, over the sum that was asked for.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use devices::terminal::zvt::apdu::Apdu;
use devices::{
    Approval, Lookup, Port, PortAddress, SaleIntent, SaleOutcome, SaleProgress, Terminal,
    ZvtSettings, ZvtTerminal,
};

use super::wires::{assert_no_card_number, terminal_messages};

const AMOUNT_PAISE: u64 = 118_400;

/// A line on which everything was said beforehand, and which then is pulled.
struct Said {
    bytes: Arc<Vec<u8>>,
    at: usize,
}

impl Read for Said {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = (&self.bytes[self.at..]).read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Port for Said {
    fn set_deadline(&mut self, _limit: Duration) {}

    fn name(&self) -> &str {
        "said beforehand"
    }
}

/// The bytes as the terminal's whole share of a sale, of a look-up and of the day's end, bare and
/// framed.
pub fn terminal_sale(bytes: &[u8]) -> bool {
    let bytes = Arc::new(bytes.to_vec());
    let mut any = false;
    for address in ["tcp://127.0.0.1:22000", "serial:///dev/ttyUSB0"] {
        let address: PortAddress = address.parse().expect("an address");
        let bytes = Arc::clone(&bytes);
        let open = move |_: &PortAddress| {
            let said: Box<dyn Port> = Box::new(Said { bytes: Arc::clone(&bytes), at: 0 });
            Ok(said)
        };
        let mut terminal = ZvtTerminal::opened_by(Box::new(open), address, ZvtSettings::default());
        any |= sells(&mut terminal);
    }
    any
}

/// Whether the terminal took part to the end of anything.
fn sells(terminal: &mut ZvtTerminal) -> bool {
    let intent = SaleIntent { reference: "K7-000123".to_owned(), amount_paise: AMOUNT_PAISE };
    let mut show = |step| {
        if let SaleProgress::PrintLine(line) = step {
            assert_no_card_number(&line);
        }
    };
    let sold = match terminal.sale(&intent, &mut show) {
        SaleOutcome::Approved(approval) => is_sound(&approval),
        SaleOutcome::Declined { .. } => true,
        SaleOutcome::NotStarted(_) | SaleOutcome::Unknown(_) => false,
    };
    let found = match terminal.lookup(&intent) {
        Lookup::Approved(approval) => is_sound(&approval),
        Lookup::Declined | Lookup::NeverSeen | Lookup::StillRunning => true,
        Lookup::CannotTell(_) => false,
    };
    let last = terminal.last().ok().flatten();
    last.iter().for_each(shows_no_card_number);
    sold || found || last.is_some() || settles(terminal)
}

fn settles(terminal: &mut ZvtTerminal) -> bool {
    terminal.settles().expect("it closes its days from here").settle().is_ok()
}

fn is_sound(approval: &Approval) -> bool {
    assert_eq!(approval.amount_paise, AMOUNT_PAISE, "another sum: {approval:?}");
    shows_no_card_number(approval);
    true
}

fn shows_no_card_number(approval: &Approval) {
    for text in [&approval.card_name, &approval.authorisation_code] {
        assert_no_card_number(text);
    }
    approval.reference.iter().for_each(|text| assert_no_card_number(text));
}

/// A registration, then a payment, a refusal, or an abort.
pub fn terminal_sales() -> Vec<Vec<u8>> {
    let message =
        |class, instruction, body: &[u8]| Apdu::new(class, instruction, body.to_vec()).encode();
    let (acknowledged, completed) = (message(0x80, 0, &[]), message(0x06, 0x0f, &[]));
    let registered = [acknowledged.clone(), completed.clone()].concat();
    let empty = message(0x06, 0x1e, &[0x83]);
    let begun = [&registered[..], &acknowledged, &empty, &acknowledged].concat();
    let asked = [registered, acknowledged].concat();
    let [status, line] = [0, 1].map(|place: usize| terminal_messages()[place].clone());
    let paid = [begun.clone(), line, status.clone(), completed.clone()].concat();
    let aborted = [begun.clone(), message(0x06, 0x1e, &[0x6c])].concat();
    let repeated = [asked, status.clone(), completed.clone()].concat();
    let contradicted = [begun, status, message(0x06, 0x1e, &[0x6c])].concat();
    vec![paid, aborted, contradicted, repeated]
}
