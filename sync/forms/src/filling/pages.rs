//! The pages of a filling, and the way through them: a question a page, a field-list a page, and
//! after each repeat that is not counted the question whether there is another.

use super::Filling;
use super::spot::{Spot, key};
use super::verdict::Complaint;
use crate::expression::{STEPS_MAX, Steps};
use crate::form::{ItemId, Kind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// What is asked, or said, on it.
    Questions(Vec<Spot>),
    /// Whether the repeat has another turn.
    More(Spot),
}

/// What came of going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turned {
    To(Page),
    /// There is no page after this one.
    End,
    /// What is wrong on this page.
    Stay(Vec<(Spot, Complaint)>),
}

impl Filling {
    /// The pages as they are now, in order.
    pub fn pages(&self) -> Vec<Page> {
        let mut pages = Vec::new();
        self.collect(0, &[], &mut pages);
        pages
    }

    /// The page where the person is; none where nothing is asked at all.
    pub fn page(&self) -> Option<Page> {
        let mut pages = self.pages();
        let at = pages.iter().rposition(|page| self.page_key(page) <= self.at);
        if pages.is_empty() { None } else { Some(pages.swap_remove(at.unwrap_or(0))) }
    }

    /// Goes on, unless something is wrong on the page.
    pub fn next_page(&mut self) -> Turned {
        let Some(page) = self.page() else { return Turned::End };
        let wrong = self.wrong_on(&page);
        if !wrong.is_empty() {
            return Turned::Stay(wrong);
        }
        let here = self.page_key(&page);
        match self.pages().into_iter().find(|page| self.page_key(page) > here) {
            None => Turned::End,
            Some(next) => {
                self.at = self.page_key(&next);
                Turned::To(next)
            }
        }
    }

    /// Goes back, whatever is wrong; false on the first page.
    pub fn previous_page(&mut self) -> bool {
        let Some(page) = self.page() else { return false };
        let here = self.page_key(&page);
        match self.pages().into_iter().rev().find(|page| self.page_key(page) < here) {
            None => false,
            Some(before) => {
                self.at = self.page_key(&before);
                true
            }
        }
    }

    /// Goes to the page of a spot, such as one that `complaints` names.
    pub fn go_to(&mut self, spot: &Spot) -> bool {
        let is_on = |page: &Page| match page {
            Page::Questions(spots) => spots.contains(spot),
            Page::More(repeat) => repeat == spot,
        };
        match self.pages().into_iter().find(is_on) {
            None => false,
            Some(page) => {
                self.at = self.page_key(&page);
                true
            }
        }
    }

    fn wrong_on(&self, page: &Page) -> Vec<(Spot, Complaint)> {
        match page {
            Page::More(_) => Vec::new(),
            Page::Questions(spots) => {
                let mut steps = Steps::new(STEPS_MAX);
                let mut wrong =
                    |spot: &Spot| Some((spot.clone(), self.complaint_within(spot, &mut steps)?));
                spots.iter().filter_map(&mut wrong).collect()
            }
        }
    }

    fn page_key(&self, page: &Page) -> Vec<u16> {
        match page {
            Page::Questions(spots) => {
                spots.first().map_or_else(Vec::new, |spot| key(&self.form, spot))
            }
            Page::More(repeat) => self.form.order_after(repeat),
        }
    }

    fn collect(&self, group: ItemId, turns: &[u16], pages: &mut Vec<Page>) {
        let depth = |item: ItemId| self.form.item(item).repeats.len();
        for child in &self.form.item(group).children {
            let spot = Spot { item: *child, turns: turns[..depth(*child)].to_vec() };
            let item = self.form.item(*child);
            if self.irrelevant.contains(&spot) {
                continue;
            }
            match item.kind {
                Kind::Group => self.group_pages(*child, turns, pages),
                Kind::Repeat => {
                    for turn in 0..self.turns(&spot) {
                        self.group_pages(*child, &[turns, &[turn]].concat(), pages);
                    }
                    if item.repeat_count.is_none() {
                        pages.push(Page::More(spot));
                    }
                }
                _ if item.kind.is_shown() => pages.push(Page::Questions(vec![spot])),
                _ => {}
            }
        }
    }

    fn group_pages(&self, group: ItemId, turns: &[u16], pages: &mut Vec<Page>) {
        if !self.form.item(group).is_one_page() {
            return self.collect(group, turns, pages);
        }
        let mut inner = Vec::new();
        self.collect(group, turns, &mut inner);
        let spots = inner.into_iter().flat_map(|page| match page {
            Page::Questions(spots) => spots,
            Page::More(_) => Vec::new(),
        });
        let spots: Vec<Spot> = spots.collect();
        if !spots.is_empty() {
            pages.push(Page::Questions(spots));
        }
    }
}

/// Every question and note that is shown, in the order of the form.
pub fn shown(filling: &Filling) -> Vec<Spot> {
    let spots = filling.pages().into_iter().flat_map(|page| match page {
        Page::Questions(spots) => spots,
        Page::More(_) => Vec::new(),
    });
    spots.collect()
}
