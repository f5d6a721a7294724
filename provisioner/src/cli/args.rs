use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::hosts::Until;
use crate::model::ResourceAddress;
use crate::secrets::SecretName;

/// Builds clustered middleware on AWS from two small files, and proves that it stands.
///
/// Every command can be stopped at any instant, by Ctrl-C or by `kill -9`, and run again: it goes on where it was.
/// With --sandbox everything happens in a rehearsal cloud inside this program, without an account.
#[derive(Debug, Parser)]
#[command(name = "provision", version, max_term_width = 110, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Try it, without an account:
  provision validate
  provision up --env dev --sandbox
  provision status --env dev --sandbox
  provision down --env dev --sandbox

Exit codes:
  0  done, or nothing to do            6  locked
  1  failed, nothing was changed       7  failed with part of it done: run it again
  2  changes are present               8  preflight failed
  3  usage or configuration            9  timed out
  4  credentials or permission         130, 143  interrupted, the state is clean
  5  refused";

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The project's folder [default: the nearest parent with provision.toml or environments/]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global options")]
    pub root: Option<PathBuf>,
    /// Use the rehearsal cloud inside this program instead of AWS
    #[arg(long, global = true, help_heading = "Global options")]
    pub sandbox: bool,
    /// Run a real machine on this computer for every instance of the rehearsal cloud; needs --sandbox and root
    #[arg(long, global = true, requires = "sandbox", help_heading = "Global options")]
    pub lab: bool,
    /// Divide the rehearsal cloud's durations by N; 0 waits for nothing
    #[arg(long, global = true, value_name = "N", default_value_t = 60.0, value_parser = speed, help_heading = "Global options")]
    pub sandbox_speed: f64,
    /// For people, or one JSON object per line
    #[arg(long, global = true, value_enum, value_name = "human|json", hide_possible_values = true, default_value_t = FormatArg::Human, help_heading = "Global options")]
    pub format: FormatArg,
    /// When to colour; NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured
    #[arg(long, global = true, value_enum, value_name = "auto|always|never", hide_possible_values = true, default_value_t = ColorArg::Auto, help_heading = "Global options")]
    pub color: ColorArg,
    /// Only data and problems
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub quiet: bool,
    /// Every attribute and every step
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub verbose: u8,
    /// How many requests may be under way at once; waiting is not counted
    #[arg(long, global = true, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200), help_heading = "Global options")]
    pub parallelism: u16,
    /// How long to wait for the lock: 30s, 10m
    #[arg(long, global = true, value_name = "D", default_value = "0s", value_parser = duration, help_heading = "Global options")]
    pub lock_timeout: Duration,
}

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people.
    Human,
    /// One object per line.
    Json,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read environments and blueprints and tell every problem at once
    Validate(ValidateArgs),
    /// Show what `up` would do
    Plan(PlanArgs),
    /// Look for what would fail later: account, quotas, offers, permissions, mail, key, clock
    Doctor(EnvArgs),
    /// Bring the environment up; again after any interruption
    Up(UpArgs),
    /// Destroy the environment; what must be kept is kept and listed
    Down(DownArgs),
    /// Show what was changed outside; put it back, or take it into the environment file
    Drift(DriftArgs),
    /// Every layer at a glance
    Status(EnvArgs),
    /// Open a shell on a host, through the bastion, or run a command there
    #[command(after_help = SSH_HELP)]
    Ssh(SshArgs),
    /// Prove that the cluster works: every host is as described, and every check of its software holds
    Verify(EnvArgs),
    /// The environments of the project, and how two of them differ
    Env(EnvironmentArgs),
    /// The least IAM policy this environment needs, as JSON
    Permissions(EnvArgs),
    /// Write every file of every host into a folder, as `up` would install it; asks no cloud
    Render(RenderArgs),
    /// The recorded state
    State(StateArgs),
    /// The environment's secrets by name, and new values for them
    Secret(SecretArgs),
    /// Look into the rehearsal cloud, or start it afresh
    Sandbox(SandboxArgs),
    /// The real machines of a rehearsal: which stand, how to reach them, reboot one, remove all
    #[command(after_help = LAB_HELP)]
    Lab(LabArgs),
}

