use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::cli::args::PlanArgs;
use crate::cli::exit::{Exit, Stop};
use crate::cli::hosts;
use crate::cli::prepare::{Prepared, Reading};
use crate::cli::warnings::warnings;
use crate::cli::workspace::Workspace;
use crate::hosts::Reach;
use crate::model::Diagnostic;
use crate::plan::{Plan, PlanOptions};
use crate::provider::Depth;
use crate::view::{PlanView, command};

/// Shows what `up`, or `down`, would do.
pub async fn run(workspace: &Workspace<'_>, args: &PlanArgs) -> Result<Exit, Stop> {
    let mut options = PlanOptions {
        destroy: args.destroy,
        targets: args.target.iter().cloned().collect(),
        replace_data: args.replace_data.iter().cloned().collect(),
        fresh_data: args.fresh_data.iter().cloned().collect(),
        depth: if args.fast { Depth::Fast } else { Depth::Full },
        ..PlanOptions::default()
    };
    let reach = if args.fast || args.destroy { Reach::Remember } else { hosts::reach(args.until) };
    let prepared = Prepared::read(workspace, &args.env.env, Reading::Look, &options, reach).await?;
    options.later = hosts::hosts_after(&prepared.topology, args.until);
    let plan = prepared.plan(&options)?;
    workspace.output.data(&PlanView { plan: &plan, catalogue: &prepared.cloud.catalogue });
    hosts::tell_texts(workspace, &prepared, &plan);
    warnings(&prepared).iter().for_each(|warning| workspace.output.diagnostic(warning));
    if args.fast {
        workspace.output.message("a fast plan: what lists do not show was taken for right");
    }
    prepared.tell_requests(workspace);
    prepared.cloud.room.hosts().close().await;
    prepared.refuse_if_refused(&plan)?;
    if let Some(path) = &args.out {
        save(path, &plan)?;
        workspace.output.message(&format!(
            "saved in {}; carry it out with: {}",
            path.display(),
            command(&plan.cloud, &format!("up --env {} --plan {}", args.env.env, path.display()))
        ));
    }
    Ok(if args.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}

fn save(path: &Path, plan: &Plan) -> Result<(), Stop> {
    let text = serde_json::to_vec_pretty(plan).expect("a plan is plain data");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    write().map_err(|error| {
        Stop::new(Exit::Failed, Diagnostic::error("E0325", "the plan cannot be saved").note(format!("{}: {error}", path.display())))
    })
}
