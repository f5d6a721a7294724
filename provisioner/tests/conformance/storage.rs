use aws_sdk_ec2::types::{SnapshotState, VolumeState, VolumeType};

use super::*;

async fn volume_state(ec2: &Client, id: &str) -> Option<VolumeState> {
    let described = ec2.describe_volumes().volume_ids(id).send().await.unwrap();
    described.volumes().first()?.state().cloned()
}

async fn wait_for_volume(ec2: &Client, id: &str, wanted: VolumeState) {
    for _ in 0..60 {
        if volume_state(ec2, id).await.as_ref() == Some(&wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    panic!("{id} never became {}", wanted.as_str());
}

async fn make_volume(ec2: &Client, zone: &str) -> String {
    let volume = ec2.create_volume().availability_zone(zone).size(20).volume_type(VolumeType::Gp3).send().await.unwrap();
    let id = volume.volume_id().unwrap().to_owned();
    wait_for_volume(ec2, &id, VolumeState::Available).await;
    id
}

async fn running_instance(ec2: &Client) -> String {
    let (_, subnet) = make_network(ec2).await;
    let id = make_instance(ec2, &subnet).await;
    wait_for(ec2, &id, InstanceStateName::Running).await;
    id
}

facts! {
    /// EC2 API Reference, CreateVolume: a size or a snapshot is given.
    async fn a_volume_needs_a_size(ec2) {
        let create = ec2.create_volume().availability_zone("eu-west-1a");
        assert_eq!(code(create.send().await), "MissingParameter");
    }

    /// EC2 API Reference, "Error codes": InvalidZone.NotFound.
    #[moto("takes any zone")]
    async fn a_volume_is_in_a_zone_of_the_region(ec2) {
        let create = ec2.create_volume().availability_zone("eu-west-1z").size(20);
        assert_eq!(code(create.send().await), "InvalidZone.NotFound");
    }

    /// EC2 API Reference, CreateVolume: the same client token makes one volume.
    #[moto("ignores the client token")]
    async fn a_token_makes_one_volume(ec2) {
        let create = || ec2.create_volume().availability_zone("eu-west-1a").client_token("one");
        let first = create().size(20).send().await.unwrap().volume_id;
        let second = create().size(20).send().await.unwrap().volume_id;
        assert_eq!(first, second);
        assert_eq!(code(create().size(21).send().await), "IdempotentParameterMismatch");
    }

    /// EC2 API Reference, AttachVolume: volume and instance are in one zone.
    #[moto("does not compare the zones")]
    async fn a_volume_is_attached_in_its_zone(ec2) {
        let instance = running_instance(&ec2).await;
        let volume = make_volume(&ec2, "eu-west-1b").await;
        let attach = ec2.attach_volume().volume_id(volume).instance_id(instance).device("/dev/sdf");
        assert_eq!(code(attach.send().await), "InvalidVolume.ZoneMismatch");
    }

    /// EC2 API Reference, DeleteVolume, "Error codes": VolumeInUse.
    async fn an_attached_volume_is_not_deleted(ec2) {
        let instance = running_instance(&ec2).await;
        let volume = make_volume(&ec2, "eu-west-1a").await;
        ec2.attach_volume().volume_id(&volume).instance_id(&instance).device("/dev/sdf").send().await.unwrap();
        assert_eq!(code(ec2.delete_volume().volume_id(&volume).send().await), "VolumeInUse");
        ec2.detach_volume().volume_id(&volume).instance_id(&instance).send().await.unwrap();
        wait_for_volume(&ec2, &volume, VolumeState::Available).await;
        assert_eq!(code(ec2.delete_volume().volume_id(&volume).send().await), "success");
    }

    /// EC2 API Reference, ModifyVolume: the size is only increased.
    #[moto("shrinks")]
    async fn a_volume_does_not_shrink(ec2) {
        let volume = make_volume(&ec2, "eu-west-1a").await;
        let shrink = ec2.modify_volume().volume_id(&volume).size(10);
        assert_eq!(code(shrink.send().await), "InvalidParameterValue");
    }

    /// EBS User Guide, "Limitations for volume modifications": not again while one is in progress.
    #[moto("modifies at once, again and again")]
    async fn a_volume_is_not_modified_twice_at_once(ec2) {
        let volume = make_volume(&ec2, "eu-west-1a").await;
        ec2.modify_volume().volume_id(&volume).size(30).send().await.unwrap();
        let again = ec2.modify_volume().volume_id(&volume).size(40);
        assert_eq!(code(again.send().await), "IncorrectModificationState");
    }

    /// EC2 API Reference, CreateSnapshot: a snapshot is pending first and outlives its volume.
    #[moto("every snapshot is complete at once")]
    async fn a_snapshot_is_pending_first_and_outlives_its_volume(ec2) {
        let volume = make_volume(&ec2, "eu-west-1a").await;
        let snapshot = ec2.create_snapshot().volume_id(&volume).send().await.unwrap();
        assert_eq!(snapshot.state(), Some(&SnapshotState::Pending));
        ec2.delete_volume().volume_id(&volume).send().await.unwrap();
        tokio::time::sleep(Duration::from_secs(90)).await;
        let found = ec2.describe_snapshots().owner_ids("self").send().await.unwrap().snapshots.unwrap();
        assert_eq!(found[0].state(), Some(&SnapshotState::Completed));
    }

    /// EC2 API Reference, CreateVolume: throughput is for gp3 volumes only.
    #[moto("answers InvalidParameterDependency")]
    async fn throughput_is_for_gp3(ec2) {
        let create = ec2.create_volume().availability_zone("eu-west-1a").size(20).volume_type(VolumeType::Gp2).throughput(250);
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }
}
