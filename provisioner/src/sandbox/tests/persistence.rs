use std::fs;
use std::io::Write;

use super::super::SandboxError;
use super::*;

#[tokio::test(start_paused = true)]
async fn a_cloud_survives_its_process() {
    let directory = tempfile::tempdir().unwrap();
    let options = options(Faults::none());
    let first = Sandbox::open(directory.path(), options.clone()).unwrap();
    let (vpc, _) = network(&client(&first)).await;
    drop(first);
    let second = Sandbox::open(directory.path(), options).unwrap();
    let vpcs = client(&second).describe_vpcs().send().await.unwrap().vpcs.unwrap();
    assert_eq!(vpcs[0].vpc_id(), Some(vpc.as_str()));
}

#[tokio::test(start_paused = true)]
async fn two_openings_see_each_other_and_never_make_the_same_id() {
    let directory = tempfile::tempdir().unwrap();
    let first = Sandbox::open(directory.path(), options(Faults::none())).unwrap();
    let second = Sandbox::open(directory.path(), options(Faults::none())).unwrap();
    let (one, two) = (client(&first), client(&second));
    for _ in 0..4 {
        one.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
        two.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    }
    assert_eq!(one.describe_vpcs().send().await.unwrap().vpcs().len(), 8);
    assert_eq!(first.dump().unwrap(), second.dump().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_torn_record_is_dropped_at_every_byte() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let options = options(Faults::none());
    let sandbox = Sandbox::open(directory.path(), options.clone()).unwrap();
    let ec2 = client(&sandbox);
    ec2.create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
    let whole = fs::metadata(&log).unwrap().len() as usize;
    ec2.create_internet_gateway().send().await.unwrap();
    drop(sandbox);
    let bytes = fs::read(&log).unwrap();
    for length in whole..bytes.len() {
        fs::write(&log, &bytes[..length]).unwrap();
        let opened = Sandbox::open(directory.path(), options.clone()).unwrap();
        let ec2 = client(&opened);
        assert_eq!(ec2.describe_internet_gateways().send().await.unwrap().internet_gateways().len(), 0, "cut at {length}");
        ec2.create_internet_gateway().send().await.unwrap();
        drop(opened);
        let again = Sandbox::open(directory.path(), options.clone()).unwrap();
        assert_eq!(client(&again).describe_internet_gateways().send().await.unwrap().internet_gateways().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn damage_before_the_end_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let sandbox = Sandbox::open(directory.path(), options(Faults::none())).unwrap();
    network(&client(&sandbox)).await;
    drop(sandbox);
    let mut bytes = fs::read(&log).unwrap();
    let place = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 40;
    bytes[place] ^= 1;
    fs::write(&log, bytes).unwrap();
    let error = Sandbox::open(directory.path(), options(Faults::none())).unwrap_err();
    assert!(matches!(error, SandboxError::Damaged { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn another_format_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let json = br#"{"format":2,"salt":1}"#;
    let mut file = fs::File::create(directory.path().join("log")).unwrap();
    writeln!(file, "{:08x} {}", crc32c::crc32c(json), std::str::from_utf8(json).unwrap()).unwrap();
    let error = Sandbox::open(directory.path(), options(Faults::none())).unwrap_err();
    assert!(matches!(error, SandboxError::Format { found: 2, .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_reset_cloud_is_empty_also_for_those_who_have_it_open() {
    let directory = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::open(directory.path(), options(Faults::none())).unwrap();
    let ec2 = client(&sandbox);
    let (vpc, _) = network(&ec2).await;
    Sandbox::reset(directory.path()).unwrap();
    assert_eq!(ec2.describe_vpcs().send().await.unwrap().vpcs().len(), 0);
    let (other, _) = network(&ec2).await;
    assert_ne!(vpc, other, "an id is never given twice");
}

#[tokio::test(start_paused = true)]
async fn a_long_log_is_compacted_when_opened() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let options = options(Faults::none());
    let sandbox = Sandbox::open(directory.path(), options.clone()).unwrap();
    let ec2 = client(&sandbox);
    let (vpc, _) = network(&ec2).await;
    let value = "x".repeat(255);
    for round in 0..400 {
        let tags = (0..50)
            .map(|number| aws_sdk_ec2::types::Tag::builder().key(format!("{number}")).value(format!("{round}{}", &value[4..])).build());
        ec2.create_tags().resources(&vpc).set_tags(Some(tags.collect())).send().await.unwrap();
    }
    let long = fs::metadata(&log).unwrap().len();
    for _ in 0..((9 * 1024 * 1024) / (long / 400)).saturating_sub(400) {
        let tag = aws_sdk_ec2::types::Tag::builder().key("0").value("again").build();
        ec2.create_tags().resources(&vpc).tags(tag).send().await.unwrap();
    }
    let before = sandbox.dump().unwrap();
    let again = Sandbox::open(directory.path(), options).unwrap();
    assert!(fs::metadata(&log).unwrap().len() < 64 * 1024);
    assert_eq!(again.dump().unwrap(), before);
    assert_eq!(sandbox.dump().unwrap(), before, "the older opening follows the new file");
}
