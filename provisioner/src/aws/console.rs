use aws_smithy_types::base64;

use crate::aws::client::Connection;
use crate::provider::{ErrorKind, ProviderError};

/// Reads what a machine wrote to its console, at most the last 64 KB; none while it wrote nothing.
///
/// It is the newest there is (`Latest`), which EC2 has on machines of the Nitro system alone (EC2 `GetConsoleOutput`). Bytes that are no text are
/// replaced.
///
/// # Errors
/// When there is no such machine, the cloud refuses, or the answer is not in base64.
pub async fn console_output(connection: &Connection, instance_id: &str) -> Result<Option<String>, ProviderError> {
    const OPERATION: &str = "GetConsoleOutput";
    let request = connection.ec2().get_console_output().instance_id(instance_id).latest(true).send();
    let Some(encoded) = connection.call(OPERATION, request).await?.output.filter(|output| !output.is_empty()) else { return Ok(None) };
    let unreadable = |_| ProviderError::new(ErrorKind::Refused, OPERATION, "the console's text is not in base64");
    let bytes = base64::decode(encoded).map_err(unreadable)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()).filter(|text| !text.is_empty()))
}
