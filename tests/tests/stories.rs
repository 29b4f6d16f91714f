//! What happens at a device and at the office, told through the real programs: each story makes a
//! town of its own on free ports and ends it.

mod stories {
    mod audit;
    mod bad_input;
    mod books;
    mod carried;
    mod clock;
    mod columns;
    mod copied;
    mod counter;
    mod cuts;
    mod false_centre;
    mod full_disk;
    mod nearby;
    mod outage;
    mod paper;
    mod photos;
    mod practice;
    mod property_tax;
    mod records;
    mod remittance;
    mod round;
    mod steps;
    mod strangers;
    mod twice;
    mod upi;
    mod viewfinder;
    mod visit;
    mod wards;
}
