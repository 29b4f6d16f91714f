//! Devices that come back under another name, in a tree as the kernel shows it.

use std::os::unix::fs::symlink;

use super::*;

struct Tree {
    root: tempfile::TempDir,
    machine: Machine,
}

impl Tree {
    fn new() -> Tree {
        let root = tempfile::tempdir().unwrap();
        let machine = Machine::below(root.path());
        Tree { root, machine }
    }

    /// A USB device in a socket, with one node below its first interface.
    fn plug(&self, socket: &str, ids: [&str; 3], class: &str, name: &str, file: &str) {
        let device = self.root.path().join("sys/devices/pci0000:00/usb1").join(socket);
        let [vendor, product, serial] = ids;
        let told = device.join(format!("{socket}:1.0")).join(class).join(name);
        fs::create_dir_all(&told).unwrap();
        for (name, word) in [
            ("idVendor", vendor),
            ("idProduct", product),
            ("serial", serial),
            ("product", "TM-T82"),
        ] {
            fs::write(device.join(name), format!("{word}\n")).unwrap();
        }
        self.show(class, name, file, &told);
    }

    fn show(&self, class: &str, name: &str, file: &str, told: &Path) {
        fs::create_dir_all(told).unwrap();
        fs::write(told.join("uevent"), format!("MAJOR=180\nMINOR=0\nDEVNAME={file}\n")).unwrap();
        let class = self.root.path().join("sys/class").join(class);
        fs::create_dir_all(&class).unwrap();
        symlink(told, class.join(name)).unwrap();
    }

    fn unplug(&self, socket: &str, class: &str, name: &str) {
        fs::remove_file(self.root.path().join("sys/class").join(class).join(name)).unwrap();
        fs::remove_dir_all(self.root.path().join("sys/devices/pci0000:00/usb1").join(socket))
            .unwrap();
    }

    /// Where an address leads, below this tree; or the fault's word.
    fn leads(&self, address: &str) -> String {
        match self.machine.resolved(&address.parse().unwrap()) {
            Ok(address) => address.to_string().replace(&*self.root.path().to_string_lossy(), ""),
            Err(fault) => fault.word().to_owned(),
        }
    }
}

const EPSON: [&str; 3] = ["04b8", "0e27", "PADI0001"];

#[test]
fn a_printer_that_comes_back_under_another_name_is_found() {
    let tree = Tree::new();
    assert_eq!(tree.leads("usb://04b8:0e27"), "unplugged");
    tree.plug("1-1", EPSON, "usbmisc", "lp0", "usb/lp0");
    assert_eq!(tree.leads("usb://04b8:0e27"), "file:///dev/usb/lp0");
    tree.unplug("1-1", "usbmisc", "lp0");
    assert_eq!(tree.leads("usb://04b8:0e27"), "unplugged");
    tree.plug("1-2", EPSON, "usbmisc", "lp1", "usb/lp1");
    assert_eq!(tree.leads("usb://04b8:0e27"), "file:///dev/usb/lp1");
    assert_eq!(tree.leads("usb://04b8:0e27:PADI0001"), "file:///dev/usb/lp1");
    assert_eq!(tree.leads("usb://04b8:0e28"), "unplugged");
}

#[test]
fn two_printers_of_one_model_are_told_apart_by_their_serial_numbers() {
    let tree = Tree::new();
    tree.plug("1-1", EPSON, "usbmisc", "lp0", "usb/lp0");
    tree.plug("1-2", ["04b8", "0e27", "PADI0002"], "usbmisc", "lp1", "usb/lp1");
    assert_eq!(tree.leads("usb://04b8:0e27"), "several");
    assert_eq!(tree.leads("usb://04b8:0e27:PADI0002"), "file:///dev/usb/lp1");
    assert_eq!(tree.leads("usb://04b8:0e27:PADI0003"), "unplugged");
}

#[test]
fn a_converter_is_a_serial_line_with_the_settings_of_its_address() {
    let tree = Tree::new();
    tree.plug("1-4", ["0403", "6001", "A50285BI"], "tty", "ttyUSB1", "ttyUSB1");
    assert_eq!(tree.leads("usb://0403:6001?baud=19200"), "serial:///dev/ttyUSB1?baud=19200");
}

#[test]
fn a_bluetooth_device_is_found_by_its_address() {
    let tree = Tree::new();
    for (name, address) in [("rfcomm0", "00:11:22:aa:bb:cc"), ("rfcomm1", "00:11:22:AA:BB:CD")] {
        let told = tree.root.path().join("sys/devices/virtual/tty").join(name);
        tree.show("tty", name, name, &told);
        fs::write(told.join("address"), format!("{address}\n")).unwrap();
    }
    assert_eq!(tree.leads("bluetooth://00:11:22:AA:BB:CD"), "serial:///dev/rfcomm1");
    assert_eq!(tree.leads("bluetooth://00:11:22:AA:BB:CC"), "serial:///dev/rfcomm0");
    assert_eq!(tree.leads("bluetooth://00:11:22:AA:BB:CE"), "unplugged");
}

#[test]
fn no_name_leads_out_of_dev() {
    let tree = Tree::new();
    tree.plug("1-1", EPSON, "usbmisc", "lp0", "../etc/shadow");
    assert_eq!(tree.leads("usb://04b8:0e27"), "unplugged");
    assert!(tree.machine.nodes("usbmisc").is_empty());
}
