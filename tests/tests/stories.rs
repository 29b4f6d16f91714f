//! What happens at a device and at the office, told through the real programs: each story makes a
//! town of its own on free ports and ends it.

mod stories {
    mod applications;
    mod around;
    mod audit;
    mod bad_input;
    mod bills;
    mod births;
    mod bookings;
    mod books;
    mod cards;
    mod carried;
    mod clock;
    mod cloud;
    mod collection;
    mod columns;
    mod complaints;
    mod copied;
    mod counter;
    mod cuts;
    mod devices;
    mod earlier;
    mod false_centre;
    mod forms;
    mod full_disk;
    mod group;
    mod guide;
    mod marks;
    mod names;
    mod nearby;
    mod outage;
    mod packs;
    mod paper;
    mod photos;
    mod practice;
    mod printed_bills;
    mod printer;
    mod property_tax;
    mod records;
    mod reminders;
    mod remittance;
    mod round;
    mod steps;
    mod strangers;
    mod terminals;
    mod twice;
    mod upi;
    mod viewfinder;
    mod visit;
    mod wards;
}
