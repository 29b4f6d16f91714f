//! One line of the table.

use serde::Serialize;

#[derive(Serialize)]
pub struct Line {
    metric: String,
    /// None where there is nothing yet to measure.
    value: Option<f64>,
    unit: &'static str,
    /// The same work without what is measured, or by other means, in the same unit.
    baseline: Option<f64>,
    ratio: Option<f64>,
    goal: &'static str,
    met: Option<bool>,
    /// Why a goal is missed, or what else has to be said of the figure.
    note: Option<String>,
    /// Why there is no value.
    #[serde(skip)]
    lacks: &'static str,
    /// The share of the goal by which it is missed.
    #[serde(skip)]
    missed_by: Option<f64>,
}

impl Line {
    pub fn new(metric: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { value: Some(value), ..Self::not_built(metric, unit, "") }
    }

    /// A figure that the project owes and cannot have yet.
    pub fn not_built(metric: impl Into<String>, unit: &'static str, goal: &'static str) -> Self {
        let metric = metric.into();
        let (value, baseline, ratio, met) = (None, None, None, None);
        let (note, lacks, missed_by) = (None, "not built", None);
        Self { metric, value, unit, baseline, ratio, goal, met, note, lacks, missed_by }
    }

    /// A figure that was not asked for.
    pub fn not_taken(metric: &str, unit: &'static str, goal: &'static str) -> Self {
        Self { lacks: "not taken", ..Self::not_built(metric, unit, goal) }
    }

    pub fn beside(self, baseline: f64) -> Self {
        let ratio = self.value.map(|value| value / baseline);
        Self { baseline: Some(baseline), ratio, ..self }
    }

    /// A goal of several parts.
    pub fn goal(self, goal: &'static str, met: bool) -> Self {
        Self { goal, met: Some(met), ..self }
    }

    pub fn at_most(self, limit: f64, goal: &'static str) -> Self {
        let over = self.value.map(|value| value / limit - 1.0);
        self.missed_by(over, goal)
    }

    pub fn at_least(self, limit: f64, goal: &'static str) -> Self {
        let under = self.value.map(|value| 1.0 - value / limit);
        self.missed_by(under, goal)
    }

    pub fn ratio_at_most(self, limit: f64, goal: &'static str) -> Self {
        let over = self.ratio.map(|ratio| ratio / limit - 1.0);
        self.missed_by(over, goal)
    }

    pub fn ratio_at_least(self, limit: f64, goal: &'static str) -> Self {
        let under = self.ratio.map(|ratio| 1.0 - ratio / limit);
        self.missed_by(under, goal)
    }

    fn missed_by(self, share: Option<f64>, goal: &'static str) -> Self {
        let met = share.map(|share| share <= 0.0);
        Self { goal, met, missed_by: share.filter(|share| *share > 0.0), ..self }
    }

    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// Said where the goal is missed.
    pub fn why_missed(self, why: &str) -> Self {
        if self.met == Some(false) { self.note(why) } else { self }
    }

    pub fn print(&self, json: bool) {
        if json {
            println!("{}", serde_json::to_string(self).expect("a line is plain"));
            return;
        }
        let number =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        println!(
            "{:<48} {:>10} {:<6} baseline {:>10} ratio {:>6}  goal {:<28} {}",
            self.metric,
            number(self.value),
            self.unit,
            number(self.baseline),
            number(self.ratio),
            self.goal,
            self.verdict(),
        );
        if let Some(note) = &self.note {
            println!("    {note}");
        }
    }

    fn verdict(&self) -> String {
        match (self.value, self.met, self.missed_by) {
            (None, ..) => self.lacks.to_owned(),
            (_, Some(true), _) => "met".to_owned(),
            (_, Some(false), Some(share)) => format!("missed by {:.0} %", (share * 100.0).ceil()),
            (_, Some(false), None) => "missed".to_owned(),
            (_, None, _) => String::new(),
        }
    }
}