/// An environment.
#[derive(Clone, Debug, Args)]
pub struct EnvArgs {
    /// The environment: the name of its file in environments/
    #[arg(long, value_name = "ENV")]
    pub env: String,
}

/// `validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Only this environment [default: all]
    #[arg(long, value_name = "ENV")]
    pub env: Option<String>,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// Save the plan, for `up --plan FILE`
    #[arg(long, value_name = "FILE", conflicts_with = "fast")]
    pub out: Option<PathBuf>,
    /// Show what `down` would do
    #[arg(long)]
    pub destroy: bool,
    /// Only this object and what it needs; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub target: Vec<ResourceAddress>,
    /// Leave out the reads per object; what lists do not show is taken for right
    #[arg(long)]
    pub fast: bool,
    /// End with 2 if there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Allow an object that holds data to be replaced; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub replace_data: Vec<ResourceAddress>,
    /// Begin empty although a last copy of this object is kept; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub fresh_data: Vec<ResourceAddress>,
    /// Stop after this part; the rest is left for a later run
    #[arg(long, value_name = "PART", default_value = "verified")]
    pub until: Until,
}

/// `up`.
#[derive(Debug, Args)]
pub struct UpArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// Carry out a plan saved by `plan --out`; refused if anything has changed since
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fresh_data", "replace_data", "target"])]
    pub plan: Option<PathBuf>,
    /// Ask nothing
    #[arg(short, long)]
    pub yes: bool,
    /// Allow an object that holds data to be replaced; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub replace_data: Vec<ResourceAddress>,
    /// Begin empty although a last copy of this object is kept; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub fresh_data: Vec<ResourceAddress>,
    /// Only this object and what it needs; may be repeated
    #[arg(long, value_name = "ADDR", num_args = 1..)]
    pub target: Vec<ResourceAddress>,
    /// Certify this host again by the key on its console, because its certificate has ended or is lost; may be repeated
    #[arg(long, value_name = "HOST", num_args = 1..)]
    pub enrol: Vec<String>,
    /// Stop after this part; the rest is left for a later run
    #[arg(long, value_name = "PART", default_value = "verified")]
    pub until: Until,
}

/// `down`.
#[derive(Debug, Args)]
pub struct DownArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// Ask nothing
    #[arg(short, long)]
    pub yes: bool,
    /// Keep nothing: make no last copies, empty and delete the buckets, and have the customer's key deleted
    #[arg(long)]
    pub discard_data: bool,
}

/// `drift`.
#[derive(Debug, Args)]
pub struct DriftArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// Put it back as the files say
    #[arg(long, conflicts_with = "adopt")]
    pub repair: bool,
    /// Write it into the environment file, where it has a place there
    #[arg(long)]
    pub adopt: bool,
    /// Ask nothing
    #[arg(short, long, requires = "repair")]
    pub yes: bool,
}

/// `render`.
#[derive(Debug, Args)]
pub struct RenderArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// The folder: a new one, an empty one, or one that `render` wrote before
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// `env`.
#[derive(Debug, Args)]
pub struct EnvironmentArgs {
    #[command(subcommand)]
    pub command: EnvironmentCommand,
}

/// What to do with environments.
#[derive(Debug, Subcommand)]
pub enum EnvironmentCommand {
    /// All of them: class, place, ancestors, blueprints, and what is recorded of each in every cloud
    List,
    /// Whether two are the same architecture, and how they differ in sizes and settings; ends with 2 if the architecture differs
    Diff {
        /// One environment
        #[arg(value_name = "A")]
        one: String,
        /// The other
        #[arg(value_name = "B")]
        other: String,
    },
}

