//! Facts about subnet groups and parameter groups.

use aws_sdk_rds::types::{ApplyMethod, Parameter};

use crate::conformance::services::service_facts;
use crate::conformance::{code, make_subnet, make_vpc};

fn parameter(name: &str, value: &str, method: ApplyMethod) -> Parameter {
    Parameter::builder().parameter_name(name).parameter_value(value).apply_method(method).build()
}

service_facts! {
    /// RDS API Reference, CreateDBSubnetGroup: subnets in at least two zones.
    async fn a_subnet_group_covers_two_zones(clients) {
        let vpc = make_vpc(&clients.ec2).await;
        let subnet = make_subnet(&clients.ec2, &vpc, "10.0.1.0/24").await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("one").db_subnet_group_description("one").subnet_ids(subnet);
        assert_eq!(code(create.send().await), "DBSubnetGroupDoesNotCoverEnoughAZs");
    }

    /// RDS API Reference, CreateDBSubnetGroup: the name is stored in lower case and taken once.
    async fn a_subnet_group_has_its_name_in_lower_case(clients) {
        let network = clients.network().await;
        let create = clients.rds.create_db_subnet_group().db_subnet_group_name("Databases").db_subnet_group_description("again");
        assert_eq!(code(create.set_subnet_ids(Some(network.subnets.to_vec())).send().await), "DBSubnetGroupAlreadyExists");
    }

    /// RDS API Reference, DeleteDBSubnetGroup: InvalidDBSubnetGroupStateFault while an instance stands in it.
    async fn a_subnet_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_subnet_group().db_subnet_group_name("databases");
        assert_eq!(code(delete.send().await), "InvalidDBSubnetGroupStateFault");
    }

    /// RDS API Reference, DeleteDBParameterGroup: InvalidDBParameterGroupState while an instance has it.
    async fn a_parameter_group_in_use_is_not_deleted(clients) {
        let network = clients.network().await;
        clients.create(&network, "core").send().await.unwrap();
        let delete = clients.rds.delete_db_parameter_group().db_parameter_group_name("mysql84");
        assert_eq!(code(delete.send().await), "InvalidDBParameterGroupState");
    }

    /// RDS API Reference, ModifyDBParameterGroup: immediate is for dynamic parameters only.
    async fn a_static_parameter_waits_for_a_restart(clients) {
        clients.parameter_group("mysql84", "mysql8.4").await;
        let modify = |method| clients.rds.modify_db_parameter_group().db_parameter_group_name("mysql84").parameters(parameter("performance_schema", "1", method));
        assert_eq!(code(modify(ApplyMethod::Immediate).send().await), "InvalidParameterCombination");
        assert_eq!(code(modify(ApplyMethod::PendingReboot).send().await), "success");
    }

    /// RDS API Reference, ModifyDBParameterGroup: at most 20 parameters in a request.
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
    async fn a_parameter_group_is_of_a_family(clients) {
        let create = clients.rds.create_db_parameter_group().db_parameter_group_name("a").db_parameter_group_family("mysql8.9").description("a");
        assert_eq!(code(create.send().await), "InvalidParameterValue");
    }

    /// RDS API Reference, CreateDBInstance: the parameter group is of the engine version's family.
    async fn a_parameter_group_fits_the_version(clients) {
        let network = clients.network().await;
        clients.parameter_group("mysql97", "mysql9.7").await;
        let create = clients.create(&network, "core").db_parameter_group_name("mysql97");
        assert_eq!(code(create.send().await), "InvalidParameterCombination");
    }
}
