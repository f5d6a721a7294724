use std::path::Path;
use std::process::{Command, Output};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ec2::config::{BehaviorVersion, Region};
use aws_types::SdkConfig;

use crate::conformance::Account;
use crate::drift::Clients;

/// The variables that name fresh emulators: of all but mail, and of mail.
const ENDPOINT: &str = "PROVISION_SECOND_OPINION_ENDPOINT";
const SES_ENDPOINT: &str = "PROVISION_SECOND_OPINION_SES_ENDPOINT";
/// The emulators' account, which ministack reads in the access key.
const ACCOUNT: &str = "123456789012";

/// The repository's own environments, against emulators by others.
pub struct Project {
    pub folder: tempfile::TempDir,
    endpoint: String,
    ses_endpoint: String,
}

impl Project {
    pub fn new() -> Self {
        let named =
            |variable: &str| std::env::var(variable).unwrap_or_else(|_| panic!("{variable} names a fresh emulator; ./test starts one"));
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::create_dir(folder.path().join("environments")).unwrap();
        for file in ["provision.toml", "environments/prod.toml", "environments/dev.toml"] {
            std::fs::copy(repository.join(file), folder.path().join(file)).unwrap();
        }
        Self { folder, endpoint: named(ENDPOINT), ses_endpoint: named(SES_ENDPOINT) }
    }

    fn run(&self, line: &str, credentials: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_provision"))
            .args(line.split(' '))
            .args(["--root", self.folder.path().to_str().unwrap(), "--parallelism", "40"])
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ENDPOINT_URL_SESV2", &self.ses_endpoint)
            .env_remove("AWS_PROFILE")
            .envs(credentials.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs a command that must end with this code and say these words; returns what it said.
    pub fn expect(&self, line: &str, code: i32, words: &str) -> String {
        self.expect_as(&[("AWS_ACCESS_KEY_ID", ACCOUNT), ("AWS_SECRET_ACCESS_KEY", "opinion")], line, code, words)
    }

    /// The same, with credentials of other people, as variables.
    pub fn expect_as(&self, credentials: &[(&str, &str)], line: &str, code: i32, words: &str) -> String {
        let output = self.run(line, credentials);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{line}:\n{text}");
        assert!(text.contains(words), "`{words}` is not in what {line} says:\n{text}");
        text
    }

    /// Moves the environments into another account.
    pub fn move_to(&self, account: &str) {
        let file = self.folder.path().join("environments/prod.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(ACCOUNT));
        std::fs::write(&file, text.replace(ACCOUNT, account)).unwrap();
    }

    /// A client of IAM in another account of moto's.
    pub fn iam_of(&self, account: &str) -> aws_sdk_iam::Client {
        let config = aws_sdk_iam::config::Builder::from(&config(&self.endpoint)).interceptor(Account(account.to_owned()));
        aws_sdk_iam::Client::from_conf(config.build())
    }

    /// Clients with which to count, and to work behind the program's back.
    pub fn clients(&self) -> Clients {
        Clients::new(&config(&self.endpoint), &config(&self.ses_endpoint), None, ACCOUNT)
    }
}

fn config(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new(ACCOUNT, "opinion", None, None, "test");
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint);
    config.set_sleep_impl(aws_smithy_async::rt::sleep::default_async_sleep());
    config.build()
}
