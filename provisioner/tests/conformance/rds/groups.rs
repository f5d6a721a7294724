//! Facts about subnet groups and parameter groups.

use std::collections::BTreeSet;

use aws_sdk_rds::types::{ApplyMethod, Parameter};

use crate::conformance::services::service_facts;
use crate::conformance::{code, make_subnet, make_vpc};

fn parameter(name: &str, value: &str, method: ApplyMethod) -> Parameter {
    Parameter::builder().parameter_name(name).parameter_value(value).apply_method(method).build()
}

service_facts! {
    /// RDS API Reference, CreateDBSubnetGroup: subnets in at least two zones.
    #[emulator("moto counts no zones")]
    async fn a_subnet_group_covers_two_zones(clients) {
        let vpc = make_vpc(&clients.ec2).await;
        let subnet = make_subnet(&clients.ec2, &vpc, "10.0.1.0/24").await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("one").db_subnet_group_description("one").subnet_ids(subnet);
        assert_eq!(code(create.send().await), "DBSubnetGroupDoesNotCoverEnoughAZs");
    }

    /// RDS API Reference, CreateDBSubnetGroup: the name is stored in lower case.
    #[emulator("moto keeps the case of a name")]
    async fn a_subnet_group_has_its_name_in_lower_case(clients) {
        let network = clients.network().await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("Databases").db_subnet_group_description("again");
        assert_eq!(code(create.set_subnet_ids(Some(network.subnets.to_vec())).send().await), "DBSubnetGroupAlreadyExists");
    }

    /// RDS API Reference, DeleteDBSubnetGroup: InvalidDBSubnetGroupStateFault while an instance stands in it.
    #[emulator("moto deletes a group that is in use")]
    async fn a_subnet_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_subnet_group().db_subnet_group_name("databases");
        assert_eq!(code(delete.send().await), "InvalidDBSubnetGroupStateFault");
    }

    /// RDS API Reference, DeleteDBParameterGroup: InvalidDBParameterGroupState while an instance has it.
    #[emulator("moto deletes a group that is in use")]
    async fn a_parameter_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_parameter_group().db_parameter_group_name("mysql84");
        assert_eq!(code(delete.send().await), "InvalidDBParameterGroupState");
    }

    /// RDS API Reference, ModifyDBParameterGroup: immediate is for dynamic parameters only.
    #[emulator("moto does not know which parameters are static")]
    async fn a_static_parameter_waits_for_a_restart(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let modify = |method| clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").parameters(parameter("performance_schema", "1", method));
        assert_eq!(code(modify(ApplyMethod::Immediate).send().await), "InvalidParameterCombination");
        assert_eq!(code(modify(ApplyMethod::PendingReboot).send().await), "success");
    }

    /// RDS API Reference, ModifyDBParameterGroup: at most 20 parameters in a request.
    #[emulator("moto takes any number of parameters")]
    async fn twenty_parameters_are_modified_at_once(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let change = parameter("max_connections", "500", ApplyMethod::Immediate);
        let modify = clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").set_parameters(Some(vec![change; 21]));
        assert_eq!(code(modify.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, DescribeDBParameters: Source=user shows what was modified alone.
    async fn modified_parameters_are_of_the_user(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let change = parameter("require_secure_transport", "1", ApplyMethod::Immediate);
        clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").parameters(change).send().await.unwrap();
        let listed = clients.rds.describe_db_parameters().db_parameter_group_name("mysql84").source("user").send().await.unwrap();
        let names: Vec<_> = listed.parameters().iter().filter_map(|parameter| parameter.parameter_name()).collect();
        assert_eq!(names, ["require_secure_transport"]);
    }

    /// RDS API Reference, CreateDBParameterGroup: the family is one of an engine's versions.
    #[emulator("moto takes every family")]
    async fn a_parameter_group_is_of_a_family(clients) {
        let create = clients.rds.create_db_parameter_group().db_parameter_group_name("a").db_parameter_group_family("mysql8.9").description("a");
        assert_eq!(code(create.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, CreateDBInstance: the parameter group is of the engine version's family.
    #[emulator("moto does not compare the family with the version")]
    async fn a_parameter_group_fits_the_version(clients) {
        let network = clients.network().await;
        clients.parameter_group("mysql97", "mysql9.7").await;
        let create = clients.create(&network, "core").db_parameter_group_name("mysql97");
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }

    /// RDS API Reference, CreateDBSubnetGroup: DBSubnetGroupAlreadyExists.
    #[emulator("moto replaces the group")]
    async fn a_subnet_groups_name_is_taken_once(clients) {
        let network = clients.network().await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("databases").db_subnet_group_description("again");
        assert_eq!(code(create.set_subnet_ids(Some(network.subnets.to_vec())).send().await), "DBSubnetGroupAlreadyExists");
    }

    /// RDS API Reference, CreateDBParameterGroup: DBParameterGroupAlreadyExists.
    async fn a_parameter_groups_name_is_taken_once(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let create = clients.rds.create_db_parameter_group().db_parameter_group_name("mysql84").db_parameter_group_family("mysql8.4");
        assert_eq!(code(create.description("again").send().await), "DBParameterGroupAlreadyExists");
    }

    /// RDS API Reference, DescribeDBSubnetGroups, DeleteDBSubnetGroup: DBSubnetGroupNotFoundFault.
    async fn a_subnet_group_that_is_not_there_is_not_found(clients) {
        let describe = clients.rds.describe_db_subnet_groups().db_subnet_group_name("nowhere");
        assert_eq!(code(describe.send().await), "DBSubnetGroupNotFoundFault");
        let delete = clients.rds.delete_db_subnet_group().db_subnet_group_name("nowhere");
        assert_eq!(code(delete.send().await), "DBSubnetGroupNotFoundFault");
    }

    /// RDS API Reference, DescribeDBParameterGroups: DBParameterGroupNotFound.
    #[emulator("moto answers an empty list")]
    async fn a_parameter_group_that_is_not_there_is_not_found(clients) {
        let describe = clients.rds.describe_db_parameter_groups().db_parameter_group_name("nothing");
        assert_eq!(code(describe.send().await), "DBParameterGroupNotFound");
    }

    /// RDS API Reference, ModifyDBParameterGroup, DeleteDBParameterGroup: DBParameterGroupNotFound.
    async fn a_parameter_group_that_is_not_there_is_not_changed(clients) {
        let change = parameter("max_connections", "500", ApplyMethod::Immediate);
        let modify = clients.rds.modify_db_parameter_group().db_parameter_group_name("nothing").parameters(change);
        assert_eq!(code(modify.send().await), "DBParameterGroupNotFound");
        let delete = clients.rds.delete_db_parameter_group().db_parameter_group_name("nothing");
        assert_eq!(code(delete.send().await), "DBParameterGroupNotFound");
    }

    /// RDS API Reference, ModifyDBSubnetGroup, SubnetIds: all subnets that the group is to have.
    #[emulator("moto loses a group that is modified")]
    async fn the_subnets_of_a_group_are_replaced(clients) {
        let network = clients.network().await;
        let third = make_subnet(&clients.ec2, &network.vpc, "10.0.3.0/24").await;
        let wanted = [network.subnets[1].clone(), third];
        let modify = clients.rds.modify_db_subnet_group().db_subnet_group_name("databases");
        modify.set_subnet_ids(Some(wanted.to_vec())).send().await.unwrap();
        let described = clients.rds.describe_db_subnet_groups().db_subnet_group_name("databases").send().await.unwrap();
        let found: BTreeSet<_> = described.db_subnet_groups()[0].subnets().iter().filter_map(|subnet| subnet.subnet_identifier()).collect();
        assert_eq!(found, wanted.iter().map(String::as_str).collect());
    }
}
