use crate::cli::prepare::Prepared;
use crate::model::Diagnostic;

/// What the person who approves a plan should know beside it.
pub fn warnings(prepared: &Prepared) -> Vec<Diagnostic> {
    bastion_port(prepared).into_iter().collect()
}

/// A bastion that exists moves to another port: whoever comes in has to know.
fn bastion_port(prepared: &Prepared) -> Option<Diagnostic> {
    let (port, former) = (prepared.topology.access.port, prepared.topology.access.former_port?);
    Some(
        Diagnostic::warning("E0329", "the bastion moves to another port")
            .note(format!("both ports are open until it listens on {port}; then `up` closes {former}"))
            .help(format!("let {port} through wherever your own network filters what goes out")),
    )
}
