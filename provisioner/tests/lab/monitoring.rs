use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, IpPermission, UserIdGroupPair};
use provisioner::sandbox::{Sandbox, SandboxOptions};

use super::project::Project;

/// Connects to an NRPE daemon and waits for what it does by itself: whoever it serves has the word.
const NRPE: &str = "
import socket
try:
    peer = socket.create_connection(('ADDRESS', 5666), 5)
except OSError:
    print('no way')
else:
    peer.settimeout(5)
    try:
        print('spoken to' if peer.recv(1) else 'refused')
    except socket.timeout:
        print('served')
    except OSError:
        print('refused')
";

/// Asks Icinga's API for every host and service that it knows, with its state.
const ICINGA: &str = r#"
import base64, json, re, ssl, urllib.request
trust = ssl.create_default_context(cafile='/var/lib/icinga2/certs/ca.crt')
trust.check_hostname = False
trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
word = json.loads(re.search(r'password = (".*")', open('/etc/icinga2/provision.d/api.conf').read())[1])
login = dict(Authorization='Basic ' + base64.b64encode(b'provision:' + word.encode()).decode())
found = dict()
for kind in 'hosts', 'services':
    request = urllib.request.Request('https://127.0.0.1:5665/v1/objects/' + kind + '?attrs=__name&attrs=state', headers=login)
    for one in json.load(urllib.request.urlopen(request, context=trust, timeout=10))['results']:
        found[one['attrs']['__name']] = int(one['attrs']['state'])
print(json.dumps(found))
"#;

/// What the NRPE daemon of a host does with a peer that connects from another: `served`, `refused`, or `no way` where no packet arrives.
pub fn nrpe(project: &Project, from: &str, to: &str) -> String {
    let address = project.topology().hosts[to].private_address.to_string();
    project.python_on(from, &NRPE.replace("ADDRESS", &address)).trim().to_owned()
}

/// The state of every host and service by its name in Icinga (`worker-1`, `worker-1!disk`), as its API tells it; 0 is up, or OK.
pub fn icinga(project: &Project) -> BTreeMap<String, u32> {
    serde_json::from_str(&project.python_on("icinga-1", ICINGA)).unwrap()
}

/// Lets NRPE pass from one role to another in the rehearsal cloud, as somebody might who knows no better.
pub fn open_nrpe(project: &Project, from: &str, to: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let sandbox = Sandbox::open(&project.sandbox(), SandboxOptions::default()).unwrap();
        let config = aws_sdk_ec2::config::Builder::from(&sandbox.sdk_config("eu-west-1")).interceptor(sandbox.interceptor());
        let ec2 = Client::from_conf(config.build());
        let (from, to) = (group(&ec2, from).await, group(&ec2, to).await);
        let with = |other: &str| {
            let pair = UserIdGroupPair::builder().group_id(other).build();
            IpPermission::builder().ip_protocol("tcp").from_port(5666).to_port(5666).user_id_group_pairs(pair).build()
        };
        ec2.authorize_security_group_egress().group_id(&from).ip_permissions(with(&to)).send().await.unwrap();
        ec2.authorize_security_group_ingress().group_id(&to).ip_permissions(with(&from)).send().await.unwrap();
    });
}

async fn group(ec2: &Client, role: &str) -> String {
    let filter = Filter::builder().name("tag:provision:address").values(format!("security-group.{role}")).build();
    let found = ec2.describe_security_groups().filters(filter).send().await.unwrap();
    found.security_groups()[0].group_id().unwrap().to_owned()
}
