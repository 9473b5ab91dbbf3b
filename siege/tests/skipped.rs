//! Where there is no memory cgroup nothing is besieged, and it is said so.

use std::process::Command;

#[test]
fn without_a_cgroup_it_is_skipped_by_name() {
    let output = Command::new(env!("CARGO_BIN_EXE_siege"))
        .args(["--binary", "/nonexistent", "--mounts", "/dev/null"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "siege: skipped: no writable memory cgroup (none is mounted)\n"
    );
}
