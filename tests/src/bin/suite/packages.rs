//! What the suite needs of the machine beyond the Rust toolchain and gcc.

use std::process::{Command, Stdio};

/// One Debian package and what a test does with it. Without them only these tests are left out.
struct Package {
    name: &'static str,
    used_for: &'static str,
}

const PACKAGES: &[Package] = &[
    Package { name: "xvfb", used_for: "a display for the real window" },
    Package { name: "openbox", used_for: "a window manager, which gives the window the keys" },
    Package { name: "xdotool", used_for: "clicks and keys for the real window" },
    Package { name: "zbar-tools", used_for: "a judge of the squares on slips" },
    Package { name: "openssl", used_for: "a maker of what an issuer signs" },
    Package { name: "zint", used_for: "a maker of codes of bars" },
    Package { name: "libharfbuzz-bin", used_for: "a judge of how letters are joined" },
    Package { name: "gpsd", used_for: "a judge of positions" },
    Package { name: "gpsd-clients", used_for: "what feeds that judge with sentences" },
    Package { name: "default-jdk-headless", used_for: "ODK's own engine, a judge of forms" },
    Package { name: "faketime", used_for: "devices whose clocks stand wrong" },
    Package { name: "postgresql", used_for: "the centre's books in PostgreSQL" },
    Package { name: "mount", used_for: "disks that become full or lose their power" },
    Package { name: "pcscd", used_for: "a judge of chip cards" },
    Package { name: "vsmartcard-vpcd", used_for: "a reader of chip cards for that judge" },
    Package { name: "opensc", used_for: "a second client of that reader" },
    Package { name: "libpcsclite-dev", used_for: "our own client of that reader" },
    Package { name: "pkg-config", used_for: "finds the library of that client" },
    Package { name: "libx11-xcb1", used_for: "the window opens it by name" },
    Package { name: "libxcursor1", used_for: "the window opens it by name" },
    Package { name: "libxi6", used_for: "the window opens it by name" },
    Package { name: "libxrandr2", used_for: "the window opens it by name" },
    Package { name: "libxkbcommon-x11-0", used_for: "the window opens it by name" },
];

/// What only `--long` needs.
const LONG_PACKAGES: &[Package] = &[
    Package { name: "qemu-system-x86", used_for: "a guest whose cables are pulled" },
    Package { name: "busybox-static", used_for: "the guest's shell" },
    Package { name: "v4l-utils", used_for: "what is held before the guest's camera" },
    Package { name: "libclang-dev", used_for: "our own driver of that camera is built with it" },
];

/// Installs what is not there, or says how to. The tests themselves report what stays missing.
pub fn provide(long: bool) {
    let wanted = PACKAGES.iter().chain(if long { LONG_PACKAGES } else { &[] });
    let absent: Vec<&Package> = wanted.filter(|package| !is_here(package)).collect();
    if absent.is_empty() {
        return;
    }
    for package in &absent {
        println!("not installed: {} ({})", package.name, package.used_for);
    }
    let names: Vec<&str> = absent.iter().map(|package| package.name).collect();
    if !is_root() {
        println!(
            "Install them with: sudo apt-get install --no-install-recommends {}",
            names.join(" ")
        );
        return;
    }
    // An old list of packages may still do; whether it did is seen at the install.
    apt(&["update", "--quiet"]);
    let words = ["install", "--yes", "--quiet", "--no-install-recommends"];
    if !apt(&[&words[..], &names[..]].concat()) {
        println!("They could not be installed: what they are for is not tested.");
    }
}

fn is_here(package: &Package) -> bool {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package.name])
        .stderr(Stdio::null())
        .output();
    output.is_ok_and(|output| output.stdout == b"installed")
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt(words: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
