//! Statements as banks export them, and files that are none.

use proptest::prelude::*;

use super::*;

/// 31 August 2026.
const TODAY: i64 = 20_696;

fn rows(text: &str) -> Vec<StatementRow> {
    read(text.as_bytes(), TODAY).expect("a statement")
}

fn bad(text: &str) -> Vec<(usize, String)> {
    match read(text.as_bytes(), TODAY) {
        Err(StatementError::Rows(bad)) => bad,
        other => panic!("rows should be bad: {other:?}"),
    }
}

const HEADER: &str = "date,amount,challan,bank_reference\n";

#[test]
fn a_statement_is_read_with_its_quotes_commas_and_both_dates() {
    let text = "\u{feff}Date,Narration,Amount,Reference,Bank Reference\r\n\
                17-08-2026,\"Cash, \"\"counter\"\"\n2\",\"1,20,000.50\", 7731 ,N100\r\n\
                \r\n\
                2026-08-18,,600,7732,N101";
    let found = rows(text);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].line, found[0].amount), (2, Paise::new(12_000_050)));
    assert_eq!((found[0].challan.as_str(), found[0].bank_reference.as_str()), ("7731", "N100"));
    assert_eq!((found[1].line, found[1].day - found[0].day), (5, 1));
}

#[test]
fn the_challan_goes_before_another_reference() {
    let found = rows("date,reference,amount,challan,bank_reference\n2026-08-17,x,600,7731,N1\n");
    assert_eq!(found[0].challan, "7731");
}

#[test]
fn every_bad_row_is_named_with_its_line() {
    let text = format!(
        "{HEADER}2026-08-17,600,7731,N1\n2026-8-17,600,7731,N1\n17/08/2026,600,7731,N1\n\
         2026-08-17,six,7731,N1\n2026-08-17,-600,7731,N1\n2026-08-17,600,,N1\n\
         2026-08-17,600,7731, \n2026-08-17,600,7731\n2026-09-01,600,7731,N1\n\
         2026-08-17,600,7731,N1\n2026-08-17,\"600\"x,7731,N1\n2026-02-30,600,7731,N1\n\
         2026-08-17,\"600,7731,N1\n"
    );
    let bad = bad(&text);
    let lines: Vec<usize> = bad.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, (3..=14).collect::<Vec<_>>());
    assert_eq!(bad[8].1, "it is line 2 again");
    assert_eq!(bad[9].1, "something follows a closing quote");
    assert_eq!(bad[11].1, "a quote is never closed");
}

#[test]
fn what_is_no_statement_is_told() {
    assert_eq!(read(b"", TODAY), Err(StatementError::Empty));
    assert_eq!(read(&[0xff, 0xfe], TODAY), Err(StatementError::NotText));
    let missing = |header: &str| read(header.as_bytes(), TODAY).expect_err("a column is missing");
    assert_eq!(missing("date,amount,bank_reference"), StatementError::Column("challan"));
    assert_eq!(missing("date,challan,bank_reference"), StatementError::Column("amount"));
    let long = format!("{HEADER}{}", "x\n".repeat(ROWS_MAX + 1));
    assert_eq!(read(long.as_bytes(), TODAY), Err(StatementError::TooLong));
}

proptest! {
    #[test]
    fn no_file_makes_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(&bytes);
        let _ = read(&bytes, TODAY);
        if let Ok(found) = read(&file, TODAY) {
            prop_assert!(found.iter().all(|row| row.amount.is_positive() && row.day <= TODAY));
        }
    }

    #[test]
    fn a_row_comes_back_as_it_was_written(
        challan in "[ -~]{0,20}[!-~]", reference in "[ -~]{0,20}[!-~]", paise in 1..9_999_999_i64,
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let amount = Paise::new(paise).plain();
        let (one, other) = (quoted(&challan), quoted(&reference));
        let found = rows(&format!("{HEADER}2026-08-17,{amount},{one},{other}\n"));
        prop_assert_eq!(found[0].amount, Paise::new(paise));
        prop_assert_eq!(&found[0].challan, challan.trim());
        prop_assert_eq!(&found[0].bank_reference, reference.trim());
    }
}
