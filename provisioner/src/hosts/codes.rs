//! Every kind of problem between this program and a machine: E0340 to E0356; `provision explain` prints them.

use crate::model::Code;

pub(super) const UNREACHABLE: Code = Code {
    code: "E0340",
    summary: "a host cannot be reached",
    explanation: "No SSH server answers at its address, or the network between does not let the connection through. Hosts are reached through the bastion, the bastion from [network] operator_cidrs alone.",
    example: "operator_cidrs = [\"198.51.100.0/28\"] # and you are elsewhere",
    fix: "operator_cidrs = [\"198.51.100.0/28\", \"203.0.113.7/32\"]",
};
pub(super) const CHANGED_KEY: Code = Code {
    code: "E0341",
    summary: "a host has another key than the one on its console",
    explanation: "In the one login before a host is enrolled, its key must be the one that the machine itself wrote to its EC2 console. Another key is another machine.",
    example: "somebody answers at the host's address",
    fix: "find out who answers there; `provision doctor` and the VPC's flow logs help",
};
pub(super) const WRONG_AUTHORITY: Code = Code {
    code: "E0342",
    summary: "a host's certificate is by another authority",
    explanation: "Every host of the environment shows a certificate by the environment's own SSH authority. A certificate by another one proves nothing.",
    example: "the host was enrolled from another checkout, with other secrets",
    fix: "put back the committed secrets/<environment>.age",
};
pub(super) const EXPIRED: Code = Code {
    code: "E0343",
    summary: "a host's certificate is not valid now",
    explanation: "Host certificates last 90 days and are renewed by `provision up` in their last 30. One that is not valid any more, or not yet, proves nothing; a wrong clock does the same.",
    example: "nobody ran `provision up` for 90 days",
    fix: "compare the clocks; if nobody can have taken the host's key since, certify it again by the key on its console: `provision up --enrol HOST`",
};
pub(super) const WRONG_PRINCIPAL: Code = Code {
    code: "E0344",
    summary: "another machine answers in a host's place",
    explanation: "The certificate is the environment's, and names another machine: the connection was led astray.",
    example: "a bastion that hands connections to the wrong host",
    fix: "find out who answers there before anything is sent",
};
pub(super) const NO_CERTIFICATE: Code = Code {
    code: "E0345",
    summary: "a host shows no certificate",
    explanation: "An enrolled host always shows one. A server with a plain key is not that host, or somebody has taken its certificate away.",
    example: "HostCertificate was removed from the host's sshd configuration",
    fix: "find out who took it away; then certify the host again by the key on its console: `provision up --enrol HOST`",
};
pub(super) const REVOKED: Code = Code {
    code: "E0346",
    summary: "a host's key is revoked",
    explanation: "Its key stands in secrets/<environment>.revoked: nobody shall trust it any more.",
    example: "a key that somebody else may have",
    fix: "replace the machine",
};
pub(super) const WEAK: Code = Code {
    code: "E0347",
    summary: "a host offers only weak encryption",
    explanation: "The server agrees to none of the algorithms that this program uses. Hosts of the environment do: somebody in between may want weaker ones.",
    example: "Ciphers aes128-cbc",
    fix: "remove it from the host's sshd configuration",
};
pub(super) const BASTION: Code = Code {
    code: "E0348",
    summary: "the bastion cannot prove who it is",
    explanation: "A bastion in the VPC shows a certificate of the environment's authority; one in the data centre is known by your own known_hosts. Nothing is sent through a bastion that is neither.",
    example: "the data centre's bastion is not in ~/.ssh/known_hosts",
    fix: "ask its administrator for its key, compare, and add it to ~/.ssh/known_hosts",
};
pub(super) const REFUSED_LOGIN: Code = Code {
    code: "E0349",
    summary: "a host refuses the login",
    explanation: "The host is who it should be, and does not let this program in: it does not know the authority that signs the program's key, or its first boot is not complete.",
    example: "the authority was rotated twice while the host was off",
    fix: "replace the machine, or put its public line into /etc/ssh/provision-authority.pub on the host",
};
pub(super) const TIMED_OUT: Code = Code {
    code: "E0350",
    summary: "a host takes too long",
    explanation: "The connection or the command did not end in its time. What runs on the host may still be running; the next command waits for it.",
    example: "a host that swaps",
    fix: "run the same command again",
};
pub(super) const TOO_MUCH: Code = Code {
    code: "E0351",
    summary: "a host says too much",
    explanation: "Answers are short, and bounded: the connection was closed.",
    example: "a login script that prints without end",
    fix: "look at the host: `provision ssh`",
};
pub(super) const CUT: Code = Code {
    code: "E0352",
    summary: "the connection to a host was cut",
    explanation: "It was lost before the command's end was known. Every command can be run again.",
    example: "the host was rebooted meanwhile",
    fix: "run the same command again",
};
pub(super) const LOCAL: Code = Code {
    code: "E0353",
    summary: "SSH cannot be used on this computer",
    explanation: "Hosts are reached with the OpenSSH client, which must be installed, and with a private folder for this run's key.",
    example: "ssh is not installed",
    fix: "apt-get install openssh-client",
};
pub(super) const ENROLMENT: Code = Code {
    code: "E0354",
    summary: "a host's certificate could not be installed",
    explanation: "The host let the program in, and its SSH server would not take the certificate. The host's own words say why.",
    example: "no space left on the host",
    fix: "run the same command again",
};
pub(super) const CONSOLE: Code = Code {
    code: "E0355",
    summary: "a host's key cannot be read from its console",
    explanation: "A machine writes its SSH key to its EC2 console at its first boot. Without it nobody can tell whether the machine that answers is the right one.",
    example: "the first boot is still under way",
    fix: "run the same command again",
};
pub(super) const AUTHORITY: Code = Code {
    code: "E0356",
    summary: "the SSH authority cannot be used",
    explanation: "The key that signs the keys of hosts and of this program is among the environment's secrets.",
    example: "secrets/<environment>.age of another environment",
    fix: "put back the committed file",
};
pub(crate) const CONVERGENCE: Code = Code {
    code: "E0357",
    summary: "a host did not become what it shall be",
    explanation: "A package, a file, a service or a step failed on the host. What came before it is done; files that were judged wrong are as they were.",
    example: "a step whose check still fails after its command",
    fix: "look at the host with `provision ssh`, then run `provision up` again: it goes on where it was",
};
pub(crate) const NO_MACHINE: Code = Code {
    code: "E0358",
    summary: "there is no machine behind it",
    explanation: "A rehearsal without --lab has no machines: bundles are rendered, checked and recorded, and nothing runs.",
    example: "provision ssh --env dev --sandbox worker-1",
    fix: "as root on Linux: provision up --env dev --sandbox --lab, and the same command with --lab",
};

/// Every kind of problem of this layer, in order.
pub const CODES: &[Code] = &[
    UNREACHABLE,
    CHANGED_KEY,
    WRONG_AUTHORITY,
    EXPIRED,
    WRONG_PRINCIPAL,
    NO_CERTIFICATE,
    REVOKED,
    WEAK,
    BASTION,
    REFUSED_LOGIN,
    TIMED_OUT,
    TOO_MUCH,
    CUT,
    LOCAL,
    ENROLMENT,
    CONSOLE,
    AUTHORITY,
    CONVERGENCE,
    NO_MACHINE,
];
