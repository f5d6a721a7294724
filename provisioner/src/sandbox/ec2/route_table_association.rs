use aws_sdk_ec2::operation::associate_route_table::{AssociateRouteTableInput, AssociateRouteTableOutput};
use aws_sdk_ec2::operation::disassociate_route_table::{DisassociateRouteTableInput, DisassociateRouteTableOutput};
use aws_sdk_ec2::operation::replace_route_table_association::{ReplaceRouteTableAssociationInput, ReplaceRouteTableAssociationOutput};

use super::route_table::{Association, associated};
use super::{RouteTable, Subnet};
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The table that has an association.
fn table_of(call: &Call<'_>, association: Option<&str>) -> Result<RouteTable, Refusal> {
    let id = association.ok_or_else(|| Refusal::missing("associationId"))?;
    let has = |table: &&RouteTable| table.associations.iter().any(|present| present.id == id);
    let table = call.iter::<RouteTable>().find(has).cloned();
    table.ok_or_else(|| Refusal::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist")))
}

/// `AssociateRouteTable`; gateways (edge associations) are not simulated.
pub(crate) fn associate(call: &mut Call<'_>, input: &AssociateRouteTableInput) -> Result<AssociateRouteTableOutput, Refusal> {
    if input.gateway_id().is_some() {
        return Err(Refusal::unsimulated("GatewayId"));
    }
    let mut table: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    let subnet: Subnet = call.named(input.subnet_id(), "subnetId")?;
    if table.vpc != subnet.vpc {
        let message = format!("Route table {} and subnet {} belong to different networks", table.id, subnet.id);
        return Err(Refusal::value(message));
    }
    let is_of_subnet = |association: &Association| association.subnet.as_ref() == Some(&subnet.id);
    let holder = call.iter::<RouteTable>().find(|other| other.associations.iter().any(is_of_subnet));
    if holder.is_some() {
        let message = format!("the specified association for route table {} conflicts with an existing association", table.id);
        return Err(Refusal::new("Resource.AlreadyAssociated", message));
    }
    let association = Association { id: call.new_id("rtbassoc"), subnet: Some(subnet.id) };
    let id = association.id.clone();
    table.associations.push(association);
    call.put(table);
    Ok(AssociateRouteTableOutput::builder().association_id(id).association_state(associated()).build())
}

/// `ReplaceRouteTableAssociation`: also changes which table is the main one.
pub(crate) fn replace(
    call: &mut Call<'_>,
    input: &ReplaceRouteTableAssociationInput,
) -> Result<ReplaceRouteTableAssociationOutput, Refusal> {
    let mut old = table_of(call, input.association_id())?;
    let wanted: RouteTable = call.named(input.route_table_id(), "routeTableId")?;
    if wanted.vpc != old.vpc {
        return Err(Refusal::value(format!("Route tables {} and {} belong to different networks", old.id, wanted.id)));
    }
    let place = old.associations.iter().position(|association| Some(association.id.as_str()) == input.association_id());
    let subnet = place.and_then(|place| old.associations.remove(place).subnet);
    let association = Association { id: call.new_id("rtbassoc"), subnet };
    let id = association.id.clone();
    call.put(old);
    call.update::<RouteTable>(&wanted.id, |table| table.associations.push(association));
    Ok(ReplaceRouteTableAssociationOutput::builder().new_association_id(id).association_state(associated()).build())
}

/// `DisassociateRouteTable`: refused for the main association.
pub(crate) fn disassociate(call: &mut Call<'_>, input: &DisassociateRouteTableInput) -> Result<DisassociateRouteTableOutput, Refusal> {
    let mut table = table_of(call, input.association_id())?;
    let id = input.association_id().unwrap_or_default();
    if table.associations.iter().any(|association| association.id == id && association.subnet.is_none()) {
        return Err(Refusal::value(format!("cannot disassociate the main route table association {id}")));
    }
    table.associations.retain(|association| association.id != id);
    call.put(table);
    Ok(DisassociateRouteTableOutput::builder().build())
}
