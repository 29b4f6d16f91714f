//! What we agreed on and a machine can check: who leans on whom, what the pure crates never touch,
//! how long things are, which words are not used, and that building and testing are one build.
//! Each rule is a list; what a list forbids, it also says what to write instead.

mod tidy {
    mod faults;
    mod folder;
    mod map;
    mod once;
    mod pure;
    mod size;
    mod tokens;
    mod words;
}
