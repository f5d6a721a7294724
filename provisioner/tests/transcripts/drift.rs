use aws_sdk_ec2::types::{AttributeValue, InstanceType, Tag};

use super::outside::{id_of, outside};
use super::project::Project;
use super::session::Session;

/// Somebody makes the one machine bigger, and takes a name away.
fn tampered(project: &Project) {
    let (machine, vpc) = (id_of(project, "instance.node-1"), id_of(project, "vpc.main"));
    outside(project, |ec2| async move {
        ec2.stop_instances().instance_ids(&machine).send().await.expect("stopped");
        let bigger = AttributeValue::builder().value(InstanceType::T3Medium.as_str()).build();
        ec2.modify_instance_attribute().instance_id(&machine).instance_type(bigger).send().await.expect("changed");
        ec2.start_instances().instance_ids(&machine).send().await.expect("started");
        ec2.delete_tags().resources(&vpc).tags(Tag::builder().key("Name").build()).send().await.expect("untagged");
    });
}

#[test]
fn what_was_changed_outside_is_shown_and_put_back() {
    Session::small_up()
        .run("provision drift --env small --sandbox")
        .with(tampered)
        .run("provision drift --env small --sandbox")
        .run("provision status --env small --sandbox")
        .run("provision drift --env small --sandbox --repair")
        .run("provision drift --env small --sandbox --repair --yes")
        .run("provision drift --env small --sandbox")
        .check("drift-repair");
}

#[test]
fn what_was_changed_outside_is_taken_into_the_file() {
    Session::small_up()
        .with(tampered)
        .run("provision drift --env small --sandbox --adopt")
        .run("tail -4 environments/small.toml")
        .run("provision up --env small --sandbox --yes")
        .run("provision drift --env small --sandbox")
        .check("drift-adopt");
}

#[test]
fn drift_needs_a_record() {
    Session::small_up().run("rm -r .provision/state; provision drift --env small --sandbox").check("drift-no-record");
}
