use provisioner::desired::{FlowLog, RouteTable, VpcEndpoint};
use provisioner::model::Observed;
use provisioner::provider::ErrorKind;

use super::bench::Bench;
use super::network::{id, vpc};

fn endpoint(vpc: &Observed, tables: &[&Observed]) -> VpcEndpoint {
    let route_tables = tables.iter().map(|table| id(table)).collect();
    VpcEndpoint { vpc: id(vpc), service: "com.amazonaws.eu-west-1.s3".to_owned(), route_tables }
}

#[tokio::test]
async fn endpoint_changes_its_tables_and_its_routes_are_nobodys() {
    for bench in Bench::all() {
        let vpc = vpc(&bench).await;
        let one = bench.make("route-table.private-a", &RouteTable { vpc: id(&vpc) }).await;
        let two = bench.make("route-table.private-b", &RouteTable { vpc: id(&vpc) }).await;
        let made = bench.make("vpc-endpoint.s3", &endpoint(&vpc, &[&one])).await;
        // moto 5.2.5 does not delete an endpoint whose tables were changed.
        let tables: &[&Observed] = if bench.is_strict { &[&two] } else { &[&one] };
        let changed = bench.settle("vpc-endpoint.s3", &endpoint(&vpc, tables)).await;
        assert_eq!(changed.id, made.id);
        assert!(bench.observe("route").await.is_empty());
        bench.remove(&changed).await;
        if bench.is_strict {
            bench.remove(&changed).await;
        }
        for object in [&one, &two, &vpc] {
            bench.remove(object).await;
        }
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn endpoint_that_is_repeated_with_its_token_is_one() {
    for bench in Bench::all().into_iter().filter(|bench| bench.is_strict) {
        let vpc = vpc(&bench).await;
        bench.calls.repeat("token-s3");
        let first = bench.create("vpc-endpoint.s3", &endpoint(&vpc, &[])).await.unwrap();
        assert_eq!(bench.create("vpc-endpoint.s3", &endpoint(&vpc, &[])).await.unwrap(), first);
    }
}

pub fn record(vpc: &Observed, bucket: &str) -> FlowLog {
    FlowLog { vpc: id(vpc), traffic: "ALL".to_owned(), destination: format!("{bucket}/flow-logs"), interval_seconds: 60 }
}

#[tokio::test]
async fn flow_log_is_made_adopted_when_it_is_ours_and_refused_when_it_is_not() {
    // moto 5.2.5 answers with an error where a flow log is there already.
    for bench in Bench::all().into_iter().filter(|bench| bench.is_strict) {
        let vpc = vpc(&bench).await;
        let bucket = bench.bucket("flow-logs").await;
        let made = bench.make("flow-log.main", &record(&vpc, &bucket)).await;
        assert_eq!(bench.create("flow-log.main", &record(&vpc, &bucket)).await.unwrap(), made.id);
        assert_eq!(bench.create("flow-log.other", &record(&vpc, &bucket)).await.unwrap_err().kind, ErrorKind::Foreign);
        bench.remove(&made).await;
        bench.remove(&made).await;
        bench.remove(&vpc).await;
        bench.assert_every_call_was_intended();
    }
}

#[tokio::test]
async fn flow_log_that_is_named_as_not_made_is_an_error() {
    for bench in Bench::all().into_iter().filter(|bench| bench.is_strict) {
        let vpc = vpc(&bench).await;
        let error = bench.create("flow-log.main", &record(&vpc, "arn:aws:s3:::contract-none")).await.unwrap_err();
        assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Refused, Some("LogDestinationNotFound")));
    }
}
