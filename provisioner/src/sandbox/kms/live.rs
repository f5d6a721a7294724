use super::{KmsAlias, KmsKey};
use crate::sandbox::call::Call;
use crate::sandbox::dump::Live;
use crate::sandbox::object::Object;

/// Brings the service's objects up to the present: keys whose waiting period is over are gone, and their aliases with them.
pub(crate) fn settle(call: &mut Call<'_>) {
    let now = call.now;
    let over: Vec<String> =
        call.iter::<KmsKey>().filter(|key| key.deletion.is_some_and(|deletion| deletion <= now)).map(|key| key.id.clone()).collect();
    for key in over {
        let aliases: Vec<String> = call.iter::<KmsAlias>().filter(|alias| alias.target == key).map(|alias| alias.id.clone()).collect();
        aliases.iter().for_each(|alias| call.remove::<KmsAlias>(alias));
        call.remove::<KmsKey>(&key);
    }
}

/// An object of the service as a dump shows it; `None` for a key that waits for its deletion.
pub(crate) fn live(_call: &Call<'_>, object: &Object) -> Option<Live> {
    let state = match object {
        Object::KmsKey(key) if key.deletion.is_some() => return None,
        Object::KmsKey(key) => key.state().as_str().to_owned(),
        Object::KmsAlias(_) => "available".to_owned(),
        _ => return None,
    };
    Some(Live { state, is_made_by_aws: false })
}
