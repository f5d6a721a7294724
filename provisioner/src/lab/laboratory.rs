use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use futures::StreamExt;
use futures::stream;
use ipnet::Ipv4Net;

use super::archive::Archive;
use super::cgroup::Cgroup;
use super::disk::{Disk, MadeOf};
use super::lock::lock;
use super::names::{InstanceId, Names, VolumeId};
use super::namespace::Namespace;
use super::network::{Datacenter, Network};
use super::process;
use super::tell::Tell;
use super::uplink::WayOutside;
use super::volume::Volumes;
use super::{HostStatus, LabError, LabMissing, LabReport, LabStatus, Suite, firewall, image, layer};
use crate::model::Scope;
use crate::sandbox::{Machine, MachineState, Machines};

/// How many machines are worked on at once.
const AT_ONCE: usize = 4;

/// The laboratory of one environment.
#[derive(Clone, Debug)]
pub struct Lab {
    folder: PathBuf,
    cache: PathBuf,
    pub(super) scope: Scope,
    names: Names,
    network: Network,
    packages: BTreeMap<String, Vec<String>>,
    tell: Tell,
}

/// What one machine needed.
enum Done {
    Nothing,
    Started,
    Rebooted,
    Stopped,
    Removed,
}

impl Lab {
    /// Looks whether this computer can run a laboratory.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check() -> Result<(), LabMissing> {
        LabMissing::find().map_or(Ok(()), Err)
    }

    /// Opens the laboratory of an environment in a folder of its own; images are kept in `cache`, which others may share.
    ///
    /// The operator stands at `operator_address`, which SHOULD be one of those that the environment lets in.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn open(folder: &Path, cache: &Path, scope: &Scope, operator_address: Ipv4Addr) -> Result<Lab, LabError> {
        let [folder, cache] = [folder, cache].map(|path| {
            fs::create_dir_all(path).map_err(LabError::io("make", path))?;
            path.canonicalize().map_err(LabError::io("find", path))
        });
        let (folder, cache) = (folder?, cache?);
        let names = Names::of(&folder);
        let network = Network::new(names.clone(), operator_address);
        Ok(Lab { folder, cache, scope: scope.clone(), names, network, packages: BTreeMap::new(), tell: Tell::nobody() })
    }

    /// Connects the VPC with a data centre, as a VPN does: routes in the rehearsal cloud say which subnets reach it.
    ///
    /// In it is one place with one address, the bastion's; whoever uses the laboratory runs an SSH server there. The operator reaches it.
    pub fn with_datacenter(self, cidr: Ipv4Net, address: Ipv4Addr) -> Lab {
        Lab { network: self.network.with_datacenter(Datacenter { cidr, address }), ..self }
    }

    /// Says in a few words what it does when that takes long.
    pub fn telling(self, hear: impl Fn(&str) + Send + Sync + 'static) -> Lab {
        Lab { tell: Tell::to(hear), ..self }
    }

    /// Says which packages each host will be asked for: a new machine is made with them, as from an image of its role.
    pub fn with_packages(self, packages: BTreeMap<String, Vec<String>>) -> Lab {
        Lab { packages, ..self }
    }

    /// The words before a command that needs the operator's place in the network, such as `ssh`.
    pub fn launcher(&self) -> Vec<String> {
        ["ip", "netns", "exec", self.network.operator().name()].map(str::to_owned).to_vec()
    }

    /// Makes what stands on this computer equal to what stands in the rehearsal cloud.
    ///
    /// Idempotent, and safe to repeat after a kill at any instant: every step looks first, and what is made in steps gets its name last.
    /// It returns when every machine's systemd has begun, not when it has finished.
    ///
    /// # Errors
    /// When the network or an image cannot be made; what concerns one machine is in the report.
    pub async fn reconcile(&self, machines: &Machines) -> Result<LabReport, LabError> {
        let begun = Instant::now();
        let _lock = lock(&self.folder, &self.tell).await?;
        let mut report = LabReport::default();
        let mut wanted = BTreeMap::new();
        for machine in &machines.machines {
            wanted.insert(InstanceId::new(&machine.id)?, machine.clone());
        }
        let surplus: Vec<InstanceId> = self.present().into_iter().filter(|id| !wanted.contains_key(id)).collect();
        let surplus = surplus.into_iter().map(|id| (id.clone(), id)).collect();
        self.each(surplus, &mut report, |id: InstanceId| async move { self.remove(&id).await }).await;
        report.failed.extend(self.volumes().provide(machines).await);
        if let Some(cidr) = machines.vpc {
            let way = WayOutside::find().await?;
            self.network.ensure(cidr, &way).await?;
            // The rules come before the wires.
            self.network.vpc().load(&firewall::rules(machines, way.resolver, self.network.datacenter_cidr())?).await?;
            let images = self.images(&machines.machines).await?;
            let (images, mtu) = (&images, way.mtu);
            let settle = |(id, machine): (InstanceId, Machine)| async move {
                match machine.state {
                    MachineState::Running => self.run(&id, &machine, machines, images, mtu).await,
                    _ => self.stop(&id).await,
                }
            };
            let settled = wanted.into_iter().filter(|(_, machine)| machine.state != MachineState::Pending);
            let work = settled.map(|(id, machine)| (id.clone(), (id, machine))).collect();
            self.each(work, &mut report, settle).await;
        } else {
            self.network.remove().await?;
        }
        report.failed.extend(self.volumes().release(machines).await);
        report.running = self.status().hosts.into_iter().filter(|host| host.is_running).map(|host| host.host).collect();
        report.elapsed = begun.elapsed();
        Ok(report)
    }

    /// Looks what stands on this computer; it changes nothing and waits for nobody.
    pub fn status(&self) -> LabStatus {
        let mut hosts: Vec<HostStatus> = self.present().into_iter().filter_map(|id| self.host(&id)).collect();
        hosts.sort_by(|left, right| left.host.cmp(&right.host));
        let has_network = Path::new(&self.network.vpc().path()).exists();
        LabStatus { hosts, has_network, launcher: self.launcher() }
    }

    /// Reboots a machine by its host's name, in order.
    ///
    /// # Errors
    /// When there is none of that name, or it does not begin again.
    pub async fn reboot(&self, host: &str) -> Result<(), LabError> {
        let _lock = lock(&self.folder, &self.tell).await?;
        let known = self.present().into_iter().find(|id| self.host(id).is_some_and(|found| found.host == host && found.is_running));
        let unknown = || LabError::UnknownHost { host: host.to_owned() };
        let id = known.ok_or_else(unknown)?;
        let disk = self.disk(&id);
        let facts = disk.facts().ok_or_else(unknown)?;
        let process = self.process(&id);
        process.stop().await?;
        process.start(&disk, &facts.console, &self.volumes().devices(&disk.volumes())).await
    }

    /// Removes everything that the laboratory has on this computer, its disks included; images stay in the cache.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub async fn down(&self) -> Result<LabReport, LabError> {
        self.reconcile(&Machines::default()).await
    }

    /// All machines of which anything is left: a disk, a process, a namespace.
    fn present(&self) -> BTreeSet<InstanceId> {
        let prefix = self.names.prefix();
        let named = Cgroup::with_prefix(&prefix).into_iter().chain(Namespace::with_prefix(&prefix));
        let named = named.filter_map(|name| Some(format!("i-{}", name.strip_prefix(&prefix)?)));
        let entries = fs::read_dir(self.folder.join("machines")).into_iter().flatten().flatten();
        let folders = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let folders = folders.map(|name| name.trim_end_matches(".new").to_owned());
        named.chain(folders).filter_map(|id| InstanceId::new(&id).ok()).collect()
    }

    fn disk(&self, id: &InstanceId) -> Disk {
        Disk::new(self.folder.join("machines").join(id.as_str()))
    }

    fn volumes(&self) -> Volumes {
        Volumes::new(self.folder.join("volumes"))
    }

    fn process(&self, id: &InstanceId) -> process::Machine {
        let host = self.disk(id).facts().map_or_else(|| id.as_str().to_owned(), |facts| facts.host);
        process::Machine { name: id.machine(&self.names), host }
    }

    fn host(&self, id: &InstanceId) -> Option<HostStatus> {
        let facts = self.disk(id).facts()?;
        Some(HostStatus {
            host: facts.host,
            id: id.as_str().to_owned(),
            address: facts.address,
            suite: facts.suite,
            is_running: self.process(id).is_running(),
            console: facts.console,
        })
    }

    /// Finds or makes the images of machines that have no disk yet.
    async fn images(&self, machines: &[Machine]) -> Result<BTreeMap<String, Images>, LabError> {
        let mut images = BTreeMap::new();
        for machine in machines.iter().filter(|machine| machine.state == MachineState::Running) {
            if self.disk(&InstanceId::new(&machine.id)?).exists() {
                continue;
            }
            let _lock = lock(&self.cache, &self.tell).await?;
            let suite = Suite::of_image(&machine.image)?;
            let base = image::ensure(&self.cache, suite, &self.tell).await?;
            let layer = match self.packages.get(&machine.name) {
                Some(packages) if !packages.is_empty() => Some(layer::ensure(&self.cache, suite, &base, packages, &self.tell).await?),
                _ => None,
            };
            images.insert(machine.id.clone(), Images { suite, base, layer });
        }
        Ok(images)
    }

    async fn run(
        &self,
        id: &InstanceId,
        machine: &Machine,
        machines: &Machines,
        images: &BTreeMap<String, Images>,
        mtu: u32,
    ) -> Result<Done, LabError> {
        let disk = self.disk(id);
        if let Some(images) = images.get(&machine.id).filter(|_| !disk.exists()) {
            let archive = Archive::of(&self.cache, images.suite);
            let made_of = MadeOf { suite: images.suite, base: &images.base, layer: images.layer.as_deref(), archive: &archive };
            disk.make(machine, machines, &made_of)?;
        }
        let process = self.process(id);
        let is_running = process.is_running();
        let is_same_boot = disk.boots() == Some(machine.boots);
        let attached = machines.volumes.iter().filter(|volume| volume.instance.as_ref() == Some(&machine.id));
        let volumes = attached.map(|volume| VolumeId::new(&volume.id)).collect::<Result<Vec<_>, _>>()?;
        let before = disk.volumes();
        disk.set_volumes(&volumes)?;
        let devices = self.volumes().devices(&volumes);
        if is_running && is_same_boot {
            if !volumes.is_empty() || !before.is_empty() {
                process.show(&devices).await?;
            }
            return Ok(Done::Nothing);
        }
        if is_running {
            process.stop().await?;
        }
        self.network.ensure_machine(id, machine, mtu).await?;
        disk.set_boots(machine.boots)?;
        let console = machine.console.clone().or_else(|| Some(disk.facts()?.console));
        process.start(&disk, &console.unwrap_or_else(|| disk.log()), &devices).await?;
        Ok(if is_running { Done::Rebooted } else { Done::Started })
    }

    async fn stop(&self, id: &InstanceId) -> Result<Done, LabError> {
        let process = self.process(id);
        let was_running = process.is_running();
        process.stop().await?;
        self.network.remove_machine(id).await?;
        let disk = self.disk(id);
        if let Some(facts) = disk.facts() {
            Archive::of(&self.cache, facts.suite).collect(&disk.changes())?;
        }
        Ok(if was_running { Done::Stopped } else { Done::Nothing })
    }

    /// Ends a machine and removes what is its own; what it fetched is kept in the cache.
    async fn remove(&self, id: &InstanceId) -> Result<Done, LabError> {
        self.process(id).kill().await?;
        self.network.remove_machine(id).await?;
        let disk = self.disk(id);
        if let Some(facts) = disk.facts() {
            Archive::of(&self.cache, facts.suite).collect(&disk.changes())?;
            remove_console(&facts.console);
        }
        // Half a disk has no facts.
        Disk::new(disk.path().with_extension("new")).remove()?;
        tokio::task::spawn_blocking(move || disk.remove()).await.expect("removing files does not panic")?;
        Ok(Done::Removed)
    }

    /// Works on machines, a few at once, and reports what each needed.
    async fn each<T, F: Future<Output = Result<Done, LabError>>>(
        &self,
        items: Vec<(InstanceId, T)>,
        report: &mut LabReport,
        work: impl Fn(T) -> F,
    ) {
        let work = &work;
        let results = items.into_iter().map(|(id, item)| {
            // A machine's name is in its folder, which may be gone afterwards, or made meanwhile.
            let before = self.disk(&id).facts().map(|facts| facts.host);
            async move {
                let done = work(item).await;
                let after = || self.disk(&id).facts().map(|facts| facts.host);
                (before.or_else(after).unwrap_or_else(|| id.as_str().to_owned()), done)
            }
        });
        let results = results.collect::<Vec<_>>();
        let results: Vec<_> = stream::iter(results).buffered(AT_ONCE).collect().await;
        for (host, done) in results {
            match done {
                Ok(Done::Nothing) => {}
                Ok(Done::Started) => report.started.push(host),
                Ok(Done::Rebooted) => report.rebooted.push(host),
                Ok(Done::Stopped) => report.stopped.push(host),
                Ok(Done::Removed) => report.removed.push(host),
                Err(error) => report.failed.push((host, error)),
            }
        }
    }
}

/// The images of one machine.
struct Images {
    suite: Suite,
    base: PathBuf,
    layer: Option<PathBuf>,
}

/// Removes a console and the folder that was made for it.
fn remove_console(console: &Path) {
    // It belongs to the rehearsal cloud's folder, which may have been removed before.
    let _ = fs::remove_file(console);
    if let Some(folder) = console.parent() {
        let _ = fs::remove_dir(folder);
    }
}
