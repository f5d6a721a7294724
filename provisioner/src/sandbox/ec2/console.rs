use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use aws_sdk_ec2::operation::get_console_output::{GetConsoleOutputInput, GetConsoleOutputOutput};
use aws_smithy_types::base64;

use super::Instance;
use crate::sandbox::call::Call;
use crate::sandbox::refusal::Refusal;

/// The most that EC2 gives: the most recent 64 KB (EC2 API Reference, `GetConsoleOutput`).
const MAX_OUTPUT: u64 = 64 * 1024;

/// The file that a machine's console is read from, in the rehearsal cloud's folder. Whoever runs a machine for the instance writes it.
pub(crate) fn file(folder: &Path, instance: &str) -> PathBuf {
    folder.join("machines").join(instance).join("console")
}

/// `GetConsoleOutput`: nothing as long as the instance has written nothing, which is always where no machine stands for it.
///
/// Without `Latest` EC2 answers what it had buffered at the last start, reboot or end; here that is the same. Every simulated type is one of the
/// Nitro system, on which `Latest` is allowed.
pub(crate) fn get(call: &mut Call<'_>, input: &GetConsoleOutputInput) -> Result<GetConsoleOutputOutput, Refusal> {
    let instance: Instance = call.named(input.instance_id(), "InstanceId")?;
    let output = call.folder().and_then(|folder| written(&file(folder, &instance.id))).filter(|bytes| !bytes.is_empty());
    let encoded = output.map(base64::encode);
    Ok(GetConsoleOutputOutput::builder().instance_id(&instance.id).timestamp(call.now.to_sdk()).set_output(encoded).build())
}

/// The end of what was written; none where there is no file.
fn written(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_OUTPUT))).ok()?;
    let mut bytes = Vec::new();
    file.take(MAX_OUTPUT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
