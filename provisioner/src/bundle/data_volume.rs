use crate::bundle::{BundleFile, Content, Piece};

/// What keeps services from starting while their host's data volume is not mounted: a file of systemd's for each.
///
/// `RequiresMountsFor=` waits for the mount and ends the service with it; it says nothing where no unit mounts there, and so the assertion does
/// (systemd.unit(5)).
pub(super) fn needs_mount(services: &[String], mount: &str) -> impl Iterator<Item = (String, BundleFile)> {
    // A percent sign begins a specifier (systemd.unit(5), "Specifiers").
    let mount = mount.replace('%', "%%");
    let text =
        format!("# Written by provision: changes here are put back.\n[Unit]\nRequiresMountsFor={mount}\nAssertPathIsMountPoint={mount}\n");
    services.iter().map(move |service| {
        let content = Content { pieces: vec![Piece::Text(text.clone())] };
        let file = BundleFile { content, mode: "0644".to_owned(), owner: "root".to_owned(), group: "root".to_owned() };
        (format!("/etc/systemd/system/{}.service.d/50-provision-data.conf", service.trim_end_matches(".service")), file)
    })
}
