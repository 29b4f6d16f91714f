//! The programs are killed at random moments while people pay, and begun again on what they left:
//! at the end paper, books, terminal, bank and office say the same.

mod kill {
    mod booth;
    mod chain;
    mod errand;
    mod moment;
    mod reckoning;
    mod run;
}
