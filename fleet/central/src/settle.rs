//! What a receipt changes in the register: demands are paid, money is kept or used, months of the
//! waste fee are covered. Pure, so that every database settles alike.

use chrono::NaiveDate;
use ledger::{
    Building, DemandRow, Household, MoneyError, Pack, Paise, Period, Receipt, ReceiptLine,
    early_rebate, heads,
};

/// What is known of a payment besides the register.
pub struct Paid<'a> {
    /// The pack of its day, and the day.
    pub pack: &'a Pack,
    pub on: NaiveDate,
    /// What earlier receipts took for a month of this building's waste fee.
    pub taken: &'a dyn Fn(Period) -> Paise,
}

/// Enters a receipt's lines into its building. What is paid beyond what was owed, because two
/// devices took it while apart, becomes money that the office holds for the building; answers how
/// much that was.
pub fn settle(
    building: &mut Building,
    receipt: &Receipt,
    paid: &Paid<'_>,
) -> Result<Paise, MoneyError> {
    let mut paid_before = Vec::new();
    let mut all_excess = Paise::ZERO;
    let mut bills_before = Vec::new();
    for line in &receipt.lines {
        if let Some((service, bill)) = paid.pack.bill_with(&line.head) {
            let before = bills_before.contains(&line.period);
            let excess = pay_other(building, line, before)?;
            if bill.head == line.head && excess == line.amount {
                bills_before.push(line.period);
            }
            keep_of_bill(building, &service.id, excess)?;
            all_excess = all_excess.checked_add(excess)?;
            continue;
        }
        let excess = match line.head.as_str() {
            heads::ADVANCE => {
                keep(building, line.amount)?;
                continue;
            }
            heads::ADVANCE_USED => {
                let missing = use_held(building, line.amount)?;
                owe_again(building, receipt, missing)?;
                continue;
            }
            heads::USER_FEE => cover_month(building, line, paid)?,
            heads::PROPERTY_TAX => {
                let excess = pay_tax(building, line, paid)?;
                if excess == line.amount {
                    paid_before.push(line.period);
                }
                excess
            }
            _ => pay_other(building, line, paid_before.contains(&line.period))?,
        };
        keep(building, excess)?;
        all_excess = all_excess.checked_add(excess)?;
    }
    use_held_of_bills(building, paid.pack)?;
    Ok(all_excess)
}

/// What was paid twice for a utility stays with its connection, and is no advance on the body's own
/// taxes; where the connection is gone, the office holds it for the building.
fn keep_of_bill(building: &mut Building, service: &str, excess: Paise) -> Result<(), MoneyError> {
    match building.connections.iter_mut().find(|drawn| drawn.service == service) {
        Some(drawn) => drawn.held = drawn.held.checked_add(excess)?,
        None => keep(building, excess)?,
    }
    Ok(())
}

/// What is held of a connection pays its next bills, the oldest first.
pub fn use_held_of_bills(building: &mut Building, pack: &Pack) -> Result<(), MoneyError> {
    for drawn in building.connections.iter_mut().filter(|drawn| drawn.held.is_positive()) {
        let bill = pack.service(&drawn.service).and_then(|service| service.bill.as_ref());
        let Some(bill) = bill else { continue };
        let mut bills: Vec<&mut DemandRow> =
            building.demands.iter_mut().filter(|row| row.head == bill.head).collect();
        bills.sort_by_key(|row| row.period);
        for row in bills {
            let excess = pay_row(row, drawn.held)?;
            drawn.held = excess;
        }
    }
    Ok(())
}

fn keep(building: &mut Building, amount: Paise) -> Result<(), MoneyError> {
    building.advance = building.advance.checked_add(amount)?;
    Ok(())
}

/// Uses held money, `amount` being below zero, and returns what is not there any more: another
/// device used it while apart.
fn use_held(building: &mut Building, amount: Paise) -> Result<Paise, MoneyError> {
    let left = building.advance.checked_add(amount)?;
    building.advance = left.at_least_zero();
    building.advance.checked_sub(left)
}

