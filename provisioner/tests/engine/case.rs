use std::collections::BTreeMap;

use provisioner::model::{Catalogue, Observed, RemoteId, Resource, ResourceAddress, Scope, Status, TAG_COPY_OF, TAG_RETAINED, Value};
use provisioner::plan::{Change, DesiredState, Drifted, Observations, Plan, PlanInput, PlanOptions, drift, plan};
use provisioner::state::{Recorded, StateFile};

use super::scenario::{SCHEMAS, resource};

/// One environment on paper: what is wanted, there and recorded.
pub struct Case {
    pub catalogue: Catalogue,
    pub desired: DesiredState,
    pub observed: Vec<Observed>,
    pub recorded: StateFile,
    pub moved: BTreeMap<ResourceAddress, ResourceAddress>,
    pub options: PlanOptions,
    scope: Scope,
}

pub fn address(text: &str) -> ResourceAddress {
    text.parse().expect("an address")
}

impl Case {
    pub fn new() -> Self {
        Self {
            catalogue: Catalogue::new(SCHEMAS),
            desired: DesiredState::new(),
            observed: Vec::new(),
            recorded: StateFile::empty("lineage".to_owned()),
            moved: BTreeMap::new(),
            options: PlanOptions::default(),
            scope: Scope { project: "test".to_owned(), environment: "small".to_owned() },
        }
    }

    pub fn destroying(mut self) -> Self {
        self.options.destroy = true;
        self
    }

    /// Asks for an object.
    pub fn wants(mut self, text: &str, attributes: &[(&str, Value)]) -> Self {
        let mut wanted = resource(text, &[], &[]);
        wanted.attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.desired.insert(wanted.address.clone(), wanted);
        self
    }

    /// Has an object there and recorded: as wanted, or with these attributes.
    pub fn has(mut self, text: &str, attributes: &[(&str, Value)]) -> Self {
        let address = address(text);
        let schema = self.catalogue.get(address.kind()).expect("a known kind");
        let wanted = self.desired.get(&address).cloned();
        let mut resource: Resource = wanted.unwrap_or_else(|| resource(text, &[], &[]));
        resource.attributes.extend(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let observed = Observed {
            id: RemoteId::new(format!("{}-{}", address.kind(), self.observed.len())),
            address: address.clone(),
            status: Status::Ready,
            tags: resource.all_tags(&self.scope, schema),
            attributes: resource.attributes,
        };
        self.recorded.resources.insert(address, Recorded::of(&observed, Default::default()));
        self.observed.push(observed);
        self
    }

    /// Has a last copy there, which the record does not know.
    pub fn has_copy(self, text: &str, original: &str, created: Option<&str>) -> Self {
        let created: Vec<_> = created.map(|created| ("created", Value::from(created))).into_iter().collect();
        let mut case = self.has(text, &created);
        case.recorded.resources.remove(&address(text));
        case.tag(text, TAG_RETAINED, "last-copy").tag(text, TAG_COPY_OF, original)
    }

    pub fn tag(mut self, text: &str, key: &str, value: &str) -> Self {
        self.object(text).tags.insert(key.to_owned(), value.to_owned());
        self
    }

    pub fn with_status(mut self, text: &str, status: Status) -> Self {
        self.object(text).status = status;
        self
    }

    /// Changes what is there behind the record's back.
    pub fn outside(mut self, text: &str, attribute: &str, value: Value) -> Self {
        self.object(text).attributes.insert(attribute.to_owned(), value);
        self
    }

    pub fn object(&mut self, text: &str) -> &mut Observed {
        let address = address(text);
        self.observed.iter_mut().find(|observed| observed.address == address).expect("it is there")
    }

    fn with_input<T>(&self, use_it: impl FnOnce(PlanInput<'_>) -> T) -> T {
        let observed = Observations::new(self.observed.clone());
        use_it(PlanInput {
            catalogue: &self.catalogue,
            scope: &self.scope,
            cloud: "aws",
            desired: &self.desired,
            observed: &observed,
            recorded: Some(&self.recorded),
            moved: &self.moved,
            options: &self.options,
        })
    }

    pub fn plan(&self) -> Plan {
        self.with_input(|input| plan(input).expect("no ring"))
    }

    pub fn drift(&self) -> Vec<Drifted> {
        self.with_input(|input| drift(&input))
    }

    /// The change of one object.
    pub fn change(&self, text: &str) -> Option<Change> {
        self.plan().changes.into_iter().find(|change| change.address == address(text))
    }
}
