use provisioner::desired::{Snapshot, Volume, VolumeAttachment};
use provisioner::model::Value;
use provisioner::provider::{Delete, ErrorKind};

use super::bench::Bench;
use super::hosts::{instance, surroundings};
use super::network::id;

fn volume(size_gib: u32) -> Volume {
    Volume {
        zone: "eu-west-1a".to_owned(),
        size_gib,
        volume_type: "gp3".to_owned(),
        is_encrypted: true,
        kms_key: None,
        source_snapshot: None,
    }
}

#[tokio::test]
async fn volume_grows_never_shrinks_and_leaves_a_snapshot_that_no_plan_deletes() {
    for bench in Bench::all() {
        bench.make("volume.worker-1", &volume(20)).await;
        let grown = bench.settle("volume.worker-1", &volume(30)).await;
        let refused = bench.try_settle("volume.worker-1", &volume(10)).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused);
        let snapshot = Snapshot { volume: id(&grown), description: "last state".to_owned() };
        let snapshot = bench.make("snapshot.worker-1", &snapshot).await;
        let delete = Delete { observed: &snapshot };
        let refused = bench.registry.get("snapshot").unwrap().delete(delete, &bench.calls).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Refused);
        bench.remove(&grown).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn volume_is_attached_once_and_detached() {
    for bench in Bench::all() {
        let around = surroundings(&bench).await;
        let host = bench.make("instance.worker-1", &instance(&bench, &around)).await;
        let disk = bench.make("volume.worker-1", &volume(20)).await;
        let wanted = VolumeAttachment { volume: id(&disk), instance: id(&host), device: "/dev/sdf".to_owned() };
        let attached = bench.make("volume-attachment.worker-1", &wanted).await;
        assert_eq!(bench.create("volume-attachment.worker-1", &wanted).await.unwrap(), attached.id);
        // The machine's own root volume is nobody's.
        assert_eq!((bench.observe("volume").await.len(), bench.observe("volume-attachment").await.len()), (1, 1));
        for object in [&attached, &disk, &host] {
            bench.remove(object).await;
        }
        around.remove(&bench).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn snapshot_tells_when_it_was_made_and_a_volume_is_made_from_it() {
    for bench in Bench::all() {
        let disk = bench.make("volume.db", &volume(20)).await;
        assert!(!disk.attributes.contains_key("source_snapshot"));
        let snapshot = bench.make("snapshot.db", &Snapshot { volume: id(&disk), description: "last".to_owned() }).await;
        let created = snapshot.attributes["created"].as_text().unwrap();
        assert!(created.len() >= 20 && created.ends_with('Z') && created.as_bytes()[10] == b'T', "{created}");
        let restored = bench.make("volume.db-2", &Volume { source_snapshot: Some(id(&snapshot)), ..volume(20) }).await;
        assert_eq!(restored.attributes["source_snapshot"], Value::from(snapshot.id.as_str()));
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn volume_is_under_the_key_that_is_wanted() {
    for bench in Bench::all() {
        let key = bench.key().await;
        let disk = bench.make("volume.db", &Volume { kms_key: Some(key.as_str().into()), ..volume(20) }).await;
        assert_eq!(disk.attributes["kms_key"], Value::from(key.as_str()));
    }
}
