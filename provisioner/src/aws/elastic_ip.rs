use async_trait::async_trait;
use aws_sdk_ec2::types::{Address as Listed, DomainType, ResourceType as Taggable};

use crate::aws::client::{Connection, required};
use crate::aws::error::gone_is_success;
use crate::aws::request::{known, observed, request_text, wanted};
use crate::aws::tags::{filter, read_tags, repair_tags, scope_filters, tags_at_creation, token_filter};
use crate::aws::taken::{Holder, refusal, taken};
use crate::desired::ElasticIp;
use crate::model::{Observed, RemoteId, Scope, Status, Value};
use crate::provider::{Calls, Create, Delete, Depth, ErrorKind, ProviderError, ResourceType, Update};

const LIST: &str = "DescribeAddresses";
const DISASSOCIATE: &str = "DisassociateAddress";

/// EC2's Elastic IP addresses. Observed ones also have `public_address`, and `association` while something answers on them.
///
/// An address that a NAT gateway took shows the gateway's interface.
pub(super) struct ElasticIpType {
    connection: Connection,
}

impl ElasticIpType {
    /// Speaks over `connection`.
    pub(super) fn new(connection: &Connection) -> Self {
        Self { connection: connection.clone() }
    }

    async fn fresh(&self, id: &str) -> Result<Option<Listed>, ProviderError> {
        let list = self.connection.ec2().describe_addresses().filters(filter("allocation-id", id));
        Ok(self.connection.call(LIST, list.send()).await?.addresses.unwrap_or_default().into_iter().next())
    }

    /// Who has the interface: this address, another one, or nobody who is shown; so too where the address is another interface's.
    async fn holder(&self, id: &str, interface: &str) -> Result<Holder, ProviderError> {
        let fresh = self.fresh(id).await?;
        let elsewhere = fresh.as_ref().and_then(Listed::network_interface_id).filter(|found| !found.is_empty() && *found != interface);
        if elsewhere.is_some() {
            return Ok(Holder::Foreign);
        }
        let list = self.connection.ec2().describe_addresses().filters(filter("network-interface-id", interface));
        let answer = self.connection.call(LIST, list.send()).await?;
        Ok(Holder::among(answer.addresses(), |address| address.allocation_id() == Some(id), Listed::allocation_id))
    }

    async fn disassociate(&self, association: &str, calls: &dyn Calls) -> Result<(), ProviderError> {
        calls.intend(DISASSOCIATE, &request_text(&association)).await?;
        let call = self.connection.ec2().disassociate_address().association_id(association);
        gone_is_success(self.connection.call(DISASSOCIATE, call.send()).await).map_err(held_by_a_service)
    }
}

/// An address that a NAT gateway still holds is refused as if it were somebody else's.
fn held_by_a_service(error: ProviderError) -> ProviderError {
    match error.code.as_deref() {
        Some("AuthFailure") if error.message.contains("do not have permission to access the specified resource") => {
            ProviderError { kind: ErrorKind::InUse, ..error }
        }
        _ => error,
    }
}

fn observe_one(listed: &Listed, scope: &Scope) -> Result<Option<Observed>, ProviderError> {
    let tags = read_tags(listed.tags());
    let Some(address) = scope.address_in(&tags) else { return Ok(None) };
    let id = RemoteId::new(required(LIST, "allocationId", listed.allocation_id())?);
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    let specification = ElasticIp { network_interface: some(listed.network_interface_id()).map(Into::into) };
    let mut object = observed(LIST, address, id, Status::Ready, &specification, tags)?;
    object.attributes.insert("public_address".to_owned(), Value::from(required(LIST, "publicIp", listed.public_ip())?));
    if let Some(association) = some(listed.association_id()) {
        object.attributes.insert("association".to_owned(), Value::Text(association));
    }
    Ok(Some(object))
}

#[async_trait]
impl ResourceType for ElasticIpType {
    fn kind(&self) -> &'static str {
        "elastic-ip"
    }

    async fn observe(&self, scope: &Scope, _depth: Depth) -> Result<Vec<Observed>, ProviderError> {
        let list = self.connection.ec2().describe_addresses().set_filters(Some(scope_filters(scope)));
        let answer = self.connection.call(LIST, list.send()).await?;
        answer.addresses().iter().filter_map(|address| observe_one(address, scope).transpose()).collect()
    }

    /// Takes an address; `update` gives it to its interface.
    async fn create(&self, request: Create<'_>, calls: &dyn Calls) -> Result<RemoteId, ProviderError> {
        const OPERATION: &str = "AllocateAddress";
        let token = calls.intend(OPERATION, &request.text()).await?;
        let earlier = self.connection.call(LIST, self.connection.ec2().describe_addresses().filters(token_filter(&token)).send()).await?;
        if let Some(id) = earlier.addresses().first().and_then(Listed::allocation_id) {
            return Ok(RemoteId::new(id));
        }
        let tags = tags_at_creation(Taggable::ElasticIp, request.tags, &token);
        let call = self.connection.ec2_once().allocate_address().domain(DomainType::Vpc).tag_specifications(tags);
        let answer = self.connection.call(OPERATION, call.send()).await?;
        Ok(RemoteId::new(required(OPERATION, "allocationId", answer.allocation_id)?))
    }

    async fn update(&self, request: Update<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "AssociateAddress";
        let id = &request.observed.id;
        repair_tags(&self.connection, &request, calls).await?;
        if !request.differs("network_interface") {
            return Ok(());
        }
        // An address without an interface of its own may be a NAT gateway's: it is left where it is.
        let specification: ElasticIp = wanted(OPERATION, request.attributes)?;
        let Some(interface) = &specification.network_interface else { return Ok(()) };
        let interface = known(OPERATION, interface)?;
        if let Some(association) = request.observed.attributes.get("association").and_then(Value::as_text) {
            self.disassociate(association, calls).await?;
        }
        calls.intend(OPERATION, &request_text(&(id, interface))).await?;
        // Without this EC2 takes the address silently from whoever has it.
        let call = self.connection.ec2().associate_address().allow_reassociation(false);
        let call = call.allocation_id(id.as_str()).network_interface_id(interface);
        let answer = self.connection.call(OPERATION, call.send()).await;
        // An answer that was lost lets the SDK ask again, and then the address is associated already.
        if let Some(refusal) = refusal(&answer, "Resource.AlreadyAssociated") {
            return taken(refusal, self.holder(id.as_str(), interface).await).map(drop);
        }
        answer.map(drop)
    }

    async fn delete(&self, request: Delete<'_>, calls: &dyn Calls) -> Result<(), ProviderError> {
        const OPERATION: &str = "ReleaseAddress";
        let id = request.observed.id.as_str();
        // What held the address when it was last seen may have let it go since.
        let fresh = self.fresh(id).await?;
        if let Some(association) = fresh.as_ref().and_then(Listed::association_id).filter(|text| !text.is_empty()) {
            self.disassociate(association, calls).await?;
        }
        calls.intend(OPERATION, &request_text(&id)).await?;
        let call = self.connection.ec2().release_address().allocation_id(id);
        gone_is_success(self.connection.call(OPERATION, call.send()).await).map_err(held_by_a_service)
    }
}
