//! What every page shares: the head, the chip of the line, the refusal, the veil.

use flow::{Battery, Frame, Page, Profile, Refusal, RefusalCode, Screen};
use ledger::Language;
use panes::{
    CancelAdapter, FrameAdapter, HandInAdapter, LanguageChoice, PageName, ProfileName,
    SignInAdapter, Type, Typing,
};
use slint::ComponentHandle;

use super::Glass;
use super::models::settle;
use super::outcome::printer_state;
use crate::says;

pub(super) fn show(glass: &Glass, screen: &Screen) {
    let frame = &screen.frame;
    let adapter = glass.window.global::<FrameAdapter>();
    adapter.set_profile(profile_name(frame.profile));
    adapter.set_language(frame.language.own_name().into());
    adapter.set_body(frame.body.as_str().into());
    adapter.set_service(frame.service.as_deref().unwrap_or_default().into());
    adapter.set_step(frame.step.map_or(0, |step| i32::from(step.now)));
    adapter.set_steps(frame.step.map_or(0, |step| i32::from(step.of)));
    adapter.set_online(frame.line.online);
    adapter.set_to_send(i32::try_from(frame.line.to_send).unwrap_or(i32::MAX));
    adapter.set_reached_at(frame.line.reached_at.as_deref().unwrap_or_default().into());
    adapter.set_clock(frame.clock.as_str().into());
    adapter.set_staff(frame.staff.as_deref().unwrap_or_default().into());
    adapter.set_back(frame.back);
    adapter.set_printer(printer_state(frame.printer));
    adapter.set_practice(frame.practice);
    adapter.set_battery(frame.battery.map_or(-1, |battery| i32::from(battery.percent)));
    adapter.set_battery_low(frame.battery.is_some_and(|battery| battery.low));
    adapter.set_battery_plugged(frame.battery.is_some_and(|battery| battery.plugged));
    adapter.set_refusal(banner(screen).unwrap_or_default().into());
    adapter.set_still_there(frame.still_there_s.is_some());
    adapter.set_still_there_s(frame.still_there_s.map_or(0, |left| left as i32));
    if frame.still_there_s.is_some() {
        adapter.set_choosing_language(false);
    }
    let script = glass.window.global::<Type>();
    script.set_malayalam(frame.language == Language::Ml);
    script.set_slack(slack(frame.language));
    settle(&glass.models.languages, languages(frame));
}

/// What stands at the top of the page: what was refused, or that the office has locked the device,
/// for as long as it has; and where journeys begin, that the battery is low.
fn banner(screen: &Screen) -> Option<String> {
    let frame = &screen.frame;
    let locked = || frame.frozen.then(|| Refusal::new(RefusalCode::Frozen));
    let begins = matches!(screen.page, Page::Home(_) | Page::Round(_) | Page::SignIn(_));
    let low = || frame.battery.filter(|_| begins).and_then(low);
    // A form says by its own words what is wrong with an answer.
    if let (Page::Form(flow::FormPage { wrong: Some(words), .. }), Some(_)) =
        (&screen.page, &frame.refusal)
    {
        return Some(words.clone());
    }
    let said = frame.refusal.clone().or_else(locked).or_else(low)?;
    Some(says::sentence(&said, frame.language))
}

fn low(battery: Battery) -> Option<Refusal> {
    match battery {
        Battery { stopped: true, .. } => Some(Refusal::new(RefusalCode::BatteryEmpty)),
        Battery { low: true, percent, .. } => {
            Some(Refusal::with_count(RefusalCode::BatteryLow, u32::from(percent)))
        }
        _ => None,
    }
}

/// How much wider than measured the toolkit draws a script, in parts of the size of the type: the
/// most that the words of the catalogues need at 24 px, of which tests/pages shows each.
fn slack(language: Language) -> f32 {
    match language {
        Language::En => 0.0,
        Language::Ml => 0.75,
        Language::Hi | Language::Mr => 0.35,
        Language::Or => 0.7,
    }
}

fn languages(frame: &Frame) -> Vec<LanguageChoice> {
    let choice = |language: &Language| LanguageChoice {
        code: language.code().into(),
        name: language.own_name().into(),
        chosen: *language == frame.language,
    };
    frame.languages.iter().map(choice).collect()
}

fn profile_name(profile: Profile) -> ProfileName {
    match profile {
        Profile::Kiosk => ProfileName::Kiosk,
        Profile::Collector => ProfileName::Collector,
        Profile::Karmasena => ProfileName::Karmasena,
    }
}

/// Shows the page. What was opened on the page before it is closed.
pub(super) fn turn_to(glass: &Glass, page: &Page) {
    let adapter = glass.window.global::<FrameAdapter>();
    let name = page_name(page);
    if adapter.get_page() != name {
        glass.window.global::<Typing>().invoke_close();
        glass.window.global::<SignInAdapter>().invoke_forget();
        glass.window.global::<CancelAdapter>().invoke_forget();
        glass.window.global::<HandInAdapter>().invoke_forget();
        adapter.set_choosing_language(false);
        super::viewfinder::clear(glass);
    }
    adapter.set_page(name);
}

fn page_name(page: &Page) -> PageName {
    match page {
        Page::Home(_) => PageName::Home,
        Page::SignIn(_) => PageName::SignIn,
        Page::Find(_) => PageName::Find,
        Page::Form(_) => PageName::Form,
        Page::Answers(_) => PageName::Answers,
        Page::Demand(_) => PageName::Demand,
        Page::Pay(_) => PageName::Pay,
        Page::Amount(_) => PageName::Amount,
        Page::Upi(_) => PageName::Upi,
        Page::Card(_) => PageName::Card,
        Page::Cash(_) => PageName::Cash,
        Page::Printing(_) => PageName::Printing,
        Page::Paid(_) => PageName::Paid,
        Page::Stopped(_) => PageName::Stopped,
        Page::AskPaper(_) => PageName::AskPaper,
        Page::Checked(_) => PageName::Checked,
        Page::Round(_) => PageName::Round,
        Page::Visit(_) => PageName::Visit,
        Page::Details(_) => PageName::Details,
        Page::Suspense(_) => PageName::Suspense,
        Page::DayEnd(_) => PageName::DayEnd,
        Page::DayClosed(_) => PageName::DayClosed,
        Page::Menu(_) => PageName::Menu,
        Page::Receipts(_) => PageName::Receipts,
        Page::Receipt(_) => PageName::Receipt,
        Page::Cancel(_) => PageName::Cancel,
        Page::Notices(_) => PageName::Notices,
        Page::Apart(_) => PageName::Apart,
        Page::Settlement(_) => PageName::Settlement,
        Page::Float(_) => PageName::Float,
        Page::HandIn(_) => PageName::HandIn,
        Page::Receive(_) => PageName::Receive,
        Page::Received(_) => PageName::Received,
        Page::Instrument(_) => PageName::Instrument,
        Page::Carry(_) => PageName::Carry,
        Page::Printer(_) => PageName::Printer,
        Page::Viewfinder(_) => PageName::Viewfinder,
        Page::Group(_) => PageName::Group,
        Page::Rates(_) => PageName::Rates,
        Page::Earlier(_) => PageName::Earlier,
        Page::Book(_) => PageName::Book,
        Page::Elsewhere(_) => PageName::Elsewhere,
        Page::Asset(_) => PageName::Asset,
    }
}
