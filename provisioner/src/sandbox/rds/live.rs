use crate::sandbox::call::Call;
use crate::sandbox::dump::Live;
use crate::sandbox::object::Object;

/// An object of RDS's as a dump shows it; none for another service's.
pub(crate) fn live(call: &Call<'_>, object: &Object) -> Option<Live> {
    let (state, is_made_by_aws) = match object {
        Object::DbInstance(instance) => (instance.status(call.now), false),
        Object::DbSnapshot(snapshot) => (snapshot.status(call.now).to_owned(), false),
        Object::DbSubnetGroup(_) => ("Complete".to_owned(), false),
        Object::DbParameterGroup(_) => ("available".to_owned(), false),
        Object::AutomatedBackup(_) => ("retained".to_owned(), true),
        Object::LogGroup(_) => ("available".to_owned(), true),
        _ => return None,
    };
    Some(Live { state, is_made_by_aws })
}
