//! What `kiosk devices` finds plugged into a machine that the test makes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use devices::Machine;
use kiosk::config::Config;
use kiosk::devices::look;

struct Tree(tempfile::TempDir);

impl Tree {
    fn new() -> Tree {
        Tree(tempfile::tempdir().expect("a folder"))
    }

    fn machine(&self) -> Machine {
        Machine::below(self.0.path())
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.0.path().join(file);
        fs::create_dir_all(path.parent().expect("below the root")).expect("made");
        fs::write(path, text).expect("written");
    }

    /// A member of a class, told of in a folder below the socket of its device.
    fn show(&self, class: &str, name: &str, told: &str) {
        let link = self.0.path().join("sys/class").join(class);
        fs::create_dir_all(&link).expect("made");
        symlink(self.0.path().join(told), link.join(name)).expect("linked");
    }

    /// A USB device with one file in /dev.
    fn plug(&self, socket: &str, serial: &str, class: &str, name: &str, file: &str) {
        let device = format!("sys/devices/usb1/{socket}");
        let told = format!("{device}/{socket}:1.0/{class}/{name}");
        for (word, said) in
            [("idVendor", "04b8"), ("idProduct", "0e27"), ("serial", serial), ("product", "TM-T82")]
        {
            self.write(&format!("{device}/{word}"), said);
        }
        self.write(&format!("{told}/uevent"), &format!("DEVNAME={file}\n"));
        self.write(&format!("dev/{file}"), "");
        self.show(class, name, &told);
    }

    /// What is found beside printers at these files.
    fn sentences(&self, taken: &[&str]) -> Vec<String> {
        let root = self.0.path().to_string_lossy().into_owned();
        let mut text = "profile = \"kiosk\"\ndata = \"data\"\nbody = \"padippuram\"\n\
                        centre = \"https://127.0.0.1\"\n"
            .to_owned();
        let kinds = [("printer", "escpos"), ("scanner", "line")];
        for (path, (kind, protocol)) in taken.iter().zip(kinds) {
            text.push_str(&format!(
                "[[device]]\nkind = \"{kind}\"\nprotocol = \"{protocol}\"\n\
                 port = \"file://{root}/{path}\"\n"
            ));
        }
        let config = Config::parse(&text, Path::new("/")).expect("a good file");
        let found = look(&config, &self.machine()).candidates;
        found.iter().map(|found| found.sentence.replace(&root, "")).collect()
    }
}

#[test]
fn what_is_plugged_in_is_named_with_the_address_that_finds_it_again() {
    let tree = Tree::new();
    tree.plug("1-1", "A1", "usbmisc", "lp0", "usb/lp0");
    tree.plug("1-2", "B1", "tty", "ttyUSB0", "ttyUSB0");
    tree.plug("1-3", "C1", "tty", "ttyACM0", "ttyACM0");
    fs::create_dir_all(tree.0.path().join("dev/serial/by-id")).expect("made");
    let link = tree.0.path().join("dev/serial/by-id/usb-Scanner_C1-if00");
    symlink("../../ttyACM0", link).expect("linked");
    tree.write("sys/devices/virtual/tty/rfcomm0/uevent", "DEVNAME=rfcomm0\n");
    tree.write("sys/devices/virtual/tty/rfcomm0/address", "00:11:22:aa:bb:cc\n");
    tree.show("tty", "rfcomm0", "sys/devices/virtual/tty/rfcomm0");
    tree.write("sys/devices/virtual/video0/uevent", "DEVNAME=video0\n");
    tree.write("sys/devices/virtual/video0/name", "Integrated Camera\n");
    tree.show("video4linux", "video0", "sys/devices/virtual/video0");
    tree.write("dev/input/by-id/usb-Reader-event-kbd", "");
    tree.write("dev/input/by-id/usb-Mouse-event-mouse", "");
    tree.write("sys/devices/virtual/BAT0/type", "Battery\n");
    tree.write("sys/devices/virtual/BAT0/capacity", "80\n");
    tree.write("sys/devices/virtual/BAT0/status", "Discharging\n");
    tree.show("power_supply", "BAT0", "sys/devices/virtual/BAT0");
    assert_eq!(
        tree.sentences(&[]),
        [
            "A USB printer (TM-T82) is at /dev/usb/lp0: port = \"usb://04b8:0e27\".",
            "A Bluetooth device is at /dev/rfcomm0: port = \"bluetooth://00:11:22:AA:BB:CC\".",
            "A serial line (TM-T82) is at /dev/serial/by-id/usb-Scanner_C1-if00: \
             port = \"serial:///dev/serial/by-id/usb-Scanner_C1-if00\".",
            "A serial line (TM-T82) is at /dev/ttyUSB0: port = \"usb://04b8:0e27:B1\".",
            "A camera (Integrated Camera) is at /dev/video0.",
            "A keyboard, or a reader that types as one, \
             is at /dev/input/by-id/usb-Reader-event-kbd.",
            "Power: BAT0 (Battery) 80 %, discharging.",
        ]
    );
}

#[test]
fn what_is_configured_is_not_named_again() {
    let tree = Tree::new();
    tree.plug("1-1", "A1", "usbmisc", "lp0", "usb/lp0");
    tree.plug("1-2", "A2", "usbmisc", "lp1", "usb/lp1");
    let second = "A USB printer (TM-T82) is at /dev/usb/lp1: port = \"usb://04b8:0e27:A2\".";
    assert_eq!(tree.sentences(&["dev/usb/lp0"]), [second]);
    assert!(tree.sentences(&["dev/usb/lp0", "dev/usb/lp1"]).is_empty());
}
