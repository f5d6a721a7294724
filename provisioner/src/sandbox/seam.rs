use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut, FinalizerInterceptorContextMut, Output,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_types::region::Region;

use super::Sandbox;
use super::operation::Operation;
use super::refusal::Refusal;
use super::service::Service;

/// How one attempt ended, seen from the cloud.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The call was carried out.
    Output(Output),
    /// The call was refused.
    Refused(Refusal),
    /// The answer never arrives, whatever became of the call.
    Lost,
    /// The rehearsal cloud's own files failed.
    Broken(String),
}

/// The operation of a call, kept from before the first attempt.
#[derive(Debug)]
struct Planned {
    service: Service,
    service_name: String,
    name: String,
    operation: Operation,
}

impl Storable for Planned {
    type Storer = StoreReplace<Self>;
}

/// The typed output of the present attempt.
#[derive(Debug)]
struct Typed(Mutex<Option<Output>>);

impl Storable for Typed {
    type Storer = StoreReplace<Self>;
}

/// What the connector answers to the present attempt.
#[derive(Clone, Debug)]
struct Wire(Arc<WireAnswer>);

#[derive(Debug)]
enum WireAnswer {
    Http { status: u16, body: String, request_id: String },
    Timeout,
    Broken(String),
}

/// The interceptor that serves operations from a rehearsal cloud.
#[derive(Clone, Debug)]
pub(crate) struct Seam(pub(crate) Sandbox);

impl Intercept for Seam {
    fn name(&self) -> &'static str {
        "RehearsalCloud"
    }

    /// Runs once per operation: recognises it and keeps its input.
    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service_name, name) = match config.load::<Metadata>() {
            Some(metadata) => (metadata.service().to_owned(), metadata.name().to_owned()),
            None => ("unknown".to_owned(), "unknown".to_owned()),
        };
        let (Some(service), Some(operation)) = (Service::of(&service_name), Operation::of(context.input())) else {
            return Err(format!("the rehearsal cloud does not simulate the operation {service_name} {name}").into());
        };
        config.interceptor_state().store_put(Planned { service, service_name, name, operation });
        Ok(())
    }

    /// Runs once per attempt: carries the operation out and hands the connector what goes over the wire.
    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let region = config.load::<Region>().map(|region| region.as_ref().to_owned()).ok_or("the client has no region")?;
        let planned = config.load::<Planned>().ok_or("the operation was not recognised before its attempt")?;
        let (request_id, answer) = self.0.serve(planned.service, &planned.service_name, &planned.name, &planned.operation, &region);
        let (wire, output) = match answer {
            Answer::Output(output) => (WireAnswer::Http { status: 200, body: String::new(), request_id }, Some(output)),
            Answer::Refused(refusal) => {
                // HTTP has no body in the answer to HEAD (RFC 9110, "HEAD"); S3 names such errors by their status alone.
                let is_head = planned.name.starts_with("Head");
                let body = if is_head { String::new() } else { planned.service.error_body(&refusal, &request_id) };
                (WireAnswer::Http { status: refusal.status, body, request_id }, None)
            }
            Answer::Lost => (WireAnswer::Timeout, None),
            Answer::Broken(reason) => (WireAnswer::Broken(reason), None),
        };
        context.request_mut().add_extension(Wire(Arc::new(wire)));
        config.interceptor_state().store_put(Typed(Mutex::new(output)));
        Ok(())
    }

    /// Runs once per attempt: replaces what the SDK read from the empty body with the typed output.
    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(typed) = config.load::<Typed>() {
            let output = typed.0.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(output) = output {
                context.inner_mut().set_output_or_error(Ok(output));
            }
        }
        Ok(())
    }
}

/// The HTTP client of a rehearsal: it answers from what the interceptor left in the request and opens no socket.
#[derive(Clone, Debug)]
pub(crate) struct Connector;

impl HttpClient for Connector {
    fn http_connector(&self, _settings: &HttpConnectorSettings, _components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(respond(&request))
    }
}

fn respond(request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let Some(Wire(answer)) = request.extension::<Wire>() else {
        return Err(ConnectorError::user("the client was built without the rehearsal cloud's interceptor".into()));
    };
    match &**answer {
        WireAnswer::Http { status, body, request_id } => {
            let status = StatusCode::try_from(*status).map_err(|error| ConnectorError::user(error.into()))?;
            let mut response = HttpResponse::new(status, SdkBody::from(body.as_str()));
            response.headers_mut().insert("x-amzn-requestid", request_id.clone());
            Ok(response)
        }
        WireAnswer::Timeout => Err(ConnectorError::timeout("the answer was lost".into())),
        WireAnswer::Broken(reason) => Err(ConnectorError::user(reason.clone().into())),
    }
}