/// `state`.
#[derive(Debug, Args)]
pub struct StateArgs {
    #[command(subcommand)]
    pub command: StateCommand,
}

/// What to do with the state.
#[derive(Debug, Subcommand)]
pub enum StateCommand {
    /// One recorded object, or all of them, in full
    Show {
        #[command(flatten)]
        env: EnvArgs,
        /// The object [default: all]
        address: Option<ResourceAddress>,
    },
    /// The recorded objects, a line each
    List(EnvArgs),
    /// Write the state again from the cloud's own tags; the old files are put aside
    Rebuild(EnvArgs),
    /// Who holds the lock; a local lock is free as soon as its process is gone
    Unlock(EnvArgs),
    /// The generations that are kept
    History(EnvArgs),
}

/// `secret`.
#[derive(Debug, Args)]
pub struct SecretArgs {
    #[command(subcommand)]
    pub command: SecretCommand,
}

/// What to do with secrets; values are never shown.
#[derive(Debug, Subcommand)]
pub enum SecretCommand {
    /// Their names, kinds, generations and ages
    List(EnvArgs),
    /// Make new values; the next `up` brings them to the hosts
    Rotate {
        #[command(flatten)]
        env: EnvArgs,
        /// The secrets [default: all]
        #[arg(value_name = "NAME")]
        names: Vec<SecretName>,
    },
}

/// `sandbox`.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

/// What to do with the rehearsal cloud.
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    /// Its live objects, as JSON
    Dump,
    /// Start afresh: everything in it is gone, and what was recorded of it
    Reset,
}

const SSH_HELP: &str = "\
  provision ssh --env prod worker-1                        a shell
  provision ssh --env prod worker-1 -- sudo journalctl -f  a command; its exit code is this program's

Nothing has to be set up: a key is made for this login and certified for one hour by the
environment's SSH authority, and the host proves by its certificate that it is the one meant.";

/// `ssh`.
#[derive(Debug, Args)]
pub struct SshArgs {
    #[command(flatten)]
    pub env: EnvArgs,
    /// The host: worker-1
    pub host: String,
    /// A command for the shell there, instead of a shell
    #[arg(last = true)]
    pub command: Vec<String>,
}

const LAB_HELP: &str = "\
`up --sandbox --lab` runs a real Debian machine on this computer for every running instance of the
rehearsal cloud: its user data is carried out, its packets pass the security groups. It needs root.

  provision up --env dev --sandbox --lab        make the machines, and keep them equal to the cloud
  provision lab status --env dev                 which run, and the words that reach them
  provision lab reboot worker-1 --env dev        what comes back by itself after a reboot, and what not
  provision down --env dev --sandbox --lab      end them with the environment
  provision lab down --env dev                   end them, and leave the rehearsal cloud as it is";

/// `lab`.
#[derive(Debug, Args)]
pub struct LabArgs {
    #[command(subcommand)]
    pub command: LabCommand,
}

/// What to do with the machines of a rehearsal.
#[derive(Debug, Subcommand)]
pub enum LabCommand {
    /// The machines, a line each, and the words before a command that the operator's place in the network is needed for
    Status(EnvArgs),
    /// Reboot one in order, and wait until it begins again
    Reboot {
        /// The host: worker-1
        host: String,
        #[command(flatten)]
        env: EnvArgs,
    },
    /// End all machines and remove their disks, namespaces and rules; the rehearsal cloud stays as it is
    Down(EnvArgs),
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "a number is needed, for example 60".to_owned())?;
    if speed.is_finite() && speed >= 0.0 { Ok(speed) } else { Err("it cannot be negative".to_owned()) }
}

fn duration(text: &str) -> Result<Duration, String> {
    let refuse = || "write it as 30s, 10m or 1h".to_owned();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| refuse())?;
    let seconds = match &text[digits.len()..] {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(refuse()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(refuse)
}
