use crate::cli::args::SandboxCommand;
use crate::cli::exit::{Exit, Stop};
use crate::cli::workspace::Workspace;

/// Looks into the rehearsal cloud, or starts it afresh.
#[cfg(feature = "sandbox")]
pub fn run(workspace: &Workspace<'_>, command: &SandboxCommand) -> Result<Exit, Stop> {
    use crate::cli::cloud::{open_sandbox, sandbox_folder, sandbox_stop};
    use crate::model::CloudName;

    match command {
        SandboxCommand::Dump => {
            let objects = open_sandbox(workspace, None)?.dump().map_err(|error| sandbox_stop(&error))?;
            let lines: Vec<String> = objects.iter().map(|object| serde_json::to_string(object).expect("an object is plain data")).collect();
            let text = if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) };
            workspace.output.raw(&text);
        }
        SandboxCommand::Reset => {
            crate::sandbox::Sandbox::reset(&sandbox_folder(workspace)).map_err(|error| sandbox_stop(&error))?;
            let hosts = sandbox_folder(workspace).join("hosts");
            match std::fs::remove_dir_all(&hosts) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(crate::state::StateError::io("remove", hosts)(error).into());
                }
                _ => {}
            }
            let states = workspace.private_folder().join("state").join(CloudName::Sandbox.to_string());
            match std::fs::remove_dir_all(&states) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(crate::state::StateError::io("remove", states)(error).into());
                }
                _ => workspace.output.message("the rehearsal cloud is empty, and nothing is recorded of it"),
            }
        }
    }
    Ok(Exit::Done)
}

/// Refuses: there is no rehearsal cloud in this program.
#[cfg(not(feature = "sandbox"))]
pub fn run(_workspace: &Workspace<'_>, _command: &SandboxCommand) -> Result<Exit, Stop> {
    Err(crate::cli::cloud::without_aws())
}
