//! The command line: one file per command. It wires the layers together and does nothing they could do.

mod adopt;
mod args;
mod cloud;
mod doctor;
mod down;
mod drift;
mod env;
mod exit;
mod hosts;
mod interrupt;
mod lab;
mod least_policy;
mod mail_domain;
mod operator_key;
mod permissions;
mod pins;
mod plan;
#[cfg(feature = "aws")]
mod preflight;
mod prepare;
mod render;
mod run;
mod sandbox;
mod secret;
mod secrets;
mod ssh;
mod state;
mod status;
mod up;
mod validate;
mod verify;
mod warnings;
#[cfg(feature = "aws")]
mod ways;
mod workspace;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, ColorArg, Command, EnvironmentCommand, FormatArg, Global, SecretCommand, StateCommand};
use exit::{Exit, Stop};
use workspace::Workspace;

use crate::model::Diagnostic;
use crate::view::{ColorChoice, Format, Output, Settings, Verbosity};

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; everything else is usage. A closed pipe is nobody's fault.
            let _ = error.print();
            let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if is_answer { Exit::Done.into() } else { Exit::Usage.into() };
        }
    };
    let output = Output::of_process(settings(&cli.global));
    let exit = match runtime() {
        Ok(runtime) => runtime.block_on(run(cli, &output)),
        Err(error) => Err(Stop::new(Exit::Failed, Diagnostic::error("E0203", "the program cannot start").note(error.to_string()))),
    };
    let exit = exit.unwrap_or_else(|stop| {
        output.report(&stop.report);
        stop.exit
    });
    // A reader who went away, as `head` does, is no failure of the command.
    let _ = output.finish();
    exit.into()
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}

fn settings(global: &Global) -> Settings {
    let format = match global.format {
        FormatArg::Human => Format::Human,
        FormatArg::Json => Format::Json,
    };
    let verbosity = match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, _) => Verbosity::Verbose,
    };
    let choice = match global.color {
        ColorArg::Auto => ColorChoice::Auto,
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
    };
    Settings::of_process(format, verbosity, choice)
}

async fn run(cli: Cli, output: &Output) -> Result<Exit, Stop> {
    let workspace = Workspace::open(&cli.global, output)?;
    lab::check(&workspace)?;
    match cli.command {
        Command::Validate(args) => validate::run(&workspace, &args),
        Command::Plan(args) => plan::run(&workspace, &args).await,
        Command::Up(args) => up::run(&workspace, &args).await,
        Command::Down(args) => down::run(&workspace, &args).await,
        Command::Drift(args) => drift::run(&workspace, &args).await,
        Command::Doctor(args) => doctor::run(&workspace, &args).await,
        Command::Env(args) => match args.command {
            EnvironmentCommand::List => env::list(&workspace),
            EnvironmentCommand::Diff { one, other } => env::diff(&workspace, &one, &other),
        },
        Command::Permissions(args) => permissions::run(&workspace, &args),
        Command::Render(args) => render::run(&workspace, &args),
        Command::Status(args) => status::run(&workspace, &args).await,
        Command::Ssh(args) => ssh::run(&workspace, &args).await,
        Command::Verify(args) => verify::run(&workspace, &args).await,
        Command::State(args) => match args.command {
            StateCommand::Rebuild(env) => state::rebuild(&workspace, &env.env).await,
            command => state::look(&workspace, command),
        },
        Command::Secret(args) => match args.command {
            SecretCommand::List(env) => secret::list(&workspace, &env.env),
            SecretCommand::Rotate { env, names } => secret::rotate(&workspace, &env.env, &names),
        },
        Command::Sandbox(args) => sandbox::run(&workspace, &args.command),
        Command::Lab(args) => lab::run(&workspace, &args).await,
    }
}