/// What a receipt paid with held money that was used before is owed again, its last line first.
fn owe_again(
    building: &mut Building,
    receipt: &Receipt,
    mut missing: Paise,
) -> Result<(), MoneyError> {
    for line in receipt.lines.iter().rev() {
        let Some(row) = row_of(building, line) else { continue };
        let back = missing.min(line.amount).min(row.paid);
        row.paid = row.paid.checked_sub(back)?;
        missing = missing.checked_sub(back)?;
    }
    Ok(())
}

/// Pays the tax of a half-year and returns what was too much. A half-year that nobody has asked for
/// yet is only ever paid as a whole.
fn pay_tax(
    building: &mut Building,
    line: &ReceiptLine,
    paid: &Paid<'_>,
) -> Result<Paise, MoneyError> {
    let off = taken_off(building, line, paid)?;
    match row_of(building, line) {
        Some(row) => {
            let excess = pay_row(row, line.amount)?;
            row.assessed = row.assessed.checked_sub(off)?;
            Ok(excess)
        }
        None => {
            let ReceiptLine { period, head, amount } = line.clone();
            building.demands.push(DemandRow { period, head, assessed: amount, paid: amount });
            Ok(Paise::ZERO)
        }
    }
}

/// What the office asks no more of a half-year's tax, since whoever pays just the rest of it in
/// time has the pack's rebate.
fn taken_off(
    building: &mut Building,
    line: &ReceiptLine,
    paid: &Paid<'_>,
) -> Result<Paise, MoneyError> {
    let Some(row) = row_of(building, line) else { return Ok(Paise::ZERO) };
    let unpaid = row.assessed.checked_sub(row.paid)?.at_least_zero();
    let rest = unpaid.checked_sub(line.amount)?;
    let rebate = early_rebate(paid.pack, building, line.period, unpaid, paid.on)?;
    Ok(rebate.map(|(_, off)| off).filter(|off| *off == rest).unwrap_or_default())
}

/// Pays another head. One without a row of its own, as interest, follows the tax: it is too much
/// where the period's tax was paid before.
fn pay_other(
    building: &mut Building,
    line: &ReceiptLine,
    paid_before: bool,
) -> Result<Paise, MoneyError> {
    match row_of(building, line) {
        Some(row) => pay_row(row, line.amount),
        None if paid_before => Ok(line.amount),
        None => Ok(Paise::ZERO),
    }
}

fn pay_row(row: &mut DemandRow, amount: Paise) -> Result<Paise, MoneyError> {
    let open = row.assessed.checked_sub(row.paid)?.at_least_zero();
    let paid = amount.min(open);
    row.paid = row.paid.checked_add(paid)?;
    amount.checked_sub(paid)
}

fn row_of<'a>(building: &'a mut Building, line: &ReceiptLine) -> Option<&'a mut DemandRow> {
    let asked = |row: &&mut DemandRow| row.period == line.period && row.head == line.head;
    building.demands.iter_mut().find(asked)
}

/// A month is covered once its whole fee is there; what comes for a month that was covered before
/// is too much.
fn cover_month(
    building: &mut Building,
    line: &ReceiptLine,
    paid: &Paid<'_>,
) -> Result<Paise, MoneyError> {
    let Some(household) = &mut building.household else { return Ok(Paise::ZERO) };
    if household.fee_paid_until.is_some_and(|until| line.period <= until) {
        return Ok(line.amount);
    }
    let taken = (paid.taken)(line.period).checked_add(line.amount)?;
    let whole = month_fee(paid.pack, household, line.period);
    if whole.is_some_and(|whole| taken >= whole) {
        household.fee_paid_until = household.fee_paid_until.max(Some(line.period));
    }
    Ok(Paise::ZERO)
}

fn month_fee(pack: &Pack, household: &Household, month: Period) -> Option<Paise> {
    let day = month.first_day();
    match household.category.as_str() {
        "house" => pack.rates.user_fee_house.at(day).map(|fee| fee.value),
        "establishment" => pack.rates.user_fee_establishment.at(day).map(|fee| fee.value.month),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
