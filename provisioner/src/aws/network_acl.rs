use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ec2::types::{NetworkAcl as Listed, ResourceType as Taggable};

use crate::aws::client::{Connection, required};
use crate::aws::error::{gone_is_success, has_code};
use crate::aws::network_acl_entry::{self, CLOSING};
use crate::aws::request::{known, known_sorted, observed, request_text, wanted};
use crate::aws::tags::{filter, read_tags, repair_tags, scope_filters, tags_at_creation};
use crate::desired::{AclEntry, NetworkAcl};
use crate::model::{Observed, RefOr, RemoteId, Scope, Status};
use crate::provider::{Calls, Create, Delete, Depth, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeNetworkAcls";

/// EC2's network ACLs, with their entries and the subnets behind them. A VPC's default list is never touched.
pub(super) struct NetworkAclType {
    connection: Connection,
}

/// Which list each subnet of a VPC is behind: by subnet, the association's id and the list's.
struct Places {
    by_subnet: BTreeMap<String, (String, String)>,
    default: Option<String>,
}

impl NetworkAclType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn places(&self, vpc: &str) -> Result<Places, ProviderError> {
        let list = self.connection.ec2().describe_network_acls().filters(filter("vpc-id", vpc));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        let mut places = Places { by_subnet: BTreeMap::new(), default: None };
        for acl in pages.iter().flat_map(|page| page.network_acls()) {
            let id = required(LIST, "networkAclId", acl.network_acl_id())?;
            if acl.is_default() == Some(true) {
                places.default = Some(id.to_owned());
            }
            for association in acl.associations() {
                if let Some((subnet, own_id)) = association.subnet_id().zip(association.network_acl_association_id()) {
                    places.by_subnet.insert(subnet.to_owned(), (own_id.to_owned(), id.to_owned()));
                }
            }
        }
        Ok(places)
    }

    /// Puts a subnet behind a list; every subnet is behind exactly one, so that this is a replacement.
    async fn move_to(&self, association: &str, acl: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ReplaceNetworkAclAssociation";
        calls.intend(OPERATION, &request_text(&(association, acl))).await?;
        let call = self.connection.ec2().replace_network_acl_association().association_id(association).network_acl_id(acl);
        self.connection.call(OPERATION, call.send()).await.map(drop)
    }

    /// Puts the wanted subnets behind the list and all others of its own back behind the default one.
    async fn set_subnets(&self, id: &str, vpc: &str, subnets: &[String], calls: &dyn Calls) -> Result<(), ProviderError> {
        let places = self.places(vpc).await?;
        for (subnet, (association, acl)) in &places.by_subnet {
            match (subnets.contains(subnet), acl == id, &places.default) {
                (true, false, _) => self.move_to(association, id, calls).await?,
                (false, true, Some(default)) => self.move_to(association, default, calls).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Replaces, adds and removes entries, in this order: nothing that is wanted is missing in between.
    async fn set_entries(&self, id: &str, observed: &[AclEntry], wanted: &[AclEntry], calls: &dyn Calls) -> Result<(), ProviderError> {
        let place = |entry: &AclEntry| (entry.is_egress, entry.number);
        let present: BTreeMap<_, _> = observed.iter().map(|entry| (place(entry), entry)).collect();
        let places: BTreeSet<_> = wanted.iter().map(place).collect();
        let surplus: Vec<&AclEntry> = observed.iter().filter(|entry| !places.contains(&place(entry))).collect();
        for entry in wanted {
            match present.get(&place(entry)) {
                Some(found) if *found == entry => {}
                Some(_) => network_acl_entry::replace(&self.connection, id, entry, calls).await?,
                None => {
                    let answer = network_acl_entry::create(&self.connection, id, entry, calls).await;
                    if has_code(&answer, "NetworkAclEntryLimitExceeded") && !surplus.is_empty() {
                        break;
                    }
                    answer?;
                }
            }
        }
        for entry in surplus {
            network_acl_entry::delete(&self.connection, id, entry, calls).await?;
        }
        Ok(())
    }
}

fn observe_one(acl: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(acl.tags());
    let Some(address) = scope.address_in(&tags).filter(|_| acl.is_default() != Some(true)) else { return Ok(None) };
    let mut subnets: Vec<&str> = acl.associations().iter().filter_map(|association| association.subnet_id()).collect();
    subnets.sort_unstable();
    let ours = acl.entries().iter().filter(|entry| entry.rule_number().is_some_and(|number| number < CLOSING));
    let mut entries = ours.filter_map(|entry| network_acl_entry::read(LIST, entry).transpose()).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    let specification =
        NetworkAcl { vpc: required(LIST, "vpcId", acl.vpc_id())?.into(), subnets: subnets.into_iter().map(RefOr::from).collect(), entries };
    let id = RemoteId::new(required(LIST, "networkAclId", acl.network_acl_id())?);
    observed(LIST, address, id, Status::Ready, &specification, tags).map(Some)
}

#[async_trait]
impl ResourceType for NetworkAclType {
    fn kind(&self) -> &'static str {
        "network-acl"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_network_acls().set_filters(Some(scope_filters(scope)));
        let pages = self.connection.pages(LIST, list.into_paginator().page_size(1000).send()).await?;
        pages.iter().flat_map(|page| page.network_acls()).filter_map(|acl| observe_one(acl, scope).transpose()).collect()
    }

    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "CreateNetworkAcl";
        let specification: NetworkAcl = wanted(OPERATION, request.attributes)?;
        let token = calls.intend(OPERATION, &request.text()).await?;
        let call = self
            .connection
            .ec2()
            .create_network_acl()
            .client_token(token.as_str())
            .vpc_id(known(OPERATION, &specification.vpc)?)
            .tag_specifications(tags_at_creation(Taggable::NetworkAcl, request.tags, &token));
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "networkAclId", answer.network_acl.and_then(|acl| acl.network_acl_id))?))
    }

    /// Entries first, subnets last: no subnet stands behind a list that is not complete.
    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        let id = request.observed.id.as_str();
        repair_tags(&self.connection, &request, calls).await?;
        let specification: NetworkAcl = wanted(LIST, request.attributes)?;
        let found: NetworkAcl = wanted(LIST, &request.observed.attributes)?;
        if found.entries.iter().collect::<BTreeSet<_>>() != specification.entries.iter().collect() {
            return self.set_entries(id, &found.entries, &specification.entries, calls).await;
        }
        if !request.has_same_ids("subnets", &specification.subnets)? {
            let subnets = known_sorted(LIST, &specification.subnets)?;
            self.set_subnets(id, known(LIST, &specification.vpc)?, &subnets, calls).await?;
        }
        Ok(())
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "DeleteNetworkAcl";
        let id = request.observed.id.as_str();
        let found: NetworkAcl = wanted(OPERATION, &request.observed.attributes)?;
        self.set_subnets(id, known(OPERATION, &found.vpc)?, &[], calls).await?;
        calls.intend(OPERATION, &request_text(&id)).await?;
        gone_is_success(self.connection.call(OPERATION, self.connection.ec2().delete_network_acl().network_acl_id(id).send()).await)
    }
}
