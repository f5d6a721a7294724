use std::path::Path;

use super::project::Project;

/// A user of IAM without any policy, and its access key.
struct User {
    key: String,
    secret: String,
}

impl User {
    async fn create(iam: &aws_sdk_iam::Client) -> Self {
        iam.create_user().user_name("operator").send().await.unwrap();
        let key = iam.create_access_key().user_name("operator").send().await.unwrap().access_key.unwrap();
        Self { key: key.access_key_id, secret: key.secret_access_key }
    }
}

/// The program says who it is where it refuses another account, and plans once the account is the right one.
fn is_accepted(project: &Project, account: &str, credentials: &[(&str, &str)], who: &str) {
    let refused = project.expect_as(credentials, "plan --env dev", 4, "the credentials are another account's");
    assert!(refused.contains(who), "{who} is not in:\n{refused}");
    project.move_to(account);
    project.expect_as(credentials, "plan --env dev --detailed-exitcode", 2, "");
}

#[tokio::test]
#[ignore = "needs emulators; ./test starts them"]
async fn the_access_key_of_a_dedicated_user_is_accepted() {
    let account = "210987654321";
    let project = Project::new();
    let user = User::create(&project.iam_of(account)).await;
    let credentials = [("AWS_ACCESS_KEY_ID", user.key.as_str()), ("AWS_SECRET_ACCESS_KEY", &user.secret)];
    is_accepted(&project, account, &credentials, &format!("arn:aws:iam::{account}:user/operator"));
}

#[tokio::test]
#[ignore = "needs emulators; ./test starts them"]
async fn a_profile_assumes_a_role_for_a_while() {
    let account = "321098765432";
    let project = Project::new();
    let iam = project.iam_of(account);
    let user = User::create(&iam).await;
    let trust = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "arn:aws:iam::{account}:user/operator"}}, "Action": "sts:AssumeRole"}}]}}"#
    );
    iam.create_role().role_name("provisioner").assume_role_policy_document(trust).send().await.unwrap();
    let file = project.folder.path().join("config");
    write_profiles(&file, account, &user);
    let credentials = [("AWS_CONFIG_FILE", file.to_str().unwrap()), ("AWS_PROFILE", "role")];
    is_accepted(&project, account, &credentials, &format!("arn:aws:sts::{account}:assumed-role/provisioner/"));
}

/// Writes two profiles as the AWS tools read them: a user, and the role that it takes (AWS CLI User Guide, "Using an IAM role in the AWS CLI").
fn write_profiles(file: &Path, account: &str, user: &User) {
    let User { key, secret } = user;
    let text = format!(
        "[profile user]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n\n\
         [profile role]\nrole_arn = arn:aws:iam::{account}:role/provisioner\nsource_profile = user\nregion = eu-west-1\n"
    );
    std::fs::write(file, text).unwrap();
}
