use std::collections::{BTreeMap, BTreeSet};

use crate::aws::Lookup;
use crate::provider::{DatabaseOffering, ProviderError};

impl Lookup {
    /// The versions of an engine that RDS makes, in full.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn database_versions(&self, engine: &str) -> Result<BTreeSet<String>, ProviderError> {
        const OPERATION: &str = "DescribeDBEngineVersions";
        let list = self.connection().rds().describe_db_engine_versions().engine(engine).into_paginator();
        let pages = self.connection().pages(OPERATION, list.page_size(100).send()).await?;
        Ok(pages
            .iter()
            .flat_map(|page| page.db_engine_versions())
            .filter_map(|version| version.engine_version())
            .map(str::to_owned)
            .collect())
    }

    /// Where a size of machine can be had for an engine in one version, given in full, with encrypted storage of one kind.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn database_offering(
        &self,
        engine: &str,
        version: &str,
        instance_class: &str,
        storage_type: &str,
    ) -> Result<DatabaseOffering, ProviderError> {
        const OPERATION: &str = "DescribeOrderableDBInstanceOptions";
        let list = self.connection().rds().describe_orderable_db_instance_options();
        let list = list.engine(engine).engine_version(version).db_instance_class(instance_class).vpc(true).into_paginator();
        let pages = self.connection().pages(OPERATION, list.page_size(1000).send()).await?;
        let mut offering = DatabaseOffering::default();
        let options = pages.iter().flat_map(|page| page.orderable_db_instance_options());
        for option in
            options.filter(|option| option.storage_type() == Some(storage_type) && option.supports_storage_encryption() == Some(true))
        {
            offering.zones.extend(option.availability_zones().iter().filter_map(|zone| zone.name()).map(str::to_owned));
            offering.has_standby |= option.multi_az_capable().unwrap_or_default();
        }
        Ok(offering)
    }

    /// The newest version for every release (`8.4`) of an engine.
    ///
    /// # Errors
    /// When the cloud refuses.
    pub async fn newest_database_versions(&self, engine: &str) -> Result<BTreeMap<String, String>, ProviderError> {
        let numbers = |text: &str| text.split('.').map_while(|part| part.parse::<u64>().ok()).collect::<Vec<_>>();
        let mut versions: Vec<String> = self.database_versions(engine).await?.into_iter().collect();
        versions.sort_by_key(|version| numbers(version));
        let release = |version: &String| version.split('.').take(2).collect::<Vec<_>>().join(".");
        Ok(versions.into_iter().map(|version| (release(&version), version)).collect())
    }
}
