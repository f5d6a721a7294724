use aws_sdk_ec2::types::{
    AttributeBooleanValue, AttributeValue, BlockDeviceMapping, EbsBlockDevice, HttpTokensState, InstanceAttributeName,
    InstanceMetadataOptionsRequest, InstanceNetworkInterfaceSpecification, ResourceType, TagSpecification, VolumeType,
};
use aws_smithy_types::base64;

use super::*;

facts! {
    /// EC2 API Reference, RunInstances, "Error codes": InvalidAMIID.NotFound.
    async fn an_unknown_image_is_refused(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.image_id("ami-0123456789abcdef0");
        assert_eq!(code(run.send().await), "InvalidAMIID.NotFound");
    }

    /// EC2 API Reference, RunInstances: the type is one that exists.
    #[moto("runs any type")]
    async fn an_unknown_type_is_refused(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.instance_type("t3.enormous".into());
        assert_eq!(code(run.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, RunInstances: type and image have one architecture.
    #[moto("does not compare")]
    async fn a_type_of_another_architecture_is_refused(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.instance_type("t4g.micro".into());
        assert_eq!(code(run.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, RunInstances, "Error codes": InvalidKeyPair.NotFound.
    async fn an_unknown_key_pair_is_refused(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.key_name("nobody");
        assert_eq!(code(run.send().await), "InvalidKeyPair.NotFound");
    }

    /// EC2 API Reference, RunInstances: with a network interface, the subnet belongs to the interface.
    async fn a_subnet_stands_beside_no_network_interface(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let interface = InstanceNetworkInterfaceSpecification::builder().device_index(0).subnet_id(&subnet).build();
        let run = launch(&ec2, &subnet).await.network_interfaces(interface);
        assert_eq!(code(run.send().await), "InvalidParameterCombination");
    }

    /// EC2 API Reference, RunInstances: security groups belong to the subnet's VPC.
    #[moto("does not compare the VPCs")]
    async fn a_group_of_another_vpc_is_not_worn(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let other = make_vpc(&ec2).await;
        let group = make_group(&ec2, &other, "workers").await;
        let run = launch(&ec2, &subnet).await.security_group_ids(group);
        assert_eq!(code(run.send().await), "InvalidParameter");
    }

    /// EC2 API Reference, RunInstances: user data is base64.
    #[moto("answers InvalidUserData.Malformed")]
    async fn user_data_is_base64(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.user_data("#cloud-config\n");
        assert_eq!(code(run.send().await), "InvalidParameterValue");
    }

    /// EC2 API Reference, RunInstances: user data is at most 16 KB before base64.
    #[moto("takes any length")]
    async fn user_data_is_at_most_16_kib(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let long = base64::encode(vec![b'#'; 16 * 1024 + 1]);
        assert_eq!(code(launch(&ec2, &subnet).await.user_data(long).send().await), "InvalidParameterValue");
        let longest = base64::encode(vec![b'#'; 16 * 1024]);
        assert_eq!(code(launch(&ec2, &subnet).await.user_data(longest).send().await), "success");
    }

    /// EC2 API Reference, RunInstances: the same client token launches once.
    #[moto("ignores the client token")]
    async fn a_token_launches_once(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.client_token("one");
        let first = run.clone().send().await.unwrap();
        let second = run.send().await.unwrap();
        assert_eq!(first.instances()[0].instance_id(), second.instances()[0].instance_id());
    }

    /// EC2 API Reference, "Error codes": IdempotentParameterMismatch.
    #[moto("ignores the client token")]
    async fn a_token_belongs_to_its_parameters(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.client_token("one");
        run.clone().user_data("YQ==").send().await.unwrap();
        assert_eq!(code(run.clone().user_data("Yg==").send().await), "IdempotentParameterMismatch");
        assert_eq!(code(run.instance_type("t3.small".into()).send().await), "IdempotentParameterMismatch");
    }

    /// EC2 API Reference, "Error codes": IdempotentInstanceTerminated.
    #[moto("ignores the client token")]
    async fn a_token_of_a_terminated_instance_is_used_up(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let run = launch(&ec2, &subnet).await.client_token("one");
        let made = run.clone().send().await.unwrap();
        let id = made.instances()[0].instance_id().unwrap();
        ec2.terminate_instances().instance_ids(id).send().await.unwrap();
        wait_for(&ec2, id, InstanceStateName::Terminated).await;
        assert_eq!(code(run.send().await), "IdempotentInstanceTerminated");
    }

    /// EC2 User Guide, "Instance lifecycle": an instance is pending first.
    async fn an_instance_is_pending_first(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let made = launch(&ec2, &subnet).await.send().await.unwrap();
        let instance = &made.instances()[0];
        assert_eq!(instance.state().and_then(|state| state.name()), Some(&InstanceStateName::Pending));
        wait_for(&ec2, instance.instance_id().unwrap(), InstanceStateName::Running).await;
    }

    /// EC2 API Reference, DescribeInstances: a terminated instance stays listed, usually less than one hour.
    #[moto("keeps its network interface")]
    async fn a_terminated_instance_stays_listed(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        ec2.terminate_instances().instance_ids(&id).send().await.unwrap();
        wait_for(&ec2, &id, InstanceStateName::Terminated).await;
        assert_eq!(instance(&ec2, &id).await.network_interfaces().len(), 0);
    }

    /// EC2 API Reference, TerminateInstances: volumes that came with it go, as DeleteOnTermination says.
    async fn the_root_volume_goes_with_its_instance(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        wait_for(&ec2, &id, InstanceStateName::Running).await;
        assert_eq!(ec2.describe_volumes().send().await.unwrap().volumes().len(), 1);
        ec2.terminate_instances().instance_ids(&id).send().await.unwrap();
        wait_for(&ec2, &id, InstanceStateName::Terminated).await;
        assert_eq!(ec2.describe_volumes().send().await.unwrap().volumes().len(), 0);
    }

    /// EC2 User Guide, "Enable termination protection": OperationNotPermitted.
    async fn a_protected_instance_is_not_terminated(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        let protect = |value: bool| {
            let value = AttributeBooleanValue::builder().value(value).build();
            ec2.modify_instance_attribute().instance_id(&id).disable_api_termination(value)
        };
        protect(true).send().await.unwrap();
        assert_eq!(code(ec2.terminate_instances().instance_ids(&id).send().await), "OperationNotPermitted");
        protect(false).send().await.unwrap();
        assert_eq!(code(ec2.terminate_instances().instance_ids(&id).send().await), "success");
    }

    /// EC2 API Reference, ModifyInstanceAttribute: the type is changed while stopped.
    #[moto("accepts a change of a running instance")]
    async fn the_type_is_changed_while_stopped(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        wait_for(&ec2, &id, InstanceStateName::Running).await;
        let larger = AttributeValue::builder().value("t3.small").build();
        let modify = || ec2.modify_instance_attribute().instance_id(&id).instance_type(larger.clone());
        assert_eq!(code(modify().send().await), "IncorrectInstanceState");
        ec2.stop_instances().instance_ids(&id).send().await.unwrap();
        wait_for(&ec2, &id, InstanceStateName::Stopped).await;
        modify().send().await.unwrap();
        ec2.start_instances().instance_ids(&id).send().await.unwrap();
        wait_for(&ec2, &id, InstanceStateName::Running).await;
        assert_eq!(instance(&ec2, &id).await.instance_type().map(|name| name.as_str()), Some("t3.small"));
    }

    /// EC2 API Reference, DescribeInstanceAttribute: user data is read apart, as base64.
    async fn user_data_is_read_as_an_attribute(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let made = launch(&ec2, &subnet).await.user_data("YQ==").send().await.unwrap();
        let read = ec2.describe_instance_attribute().instance_id(made.instances()[0].instance_id().unwrap());
        let read = read.attribute(InstanceAttributeName::UserData).send().await.unwrap();
        assert_eq!(read.user_data().and_then(|data| data.value()), Some("YQ=="));
    }

    /// EC2 API Reference, "Error codes": InvalidInstanceID.NotFound.
    async fn an_unknown_instance_has_no_console(ec2) {
        let read = ec2.get_console_output().instance_id("i-0123456789abcdef0");
        assert_eq!(code(read.send().await), "InvalidInstanceID.NotFound");
    }

    /// EC2 API Reference, GetConsoleOutput: the output is base64, with the time of its last update; a new instance may have none yet.
    async fn a_console_is_base64_or_nothing(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        wait_for(&ec2, &id, InstanceStateName::Running).await;
        let read = ec2.get_console_output().instance_id(&id).latest(true).send().await.unwrap();
        assert_eq!(read.instance_id(), Some(id.as_str()));
        assert!(read.timestamp().is_some());
        assert!(base64::decode(read.output().unwrap_or_default()).is_ok());
    }

    /// EC2 API Reference, GetConsoleOutput: DryRun answers DryRunOperation.
    #[moto("answers as if it were not dry")]
    async fn a_console_can_be_asked_for_dry(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let id = make_instance(&ec2, &subnet).await;
        assert_eq!(code(ec2.get_console_output().instance_id(&id).dry_run(true).send().await), "DryRunOperation");
    }

    /// EC2 API Reference, InstanceMetadataOptionsRequest: options given at launch are read back.
    async fn metadata_options_are_read_back(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let options = InstanceMetadataOptionsRequest::builder().http_tokens(HttpTokensState::Required).http_put_response_hop_limit(1).build();
        let made = launch(&ec2, &subnet).await.metadata_options(options).send().await.unwrap();
        let read = instance(&ec2, made.instances()[0].instance_id().unwrap()).await;
        let options = read.metadata_options().unwrap();
        assert_eq!((options.http_tokens(), options.http_put_response_hop_limit()), (Some(&HttpTokensState::Required), Some(1)));
    }

    /// EC2 User Guide, "Block device mappings": the mapping of the image's root device changes the root volume.
    async fn the_root_mapping_changes_the_root_volume(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let image = newest_image(&ec2).await;
        let ebs = EbsBlockDevice::builder().volume_size(30).volume_type(VolumeType::Gp3).encrypted(true).build();
        let mapping = BlockDeviceMapping::builder().device_name(image.root_device_name().unwrap()).ebs(ebs).build();
        launch(&ec2, &subnet).await.block_device_mappings(mapping).send().await.unwrap();
        let volumes = ec2.describe_volumes().send().await.unwrap().volumes.unwrap();
        assert_eq!((volumes.len(), volumes[0].size(), volumes[0].encrypted()), (1, Some(30), Some(true)));
    }

    /// EC2 API Reference, RunInstances, "Error codes": InvalidBlockDeviceMapping.
    #[moto("takes any size")]
    async fn a_root_volume_is_no_smaller_than_its_snapshot(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let image = newest_image(&ec2).await;
        let ebs = EbsBlockDevice::builder().volume_size(4).build();
        let mapping = BlockDeviceMapping::builder().device_name(image.root_device_name().unwrap()).ebs(ebs).build();
        assert_eq!(code(launch(&ec2, &subnet).await.block_device_mappings(mapping).send().await), "InvalidBlockDeviceMapping");
    }

    /// EC2 API Reference, RunInstances: instance and volumes are tagged at launch.
    async fn instance_and_volume_are_tagged_at_launch(ec2) {
        let (_, subnet) = make_network(&ec2).await;
        let specification = |kind: ResourceType| TagSpecification::builder().resource_type(kind).tags(tag("role", "worker")).build();
        let run = launch(&ec2, &subnet).await.tag_specifications(specification(ResourceType::Instance));
        run.tag_specifications(specification(ResourceType::Volume)).send().await.unwrap();
        let tagged = filter("tag:role", "worker");
        assert_eq!(ec2.describe_instances().filters(tagged.clone()).send().await.unwrap().reservations().len(), 1);
        assert_eq!(ec2.describe_volumes().filters(tagged).send().await.unwrap().volumes().len(), 1);
    }

    /// EC2 API Reference, "Error codes": InvalidKeyPair.Duplicate.
    async fn a_key_pair_is_imported_once(ec2) {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f operator";
        let material = aws_sdk_ec2::primitives::Blob::new(key);
        let import = || ec2.import_key_pair().key_name("operator").public_key_material(material.clone());
        import().send().await.unwrap();
        assert_eq!(code(import().send().await), "InvalidKeyPair.Duplicate");
        assert_eq!(code(ec2.delete_key_pair().key_name("operator").send().await), "success");
        assert_eq!(code(ec2.delete_key_pair().key_name("operator").send().await), "success");
    }
}
