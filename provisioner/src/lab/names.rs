use std::path::Path;

use sha2::{Digest, Sha256};

use super::LabError;

/// The names of everything that a laboratory makes outside of its folder. They begin with a digest of the folder's path, so that laboratories
/// do not meet and what is left of one is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    digest: String,
}

impl Names {
    /// The names of the laboratory in a folder, which MUST be an absolute path without links.
    pub(super) fn of(folder: &Path) -> Names {
        let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
        Names { digest: digest[..4].iter().map(|byte| format!("{byte:02x}")).collect() }
    }

    /// What the names of namespaces, machines and cgroups begin with.
    pub(super) fn prefix(&self) -> String {
        format!("prov-{}-", self.digest)
    }

    /// The namespace that routes between the machines.
    pub(super) fn vpc(&self) -> String {
        format!("{}vpc", self.prefix())
    }

    /// The namespace that the operator stands in.
    pub(super) fn operator(&self) -> String {
        format!("{}op", self.prefix())
    }

    /// The namespace of the data centre that the VPC is connected with.
    pub(super) fn datacenter(&self) -> String {
        format!("{}dc", self.prefix())
    }

    /// The interface of this computer through which machines reach out; at most 15 characters, as the kernel wants.
    pub(super) fn uplink(&self) -> String {
        format!("{UPLINK}{}", self.digest)
    }

    /// The table of rules in this computer's own namespace.
    pub(super) fn table(&self) -> String {
        format!("prov_{}", self.digest)
    }
}

/// What the names of uplinks begin with.
pub(super) const UPLINK: &str = "plab";
/// The VPC's end of the uplink.
pub(super) const OUTSIDE: &str = "outside";
/// The VPC's end of the operator's wire.
pub(super) const OPERATOR: &str = "operator";
/// The VPC's end of the data centre's wire, which stands for the transit gateway or the VPN.
pub(super) const DATACENTER: &str = "datacenter";

/// An instance's id that has the form of one: `i-` and 17 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct InstanceId(String);

impl InstanceId {
    /// Reads an id.
    ///
    /// # Errors
    /// When it has another form.
    pub(super) fn new(id: &str) -> Result<InstanceId, LabError> {
        let digits = id.strip_prefix("i-").unwrap_or_default();
        if are_digits(digits) { Ok(InstanceId(id.to_owned())) } else { Err(LabError::BadId { id: id.to_owned() }) }
    }

    /// The id itself.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn digits(&self) -> &str {
        &self.0[2..]
    }

    /// The machine's network namespace, cgroup and name.
    pub(super) fn machine(&self, names: &Names) -> String {
        format!("{}{}", names.prefix(), self.digits())
    }

    /// The VPC's end of the machine's wire: 15 characters, the most that the kernel takes.
    pub(super) fn interface(&self) -> String {
        format!("m{}", &self.digits()[..14])
    }

    /// The names of the machine's chains of rules.
    pub(super) fn chain(&self, direction: &str) -> String {
        format!("{direction}_{}", self.digits())
    }
}

/// A volume's id that has the form of one: `vol-` and 17 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VolumeId(String);

impl VolumeId {
    /// Reads an id.
    ///
    /// # Errors
    /// When it has another form.
    pub(super) fn new(id: &str) -> Result<VolumeId, LabError> {
        match id.strip_prefix("vol-") {
            Some(digits) if are_digits(digits) => Ok(VolumeId(id.to_owned())),
            _ => Err(LabError::BadId { id: id.to_owned() }),
        }
    }

    /// The id itself.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name below /dev/disk/by-id on a machine of the Nitro system: model and serial, which is the id without its hyphen (EBS User Guide,
    /// "Map Amazon EBS volumes to NVMe device names"; systemd's 60-persistent-storage.rules).
    pub(super) fn link(&self) -> String {
        format!("nvme-Amazon_Elastic_Block_Store_{}", self.0.replacen('-', "", 1))
    }
}

fn are_digits(text: &str) -> bool {
    text.len() == 17 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_into_the_kernels_limits() {
        let names = Names::of(Path::new("/home/ops/acme/.provision/lab/prod"));
        let id = InstanceId::new("i-0123456789abcdef0").unwrap();
        assert!(names.uplink().len() <= 15 && id.interface().len() <= 15);
        assert!(id.machine(&names).len() <= 64, "the name of a machine is a host name");
        assert_ne!(names, Names::of(Path::new("/home/ops/acme/.provision/lab/dev")));
    }

    #[test]
    fn an_id_of_another_form_is_refused() {
        for text in ["i-0123", "i-0123456789abcdefg", "i-0123456789ABCDEF0", "../../../etc/passwd", "i-../../../../../etc"] {
            assert!(InstanceId::new(text).is_err(), "{text}");
            assert!(VolumeId::new(&text.replacen("i-", "vol-", 1)).is_err(), "{text}");
        }
    }

    #[test]
    fn a_volume_is_found_by_its_serial() {
        let id = VolumeId::new("vol-0123456789abcdef0").unwrap();
        assert_eq!(id.link(), "nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0");
    }
}
