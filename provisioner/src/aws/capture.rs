//! Writes the requests of a test run down, so that they can be judged by AWS's own service models. In debug builds only.
//!
//! Neither credentials nor signatures are written: a request is taken before it is signed.

use aws_sdk_ec2::config::SharedInterceptor;

/// The environment variable: the folder that gets one file of JSON lines per process.
#[cfg(debug_assertions)]
const VARIABLE: &str = "PROVISION_CAPTURE_REQUESTS";

/// The interceptor that writes this process's requests down; none when nobody asks for it.
#[cfg(debug_assertions)]
pub(super) fn of_process() -> Option<SharedInterceptor> {
    recorder::of_process()
}

/// The interceptor that writes this process's requests down; a release build has none.
#[cfg(not(debug_assertions))]
pub(super) fn of_process() -> Option<SharedInterceptor> {
    None
}

#[cfg(debug_assertions)]
mod recorder {
    use std::collections::{BTreeMap, HashSet};
    use std::fs::{File, OpenOptions};
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io::Write as _;
    use std::path::Path;
    use std::sync::{LazyLock, Mutex, PoisonError};
    use std::time::{SystemTime, UNIX_EPOCH};

    use aws_sdk_ec2::config::{ConfigBag, Intercept, RuntimeComponents, SharedInterceptor};
    use aws_smithy_runtime_api::box_error::BoxError;
    use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, Metadata};
    use serde::Serialize;

    /// A part of a word this long that holds a digit is an identifier; requests that differ in those alone are one shape.
    const IDENTIFIER: usize = 8;

    pub(super) fn of_process() -> Option<SharedInterceptor> {
        static RECORDER: LazyLock<Option<SharedInterceptor>> = LazyLock::new(|| {
            let folder = std::env::var_os(super::VARIABLE).filter(|folder| !folder.is_empty())?;
            let recorder = Recorder::below(Path::new(&folder)).expect("a test that asks for requests names a folder that can be written");
            Some(SharedInterceptor::new(recorder))
        });
        RECORDER.clone()
    }

    /// One request as it goes out, unsigned.
    #[derive(Debug, Serialize)]
    struct Captured<'a> {
        service: &'a str,
        operation: &'a str,
        method: &'a str,
        uri: &'a str,
        headers: BTreeMap<&'a str, &'a str>,
        /// Absent where the body is a stream.
        #[serde(skip_serializing_if = "Option::is_none")]
        body: Option<&'a str>,
    }

    /// Writes each shape of request once per process, whole lines at a time: a process that is killed leaves what it sent.
    #[derive(Debug)]
    pub(super) struct Recorder(Mutex<Written>);

    #[derive(Debug)]
    struct Written {
        file: File,
        shapes: HashSet<u64>,
    }

    impl Recorder {
        pub(super) fn below(folder: &Path) -> std::io::Result<Self> {
            std::fs::create_dir_all(folder)?;
            let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
            let path = folder.join(format!("{}-{started}.jsonl", std::process::id()));
            let file = OpenOptions::new().create_new(true).append(true).open(path)?;
            Ok(Self(Mutex::new(Written { file, shapes: HashSet::new() })))
        }

        fn write(&self, service: &str, operation: &str, request: &HttpRequest) -> Result<(), BoxError> {
            let captured = Captured {
                service,
                operation,
                method: request.method(),
                uri: request.uri(),
                headers: request.headers().iter().filter(|(name, _)| is_of_the_operation(name)).collect(),
                body: request.body().bytes().map(std::str::from_utf8).transpose()?,
            };
            let line = serde_json::to_string(&captured)? + "\n";
            let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if written.shapes.insert(shape(&line)) {
                written.file.write_all(line.as_bytes())?;
            }
            Ok(())
        }
    }

    impl Intercept for Recorder {
        fn name(&self) -> &'static str {
            "RequestRecorder"
        }

        /// Runs when the endpoint is known (S3 puts the bucket's name into it) and before anything is signed.
        fn read_before_signing(
            &self,
            context: &BeforeTransmitInterceptorContextRef<'_>,
            _components: &RuntimeComponents,
            config: &mut ConfigBag,
        ) -> Result<(), BoxError> {
            let metadata = config.load::<Metadata>().ok_or("a request without an operation")?;
            self.write(metadata.service(), metadata.name(), context.request())
        }
    }

    /// What the operation says, and not the transport, the repetition or the sender.
    fn is_of_the_operation(name: &str) -> bool {
        let is_the_senders = matches!(name, "x-amz-date" | "x-amz-security-token" | "x-amz-user-agent");
        name == "content-type" || (name.starts_with("x-amz-") && !is_the_senders) || name.starts_with("if-")
    }

    /// The digest of a text with its identifiers left out.
    fn shape(text: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        for word in text.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            let is_identifier = word.len() >= IDENTIFIER && word.bytes().any(|letter| letter.is_ascii_digit());
            if is_identifier { "#" } else { word }.hash(&mut hasher);
        }
        hasher.finish()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn lines(requests: &[HttpRequest]) -> Vec<String> {
            let folder = tempfile::tempdir().expect("a folder");
            let recorder = Recorder::below(folder.path()).expect("a file");
            for request in requests {
                recorder.write("EC2", "DescribeVpcs", request).expect("written");
            }
            let file = std::fs::read_dir(folder.path()).expect("a folder").next().expect("a file").expect("a file").path();
            std::fs::read_to_string(file).expect("text").lines().map(str::to_owned).collect()
        }

        fn request(body: &str) -> HttpRequest {
            let mut request = HttpRequest::new(body.into());
            request.set_uri("https://ec2.eu-west-1.amazonaws.com/").expect("an address");
            for (name, value) in
                [("authorization", "AWS4"), ("x-amz-security-token", "s"), ("x-amz-date", "d"), ("content-type", "text/plain")]
            {
                request.headers_mut().insert(name, value);
            }
            request
        }

        #[test]
        fn requests_that_differ_in_identifiers_alone_are_written_once() {
            let bodies =
                ["Id=vpc-0a1b2c3d4e5f60718", "Id=vpc-0f1b2c3d4e5f60719", "Id=vpc-0f1b2c3d4e5f60719&Mode=off", "Size=20", "Size=21"];
            assert_eq!(lines(&bodies.map(request)).len(), 4);
        }

        #[test]
        fn a_line_holds_what_the_operation_says_and_no_credentials() {
            let wanted = r#"{"service":"EC2","operation":"DescribeVpcs","method":"GET","uri":"https://ec2.eu-west-1.amazonaws.com/","headers":{"content-type":"text/plain"},"body":"Action=DescribeVpcs"}"#;
            assert_eq!(lines(&[request("Action=DescribeVpcs")]), [wanted]);
        }
    }
}
